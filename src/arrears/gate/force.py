"""Is anything taken? A vehicle only with an act of a court or the owner's written consent given now: cn.repo.noforce."""

from __future__ import annotations

from arrears.gate.answer import Finding
from arrears.gate.case import Case, Findings

_RULE = "cn.repo.noforce"


def check(case: Case) -> Findings:
    """Refuse to take a vehicle on the strength of a mortgage, and name the lawful ways."""
    if case.ask.act != "take_vehicle":
        return
    if case.rules.law(_RULE) is not None and not (case.ask.court_act or case.ask.consent_now):
        yield Finding("DENY_NO_FORCE", _RULE, "no_force", {})

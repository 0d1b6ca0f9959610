"""Is anything overdue right now? A payment is looked up live, not at the last close."""

from __future__ import annotations

import datetime as dt

from arrears.gate.answer import Finding
from arrears.gate.case import Case, Findings, local
from arrears.gate.naming import moment_text

# Asking for money that is not overdue states what is not true; the house says the same on its own.
_SETTING, _RULE = "contact.overdue_only", "cn.prohibit.mislead"


def check(case: Case) -> Findings:
    """Refuse to press where nothing is overdue; an old or unknown live figure counts as not known."""
    loan = case.loan
    if not case.is_collecting or loan is None:
        return
    rule = case.rules.binding(_SETTING, _RULE)
    if rule is None or not rule.value:
        return
    if loan.overdue_fen is None or loan.live_at is None:
        yield Finding("DENY_FACTS_MISSING", rule.rule, "missing", {"what": "loans.overdue_fen, loans.live_at"})
        return
    most = case.rules.house("contact.live_minutes")
    if case.first and most is not None:
        age = case.when - loan.live_at
        if not dt.timedelta() <= age <= dt.timedelta(minutes=most.number):
            fields = {"loan": loan.id, "at": moment_text(local(loan.live_at)), "most": most.value}
            yield Finding("DENY_FACTS_MISSING", most.rule, "stale_live", fields)
    if loan.overdue_fen == 0:
        yield Finding("DENY_NOT_OVERDUE", rule.rule, "not_overdue", {"loan": loan.id, "at": moment_text(local(loan.live_at))})

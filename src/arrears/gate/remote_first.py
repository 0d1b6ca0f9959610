"""Was everything tried from afar? A visit comes after enough attempts, on enough days, over enough channels, all after grace."""

from __future__ import annotations

import datetime as dt

from arrears.gate.answer import Finding
from arrears.gate.case import Case, Findings, midnight
from arrears.gate.facts import VOICE, Contact

_ACTS = frozenset({"request_visit", "approve_visit", "start_visit"})
_MEASURES = ("attempts", "days", "channels")


def check(case: Case) -> Findings:
    """Refuse a visit's steps before remote_first.attempts, .days and .channels are reached, a finding a measure."""
    if case.ask.act not in _ACTS:
        return
    least = {name: case.rules.house(f"remote_first.{name}") for name in _MEASURES}
    if case.debtor is None and least["attempts"] is not None:
        yield Finding("DENY_FACTS_MISSING", least["attempts"].rule, "missing", {"what": "debtor"})
        return
    after = _after_grace(case)
    tried = _tried(case, after)
    seen = {
        "attempts": len(tried),
        # Whole days since that midnight: the clock of the law has not shifted since 1991, and this is asked of every contact of the past.
        "days": len({(each.at - after).days for each in tried}),
        # A call, a machine's call and a video call are one way of reaching somebody: by voice.
        "channels": len({"voice" if each.channel in VOICE else each.channel for each in tried}),
    }
    for name, bound in least.items():
        if bound is not None and seen[name] < bound.number:
            yield Finding("DENY_REMOTE_FIRST", bound.rule, f"remote_{name}", {"count": seen[name], "least": bound.value})


def _after_grace(case: Case) -> dt.datetime:
    """The first moment from which attempts count; without a known end of grace none does."""
    ends = case.grace_ends_on
    return midnight(ends + dt.timedelta(days=1)) if ends is not None else case.when


def _tried(case: Case, after: dt.datetime) -> list[Contact]:
    """Attempts to reach the debtor from afar after grace; one whose result is not known yet does not count."""
    if case.debtor is None or case.grace_ends_on is None:
        return []
    sent = case.sent_to(case.debtor.id)
    return [each for each in sent if each.at >= after and each.channel != "visit" and each.outcome != "pending"]

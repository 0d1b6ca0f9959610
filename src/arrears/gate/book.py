"""Is the last close fresh enough for an act that rests on it?"""

from __future__ import annotations

from arrears.gate.answer import Finding
from arrears.gate.case import Case, Findings

_ACTS = frozenset({"request_visit", "approve_visit", "start_visit", "report_negative", "sue", "accelerate", "hand_off", "dispose"})


def check(case: Case) -> Findings:
    """Refuse an act that needs fresh data more than book.fresh_days after the last close.

    Like the live figure, the age of the close is judged at the moment asked for: another close follows every night.
    """
    if case.ask.act not in _ACTS or not case.first or case.loan is None:
        return
    most = case.rules.house("book.fresh_days")
    if most is None:
        return
    closed = case.loan.close_on
    if closed is None:
        yield Finding("DENY_STALE_BOOK", most.rule, "no_close", {"days": most.value})
    elif (case.day - closed).days > most.number:
        yield Finding("DENY_STALE_BOOK", most.rule, "stale_close", {"on": closed, "days": most.value})

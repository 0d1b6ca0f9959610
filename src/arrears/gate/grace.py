"""Is grace over, and did the notice arrive? Both come before anything that presses."""

from __future__ import annotations

import datetime as dt

from arrears.gate.answer import Finding
from arrears.gate.case import Case, Findings, local, midnight
from arrears.gate.facts import Loan

_DAY = dt.timedelta(days=1)


def check(case: Case) -> Findings:
    """Refuse inside grace (grace.days of the due date) and before a delivered overdue notice (contact.notice_first)."""
    if not (case.is_collecting or case.ask.act == "report_negative"):
        return
    loan = case.loan
    if loan is None or loan.oldest_due_on is None:
        # Nothing overdue is the live figure's finding; a loan or a due date nobody knows is the missing facts'.
        return
    yield from _grace(case, loan.oldest_due_on)
    if case.ask.act != "report_negative":
        yield from _notice(case, loan, loan.oldest_due_on)


def _grace(case: Case, due_on: dt.date) -> Findings:
    ends = case.grace_ends_on
    if ends is None or case.day > ends + _DAY:
        return
    # The close of the first day out of grace must exist, so contacts begin on the day after it.
    opens = midnight(ends + 2 * _DAY)
    fields = {"due": due_on, "ends": ends, "opens": opens.date()}
    yield Finding("DENY_GRACE", "grace.days", "grace", fields, opens, dated_by=due_on)


def _notice(case: Case, loan: Loan, due_on: dt.date) -> Findings:
    rule = case.rules.house("contact.notice_first")
    if rule is None or not rule.value:
        return
    arrived = [
        each.delivered_at
        for each in loan.notices or ()
        if each.kind == "overdue_notice" and each.delivered_at is not None and local(each.sent_at).date() > due_on
    ]
    if any(each <= case.when for each in arrived):
        return
    yield Finding("DENY_NO_NOTICE", rule.rule, "no_notice", {"due": due_on}, min(arrived, default=None))

"""What a close of one loan leaves beside its state: the journal line, and the proposals of the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from peers.rules import DAY, GONE, RUNNING, ZERO, Loan, Rules, held

SUMS = (
    "disbursed",
    "received",
    "principal_paid",
    "interest_paid",
    "penalty_paid",
    "credit",
    "interest_due",
    "penalty_posted",
    "penalty_waived",
)
ACCOUNTS = (
    "cash", "principal", "interest_receivable", "penalty_receivable", "credit", "interest_income", "penalty_income", "waived",
)  # fmt: skip
PROPOSED = (
    "proposal_id", "close_on", "loan_id", "kind", "subject", "do_on", "do_at", "rule", "missing", "dpd", "overdue", "amount",
    "no_progress_days", "anchor_on", "oldest_due_on", "paused_days", "attitude_points", "threshold", "before", "after",
)  # fmt: skip


def sums(loan: Loan) -> tuple[Decimal, ...]:
    """The sums of which a journal line is the difference."""
    return (
        loan.disbursed, loan.received, loan.principal_paid, loan.interest_paid, loan.penalty_paid, loan.credit, loan.interest_due,
        loan.penalty_posted, loan.penalty_waived,
    )  # fmt: skip


def journal(old: tuple[Decimal, ...], new: tuple[Decimal, ...]) -> tuple[Decimal, ...] | None:
    """Signed amounts of ACCOUNTS that sum to zero, or None where nothing moved."""
    if old == new:
        return None
    paid_out, received, principal, interest, penalty, credit, due, posted, waived = (b - a for a, b in zip(old, new, strict=True))
    return (
        received - paid_out, paid_out - principal, due - interest, posted - penalty - waived, -credit, -due, -posted, waived,
    )  # fmt: skip


@dataclass(slots=True)
class Before:
    """What a loan was, as published the day before."""

    state: str
    triggers: str
    five_class: int
    out_of_grace_on: dt.date | None
    left_grace: bool
    cured_on: dt.date | None
    credit_code: str
    credit_code_on: dt.date | None
    credit: Decimal
    penalty_cut: Decimal
    plan_state: str
    promise_state: str


def before(loan: Loan) -> Before:
    """The loan's state of now, to be compared after its close."""
    return Before(
        loan.state, loan.triggers, loan.five_class, loan.out_of_grace_on, loan.left_grace, loan.cured_on, loan.credit_code,
        loan.credit_code_on, loan.credit, loan.penalty_cut, loan.plan_state, loan.promise_state,
    )  # fmt: skip


def _row(loan: Loan, day: dt.date, kind: str, rule: str, rules: Rules, **more: Any) -> tuple[Any, ...]:
    subject, do_on = more.pop("subject", "-"), more.pop("do_on", day + DAY)
    overdue = loan.overdue_interest + loan.overdue_principal
    given = {
        "proposal_id": f"{day}/{loan.loan_id}/{kind}/{subject}", "close_on": day, "loan_id": loan.loan_id, "kind": kind, "subject": subject,
        "do_on": do_on, "do_at": rules.opening_time, "rule": rule, "missing": "", "dpd": loan.dpd, "overdue": overdue, "amount": overdue,
        "no_progress_days": loan.no_progress_days, "anchor_on": loan.anchor_on, "oldest_due_on": loan.oldest_due_on,
        "paused_days": loan.paused_days, "attitude_points": 0, "threshold": 0, "before": "", "after": "",
    } | more  # fmt: skip
    return tuple(given.values())


def due_proposals(loan: Loan, day: dt.date, coming: list[tuple[str, Decimal]], rules: Rules) -> Iterator[tuple[Any, ...]]:
    """Reminders before a due day (`coming`: contract instalments of that day), notices the day after; for every loan."""
    if loan.state in GONE:
        return
    ahead = day + dt.timedelta(rules.remind_days + 1)
    asked = list(coming) if ahead < loan.contract_until_on else []
    asked += [(r.obligation, r.interest + r.principal) for r in loan.rows if r.due_on == ahead and not r.covered]
    for name, amount in asked:
        if amount - loan.credit > 0:
            yield _row(loan, day, "service_reminder", "remind.days_before", rules, subject=name, amount=amount - loan.credit)
    for row in loan.rows:
        if row.due_on == day and not row.covered and row.interest + row.principal:
            amount = row.interest + row.principal
            yield _row(loan, day, "overdue_notice", "grace.days", rules, subject=row.obligation, amount=amount, threshold=row.grace_days)


def limit_proposals(loan: Loan, day: dt.date, rules: Rules) -> Iterator[tuple[Any, ...]]:
    """Limitation that ends soon; for every loan."""
    if loan.limitation_end_on is None or loan.principal + loan.interest_due - loan.interest_paid <= 0:
        return
    days = (loan.limitation_end_on - day).days
    if days in rules.alert_days:
        yield _row(
            loan,
            day,
            "limitation_ends",
            "limitation.alert_days",
            rules,
            subject=str(days),
            threshold=days,
            anchor_on=loan.limitation_end_on,
        )


def proposals(loan: Loan, was: Before, day: dt.date, rules: Rules) -> Iterator[tuple[Any, ...]]:
    """What changed in the life of a loan that was computed today."""
    yield from _delinquency(loan, was, day, rules)
    if loan.promise_state:
        yield from _promises(loan, was, day, rules)
    if loan.plan_state:
        yield from _plans(loan, was, day, rules)
    if loan.triggers or was.triggers:
        yield from _visits(loan, was, day, rules)
    if loan.penalty_cut > 0 and not was.penalty_cut:
        yield _row(loan, day, "cap_reached", "cap.all_in", rules, amount=loan.penalty_cut)
    if loan.credit > 0 and loan.state == "SETTLED" and not (was.credit == loan.credit and was.state == loan.state):
        yield _row(loan, day, "refund_due", "paid_ahead.treatment", rules, amount=loan.credit)


def _delinquency(loan: Loan, was: Before, day: dt.date, rules: Rules) -> Iterator[tuple[Any, ...]]:
    running = loan.plan_state in RUNNING
    out_before = was.out_of_grace_on is not None and was.plan_state not in RUNNING
    if was.left_grace and not loan.left_grace and loan.dpd == 0 and loan.cured_on == was.cured_on:
        yield _row(loan, day, "opened_in_error", "grace.days", rules)
    if loan.out_of_grace_on is not None and not out_before and not running:
        yield _row(loan, day, "grace_ended", "grace.days", rules)
        yield _row(loan, day, "case_opens", "grace.days", rules)
        if loan.dpd >= rules.credit_min_dpd:
            yield _row(loan, day, "credit_notice_due", "credit.notice_lead_days", rules)
    if loan.cured_on == day and was.cured_on != day:
        yield _row(loan, day, "cured", "dpd.start", rules)
    if loan.five_class != was.five_class:
        yield _row(loan, day, "class_changed", "class.edges_days", rules, before=str(was.five_class), after=str(loan.five_class))
    if loan.credit_code_on is not None and loan.credit_code_on == was.credit_code_on and loan.credit_code != was.credit_code:
        told = {"anchor_on": loan.credit_code_on, "before": was.credit_code, "after": loan.credit_code}
        yield _row(loan, day, "credit_code_corrected", "credit.min_dpd", rules, **told)


_JUDGED = {"KEPT": "promise_kept", "PARTLY_KEPT": "promise_partly_kept", "BROKEN": "promise_broken", "SUSPENDED": "promise_suspended"}


def _promises(loan: Loan, was: Before, day: dt.date, rules: Rules) -> Iterator[tuple[Any, ...]]:
    if loan.promise_state == "PENDING" and loan.promise_due_on == day + DAY:
        yield _row(loan, day, "promise_due", "promise.tolerance_days", rules, do_on=loan.promise_due_on, amount=loan.promise)
    if loan.promise_state in _JUDGED and was.promise_state == "PENDING":
        told = {"amount": loan.received - loan.promise_base, "threshold": int(loan.promise * 100)}
        yield _row(loan, day, _JUDGED[loan.promise_state], "promise.tolerance_days", rules, **told)


def _plans(loan: Loan, was: Before, day: dt.date, rules: Rules) -> Iterator[tuple[Any, ...]]:
    if loan.plan_state in RUNNING:
        parts = [r for r in loan.rows if r.kind == "P" and r.interest + r.principal]
        first = min((r.due_on for r in parts), default=None)
        if first is not None and (day - first).days == rules.plan_late_days:
            amount = sum((r.interest + r.principal for r in parts), ZERO)
            yield _row(loan, day, "plan_part_late", "plan.late_days", rules, amount=amount, anchor_on=first)
    if loan.plan_state == "BROKEN" and was.plan_state != "BROKEN":
        yield _row(loan, day, "plan_broken", "plan.break_days", rules)
    if loan.plan_state == "COMPLETED" and was.plan_state != "COMPLETED":
        yield _row(loan, day, "plan_completed", "plan.late_days", rules, amount=loan.penalty_waived)


def _visits(loan: Loan, was: Before, day: dt.date, rules: Rules) -> Iterator[tuple[Any, ...]]:
    was_held = held(loan, "contact", day - DAY)
    free = not held(loan, "contact", day) and loan.state not in GONE
    thresholds = {"T1": ("trigger.days", rules.trigger_days), "T2": ("trigger.amount_fen", int(rules.trigger_amount * 100))}
    missing = "case_working+notice_proof+remote_first+assessment+approval+appointment+packet"
    if loan.promise_state == "PENDING":
        missing += "+open_promise_ended"
    for name, (rule, threshold) in thresholds.items():
        if name in loan.triggers and free and not (name in was.triggers and not was_held):
            yield _row(loan, day, "visit_candidate", rule, rules, subject=name, threshold=threshold, missing=missing)
    if was.triggers and not was_held and (not loan.triggers or not free):
        reason = "hold" if loan.triggers else "agreement" if loan.state == "UNDER_PLAN" else "reason_gone"
        told = {"before": was.triggers, "after": loan.triggers, "missing": reason}
        yield _row(loan, day, "candidate_withdrawn", "trigger.days", rules, **told)

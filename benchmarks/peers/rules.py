"""The rules of a close for one loan and one day, the usual way: objects, Decimal yuan, `datetime.date`, one loan after another.

Both peers use these. Covered is what happens in the benchmark's book: payments (also told late), reversals, promises, holds,
waivers, arrears plans, restructures. Any other kind of event is refused, so that a peer never does less than the Book unseen.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

ZERO, CENT = Decimal(0), Decimal("0.01")
DAY = dt.timedelta(days=1)
NEVER = dt.date.max
RUNNING = ("ACTIVE", "LATE")
GONE = ("SETTLED", "WRITTEN_OFF", "TRANSFERRED")
CONTRACT = ("I", "H", "R")
KNOWN = frozenset(
    {"payment_received", "payment_reversed", "promise_made", "hold_opened", "penalty_waived", "agreement_signed", "borrower_contacted"}
)


@dataclass(frozen=True, slots=True)
class Rules:
    """The values of law and house that the rules read, as they stand on the benchmark's days."""

    grace_days: int
    daily_rate: Decimal
    uplift: Decimal
    cap: Decimal
    basis: int
    plan_late_days: int
    plan_break_days: int
    promise_tolerance: int
    trigger_days: int
    trigger_amount: Decimal
    t2_min_dpd: int
    restructured_floor: int
    again_floor: int
    again_days: int
    technical_days: int
    class_edges: tuple[int, ...]
    buckets: tuple[tuple[int, str], ...]  # from the highest first day down
    codes: tuple[tuple[int, str], ...]
    credit_min_dpd: int
    limitation_years: int
    retention_years: int
    remind_days: int
    alert_days: tuple[int, ...]
    opening_time: str

    def penalty_rate(self, rate: Decimal) -> Decimal:
        """Daily penalty rate of a loan with this yearly rate."""
        return min(self.daily_rate, rate * self.uplift / self.basis, self.cap / self.basis)


@dataclass(slots=True)
class Event:
    """What happened on a day."""

    kind: str
    amount: Decimal = ZERO
    subject: str = ""
    stops: str = ""
    progress: bool = True
    until_on: dt.date | None = None
    count: int = 0
    step_months: int = 1
    first_due_on: dt.date | None = None


@dataclass(slots=True)
class Row:
    """One obligation that is due or made by an agreement, with its own penalty."""

    obligation: str
    kind: str
    due_on: dt.date
    interest: Decimal
    principal: Decimal
    total: Decimal
    grace_days: int
    rate: Decimal = ZERO  # penalty a day
    covered: bool = False
    counted: bool = False
    cap: Decimal = ZERO
    accrued: Decimal = ZERO
    posted: Decimal = ZERO
    paid: Decimal = ZERO
    waived: Decimal = ZERO
    rests: bool = False


@dataclass(slots=True)
class Loan:
    """One loan: terms, sums, clocks, status at the end of `state_on`, and its open rows."""

    loan_id: str
    rate: Decimal
    penalty_rate: Decimal
    instalment: Decimal
    # sums
    disbursed: Decimal
    principal: Decimal
    final_due_on: dt.date
    state_on: dt.date
    received: Decimal = ZERO
    principal_paid: Decimal = ZERO
    interest_paid: Decimal = ZERO
    penalty_paid: Decimal = ZERO
    credit: Decimal = ZERO
    interest_due: Decimal = ZERO
    penalty_posted: Decimal = ZERO
    penalty_waived: Decimal = ZERO
    principal_days: Decimal = ZERO
    # schedule and agreements
    contract_until_on: dt.date = NEVER
    last_due_on: dt.date | None = None
    plan_state: str = ""
    plan_signed_on: dt.date | None = None
    plan_contact_on: dt.date | None = None
    plan_count: int = 0
    restructured_on: dt.date | None = None
    restructure_count: int = 0
    class_floor: int = 0
    # clocks
    last_receipt_on: dt.date | None = None
    last_full_on: dt.date | None = None
    last_progress_on: dt.date | None = None
    interrupted_on: dt.date | None = None
    out_of_grace_on: dt.date | None = None
    left_grace: bool = False
    cured_on: dt.date | None = None
    resumed_on: dt.date | None = None
    late_cleared_due_on: dt.date | None = None
    high_risk: bool = False
    # promise
    promise_state: str = ""
    promise: Decimal = ZERO
    promise_made_on: dt.date | None = None
    promise_due_on: dt.date | None = None
    promise_base: Decimal = ZERO
    # status
    state: str = "CURRENT"
    dpd: int = 0
    dpd_without_plan: int = 0
    oldest_due_on: dt.date | None = None
    overdue_interest: Decimal = ZERO
    overdue_principal: Decimal = ZERO
    overdue_count: int = 0
    anchor_on: dt.date | None = None
    paused_days: int = 0
    no_progress_days: int = 0
    bucket: str = ""
    recency_days: int = 0
    recency_bucket: str = ""
    five_class: int = 1
    triggers: str = ""
    penalty_cut: Decimal = ZERO
    credit_code: str = ""
    credit_code_on: dt.date | None = None
    credit_removable_on: dt.date | None = None
    limitation_end_on: dt.date | None = None
    rows: list[Row] = field(default_factory=list)
    holds: list[tuple[str, dt.date, dt.date]] = field(default_factory=list)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or its last day."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


def add_years(day: dt.date, years: int, march: bool) -> dt.date:
    """The same date in a later year; 29 February becomes 1 March, or the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1) if march else dt.date(day.year + years, 2, 28)


def equal_instalments(principal: Decimal, rate: Decimal, count: int, step: int) -> list[tuple[Decimal, Decimal]]:
    """(interest, principal) of each period, 30/360; the last takes the rest."""
    i = rate * step / 12
    power = (1 + i) ** count
    each = (principal * i * power / (power - 1) if i else principal / count).quantize(CENT, ROUND_HALF_EVEN)
    rows, balance = [], principal
    for k in range(count):
        interest = (balance * i).quantize(CENT, ROUND_HALF_EVEN)
        part = balance if k == count - 1 else min(max(each - interest, ZERO), balance)
        rows.append((interest, part))
        balance -= part
    return rows


# -- the close of one loan ----------------------------------------------------------------------------------------------------


def idle(loan: Loan, day: dt.date) -> bool:
    """Does nothing of the loan need a look today (no event, nothing falls due: the caller knows): nothing open, nothing to be judged."""
    if loan.promise_state == "PENDING" or loan.plan_state in RUNNING:
        return False
    return not loan.rows or all(row.due_on > day for row in loan.rows)


def close_loan(
    loan: Loan, day: dt.date, events: list[Event], falling: Iterable[tuple[str, Decimal, Decimal]], rest: list[Row], rules: Rules
) -> None:
    """Take the loan from the end of the day before to the end of `day`.

    Parameters
    ----------
    falling : contract instalments of today: obligation, interest, principal
    rest : contract instalments that are still to come; read only where an agreement replaces them
    """
    rows = loan.rows
    if day < loan.contract_until_on:
        rows.extend(
            Row(name, "I", day, interest, principal, interest + principal, rules.grace_days, loan.penalty_rate)
            for name, interest, principal in falling
        )
    posted, waived = sum((r.posted for r in rows), ZERO), sum((r.waived for r in rows), ZERO)
    said = _said(loan, day, events)
    for row in rows:
        row.rests = False
    opens = _acts(loan, day, said, rest, rules)
    rows = loan.rows
    open_before = {row.obligation for row in rows if row.interest + row.principal}
    falls = sum((r.interest for r in rows if not r.counted and r.due_on <= day and r.kind != "P"), ZERO)
    _pour(loan, day, said, falls, rules)
    cleared = [
        r.due_on
        for r in rows
        if r.obligation in open_before and not r.interest + r.principal and day > r.due_on + dt.timedelta(r.grace_days)
    ]
    passed = max((r.due_on for r in rows if r.due_on <= day), default=None)
    final_row = max((r.due_on for r in rows if r.kind != "P" and r.total), default=None)
    part_row = max((r.due_on for r in rows if r.kind == "P"), default=None)
    if not held(loan, "penalty", day):
        _accrue(rows, day)
    _judge_plan(loan, day, said, rules)
    loan.penalty_posted += sum((r.posted for r in loan.rows), ZERO) - posted
    loan.penalty_waived += sum((r.waived for r in loan.rows), ZERO) - waived
    loan.principal_days += loan.principal
    loan.rows = [r for r in loan.rows if r.interest + r.principal or r.posted - r.paid - r.waived or (r.due_on > day and r.total)]
    oldest_grace = _overdue(loan, day)
    _clocks(loan, day, said, oldest_grace, rules)
    _dates(loan, day, said, opens, (passed, final_row, part_row, cleared), rules)
    _promise(loan, day, said, rules)
    _status(loan, day, rules)
    loan.state_on = day


@dataclass(slots=True)
class Said:
    """What the day's events say together."""

    received: Decimal = ZERO
    progress: Decimal = ZERO
    waived: Decimal = ZERO
    before: Decimal = ZERO
    contacted: bool = False
    plan: Event | None = None
    restructure: Event | None = None
    promise: Event | None = None

    @property
    def agreed(self) -> bool:
        """Was an agreement signed."""
        return self.plan is not None or self.restructure is not None


def _said(loan: Loan, day: dt.date, events: list[Event]) -> Said:
    said = Said(before=loan.received)
    for event in events:
        kind = event.kind
        if kind in ("payment_received", "payment_reversed"):
            amount = event.amount if kind == "payment_received" else -event.amount
            said.received += amount
            if event.progress:
                said.progress += amount
        elif kind == "penalty_waived":
            said.waived += event.amount
        elif kind == "promise_made":
            said.promise = event
        elif kind == "borrower_contacted":
            said.contacted = True
        elif kind == "agreement_signed":
            if event.subject == "arrears_plan":
                said.plan = event
            else:
                said.restructure = event
        elif kind not in KNOWN:
            raise ValueError(f"the peers do not know {kind}; add it to rules.py, or they would do less than the Book")
    return said


def _acts(loan: Loan, day: dt.date, said: Said, rest: list[Row], rules: Rules) -> bool:
    """Plans, restructures, waivers, in this order; True where the coming instalments changed."""
    if said.plan is not None:
        if loan.plan_state in RUNNING:
            _give_back(loan)
        _cover(loan, day, said.plan, rules)
    if said.restructure is not None:
        _restructure(loan, day, said.restructure, rest, rules)
    left = said.waived
    for row in sorted(loan.rows, key=lambda r: (r.due_on, r.obligation)) if left else ():
        use = min(left, row.posted - row.paid - row.waived)
        row.waived += use
        left -= use
    return said.restructure is not None


def _cover(loan: Loan, day: dt.date, plan: Event, rules: Rules) -> None:
    """What fell due before today is covered by equal parts, all interest first."""
    arrears = [r for r in loan.rows if r.due_on < day and r.interest + r.principal and r.kind in (*CONTRACT, "X")]
    total = sum((r.interest + r.principal for r in arrears), ZERO)
    if not total or plan.first_due_on is None:
        return
    interest = sum((r.interest for r in arrears), ZERO)
    for row in arrears:
        row.covered = True
    each = (total / plan.count).quantize(CENT, ROUND_FLOOR)
    prefix = "P" if not loan.plan_count else f"P{loan.plan_count + 1}-"
    for k in range(plan.count):
        size = each if k < plan.count - 1 else total - each * (plan.count - 1)
        part = min(size, interest)
        interest -= part
        due = add_months(plan.first_due_on, k * plan.step_months)
        loan.rows.append(Row(f"{prefix}{k + 1:02d}", "P", due, part, size - part, size, rules.grace_days))


def _restructure(loan: Loan, day: dt.date, terms: Event, rest: list[Row], rules: Rules) -> None:
    """Unpaid instalments due today or later give way to new equal ones."""
    coming = [row for row in rest if day < row.due_on < loan.contract_until_on]
    gone = [r for r in loan.rows if r.kind in CONTRACT and not r.covered and r.due_on >= day] + coming
    principal = sum((r.principal for r in gone), ZERO)
    for row in gone:
        row.interest = row.principal = row.total = ZERO
    if not principal or terms.first_due_on is None:
        return
    prefix = "R" if not loan.restructure_count else f"R{loan.restructure_count + 1}-"
    for k, (interest, part) in enumerate(equal_instalments(principal, loan.rate, terms.count, terms.step_months)):
        due = add_months(terms.first_due_on, k * terms.step_months)
        loan.rows.append(Row(f"{prefix}{k + 1:02d}", "R", due, interest, part, interest + part, rules.grace_days, loan.penalty_rate))


def _less_parts(rows: list[Row]) -> list[tuple[Row, Decimal, Decimal]]:
    """Covered rows with what is unpaid once the paid parts are set against them, oldest first."""
    covered = sorted((r for r in rows if r.covered), key=lambda r: (r.due_on, r.obligation))
    parts = [r for r in rows if r.kind == "P"]
    interest = sum((r.interest for r in covered), ZERO) - sum((r.interest for r in parts), ZERO)
    principal = sum((r.principal for r in covered), ZERO) - sum((r.principal for r in parts), ZERO)
    out = []
    for row in covered:
        use_i, use_p = min(max(interest, ZERO), row.interest), min(max(principal, ZERO), row.principal)
        interest, principal = interest - use_i, principal - use_p
        out.append((row, row.interest - use_i, row.principal - use_p))
    return out


def _give_back(loan: Loan) -> None:
    """A plan is over: the covered rows are back at their own days, the parts are gone."""
    for row, interest, principal in _less_parts(loan.rows):
        row.interest, row.principal, row.covered, row.rests = interest, principal, False, True
    loan.rows = [r for r in loan.rows if r.kind != "P"]


def _room(loan: Loan, charged: Decimal, rules: Rules) -> Decimal:
    """What the all-in cap does not let us ask for."""
    allowed = (loan.principal_days * rules.cap / rules.basis).quantize(CENT, ROUND_FLOOR)
    return max(charged - allowed, ZERO)


def _pour(loan: Loan, day: dt.date, said: Said, falls: Decimal, rules: Rules) -> None:
    """Credit and receipts onto what is due: instalment by instalment interest then principal, then penalty."""
    money = max(loan.credit + said.received, ZERO)
    kept = loan.credit + said.received - money
    rows = sorted((r for r in loan.rows if not r.covered), key=lambda r: (r.due_on, r.kind == "P", r.obligation)) if money else []
    for row in rows:
        if row.due_on > day or not money:
            break
        use = min(money, row.interest)
        row.interest -= use
        loan.interest_paid += use
        money -= use
        use = min(money, row.principal)
        row.principal -= use
        loan.principal_paid += use
        loan.principal -= use
        money -= use
    if money:
        owed = sum((r.posted - r.paid - r.waived for r in rows), ZERO)
        charged = loan.interest_due + falls + loan.penalty_posted - loan.penalty_waived - said.waived
        limit = owed - min(_room(loan, charged, rules), owed) if owed else ZERO
        for row in rows:
            use = min(money, limit, row.posted - row.paid - row.waived)
            if use > 0:
                row.paid += use
                loan.penalty_paid += use
                limit -= use
                money -= use
    loan.credit = money + kept
    loan.received += said.received
    loan.interest_due += falls
    for row in loan.rows:
        row.counted = row.counted or row.due_on <= day


def _accrue(rows: list[Row], day: dt.date) -> None:
    """One day's penalty on the principal unpaid at its end, never above the principal unpaid on the first such day."""
    for row in rows:
        if row.covered or row.rests or row.principal <= 0 or not row.rate or day <= row.due_on + dt.timedelta(row.grace_days):
            continue
        row.cap = row.cap or row.principal
        row.accrued = min(row.accrued + row.principal * row.rate, max(row.cap, row.accrued))
        row.posted = row.accrued.quantize(CENT, ROUND_HALF_EVEN)


def held(loan: Loan, stop: str, day: dt.date) -> bool:
    """Is a hold on this in force."""
    return any(what == stop and first <= day <= last for what, first, last in loan.holds)


def _held_days(loan: Loan, stop: str, after: dt.date, through: dt.date) -> int:
    """Days in (after, through] on hold; two holds at once count once."""
    ranges = sorted((max(first, after + DAY), min(last, through)) for what, first, last in loan.holds if what == stop)
    days, reach = 0, after
    for first, last in ranges:
        start = max(first, reach + DAY)
        if last >= start:
            days += (last - start).days + 1
            reach = last
    return days


def _judge_plan(loan: Loan, day: dt.date, said: Said, rules: Rules) -> None:
    """A plan runs, is late, breaks or completes."""
    parts = [r for r in loan.rows if r.kind == "P"]
    signed = said.plan is not None and bool(parts)
    if said.contacted:
        loan.plan_contact_on = day
    if signed:
        loan.plan_signed_on = day
    if not signed and loan.plan_state not in RUNNING:
        return
    due = min((r.due_on for r in parts if r.interest + r.principal), default=None)
    if due is None:
        loan.plan_state = "COMPLETED"
        for row in loan.rows:
            if row.covered:
                row.waived, row.covered, row.interest, row.principal = row.posted - row.paid, False, ZERO, ZERO
        return
    receipt = day if said.received > 0 else loan.last_receipt_on
    quiet = max(due, receipt or due, loan.plan_contact_on or due)
    if due < day and (day - quiet).days >= rules.plan_break_days and not held(loan, "plan_break", day):
        loan.plan_state = "BROKEN"
        _give_back(loan)
    else:
        loan.plan_state = "LATE" if (day - due).days > rules.plan_late_days else "ACTIVE"


def _overdue(loan: Loan, day: dt.date) -> int:
    """Overdue sums and the oldest due day; returns the grace of that day."""
    late = [r for r in loan.rows if r.due_on < day]
    live = [r for r in late if not r.covered]
    loan.overdue_interest = sum((r.interest for r in live), ZERO)
    loan.overdue_principal = sum((r.principal for r in live), ZERO)
    counts = [r for r in live if r.interest + r.principal]
    loan.overdue_count = len(counts)
    loan.oldest_due_on = min((r.due_on for r in counts), default=None)
    bare = [r.due_on for r in counts if r.kind != "P"]
    if loan.plan_state in RUNNING:
        bare += [row.due_on for row, interest, principal in _less_parts(loan.rows) if interest + principal]
    loan.dpd = (day - loan.oldest_due_on).days if loan.oldest_due_on else 0
    loan.dpd_without_plan = (day - min(bare)).days if bare else 0
    return max((r.grace_days for r in late if r.due_on == loan.oldest_due_on), default=0)


def _clocks(loan: Loan, day: dt.date, said: Said, grace: int, rules: Rules) -> None:
    """Out of grace, last progress, days without progress."""
    if loan.oldest_due_on is None:
        loan.out_of_grace_on = None
    elif loan.dpd > grace and loan.out_of_grace_on is None:
        first = loan.oldest_due_on + dt.timedelta(grace + 1)
        loan.out_of_grace_on = first if first > day - DAY else day
    if said.progress > 0 or said.agreed:
        loan.last_progress_on = day
    loan.anchor_on, loan.paused_days, loan.no_progress_days = None, 0, 0
    if loan.oldest_due_on is not None:
        loan.anchor_on = max(loan.oldest_due_on, loan.last_progress_on or loan.oldest_due_on)
        loan.paused_days = _held_days(loan, "clock", loan.anchor_on, day) if loan.holds else 0
        loan.no_progress_days = (day - loan.anchor_on).days - loan.paused_days


def _later(*days: dt.date | None) -> dt.date | None:
    return max((day for day in days if day is not None), default=None)


_Seen = tuple[dt.date | None, dt.date | None, dt.date | None, list[dt.date]]


def _dates(loan: Loan, day: dt.date, said: Said, opens: bool, seen: _Seen, rules: Rules) -> None:
    """Floors, dates and the state that follow from the day."""
    passed, final_row, part_row, cleared = seen
    whole = said.received > 0 and said.received * 10 >= loan.instalment * 9
    if said.received > 0:
        loan.last_receipt_on = day
    if whole:
        loan.last_full_on = day
        if loan.recency_days >= rules.trigger_days:
            loan.resumed_on = day
    left = loan.left_grace or loan.out_of_grace_on is not None
    cured = loan.dpd == 0 and left and loan.plan_state not in RUNNING
    if cured:
        loan.cured_on = day
    loan.left_grace = left and not cured
    loan.recency_days = min(loan.dpd, (day - loan.last_full_on).days) if loan.last_full_on else loan.dpd
    if said.restructure is not None:
        again = loan.restructured_on is not None and (day - loan.restructured_on).days <= rules.again_days
        loan.class_floor = max(loan.class_floor, rules.restructured_floor, rules.again_floor if again else 0)
        loan.restructured_on = day
        loan.restructure_count += 1
    if said.plan is not None:
        loan.class_floor = max(loan.class_floor, rules.restructured_floor)
        loan.plan_count += 1
    if opens:
        loan.contract_until_on = min(loan.contract_until_on, day + DAY)
        loan.final_due_on = final_row or day
    loan.last_due_on = _later(loan.last_due_on, passed)
    loan.late_cleared_due_on = _later(loan.late_cleared_due_on, *cleared)
    if said.progress > 0 or said.agreed:
        loan.interrupted_on = day
    planned = said.plan is not None or loan.plan_state in RUNNING
    limit = _later(loan.final_due_on, part_row if planned else None, loan.interrupted_on)
    loan.limitation_end_on = add_years(limit, rules.limitation_years, march=False) if limit else None
    loan.credit_removable_on = add_years(loan.cured_on, rules.retention_years, march=True) if loan.cured_on else None
    owed = sum((r.posted - r.paid - r.waived for r in loan.rows), ZERO)
    charged = loan.interest_due + loan.penalty_posted - loan.penalty_waived
    loan.penalty_cut = min(_room(loan, charged, rules), owed) if owed else ZERO
    loan.state = _state(loan, owed)


def _state(loan: Loan, owed: Decimal) -> str:
    if loan.principal <= 0 and not owed + loan.overdue_interest:
        return "SETTLED"
    if loan.plan_state in RUNNING:
        return "UNDER_PLAN"
    if loan.dpd and loan.out_of_grace_on is None:
        return "GRACE"
    return "DELINQUENT" if loan.dpd else "CURRENT"


def _promise(loan: Loan, day: dt.date, said: Said, rules: Rules) -> None:
    """Kept as soon as the money is there, judged on the day after its date."""
    made = said.promise
    if made is not None:
        loan.promise, loan.promise_made_on, loan.promise_due_on = made.amount, day, made.until_on
        loan.promise_base, loan.promise_state = said.before, "PENDING"
    if loan.promise_state != "PENDING" or loan.promise_due_on is None or loan.promise_made_on is None:
        return
    paid = loan.received - loan.promise_base
    through = min(loan.promise_due_on + DAY, day)
    stops = any(_held_days(loan, stop, loan.promise_made_on - DAY, through) for stop in ("contact", "clock")) if loan.holds else False
    if paid >= loan.promise:
        loan.promise_state = "KEPT"
    elif stops:
        loan.promise_state = "SUSPENDED"
    elif (day - loan.promise_due_on).days >= rules.promise_tolerance:
        loan.promise_state = "PARTLY_KEPT" if paid > 0 else "BROKEN"


def _stepped(steps: tuple[tuple[int, str], ...], days: int) -> str:
    return next(name for first, name in steps if days >= first)


def _status(loan: Loan, day: dt.date, rules: Rules) -> None:
    """Bucket, five-class, triggers, high risk, the month's credit code."""
    dpd = loan.dpd
    grade = 1 + (dpd > rules.technical_days)
    for place, edge in enumerate(rules.class_edges):
        if dpd > edge:
            grade = place + 3
    loan.five_class = max(grade, loan.class_floor)
    loan.bucket = _stepped(rules.buckets, dpd)
    loan.recency_bucket = _stepped(rules.buckets, loan.recency_days)
    names = []
    if dpd >= rules.trigger_days and loan.no_progress_days >= rules.trigger_days:
        names.append("T1")
    overdue = loan.overdue_interest + loan.overdue_principal
    if overdue > rules.trigger_amount and dpd >= rules.t2_min_dpd and loan.out_of_grace_on is not None:
        names.append("T2")
    loan.triggers = "+".join(names)
    progressed = loan.last_progress_on is not None and loan.last_progress_on >= day
    loan.high_risk = ("T1" in names or (loan.high_risk and not progressed)) and dpd > 0
    if loan.state == "DELINQUENT" and loan.high_risk:
        loan.state = "HIGH_RISK"
    if (day + DAY).day == 1:
        credit_month(loan, day, rules)


def credit_month(loan: Loan, day: dt.date, rules: Rules) -> None:
    """The code of a month end, for loans that nothing touched as well."""
    start = day.replace(day=1)
    if loan.state == "SETTLED":
        code = "C"
    elif loan.dpd >= rules.credit_min_dpd and loan.out_of_grace_on is not None:
        code = _stepped(rules.codes, loan.dpd)
    elif loan.last_due_on is None or loan.last_due_on < start:
        code = "*"
    else:
        code = "M" if loan.late_cleared_due_on is not None and loan.late_cleared_due_on >= start else "N"
    loan.credit_code, loan.credit_code_on = code, day

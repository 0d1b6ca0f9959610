"""Acts of a day that change what is owed or when: plans, restructures, acceleration, moved due dates, charge-off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction

from arrears.kernel.events import Event
from reference.arithmetic import add_months, due_days, equal_instalment, half_even
from reference.ledger import Fee, Ledger, Row


def set_against(rows: list[tuple[int, int]], interest: int, principal: int) -> list[tuple[int, int]]:
    """Unpaid (interest, principal) after paid parts went against them oldest first, like to like."""
    left = []
    for i, p in rows:
        use_i, use_p = min(i, interest), min(p, principal)
        interest, principal = interest - use_i, principal - use_p
        left.append((i - use_i, p - use_p))
    return left


def covered_now(book: Ledger) -> list[tuple[Row, int, int]]:
    """Covered rows with what would be unpaid if the plan were not there."""
    rows = sorted((r for r in book.rows if r.covered), key=lambda r: r.age)
    parts = [r for r in book.rows if r.is_part]
    paid_i = sum(r.interest for r in rows) - sum(r.interest for r in parts)
    paid_p = sum(r.principal for r in rows) - sum(r.principal for r in parts)
    left = set_against([(r.interest, r.principal) for r in rows], paid_i, paid_p)
    return [(row, i, p) for row, (i, p) in zip(rows, left, strict=True)]


def return_plan(book: Ledger, day: dt.date, state: str) -> None:
    """The covered arrears come back with their own due dates; no penalty up to and including `day`."""
    if not book.plan_runs:
        return
    for row, interest, principal in covered_now(book):
        row.interest, row.principal, row.covered, row.free_until = interest, principal, False, day
        row.clear(day)
    book.rows = [r for r in book.rows if not r.is_part]
    book.plan_state = state


def complete_plan(book: Ledger, day: dt.date) -> None:
    """All parts paid: the covered arrears are paid, their remaining penalty is waived."""
    if not book.plan_runs or any(r.unpaid for r in book.rows if r.is_part):
        return
    for row in book.rows:
        if row.covered:
            row.interest = row.principal = 0
            row.covered = False
            row.waived += row.penalty_owed
            row.clear(day)
    book.plan_state = "completed"


def sign_plan(book: Ledger, e: Event) -> None:
    """Arrears due before the signing day, in `count` parts; all interest first, then principal."""
    return_plan(book, e.value_on, "ended")
    book.rows = [r for r in book.rows if not r.is_part]  # paid parts of an earlier plan have served
    book.floor = max(book.floor, 2)
    covered = [r for r in book.live() if r.unpaid and r.due < e.value_on]
    interest, total = sum(r.interest for r in covered), sum(r.unpaid for r in covered)
    if not total or e.first_due_on is None:
        return
    for row in covered:
        row.covered = True
    for k, due in enumerate(due_days(e.first_due_on, e.count, e.step_months)):
        size = total // e.count if k < e.count - 1 else total - total // e.count * (e.count - 1)
        part_interest = min(size, interest)
        interest -= part_interest
        book.rows.append(Row(f"P{k + 1:02d}", due, part_interest, size - part_interest, e.first_due_on.day, e.step_months))
    book.plan_state = "active"


def replace(book: Ledger, rows: list[Row]) -> int:
    """Take rows out of force; returns their unpaid principal. A penalty already posted stays owed."""
    principal = sum(r.principal for r in rows)
    for row in rows:
        row.interest = row.principal = 0
        row.replaced = True
    return principal


def restructure(book: Ledger, e: Event) -> None:
    """Contract rows due on or after the signing day become `count` equal instalments on their unpaid principal."""
    window = dt.timedelta(days=book.policy.second_restructure_days)
    again = any(e.value_on - old <= window for old in book.restructured_on)
    book.floor = max(book.floor, 3 if again else 2)
    book.restructured_on.append(e.value_on)
    principal = replace(book, [r for r in book.live() if r.is_contract and r.due >= e.value_on and r.unpaid])
    if not principal or e.first_due_on is None:
        return
    number = 1 + max((int(r.id[1:]) for r in book.rows if r.id[0] == "R"), default=0)
    amounts = equal_instalment(principal, book.rate_ppm, e.count, e.step_months)
    for k, due in enumerate(due_days(e.first_due_on, e.count, e.step_months)):
        book.rows.append(Row(f"R{number + k:02d}", due, *amounts[k], e.first_due_on.day, e.step_months))


def accelerate(book: Ledger, e: Event) -> None:
    """Everything due after arrival falls due on arrival, with day interest from the latest due date."""
    return_plan(book, e.value_on, "ended")
    book.floor = max(book.floor, 3)
    in_force = [r for r in book.rows if not r.replaced and not r.is_part]
    start = max((r.due for r in in_force if r.due <= e.value_on), default=None)
    if start is None:
        first, step = book.terms["first_due_on"], int(book.terms.get("step_months", 1))  # type: ignore[call-overload]
        start = add_months(first, -step)  # type: ignore[arg-type]
    principal = replace(book, [r for r in in_force if r.due > e.value_on])
    interest = half_even(Fraction(principal * book.rate_ppm * (e.value_on - start).days, 360_000_000))
    if principal:
        number = 1 + sum(r.id[0] == "X" for r in book.rows)
        book.rows.append(Row(f"X{number:02d}", e.value_on, interest, principal, e.value_on.day, 1))


def movable(book: Ledger) -> list[Row]:
    return [r for r in book.live() if r.is_contract and r.unpaid]


def defer(book: Ledger, e: Event) -> None:
    """The oldest `count` unpaid contract rows go behind the last one, a step apart."""
    rows = movable(book)[: e.count]
    if not rows:
        return
    last = max((r for r in book.rows if r.is_contract and not r.replaced), key=lambda r: r.due)
    due, anchor, step = last.due, last.anchor, last.step
    for k, row in enumerate(rows):
        row.due, row.anchor, row.step = add_months(due, step * (k + 1), anchor), anchor, step


def extend(book: Ledger, e: Event) -> None:
    for row in movable(book):
        if row.due >= e.value_on:
            row.due = add_months(row.due, e.count, row.anchor)


def move_days(book: Ledger, e: Event) -> None:
    for row in movable(book):
        if row.due >= e.value_on:
            row.due += dt.timedelta(days=e.days)
            row.anchor = row.due.day


def charge_fee(book: Ledger, e: Event) -> None:
    kind = "cost" if e.subject == "awarded_cost" else "fee"
    book.fees.append(Fee(f"{e.source}/{e.source_ref}", kind, e.amount_fen))


def charge_off(book: Ledger, e: Event) -> None:
    left = book.principal_left
    book.charged_off += left if e.amount_fen == 0 else min(e.amount_fen, left)


def charge_off_back(book: Ledger, e: Event) -> None:
    book.charged_off -= min(e.amount_fen, book.charged_off)


def refund(book: Ledger, e: Event) -> None:
    book.credit -= min(e.amount_fen, book.credit)


def adjust(book: Ledger, e: Event) -> None:
    book.adjusted += e.amount_fen


def recover(book: Ledger, e: Event) -> None:
    book.recovered += e.amount_fen


Act = Callable[[Ledger, Event], None]

# The order of the acts of one day; within a kind by (source, source_ref).
ORDER: list[tuple[str, str, Act]] = [
    ("agreement_ended", "", lambda book, e: return_plan(book, e.value_on, "ended")),
    ("agreement_signed", "arrears_plan", sign_plan),
    ("agreement_signed", "restructure", restructure),
    ("accelerated", "", accelerate),
    ("instalments_deferred", "", defer),
    ("term_extended", "", extend),
    ("due_date_changed", "", move_days),
    ("disbursed", "", adjust),
    ("balance_adjusted", "", adjust),
    ("fee_charged", "", charge_fee),
    ("penalty_waived", "", lambda book, e: book.waive_penalty(e.amount_fen)),
    ("fee_waived", "", lambda book, e: book.waive_fee(e.amount_fen)),
    ("charge_off_reversed", "", charge_off_back),
    ("charged_off", "", charge_off),
    ("recovered", "", recover),
    ("credit_refunded", "", refund),
]


def act(book: Ledger, events: list[Event]) -> None:
    """All acts of one day in the order above."""
    for kind, subject, do in ORDER:
        for e in sorted((e for e in events if e.kind == kind), key=lambda e: (e.source, e.source_ref)):
            if not subject or e.subject == subject:
                do(book, e)


def break_plan(book: Ledger, day: dt.date, last_sign_of_life: dt.date) -> None:
    """Late at 4 days, broken at 10 from the part's due day, the last receipt and the last contact."""
    if not book.plan_runs:
        return
    late = [r.due for r in book.live() if r.is_part and r.unpaid and r.due < day]
    if late and (day - max(late[0], last_sign_of_life)).days >= book.policy.plan_break_days:
        return_plan(book, day, "broken")


def note_late(book: Ledger, day: dt.date) -> None:
    """A running plan is late while a part is unpaid 4 days after its day."""
    if book.plan_runs:
        unpaid = [r.due for r in book.live() if r.is_part and r.unpaid]
        late = bool(unpaid) and (day - min(unpaid)).days >= book.policy.plan_late_days
        book.plan_state = "late" if late else "active"

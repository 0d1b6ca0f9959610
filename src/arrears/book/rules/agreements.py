"""What a signed agreement, a notice of acceleration, a fee or a waiver does to the obligations of its day.

The acts of one day run in `ACTS_ORDER`. Only loans that act today go through the chain; a chain stage reads the rows
of the one before it. Source: glossary 12, 47, 48, 56; MISSION 3.6; cn.civ.accel.
"""

from __future__ import annotations

from collections.abc import Callable

import ibis
import ibis.expr.types as ir

from arrears.book import columns as c
from arrears.book.rules.accrual import obligation_rows
from arrears.book.rules.money import clamp, half_even, i64, quot, running64, sum64, zero
from arrears.book.rules.policy import Policy
from arrears.book.rules.tables import (
    CANCELLED,
    ROWS,
    beside,
    calendar,
    evt,
    made,
    months,
    numbers,
    pos,
    prefixed,
    rest,
    stage,
    terms,
    text,
    turn,
    unbound,
)
from arrears.book.rules.take_in import acts

rows_accrued = unbound("rows_accrued", ROWS)
_CONTRACT = ["I", "H", "R"]

# Loans whose rows an act changes today, with what it needs of them.
ACTING: c.Columns = {
    "loan_id": "string",
    "to_on": "day",
    "returns": "bool",  # a running arrears plan ends first
    "opens": "bool",  # the coming contract instalments are taken out of the schedule files
}
ACTS_ORDER = ("rows_acting", "rows_returned", "rows_covered", "rows_opened", "rows_replaced", "rows_called", "rows_moved", "rows_waived")


def _today() -> ir.Table:
    return prefixed(acts.table, "day_").inner_join(turn.select("loan_id", "to_on"), "loan_id")


@stage("acting", ACTING)
def acting(policy: Policy) -> ir.Table:
    """Loans with an act that changes obligations today."""
    del policy
    day = _today().inner_join(pos.select("loan_id", "plan_state"), "loan_id")
    opens = (
        (day.day_new_count > 0) | day.day_accelerated | (day.day_defer_count > 0) | (day.day_extend_months != 0) | (day.day_move_days != 0)
    )
    planned = day.plan_state.isin(["ACTIVE", "LATE"])
    returns = planned & (day.day_plan_ended | (day.day_plan_count > 0) | day.day_accelerated)
    changes = (
        opens | returns | (day.day_plan_count > 0) | (day.day_fee_fen != 0) | (day.day_waived_fen != 0) | (day.day_fee_waived_fen != 0)
    )
    return day.filter(changes).select(loan_id=day.loan_id, to_on=day.to_on, returns=returns, opens=opens)


@stage("rows_acting", ROWS)
def rows_acting(policy: Policy) -> ir.Table:
    """The rows of acting loans."""
    del policy
    return rows_accrued.semi_join(acting.table, "loan_id")


def less_parts(rows: ir.Table) -> ir.Table:
    """The covered rows less what the parts of their plan have paid, oldest first: interest to interest, principal to principal.

    Source: glossary 15. Returns the covered rows of `rows` with interest_fen and principal_fen as they would be without the plan.
    """
    covered = rows.filter(rows.covered)
    parts = (
        rows.filter(rows.kind == "P")
        .group_by("loan_id")
        .aggregate(left_interest=lambda t: sum64(t.interest_fen), left_principal=lambda t: sum64(t.principal_fen))
    )
    whole = covered.group_by("loan_id").aggregate(
        all_interest=lambda t: sum64(t.interest_fen), all_principal=lambda t: sum64(t.principal_fen)
    )
    loans = beside(beside(covered, whole), parts)
    order = [loans.due_on, loans.obligation]
    placed = loans.mutate(
        before_interest=running64(loans.interest_fen, [loans.loan_id], order),
        before_principal=running64(loans.principal_fen, [loans.loan_id], order),
    )
    paid_interest = placed.all_interest - zero(placed.left_interest) - placed.before_interest
    paid_principal = placed.all_principal - zero(placed.left_principal) - placed.before_principal
    return placed.mutate(
        interest_fen=placed.interest_fen - clamp(paid_interest, 0, placed.interest_fen),
        principal_fen=placed.principal_fen - clamp(paid_principal, 0, placed.principal_fen),
    )


def returned(rows: ir.Table, ending: ir.Table) -> ir.Table:
    """Covered rows back at their own due dates, the paid plan parts set against them; the parts are gone.

    Penalty stays as it stood.
    """
    here = rows.semi_join(ending, "loan_id")
    back = less_parts(here).mutate(covered=ibis.literal(False), rests=ibis.literal(True))
    others = here.filter(~here.covered & (here.kind != "P"))
    return ibis.union(rows.anti_join(ending, "loan_id").select(*ROWS), others.select(*ROWS), back.select(*ROWS))


@stage("rows_returned", ROWS)
def rows_returned(policy: Policy) -> ir.Table:
    """1. A plan that ends today gives its arrears back; the day still counts as a day of the plan."""
    del policy
    return returned(rows_acting.table, acting.table.filter(acting.table.returns))


def month_later(table: ir.Table, anchor: str, ahead: ir.IntegerValue, day: Callable[[ir.Table], ir.IntegerValue] | None = None) -> ir.Table:
    """The table with column `moved_on`: the day `ahead` months after the column `anchor`, clamped to the month's end.

    `day` gives a later day of the month to return to, where the anchor itself was clamped.
    """
    days = calendar.select(
        anchor_on=calendar.day_on, anchor_month=calendar.month_index, anchor_day=calendar.day_of_month, anchor_end=calendar.month_to_on
    )
    dated = table.mutate(ahead=ahead).inner_join(days, [(anchor, "anchor_on")])
    aimed = dated.mutate(aim=dated.anchor_month + dated.ahead)
    target = months.select(aim="month_index", aim_from="month_from_on", aim_length="length")
    met = aimed.inner_join(target, "aim")
    wanted = met.anchor_day if day is None else ibis.greatest(met.anchor_day, day(met))
    return met.mutate(moved_on=met.aim_from + ibis.least(wanted, met.aim_length) - 1)


def generation(letter: str, count: ir.IntegerValue) -> ir.StringValue:
    """Prefix of obligation names: R, and from the second time on R2-, R3-, so that names stay unique in a loan."""
    return (count == 0).ifelse(text(letter), text(letter).concat((count + 1).cast("string"), text("-")))


@stage("rows_covered", ROWS)
def rows_covered(policy: Policy) -> ir.Table:
    """2. Arrears plan: what fell due before the signing day is covered; equal parts take its place."""
    day = _today()
    signed = day.filter(day.day_plan_count > 0).select("loan_id", "to_on", "day_plan_count", "day_plan_first_on", "day_plan_step")
    rows = beside(rows_returned.table, signed)
    arrears = (
        rows.to_on.notnull() & (rows.due_on < rows.to_on) & (rows.interest_fen + rows.principal_fen > 0) & rows.kind.isin([*_CONTRACT, "X"])
    ).fill_null(False)
    sums = (
        rows.filter(arrears)
        .group_by("loan_id")
        .aggregate(interest=lambda t: sum64(t.interest_fen), total=lambda t: sum64(t.interest_fen + t.principal_fen))
    )
    plan = signed.inner_join(sums, "loan_id").inner_join(pos.select("loan_id", "plan_count"), "loan_id")
    parts = plan.inner_join(numbers, plan.day_plan_count >= numbers.k)
    each = quot(parts.total, parts.day_plan_count)
    start = each * (parts.k - 1)
    amount = (parts.k == parts.day_plan_count).ifelse(parts.total - start, each)
    cut = parts.mutate(interest_fen=clamp(parts.interest - start, 0, amount), amount=amount)
    # two digits at least, as the contract's instalments are named
    number = (cut.k < 10).ifelse(text("0").concat(cut.k.cast("string")), cut.k.cast("string"))
    named = cut.mutate(
        principal_fen=cut.amount - cut.interest_fen,
        obligation=generation("P", cut.plan_count).concat(number),
        rate_ppm=i64(0),
    )
    dated = month_later(named, "day_plan_first_on", (named.k - 1) * named.day_plan_step)
    new = obligation_rows(policy, dated.mutate(due_on=dated.moved_on), "P")
    return rows.mutate(covered=rows.covered | arrears).select(*ROWS).union(new.select(*ROWS))


@stage("rows_opened", ROWS)
def rows_opened(policy: Policy) -> ir.Table:
    """3. Where the coming instalments change, they leave the schedule files and stand among the rows."""
    opened = acting.table.filter(acting.table.opens).inner_join(pos.select("loan_id", "contract_until_on"), "loan_id")
    coming = rest.inner_join(opened, "loan_id").inner_join(terms.select("loan_id", "rate_ppm"), "loan_id")
    coming = coming.filter((coming.due_on > coming.to_on) & (coming.due_on < coming.contract_until_on))
    return rows_covered.table.union(obligation_rows(policy, coming, "I").select(*ROWS))


TO_MAKE: c.Columns = {
    "loan_id": "string",
    "principal_fen": "int64",
    "rate_ppm": "int64",
    "count": "int64",
    "step_months": "int64",
    "first_due_on": "day",
    "prefix": "string",
}


def _replaced_today() -> ir.Table:
    day = _today()
    return day.filter(day.day_new_count > 0).select("loan_id", "to_on", "day_new_count", "day_new_first_on", "day_new_step")


def _replaceable(rows: ir.Table) -> ir.BooleanValue:
    return rows.kind.isin(_CONTRACT) & ~rows.covered & (rows.due_on >= rows.to_on)


def emptied(rows: ir.Table, gone: ir.BooleanValue) -> ir.Table:
    """The rows with those that are gone left owing nothing but penalty they bore before (a moved instalment may)."""
    over = gone.fill_null(False)
    return rows.mutate(**{name: over.ifelse(i64(0), rows[name]) for name in ("interest_fen", "principal_fen", "total_fen")})


@stage("to_make", TO_MAKE)
def to_make(policy: Policy) -> ir.Table:
    """What `rules.schedule` needs to make the new equal instalments of a restructured loan."""
    del policy
    day = (
        _replaced_today()
        .inner_join(terms.select("loan_id", "rate_ppm"), "loan_id")
        .inner_join(pos.select("loan_id", "restructure_count"), "loan_id")
    )
    rows = rows_opened.table.inner_join(day, "loan_id")
    gone = rows.filter(_replaceable(rows))
    sums = gone.group_by("loan_id").aggregate(principal_fen=sum64(gone.principal_fen))
    return day.inner_join(sums.filter(sums.principal_fen > 0), "loan_id").select(
        loan_id="loan_id",
        principal_fen="principal_fen",
        rate_ppm="rate_ppm",
        count="day_new_count",
        step_months="day_new_step",
        first_due_on="day_new_first_on",
        prefix=generation("R", day.restructure_count),
    )


@stage("rows_replaced", ROWS)
def rows_replaced(policy: Policy) -> ir.Table:
    """4. Restructure: unpaid instalments due on or after the signing day give way to the new ones."""
    rows = beside(rows_opened.table, _replaced_today())
    kept = emptied(rows, rows.to_on.notnull() & _replaceable(rows))
    new = made.inner_join(terms.select("loan_id", "rate_ppm"), "loan_id")
    return kept.select(*ROWS).union(obligation_rows(policy, new, "R").select(*ROWS))


@stage("rows_called", ROWS)
def rows_called(policy: Policy) -> ir.Table:
    """5. Acceleration: what would fall due later falls due today, with day interest since the latest due day."""
    day = _today()
    called = day.filter(day.day_accelerated).select("loan_id", "to_on")
    rows = beside(rows_replaced.table, called)
    future = rows.to_on.notnull() & (rows.due_on > rows.to_on) & (rows.kind != "F")
    passed = (
        rows.filter((rows.due_on <= rows.to_on) & ~rows.kind.isin(["P", "F"]))
        .group_by("loan_id")
        .aggregate(row_due_on=lambda t: t.due_on.max())
    )
    sums = rows.filter(future).group_by("loan_id").aggregate(principal_fen=lambda t: sum64(t.principal_fen))
    loans = beside(sums.filter(sums.principal_fen > 0).inner_join(called, "loan_id"), passed)
    loans = loans.inner_join(terms.select("loan_id", "rate_ppm", "opened_on"), "loan_id").inner_join(
        pos.select("loan_id", "charged_to_on", "accelerated_count"), "loan_id"
    )
    since = ibis.greatest(loans.row_due_on.fill_null(loans.opened_on), loans.charged_to_on.fill_null(loans.opened_on))
    interest = half_even(loans.principal_fen * loans.rate_ppm * (loans.to_on - since), i64(360_000_000))
    claim = loans.mutate(obligation=generation("X", loans.accelerated_count).concat(text("01")), due_on=loans.to_on, interest_fen=interest)
    kept = emptied(rows, future)
    return kept.select(*ROWS).union(obligation_rows(policy, claim, "X").select(*ROWS))


@stage("rows_moved", ROWS)
def rows_moved(policy: Policy) -> ir.Table:
    """6. Deferral, extension, due-date change: contract instalments take new due days; sums stay."""
    del policy
    day = (
        _today().inner_join(terms.select("loan_id", "first_due_on"), "loan_id").inner_join(pos.select("loan_id", "step_months"), "loan_id")
    )
    rows = rows_called.table.inner_join(day, "loan_id")
    unpaid = (rows.interest_fen + rows.principal_fen > 0) & ~rows.covered & rows.kind.isin(_CONTRACT)
    by = ibis.window(group_by=[rows.loan_id, unpaid], order_by=[rows.due_on, rows.obligation])
    last = rows.due_on.max().over(ibis.window(group_by=[rows.loan_id, unpaid]))
    ranked = rows.mutate(unpaid=unpaid, number=ibis.row_number().over(by).cast("int64") + 1, last_due=last)
    deferred = ranked.unpaid & (ranked.number <= ranked.day_defer_count)
    coming = ranked.unpaid & (ranked.due_on >= ranked.to_on)
    anchored = ranked.mutate(
        anchor=deferred.ifelse(ranked.last_due, ranked.due_on),
        steps=ibis.cases(
            (deferred, ranked.number * ranked.step_months),
            (coming & (ranked.day_extend_months != 0), ranked.day_extend_months),
            else_=i64(0),
        ),
        shift=(coming & ~deferred).ifelse(ranked.day_move_days, i64(0)),
    )
    first = calendar.select(first_due_on="day_on", first_day="day_of_month")
    anchored = anchored.inner_join(first, "first_due_on")

    def contract_day(met: ir.Table) -> ir.IntegerValue:
        """A contract instalment clamped to a short month returns to the contract's day (31 Jan, 28 Feb, 31 Mar)."""
        return ((met.anchor_on == met.anchor_end) & (met.kind == "I")).ifelse(met.first_day, i64(0))

    moved = month_later(anchored, "anchor", anchored.steps, contract_day)
    return moved.mutate(due_on=moved.moved_on + moved.shift).select(*ROWS)


@stage("rows_waived", ROWS)
def rows_waived(policy: Policy) -> ir.Table:
    """7. Fees of the day join; 8. waivers take penalty and fees off, oldest first."""
    fees = evt.inner_join(turn, "loan_id")
    fees = fees.filter((fees.kind == "fee_charged") & (fees.effect_on == fees.to_on))
    charged = fees.select(
        loan_id=fees.loan_id,
        obligation=text("F:").concat(fees.event_id),
        due_on=fees.to_on,
        interest_fen=i64(0),
        principal_fen=i64(0),
        rate_ppm=i64(0),
        fee=fees.amount_fen,
        costs=fees.subject == "awarded_cost",
    )
    plain = obligation_rows(policy, charged, "F").drop("fee_fen", "awarded")
    joined = plain.inner_join(charged.select("loan_id", "obligation", fee_fen="fee", awarded="costs"), ["loan_id", "obligation"])
    rows = rows_moved.table.union(joined.select(*ROWS))
    day = _today().select("loan_id", "day_waived_fen", "day_fee_waived_fen")
    loans = rows.inner_join(day, "loan_id")
    owed = loans.posted_fen - loans.paid_fen - loans.waived_fen
    free_fee = loans.awarded.ifelse(i64(0), loans.fee_fen)
    order = [loans.due_on, loans.obligation]
    placed = loans.mutate(
        owed=owed, free_fee=free_fee, before=running64(owed, [loans.loan_id], order), fee_before=running64(free_fee, [loans.loan_id], order)
    )
    return placed.mutate(
        waived_fen=placed.waived_fen + clamp(placed.day_waived_fen - placed.before, 0, placed.owed),
        fee_fen=placed.fee_fen - clamp(placed.day_fee_waived_fen - placed.fee_before, 0, placed.free_fee),
    ).select(*ROWS)


@stage("rows_after_acts", ROWS)
def rows_after_acts(policy: Policy) -> ir.Table:
    """Acting loans as the chain left them, all others as they were."""
    del policy
    return rows_accrued.anti_join(acting.table, "loan_id").union(rows_waived.table)


@stage("cancelled", CANCELLED)
def cancelled(policy: Policy) -> ir.Table:
    """Interest that had fallen due and falls away, because its instalment was replaced or called today."""
    del policy

    def counted(rows: ir.Table, sign: int) -> ir.Table:
        chosen = rows.filter(rows.counted & ~rows.kind.isin(["P", "F"]))
        return chosen.select(loan_id=chosen.loan_id, interest_fen=chosen.interest_fen * sign)

    both = counted(rows_opened.table, 1).union(counted(rows_called.table, -1))
    return both.group_by("loan_id").aggregate(interest_fen=sum64(both.interest_fen))

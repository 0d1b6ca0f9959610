"""What a loan is at the end of a day: days past due, clocks, triggers, class, bucket, state.

Source: glossary 14-16, 23-32, 53-54, 59; MISSION 3.1, 3.4; cn.cls.dpd, cn.cls.restructure, cn.cr.codes, cn.cr.keep5,
cn.lim.years; house dpd.*, trigger.*, attitude.*, buckets.*. Days past due are counted from the oldest unpaid due day
and are never reduced by a pause.
"""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from arrears.book import columns as c
from arrears.book.rules.accrual import allowance, overlap
from arrears.book.rules.day_end import due_out, ledger, plans
from arrears.book.rules.money import clamp, i64, running64, sum64, zero
from arrears.book.rules.policy import Policy
from arrears.book.rules.tables import (
    beside,
    calendar,
    hold,
    later,
    mark,
    no_day,
    pos,
    prefixed,
    rows_settled,
    stage,
    terms,
    text,
    turn,
)
from arrears.book.rules.take_in import acts
from arrears.book.rules.waterfall import rows_poured

OVERDUE: c.Columns = {
    "loan_id": "string",
    "overdue_interest_fen": "int64",
    "overdue_principal_fen": "int64",
    "overdue_count": "int64",
    "oldest_due_on": "day",
    "oldest_grace_days": "int64",
    "oldest_without_plan_on": "day",
}


def material(policy: Policy, rows: ir.Table, day: ir.IntegerValue) -> ir.BooleanValue:
    """Does the unpaid interest and principal of a row count for days past due (house dpd.materiality_*)."""
    top, bottom = policy.ratio("dpd.materiality_ratio", day)
    unpaid = rows.interest_fen + rows.principal_fen
    floor = policy.whole("dpd.materiality_fen", day)
    return (unpaid > floor) & (unpaid * bottom > rows.total_fen * top)


@stage("overdue", OVERDUE)
def overdue(policy: Policy) -> ir.Table:
    """What is past due at the end of the turn's day, as it stands and as it would stand without a plan."""
    rows = due_out.table.inner_join(turn.select("loan_id", "to_on"), "loan_id")
    rows = rows.filter((rows.due_on < rows.to_on) & (rows.kind != "F"))
    rows = rows.mutate(counts=material(policy, rows, rows.to_on))
    live = ~rows.covered
    oldest = (live & rows.counts).ifelse(rows.due_on, no_day())
    bare = (rows.counts & live & (rows.kind != "P")).ifelse(rows.due_on, no_day())
    # the grace of the oldest row: all rows of one due day share it
    sums = rows.group_by("loan_id").aggregate(
        overdue_interest_fen=sum64(live.ifelse(rows.interest_fen, i64(0))),
        overdue_principal_fen=sum64(live.ifelse(rows.principal_fen, i64(0))),
        overdue_count=sum64((live & rows.counts).ifelse(i64(1), i64(0))),
        oldest_due_on=oldest.min(),
        bare_due_on=bare.min(),
    )
    grace = beside(rows, sums.select("loan_id", first_on="oldest_due_on"))
    graces = grace.filter(grace.due_on == grace.first_on).group_by("loan_id").aggregate(oldest_grace_days=lambda t: t.grace_days.max())
    both = beside(beside(sums, graces), _covered_oldest(policy))
    return both.select(
        *[name for name in OVERDUE if name not in ("oldest_without_plan_on", "oldest_grace_days")],
        oldest_grace_days=zero(both.oldest_grace_days),
        oldest_without_plan_on=ibis.least(
            both.bare_due_on.fill_null(both.covered_due_on), both.covered_due_on.fill_null(both.bare_due_on)
        ),
    )


def _covered_oldest(policy: Policy) -> ir.Table:
    """Oldest covered due day still unpaid once the paid plan parts are set against the covered rows, oldest first."""
    rows = due_out.table.inner_join(turn.select("loan_id", "to_on"), "loan_id")
    parts = rows.filter(rows.kind == "P").group_by("loan_id").aggregate(
        left_interest=lambda t: sum64(t.interest_fen), left_principal=lambda t: sum64(t.principal_fen)
    )
    covered = rows.filter(rows.covered)
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
    left = placed.mutate(
        interest_fen=placed.interest_fen - clamp(paid_interest, 0, placed.interest_fen),
        principal_fen=placed.principal_fen - clamp(paid_principal, 0, placed.principal_fen),
    )
    counted = left.filter(material(policy, left, left.to_on))
    return counted.group_by("loan_id").aggregate(covered_due_on=lambda t: t.due_on.min())


CLEARED: c.Columns = {"loan_id": "string", "cleared_due_on": "day", "passed_due_on": "day", "charged_due_on": "day", "final_row_on": "day", "part_row_on": "day"}


@stage("cleared", CLEARED)
def cleared(policy: Policy) -> ir.Table:
    """Due days that matter to the credit record and to limitation: cleared after grace, passed, last of all."""
    del policy
    before = rows_settled.filter(rows_settled.interest_fen + rows_settled.principal_fen > 0).select("loan_id", "obligation")
    after = rows_poured
    paid = after.inner_join(before, ["loan_id", "obligation"]).inner_join(turn.select("loan_id", "to_on"), "loan_id")
    late = (paid.interest_fen + paid.principal_fen == 0) & (paid.to_on > paid.due_on + paid.grace_days)
    lates = paid.filter(late).group_by("loan_id").aggregate(cleared_due_on=lambda t: t.due_on.max())
    rows = rows_poured.inner_join(turn.select("loan_id", "to_on"), "loan_id").filter(lambda t: t.kind != "F")
    days = rows.group_by("loan_id").aggregate(
        passed_due_on=(rows.due_on <= rows.to_on).ifelse(rows.due_on, no_day()).max(),
        charged_due_on=((rows.due_on <= rows.to_on) & (rows.kind != "P")).ifelse(rows.due_on, no_day()).max(),
        # a row that was replaced or called owes nothing: it is no instalment any more
        final_row_on=((rows.kind != "P") & (rows.total_fen > 0)).ifelse(rows.due_on, no_day()).max(),
        part_row_on=(rows.kind == "P").ifelse(rows.due_on, no_day()).max(),
    )
    return beside(days, lates).select(*CLEARED)


POINTS: c.Columns = {"loan_id": "string", "points": "int64"}


def _points(policy: Policy, since: ir.Table) -> ir.Table:
    """Attitude points inside the present delinquency: not in grace, not on a day with a contact hold, one call a day."""
    marks = mark.inner_join(since, "loan_id")
    marks = marks.filter((marks.evidence_on >= marks.since_on) & (marks.confirmed_on <= marks.to_on))
    stops = hold.filter(hold.stop == "contact").select("loan_id", hold_from="from_on", hold_to="to_on")
    met = marks.inner_join(stops, "loan_id")
    held = met.filter((met.hold_from <= met.evidence_on) & (met.hold_to >= met.evidence_on)).select("loan_id", "evidence_on").distinct()
    free = marks.anti_join(held, ["loan_id", "evidence_on"])
    each = free.group_by("loan_id", "kind", "evidence_on").aggregate(times=lambda t: t.count().cast("int64"), to_on=lambda t: t.to_on.max())
    points = ibis.cases(
        (each.kind == "contact_declined", policy.whole("attitude.points.declined_call", each.to_on)),
        (each.kind == "mail_refused", policy.whole("attitude.points.refused_mail", each.to_on) * each.times),
        (each.kind == "promise_evidence_confirmed", policy.whole("attitude.points.broken_promise", each.to_on)),
        else_=i64(0),
    )
    scored = each.mutate(points=points)
    return scored.group_by("loan_id").aggregate(points=sum64(scored.points))


EPISODE: c.Columns = {
    "loan_id": "string",
    "to_on": "day",
    "dpd": "int64",
    "out_of_grace_on": "day",
    "last_progress_on": "day",
    "anchor_on": "day",
}
CLOCKS: c.Columns = {
    "loan_id": "string",
    "dpd": "int64",
    "out_of_grace_on": "day",
    "last_progress_on": "day",
    "anchor_on": "day",
    "paused_days": "int64",
    "no_progress_days": "int64",
    "points": "int64",
    "promise_held": "bool",
}


@stage("episode", EPISODE)
def episode(policy: Policy) -> ir.Table:
    """Days past due, the first day out of grace of the present delinquency, and where the no-progress clock starts."""
    day = beside(pos.inner_join(turn, "loan_id"), prefixed(acts.table, "day_"))
    day = beside(day, prefixed(overdue.table, "now_"))
    progress = (zero(day.day_progress_fen) >= policy.whole("progress.min_fen", day.to_on)) & (zero(day.day_progress_fen) > 0)
    signed = agreed(day)
    dpd = (day.to_on - day.now_oldest_due_on).fill_null(i64(0))
    first_out = day.now_oldest_due_on + day.now_oldest_grace_days + 1
    out = dpd > zero(day.now_oldest_grace_days)
    # without an act in between a delinquency starts on its own day; otherwise today's act started it
    started = (first_out > day.from_on).ifelse(first_out, day.to_on)
    dated = day.mutate(
        dpd=dpd,
        out_of_grace_on=ibis.cases((dpd == 0, no_day()), (out, day.out_of_grace_on.fill_null(started)), else_=day.out_of_grace_on),
        last_progress_on=(progress | signed).ifelse(day.to_on, day.last_progress_on),
    )
    anchored = dated.mutate(anchor_on=(dated.dpd > 0).ifelse(later(dated.now_oldest_due_on, dated.last_progress_on), no_day()))
    return anchored.select(*EPISODE)


@stage("clocks", CLOCKS)
def clocks(policy: Policy) -> ir.Table:
    """The no-progress clock less its pauses, attitude points, and whether a hold suspends the promise."""
    anchored = episode.table
    stops = hold.filter(hold.stop == "clock").select("loan_id", hold_from="from_on", hold_to="to_on")
    met = anchored.select("loan_id", "anchor_on", through_on="to_on").filter(lambda t: t.anchor_on.notnull()).inner_join(stops, "loan_id")
    pauses = met.group_by("loan_id").aggregate(paused=sum64(overlap(met.anchor_on, met.through_on, met.hold_from, met.hold_to)))
    since = anchored.filter(anchored.out_of_grace_on.notnull()).select("loan_id", "to_on", since_on="out_of_grace_on")
    loans = beside(beside(beside(anchored, pauses), _points(policy, since)), _promise_holds())
    paused = zero(loans.paused)
    return loans.select(
        loan_id=loans.loan_id,
        dpd=loans.dpd,
        out_of_grace_on=loans.out_of_grace_on,
        last_progress_on=loans.last_progress_on,
        anchor_on=loans.anchor_on,
        paused_days=paused,
        no_progress_days=(loans.to_on - loans.anchor_on - paused).fill_null(i64(0)),
        points=(loans.dpd > 0).ifelse(zero(loans.points), i64(0)),
        promise_held=loans.held.fill_null(False),
    )


def agreed(loans: ir.Table) -> ir.BooleanValue:
    """Was an agreement signed today: a plan, a restructure, or moved due days (glossary 48)."""
    counts = ("day_plan_count", "day_new_count", "day_defer_count", "day_extend_months", "day_move_days")
    signed = zero(loans[counts[0]]) != 0
    for name in counts[1:]:
        signed = signed | (zero(loans[name]) != 0)
    return signed


def _promise_holds() -> ir.Table:
    """Loans whose open promise met a hold on contact or the clock: it is suspended, not judged (MISSION 3.4)."""
    stops = hold.filter(hold.stop.isin(["contact", "clock"])).select("loan_id", hold_from="from_on", hold_to="to_on")
    day = beside(pos.select("loan_id", "promise_state", "promise_made_on", "promise_due_on").inner_join(turn, "loan_id"),
                 acts.table.select("loan_id", "promise_fen", "promise_until_on"))  # fmt: skip
    made = zero(day.promise_fen) > 0
    open_ = day.filter(made | (day.promise_state == "PENDING"))
    dated = open_.mutate(
        since_on=(zero(open_.promise_fen) > 0).ifelse(open_.to_on, open_.promise_made_on),
        until_on=(zero(open_.promise_fen) > 0).ifelse(open_.promise_until_on, open_.promise_due_on),
    )
    met = dated.inner_join(stops, "loan_id")
    through = ibis.least(met.until_on + 1, met.to_on)
    return met.filter(overlap(met.since_on - 1, through, met.hold_from, met.hold_to) > 0).select("loan_id").distinct().mutate(
        held=ibis.literal(True)
    )


def bucket(policy: Policy, days: ir.IntegerValue, day: ir.IntegerValue) -> ir.StringValue:
    """Name of the bucket that `days` falls in, by the market's edges in force on `day` (house buckets.*)."""
    return policy.pick("bucket.market", day, lambda market: _stepped(policy, f"buckets.{market}", days, day))  # type: ignore[no-any-return]


def _stepped(policy: Policy, rule: str, days: ir.IntegerValue, day: ir.IntegerValue) -> ir.StringValue:
    """Name of the last step of the rule whose first day is not after `days`."""

    def walk(steps: Any) -> ir.StringValue:
        name: ir.StringValue = text(steps[0].name)
        for step in steps[1:]:
            name = (days >= i64(step.from_days)).ifelse(text(step.name), name)
        return name

    return policy.pick(rule, day, walk)  # type: ignore[no-any-return]


def five_class(policy: Policy, dpd: ir.IntegerValue, floor: ir.IntegerValue, day: ir.IntegerValue) -> ir.IntegerValue:
    """Five-class by days past due, never below the floor that an act set (cn.cls.dpd; class.technical_delay_days)."""
    first = policy.whole("class.technical_delay_days", day)
    graded = (dpd > first).ifelse(i64(2), i64(1))
    for place, grade in enumerate((3, 4, 5)):
        edge = policy.pick("class.edges_days", day, lambda edges, place=place: i64(edges[place]))
        graded = (dpd > edge).ifelse(i64(grade), graded)
    return ibis.greatest(graded, floor)


def triggers(policy: Policy, loans: ir.Table) -> ir.StringValue:
    """T1, T2, T3 that hold at the end of the day, joined by "+" (glossary 29-32; house trigger.*)."""
    day = loans.to_on
    amount = loans.overdue_interest_fen + loans.overdue_principal_fen
    t1 = (loans.dpd >= policy.whole("trigger.days", day)) & (loans.no_progress_days >= policy.whole("trigger.days", day))
    limit = policy.whole("trigger.amount_fen", day)
    over = policy.pick("trigger.amount_op", day, lambda op: (amount > limit) if op == "gt" else (amount >= limit))
    t2 = over & (loans.dpd >= policy.whole("trigger.t2_min_dpd", day)) & loans.out_of_grace_on.notnull()
    flag = loans.points >= policy.whole("attitude.threshold", day)
    t3 = flag & (loans.dpd > 0) & (loans.no_progress_days >= policy.whole("trigger.days_attitude", day))
    one = t1.ifelse(text("T1"), text(""))
    two = t2.ifelse((one != "").ifelse(one.concat(text("+T2")), text("T2")), one)
    return t3.ifelse((two != "").ifelse(two.concat(text("+T3")), text("T3")), two)


def credit_code(policy: Policy, loans: ir.Table, day: ir.IntegerValue, month_from: ir.IntegerValue) -> ir.StringValue:
    """Month-end status code (glossary 53, cn.cr.codes): by days past due, else * or M or N; B written off, C settled."""
    # never inside grace, however long the house makes it
    late = (loans.dpd >= policy.whole("credit.min_dpd", day)) & loans.out_of_grace_on.notnull()
    return ibis.cases(
        (loans.state == "WRITTEN_OFF", text("B")),
        (loans.state == "SETTLED", text("C")),
        (late, _stepped(policy, "cn.cr.codes", loans.dpd, day)),
        (zero(loans.last_due_on) < month_from, text("*")),
        (zero(loans.late_cleared_due_on) >= month_from, text("M")),
        else_=text("N"),
    )


_SAID = (
    "progress_fen", "plan_count", "new_count", "new_step", "defer_count", "extend_months", "move_days", "accelerated", "interrupted",
    "transferred", "promise_fen", "promise_until_on",
)  # fmt: skip
GATHERED: c.Columns = {
    **c.POSITION,
    "to_on": "day",
    "closed": "bool",
    "points": "int64",
    "month_from_on": "day",
    "month_to_on": "day",
}


@stage("status", c.POSITION)
def status(policy: Policy) -> ir.Table:
    """The new position of every loan of the turn: what follows from the days, sums and dates gathered before."""
    loans = gathered.table
    graded = loans.mutate(
        triggers=loans.closed.ifelse(text(""), triggers(policy, loans)),
        state_on=loans.to_on,
        five_class=(loans.state == "WRITTEN_OFF").ifelse(i64(5), five_class(policy, loans.dpd, loans.class_floor, loans.to_on)),
        bucket=bucket(policy, loans.dpd, loans.to_on),
        recency_bucket=bucket(policy, loans.recency_days, loans.to_on),
    )
    at_end = graded.to_on == graded.month_to_on
    coded = graded.mutate(
        credit_code=at_end.ifelse(credit_code(policy, graded, graded.to_on, graded.month_from_on), graded.credit_code),
        credit_code_on=at_end.ifelse(graded.to_on, graded.credit_code_on),
        high_risk=(graded.triggers.contains("T1") | (graded.high_risk & (graded.last_progress_on < graded.to_on).fill_null(True)))
        & (graded.dpd > 0),
    )
    delinquent = coded.high_risk.ifelse(text("HIGH_RISK"), text("DELINQUENT"))
    done = coded.mutate(state=(coded.state == "DELINQUENT").ifelse(delinquent, coded.state))
    return done.select(*c.POSITION)


@stage("gathered", GATHERED)
def gathered(policy: Policy) -> ir.Table:
    """Ledger, clocks, plans and acts beside the old position, with every column that does not need another new one."""
    carried = [name for name in c.POSITION if name not in ledger.columns or name == "loan_id"]
    before = pos.select(*carried, was_principal_days=pos.principal_days, received_before=pos.received_fen)
    loans = ledger.table.inner_join(before.drop("dpd", "out_of_grace_on", "last_progress_on", "anchor_on", "paused_days", "no_progress_days",
                                                "overdue_interest_fen", "overdue_principal_fen", "overdue_count", "oldest_due_on",
                                                "plan_state", "plan_signed_on", "plan_contact_on"), "loan_id")  # fmt: skip
    loans = loans.inner_join(terms.select("loan_id", "instalment_fen"), "loan_id")
    for table in (clocks.table, plans.table):
        loans = loans.inner_join(table, "loan_id")
    said = acts.table.select("loan_id", *_SAID)
    loans = beside(beside(beside(loans, prefixed(said, "day_")), overdue.table), cleared.table)
    loans = loans.inner_join(calendar, loans.to_on == calendar.day_on)
    loans = beside(loans, _penalty_owed())
    loans = loans.mutate(
        overdue_interest_fen=zero(loans.overdue_interest_fen),
        overdue_principal_fen=zero(loans.overdue_principal_fen),
        overdue_count=zero(loans.overdue_count),
        attitude_points=loans.points,
        dpd_without_plan=(loans.to_on - loans.oldest_without_plan_on).fill_null(i64(0)),
    )
    return _promised(policy, _dated(policy, loans)).select(*GATHERED)


def _penalty_owed() -> ir.Table:
    rows = due_out.table
    return rows.group_by("loan_id").aggregate(
        penalty_owed=sum64(rows.posted_fen - rows.paid_fen - rows.waived_fen), fee_owed=sum64(rows.fee_fen)
    )


def _dated(policy: Policy, loans: ir.Table) -> ir.Table:
    """Dates, floors, state and the limits of time that follow from them."""
    received = loans.gave_fen > 0
    whole = loans.gave_fen * 10 >= loans.instalment_fen * 9  # a month paid to nine tenths counts as a whole instalment
    restructured = zero(loans.day_new_count) > 0
    planned = zero(loans.day_plan_count) > 0
    called = loans.day_accelerated.fill_null(False)
    again = restructured & (loans.to_on - loans.restructured_on <= policy.whole("cn.cls.restructure.observe", loans.to_on)).fill_null(False)
    floors = ibis.greatest(
        loans.class_floor,
        (restructured | planned).ifelse(policy.whole("class.restructured_floor", loans.to_on), i64(0)),
        called.ifelse(policy.whole("class.accelerated_floor", loans.to_on), i64(0)),
        again.ifelse(policy.whole("cn.cls.restructure.again", loans.to_on), i64(0)),
    )
    full = (received & whole).ifelse(loans.to_on, loans.last_full_on)
    resumed = received & whole & (loans.recency_days >= policy.whole("trigger.days", loans.to_on))
    # signing a plan does not cure, completing it does; writing off does neither
    left_grace = loans.left_grace | loans.out_of_grace_on.notnull()
    cured = (loans.dpd == 0) & left_grace & ~loans.plan_state.isin(["ACTIVE", "LATE"]) & ~loans.closed
    interrupted = (zero(loans.day_progress_fen) > 0) | agreed(loans) | loans.day_interrupted.fill_null(False)
    final = loans.opens.ifelse(loans.final_row_on.fill_null(loans.to_on), loans.final_due_on)
    loans = loans.mutate(
        last_receipt_on=received.ifelse(loans.to_on, loans.last_receipt_on),
        last_full_on=full,
        resumed_on=resumed.ifelse(loans.to_on, loans.resumed_on),
        cured_on=cured.ifelse(loans.to_on, loans.cured_on),
        left_grace=left_grace & ~cured,
        recency_days=(loans.dpd > 0).ifelse(ibis.least(loans.dpd, (loans.to_on - full).fill_null(loans.dpd)), i64(0)),
        interrupted_on=interrupted.ifelse(loans.to_on, loans.interrupted_on),
        restructured_on=restructured.ifelse(loans.to_on, loans.restructured_on),
        accelerated_on=ibis.cases((called, loans.to_on), (planned, no_day()), else_=loans.accelerated_on),
        restructure_count=loans.restructure_count + restructured.ifelse(i64(1), i64(0)),
        plan_count=loans.plan_count + planned.ifelse(i64(1), i64(0)),
        accelerated_count=loans.accelerated_count + called.ifelse(i64(1), i64(0)),
        class_floor=floors,
        step_months=restructured.ifelse(loans.day_new_step, loans.step_months),
        contract_until_on=loans.opens.ifelse(ibis.least(loans.contract_until_on, loans.to_on + 1), loans.contract_until_on),
        final_due_on=final,
        last_due_on=later(loans.last_due_on, loans.passed_due_on),
        charged_to_on=later(loans.charged_to_on, loans.charged_due_on),
        late_cleared_due_on=later(loans.late_cleared_due_on, loans.cleared_due_on),
        penalty_cut_fen=_cut(policy, loans),
    )
    limits = calendar.select(limit_from="day_on", limitation_new_on="limitation_on")
    keeps = calendar.select(keep_from="day_on", removable_new_on="removable_on")
    parts = planned | loans.plan_state.isin(["ACTIVE", "LATE"])
    last = parts.ifelse(later(loans.final_due_on, loans.part_row_on), loans.final_due_on)
    loans = loans.mutate(limit_from=later(last, loans.interrupted_on))
    loans = loans.left_join(limits, "limit_from").drop("limit_from_right")
    loans = loans.left_join(keeps, [("cured_on", "keep_from")])
    loans = loans.mutate(limitation_end_on=loans.limitation_new_on, credit_removable_on=loans.removable_new_on)
    return loans.mutate(state=_state(loans))


def _cut(policy: Policy, loans: ir.Table) -> ir.IntegerValue:
    """What the all-in cap keeps us from asking for today, out of penalty and fees still owed."""
    charged = (
        loans.interest_due_fen + loans.penalty_posted_fen - loans.penalty_waived_fen + loans.fee_charged_fen - loans.fee_waived_fen
    )
    excess = ibis.greatest(charged - allowance(policy, loans.principal_days, loans.to_on), i64(0))
    return ibis.least(excess, zero(loans.penalty_owed) + zero(loans.fee_owed))


def _state(loans: ir.Table) -> ir.StringValue:
    """State of MISSION 3.1, in its order of weight; DELINQUENT is split into HIGH_RISK afterwards."""
    nothing = (loans.principal_fen <= 0) & (zero(loans.penalty_owed) + zero(loans.fee_owed) + loans.overdue_interest_fen == 0)
    moved = loans.day_transferred.fill_null(False) | (loans.state == "TRANSFERRED")
    planned = loans.plan_state.isin(["ACTIVE", "LATE"])
    grace = (loans.dpd > 0) & loans.out_of_grace_on.isnull()
    return ibis.cases(
        (moved, text("TRANSFERRED")),
        ((loans.charged_off_fen > 0) & (loans.principal_fen <= 0), text("WRITTEN_OFF")),
        (nothing, text("SETTLED")),
        (planned, text("UNDER_PLAN")),
        (loans.accelerated_on.notnull(), text("ACCELERATED")),
        (grace, text("GRACE")),
        (loans.dpd > 0, text("DELINQUENT")),
        else_=text("CURRENT"),
    )


def _promised(policy: Policy, loans: ir.Table) -> ir.Table:
    """The promise: kept as soon as the money is there, judged at the close of its date + 1 (glossary 47, MISSION 3.4)."""
    made = zero(loans.day_promise_fen) > 0
    loans = loans.mutate(
        promise_fen=made.ifelse(loans.day_promise_fen, loans.promise_fen),
        promise_made_on=made.ifelse(loans.to_on, loans.promise_made_on),
        promise_due_on=made.ifelse(loans.day_promise_until_on, loans.promise_due_on),
        promise_base_fen=made.ifelse(loans.received_before, loans.promise_base_fen),
        promise_state=made.ifelse(text("PENDING"), loans.promise_state),
    )
    paid = loans.received_fen - loans.promise_base_fen
    last = loans.to_on >= loans.promise_due_on + policy.whole("promise.tolerance_days", loans.to_on)
    judged = ibis.cases(
        (loans.promise_state != "PENDING", loans.promise_state),
        (paid >= loans.promise_fen, text("KEPT")),
        (loans.promise_held, text("SUSPENDED")),
        (last & (paid > 0), text("PARTLY_KEPT")),
        (last, text("BROKEN")),
        else_=text("PENDING"),
    )
    return loans.mutate(promise_state=judged)


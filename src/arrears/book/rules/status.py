"""What a loan is at the end of a day: everything that the days before, sums and acts say of it, in one row.

Source: MISSION 3.1, 3.4; glossary 28, 47, 54, 59; cn.cls.restructure, cn.cr.keep5, cn.lim.years.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from arrears.book import columns as c
from arrears.book.rules.accrual import allowance
from arrears.book.rules.classify import bucket, credit_code, five_class, triggers
from arrears.book.rules.clocks import agreed, clocks
from arrears.book.rules.day_end import due_out, ledger, plans
from arrears.book.rules.money import i64, sum64, zero
from arrears.book.rules.overdue import cleared, overdue
from arrears.book.rules.policy import Policy
from arrears.book.rules.tables import beside, calendar, later, no_day, pos, prefixed, stage, terms, text, turn, unbound
from arrears.book.rules.take_in import acts

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
    "limit_from_on": "day",  # limitation runs from here
}
gathered_rows = unbound("gathered", GATHERED)


@stage("status", c.POSITION)
def status(policy: Policy) -> ir.Table:
    """The new position of every loan of the turn: what follows from the days, sums and dates gathered before."""
    # when limitation ends, and when a negative item of the credit record may go
    limits = calendar.select(limit_from_on="day_on", limitation_on="limitation_on")
    keeps = calendar.select(cured_on="day_on", removable_on="removable_on")
    loans = beside(beside(gathered_rows, limits, "limit_from_on"), keeps, "cured_on")
    graded = loans.mutate(
        limitation_end_on=loans.limitation_on,
        credit_removable_on=loans.removable_on,
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


@stage("gathered", GATHERED, passing=True)
def gathered(policy: Policy) -> ir.Table:
    """Ledger, clocks, plans and acts beside the old position, with every column that does not need another new one."""
    new = {*ledger.columns, *clocks.columns, *plans.columns, *overdue.columns} - {"loan_id"}
    before = pos.select(*[name for name in c.POSITION if name not in new], received_before=pos.received_fen)
    # narrow tables first: a join of wide ones costs by the column
    said = prefixed(acts.table.select("loan_id", *_SAID), "day_")
    small = turn.select("loan_id", day_on="to_on").inner_join(clocks.table, "loan_id").inner_join(plans.table, "loan_id")
    for table in (said, overdue.table, cleared.table, _penalty_owed()):
        small = beside(small, table)
    small = small.inner_join(calendar.select("day_on", "month_from_on", "month_to_on"), "day_on")
    small = small.inner_join(terms.select("loan_id", "instalment_fen"), "loan_id")
    loans = ledger.table.inner_join(before, "loan_id").inner_join(small, "loan_id")
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
    # who pays a whole instalment every month, one of them behind, has never stopped
    stopped = (loans.to_on - loans.last_full_on > 31 * loans.step_months).fill_null(True)
    resumed = received & whole & stopped & (loans.recency_days >= policy.whole("trigger.days", loans.to_on))
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
    parts = planned | loans.plan_state.isin(["ACTIVE", "LATE"])
    last = parts.ifelse(later(loans.final_due_on, loans.part_row_on), loans.final_due_on)
    return loans.mutate(limit_from_on=later(last, loans.interrupted_on), state=_state(loans))


def _cut(policy: Policy, loans: ir.Table) -> ir.IntegerValue:
    """What the all-in cap keeps us from asking for today, out of penalty and fees still owed."""
    charged = loans.interest_due_fen + loans.penalty_posted_fen - loans.penalty_waived_fen + loans.fee_charged_fen - loans.fee_waived_fen
    excess = ibis.greatest(charged - allowance(policy, loans.principal_days, loans.to_on), i64(0))
    return ibis.least(excess, zero(loans.penalty_owed) + zero(loans.fee_owed))


def _state(loans: ir.Table) -> ir.StringValue:
    """State of MISSION 3.1, in its order of weight; DELINQUENT is split into HIGH_RISK afterwards."""
    # what the all-in cap keeps us from asking for is not owed
    owed = zero(loans.penalty_owed) + zero(loans.fee_owed) + loans.overdue_interest_fen - loans.penalty_cut_fen
    nothing = (loans.principal_fen <= 0) & (owed == 0)
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

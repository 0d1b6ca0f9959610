"""The end of a day: its penalty, the plan that completes or breaks, the sums of the loan.

Source: MISSION 3.6 (plans), glossary 48; cn.rate.penalty; the ledger identity of DESIGN 8.1.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from arrears.book import columns as c
from arrears.book.rules.accrual import stopped_today, with_today
from arrears.book.rules.agreements import returned
from arrears.book.rules.money import clamp, half_even, i64, sum64, zero
from arrears.book.rules.policy import Policy
from arrears.book.rules.tables import (
    ROWS,
    beside,
    cancelled_today,
    pos,
    prefixed,
    rows_settled,
    stage,
    terms,
    text,
    turn,
    unbound,
)
from arrears.book.rules.take_in import acts
from arrears.book.rules.waterfall import pot, poured, rows_poured


@stage("rows_today", ROWS)
def rows_today(policy: Policy) -> ir.Table:
    """Rows after the day's receipts with the day's penalty."""
    return with_today(policy, rows_poured)


PLANS: c.Columns = {"loan_id": "string", "plan_state": "string", "plan_signed_on": "day", "plan_contact_on": "day", "signed": "bool"}


@stage("plans", PLANS)
def plans(policy: Policy) -> ir.Table:
    """State of each arrears plan at the end of the day: completed, late, broken, or running."""
    day = beside(pos.inner_join(turn, "loan_id"), prefixed(acts.table, "day_"))
    parts = rows_today.table.filter(rows_today.table.kind == "P")
    day = beside(day, parts.select("loan_id").distinct().mutate(has_parts=ibis.literal(True)))
    # a plan that found nothing to cover does not start
    signed = (zero(day.day_plan_count) > 0) & day.has_parts.fill_null(False)
    touched = day.mutate(
        signed=signed,
        receipt_on=(zero(day.day_received_fen) > 0).ifelse(day.to_on, day.last_receipt_on),
        contact_on=day.day_contacted.fill_null(False).ifelse(day.to_on, day.plan_contact_on),
        signed_on=signed.ifelse(day.to_on, day.plan_signed_on),
        ended=day.plan_state.isin(["ACTIVE", "LATE"]) & (day.day_plan_ended.fill_null(False) | day.day_accelerated.fill_null(False)),
    )
    running = touched.signed | touched.plan_state.isin(["ACTIVE", "LATE"])
    left = parts.filter(parts.interest_fen + parts.principal_fen > 0).group_by("loan_id").aggregate(part_due_on=lambda t: t.due_on.min())
    loans = beside(beside(touched, left), stopped_today("plan_break"))
    quiet_since = ibis.greatest(
        loans.part_due_on, loans.receipt_on.fill_null(loans.part_due_on), loans.contact_on.fill_null(loans.part_due_on)
    )
    silent = (loans.part_due_on < loans.to_on) & (loans.to_on - quiet_since >= policy.whole("plan.break_days", loans.to_on))
    late = loans.to_on > loans.part_due_on + policy.whole("plan.late_days", loans.to_on)
    gone = loans.state.isin(["WRITTEN_OFF", "TRANSFERRED"])
    state = ibis.cases(
        (running & gone, text("ENDED")),
        (loans.ended & ~loans.signed, text("ENDED")),
        (~running, loans.plan_state),
        (loans.part_due_on.isnull(), text("COMPLETED")),
        (silent & loans.stopped.isnull(), text("BROKEN")),
        (late, text("LATE")),
        else_=text("ACTIVE"),
    )
    return loans.select(
        loan_id=loans.loan_id, plan_state=state, plan_signed_on=loans.signed_on, plan_contact_on=loans.contact_on, signed=loans.signed
    )


@stage("rows_final", ROWS)
def rows_final(policy: Policy) -> ir.Table:
    """Rows after the plans: broken ones gave the arrears back, completed ones waived the old penalty."""
    del policy
    running = pos.filter(pos.plan_state.isin(["ACTIVE", "LATE"])).select("loan_id")
    fresh_plan = plans.table.filter(plans.table.signed).select("loan_id")
    candidates = plans.table.semi_join(running.union(fresh_plan), "loan_id")
    broken = candidates.filter(candidates.plan_state == "BROKEN")
    done = candidates.filter(candidates.plan_state == "COMPLETED").select("loan_id").mutate(done=ibis.literal(True))
    rows = beside(returned(rows_today.table, broken), done)
    over = rows.done.fill_null(False) & rows.covered
    return rows.mutate(
        waived_fen=over.ifelse(rows.posted_fen - rows.paid_fen, rows.waived_fen),
        interest_fen=over.ifelse(i64(0), rows.interest_fen),
        principal_fen=over.ifelse(i64(0), rows.principal_fen),
        covered=rows.covered & ~over,
    ).select(*ROWS)


LEDGER: c.Columns = {
    "loan_id": "string",
    "from_on": "day",
    "to_on": "day",
    **{
        name: kind
        for name, kind in c.POSITION.items()
        if name.endswith("_fen") and not name.startswith(("overdue", "promise", "penalty_cut"))
    },
    "principal_days": "int64",
    "accrued_num": "int64",
    "opens": "bool",
    "closed": "bool",  # nothing is left to pay or expect: charged off in full, or a simple-interest loan paid off
    "gave_fen": "int64",  # receipts of the day
}


_SPENT = (
    "received_fen", "split_fen", "split_interest_fen", "split_principal_fen", "disbursed_fen", "adjusted_fen", "refunded_fen", "fee_fen",
    "recovered_fen", "proceeds_fen", "expense_fen", "charged_off", "charge_off_fen", "write_back_fen", "transferred",
)  # fmt: skip
_ACTS = {f"day_{name}": acts.columns[name] for name in _SPENT}
_SUMS = (
    "took_interest", "took_principal", "took_penalty", "took_fee", "posted_new", "waived_new", "interest_left", "penalty_left",
    "fee_left", "fee_before", "fee_settled",
)  # fmt: skip
_HELD = ("principal_days", "accrued_num", "state", *(name for name in c.POSITION if name in LEDGER or name == "ahead_fen"))
MOVED: c.Columns = {
    **{name: c.POSITION[name] for name in _HELD},
    **_ACTS,
    "from_on": "day",
    "to_on": "day",
    "method": "string",
    "instalment_fen": "int64",
    "interest_new_fen": "int64",
    **dict.fromkeys(_SUMS, "int64"),
    "cancelled_interest_fen": "int64",
    "acting_opens": "bool",
    "split_interest": "int64",
    "split_principal": "int64",
    "accrued_left": "int64",
}
acting = unbound("acting_today", {"loan_id": "string", "opens": "bool"})


@stage("moved", MOVED, passing=True)
def moved_today(policy: Policy) -> ir.Table:
    """Position, acts and the sums of the day's rows, side by side; one row a loan of the turn."""
    del policy
    took = poured

    def part(*names: str) -> ir.IntegerScalar:
        return sum64(took.part.isin(names).ifelse(took.taken_fen, i64(0)))

    lines = took.group_by("loan_id").aggregate(
        took_interest=part("interest"), took_principal=part("principal"), took_penalty=part("penalty"), took_fee=part("cost", "fee")
    )
    final = rows_final.table
    parts = final.kind == "P"
    rows = final.group_by("loan_id").aggregate(
        posted_new=sum64(final.posted_fen - final.posted_before_fen),
        waived_new=sum64(final.waived_fen - final.waived_before_fen),
        # a part of a running plan repeats what its covered row says
        interest_left=sum64((parts | ~final.counted).ifelse(i64(0), final.interest_fen)),
        penalty_left=sum64(final.posted_fen - final.paid_fen - final.waived_fen),
        fee_left=sum64(final.fee_fen),
    )
    fees = unbound("rows_accrued", ROWS)
    before = fees.group_by("loan_id").aggregate(fee_before=sum64(fees.fee_fen))
    settled = rows_settled.group_by("loan_id").aggregate(fee_settled=sum64(rows_settled.fee_fen))
    # narrow tables first: a join of wide ones costs by the column
    small = turn.inner_join(pot.table.select("loan_id", "interest_new_fen"), "loan_id")
    for table in (lines, rows, before, settled, prefixed(cancelled_today, "cancelled_"), prefixed(acting, "acting_")):
        small = beside(small, table)
    said = prefixed(acts.table.select("loan_id", *_SPENT), "day_")
    small = beside(small.mutate(**{name: zero(small[name]) for name in _SUMS}), said)
    small = small.inner_join(terms.select("loan_id", "method", "day_count", "rate_ppm", "instalment_fen", "opened_on"), "loan_id")
    return _split(pos.select(*dict.fromkeys(_HELD)).inner_join(small, "loan_id")).select(*MOVED)


@stage("ledger", LEDGER)
def ledger(policy: Policy) -> ir.Table:
    """The sums of each loan at the end of the day; `received = principal + interest + penalty + fee + credit + ...`."""
    moved = moved_today.table
    simple = moved.method == "simple_interest"
    split = {"interest": moved.split_interest, "principal": moved.split_principal}
    owed = moved.principal_fen + zero(moved.day_disbursed_fen) + zero(moved.day_adjusted_fen)
    # obligations of a loan written off in part still name all of it: what comes in beyond the books' principal is a recovery
    beyond = (moved.charged_off_fen > 0).ifelse(ibis.greatest(moved.took_principal - ibis.greatest(owed, i64(0)), i64(0)), i64(0))
    used = {
        "principal": simple.ifelse(split["principal"], moved.took_principal - beyond),
        "interest": simple.ifelse(split["interest"], moved.took_interest),
    }
    received = zero(moved.day_received_fen)
    refunded = zero(moved.day_refunded_fen)
    principal_after = owed - used["principal"]
    off = moved.day_charged_off.fill_null(False)
    whole = (zero(moved.day_charge_off_fen) == 0).ifelse(principal_after, zero(moved.day_charge_off_fen))
    # a write-back takes effect on the day of the charge-off: so much less was written off
    charge = off.ifelse(whole, i64(0)) - zero(moved.day_write_back_fen)
    principal = principal_after - charge
    was_off = moved.charged_off_fen > 0
    left = received + moved.credit_fen - refunded - used["principal"] - used["interest"] - moved.took_penalty - moved.took_fee
    after_off = (was_off & (moved.principal_fen == 0)).ifelse(left, simple.ifelse(i64(0), beyond))
    gone = off & (principal == 0)
    moved_away = moved.day_transferred.fill_null(False) | (moved.state == "TRANSFERRED")
    closed = gone | (was_off & (principal == 0)) | (simple & (principal <= 0)) | moved_away
    days = moved.principal_days + moved.principal_fen * ibis.greatest(moved.to_on - moved.from_on - 1, i64(0)) + principal
    return moved.select(
        loan_id=moved.loan_id,
        from_on=moved.from_on,
        to_on=moved.to_on,
        disbursed_fen=moved.disbursed_fen + zero(moved.day_disbursed_fen),
        adjusted_fen=moved.adjusted_fen + zero(moved.day_adjusted_fen),
        received_fen=moved.received_fen + received,
        history_paid_fen=moved.history_paid_fen,
        principal_paid_fen=moved.principal_paid_fen + used["principal"],
        interest_paid_fen=moved.interest_paid_fen + used["interest"],
        penalty_paid_fen=moved.penalty_paid_fen + moved.took_penalty,
        fee_paid_fen=moved.fee_paid_fen + moved.took_fee,
        after_charge_off_fen=moved.after_charge_off_fen + after_off,
        credit_fen=left - after_off,
        refunded_fen=moved.refunded_fen + refunded,
        interest_due_fen=moved.interest_due_fen
        + simple.ifelse(used["interest"], moved.interest_new_fen - zero(moved.cancelled_interest_fen)),
        penalty_posted_fen=moved.penalty_posted_fen + moved.posted_new,
        penalty_waived_fen=moved.penalty_waived_fen + moved.waived_new,
        fee_charged_fen=moved.fee_charged_fen + zero(moved.day_fee_fen),
        fee_waived_fen=moved.fee_waived_fen + (moved.fee_before + zero(moved.day_fee_fen) - moved.fee_settled),
        charged_off_fen=moved.charged_off_fen + charge,
        charged_off_interest_fen=moved.charged_off_interest_fen + gone.ifelse(moved.interest_left, i64(0)),
        charged_off_penalty_fen=moved.charged_off_penalty_fen + gone.ifelse(moved.penalty_left, i64(0)),
        charged_off_fee_fen=moved.charged_off_fee_fen + gone.ifelse(moved.fee_left, i64(0)),
        recovered_fen=moved.recovered_fen + zero(moved.day_recovered_fen),
        proceeds_fen=moved.proceeds_fen + zero(moved.day_proceeds_fen),
        expense_fen=moved.expense_fen + zero(moved.day_expense_fen),
        principal_fen=principal,
        principal_days=days,
        accrued_num=simple.ifelse(moved.accrued_left, i64(0)),
        ahead_fen=simple.ifelse(_ahead(policy, moved), i64(0)),
        opens=moved.acting_opens.fill_null(False),
        closed=closed,
        gave_fen=received,
    )


def _split(loans: ir.Table) -> ir.Table:
    """Simple interest: how the day's money splits by day interest, or as the source reports it."""
    basis = (loans.day_count == "actual/365").ifelse(i64(365_000_000), i64(360_000_000))
    # the day of opening bears no interest: it runs from that day on
    days = loans.to_on - ibis.greatest(loans.from_on, loans.opened_on)
    accrued = loans.accrued_num + ibis.greatest(loans.principal_fen, i64(0)) * loans.rate_ppm * ibis.greatest(days, i64(0))
    told = zero(loans.day_split_fen)
    free = zero(loans.day_received_fen) - told - loans.took_penalty - loans.took_fee
    settled = loans.mutate(accrued=(told != 0).ifelse(i64(0), accrued), basis=basis, free=free)
    owed = half_even(ibis.greatest(settled.accrued, i64(0)), settled.basis)
    taken = settled.mutate(own_interest=clamp(ibis.greatest(settled.free, i64(0)), 0, owed))
    rest = ibis.greatest(taken.free - taken.own_interest, i64(0))
    open_principal = ibis.greatest(taken.principal_fen - zero(taken.day_split_principal_fen), i64(0))
    return taken.mutate(
        split_interest=zero(taken.day_split_interest_fen) + taken.own_interest,
        split_principal=zero(taken.day_split_principal_fen) + ibis.least(rest, open_principal),
        accrued_left=taken.accrued - taken.own_interest * taken.basis,
    )


def _ahead(policy: Policy, loans: ir.Table) -> ir.IntegerValue:
    """Simple interest: what is paid ahead of the instalments, held to the policy's number of instalments."""
    free = loans.ahead_fen + zero(loans.day_received_fen) - loans.took_principal - loans.took_penalty - loans.took_fee
    most = policy.whole("paid_ahead.max_instalments", loans.to_on)
    limited = ibis.least(ibis.greatest(free, i64(0)), loans.instalment_fen * most)
    return (most == 0).ifelse(ibis.greatest(free, i64(0)), limited)


@stage("due_out", c.OPEN_DUE)
def due_out(policy: Policy) -> ir.Table:
    """What stays in open_due: unpaid, still owing penalty or fees, covered, or still to come; nothing of a closed loan."""
    del policy
    rows = rows_final.table.inner_join(ledger.table.select("loan_id", "to_on", "closed"), "loan_id")
    owed = rows.interest_fen + rows.principal_fen + rows.fee_fen > 0
    penalty = rows.posted_fen - rows.paid_fen - rows.waived_fen > 0
    ahead = (rows.due_on > rows.to_on) & (rows.total_fen > 0)  # paid ahead in full: it still counts among the coming ones
    return rows.filter(~rows.closed & (owed | penalty | ahead)).select(*c.OPEN_DUE)

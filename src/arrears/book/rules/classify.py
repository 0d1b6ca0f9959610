"""What the days and sums of a loan make of it: bucket, five-class, triggers, credit code.

Source: glossary 23, 24, 28-33, 53; cn.cls.dpd, cn.cr.codes; house buckets.*, class.*, trigger.*, credit.*.
"""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from arrears.book import columns as c
from arrears.book.rules.money import i64, zero
from arrears.book.rules.policy import Policy
from arrears.book.rules.tables import stage, text, unbound


def bucket(policy: Policy, days: ir.IntegerValue, day: ir.IntegerValue) -> ir.StringValue:
    """Name of the bucket that `days` falls in, by the market's edges in force on `day` (house buckets.*)."""
    return policy.pick("bucket.market", day, lambda market: _stepped(policy, f"buckets.{market}", days, day))


def _stepped(policy: Policy, rule: str, days: ir.IntegerValue, day: ir.IntegerValue) -> ir.StringValue:
    """Name of the last step of the rule whose first day is not after `days`."""

    def walk(steps: Any) -> ir.StringValue:
        name: ir.StringValue = text(steps[0].name)
        for step in steps[1:]:
            name = (days >= i64(step.from_days)).ifelse(text(step.name), name)
        return name

    return policy.pick(rule, day, walk)


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


work_pos = unbound("work_pos", c.POSITION)
loans = unbound("loans", c.LOANS)


@stage("by_borrower", c.POSITION)
def by_borrower(policy: Policy) -> ir.Table:
    """Triggers with T2 held against all loans of the borrower together (trigger.amount_scope), at the end of a close.

    Every overdue loan is computed in every close, so their sum stands in the working positions.
    """
    rows = work_pos.inner_join(loans.select("loan_id", "borrower_id"), "loan_id")
    whole = ibis.window(group_by=[rows.borrower_id])
    sums = rows.mutate(
        own_interest=rows.overdue_interest_fen,
        own_principal=rows.overdue_principal_fen,
        overdue_interest_fen=rows.overdue_interest_fen.sum().over(whole).cast("decimal(38,0)").cast("int64"),
        overdue_principal_fen=rows.overdue_principal_fen.sum().over(whole).cast("decimal(38,0)").cast("int64"),
        points=rows.attitude_points,
        to_on=rows.state_on,
    )
    gone = sums.state.isin(["SETTLED", "WRITTEN_OFF", "TRANSFERRED"])
    judged = sums.mutate(triggers=gone.ifelse(text(""), triggers(policy, sums)))
    return judged.mutate(overdue_interest_fen=judged.own_interest, overdue_principal_fen=judged.own_principal).select(*c.POSITION)


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

"""What is past due at the end of a day, with and without a plan, and the due days that other rules ask for.

Days past due run from the oldest unpaid due day and are never reduced by a pause. Source: glossary 14, 15, 53; dpd.*.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from arrears.book import columns as c
from arrears.book.rules.agreements import less_parts
from arrears.book.rules.day_end import due_out
from arrears.book.rules.money import i64, sum64, zero
from arrears.book.rules.policy import Policy
from arrears.book.rules.tables import beside, no_day, rows_settled, stage, turn
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
        oldest_without_plan_on=ibis.least(both.bare_due_on.fill_null(both.covered_due_on), both.covered_due_on.fill_null(both.bare_due_on)),
    )


def _covered_oldest(policy: Policy) -> ir.Table:
    """Oldest covered due day still unpaid once the paid plan parts are set against the covered rows."""
    left = less_parts(due_out.table.inner_join(turn.select("loan_id", "to_on"), "loan_id"))
    counted = left.filter(material(policy, left, left.to_on))
    return counted.group_by("loan_id").aggregate(covered_due_on=lambda t: t.due_on.min())


CLEARED: c.Columns = {
    "loan_id": "string",
    "cleared_due_on": "day",
    "passed_due_on": "day",
    "charged_due_on": "day",
    "final_row_on": "day",
    "part_row_on": "day",
}


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

"""Money beyond what is due: credit, the coming instalments, or less principal (house paid_ahead.*; cn.civ.prepay).

Runs only for loans that have money left after the waterfall, where the policy does not simply hold it as credit. Simple
interest loans are not met here: their money reduces principal by itself (`day_end`).
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from arrears.book import columns as c
from arrears.book.rules.accrual import obligation_rows
from arrears.book.rules.money import clamp, half_even, i64, running64, sum64, zero
from arrears.book.rules.policy import Policy
from arrears.book.rules.tables import ROWS, beside, pos, rest, stage, terms, turn
from arrears.book.rules.waterfall import POURED, pot, poured_due, rows_poured_due

HOLD, NEXT, REDUCE = 0, 1, 2
_CODES = {"hold_as_credit": HOLD, "next_instalments": NEXT, "reduce_principal": REDUCE}
_CONTRACT = ["I", "R"]

LEFT: c.Columns = {"loan_id": "string", "to_on": "day", "left_fen": "int64", "treatment": "int64", "most": "int64", "opens": "bool"}


@stage("ahead", LEFT)
def ahead(policy: Policy) -> ir.Table:
    """Loans with money left that the policy puts to use at once."""
    took = poured_due.table.group_by("loan_id").aggregate(taken=sum64(poured_due.table.taken_fen))
    loans = pot.table.inner_join(turn.select("loan_id", "to_on"), "loan_id").inner_join(terms.select("loan_id", "method"), "loan_id")
    loans = beside(loans.inner_join(pos.select("loan_id", "plan_state", "charged_off_fen"), "loan_id"), took)
    left = loans.pot_fen - zero(loans.taken)
    treatment = policy.pick("paid_ahead.treatment", loans.to_on, lambda name: i64(_CODES[name]))
    chosen = (left > 0) & (treatment != HOLD) & (loans.method != "simple_interest") & (loans.charged_off_fen == 0)
    return loans.filter(chosen & ~loans.plan_state.isin(["ACTIVE", "LATE"])).select(
        loan_id=loans.loan_id,
        to_on=loans.to_on,
        left_fen=left,
        treatment=treatment,
        most=policy.whole("paid_ahead.max_instalments", loans.to_on),
        opens=ibis.literal(True),
    )


@stage("ahead_rows", ROWS)
def ahead_rows(policy: Policy) -> ir.Table:
    """The coming instalments of those loans, out of the schedule files where they still are."""
    own = rows_poured_due.table.inner_join(ahead.table, "loan_id")
    here = own.filter((own.due_on > own.to_on) & own.kind.isin(_CONTRACT) & ~own.covered & (own.total_fen > 0))
    files = rest.inner_join(ahead.table, "loan_id").inner_join(pos.select("loan_id", "contract_until_on"), "loan_id")
    files = files.filter((files.due_on > files.to_on) & (files.due_on < files.contract_until_on))
    files = files.inner_join(terms.select("loan_id", "rate_ppm"), "loan_id")
    known = rows_poured_due.table.select("loan_id", "obligation")
    return here.select(*ROWS).union(obligation_rows(policy, files, "I").select(*ROWS).anti_join(known, ["loan_id", "obligation"]))


@stage("poured_ahead", POURED)
def poured_ahead(policy: Policy) -> ir.Table:
    """Where the money goes: the next instalments in order, or principal from the last instalment backwards."""
    del policy
    rows = ahead_rows.table.inner_join(ahead.table, "loan_id")
    by = ibis.window(group_by=[rows.loan_id], order_by=[rows.due_on, rows.obligation])
    numbered = rows.mutate(number=ibis.row_number().over(by).cast("int64") + 1)
    reduces = numbered.treatment == REDUCE
    open_ = numbered.filter(reduces | (numbered.most == 0) | (numbered.number <= numbered.most))
    place = (open_.treatment == REDUCE).ifelse(-open_.number, open_.number)
    interest = (open_.treatment == REDUCE).ifelse(i64(0), open_.interest_fen)
    parts = {"interest": (interest, 0), "principal": (open_.principal_fen, 1)}
    lines = ibis.union(
        *(
            open_.select("loan_id", "to_on", "obligation", "left_fen", part=ibis.literal(part), place=place, rank_part=i64(rank), owed=owed)
            for part, (owed, rank) in parts.items()
        )
    )
    order = [lines.place, lines.rank_part]
    filled = lines.mutate(
        before=running64(lines.owed, [lines.loan_id], order),
        rank=ibis.row_number().over(ibis.window(group_by=[lines.loan_id], order_by=order)).cast("int64") + 1_000,
    )
    out = filled.mutate(taken_on=filled.to_on, taken_fen=clamp(filled.left_fen - filled.before, 0, filled.owed), from_credit_fen=i64(0))
    return out.filter(out.taken_fen > 0).select(*POURED)


@stage("rows_ahead", ROWS)
def rows_ahead(policy: Policy) -> ir.Table:
    """The coming instalments less what was paid; where principal fell, each later period's interest falls with its balance."""
    del policy
    took = poured_ahead.table

    def part(name: str) -> ir.IntegerScalar:
        return sum64((took.part == name).ifelse(took.taken_fen, i64(0)))

    sums = took.group_by("loan_id", "obligation").aggregate(took_interest=part("interest"), took_principal=part("principal"))
    rows = beside(ahead_rows.table.inner_join(ahead.table.select("loan_id", "treatment"), "loan_id"), sums, ["loan_id", "obligation"])
    later = ibis.window(group_by=[rows.loan_id], order_by=[rows.due_on.desc(), rows.obligation.desc()], preceding=(None, 0))
    fell = zero(rows.took_principal)
    balanced = rows.mutate(
        fell=fell,
        balance=rows.principal_fen.sum().over(later).cast("decimal(38,0)").cast("int64"),
        reduced=fell.sum().over(later).cast("decimal(38,0)").cast("int64"),
    )
    less = half_even(balanced.interest_fen * (balanced.balance - balanced.reduced), ibis.greatest(balanced.balance, i64(1)))
    interest = (balanced.treatment == REDUCE).ifelse(less, balanced.interest_fen - zero(balanced.took_interest))
    return balanced.mutate(
        interest_fen=interest,
        principal_fen=balanced.principal_fen - balanced.fell,
        total_fen=(balanced.treatment == REDUCE).ifelse(interest + balanced.principal_fen - balanced.fell, balanced.total_fen),
        counted=balanced.counted | (zero(balanced.took_interest) > 0),
    ).select(*ROWS)


@stage("rows_after_ahead", ROWS)
def rows_after_ahead(policy: Policy) -> ir.Table:
    """All rows, with those that were paid ahead as they are now."""
    del policy
    return rows_poured_due.table.anti_join(rows_ahead.table, ["loan_id", "obligation"]).union(rows_ahead.table)


COUNTED: c.Columns = {"loan_id": "string", "interest_fen": "int64"}


@stage("ahead_counted", COUNTED)
def ahead_counted(policy: Policy) -> ir.Table:
    """Interest that counts as charged because it was paid ahead: the whole of an instalment on which money fell."""
    del policy
    took = poured_ahead.table.filter(poured_ahead.table.part == "interest").select("loan_id", "obligation").distinct()
    rows = ahead_rows.table.inner_join(took, ["loan_id", "obligation"]).filter(lambda t: ~t.counted)
    return rows.group_by("loan_id").aggregate(interest_fen=sum64(rows.interest_fen))

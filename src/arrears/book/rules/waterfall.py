"""Where each fen of a receipt goes. Source: cn.alloc.order; house waterfall.order, waterfall.mode; glossary 12.

A receipt is a fill in a fixed order, so one pour of a day's sum equals its receipts poured one by one.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from arrears.book import columns as c
from arrears.book.rules.accrual import allowance
from arrears.book.rules.money import clamp, i64, running64, sum64, zero
from arrears.book.rules.policy import Policy
from arrears.book.rules.tables import ROWS, beside, pos, prefixed, rows_settled, stage, terms, turn, unbound
from arrears.book.rules.take_in import acts

POT: c.Columns = {
    "loan_id": "string",
    "pot_fen": "int64",  # credit + receipts of the day, at least 0
    "credit_fen": "int64",  # the part that was there before
    "penalty_limit_fen": "int64",  # most penalty that may be taken: the rest is cut by the all-in cap
    "fee_limit_fen": "int64",
    "interest_new_fen": "int64",  # interest that falls due today
}
LINES: c.Columns = {
    "loan_id": "string",
    "obligation": "string",
    "part": "string",  # cost, interest, principal, penalty, fee
    "due_on": "day",
    "rank_group": "int64",
    "rank_kind": "int64",
    "rank_part": "int64",
    "owed_fen": "int64",
}
POURED: c.Columns = {
    "loan_id": "string",
    "taken_on": "day",
    "obligation": "string",
    "part": "string",
    "rank": "int64",
    "taken_fen": "int64",
    "from_credit_fen": "int64",
}


# what the day's money took in all: what was due, and what the policy of paying ahead added
poured = unbound("poured", POURED)
rows_poured = unbound("rows_poured", ROWS)


@stage("pot", POT)
def pot(policy: Policy) -> ir.Table:
    """One row a loan of the turn: the money to use today and what the all-in cap leaves open."""
    rows = rows_settled
    owes = ~rows.covered
    sums = rows.group_by("loan_id").aggregate(
        penalty_owed=sum64(owes.ifelse(rows.posted_fen - rows.paid_fen - rows.waived_fen, i64(0))),
        fee_owed=sum64(rows.fee_fen),
        posted_new=sum64(rows.posted_fen - rows.posted_before_fen),
    )
    falling = rows.inner_join(turn.select("loan_id", "to_on"), "loan_id").filter(
        lambda t: ~t.counted & (t.due_on <= t.to_on) & ~t.kind.isin(["P", "F"])
    )
    falls = falling.group_by("loan_id").aggregate(interest_new=sum64(falling.interest_fen))
    loans = beside(beside(beside(pos.inner_join(turn, "loan_id"), prefixed(acts.table, "day_")), sums), falls)
    loans = loans.inner_join(terms.select("loan_id", "method"), "loan_id")
    simple = loans.method == "simple_interest"
    stock = simple.ifelse(loans.ahead_fen, loans.credit_fen - zero(loans.day_refunded_fen))
    days = loans.principal_days + loans.principal_fen * ibis.greatest(loans.to_on - loans.from_on - 1, i64(0))
    charged = (
        loans.interest_due_fen
        + zero(loans.interest_new)
        + (loans.penalty_posted_fen + zero(loans.posted_new) - loans.penalty_waived_fen - zero(loans.day_waived_fen))
        + (loans.fee_charged_fen + zero(loans.day_fee_fen) - loans.fee_waived_fen - zero(loans.day_fee_waived_fen))
    )
    excess = ibis.greatest(charged - allowance(policy, days, loans.to_on), i64(0))
    penalty_owed, fee_owed = zero(loans.penalty_owed), zero(loans.fee_owed)
    cut = ibis.least(excess, penalty_owed)
    return loans.select(
        loan_id=loans.loan_id,
        pot_fen=ibis.greatest(stock + zero(loans.day_received_fen), i64(0)),
        credit_fen=ibis.greatest(stock, i64(0)),
        penalty_limit_fen=penalty_owed - cut,
        fee_limit_fen=fee_owed - ibis.least(excess - cut, fee_owed),
        interest_new_fen=zero(loans.interest_new),
    )


@stage("lines", LINES, passing=True)
def lines(policy: Policy) -> ir.Table:
    """One row an obligation and part that money may be used on today."""
    filled = pot.table.filter(pot.table.pot_fen > 0)
    rows = rows_settled.inner_join(filled.select("loan_id"), "loan_id").inner_join(turn.select("loan_id", "to_on"), "loan_id")
    # penalty of an instalment that was moved into the future stays payable; its interest and principal wait
    ready = rows.filter(~rows.covered).mutate(now=rows.due_on <= rows.to_on)
    parts = {
        "cost": ready.awarded.ifelse(ready.fee_fen, i64(0)),
        "interest": ready.now.ifelse(ready.interest_fen, i64(0)),
        "principal": ready.now.ifelse(ready.principal_fen, i64(0)),
        "penalty": ready.posted_fen - ready.paid_fen - ready.waived_fen,
        "fee": ready.awarded.ifelse(i64(0), ready.fee_fen),
    }
    each = [
        ready.select(
            loan_id=ready.loan_id,
            obligation=ready.obligation,
            part=ibis.literal(part, type="string"),
            due_on=ready.due_on,
            rank_group=_group(policy, part, ready.to_on),
            rank_kind=(ready.kind == "P").ifelse(i64(1), i64(0)),  # a contract instalment before a plan part
            rank_part=policy.pick("waterfall.order", ready.to_on, lambda order, part=part: i64(order.index(part))),
            owed_fen=amount,
        )
        for part, amount in parts.items()
    ]
    return ibis.union(*each).filter(lambda t: t.owed_fen > 0)


def _group(policy: Policy, part: str, day: ir.IntegerValue) -> ir.IntegerValue:
    """Place of a part among the groups: interest and principal share one, unless the policy goes part by part."""

    def place(mode: str) -> ir.IntegerValue:
        shared = mode == "by_instalment" and part in ("interest", "principal")
        names = ("interest", "principal") if shared else (part,)
        return policy.pick("waterfall.order", day, lambda order: i64(min(order.index(name) for name in names)))

    return policy.pick("waterfall.mode", day, place)


@stage("payable", LINES, passing=True)
def payable(policy: Policy) -> ir.Table:
    """The same lines with penalty and fees held to what the all-in cap allows, oldest first."""
    del policy
    joined = lines.table.inner_join(pot.table, "loan_id")
    before = running64(joined.owed_fen, [joined.loan_id, joined.part], [joined.due_on, joined.obligation])
    limited = joined.mutate(before=before)
    room = ibis.cases(
        (limited.part == "penalty", limited.penalty_limit_fen - limited.before),
        (limited.part == "fee", limited.fee_limit_fen - limited.before),
        else_=limited.owed_fen,
    )
    return limited.mutate(owed_fen=clamp(room, 0, limited.owed_fen)).select(*LINES)


@stage("poured_due", POURED)
def poured_due(policy: Policy) -> ir.Table:
    """What each line takes: credit first, then the day's receipts."""
    del policy
    joined = payable.table.inner_join(pot.table, "loan_id").inner_join(turn.select("loan_id", "to_on"), "loan_id")
    order = [joined.rank_group, joined.due_on, joined.rank_kind, joined.obligation, joined.rank_part]
    by = [joined.loan_id]
    filled = joined.mutate(
        before=running64(joined.owed_fen, by, order),
        rank=ibis.row_number().over(ibis.window(group_by=by, order_by=order)).cast("int64"),
    )
    taken = clamp(filled.pot_fen - filled.before, 0, filled.owed_fen)
    old = clamp(filled.credit_fen - filled.before, 0, filled.owed_fen)
    out = filled.mutate(taken_on=filled.to_on, taken_fen=taken, from_credit_fen=old)
    return out.filter(out.taken_fen > 0).select(*POURED)


@stage("rows_poured_due", ROWS)
def rows_poured_due(policy: Policy) -> ir.Table:
    """The rows less what they took; interest that fell due by today now counts as charged."""
    del policy
    took = poured_due.table

    def part(*names: str) -> ir.IntegerScalar:
        return sum64(took.part.isin(names).ifelse(took.taken_fen, i64(0)))

    sums = took.group_by("loan_id", "obligation").aggregate(
        took_interest=part("interest"), took_principal=part("principal"), took_penalty=part("penalty"), took_fee=part("cost", "fee")
    )
    rows = beside(rows_settled.inner_join(turn.select("loan_id", "to_on"), "loan_id"), sums, ["loan_id", "obligation"])
    said = acts.table
    whole = said.filter(said.charged_off & (said.charge_off_fen == 0) & (said.write_back_fen == 0)).select("loan_id")
    rows = beside(rows, whole.mutate(written_off=ibis.literal(True)))
    return rows.mutate(
        rests=rows.rests | rows.written_off.fill_null(False),
        counted=rows.counted | (rows.due_on <= rows.to_on),
        interest_fen=rows.interest_fen - zero(rows.took_interest),
        principal_fen=rows.principal_fen - zero(rows.took_principal),
        fee_fen=rows.fee_fen - zero(rows.took_fee),
        paid_fen=rows.paid_fen + zero(rows.took_penalty),
    ).select(*ROWS)

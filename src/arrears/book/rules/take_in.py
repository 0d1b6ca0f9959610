"""What a day's events say of each loan, side by side; holds merged into ranges; evidence that still stands."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from arrears.book import columns as c
from arrears.book.rules.money import i64, sum64, zero
from arrears.book.rules.policy import Policy
from arrears.book.rules.tables import FAR, evt, stage, text, turn, unbound

ACTS: c.Columns = {
    "loan_id": "string",
    "received_fen": "int64",  # receipts less reversals; money from the vehicle that the waterfall uses included
    "progress_fen": "int64",  # the part that counts as progress
    "split_fen": "int64",  # the part whose use the source reports
    "split_interest_fen": "int64",
    "split_principal_fen": "int64",
    "disbursed_fen": "int64",
    "adjusted_fen": "int64",
    "refunded_fen": "int64",
    "waived_fen": "int64",
    "fee_waived_fen": "int64",
    "fee_fen": "int64",  # fees charged today
    "recovered_fen": "int64",
    "proceeds_fen": "int64",
    "expense_fen": "int64",
    "charged_off": "bool",
    "charge_off_fen": "int64",
    "write_back_fen": "int64",
    "plan_count": "int64",
    "plan_first_on": "day",
    "plan_step": "int64",
    "new_count": "int64",
    "new_first_on": "day",
    "new_step": "int64",
    "plan_ended": "bool",
    "contacted": "bool",
    "accelerated": "bool",
    "defer_count": "int64",
    "extend_months": "int64",
    "move_days": "int64",
    "promise_fen": "int64",
    "promise_until_on": "day",
    "interrupted": "bool",
    "transferred": "bool",
}


@stage("acts", ACTS)
def acts(policy: Policy) -> ir.Table:
    """One row a loan that has events on its day of this turn."""
    del policy
    today = evt.inner_join(turn, "loan_id").filter(lambda t: t.effect_on == t.to_on)
    applied = (today.kind == "collateral_proceeds_received") & (today.subject == "apply")
    money = (
        (today.kind == "payment_received").ifelse(today.amount_fen, i64(0))
        - (today.kind == "payment_reversed").ifelse(today.amount_fen, i64(0))
        + applied.ifelse(today.amount_fen, i64(0))
    )
    split = (today.kind == "payment_received") & today.principal_fen.notnull()
    rows = today.mutate(money=money, split=split)

    def amount(kind: str) -> ir.IntegerScalar:
        return sum64((rows.kind == kind).ifelse(rows.amount_fen, i64(0)))

    def latest(kind: str, column: str, subject: str | None = None) -> ir.IntegerScalar:
        chosen = (rows.kind == kind) if subject is None else (rows.kind == kind) & (rows.subject == subject)
        return chosen.ifelse(rows[column], ibis.null("int64")).max()

    def told(kind: str) -> ir.BooleanScalar:
        return (rows.kind == kind).ifelse(i64(1), i64(0)).max() == 1

    return rows.group_by("loan_id").aggregate(
        received_fen=sum64(rows.money),
        progress_fen=sum64(rows.progress.ifelse(rows.money, i64(0))),
        split_fen=sum64(rows.split.ifelse(rows.money, i64(0))),
        split_interest_fen=sum64(rows.split.ifelse(zero(rows.interest_fen), i64(0))),
        split_principal_fen=sum64(rows.split.ifelse(zero(rows.principal_fen), i64(0))),
        disbursed_fen=amount("disbursed"),
        adjusted_fen=amount("balance_adjusted"),
        refunded_fen=amount("credit_refunded"),
        waived_fen=amount("penalty_waived"),
        fee_waived_fen=amount("fee_waived"),
        fee_fen=amount("fee_charged"),
        recovered_fen=amount("recovered"),
        proceeds_fen=amount("collateral_proceeds_received"),
        expense_fen=amount("expense_paid"),
        charged_off=told("charged_off"),
        charge_off_fen=amount("charged_off"),
        write_back_fen=amount("charge_off_reversed"),
        plan_count=zero(latest("agreement_signed", "count", "arrears_plan")),
        plan_first_on=latest("agreement_signed", "first_due_on", "arrears_plan"),
        plan_step=zero(latest("agreement_signed", "step_months", "arrears_plan")),
        new_count=zero(latest("agreement_signed", "count", "restructure")),
        new_first_on=latest("agreement_signed", "first_due_on", "restructure"),
        new_step=zero(latest("agreement_signed", "step_months", "restructure")),
        plan_ended=told("agreement_ended"),
        contacted=told("borrower_contacted"),
        accelerated=told("accelerated"),
        defer_count=zero(latest("instalments_deferred", "count")),
        extend_months=zero(latest("term_extended", "count")),
        move_days=zero(latest("due_date_changed", "days")),
        promise_fen=zero(latest("promise_made", "amount_fen")),
        promise_until_on=latest("promise_made", "until_on"),
        interrupted=told("demand_delivered"),
        transferred=told("transferred"),
    )


# `standing` = events of holds and evidence, of every day so far; the caller gives only those known at the close.
standing = unbound("standing", c.EVENTS)
STOPS = ("penalty", "clock", "contact", "plan_break")


@stage("hold", c.HOLDS)
def holds(policy: Policy) -> ir.Table:
    """Ranges of days per loan and stop, merged: two holds at once stop a day only once (gaps and islands)."""
    del policy
    ended = standing.filter(standing.kind == "hold_ended").group_by("loan_id", "subject").aggregate(ended_on=lambda t: t.value_on.min())
    opened = standing.filter(standing.kind == "hold_opened")
    joined = opened.left_join(ended, ["loan_id", "subject"])
    ranges = joined.select(
        loan_id=joined.loan_id,
        stops=text("+").concat(joined.stops, text("+")),
        from_on=joined.value_on,
        to_on=joined.ended_on.fill_null(joined.until_on).fill_null(i64(FAR)),  # what ended it goes before what was expected
    )
    each = ibis.union(
        *(
            ranges.filter(ranges.stops.contains(f"+{stop}+")).select(
                loan_id=ranges.loan_id, stop=text(stop), from_on=ranges.from_on, to_on=ranges.to_on
            )
            for stop in STOPS
        )
    )
    # without twins the order below is the same in both windows
    each = each.filter(each.to_on >= each.from_on).distinct()
    window = ibis.window(group_by=[each.loan_id, each.stop], order_by=[each.from_on, each.to_on], preceding=(None, 1))
    seen = each.mutate(reach=each.to_on.max().over(window))
    starts = seen.mutate(new=(seen.reach.isnull() | (seen.from_on > seen.reach + 1)).ifelse(i64(1), i64(0)))
    order = ibis.window(group_by=[starts.loan_id, starts.stop], order_by=[starts.from_on, starts.to_on], preceding=(None, 0))
    numbered = starts.mutate(island=starts.new.sum().over(order).cast("decimal(38,0)").cast("int64"))
    merged = numbered.group_by("loan_id", "stop", "island").aggregate(from_on=lambda t: t.from_on.min(), to_on=lambda t: t.to_on.max())
    return merged.drop("island")


@stage("mark", c.MARKS)
def marks(policy: Policy) -> ir.Table:
    """Confirmed evidence that nobody excused; unconfirmed evidence never reaches the Book as a mark (S049)."""
    del policy
    kinds = ["contact_declined", "mail_refused", "promise_evidence_confirmed"]
    excused = standing.filter(standing.kind == "evidence_excused").select(loan_id="loan_id", event_id="refers_to").distinct()
    stands = standing.filter(standing.kind.isin(kinds)).anti_join(excused, ["loan_id", "event_id"])
    return stands.select(loan_id=stands.loan_id, evidence_on=stands.until_on, confirmed_on=stands.value_on, kind=stands.kind)

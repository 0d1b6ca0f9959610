"""Every column an analyst can get, with its type, unit and meaning: the one list that tables, docs and tests share.

A name means the same in every table. What is not in this list cannot leave the Book through this room; that is how names,
telephones, vehicles, payers and free text stay inside it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """What a column holds.

    Attributes
    ----------
    type : Ibis type: string, int32, int64, float64, boolean, date
    unit : minor units (of the Book's currency: fen, cents), days, months, count, ppm (parts per million a year), share (0 to 1), day, name
    says : one sentence
    """

    type: str
    unit: str
    says: str


def _money(says: str) -> Column:
    return Column("int64", "minor units", says)


def _day(says: str) -> Column:
    return Column("date", "day", says)


def _count(says: str, type_: str = "int32") -> Column:
    return Column(type_, "count", says)


def _days(says: str) -> Column:
    return Column("int32", "days", says)


def _name(says: str) -> Column:
    return Column("string", "name", says)


def _share(says: str) -> Column:
    return Column("float64", "share", says)


COLUMNS: dict[str, Column] = {
    # who and when
    "loan_id": _name("Number of the loan."),
    "borrower": _name("Pseudonym of the borrower: the same in one project, another in every other. Only with project=."),
    "state_on": _day("Day on which the row was last computed; nothing has happened to the loan since."),
    "month_on": _day("Close at the end of the month that the row describes."),
    "month_count": Column("int64", "months", "Months from the month of disbursement to the month of the row (months on book)."),
    # terms
    "product": _name("Product as the tape names it."),
    "method": _name("How instalments are made: equal_instalment, equal_principal, interest_first, bullet, simple_interest, given."),
    "day_count": _name("Day count of interest: 30/360, actual/360, actual/365."),
    "terms_principal_fen": _money("Principal as disbursed, or as boarded from a tape."),
    "rate_ppm": Column("int64", "ppm", "Contract rate a year in parts per million: 120000 is 12 %."),
    "term_count": _count("Instalments agreed."),
    "step_months": Column("int32", "months", "Months between two instalments now in force."),
    "signed_on": _day("Contract signed."),
    "disbursed_on": _day("Principal paid out."),
    "first_due_on": _day("First instalment due."),
    "maturity_on": _day("Last instalment due by the contract."),
    "instalment_fen": _money("Total of the first instalment."),
    "opened_on": _day("The Book knows the loan from the day after this one."),
    "vehicle_value_fen": _money("Value of the vehicle as stated."),
    "vehicle_valued_on": _day("Day of that value."),
    # sums since the opening
    "disbursed_fen": _money("Principal paid out."),
    "adjusted_fen": _money("Corrections of the principal, with their sign."),
    "received_fen": _money("Received since the opening; a reversed payment is no longer in it."),
    "history_paid_fen": _money("Received before the opening."),
    "principal_paid_fen": _money("Principal paid since the opening."),
    "interest_paid_fen": _money("Interest paid since the opening."),
    "penalty_paid_fen": _money("Penalty paid."),
    "fee_paid_fen": _money("Fees paid."),
    "after_charge_off_fen": _money("Receipts after charge-off that no obligation took."),
    "credit_fen": _money("Unapplied credit of the borrower."),
    "refunded_fen": _money("Credit paid back."),
    "interest_due_fen": _money("Interest that has fallen due."),
    "penalty_posted_fen": _money("Penalty posted."),
    "penalty_waived_fen": _money("Penalty given up."),
    "penalty_cut_fen": _money("Penalty and fees that the all-in cap keeps the lender from asking for today."),
    "fee_charged_fen": _money("Fees charged."),
    "fee_waived_fen": _money("Fees given up."),
    "charged_off_fen": _money("Principal charged off."),
    "charged_off_interest_fen": _money("Interest given up with it."),
    "charged_off_penalty_fen": _money("Penalty given up with it."),
    "charged_off_fee_fen": _money("Fees given up with it."),
    "recovered_fen": _money("Recovered after charge-off, with its sign."),
    "proceeds_fen": _money("Proceeds of the vehicle, with their sign."),
    "expense_fen": _money("Cost paid by the lender on the loan."),
    "principal_fen": _money("Principal still owed."),
    "received_in_month_fen": _money(
        "Received since the row before of the same loan, as the two closes say it; in the first one since the opening."
    ),
    # agreements
    "final_due_on": _day("Last instalment due as agreed now."),
    "last_due_on": _day("Latest due day that has passed."),
    "plan_state": _name("Arrears plan: empty, ACTIVE, LATE, BROKEN, COMPLETED, ENDED."),
    "plan_signed_on": _day("Latest arrears plan signed."),
    "restructured_on": _day("Latest restructure signed."),
    "accelerated_on": _day("Whole principal called due."),
    "plan_count": _count("Arrears plans signed."),
    "restructure_count": _count("Restructures signed."),
    "accelerated_count": _count("Times the principal was called due."),
    "promise_state": _name("Latest promise: empty, PENDING, KEPT, PARTLY_KEPT, BROKEN, SUSPENDED."),
    "promise_fen": _money("Amount of the latest promise."),
    "promise_made_on": _day("Latest promise made."),
    "promise_due_on": _day("Latest promise due."),
    # status
    "state": _name("State: CURRENT, GRACE, DELINQUENT, HIGH_RISK, UNDER_PLAN, ACCELERATED, SETTLED, WRITTEN_OFF, TRANSFERRED."),
    "place": _name("The bucket of an open loan; paid_off, charged_off or transferred for another."),
    "dpd": _days("Days past due, from the oldest instalment that is not paid."),
    "dpd_without_plan": _days("Days past due as if no arrears plan stood in between."),
    "oldest_due_on": _day("Due day of the oldest instalment that is not paid."),
    "overdue_interest_fen": _money("Interest that is overdue."),
    "overdue_principal_fen": _money("Principal that is overdue."),
    "overdue_count": _count("Instalments overdue."),
    "bucket": _name("Bucket of the days past due; the setting bucket.market names the edges."),
    "recency_days": _days("Days since the last whole instalment, at most the days past due."),
    "recency_bucket": _name("Bucket of the recency days: who pays again leaves it, who owes for long does not."),
    "five_class": _count("Five-class: 1 normal to 5 loss."),
    "class_floor": _count("Lowest class that agreements allow."),
    "no_progress_days": _days("Days without progress, pauses left out."),
    "paused_days": _days("Days left out of that count."),
    "attitude_points": _count("Points of confirmed attitude evidence."),
    "triggers": _name("Visit triggers met, joined by +: T1, T2, T3."),
    "high_risk": Column("boolean", "yes or no", "Without progress for as long as the setting trigger.days says."),
    # clocks
    "last_receipt_on": _day("Latest money received."),
    "last_full_on": _day("Latest day on which a whole instalment came in."),
    "last_progress_on": _day("Latest progress."),
    "out_of_grace_on": _day("First day out of grace of the present delinquency."),
    "left_grace": Column("boolean", "yes or no", "Left grace and has not been cured since."),
    "resumed_on": _day("Latest day on which payment was resumed: a whole instalment after a long time without one."),
    "cured_on": _day("Latest day on which the arrears were cured: nothing overdue any more."),
    "credit_code": _name("Repayment status of the credit report at the latest month end."),
    "credit_code_on": _day("That month end."),
    "credit_removable_on": _day("Day from which a negative item may go."),
    "limitation_end_on": _day("Limitation ends."),
    # payments
    "kind": _name("payment_received, payment_reversed, recovered, collateral_proceeds_received, credit_refunded."),
    "value_on": _day("Day on which the money counts."),
    "known_on": _day("Closes from this day on know of it: later than the value day where it was posted late."),
    "amount_fen": _money("Amount, plus for money in: a reversal or refund has a minus."),
    "channel": _name("Channel of the payment as the source names it."),
    # moves
    "from_on": _day("Month end before."),
    "from_place": _name("Where the loan stood then: a bucket."),
    "to_place": _name("Where it stands a month later: a bucket, paid_off, charged_off or transferred."),
    "loans": _count("Loans of the row.", "int64"),
    "from_loans": _count("Loans that started from from_place.", "int64"),
    "from_principal_fen": _money("Principal owed at the start by loans that started from from_place."),
    "share": _share("loans / from_loans: the shares of one from_place add up to 1."),
    "moved_principal_fen": _money("Principal owed at the start by the loans of the row."),
    "principal_share": _share("moved_principal_fen / from_principal_fen."),
    # vintages
    "vintage_on": _day("First day of the month, quarter or year in which the loans were disbursed."),
    "late_loans": _count("Loans that have been late_days or more past due at a month end so far.", "int64"),
    "late_share": _share("late_loans / loans."),
    "charged_off_loans": _count("Loans with principal charged off.", "int64"),
    "charged_off_share": _share("charged_off_fen / terms_principal_fen."),
    "overdue_fen": _money("Overdue interest and principal."),
}

_STATE = (
    "state", "dpd", "dpd_without_plan", "oldest_due_on", "overdue_interest_fen", "overdue_principal_fen", "overdue_count", "bucket",
    "recency_days", "recency_bucket", "five_class",
)  # fmt: skip
_POSITION = (
    "loan_id", "state_on", "principal_fen", *_STATE, "class_floor", "no_progress_days", "paused_days", "attitude_points", "triggers",
    "high_risk", "disbursed_fen", "adjusted_fen", "received_fen", "history_paid_fen", "principal_paid_fen", "interest_paid_fen",
    "penalty_paid_fen", "fee_paid_fen", "after_charge_off_fen", "credit_fen", "refunded_fen", "interest_due_fen", "penalty_posted_fen",
    "penalty_waived_fen", "penalty_cut_fen", "fee_charged_fen", "fee_waived_fen", "charged_off_fen", "charged_off_interest_fen",
    "charged_off_penalty_fen", "charged_off_fee_fen", "recovered_fen", "proceeds_fen", "expense_fen", "step_months", "final_due_on",
    "last_due_on", "plan_state", "plan_signed_on", "restructured_on", "accelerated_on", "plan_count", "restructure_count",
    "accelerated_count", "promise_state", "promise_fen", "promise_made_on", "promise_due_on", "last_receipt_on", "last_full_on",
    "last_progress_on", "out_of_grace_on", "left_grace", "resumed_on", "cured_on", "credit_code", "credit_code_on",
    "credit_removable_on", "limitation_end_on",
)  # fmt: skip
_TERMS = (
    "loan_id", "product", "method", "day_count", "terms_principal_fen", "rate_ppm", "term_count", "step_months", "signed_on",
    "disbursed_on", "first_due_on", "maturity_on", "instalment_fen", "opened_on", "history_paid_fen", "vehicle_value_fen",
    "vehicle_valued_on",
)  # fmt: skip
MONTH = (
    "loan_id", "state_on", "principal_fen", *_STATE, "received_fen", "principal_paid_fen", "interest_paid_fen", "charged_off_fen",
    "recovered_fen", "proceeds_fen", "resumed_on", "cured_on",
)  # fmt: skip

# table -> its columns, in order
TABLES: dict[str, tuple[str, ...]] = {
    "positions": _POSITION,
    "loans": _TERMS,
    "loan_months": ("month_on", "month_count", *MONTH, "place", "received_in_month_fen"),
    "payments": ("loan_id", "kind", "value_on", "known_on", "amount_fen", "channel"),
    "buckets": ("month_on", "place", "loans", "principal_fen", "overdue_fen"),
    "roll_rates": (
        "from_place", "to_place", "loans", "from_loans", "share", "moved_principal_fen", "from_principal_fen", "principal_share",
    ),
    "vintage": (
        "vintage_on", "month_count", "loans", "terms_principal_fen", "late_loans", "late_share", "charged_off_loans",
        "charged_off_fen", "charged_off_share",
    ),
}  # fmt: skip

# State of the machinery, of no meaning outside a close; kept here so that a new column of the Book is decided on, not forgotten.
LEFT_OUT = frozenset(
    {
        "principal_days", "accrued_num", "ahead_fen", "contract_until_on", "charged_to_on", "plan_contact_on", "interrupted_on",
        "late_cleared_due_on", "promise_base_fen", "anchor_on",
    }
)  # fmt: skip


def types(names: tuple[str, ...]) -> dict[str, str]:
    """Ibis types of some columns, by name."""
    return {name: COLUMNS[name].type for name in names}

"""The column lists of every file of the Book: the one declaration that readers, writers and checks share.

Types: string, int64, int32, bool, day. A `day` is DATE in a file and an int64 day number (days since 1970-01-01)
inside the rules, so that day arithmetic is integer arithmetic on every engine. Money columns end in `_fen` and are
int64 minor units of the book's currency.
"""

from __future__ import annotations

Columns = dict[str, str]

# One row a loan: what was agreed. Sorted by loan_id.
LOANS: Columns = {
    "loan_id": "string",
    "borrower_id": "string",
    "product": "string",
    "method": "string",  # equal_instalment | equal_principal | interest_first | bullet | simple_interest | given
    "day_count": "string",  # 30/360 | actual/360 | actual/365
    "principal_fen": "int64",  # as disbursed, or as boarded from a tape
    "rate_ppm": "int64",  # contract rate a year, parts per million
    "term_count": "int32",
    "step_months": "int32",
    "signed_on": "day",
    "disbursed_on": "day",
    "first_due_on": "day",
    "maturity_on": "day",  # due day of the last instalment
    "instalment_fen": "int64",  # first instalment's total; the unit of paid-ahead credit
    "opened_on": "day",  # the opening state stands at the end of this day; the Book knows the loan from the next
    "history_paid_fen": "int64",  # received before opened_on; pays no instalment here
    "purpose": "string",
    "acceleration_clause": "bool",
    "cost_sheet": "string",  # JSON list of {"code", "max_fen"}; fees the borrower signed for
    "vehicle": "string",  # JSON object
    "vehicle_value_fen": "int64",
    "vehicle_valued_on": "day",
    "liens": "string",  # JSON list of {"rank", "holder", "claim_fen", "claim_on", "registered_on", "registry", "ours"}
    "lien_rank": "int32",  # ours among the liens, from the registrations; null where it is not known
    "lien_missing": "string",  # facts about the liens to be found out, joined by "+" (tape/liens.py)
    "flags": "string",  # joined by "+": purpose, balance
}

# One row an instalment of the contract. `schedule/` is partitioned by due month and sorted by due day,
# `schedule_by_loan/` holds the same rows sorted by loan. `opening_due/` holds instalments already unpaid at opened_on.
SCHEDULE: Columns = {
    "loan_id": "string",
    "obligation": "string",  # I01, I02, ...
    "due_on": "day",
    "interest_fen": "int64",
    "principal_fen": "int64",  # simple interest: the whole instalment (its split is made by day when money comes)
}

# One row an event, as accepted. close_on = the first close that may see it: latest of value day, recorded day and the
# day after the last close. effect_on = the day it changes the loan: the value day, but for a reversal that of its receipt.
EVENTS: Columns = {
    "event_id": "string",  # source/source_ref
    "source": "string",
    "source_ref": "string",
    "loan_id": "string",
    "kind": "string",
    "value_on": "day",
    "recorded_at": "string",  # ISO 8601 with offset
    "close_on": "day",
    "effect_on": "day",
    "amount_fen": "int64",
    "interest_fen": "int64",
    "principal_fen": "int64",
    "subject": "string",
    "refers_to": "string",
    "until_on": "day",
    "count": "int32",
    "step_months": "int32",
    "first_due_on": "day",
    "days": "int32",
    "stops": "string",
    "progress": "bool",
    "channel": "string",
    "payer": "string",
    "reason": "string",
    "asker": "string",
    "approver": "string",
}

# One row an obligation that is due and not fully settled, or made by an agreement and still to come. Each carries its
# own penalty: numerator, posted, paid, waived. Contract instalments not yet due are not here: the schedule holds them.
OPEN_DUE: Columns = {
    "loan_id": "string",
    "obligation": "string",  # I01, P01, ...
    "kind": "string",  # I contract, H opening, P plan part, R restructured, X accelerated, F fee
    "due_on": "day",
    "interest_fen": "int64",  # unpaid
    "principal_fen": "int64",  # unpaid; simple interest: the unpaid instalment
    "fee_fen": "int64",  # unpaid
    "total_fen": "int64",  # interest + principal when it was made: the base of materiality
    "awarded": "bool",  # costs a court awarded: used first
    "counted": "bool",  # its interest stands in position.interest_due_fen
    "covered": "bool",  # moved into a running arrears plan: neither overdue nor payable
    "grace_days": "int32",
    "rate_num": "int64",  # daily penalty rate = rate_num / rate_den, exact
    "rate_den": "int64",
    "cap_fen": "int64",  # most penalty it can ever bear; 0 until its first penalty day
    "num": "int64",  # penalty so far, times rate_den
    "posted_fen": "int64",  # half-even of num / rate_den
    "paid_fen": "int64",
    "waived_fen": "int64",
}

# One row a loan: all of its state at the end of a day. Sums run from the opening.
POSITION: Columns = {
    "loan_id": "string",
    "state_on": "day",  # the day this row was last computed; nothing has happened since
    # sums of money
    "disbursed_fen": "int64",
    "adjusted_fen": "int64",
    "received_fen": "int64",
    "history_paid_fen": "int64",
    "principal_paid_fen": "int64",
    "interest_paid_fen": "int64",
    "penalty_paid_fen": "int64",
    "fee_paid_fen": "int64",
    "after_charge_off_fen": "int64",  # receipts after charge-off that no obligation took
    "credit_fen": "int64",  # unapplied credit
    "refunded_fen": "int64",
    "interest_due_fen": "int64",
    "penalty_posted_fen": "int64",
    "penalty_waived_fen": "int64",
    "fee_charged_fen": "int64",
    "fee_waived_fen": "int64",
    "charged_off_fen": "int64",  # principal
    "charged_off_interest_fen": "int64",  # given up with it
    "charged_off_penalty_fen": "int64",
    "charged_off_fee_fen": "int64",
    "recovered_fen": "int64",
    "proceeds_fen": "int64",
    "expense_fen": "int64",
    "principal_fen": "int64",  # principal still owed
    "principal_days": "int64",  # sum of each day's principal outstanding, to the end of state_on
    # simple interest
    "accrued_num": "int64",  # interest by day since the last settlement, times 10^6 x day basis
    "ahead_fen": "int64",  # paid ahead, counted against coming instalments
    # schedule and agreements
    "step_months": "int32",  # between the instalments now in force
    "contract_until_on": "day",  # contract instalments due on or after it were replaced
    "final_due_on": "day",
    "last_due_on": "day",
    "charged_to_on": "day",  # latest contract due day passed: interest of the schedule is charged up to it
    "plan_state": "string",  # "", ACTIVE, LATE, BROKEN, COMPLETED, ENDED
    "plan_signed_on": "day",
    "plan_contact_on": "day",
    "restructured_on": "day",
    "accelerated_on": "day",
    "plan_count": "int32",
    "restructure_count": "int32",
    "accelerated_count": "int32",
    "class_floor": "int32",
    # clocks
    "last_receipt_on": "day",
    "last_full_on": "day",  # last day on which a whole instalment came in
    "last_progress_on": "day",
    "interrupted_on": "day",  # latest act that restarts limitation
    "out_of_grace_on": "day",  # first day out of grace of the present delinquency
    "left_grace": "bool",  # it left grace and has not been cured since (a running plan does not cure)
    "cured_on": "day",
    "resumed_on": "day",
    "late_cleared_due_on": "day",  # latest due day of an obligation that was cleared after its grace
    "high_risk": "bool",
    # promise
    "promise_state": "string",  # "", PENDING, KEPT, PARTLY_KEPT, BROKEN, SUSPENDED
    "promise_fen": "int64",
    "promise_made_on": "day",
    "promise_due_on": "day",
    "promise_base_fen": "int64",  # received before the promise
    # status at the end of the day
    "state": "string",  # MISSION 3.1
    "dpd": "int32",
    "dpd_without_plan": "int32",
    "oldest_due_on": "day",
    "overdue_interest_fen": "int64",
    "overdue_principal_fen": "int64",
    "overdue_count": "int32",
    "anchor_on": "day",  # the no-progress clock runs from here
    "paused_days": "int32",
    "no_progress_days": "int32",
    "bucket": "string",
    "recency_days": "int32",
    "recency_bucket": "string",
    "five_class": "int32",
    "attitude_points": "int32",
    "triggers": "string",  # T1, T2, T3 joined by "+"
    "penalty_cut_fen": "int64",  # penalty and fees that the all-in cap does not let us ask for today
    "credit_code": "string",
    "credit_code_on": "day",
    "credit_removable_on": "day",
    "limitation_end_on": "day",
}

# One row a loan whose sums changed: signed minor units, debit positive; each row sums to zero.
JOURNAL: Columns = {
    "loan_id": "string",
    "posted_on": "day",
    "backdated": "bool",  # the difference that a replay of earlier days made
    "cash_fen": "int64",
    "principal_fen": "int64",
    "interest_receivable_fen": "int64",
    "penalty_receivable_fen": "int64",
    "fee_receivable_fen": "int64",
    "credit_fen": "int64",
    "interest_income_fen": "int64",
    "penalty_income_fen": "int64",
    "fee_income_fen": "int64",
    "waived_fen": "int64",
    "charged_off_fen": "int64",
    "recovery_fen": "int64",
    "expense_fen": "int64",
    "adjustment_fen": "int64",
}

# One row a proposal: what a close proposes to people. Numbers stand beside it so that a reader can redo the arithmetic.
PROPOSALS: Columns = {
    "proposal_id": "string",  # close/loan/kind/subject
    "close_on": "day",
    "loan_id": "string",
    "kind": "string",
    "subject": "string",
    "do_on": "day",  # the day it is to be done
    "do_at": "string",  # local time of that day
    "rule": "string",  # the setting or law it rests on
    "missing": "string",  # what is still missing, joined by "+"
    "dpd": "int32",
    "overdue_fen": "int64",
    "amount_fen": "int64",
    "no_progress_days": "int32",
    "anchor_on": "day",
    "oldest_due_on": "day",
    "paused_days": "int32",
    "attitude_points": "int32",
    "threshold": "int64",
    "before": "string",
    "after": "string",
}

# Ranges of days on which a hold stops something; merged so that no two of a loan and stop touch.
HOLDS: Columns = {"loan_id": "string", "stop": "string", "from_on": "day", "to_on": "day"}

# Confirmed attitude evidence: the day it speaks of, the day it was confirmed, its points.
MARKS: Columns = {"loan_id": "string", "evidence_on": "day", "confirmed_on": "day", "kind": "string"}

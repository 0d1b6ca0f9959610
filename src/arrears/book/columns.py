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

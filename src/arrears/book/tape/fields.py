"""The fields a mapping can fill, one list a kind of table: their type, whether a row needs them, what stands in for none.

Types: text; id (text that may stand in an id); amount (int64 minor units); rate (int64 ppm); day (date32); whole (int64);
bool; json (text holding JSON); instant (text, ISO 8601 with offset); score (int64 or null, never a reject).
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True)
class Field:
    """One field: its type, whether every row must have it, and the value of an empty cell (None = null)."""

    kind: str
    needed: bool = False
    default: str | int | bool | None = None


TEXT = Field("text", default="")

LOANS: dict[str, Field] = {
    "loan_id": Field("id", needed=True),
    "borrower_id": TEXT,
    "product": TEXT,
    "method": Field("text", needed=True),
    "day_count": Field("text", default="30/360"),
    "principal_fen": Field("amount", needed=True),
    "rate_ppm": Field("rate", needed=True),
    "term_count": Field("whole"),
    "step_months": Field("whole", default=1),
    "signed_on": Field("day"),
    "disbursed_on": Field("day", needed=True),
    "first_due_on": Field("day"),
    "due_day": Field("whole", default=0),
    "maturity_on": Field("day"),
    "instalment_fen": Field("amount"),
    "opened_on": Field("day"),
    "opening_principal_fen": Field("amount"),
    "history_paid_fen": Field("amount", default=0),
    "purpose": TEXT,
    "acceleration_clause": Field("bool", default=False),
    "cost_sheet": Field("json", default="[]"),
    "vehicle": Field("json", default="{}"),
    "vehicle_value_fen": Field("amount"),
    "vehicle_valued_on": Field("day"),
    "liens": Field("json", default="[]"),
    "delinquency_days": Field("whole", default=0),
    "score": Field("score"),
}

SCHEDULE: dict[str, Field] = {
    "loan_id": Field("id", needed=True),
    "obligation": TEXT,
    "due_on": Field("day", needed=True),
    "interest_fen": Field("amount", needed=True),
    "principal_fen": Field("amount", needed=True),
}

EVENTS: dict[str, Field] = {
    "source": TEXT,
    "source_ref": Field("text", needed=True),
    "loan_id": Field("id", needed=True),
    "kind": Field("text", needed=True),
    "value_on": Field("day", needed=True),
    "recorded_at": Field("instant", default=""),
    "amount_fen": Field("amount", default=0),
    "interest_fen": Field("amount"),
    "principal_fen": Field("amount"),
    "subject": TEXT,
    "refers_to": TEXT,
    "until_on": Field("day"),
    "count": Field("whole", default=0),
    "step_months": Field("whole", default=1),
    "first_due_on": Field("day"),
    "days": Field("whole", default=0),
    "stops": TEXT,
    "progress": Field("bool", default=True),
    "channel": TEXT,
    "payer": TEXT,
    "reason": TEXT,
    "asker": TEXT,
    "approver": TEXT,
}

MONTHS: dict[str, Field] = {
    "loan_id": Field("id", needed=True),
    "deal": TEXT,
    "k": Field("whole"),
    "period_on": Field("day", needed=True),
    "begin_fen": Field("amount"),
    "end_fen": Field("amount"),
    "principal_fen": Field("amount"),
    "paid_fen": Field("amount"),
    "recovered_fen": Field("amount"),
    "proceeds_fen": Field("amount"),
    "other_fen": Field("amount"),
    "charged_off_fen": Field("amount"),
    "zero_codes": TEXT,
    "status_days": Field("whole"),
    "instalment_fen": Field("amount"),
    "next_due_fen": Field("amount"),
    "begin_on": Field("day"),
    "filed_on": Field("day"),
    "deferred_count": Field("whole"),
}

TABLES: dict[str, dict[str, Field]] = {"loans": LOANS, "schedule": SCHEDULE, "events": EVENTS, "months": MONTHS}

ARROW: dict[str, pa.DataType] = {
    "text": pa.string(),
    "id": pa.string(),
    "json": pa.string(),
    "instant": pa.string(),
    "amount": pa.int64(),
    "rate": pa.int64(),
    "whole": pa.int64(),
    "day": pa.date32(),
    "bool": pa.bool_(),
    "score": pa.int64(),
}

# Where a row came from travels with it, so that a later check can still name it.
ORIGIN: dict[str, pa.DataType] = {"file": pa.string(), "row": pa.int64()}


def schema_of(kind: str) -> pa.Schema:
    """Return the arrow schema of a kind of table as read: its fields, then file and row."""
    columns = [(name, ARROW[field.kind]) for name, field in TABLES[kind].items()]
    return pa.schema([*columns, *ORIGIN.items()])

"""What it takes to be current on a day, part by part (S125)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa


def owed(day: dt.date, eve: tuple[pa.Table, pa.Table], today: tuple[pa.Table, pa.Table]) -> dict[str, Any]:
    """The parts of a quote, from one loan's position and obligations on the eve and at the end of the day."""
    state, cut = today[0].to_pylist()[0], eve[0].to_pylist()[0]["penalty_cut_fen"]
    live = [row for row in today[1].to_pylist() if not row["covered"] and row["due_on"] <= day]
    penalty = sum(row["posted_fen"] - row["paid_fen"] - row["waived_fen"] for row in eve[1].to_pylist() if not row["covered"])
    fees = sum(row["fee_fen"] for row in live)
    parts = {
        "interest_fen": sum(row["interest_fen"] for row in live),
        "principal_fen": sum(row["principal_fen"] for row in live),
        "penalty_fen": penalty - min(cut, penalty),
        "fee_fen": fees - min(max(cut - penalty, 0), fees),
        "credit_fen": state["credit_fen"],
    }
    total = sum(parts.values()) - 2 * parts["credit_fen"]
    return {"on": day, **parts, "total_fen": max(total, 0)}

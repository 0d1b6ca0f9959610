"""Counts, sums and ranges of an import: what an operator compares with the sender's own totals before anything is written."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.tape.rejects import Ledger

FIRST_REJECTS = 10
RANGES = ("principal_fen", "rate_ppm", "term_count", "instalment_fen", "disbursed_on", "first_due_on", "maturity_on", "opened_on")


def add_up(read: dict[str, int], loans: pa.Table, events: pa.Table, waiting: pa.Table, ledger: Ledger) -> dict[str, Any]:
    """Add an import up.

    Returns
    -------
    Plain data: rows_read by kind of table; loans, events, waiting, rejects (faults), rejected_rows, duplicates as counts;
    principal_fen, history_paid_fen; payments_fen (history included); by_kind: count, amount_fen, first and last value day;
    ranges: lowest and highest of some columns; first_rejects: the first ten. Surprises are added by `load`.
    """
    history = _sum(loans, "history_paid_fen")
    by_kind = _by_kind(events)
    received = by_kind.get("payment_received", {}).get("amount_fen", 0) - by_kind.get("payment_reversed", {}).get("amount_fen", 0)
    return {
        "rows_read": dict(read),
        "loans": loans.num_rows,
        "events": events.num_rows,
        "waiting": waiting.num_rows,
        "rejects": len(ledger.rejects),
        "rejected_rows": len({(file, row) for file, row, *_ in ledger.rejects}),
        "duplicates": len(ledger.duplicates),
        "principal_fen": _sum(loans, "principal_fen"),
        "history_paid_fen": history,
        "payments_fen": received + history,
        "by_kind": by_kind,
        "ranges": {name: _range(loans, name) for name in RANGES},
        "first_rejects": [
            dict(zip(("file", "row", "field", "value", "reason"), each, strict=True)) for each in ledger.rejects[:FIRST_REJECTS]
        ],
    }


def scores(loans: pa.Table) -> dict[str, Any]:
    """Return how many rows of terms as read have a credit score, how many have none, and its range."""
    known = len(loans) - loans.column("score").null_count
    return {"with": known, "without": len(loans) - known, "range": _range(loans, "score")}


def _sum(table: pa.Table, name: str) -> int:
    """Add a column up; 0 without rows."""
    return int(pc.sum(table.column(name)).as_py() or 0)


def _range(table: pa.Table, name: str) -> list[int | str | None]:
    """Return the lowest and highest value of a column."""
    both = pc.min_max(table.column(name)).as_py()
    return [_plain(both["min"]), _plain(both["max"])]


def _by_kind(events: pa.Table) -> dict[str, dict[str, Any]]:
    """Return count, sum and first and last value day of each kind of event."""
    grouped = events.group_by("kind").aggregate([("amount_fen", "count"), ("amount_fen", "sum"), ("value_on", "min"), ("value_on", "max")])
    return {
        row["kind"]: {
            "count": row["amount_fen_count"],
            "amount_fen": row["amount_fen_sum"],
            "first_on": _plain(row["value_on_min"]),
            "last_on": _plain(row["value_on_max"]),
        }
        for row in sorted(grouped.to_pylist(), key=lambda row: row["kind"])
    }


def _plain(value: dt.date | int | None) -> int | str | None:
    """Return a value as JSON can hold it."""
    return value.isoformat() if isinstance(value, dt.date) else value

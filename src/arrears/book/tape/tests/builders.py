"""Plain builders for tapes: a CSV of text, a batch of events, a book with one loan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from arrears.book.columns import EVENTS, LOANS
from arrears.book.rules.schedule import make_schedules
from arrears.book.tape.intake import WAITING, Intake, Limits, accept
from arrears.book.tape.load import Existing, Tape, load
from arrears.book.tape.mapping import Mapping, load_mapping
from arrears.book.tape.shape import arrow_schema, empty

LIMITS = Limits(balance_flag_fen=20_000_000, waiver_four_eyes_fen=100_000, waiver_daily_limit_fen=150_000)
AS_OF = dt.date(2026, 12, 31)
OPENED = dt.date(2026, 2, 5)

# 60,000.00, 24 months, 12 %: the loan of S001
LOAN: dict[str, str] = {
    "loan_id": "B01",
    "borrower_id": "P01",
    "method": "equal_instalment",
    "principal": "60000.00",
    "rate": "0.12",
    "term_count": "24",
    "disbursed_on": "2026-02-05",
    "first_due_on": "2026-03-05",
}


def write_csv(path: Path, *rows: dict[str, str]) -> Path:
    """Write rows as CSV; the header is every key in order of appearance."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [",".join(names), *(",".join(_cell(row.get(name, "")) for name in names) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _cell(text: str) -> str:
    """Quote a cell where CSV asks for it."""
    return '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text


def take(*files: Path, existing: Existing | None = None, mapping: str | Mapping = "arrears") -> Tape:
    """Load files with our own layout as of the last day of 2026."""
    chosen = load_mapping(mapping) if isinstance(mapping, str) else mapping
    return load(files, chosen, AS_OF, existing or Existing(), LIMITS, make_schedules)


def reasons(tape: Tape | Intake) -> list[tuple[int, str, str, str]]:
    """Return row, field, value and reason of each reject."""
    return [(each["row"], each["field"], each["value"], each["reason"]) for each in tape.rejects.to_pylist()]


def loans(**change: Any) -> pa.Table:
    """Return a book of one loan, L1, opened on 2026-02-05, with the changes given."""
    row: dict[str, Any] = {
        "loan_id": "L1",
        "method": "equal_instalment",
        "opened_on": OPENED,
        "cost_sheet": '[{"code": "gps", "max_fen": 9900}]',
    }
    return pa.Table.from_pylist([{**dict.fromkeys(LOANS), **row, **change}], schema=arrow_schema(LOANS))


def event(ref: str, kind: str, value_on: str, amount_fen: int = 0, **more: Any) -> dict[str, Any]:
    """Return one event of loan L1 from the bank, as it arrives."""
    row: dict[str, Any] = dict.fromkeys(WAITING, "")
    row |= {"interest_fen": None, "principal_fen": None, "until_on": None, "first_due_on": None, "count": 0, "step_months": 1, "days": 0}
    row |= {"source": "bank", "source_ref": ref, "loan_id": "L1", "kind": kind, "value_on": dt.date.fromisoformat(value_on)}
    return {
        **row,
        "progress": True,
        "amount_fen": amount_fen,
        "file": "bank.csv",
        "row": int("".join(filter(str.isdigit, ref)) or 0),
        **more,
    }


def post(
    *events: dict[str, Any], known: pa.Table | None = None, book: pa.Table | None = None, last_close_on: dt.date | None = None
) -> Intake:
    """Take events in, into a book of loan L1."""
    batch = pa.Table.from_pylist(list(events), schema=arrow_schema(WAITING))
    return accept(batch, loans() if book is None else book, empty(EVENTS) if known is None else known, last_close_on, LIMITS)


def refs(table: pa.Table) -> Sequence[str]:
    """Return the references of a table of events."""
    return list(table.column("source_ref").to_pylist())

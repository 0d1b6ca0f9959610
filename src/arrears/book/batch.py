"""An import becomes part of the Book: its tables are written under one number, and one rename makes them true."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from arrears.book.store import ROW_GROUP, Book, sha256, write_json
from arrears.kernel.events import KINDS


@dataclass(frozen=True)
class Batch:
    """What one import brings: tables with the columns of `columns.py`; any may be empty."""

    loans: pa.Table
    schedule: pa.Table
    opening_due: pa.Table
    events: pa.Table


def commit(book: Book, batch: Batch, told: dict[str, Any]) -> str | None:
    """Write a batch and make it part of the Book; returns its number, or None when it brings nothing.

    Parameters
    ----------
    told : kept in batches/NNNN.json: where it came from, counts, sums

    The caller holds the Book's lock. Files of an import that crashed have the same number and are overwritten.
    """
    if not any(len(table) for table in (batch.loans, batch.events)):
        return None
    known = book.batches()
    number = f"{int(known[-1]) + 1 if known else 1:04d}"
    files: list[Path] = []
    for kind in ("loans", "schedule_by_loan", "opening_due", "standing", "schedule", "events"):
        for stale in (book.root / kind).rglob(f"{number}.parquet"):
            stale.unlink()
    files += _plain(book, "loans", batch.loans.sort_by("loan_id"), number, ROW_GROUP)
    by_loan = [("loan_id", "ascending"), ("due_on", "ascending"), ("obligation", "ascending")]
    files += _plain(book, "schedule_by_loan", batch.schedule.sort_by(by_loan), number, ROW_GROUP)
    files += _plain(book, "opening_due", batch.opening_due.sort_by(by_loan), number)
    standing = [name for name, kind in KINDS.items() if kind.standing]
    files += _plain(book, "standing", batch.events.filter(pc.is_in(batch.events["kind"], pa.array(standing))), number)
    files += _by_month(book, batch.schedule, number)
    files += _plain(book, "events", batch.events.sort_by([("close_on", "ascending"), ("loan_id", "ascending")]), number)
    record = {**told, "files": {str(path.relative_to(book.root)): sha256(path) for path in files}}
    write_json(book.root / "batches" / f"{number}.json", record)
    return number


def _plain(book: Book, kind: str, table: pa.Table, number: str, row_group: int | None = None) -> list[Path]:
    """One file for a kind, or none for no rows."""
    if not len(table):
        return []
    path = book.root / kind / f"{number}.parquet"
    pq.write_table(table, path, compression="zstd", row_group_size=row_group)
    return [path]


def _by_month(book: Book, schedule: pa.Table, number: str) -> list[Path]:
    """The schedule in folders by due month, sorted by due day: what a close reads."""
    if not len(schedule):
        return []
    rows = schedule.sort_by([("due_on", "ascending"), ("loan_id", "ascending")])
    months = pc.add(pc.multiply(pc.year(rows["due_on"]), 12), pc.subtract(pc.month(rows["due_on"]), 1)).to_numpy()
    paths, start = [], 0
    while start < len(months):
        stop = int(months.searchsorted(months[start], side="right"))
        year, month = divmod(int(months[start]), 12)
        folder = book.root / "schedule" / f"due_month={dt.date(year, month + 1, 1):%Y-%m}"
        folder.mkdir(exist_ok=True)
        pq.write_table(rows.slice(start, stop - start), folder / f"{number}.parquet", compression="zstd")
        paths.append(folder / f"{number}.parquet")
        start = stop
    return paths


def add_rejects(book: Book, rejects: pa.Table) -> Path | None:
    """Add rows to rejects.csv, each once however often its file is imported; returns the file, None for no rejects."""
    if not rejects.num_rows:
        return None
    path = book.root / "rejects.csv"
    head = tuple(rejects.column_names)
    rows = [tuple(str(value) for value in row.values()) for row in rejects.to_pylist()]
    kept: list[tuple[str, ...]] = []
    if path.exists():
        with path.open(newline="", encoding="utf-8-sig") as handle:
            kept = [tuple(row) for row in csv.reader(handle)][1:]
    known = set(kept)
    fresh = path.with_name(".rejects.csv.new")
    # the mark at the front lets a spreadsheet read Chinese text
    with fresh.open("w", newline="", encoding="utf-8-sig") as handle:
        writer = csv.writer(handle)
        writer.writerow(head)
        writer.writerows(kept)
        writer.writerows(row for row in rows if row not in known)
    fresh.replace(path)
    return path

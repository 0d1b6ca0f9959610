"""Rows that leave: one line a fault, with file, row, field, value and reason. Append only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from arrears.book.columns import Columns
from arrears.book.tape.shape import Mask, arrow_schema

REJECTS: Columns = {"file": "string", "row": "int64", "field": "string", "value": "string", "reason": "string"}
# what: "loan" or "event"; key: loan id or event id
DUPLICATES: Columns = {"file": "string", "row": "int64", "what": "string", "key": "string"}

ENOUGH = 20  # rows from which "all of them" says something


@dataclass
class Ledger:
    """What did not come in, and why: rejects and duplicates in the order in which they were found.

    `looks` are sentences about what a person should look at (`surprises.py`).
    `row` is the row as a spreadsheet counts it for CSV (the header is row 1), and the row from 1 for Parquet.
    """

    rejects: list[tuple[str, int, str, str, str]] = field(default_factory=list)
    duplicates: list[tuple[str, int, str, str]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)

    def reject(self, file: str, row: int, name: str, value: object, reason: str) -> None:
        """Add one fault."""
        self.rejects.append((file, row, name, "" if value is None else str(value), reason))

    def reject_at(self, table: pa.Table, reasons: Mapping[int, str], name: str) -> Mask:
        """Add a fault for each row named by index; return the mask of those rows."""
        bad: Mask = np.zeros(table.num_rows, dtype=np.bool_)
        if not reasons:
            return bad
        index = sorted(reasons)
        bad[index] = True
        taken = table.take(pa.array(index))
        values = taken.column(name).to_pylist() if name in table.column_names else [None] * len(index)
        origins = zip(taken.column("file").to_pylist(), taken.column("row").to_pylist(), strict=True)
        for place, (file, row), value in zip(index, origins, values, strict=True):
            self.reject(file or "", row or 0, name, value, reasons[place])
        return bad

    def reject_where(self, table: pa.Table, mask: Mask, name: str, reason: str) -> Mask:
        """Add the same fault for each row of the mask; return the mask."""
        self.reject_at(table, dict.fromkeys(np.flatnonzero(mask).tolist(), reason), name)
        return mask

    def repeat(self, table: pa.Table, mask: Mask, what: str, keys: pa.ChunkedArray) -> None:
        """Report each row of the mask as a duplicate."""
        at = pa.array(np.flatnonzero(mask))
        taken = table.take(at)
        rows = zip(taken.column("file").to_pylist(), taken.column("row").to_pylist(), keys.take(at).to_pylist(), strict=True)
        self.duplicates.extend((file or "", row or 0, what, key) for file, row, key in rows)

    def rejects_table(self) -> pa.Table:
        """Return the rejects as a table."""
        return _table(self.rejects, REJECTS)

    def duplicates_table(self) -> pa.Table:
        """Return the duplicates as a table."""
        return _table(self.duplicates, DUPLICATES)


def _table(rows: list[tuple[str, int, str, str, str]] | list[tuple[str, int, str, str]], columns: Columns) -> pa.Table:
    """Turn rows into columns."""
    lists = [list(each) for each in zip(*rows, strict=True)] or [[] for _ in columns]
    schema = arrow_schema(columns)
    return pa.table([pa.array(each, type=kind.type) for each, kind in zip(lists, schema, strict=True)], schema=schema)

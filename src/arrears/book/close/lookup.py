"""Rows of a few loans out of files that are sorted by loan: only the row groups that can hold them are read.

A join would read every row of the file to find them. The smallest and largest loan of each row group stand in the file's
footer and are kept between calls.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_KEY = "loan_id"
# beyond so many row groups, and this share of all of them, reading everything in one go is quicker
_LITTLE, _SHARE = 32, 3


class Lookup:
    """Finds the rows of loans in Parquet files sorted by loan_id; what it learns of a file it keeps, for files never change."""

    def __init__(self) -> None:
        self._groups: dict[Path, list[tuple[str, str]] | None] = {}

    def rows(self, files: Iterable[Path], loans: Iterable[str], schema: pa.Schema) -> pa.Table | None:
        """Rows (in any order) of the loans with the columns of `schema`; None where a join over all rows costs less."""
        wanted = sorted(set(loans))
        values = pa.array(wanted, pa.string())
        found = [schema.empty_table()]
        each = {file: self._with(file, wanted) for file in files}
        read, whole = sum(map(len, each.values())), sum(len(self._groups[file] or ()) for file in each)
        if read > _LITTLE and read * _SHARE > whole:
            return None
        for file, groups in each.items():
            if groups:
                table = pq.ParquetFile(file).read_row_groups(groups, columns=schema.names, use_threads=len(groups) > 4)
                met = table.filter(pc.is_in(table[_KEY], values))
                if met.num_rows:
                    found.append(met.cast(schema))
        return pa.concat_tables(found)

    def _with(self, file: Path, wanted: Sequence[str]) -> list[int]:
        """Numbers of the row groups of a file that can hold one of the loans."""
        if file not in self._groups:
            self._groups[file] = _bounds(file)
        bounds = self._groups[file]
        if bounds is None:
            return list(range(pq.ParquetFile(file).num_row_groups))
        out = []
        for number, (low, high) in enumerate(bounds):
            place = bisect_left(wanted, low)
            if place < len(wanted) and wanted[place] <= high:
                out.append(number)
        return out


class Latest:
    """The latest day that columns of Parquet files hold; what it learns of a file it keeps, for files never change."""

    def __init__(self) -> None:
        self._known: dict[tuple[Path, str], dt.date] = {}

    def after(self, files: Iterable[Path], columns: Sequence[str], day: dt.date) -> list[Path]:
        """Files in which a row has a later day than `day` in one of the columns."""
        return [file for file in files if any(self._latest(file, column) > day for column in columns)]

    def _latest(self, file: Path, column: str) -> dt.date:
        if (file, column) not in self._known:
            told = pq.read_metadata(file)
            place = told.schema.names.index(column)
            each = [told.row_group(number).column(place).statistics for number in range(told.num_row_groups)]
            known = all(one is not None and one.has_min_max for one in each)
            self._known[file, column] = max((one.max for one in each), default=dt.date.min) if known else dt.date.max
        return self._known[file, column]


def _bounds(file: Path) -> list[tuple[str, str]] | None:
    """Smallest and largest loan of each row group; None where the footer does not tell."""
    told = pq.ParquetFile(file).metadata
    column = told.schema.names.index(_KEY)
    out = []
    for number in range(told.num_row_groups):
        statistics = told.row_group(number).column(column).statistics
        if statistics is None or not statistics.has_min_max:
            return None
        out.append((statistics.min, statistics.max))
    return out

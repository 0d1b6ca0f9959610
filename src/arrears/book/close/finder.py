"""Rows of single loans out of Parquet files, at the cost of the row groups that hold them.

Footers, the loans of recent row groups and the rows of recent loans are kept: files of a Book never change under one name
(a close that was taken back and made again is another file, and is seen to be one).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from arrears.book.close.plain import Row
from arrears.book.close.small import tuples

_KEY = "loan_id"
_FILES, _LOANS, _KEYS = 1_024, 4_096, 4_000_000


@dataclass
class _File:
    """The footer of a file, and the smallest and largest loan of each row group; None: the footer does not tell."""

    footer: pq.FileMetaData
    bounds: tuple[tuple[str, str] | None, ...]

    @cached_property
    def whole(self) -> tuple[str, str] | None:
        """The same of the whole file; None where a row group does not tell."""
        known = [each for each in self.bounds if each is not None]
        return (min(low for low, _ in known), max(high for _, high in known)) if known and len(known) == len(self.bounds) else None


# a file as it was seen: one that is put in its place is another
Mark = tuple[str, int, int]


def marked(file: Path) -> Mark:
    """The file as it is now."""
    told = file.stat()
    return str(file), told.st_ino, told.st_mtime_ns


class Finder:
    """Finds rows of loans; `rows` may be asked again and again."""

    def __init__(self) -> None:
        self._files: OrderedDict[Mark, _File] = OrderedDict()
        self._found: OrderedDict[tuple[Mark, str, tuple[str, ...]], list[Row]] = OrderedDict()
        self._keys: OrderedDict[tuple[Mark, int], pa.Array] = OrderedDict()
        self._held = 0  # loans in `_keys`

    def rows(self, files: Iterable[Mark], loans: Iterable[str], columns: Mapping[str, str]) -> list[Row]:
        """Rows of these loans with these columns, as the rules see them: file by file, loan by loan."""
        wanted = list(dict.fromkeys(loans))
        return [row for mark in files for rows in self._of(mark, wanted, columns) for row in rows]

    def _of(self, mark: Mark, loans: list[str], columns: Mapping[str, str]) -> list[list[Row]]:
        """Rows of each of the loans that a file can hold."""
        loans = _within(loans, self._file(mark).whole)
        keys = {loan: (mark, loan, tuple(columns)) for loan in loans}
        out: dict[str, list[Row]] = {}
        for loan, key in keys.items():
            if key in self._found:
                self._found.move_to_end(key)
                out[loan] = self._found[key]
        fresh = [loan for loan in loans if loan not in out]
        if fresh:
            out |= self._search(mark, fresh, columns)
            self._found |= {keys[loan]: out[loan] for loan in fresh}
            while len(self._found) > max(_LOANS, len(loans)):
                self._found.popitem(last=False)
        return [out[loan] for loan in loans]

    def _search(self, mark: Mark, loans: list[str], columns: Mapping[str, str]) -> dict[str, list[Row]]:
        """The same out of the file; each row group is read once."""
        out: dict[str, list[Row]] = {loan: [] for loan in loans}
        place = list(columns).index(_KEY)
        inside = {group: _within(loans, bounds) for group, bounds in enumerate(self._file(mark).bounds)}
        groups = [group for group, within in inside.items() if within]
        self._read_keys(mark, groups)
        for group in groups:
            met = pc.indices_nonzero(pc.is_in(self._keys[mark, group], pa.array(inside[group], pa.string())))
            if len(met):
                for row in tuples(self._read(mark, [group], list(columns)).take(met), columns):
                    out[row[place]].append(row)
        self._forget()
        return out

    def _file(self, mark: Mark) -> _File:
        if mark not in self._files:
            footer = pq.read_metadata(mark[0])
            self._files[mark] = _File(footer, _bounds(footer))
            if len(self._files) > _FILES:
                self._files.popitem(last=False)
        self._files.move_to_end(mark)
        return self._files[mark]

    def _read(self, mark: Mark, groups: list[int], columns: list[str]) -> pa.Table:
        # opened for each read: an open file that has been pruned would still take its space
        with pq.ParquetFile(mark[0], metadata=self._file(mark).footer, memory_map=True) as opened:
            return opened.read_row_groups(groups, columns=columns, use_threads=False)

    def _read_keys(self, mark: Mark, groups: list[int]) -> None:
        """Learn the loans of these row groups."""
        fresh = [group for group in groups if (mark, group) not in self._keys]
        if fresh:
            read, start = self._read(mark, fresh, [_KEY])[_KEY].combine_chunks(), 0
            for group in fresh:
                rows = self._file(mark).footer.row_group(group).num_rows
                # copied out of the whole, so that forgetting one group gives its memory back
                self._keys[mark, group] = pa.concat_arrays([read.slice(start, rows)])
                start, self._held = start + rows, self._held + rows
        for group in groups:
            self._keys.move_to_end((mark, group))

    def _forget(self) -> None:
        while self._held > _KEYS:
            self._held -= len(self._keys.popitem(last=False)[1])


def _within(loans: list[str], bounds: tuple[str, str] | None) -> list[str]:
    return loans if bounds is None else [loan for loan in loans if bounds[0] <= loan <= bounds[1]]


def _bounds(told: pq.FileMetaData) -> tuple[tuple[str, str] | None, ...]:
    column = told.schema.names.index(_KEY)
    each = (told.row_group(number).column(column).statistics for number in range(told.num_row_groups))
    return tuple((one.min, one.max) if one is not None and one.has_min_max else None for one in each)

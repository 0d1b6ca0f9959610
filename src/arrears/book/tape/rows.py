"""Rows of text that come one by one become columns a chunk at a time, so that a file need not stand in memory as objects."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

ROW = "\x00row"  # our own column beside those of the file; no header can hold this name

_CHUNK = 8_192


class Gathered:
    """Columns of text that grow by whole rows; a column that a row does not name is empty there."""

    def __init__(self) -> None:
        self.count = 0
        self._held: dict[str, list[str]] = {}
        self._here = 0
        self._chunks: list[pa.Table] = []

    def add(self, row: Mapping[str, str]) -> None:
        """Add one row."""
        for name, text in row.items():
            column = self._held.setdefault(name, [])
            if len(column) < self._here:
                column.extend([""] * (self._here - len(column)))
            column.append(text)
        self._here += 1
        self.count += 1
        if self._here == _CHUNK:
            self._flush()

    def table(self) -> pa.Table:
        """Return every row as columns of text, and `ROW` from 1."""
        self._flush()
        names = list(dict.fromkeys(name for each in self._chunks for name in each.column_names))
        columns = {name: pa.chunked_array([_column(each, name) for each in self._chunks], type=pa.string()) for name in names}
        return pa.table({**columns, ROW: pa.array(np.arange(1, self.count + 1))})

    def _flush(self) -> None:
        """Turn the rows held as objects into one chunk of columns."""
        if not self._here:
            return
        for column in self._held.values():
            column.extend([""] * (self._here - len(column)))
        self._chunks.append(pa.table({name: pa.array(column, type=pa.string()) for name, column in self._held.items()}))
        self._held, self._here = {}, 0


def _column(chunk: pa.Table, name: str) -> pa.Array:
    """Return one column of a chunk, empty text where the chunk does not have it."""
    if name in chunk.column_names:
        return chunk.column(name).combine_chunks()
    return pa.array([""] * chunk.num_rows, type=pa.string())

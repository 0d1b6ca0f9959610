"""Arrow tables with declared columns, and set questions over whole columns."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Whole = NDArray[np.int64]

_ARROW = {"string": pa.string(), "int64": pa.int64(), "int32": pa.int32(), "bool": pa.bool_(), "day": pa.date32()}


def arrow_schema(columns: Mapping[str, str]) -> pa.Schema:
    """Return the arrow schema of a column list of `arrears.book.columns`; a day is date32."""
    return pa.schema([(name, _ARROW[kind]) for name, kind in columns.items()])


def empty(columns: Mapping[str, str]) -> pa.Table:
    """Return a table of that column list without rows."""
    return arrow_schema(columns).empty_table()


def in_columns(table: pa.Table, columns: Mapping[str, str]) -> pa.Table:
    """Return the table with exactly the declared columns, in their order and types; a missing one is null."""
    schema = arrow_schema(columns)
    arrays = [
        table.column(each.name).cast(each.type) if each.name in table.column_names else pa.nulls(table.num_rows, each.type)
        for each in schema
    ]
    return pa.table(arrays, schema=schema)


def numbers(column: pa.ChunkedArray, empty_as: int = 0) -> Whole:
    """Return an int, date or bool column as int64 numpy; a null becomes `empty_as`, a day its day number."""
    plain = column.cast(pa.int32()) if pa.types.is_date32(column.type) else column
    out: Whole = pc.fill_null(plain.cast(pa.int64()), empty_as).to_numpy(zero_copy_only=False)
    return out


def mask_of(column: pa.ChunkedArray | pa.Array) -> Mask:
    """Return a boolean column as numpy; null is False."""
    out: Mask = pc.fill_null(column, False).to_numpy(zero_copy_only=False)
    return out.astype(np.bool_)


def places(values: pa.ChunkedArray, among: pa.ChunkedArray) -> Whole:
    """Return for each value its first place in `among`, or -1."""
    if len(among) == 0:
        return np.full(len(values), -1, dtype=np.int64)
    return numbers(pc.index_in(values, value_set=among.combine_chunks()), -1)


def first_places(values: pa.ChunkedArray) -> Whole:
    """Return for each row the first row that holds the same value (itself when it is the first)."""
    codes = pc.dictionary_encode(values.combine_chunks())
    codes = codes.combine_chunks() if isinstance(codes, pa.ChunkedArray) else codes
    index = codes.indices.to_numpy(zero_copy_only=False)
    _, first, inverse = np.unique(index, return_index=True, return_inverse=True)
    out: Whole = first[inverse].astype(np.int64)
    return out


def same_rows(left: pa.Table, right: pa.Table, names: list[str]) -> Mask:
    """Compare two tables of equal length row by row on the named columns; null equals null."""
    same: Mask = np.ones(left.num_rows, dtype=np.bool_)
    for name in names:
        one, two = left.column(name), right.column(name)
        two = two.cast(one.type)
        both_null = pc.and_(pc.is_null(one), pc.is_null(two))
        same &= mask_of(pc.equal(one, two)) | mask_of(both_null)
    return same


def days_of(numbers_: Whole, null: Mask | None = None) -> pa.Array:
    """Return day numbers as a date32 array, null where the mask says so."""
    return pa.array(numbers_.astype(np.int32), type=pa.int32(), mask=null).cast(pa.date32())


def keep(table: pa.Table, mask: Mask) -> pa.Table:
    """Return the rows where the mask is true, without chunks."""
    return table.filter(pa.array(mask)).combine_chunks()


def nulls(table: pa.Table, name: str) -> Mask:
    """Say where a column is null."""
    return mask_of(pc.is_null(table.column(name)))


def with_column(table: pa.Table, name: str, column: pa.ChunkedArray | pa.Array) -> pa.Table:
    """Return the table with a column replaced, or added."""
    if name in table.column_names:
        return table.set_column(table.column_names.index(name), name, column)
    return table.append_column(name, column)


def sums_by(place: Whole, amounts: Whole, count: int) -> Whole:
    """Sum amounts per place 0..count-1, exact in int64; a place below 0 is left out."""
    out = np.zeros(count, dtype=np.int64)
    chosen = place >= 0
    np.add.at(out, place[chosen], amounts[chosen])
    return out

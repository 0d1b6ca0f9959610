"""Which rows belong together, by numbers: rows of two tables that meet, rows of one group, and what a group comes to."""

from __future__ import annotations

import ibis.expr.operations as ops
import numpy as np

from arrears.book.close.arrays import Array, Column, any_null, nulled

# Keys that span less than so many times their number are looked up in a table by key, others by their order.
_DENSE = 8


def _key(columns: list[Column], others: list[Column]) -> tuple[Array, Array]:
    """One number a row for the columns of both sides, equal where they are."""
    if len(columns) == 1:
        return columns[0].values, others[0].values
    both = [np.concatenate([a.values, b.values]) for a, b in zip(columns, others, strict=True)]
    numbers = both[0]
    for each in both[1:]:
        low = int(each.min()) if len(each) else 0
        span = int(each.max()) - low + 1 if len(each) else 1
        if len(numbers) and (_span(numbers) * span) >= 2**62:
            numbers = np.unique(numbers, return_inverse=True)[1]
        numbers = numbers * span + (each - low)
    return numbers[: len(columns[0].values)], numbers[len(columns[0].values) :]


def _span(numbers: Array) -> int:
    return max(abs(int(numbers.max())), abs(int(numbers.min()))) + 1


def meets(lefts: list[Column], rights: list[Column]) -> Array:
    """Where a row of the left meets any of the right; null meets nothing."""
    left, right = _key(lefts, rights)
    null = any_null(*rights)
    return _known(left, right if null is None else right[~null], any_null(*lefts))


def _known(left: Array, right: Array, null: Array | None) -> Array:
    if not len(right):
        return np.zeros(len(left), np.bool_)
    low, high = int(right.min()), int(right.max())
    if high - low < _DENSE * (len(left) + len(right)) + 1000:
        table = np.zeros(high - low + 1, np.bool_)
        table[right - low] = True
        inside = (left >= low) & (left <= high)
        met = inside & table[np.where(inside, left - low, 0)]
    else:
        met = np.isin(left, right)
    return met if null is None else met & ~null


def pairs(lefts: list[Column], rights: list[Column], rows: int, right_rows: int, keep: bool) -> tuple[Array, Array, Array | None]:
    """Rows of the left and right that meet, place by place; with `keep`, left rows that meet none stand once.

    Returns
    -------
    places on the left; places on the right; where there is none on the right (None: nowhere)
    """
    if not lefts:  # each meets each
        return np.repeat(np.arange(rows), right_rows), np.tile(np.arange(right_rows), rows), None
    left, right = _key(lefts, rights)
    null = any_null(*rights)
    standing = np.arange(right_rows) if null is None else np.flatnonzero(~null)
    first, many, order = _places(left, right[standing])
    lost = any_null(*lefts)
    if lost is not None:
        many = np.where(lost, 0, many)
    lonely = many == 0
    counts = np.where(lonely, 1, many) if keep else many
    if counts.size and counts.max() <= 1:  # the common case: a row meets one at most
        kept = np.arange(rows) if keep else np.flatnonzero(counts)
        at = first[kept]
    else:
        kept = np.repeat(np.arange(rows), counts)
        ends = np.cumsum(counts)
        at = np.repeat(first - (ends - counts), counts) + np.arange(len(kept))
    missing = lonely[kept] if keep else None
    if missing is not None:
        at = np.where(missing, 0, at)
        missing = missing if missing.any() else None
    if not len(standing):
        return kept, np.zeros(len(kept), np.int64), missing
    return kept, standing[order[at]], missing


def _places(left: Array, right: Array) -> tuple[Array, Array, Array]:
    """For each of the left the first place in the order of the right that is equal, and how many; and that order."""
    if not len(right):
        return np.zeros(len(left), np.int64), np.zeros(len(left), np.int64), np.zeros(0, np.int64)
    low, high = int(right.min()), int(right.max())
    if high - low < _DENSE * (len(left) + len(right)) + 1000:  # a table by key
        counts = np.bincount(right - low, minlength=high - low + 2)
        inside = (left >= low) & (left <= high)
        at = np.where(inside, left - low, high - low + 1)
        if counts.max() <= 1:
            place = np.zeros(high - low + 2, np.int64)
            place[right - low] = np.arange(len(right))
            return place[at], counts[at], np.arange(len(right))
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        return starts[at], counts[at], np.argsort(right, kind="stable")
    order = np.argsort(right, kind="stable")
    ordered = right[order]
    first = np.searchsorted(ordered, left, "left")
    return first, np.searchsorted(ordered, left, "right") - first, order


def grouped(keys: list[Column], rows: int) -> tuple[Array, Array]:
    """The number of each row's group, rows that are equal in all keys being one (null equals null), and a row of each group."""
    numbers = np.zeros(rows, np.int64)
    for key in keys:
        values = key.values.astype(np.int64)
        if key.null is not None:
            values = np.where(key.null, values.min(initial=0) - 1, values)
        if not rows:
            break
        low = int(values.min())
        span = int(values.max()) - low + 1
        if (int(numbers.max()) + 1) * span >= 2**62:
            values, low = np.unique(values, return_inverse=True)[1], 0
            span = int(values.max()) + 1
        numbers = _dense(numbers * span + (values - low))
    count = int(numbers.max()) + 1 if rows else 0
    firsts = np.zeros(count, np.int64)
    firsts[numbers[::-1]] = np.arange(rows)[::-1]
    return numbers, firsts


def _dense(numbers: Array) -> Array:
    """The same without gaps: numbers from 0, equal where they were."""
    high = int(numbers.max())
    if high < _DENSE * len(numbers) + 1000:
        seen = np.zeros(high + 1, np.bool_)
        seen[numbers] = True
        return (np.cumsum(seen) - 1)[numbers]
    return np.unique(numbers, return_inverse=True)[1]


START: dict[type, int] = {ops.Sum: 0, ops.Max: -(2**63), ops.Min: 2**63 - 1}
_INTO: dict[type, np.ufunc] = {ops.Sum: np.add, ops.Max: np.maximum, ops.Min: np.minimum}


def reduced(kind: type, column: Column, numbers: Array, groups: int) -> Column:
    """The sum, greatest or least of each group; null where a group has no value."""
    values, at = column.values, numbers
    if column.null is not None:
        values, at = values[~column.null], numbers[~column.null]
    out = np.full(groups, START[kind], np.int64)
    _INTO[kind].at(out, at, values)
    if kind is ops.Sum and len(values) and float(np.abs(values.astype(np.float64)).sum()) >= 2.0**62:
        for number in np.unique(at):  # a sum that may pass int64: told exactly
            if abs(sum(map(int, values[at == number]))) >= 2**63:
                raise OverflowError("a sum is beyond int64")
    filled = np.bincount(at, minlength=groups) > 0
    return Column(out) if filled.all() else nulled(out, ~filled)

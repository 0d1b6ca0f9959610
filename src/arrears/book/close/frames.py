"""Relations as arrays: an Ibis expression over tables in memory, worked out column by column as columns are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import ibis.expr.operations as ops
import numpy as np

from arrears.book.close.arrays import Array, Column, Words, nothing, nulled, worked_out
from arrears.book.close.matching import START, grouped, meets, pairs, reduced
from arrears.book.close.plain_shape import inside
from arrears.book.close.plain_values import UnknownOperation


class Frame:
    """Rows of a relation; a column is worked out when it is first asked for.

    Parameters
    ----------
    rows : how many
    told : the column of a name
    """

    def __init__(self, rows: int, told: Callable[[str], Column]) -> None:
        self.rows = rows
        self._told = told
        self._known: dict[str, Column] = {}

    def column(self, name: str) -> Column:
        """The column of that name; it may stand for all rows with one value."""
        if name not in self._known:
            self._known[name] = self._told(name)
        return self._known[name]

    def take(self, places: Array, missing: Array | None = None) -> Frame:
        """The rows at these places; of null where `missing` says so."""
        if not self.rows:  # nothing to take: all are missing
            return Frame(len(places), lambda name: nothing(self.column(name), len(places)))
        return Frame(len(places), lambda name: self.column(name).long(self.rows).take(places, missing))


class Working:
    """Works out one expression over tables in memory.

    Parameters
    ----------
    tables : by name
    words : the texts of all tables
    """

    def __init__(self, tables: Mapping[str, Frame], words: Words) -> None:
        self.words = words
        self._tables = tables
        self._frames: dict[ops.Relation, Frame] = {}
        self._values: dict[ops.Value, Column] = {}

    def frame(self, relation: ops.Relation) -> Frame:
        """The rows of a relation."""
        if relation not in self._frames:
            self._frames[relation] = self._made(relation)
        return self._frames[relation]

    def value(self, value: ops.Value) -> Column:
        """The column of a value over the relations that stand ready."""
        if isinstance(value, ops.Field):
            return self._frames[value.rel].column(value.name)
        if value not in self._values:
            self._values[value] = self._window(value) if isinstance(value, ops.WindowFunction) else worked_out(self, value)
        return self._values[value]

    def _made(self, relation: ops.Relation) -> Frame:
        if isinstance(relation, ops.UnboundTable):
            return self._tables[relation.name]
        if isinstance(relation, ops.JoinChain):
            return self._join(relation)
        if isinstance(relation, ops.Union) and not relation.distinct:
            return stacked(self.frame(relation.left), self.frame(relation.right))
        if not isinstance(relation, (ops.Project, ops.Filter, ops.Aggregate, ops.Distinct)):
            raise UnknownOperation(type(relation).__name__)
        parent = self.frame(relation.parent)
        if isinstance(relation, ops.Project):
            return Frame(parent.rows, lambda name: self.value(relation.values[name]))
        if isinstance(relation, ops.Filter):
            return parent.take(np.flatnonzero(self._holds(relation.predicates, parent.rows)))
        if isinstance(relation, ops.Distinct):
            places = grouped([parent.column(name).long(parent.rows) for name in relation.schema.names], parent.rows)[1]
            return parent.take(places)
        return self._group(relation, parent)

    def _holds(self, predicates: tuple[ops.Value, ...], rows: int) -> Array:
        out = np.ones(rows, np.bool_)
        for each in predicates:
            out = out & self.value(each).values
        return out

    # -- joins ----------------------------------------------------------------------------------------------------------

    def _join(self, join: ops.JoinChain) -> Frame:
        parents = {join.first: self.frame(join.first.parent)}
        rows = parents[join.first].rows
        places: dict[ops.Relation, tuple[Array | None, Array | None]] = {join.first: (None, None)}

        def at(field: ops.Field, rows: int) -> Column:
            """A column of the joined rows so far."""
            where, missing = places[field.rel]
            column = parents[field.rel].column(field.name)
            if where is not None:
                column = parents[field.rel].take(where, missing).column(field.name)
            return column.long(rows)

        for link in join.rest:
            right = parents[link.table] = self.frame(link.table.parent)
            equal, others = _sides(link)
            lefts = [at(left, rows) for left, _ in equal]
            rights = [right.column(name).long(right.rows) for _, name in equal]
            if link.how in ("semi", "anti"):
                met = meets(lefts, rights)
                kept = np.flatnonzero(met if link.how == "semi" else ~met)
                places = _again(places, kept)
            elif link.how in ("inner", "cross", "left"):
                kept, found, lonely = pairs(lefts, rights, rows, right.rows, link.how == "left")
                places = _again(places, kept)
                places[link.table] = found, lonely
            else:
                raise UnknownOperation(f"{link.how} join")
            rows = len(kept)
            if others:
                places, rows = self._where(others, at, places, rows)
        inner = Working({}, self.words)  # another join may call a table by the same reference
        for table, (where, missing) in places.items():
            frame = parents[table]
            inner._frames[table] = frame if where is None else frame.take(where, missing)
        return Frame(rows, lambda name: inner.value(join.values[name]))

    def _where(
        self, conditions: list[ops.Value], at: Callable[[ops.Field, int], Column], places: dict[Any, Any], rows: int
    ) -> tuple[dict[Any, Any], int]:
        """The joined rows for which further conditions hold."""
        inner = Working({}, self.words)
        for table in places:
            inner._frames[table] = Frame(rows, partial(_field, at, table, rows))
        kept = np.flatnonzero(inner._holds(tuple(conditions), rows))
        return _again(places, kept), len(kept)

    # -- groups and windows ---------------------------------------------------------------------------------------------

    def _group(self, group: ops.Aggregate, parent: Frame) -> Frame:
        keys = [self.value(value).long(parent.rows) for value in group.groups.values()]
        if not keys:
            raise UnknownOperation("Aggregate of a whole table")
        numbers, firsts = grouped(keys, parent.rows)
        groups: dict[str, Column] = dict(zip(group.groups, keys, strict=True))
        inner = Working({}, self.words)

        def told(name: str) -> Column:
            if name in groups:
                return groups[name].take(firsts)
            for each in inside((group.metrics[name],), ops.Reduction):
                if each not in inner._values:
                    inner._values[each] = self._reduced(each, numbers, len(firsts), parent.rows)
            return inner.value(group.metrics[name])

        return Frame(len(firsts), told)

    def _reduced(self, reduction: Any, numbers: Array, groups: int, rows: int) -> Column:
        if getattr(reduction, "where", None) is not None:
            raise UnknownOperation(f"{type(reduction).__name__} of chosen rows")
        if isinstance(reduction, ops.CountStar):
            return Column(np.bincount(numbers, minlength=groups).astype(np.int64))
        if type(reduction) not in START or reduction.arg.dtype.is_string():
            raise UnknownOperation(f"{type(reduction).__name__} of {reduction.arg.dtype}")
        return reduced(type(reduction), self.value(reduction.arg).long(rows), numbers, groups)

    def _window(self, window: ops.WindowFunction) -> Column:
        """The value of a window that ends with its partition, its row or so many rows before."""
        kind = type(window.func)
        fits = kind in (ops.Sum, ops.Max, ops.RowNumber) and getattr(window.func, "where", None) is None
        if not fits or window.how != "rows" or window.start is not None or any(key.nulls_first for key in window.order_by):
            raise UnknownOperation(f"window of {kind.__name__}")
        relation = next(iter(window.relations))
        rows = self._frames[relation].rows
        groups, firsts = grouped([self.value(each).long(rows) for each in window.group_by], rows)
        if window.end is None and kind is not ops.RowNumber:
            whole = reduced(kind, self.value(window.func.arg).long(rows), groups, len(firsts))
            return whole.take(groups)
        order = np.lexsort([*(part for key in reversed(window.order_by) for part in self._sorted(key, rows)), groups])
        starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
        start = np.repeat(starts, np.diff(starts, append=rows))
        if kind is ops.RowNumber:
            return Column(_back(np.arange(rows) - start, order))
        if not window.end.preceding or not isinstance(window.end.value, ops.Literal):
            raise UnknownOperation("window that ends after its row")
        last = np.arange(rows) - window.end.value.value  # the last row of each frame
        ordered = self.value(window.func.arg).long(rows).take(order)
        out = _so_far(kind, ordered, start, groups[order])
        seen = last >= start
        found = out.take(np.where(seen, last, 0)) if rows else out
        null = ~seen if found.null is None else ~seen | found.null
        told = nulled(found.values, null)
        return Column(_back(told.values, order), _back(null, order))

    def _sorted(self, key: ops.SortKey, rows: int) -> list[Array]:
        """Arrays to sort by, the lesser first; nulls come last either way."""
        column = self.value(key.arg).long(rows)
        values = self.words.ranks(column.values) if key.arg.dtype.is_string() else column.values
        values = values if key.ascending else -values
        return [values] if column.null is None else [values, column.null]


def stacked(upper: Frame, lower: Frame) -> Frame:
    """The rows of two relations, below one another."""
    return Frame(upper.rows + lower.rows, partial(_below, upper, lower))


def _below(upper: Frame, lower: Frame, name: str) -> Column:
    parts = [frame.column(name).long(frame.rows) for frame in (upper, lower)]
    null = None
    if any(part.null is not None for part in parts):
        null = np.concatenate([np.zeros(len(part.values), np.bool_) if part.null is None else part.null for part in parts])
    return Column(np.concatenate([part.values for part in parts]), null)


def _sides(link: ops.JoinLink) -> tuple[list[tuple[ops.Field, str]], list[ops.Value]]:
    """Columns that must be equal, left and right, and what else must hold."""
    equal, others = [], []
    for each in link.predicates:
        if isinstance(each, ops.Equals) and isinstance(each.left, ops.Field) and isinstance(each.right, ops.Field):
            turned = each.left.rel == link.table
            equal.append((each.right, each.left.name) if turned else (each.left, each.right.name))
        else:
            others.append(each)
    if (others or not equal) and link.how not in ("inner", "cross"):
        raise UnknownOperation(f"{link.how} join on {[type(each).__name__ for each in link.predicates]}")
    return equal, others


def _field(at: Callable[[ops.Field, int], Column], table: ops.Relation, rows: int, name: str) -> Column:
    return at(ops.Field(table, name), rows)


def _again(places: dict[Any, Any], kept: Array) -> dict[Any, Any]:
    """Places of the joined rows that are kept, some perhaps more than once."""
    chosen = {}
    for table, (where, missing) in places.items():
        chosen[table] = kept if where is None else where[kept], None if missing is None else missing[kept]
    return chosen


def _so_far(kind: type, column: Column, start: Array, groups: Array) -> Column:
    """In order: the sum or greatest from the start of each row's group to the row; null where there is no value yet."""
    counted = np.arange(1, len(start) + 1) if column.null is None else np.cumsum(~column.null)
    before = np.concatenate([[0], counted])[start] if len(start) else counted
    null = None if column.null is None else counted == before
    if kind is ops.Sum:
        total = np.cumsum(column.values)
        out = total - np.concatenate([[0], total])[start] if len(start) else total
    else:
        values = column.values if column.null is None else np.where(column.null, column.values.min(initial=0), column.values)
        low, span = int(values.min(initial=0)), int(values.max(initial=0)) - int(values.min(initial=0)) + 1
        if span * (len(values) + 1) >= 2**62:
            raise OverflowError("a window of numbers that lie too far apart")
        out = np.maximum.accumulate(values - low + groups * span) - groups * span + low
    return nulled(out, null)


def _back(values: Array, order: Array) -> Array:
    """Values in the order of the rows, from values in another."""
    out = np.empty_like(values)
    out[order] = values
    return out

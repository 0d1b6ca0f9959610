"""Rules as plain Python: an Ibis expression over unbound tables becomes one function over tuples.

Planning a statement costs an engine of columns some milliseconds however few its rows are. For one loan the same expression
is walked once and written out (`plain_tables`, `plain_values`), and then runs in microseconds. Nothing of a rule is stated
again: what is not known is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import add, itemgetter
from typing import Any

import ibis.expr.types as ir

from arrears.book.close.plain_tables import Writer
from arrears.book.close.plain_values import UnknownOperation

__all__ = ["Function", "Row", "Rows", "UnknownOperation", "function_of"]

Row = tuple[Any, ...]
Index = dict[Any, list[Row]]

_LOW, _HIGH = -(2**63), 2**63


class Rows:
    """A table: rows as tuples in the order of the declared columns, with the indexes that joins have asked for."""

    __slots__ = ("_indexes", "rows")

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self._indexes: dict[tuple[int, ...], Index] = {}

    def index(self, places: tuple[int, ...]) -> Index:
        """Rows by the columns at `places`; made once. Rows with a null there are in no list: null meets nothing."""
        if places not in self._indexes:
            self._indexes[places] = index(self.rows, places)
        return self._indexes[places]


# -- what the written functions call ----------------------------------------------------------------------------------


def index(rows: list[Row], places: tuple[int, ...]) -> Index:
    """See `Rows.index`."""
    out: Index = {}
    if len(places) == 1:
        place = places[0]
        for row in rows:
            key = row[place]
            if key is not None:
                out.setdefault(key, []).append(row)
        return out
    keys = itemgetter(*places)
    for row in rows:
        several = keys(row)
        if None not in several:
            out.setdefault(several, []).append(row)
    return out


def fit(number: int) -> int:
    """The number, refused outside int64 as an engine of columns refuses it."""
    if _LOW <= number < _HIGH:
        return number
    raise OverflowError(f"{number} is beyond int64")


def quot(n: int, d: int) -> int:
    """Whole quotient, cut towards zero."""
    if n >= 0 and d > 0:
        return n // d
    whole = abs(n) // abs(d)
    return whole if (n < 0) == (d < 0) else -whole


def rest(n: int, d: int) -> int:
    """What `quot` leaves: it has the sign of `n`."""
    return n % d if n >= 0 and d > 0 else n - quot(n, d) * d


def window(rows: list[Row], kind: str, by: Sequence[int], order: Sequence[tuple[int, bool]], at: int, before: int | None) -> list[Any]:
    """One value a row of a window.

    Parameters
    ----------
    kind : Sum, Min, Max or RowNumber (from 0)
    by : places of the partition
    order : places to sort by, each with whether it rises; nulls come last either way
    at : place of the value
    before : the frame ends so many rows before the row; None: it is the whole partition
    """
    groups: dict[Row, list[int]] = {}
    for number, row in enumerate(rows):
        groups.setdefault(tuple(row[place] for place in by), []).append(number)
    out: list[Any] = [None] * len(rows)
    for numbers in groups.values():
        for place, rises in reversed(order):
            numbers.sort(key=lambda n: ((rows[n][place] is None) == rises, rows[n][place]), reverse=not rises)
        if kind == "RowNumber":
            for position, number in enumerate(numbers):
                out[number] = position
            continue
        seen = _so_far([rows[number][at] for number in numbers], kind)
        for position, number in enumerate(numbers):
            end = len(numbers) if before is None else position + 1 - before
            out[number] = seen[end]
    return out


def _so_far(values: list[Any], kind: str) -> list[Any]:
    """The sum, least or greatest of the first n values, for each n from 0; null where none of them has a value."""
    joins: dict[str, Callable[[Any, Any], Any]] = {"Sum": add, "Min": min, "Max": max}
    join = joins[kind]
    out: list[Any] = [None]
    for value in values:
        last = out[-1]
        out.append(last if value is None else value if last is None else join(last, value))
    return out


_CALLED = {"index": index, "fit": fit, "quot": quot, "rest": rest, "window": window}

Function = Callable[[Mapping[str, Rows]], list[Row]]


def function_of(expression: ir.Table, columns: Sequence[str], name: str) -> Function:
    """A function that takes tables by name and gives the rows of the expression, in the order of `columns`.

    Errors: UnknownOperation for what cannot be written out; the function raises OverflowError beyond int64.
    """
    text = Writer(expression.op(), columns).text
    space: dict[str, Any] = dict(_CALLED)
    exec(compile(text, f"<rules of {name}>", "exec"), space)  # noqa: S102 - text of our own, made here from the rules
    made: Function = space["stage"]
    return made

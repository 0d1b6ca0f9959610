"""Values as arrays: what each operation of the rules makes of whole columns in memory.

A column holds int64 numbers (days are day numbers, texts are numbers of a `Words`) or booleans, and where it is null, if it
is anywhere. Numbers are exact: what passes int64 is refused. Null follows DuckDB: `greatest` and `least` pass over it,
conditions know three values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Protocol

import ibis.expr.operations as ops
import numpy as np

from arrears.book.close.plain_values import UnknownOperation

Array = np.ndarray[Any, Any]


class Words:
    """Texts by number, each once, so that columns of texts are columns of numbers too."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """The number of a text."""
        found = self._numbers.get(text)
        if found is None:
            found = self._numbers[text] = len(self.texts)
            self.texts.append(text)
        return found

    def numbers(self, texts: Sequence[str]) -> Array:
        """The numbers of texts."""
        return np.fromiter(map(self.number, texts), np.int64, len(texts))

    def ranks(self, numbers: Array) -> Array:
        """For each number the place of its text among these texts in order."""
        each, places = np.unique(numbers, return_inverse=True)
        texts = [self.texts[number] for number in each]
        order = np.empty(len(each), np.int64)
        order[sorted(range(len(each)), key=texts.__getitem__)] = np.arange(len(each))
        return order[places]


@dataclass(frozen=True)
class Column:
    """Values of one column, or one value for all of its rows (an array without dimensions).

    Attributes
    ----------
    values : numbers or booleans; 0 or false where the column is null
    null : where it is null; None: nowhere
    """

    values: Array
    null: Array | None = None

    def take(self, places: Array, missing: Array | None = None) -> Column:
        """The rows at these places; null where `missing` says so, wherever its place is."""
        values = self.values if self.values.ndim == 0 else self.values[places]
        null = self.null if self.null is None or self.null.ndim == 0 else self.null[places]
        return Column(values, null) if missing is None else nulled(values, missing if null is None else missing | null)

    def long(self, rows: int) -> Column:
        """The column with so many rows."""
        values = self.values if self.values.ndim else np.full(rows, self.values)
        null = self.null if self.null is None or self.null.ndim else np.full(rows, self.null)
        return Column(values, null)


def nulled(values: Array, null: Array | None) -> Column:
    """A column of these values where it is not null."""
    if null is None:
        return Column(values)
    return Column(np.where(null, values.dtype.type(0), values), null)


def nothing(like: Column, rows: int) -> Column:
    """So many rows of null."""
    return Column(np.zeros(rows, like.values.dtype), np.ones(rows, np.bool_))


def any_null(*columns: Column) -> Array | None:
    """Where any of the columns is null."""
    known = [column.null for column in columns if column.null is not None]
    return reduce(np.logical_or, known) if known else None


class Values(Protocol):
    """Where the values of the rows at hand are worked out."""

    words: Words

    def value(self, value: ops.Value) -> Column:
        """The column of a value."""


def worked_out(at: Values, value: ops.Value) -> Column:
    """The column of an operation over its parts; UnknownOperation names what is not known here."""
    work = _WORK.get(type(value)) or (_quot if type(value).__name__.startswith("_exact_quot") else None)
    if work is None:
        raise UnknownOperation(type(value).__name__)
    return work(at, value)


_SIGNS: dict[type, Callable[..., Array]] = {
    ops.Equals: np.equal, ops.NotEquals: np.not_equal, ops.Less: np.less, ops.LessEqual: np.less_equal, ops.Greater: np.greater,
    ops.GreaterEqual: np.greater_equal,
}  # fmt: skip


def _literal(at: Values, value: ops.Literal) -> Column:
    if value.value is None:
        return Column(np.asarray(False if value.dtype.is_boolean() else np.int64(0)), np.asarray(True))
    if type(value.value) not in (int, str, bool):
        raise UnknownOperation(f"Literal of {value.dtype}")
    if isinstance(value.value, bool):
        return Column(np.asarray(value.value))
    return Column(np.asarray(at.words.number(value.value) if isinstance(value.value, str) else value.value, np.int64))


def _compare(at: Values, value: ops.Comparison) -> Column:
    if value.left.dtype.is_string() and not isinstance(value, (ops.Equals, ops.NotEquals)):
        raise UnknownOperation(f"{type(value).__name__} of texts")
    a, b = at.value(value.left), at.value(value.right)
    return nulled(_SIGNS[type(value)](a.values, b.values), any_null(a, b))


def _fit(out: Array, beyond: Array) -> Array:
    if np.any(beyond):
        raise OverflowError("a number is beyond int64")
    return out


def _plus(a: Array, b: Array) -> Array:
    out = a + b
    return _fit(out, ((a ^ out) & (b ^ out)) < 0)


def _minus(a: Array, b: Array) -> Array:
    out = a - b
    return _fit(out, ((a ^ b) & (a ^ out)) < 0)


def _times(a: Array, b: Array) -> Array:
    out = a * b
    if a.size and b.size and _most(a) * _most(b) >= 2**63:
        near = np.abs(a.astype(np.float64) * b.astype(np.float64))
        _fit(out, near >= 2.0**63 * (1 + 1e-9))
        exact = near >= 2.0**63 * (1 - 1e-9)  # too near for a float to say
        wide, long_a, long_b = np.broadcast_arrays(exact, a, b)
        _fit(out, np.asarray([abs(int(x) * int(y)) >= 2**63 for x, y in zip(long_a[wide], long_b[wide], strict=True)]))
    return out


def _most(a: Array) -> int:
    return max(abs(int(a.max())), abs(int(a.min())))


_SUMS: dict[type, Callable[[Array, Array], Array]] = {ops.Add: _plus, ops.Subtract: _minus, ops.Multiply: _times}


def _sum(at: Values, value: ops.Binary) -> Column:
    a, b = at.value(value.left), at.value(value.right)
    return nulled(_SUMS[type(value)](a.values, b.values), any_null(a, b))


def _divisor(b: Column) -> Array:
    if np.any((b.values == 0) if b.null is None else (b.values == 0) & ~b.null):
        raise ZeroDivisionError("a whole quotient by 0")
    return b.values if b.null is None else np.where(b.null, np.int64(1), b.values)


def _modulus(at: Values, value: ops.Modulus) -> Column:
    a, b = at.value(value.left), at.value(value.right)
    return nulled(np.fmod(a.values, _divisor(b)), any_null(a, b))


def _quot(at: Values, value: ops.Value) -> Column:
    """Cut towards zero."""
    a, b = (at.value(each) for each in value.__args__)
    divisor = _divisor(b)
    out = np.floor_divide(a.values, divisor)
    if np.any(a.values < 0) or np.any(divisor < 0):
        out = out + ((out < 0) & (out * divisor != a.values))
    return nulled(out, any_null(a, b))


def _both(at: Values, value: ops.And) -> Column:
    a, b = at.value(value.left), at.value(value.right)
    null = any_null(a, b)
    if null is not None:  # false is sure where either is false
        null = null & _not_false(a) & _not_false(b)
    return Column(a.values & b.values, null)


def _not_false(a: Column) -> Array:
    return a.values if a.null is None else a.values | a.null


def _either(at: Values, value: ops.Or) -> Column:
    a, b = at.value(value.left), at.value(value.right)
    null, out = any_null(a, b), a.values | b.values
    return Column(out, None if null is None else null & ~out)


def _not(at: Values, value: ops.Not) -> Column:
    a = at.value(value.arg)
    return Column(~_not_false(a), a.null)


def _negate(at: Values, value: ops.Negate) -> Column:
    a = at.value(value.arg)
    return Column(_minus(np.asarray(np.int64(0)), a.values), a.null)


def chosen(condition: Array, then: Column, other: Column) -> Column:
    """`then` where the condition holds, `other` elsewhere."""
    null = None
    if then.null is not None or other.null is not None:
        null = np.where(condition, False if then.null is None else then.null, False if other.null is None else other.null)
    return Column(np.where(condition, then.values, other.values), null)


def _if(at: Values, value: ops.IfElse) -> Column:
    return chosen(at.value(value.bool_expr).values, at.value(value.true_expr), at.value(value.false_null_expr))


def _cases(at: Values, value: ops.SearchedCase) -> Column:
    out = at.value(value.default)
    for case, result in reversed(list(zip(value.cases, value.results, strict=True))):
        out = chosen(at.value(case).values, at.value(result), out)
    return out


def _coalesce(at: Values, value: ops.Coalesce) -> Column:
    return reduce(_or_else, (at.value(each) for each in value.arg))


def _or_else(a: Column, b: Column) -> Column:
    return a if a.null is None else chosen(~a.null, a, b)


def _null_if(at: Values, value: ops.NullIf) -> Column:
    a, b = at.value(value.arg), at.value(value.null_if_expr)
    same = a.values == b.values
    for each in (a.null, b.null):
        same = same if each is None else same & ~each
    return nulled(a.values, same if a.null is None else same | a.null)


def _extreme(choose: Callable[..., Array]) -> Callable[[Values, Any], Column]:
    def pair(a: Column, b: Column) -> Column:
        """Null is passed over; null only where both are."""
        out = choose(a.values, b.values)
        if a.null is not None:
            out = np.where(a.null, b.values, out)
        if b.null is not None:
            out = np.where(b.null, a.values, out)
        return Column(out, None if a.null is None or b.null is None else a.null & b.null)

    return lambda at, value: reduce(pair, (at.value(each) for each in value.arg))


def _among(at: Values, value: ops.InValues) -> Column:
    if not all(isinstance(each, ops.Literal) and each.value is not None for each in value.options):
        raise UnknownOperation("InValues of anything but literals")
    a = at.value(value.value)
    met = reduce(np.logical_or, (a.values == at.value(each).values for each in value.options))
    return nulled(met, a.null)


def _of_each(a: Column, told: Callable[[int], Any], kind: type) -> Array:
    """What `told` says of each number of a column, as values of a kind; it is asked once a number."""
    each, places = np.unique(a.values, return_inverse=True)
    return np.asarray([told(int(number)) for number in each], kind)[places].reshape(a.values.shape)


def _concat(at: Values, value: ops.StringConcat) -> Column:
    words = at.words

    def pair(a: Column, b: Column) -> Column:
        left, right = np.broadcast_arrays(a.values, b.values)
        pairs, places = np.unique(left * 2**31 + right, return_inverse=True)
        made = words.numbers([words.texts[number >> 31] + words.texts[number & 2**31 - 1] for number in pairs.tolist()])
        return nulled(made[places].reshape(left.shape), any_null(a, b))

    return reduce(pair, (at.value(each) for each in value.arg))


def _contains(at: Values, value: ops.StringContains) -> Column:
    if not isinstance(value.needle, ops.Literal):
        raise UnknownOperation("StringContains of anything but a literal")
    a, texts = at.value(value.haystack), at.words.texts
    return nulled(_of_each(a, lambda number: value.needle.value in texts[number], np.bool_), a.null)


def _cast(at: Values, value: ops.Cast) -> Column:
    a, kinds = at.value(value.arg), (value.arg.dtype, value.to)
    if kinds[0].is_integer() and kinds[1].is_string():
        return Column(_of_each(a, lambda number: at.words.number(str(number)), np.int64), a.null)
    if (kinds[0].is_integer() or kinds[0].is_decimal()) and (kinds[1].is_decimal() or kinds[1].is_int64()):
        return a
    raise UnknownOperation(f"Cast of {kinds[0]} to {kinds[1]}")


def _is_null(at: Values, value: ops.Unary) -> Column:
    a = at.value(value.arg)
    null = np.zeros(a.values.shape, np.bool_) if a.null is None else a.null
    return Column(null if isinstance(value, ops.IsNull) else ~null)


_WORK: dict[type, Callable[[Values, Any], Column]] = {
    ops.Literal: _literal,
    **dict.fromkeys(_SIGNS, _compare),
    **dict.fromkeys(_SUMS, _sum),
    ops.Modulus: _modulus,
    ops.And: _both,
    ops.Or: _either,
    ops.Not: _not,
    ops.Negate: _negate,
    ops.IfElse: _if,
    ops.SearchedCase: _cases,
    ops.Coalesce: _coalesce,
    ops.NullIf: _null_if,
    ops.Greatest: _extreme(np.maximum),
    ops.Least: _extreme(np.minimum),
    ops.InValues: _among,
    ops.StringConcat: _concat,
    ops.StringContains: _contains,
    ops.Cast: _cast,
    ops.IsNull: _is_null,
    ops.NotNull: _is_null,
}

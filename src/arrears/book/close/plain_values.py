"""The text of a value: one Python expression for each operation that the rules use, over the texts of its parts.

Numbers are exact and held to int64; null follows DuckDB: `greatest` and `least` pass over it, conditions know three values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import ibis.expr.operations as ops

# an expression, and whether it is never null
Written = tuple[str, bool]


class UnknownOperation(Exception):
    """A rule uses an operation that is not written out here."""


def tuple_of(parts: Sequence[str]) -> str:
    """The text of a tuple."""
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


class Texts(Protocol):
    """Where the values of the row at hand are written."""

    def value(self, value: ops.Value) -> str:
        """The text of a value: a variable or a literal."""

    def keep(self, text: str, sure: bool) -> str:
        """Write an expression down; returns its variable. `sure`: it is never null."""

    def is_sure(self, text: str) -> bool:
        """Can the value of this text not be null."""


def written(texts: Texts, value: ops.Value) -> Written:
    """The expression of a value; UnknownOperation names what cannot be written."""
    write = _WRITTEN.get(type(value)) or (_quot if type(value).__name__.startswith("_exact_quot") else None)
    if write is None:
        raise UnknownOperation(type(value).__name__)
    return write(texts, value)


def _strict(texts: Texts, text: str, *parts: str) -> Written:
    """An expression that is null where one of its parts is."""
    unsure = [part for part in dict.fromkeys(parts) if not texts.is_sure(part)]
    if not unsure:
        return text, True
    return f"None if {' or '.join(f'{part} is None' for part in unsure)} else {text}", False


_SIGNS = {ops.Equals: "==", ops.NotEquals: "!=", ops.Less: "<", ops.LessEqual: "<=", ops.Greater: ">", ops.GreaterEqual: ">="}
_SUMS = {ops.Add: "+", ops.Subtract: "-", ops.Multiply: "*"}


def _literal(texts: Texts, value: ops.Literal) -> Written:
    if value.value is not None and type(value.value) not in (int, str, bool):
        raise UnknownOperation(f"Literal of {value.dtype}")
    return repr(value.value), value.value is not None


def _compare(texts: Texts, value: ops.Comparison) -> Written:
    a, b = texts.value(value.left), texts.value(value.right)
    return _strict(texts, f"{a} {_SIGNS[type(value)]} {b}", a, b)


def _sum(texts: Texts, value: ops.Binary) -> Written:
    a, b = texts.value(value.left), texts.value(value.right)
    return _strict(texts, f"fit({a} {_SUMS[type(value)]} {b})", a, b)


def _modulus(texts: Texts, value: ops.Modulus) -> Written:
    a, b = texts.value(value.left), texts.value(value.right)
    return _strict(texts, f"rest({a}, {b})", a, b)


def _quot(texts: Texts, value: ops.Value) -> Written:
    a, b = (texts.value(each) for each in value.__args__)
    return _strict(texts, f"quot({a}, {b})", a, b)


def _both(texts: Texts, value: ops.And) -> Written:
    a, b = texts.value(value.left), texts.value(value.right)
    if texts.is_sure(a) and texts.is_sure(b):
        return f"{a} and {b}", True
    return f"False if {a} is False or {b} is False else None if {a} is None or {b} is None else True", False


def _either(texts: Texts, value: ops.Or) -> Written:
    a, b = texts.value(value.left), texts.value(value.right)
    if texts.is_sure(a) and texts.is_sure(b):
        return f"{a} or {b}", True
    return f"True if {a} is True or {b} is True else None if {a} is None or {b} is None else False", False


def _not(texts: Texts, value: ops.Not) -> Written:
    a = texts.value(value.arg)
    return _strict(texts, f"not {a}", a)


def _negate(texts: Texts, value: ops.Negate) -> Written:
    a = texts.value(value.arg)
    return _strict(texts, f"fit(-{a})", a)


def _if(texts: Texts, value: ops.IfElse) -> Written:
    chosen, then, other = (texts.value(each) for each in (value.bool_expr, value.true_expr, value.false_null_expr))
    return f"{then} if {chosen} else {other}", texts.is_sure(then) and texts.is_sure(other)


def _cases(texts: Texts, value: ops.SearchedCase) -> Written:
    results = [texts.value(each) for each in (*value.results, value.default)]
    text = "".join(f"{result} if {texts.value(case)} else " for case, result in zip(value.cases, results[:-1], strict=True))
    return text + results[-1], all(map(texts.is_sure, results))


def _coalesce(texts: Texts, value: ops.Coalesce) -> Written:
    *firsts, last = (texts.value(each) for each in value.arg)
    text = "".join(f"{each} if {each} is not None else " for each in firsts)
    return text + last, any(map(texts.is_sure, (*firsts, last)))


def _null_if(texts: Texts, value: ops.NullIf) -> Written:
    a, b = texts.value(value.arg), texts.value(value.null_if_expr)
    return f"None if {a} == {b} else {a}", False


def _extreme(sign: str) -> Callable[[Texts, Any], Written]:
    def write(texts: Texts, value: Any) -> Written:
        """Null parts are passed over; null only where all are."""
        best, *others = (texts.value(each) for each in value.arg)
        for each in others[:-1]:
            best = texts.keep(*pair(texts, best, each))
        return pair(texts, best, others[-1]) if others else (best, texts.is_sure(best))

    def pair(texts: Texts, a: str, b: str) -> Written:
        text = f"{a} if {a} {sign} {b} else {b}"
        if not texts.is_sure(b):
            text = f"{a} if {b} is None else {text}"
        if not texts.is_sure(a):
            text = f"{b} if {a} is None else {text}"
        return text, texts.is_sure(a) or texts.is_sure(b)

    return write


def _among(texts: Texts, value: ops.InValues) -> Written:
    a, options = texts.value(value.value), [texts.value(each) for each in value.options]
    if not all(isinstance(each, ops.Literal) and each.value is not None for each in value.options):
        raise UnknownOperation("InValues of anything but literals")
    return _strict(texts, f"{a} in {tuple_of(options)}", a)


def _concat(texts: Texts, value: ops.StringConcat) -> Written:
    parts = [texts.value(each) for each in value.arg]
    return _strict(texts, " + ".join(parts), *parts)


def _contains(texts: Texts, value: ops.StringContains) -> Written:
    a, b = texts.value(value.haystack), texts.value(value.needle)
    return _strict(texts, f"{b} in {a}", a, b)


def _cast(texts: Texts, value: ops.Cast) -> Written:
    a, kinds = texts.value(value.arg), (value.arg.dtype, value.to)
    if kinds[0].is_integer() and kinds[1].is_decimal():
        return f"{a}", texts.is_sure(a)
    if kinds[0].is_integer() and kinds[1].is_string():
        return _strict(texts, f"str({a})", a)
    if (kinds[0].is_decimal() or kinds[0].is_integer()) and kinds[1].is_int64():
        return _strict(texts, f"fit({a})", a)
    raise UnknownOperation(f"Cast of {kinds[0]} to {kinds[1]}")


def _is_null(texts: Texts, value: ops.Unary) -> Written:
    a = texts.value(value.arg)
    return f"{a} is {'' if isinstance(value, ops.IsNull) else 'not '}None", True


_WRITTEN: dict[type, Callable[[Texts, Any], Written]] = {
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
    ops.Greatest: _extreme(">"),
    ops.Least: _extreme("<"),
    ops.InValues: _among,
    ops.StringConcat: _concat,
    ops.StringContains: _contains,
    ops.Cast: _cast,
    ops.IsNull: _is_null,
    ops.NotNull: _is_null,
}

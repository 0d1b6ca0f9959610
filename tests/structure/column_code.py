"""What column code may not say, because the engines understand it differently.

Each ban was seen to lose or change a figure: floor division compiles to floats, a bare sum of int64 is a HUGEINT that
a Parquet file holds as DOUBLE, `round` breaks ties differently, casting floats rounds on one engine and truncates on
the other, and date + interval changes its type. `rules/money.py` holds the exact replacements; `rules/schedule.py` is numpy;
`rules/policy.py` reads the law as exact Fractions, where `/` is exact.
"""

from __future__ import annotations

import ast

FLOAT_TYPES = ("float", "double")


def findings(source: str, *, fractions: bool = False) -> list[str]:
    """One line a finding, `line N: why`, for the text of one module of rules; with `fractions`, `/` is left alone."""
    tree = ast.parse(source)
    wrapped = {found for node in ast.walk(tree) if isinstance(node, ast.Call) for found in _exact_sums(node)}
    nodes = [node for node in ast.walk(tree) if not (fractions and isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div))]
    return [f"line {getattr(node, 'lineno', 0)}: {why}" for node in nodes if (why := _why(node, wrapped))]


def _exact_sums(call: ast.Call) -> list[int]:
    """Identities of the sums that this call makes exact: `sum64(x)`, or what `sum64` writes out, over a window or not."""
    if _called(call) == "sum64":
        return [id(arg) for arg in call.args]
    inner: ast.expr = call
    for kind in ("int64", "decimal(38,0)"):
        if not (isinstance(inner, ast.Call) and _called(inner) == "cast" and ast.unparse(inner.args[0]) == repr(kind)):
            return []
        inner = inner.func.value if isinstance(inner.func, ast.Attribute) else inner
    if isinstance(inner, ast.Call) and _called(inner) == "over" and isinstance(inner.func, ast.Attribute):
        inner = inner.func.value
    return [id(inner)]


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""


def _why(node: ast.AST, wrapped: set[int]) -> str:
    if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.FloorDiv):
        return "`//` divides as floats: use the quotient helper of rules/money.py"
    if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
        return "`/` makes a float: use the quotient helper of rules/money.py"
    if isinstance(node, ast.Constant) and isinstance(node.value, float):
        return "a float literal: money, rates and days are integers"
    return _why_call(node, wrapped) if isinstance(node, ast.Call) else ""


def _why_call(call: ast.Call, wrapped: set[int]) -> str:
    name = _called(call)
    if name == "round":
        return "an engine's own round breaks ties its own way: use half_even of rules/money.py"
    if name == "sum" and isinstance(call.func, ast.Attribute) and id(call) not in wrapped:
        return "a bare .sum() of int64 is a HUGEINT: use sum64 of rules/money.py"
    if name == "interval":
        return "date + interval changes its type: days are integers inside the rules"
    if name in {"cast", "try_cast"} and any(kind in ast.unparse(arg).lower() for arg in call.args for kind in FLOAT_TYPES):
        return "a cast to float: the engines round it back differently"
    return ""

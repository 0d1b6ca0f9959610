"""Exact integer arithmetic on columns: the column twin of `kernel.money`.

Every helper stays in int64 on every engine. Engines' own `//`, `round` and `avg` are not used: they go through
floats or round differently. `exact_quot` is defined by each engine (`close/engine.py`).
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir


@ibis.udf.scalar.builtin(name="exact_quot")
def _exact_quot(n: int, d: int) -> int:
    raise AssertionError("the engine computes it")


def quot(n: ir.IntegerValue, d: ir.IntegerValue) -> ir.IntegerValue:
    """Whole quotient of n >= 0 by d > 0, exact over the whole of int64."""
    return _exact_quot(n, d)


def half_even(n: ir.IntegerValue, d: ir.IntegerValue) -> ir.IntegerValue:
    """Round n / d to the nearest whole number, ties to the even one; n >= 0, d > 0, 2 d < 2^63."""
    q = quot(n, d)
    twice = (n - q * d) * 2
    up = (twice > d) | ((twice == d) & (q % 2 == 1))
    return q + up.ifelse(i64(1), i64(0))


def i64(value: int) -> ir.IntegerScalar:
    """An int64 literal (a bare literal would be an int8 and narrow the column)."""
    return ibis.literal(value, type="int64")


def sum64(column: ir.IntegerColumn) -> ir.IntegerScalar:
    """Sum as int64, 0 where there is no row: engines widen a sum to 128 bits, which Parquet would store as a float."""
    return column.sum().cast("decimal(38,0)").cast("int64").fill_null(i64(0))


def running64(column: ir.IntegerColumn, by: list[ir.Value], order: list[ir.Value]) -> ir.IntegerColumn:
    """Sum of the rows before this one inside `by`, in `order`; int64, 0 on the first row."""
    window = ibis.window(group_by=by, order_by=order, preceding=(None, 1))
    return column.sum().over(window).cast("decimal(38,0)").cast("int64").fill_null(i64(0))


def clamp(value: ir.IntegerValue, low: ir.IntegerValue | int, high: ir.IntegerValue) -> ir.IntegerValue:
    """Value held between low and high (high >= low)."""
    return ibis.least(ibis.greatest(value, low if isinstance(low, ir.Value) else i64(low)), high)


def zero(column: ir.IntegerColumn) -> ir.IntegerColumn:
    """The column with 0 for null."""
    return column.fill_null(i64(0))

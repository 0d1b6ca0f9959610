"""Rules as arrays: every stage can be worked out, and each operation says what DuckDB says of it."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest

import arrears.book.rules.working  # noqa: F401
from arrears.book.close.columnar import Arrays
from arrears.book.close.engine import DuckDB, arrow_schema
from arrears.book.close.frames import Working
from arrears.book.close.lean import lean
from arrears.book.close.plain_values import UnknownOperation
from arrears.book.close.tests.test_plain import COLUMNS, OTHER, OTHER_COLUMNS, ROWS, TABLES, VALUES, planned, t, u
from arrears.book.rules.money import sum64
from arrears.book.rules.policy import Policy
from arrears.book.rules.tables import STAGES
from arrears.law.values import load


def worked(expression: ir.Table, t_rows: list[Any] = ROWS, u_rows: list[Any] = OTHER) -> list[Any]:
    """Rows of an expression worked out over arrays, sorted."""
    arrays = Arrays(DuckDB())
    for name, rows, columns in (("t", t_rows, COLUMNS), ("u", u_rows, OTHER_COLUMNS)):
        arrays.put(name, pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in rows], arrow_schema(columns)), columns)
    made = lean(expression, list(expression.columns)).op()
    arrays.tables["out"] = Working(arrays.tables, arrays.words).frame(made)
    kinds = {name: "string" if kind.is_string() else "bool" if kind.is_boolean() else "int64" for name, kind in expression.schema().items()}
    rows = arrays.rows("out", kinds).to_pylist()
    return sorted((tuple(row.values()) for row in rows), key=repr)


@pytest.mark.parametrize("name", VALUES)
def test_a_value_is_what_duckdb_makes_of_it(name: str) -> None:
    expression = t.select("loan_id", "word", **VALUES[name]())
    assert worked(expression) == planned(expression)


@pytest.mark.parametrize("name", sorted({*TABLES} - {"group"}))
def test_a_table_is_what_duckdb_makes_of_it(name: str) -> None:
    expression = TABLES[name]()
    assert worked(expression) == planned(expression)


def test_a_group_is_what_duckdb_makes_of_it() -> None:
    expression = t.group_by("loan_id").aggregate(sum=sum64(t.a), least=t.b.min(), most=t.a.max(), rows=t.count(), late=(t.a > 4).any())
    with pytest.raises(UnknownOperation, match="Any"):
        worked(expression)
    expression = t.group_by("loan_id").aggregate(sum=sum64(t.a), least=t.b.min(), most=t.a.max(), rows=t.count())
    assert worked(expression) == planned(expression)


@pytest.mark.parametrize("name", [*VALUES, *sorted({*TABLES} - {"group"})])
def test_tables_without_rows_give_what_duckdb_makes_of_them(name: str) -> None:
    expression = t.select("loan_id", "word", **VALUES[name]()) if name in VALUES else TABLES[name]()
    assert worked(expression, []) == planned(expression, [])
    assert isinstance(worked(expression, ROWS, []), list)  # joins that meet nothing


def test_keys_that_lie_far_apart_are_met_by_their_order() -> None:
    far = [("x", 10**15, 3, "a", True, True), ("y", 7, 2, "b", True, True), ("x", 10**15, 4, "c", False, True)]
    expression = t.select("word", key="a").inner_join(t.select(key="a", other="word"), "key").select("word", "other")
    grouped = t.group_by("a").aggregate(sum=sum64(t.b))
    assert worked(expression, far) == planned(expression, far)
    assert worked(grouped, far) == planned(grouped, far)


@pytest.mark.parametrize("more", [lambda a: a * a, lambda a: a + a, lambda a: -a - a], ids=["times", "plus", "minus"])
def test_a_number_beyond_int64_is_refused_as_duckdb_refuses_it(more: Any) -> None:
    with pytest.raises(OverflowError, match="beyond int64"):
        worked(t.select(out=more(t.a)), [("x", 2**62 + 1, 0, "", True, True)])


@pytest.mark.parametrize(("a", "b"), [(3_037_000_499, 3_037_000_499), (2**31, 2**32 - 1), (-(2**31), 2**31)])
def test_a_product_that_just_fits_stands(a: int, b: int) -> None:
    assert worked(t.select(out=t.a * t.b), [("x", a, b, "", True, True)]) == [(a * b,)]


def test_a_sum_beyond_int64_is_refused_and_the_largest_stands() -> None:
    expression = t.group_by("loan_id").aggregate(sum=sum64(t.a))
    largest = [("x", 2**62, 0, "", True, True), ("x", 2**62 - 1, 0, "", True, True)]
    assert worked(expression, largest) == [("x", 2**63 - 1)]
    with pytest.raises(OverflowError):
        worked(expression, [*largest, ("x", 1, 0, "", True, True)])


@pytest.mark.parametrize(
    ("expression", "named"),
    [
        pytest.param(lambda: t.select(x=t.word.upper()), "Uppercase", id="value"),
        pytest.param(lambda: t.select("a").order_by("a"), "Sort", id="table"),
        pytest.param(lambda: t.select(x=t.word < "b"), "Less of texts", id="order of texts"),
        pytest.param(lambda: t.left_join(u, t.a > u.amount).select("a"), "left join", id="join"),
    ],
)
def test_what_is_not_known_is_refused_by_name(expression: Any, named: str) -> None:
    with pytest.raises(UnknownOperation, match=named):
        worked(expression())


def test_a_lean_expression_has_no_column_that_nobody_reads() -> None:
    wide = t.left_join(u, "loan_id").drop("loan_id_right", "b_right").left_join(u.rename(more="amount"), "loan_id")
    text = str(ibis.to_sql(lean(wide.select("a", "more"), ["a", "more"]), dialect="duckdb"))
    assert "word" not in text
    assert "yes" not in text


@pytest.mark.parametrize("name", sorted(STAGES))
def test_the_lean_expression_of_a_stage_has_its_columns(name: str) -> None:
    stage = STAGES[name]
    assert list(lean(stage.state(Policy(load())), list(stage.columns)).columns) == list(stage.columns)

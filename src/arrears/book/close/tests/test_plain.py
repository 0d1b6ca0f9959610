"""Rules as plain Python: every stage can be written out, and each operation says what DuckDB says of it."""

from __future__ import annotations

from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest

import arrears.book.rules.working  # noqa: F401
from arrears.book.close.engine import DuckDB, arrow_schema
from arrears.book.close.plain import Rows, UnknownOperation, function_of
from arrears.book.rules.money import half_even, i64, quot, running64, sum64
from arrears.book.rules.policy import Policy
from arrears.book.rules.tables import STAGES, unbound
from arrears.law.values import load

COLUMNS = {"loan_id": "string", "a": "int64", "b": "int64", "word": "string", "yes": "bool", "no": "bool"}
ROWS = [
    ("x", 7, 3, "plan+clock", True, False),
    ("x", -7, 3, None, None, True),
    ("x", None, -2, "a", False, None),
    ("y", 5, None, "clock", None, None),
    ("y", 5, 5, "", True, True),
    (None, 4, 2, "b", False, False),
    ("z", None, None, None, None, None),
]
OTHER_COLUMNS = {"loan_id": "string", "b": "int64", "amount": "int64"}
OTHER = [("x", 3, 10), ("x", 3, 20), ("x", -2, None), ("y", 5, 1), (None, 2, 99), ("w", 1, 1)]

t = unbound("t", COLUMNS)
u = unbound("u", OTHER_COLUMNS)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return Policy(load())


@pytest.mark.parametrize("name", sorted(STAGES))
def test_every_stage_can_be_written_out(name: str, policy: Policy) -> None:
    assert callable(function_of(STAGES[name].state(policy), list(STAGES[name].columns), name))


def walked(expression: ir.Table, t_rows: list[Any] = ROWS) -> list[Any]:
    made = function_of(expression, list(expression.columns), "test")
    return sorted(made({"t": Rows(t_rows), "u": Rows(OTHER)}), key=repr)


def planned(expression: ir.Table, t_rows: list[Any] = ROWS) -> list[Any]:
    engine = DuckDB()
    for name, rows, columns in (("t", t_rows, COLUMNS), ("u", OTHER, OTHER_COLUMNS)):
        listed = [dict(zip(columns, row, strict=True)) for row in rows]
        engine.put(name, pa.Table.from_pylist(listed, arrow_schema(columns)), columns)
    return sorted(engine.fetch(str(ibis.to_sql(expression, dialect="duckdb"))), key=repr)


VALUES = {
    "sums": lambda: {"plus": t.a + t.b, "minus": t.a - t.b, "times": t.a * t.b, "less": -t.a},
    "modulus": lambda: {"rest": t.a % t.b, "parity": t.a % 2},
    "quotient": lambda: {"whole": quot(t.a, t.b), "even": half_even(t.a * t.a, i64(2))},
    "comparisons": lambda: {"eq": t.a == t.b, "ne": t.a != t.b, "lt": t.a < t.b, "le": t.a <= 5, "gt": t.a > t.b, "ge": t.a >= t.b},
    "three_values": lambda: {"both": t.yes & t.no, "either": t.yes | t.no, "neither": ~(t.yes | t.no), "not": ~t.yes},
    "choices": lambda: {
        "chosen": t.yes.ifelse(t.a, t.b),
        "case": ibis.cases((t.yes, t.a), (t.no, t.b), else_=i64(0)),
        "filled": t.a.fill_null(t.b).fill_null(i64(9)),
        "less_five": t.a.nullif(5),
    },
    "extremes": lambda: {
        "most": ibis.greatest(t.a, t.b),
        "least": ibis.least(t.a, t.b),
        "of_four": ibis.greatest(t.a, t.b, i64(4), t.a - t.b),
        "of_three": ibis.least(t.a, t.b, ibis.null("int64")),
    },
    "nulls": lambda: {"none": t.a.isnull(), "some": t.a.notnull()},
    "words": lambda: {
        "among": t.word.isin(["a", "b"]),
        "out": ~t.a.isin([5, 7]),
        "long": ibis.literal("<").concat(t.word, ibis.literal(">")),
        "has": t.word.contains("clock"),
        "number": t.a.cast("string"),
    },
    "wide": lambda: {"same": t.a.cast("decimal(38,0)").cast("int64")},
    "windows": lambda: {
        "before": running64(t.a, [t.loan_id], [t.b, t.word.desc()]),
        "upto": t.a.sum().over(ibis.window(group_by=[t.loan_id], order_by=[t.b.desc(), t.word], preceding=(None, 0))).cast("int64"),
        "most": t.a.max().over(ibis.window(group_by=[t.loan_id], order_by=[t.b, t.word], preceding=(None, 1))),
        "all": t.a.sum().over(ibis.window(group_by=[t.loan_id])).cast("int64"),
        "place": ibis.row_number().over(ibis.window(group_by=[t.loan_id], order_by=[t.b, t.word])).cast("int64"),
    },
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_is_what_duckdb_makes_of_it(name: str) -> None:
    expression = t.select("loan_id", "word", **VALUES[name]())
    assert walked(expression) == planned(expression)


TABLES = {
    "inner": lambda: t.inner_join(u, ["loan_id", "b"]).select("loan_id", "a", "amount"),
    "left": lambda: t.left_join(u, ["loan_id", "b"]).drop("loan_id_right", "b_right"),
    "left_of_one_key": lambda: t.left_join(u, "loan_id").select("loan_id", "a", "amount"),
    "semi": lambda: t.semi_join(u, "loan_id"),
    "anti": lambda: t.anti_join(u, "loan_id"),
    "anti_of_two_keys": lambda: t.anti_join(u, ["loan_id", "b"]),
    "cross": lambda: t.select("loan_id", "a").cross_join(u.select("amount")),
    "condition": lambda: t.inner_join(u.select("amount"), t.a >= u.amount).select("loan_id", "a", "amount"),
    "itself": lambda: t.select("loan_id", "a").inner_join(t.select("loan_id", c="a"), "loan_id"),
    "group": lambda: t.group_by("loan_id").aggregate(sum=sum64(t.a), least=t.b.min(), most=t.word.max(), rows=t.count()),
    "group_of_two": lambda: t.group_by("loan_id", "yes").aggregate(sum=t.a.sum().cast("int64")),
    "distinct": lambda: t.select("loan_id", "yes").union(t.select("loan_id", yes="no")).distinct(),
    "union": lambda: ibis.union(t.select("loan_id", "a"), u.select("loan_id", a="amount"), t.select("loan_id", a="b")),
    "filter": lambda: t.filter(t.yes | (t.a > t.b)).filter(lambda r: r.b.notnull()),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_what_duckdb_makes_of_it(name: str) -> None:
    expression = TABLES[name]()
    assert walked(expression) == planned(expression)


@pytest.mark.parametrize("more", [lambda a: a * a, lambda a: a + a, lambda a: -a - a], ids=["times", "plus", "minus"])
def test_a_number_beyond_int64_is_refused_as_duckdb_refuses_it(more: Any) -> None:
    expression, rows = t.select(out=more(t.a)), [("x", 2**62 + 1, 0, "", True, True)]
    with pytest.raises(OverflowError, match="beyond int64"):
        walked(expression, rows)
    with pytest.raises(duckdb.OutOfRangeException):
        planned(expression, rows)


def test_a_sum_beyond_int64_is_refused_and_the_largest_stands() -> None:
    expression = t.group_by("loan_id").aggregate(sum=sum64(t.a))
    largest = [("x", 2**62, 0, "", True, True), ("x", 2**62 - 1, 0, "", True, True)]
    assert walked(expression, largest) == [("x", 2**63 - 1)]
    with pytest.raises(OverflowError):
        walked(expression, [*largest, ("x", 1, 0, "", True, True)])


@pytest.mark.parametrize(
    ("expression", "named"),
    [
        pytest.param(lambda: t.select(x=t.word.upper()), "Uppercase", id="value"),
        pytest.param(lambda: t.order_by("a"), "Sort", id="table"),
        pytest.param(lambda: t.select(x=t.a / t.b), "Divide", id="division"),
        pytest.param(lambda: t.group_by("loan_id").aggregate(x=t.a.mean()), "Mean", id="reduction"),
        pytest.param(lambda: t.outer_join(u, "loan_id"), "outer join", id="join"),
        pytest.param(lambda: t.select(x=t.a.cast("float64")), "Cast", id="cast"),
    ],
)
def test_what_is_not_known_is_refused_by_name(expression: Any, named: str) -> None:
    with pytest.raises(UnknownOperation, match=named):
        function_of(expression(), list(expression().columns), "test")

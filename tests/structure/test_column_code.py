"""Column code stays inside what every engine does exactly."""

from __future__ import annotations

import column_code
import house
import pytest

APART = {"money.py", "schedule.py"}  # the exact helpers themselves, and numpy
RULES = [path for path in house.modules("book/rules") if path.name not in APART]


@pytest.mark.parametrize("path", RULES, ids=house.name)
def test_rules_say_nothing_banned(path):
    assert column_code.findings(path.read_text(encoding="utf-8"), fractions=path.name == "policy.py") == []


@pytest.mark.parametrize(
    "line",
    [
        "x = a // b",
        "x = a / b",
        "x = t.due_fen.sum()",
        'x = t.due_fen.sum().cast("int64")',
        "x = t.due_fen.sum().over(order)",
        "x = t.due_fen.round(2)",
        "x = round(a)",
        "x = t.due_fen * 0.5",
        'x = t.due_fen.cast("float64")',
        'x = t.due_fen.cast("double")',
        "x = t.due_fen.cast(dt.float64)",
        "x = t.due_on + ibis.interval(months=1)",
    ],
)
def test_a_banned_line_is_found(line):
    assert len(column_code.findings(line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "x = sum64(t.due_fen)",
        "x = sum64(t.due_fen.sum())",
        'x = t.due_fen.sum().cast("decimal(38,0)").cast("int64")',
        'x = t.due_fen.sum().over(order).cast("decimal(38,0)").cast("int64")',
        'x = t.due_fen.cast("int64")',
        "x = t.due_on + 30",
    ],
)
def test_an_exact_line_passes(line):
    assert column_code.findings(line) == []


def test_the_law_is_read_as_fractions():
    assert column_code.findings("x = Fraction(value) / 360", fractions=True) == []

"""No number and no time of day of the law stands in the code that applies it: it is asked for by its id, on a day."""

from __future__ import annotations

import ast
import re

import house
import pytest

CLOCK = re.compile(r"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?")
FREE = {-1, 0, 1, 60}
"""Numbers that count places and turn minutes into seconds."""

# number in a module -> why it is no number of law
ALLOWED: dict[tuple[str, int], str] = {
    ("law/rules/limitation.py", 12): "months of a year",
    ("law/rules/procedure.py", 12): "months of a year",
    ("gate/caps.py", 7): "days of a week",
    ("gate/decide.py", 400): "steps after which the search for a next moment gives up",
    ("gate/facts.py", 1440): "minutes of a day",
    ("gate/grace.py", 2): "grace ends with a day, its close is read the morning after the next",
    ("gate/hours.py", 24): "hours of a day",
    ("gate/rules.py", 64): "days kept in memory",
    ("gate/whom.py", 100): "fen of a yuan",
    ("gate/words_check.py", 10_000): "characters of the longest text kept in memory",
}
APPLY = [path for path in house.modules("law", "gate") if "gate" in path.parts or "rules" in path.parts]
# the linter of wording counts letters and signs; a time of day is law there as well
MODULES = [path for path in APPLY if "wording" not in path.parts]


def found_in(source):
    """Line and value of each whole number and time of day that code decides by."""
    module = ast.parse(source)
    technical = {id(inner) for node in ast.walk(module) for outer in technical_parts(node) for inner in ast.walk(outer)}
    constants = [node for node in ast.walk(module) if isinstance(node, ast.Constant) and id(node) not in technical]
    return [(node.lineno, node.value) for node in constants if is_law_like(node.value)]


def technical_parts(node):
    """Parts of an expression whose numbers are places in a text, sizes of a cache or widths of a number."""
    if isinstance(node, ast.Subscript):
        return [node.slice]
    if isinstance(node, ast.keyword) and node.arg == "maxsize":
        return [node.value]
    return [node] if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow | ast.LShift) else []


def is_law_like(value):
    """A whole number beyond the free ones, or a time of day."""
    if isinstance(value, bool):
        return False
    return (isinstance(value, int) and value not in FREE) or is_time(value)


def is_time(value):
    """A time of day, as text."""
    return isinstance(value, str) and bool(CLOCK.fullmatch(value))


@pytest.mark.parametrize("path", APPLY, ids=house.name)
def test_no_time_of_day_stands_in_code_that_applies_the_law(path):
    assert [f"line {line}: {value}" for line, value in found_in(path.read_text(encoding="utf-8")) if is_time(value)] == []


@pytest.mark.parametrize("path", MODULES, ids=house.name)
def test_no_number_of_law_stands_in_code_that_applies_it(path):
    name = path.relative_to(house.SOURCE).as_posix()
    found = found_in(path.read_text(encoding="utf-8"))
    assert [f"line {line}: {value}" for line, value in found if (name, value) not in ALLOWED] == [], (
        "ask the law for it by its id; a number that is none of law stands in ALLOWED with its reason"
    )


def test_what_is_allowed_is_there():
    used = {
        (path.relative_to(house.SOURCE).as_posix(), value) for path in MODULES for _, value in found_in(path.read_text(encoding="utf-8"))
    }
    assert sorted(str(each) for each in ALLOWED.keys() - used) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('closes = "22:00"', ["22:00"]),
        ('closes = "22:00:00"', ["22:00:00"]),
        ("if calls > 3: pass", [3]),
        ("days = 15", [15]),
        ("x = rows[0] or rows[-1]", []),
        ('"""At 22:00 it closes, after 3 calls."""', []),
        ("ready = True", []),
        ("hour = int(clock[:2])", []),
        ("most = 2**63", []),
    ],
)
def test_the_search_finds_numbers_and_times(source, expected):
    assert [value for _, value in found_in(source)] == expected

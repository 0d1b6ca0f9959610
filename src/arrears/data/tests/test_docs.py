"""docs/analysts.md lists every column and every call as they are."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import arrears.data as ad
from arrears.data.columns import COLUMNS, TABLES

PAGE = (Path(__file__).resolve().parents[4] / "docs" / "analysts.md").read_text(encoding="utf-8")
OWN = {"from_on"}  # by_month=True only


def test_every_column_is_described() -> None:
    told = {name: f"| `{name}` | {column.type} | {column.unit} | {column.says} |" for name, column in COLUMNS.items()}
    assert [name for name, line in told.items() if line not in PAGE] == []


def test_every_column_is_used() -> None:
    used = {name for names in TABLES.values() for name in names} | OWN | {"borrower"}
    assert set(COLUMNS) - used == set()


@pytest.mark.parametrize("name", TABLES)
def test_every_call_stands_there_with_its_arguments(name: str) -> None:
    told = re.search(rf"`ad\.{name}\(book, ([^)]*)\)`", PAGE)
    assert told is not None
    asked = [argument for argument in inspect.signature(getattr(ad, name)).parameters if argument != "book"]
    assert sorted(re.findall(r"(\w+)=", told[1])) == sorted(asked)

"""Cells of a statement's tables, and the plain names of obligations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from arrears.book.papers.words import say

_NAME = re.compile(r"(?P<letter>[A-Z])(?:(?P<again>[0-9]+)-)?(?P<number>[0-9]+)")


@dataclass(frozen=True)
class Cells:
    """A table: heads, rows of text, the places of columns that stand to the right, a last row of sums if any."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: Iterable[int] = ()
    foot: Sequence[str] = ()


def obligation_name(name: str, locale: str) -> str:
    """Return plain words for an obligation: I07 is 第7期, P01 计划第1期, X01 提前到期款, F:... 费用."""
    found = _NAME.fullmatch(name)
    if found is None:
        return say(locale, "name.F") if name.startswith("F:") else name
    letter, number = found["letter"], str(int(found["number"]))
    return say(locale, f"name.{letter}", number=number) if letter in "IHPRX" else name

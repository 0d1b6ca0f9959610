"""How the report writes shares, short amounts and vintages."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from arrears.book.papers.figures import Pen, as_day
from arrears.book.papers.words import say
from arrears.kernel.money import currency_of, half_even

# per language: size, its word, decimals
_SIZES = {
    "zh": ((10**8, "compact.yi", 2), (10**4, "compact.man", 1)),
    "en": ((10**6, "compact.yi", 1), (10**3, "compact.man", 1)),
}


def share_text(part: int, whole: int, places: int = 1) -> str:
    """Write a share in percent with a fixed number of decimals, half-even; a dash of nothing."""
    if not whole:
        return "–"
    scale = 10**places
    return f"{Decimal(half_even(part * 100 * scale, whole)).scaleb(-places):f}%"


def compact(minor: int, pen: Pen) -> str:
    """Write an amount for a chart: ¥12.3万, ¥1.23亿, in English ¥123.0k; small amounts stay exact."""
    kind = currency_of(pen.currency)
    for size, word, places in _SIZES[pen.locale]:
        unit = size * kind.unit
        if abs(minor) >= unit:
            number = Decimal(half_even(abs(minor) * 10**places, unit)).scaleb(-places)
            return say(pen.locale, word, sign="-" if minor < 0 else "", symbol=kind.symbol, number=f"{number:,f}")
    return pen.money(minor)


def tick_text(value: Fraction) -> str:
    """Write a round value at an axis: a whole number with commas, else as few decimals as it needs."""
    if value.denominator == 1:
        return f"{value.numerator:,}"
    return f"{Decimal(value.numerator) / Decimal(value.denominator):f}"


def vintage_name(first: str, by: str, locale: str) -> str:
    """Write a vintage: 2026年3季度, 2026 Q3, or its year."""
    day = as_day(first)
    return say(locale, f"vintage.{by}", year=day.year, quarter=(day.month + 2) // 3)


@dataclass(frozen=True)
class DataLine:
    """Of which close the data are: the day, the state in a word, what else is to be known, and whether that is a warning."""

    day: str
    state: str
    more: str
    warns: bool


def data_line(data: dict[str, Any], pen: Pen) -> DataLine:
    """Say of which close the data are, and whether a later one is missing (S159); `data` as in a report."""
    more, warns = [], False
    if data["last_close"] != data["close"]:
        more.append(say(pen.locale, "data.later", last=pen.day(data["last_close"])))
        warns = True
    elif data["age_days"]:
        more.append(say(pen.locale, "data.old", asked=pen.day(data["asked_on"]), days=f"{data['age_days']:,}"))
        warns = True
    elif data["asked_on"]:
        more.append(say(pen.locale, "data.fresh", asked=pen.day(data["asked_on"])))
    return DataLine(
        say(pen.locale, "data.as_of", day=pen.day(data["close"])), say(pen.locale, f"data.{data['state']}"), " ".join(more), warns
    )

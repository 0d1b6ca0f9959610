"""How a number is written in a paper: money, rates and days for a reader, exact and without floats."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from arrears.kernel.money import PPM, currency_of, format_amount, half_even


def figures(minor: int, currency: str) -> str:
    """Write minor units without the symbol: 282441 CNY is "2,824.41"."""
    text = format_amount(abs(minor), currency, "en").removeprefix(currency_of(currency).symbol)
    return f"-{text}" if minor < 0 else text


def decimal_text(value: Fraction, places: int = 12) -> str:
    """Write a fraction as a decimal where it ends within `places`, else as numerator/denominator: never rounded."""
    for digits in range(places + 1):
        scaled = value * 10**digits
        if scaled.denominator == 1:
            return str(Decimal(scaled.numerator).scaleb(-digits)) if digits else str(scaled.numerator)
    return f"{value.numerator}/{value.denominator}"


def percent_text(value: Fraction, places: int = 4) -> str:
    """Write a ratio in percent, rounded half-even to at most `places` decimals: Fraction(1, 2500) is "0.04%"."""
    scale = 10**places
    number = Decimal(half_even(value.numerator * 100 * scale, value.denominator)).scaleb(-places)
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def ppm_text(ppm: int) -> str:
    """Write a yearly rate in parts per million as percent: 120000 is "12%"."""
    return percent_text(Fraction(ppm, PPM))


def iso(day: dt.date | None) -> str | None:
    """Return the day as text for JSON."""
    return None if day is None else day.isoformat()


def as_day(text: str) -> dt.date:
    """Read a day back from a paper's data."""
    return dt.date.fromisoformat(text)


@dataclass(frozen=True)
class Pen:
    """Writes figures of one currency in one language.

    Attributes
    ----------
    currency : ISO code
    locale : "zh" or "en"
    """

    currency: str
    locale: str

    def money(self, minor: int) -> str:
        """Return the amount with its symbol."""
        return format_amount(minor, self.currency, "zh_CN" if self.locale == "zh" else "en")

    def plain(self, minor: int) -> str:
        """Return the amount without its symbol, for formulas and dense tables."""
        return figures(minor, self.currency)

    def dash(self, minor: int) -> str:
        """Return the amount without its symbol, a dash for nothing."""
        return self.plain(minor) if minor else "–"

    def day(self, text: str | None) -> str:
        """Return a day for running text: 2026年11月23日 or 23 Nov 2026; a dash for none."""
        if not text:
            return "–"
        day = as_day(text)
        if self.locale == "zh":
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

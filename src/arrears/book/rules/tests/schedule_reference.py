"""A slow and exact schedule of one loan, written apart from the columnar maker and sharing no code with it.

`Fraction` all the way; Python's `round` of a Fraction is half-even. It is what `make_schedules` must equal on every fen.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Terms:
    """One loan's terms, named as the columns of `make_schedules`."""

    method: str
    principal_fen: int
    rate_ppm: int
    term_count: int
    first_due_on: dt.date
    disbursed_on: dt.date
    step_months: int = 1
    day_count: str = "30/360"
    due_day: int = 0
    loan_id: str = "L"


@dataclass(frozen=True)
class Row:
    """One instalment: obligation, due date, interest and principal in fen."""

    obligation: str
    due_on: dt.date
    interest_fen: int
    principal_fen: int


def reference_schedule(terms: Terms, prefix: str = "I") -> list[Row]:
    """Build one loan's instalments from the definitions of the glossary (4-7), period by period."""
    dates = due_dates(terms)
    if terms.method == "bullet":
        dates = dates[-1:]
    level = level_instalment(terms)
    rows: list[Row] = []
    balance, before = terms.principal_fen, terms.disbursed_on
    for number, day in enumerate(dates, start=1):
        interest = round(balance * period_rate(terms, before, day))
        principal = share_of(terms, level, interest)
        if terms.method == "simple_interest":
            interest = 0
        elif number == len(dates):
            principal = balance
        else:
            principal = min(max(principal, 0), balance)
        rows.append(Row(f"{prefix}{str(number).zfill(2)}", day, interest, principal))
        balance, before = balance - principal, day
    return rows


def due_dates(terms: Terms) -> list[dt.date]:
    """The agreed day in each due month, or that month's last day."""
    day = terms.due_day or terms.first_due_on.day
    dates = [terms.first_due_on]
    year, month = terms.first_due_on.year, terms.first_due_on.month
    while len(dates) < terms.term_count:
        for _ in range(terms.step_months):
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        last = max(calendar.Calendar().itermonthdays(year, month))
        dates.append(dt.date(year, month, min(day, last)))
    return dates


def period_rate(terms: Terms, before: dt.date, day: dt.date) -> Fraction:
    """The exact rate of one period."""
    year = Fraction(terms.rate_ppm, 1_000_000)
    if terms.day_count == "30/360":
        periods = terms.term_count if terms.method == "bullet" else 1
        return year * terms.step_months * periods / 12
    return year * (day - before).days / int(terms.day_count.removeprefix("actual/"))


def level_instalment(terms: Terms) -> int:
    """A = P i (1+i)^n / ((1+i)^n - 1), or P / n without interest."""
    i = Fraction(terms.rate_ppm, 1_000_000) * terms.step_months / 12
    if i == 0:
        return round(Fraction(terms.principal_fen, terms.term_count))
    growth = (1 + i) ** terms.term_count
    return round(terms.principal_fen * i * growth / (growth - 1))


def share_of(terms: Terms, level: int, interest: int) -> int:
    """Principal of an ordinary period, before it is kept inside the balance."""
    if terms.method == "equal_instalment":
        return level - interest
    if terms.method == "simple_interest":
        return level
    if terms.method == "equal_principal":
        return round(Fraction(terms.principal_fen, terms.term_count))
    return 0

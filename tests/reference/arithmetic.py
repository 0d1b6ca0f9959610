"""Dates and schedules by hand: month steps on an anchor day, half-even, equal instalment, equal principal."""

from __future__ import annotations

import calendar
import datetime as dt
from fractions import Fraction

ScheduleRow = tuple[str, dt.date, int, int]  # obligation, due day, interest fen, principal fen


def half_even(x: Fraction | int) -> int:
    """Round to the nearest integer, ties to even (`round` of a Fraction is exact and half-even)."""
    return round(Fraction(x))


def add_months(day: dt.date, months: int, anchor: int | None = None) -> dt.date:
    """`months` later on day-of-month `anchor` (default: that of `day`), or on the last day of a shorter month."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month0 + 1, min(anchor or day.day, calendar.monthrange(year, month0 + 1)[1]))


def add_years(day: dt.date, years: int, march: bool) -> dt.date:
    """Same date `years` later; 29 February becomes 1 March if `march`, else 28 February."""
    moved = add_months(day, 12 * years)
    return moved + dt.timedelta(days=1) if march and moved.day != day.day else moved


def due_days(first_due: dt.date, count: int, step: int) -> list[dt.date]:
    """Due days from `first_due`, `step` months apart, anchored on its day of the month."""
    return [add_months(first_due, k * step) for k in range(count)]


def period_rate(rate_ppm: int, step: int) -> Fraction:
    """Rate of a period of `step` months, 30/360."""
    return Fraction(rate_ppm * step, 12_000_000)


def equal_instalment(principal: int, rate_ppm: int, count: int, step: int) -> list[tuple[int, int]]:
    """(interest, principal) of each period; the last takes the remainder (glossary 5)."""
    i = period_rate(rate_ppm, step)
    power = (1 + i) ** count
    instalment = half_even(principal * i * power / (power - 1) if i else Fraction(principal, count))
    rows, balance = [], principal
    for k in range(count):
        interest = half_even(balance * i)
        part = balance if k == count - 1 else min(max(instalment - interest, 0), balance)
        rows.append((interest, part))
        balance -= part
    return rows


def equal_principal(principal: int, rate_ppm: int, count: int, step: int) -> list[tuple[int, int]]:
    """(interest, principal) of each period; the last takes the remainder (glossary 6)."""
    i = period_rate(rate_ppm, step)
    each, rows, balance = half_even(Fraction(principal, count)), [], principal
    for k in range(count):
        part = balance if k == count - 1 else each
        rows.append((half_even(balance * i), part))
        balance -= part
    return rows


def contract(method: str, principal: int, rate_ppm: int, count: int, step: int, first_due: dt.date) -> list[ScheduleRow]:
    """Contract schedule I01.. of one loan."""
    make = {"equal_instalment": equal_instalment, "equal_principal": equal_principal}[method]
    amounts = make(principal, rate_ppm, count, step)
    return [(f"I{k + 1:02d}", due, *amounts[k]) for k, due in enumerate(due_days(first_due, count, step))]

"""Day numbers and month numbers as arrays: 2026-08 is month 24,319, its last day is day 20,696."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt

from arrears.kernel.days import day_number

Ints = npt.NDArray[np.int64]
EPOCH_MONTH = 1970 * 12


def month_number(day: dt.date) -> int:
    """Return the number of a day's month: years x 12 + months, from 0."""
    return day.year * 12 + day.month - 1


def month_starts(months: Ints) -> Ints:
    """Return the day number of the first day of each month."""
    return (months - EPOCH_MONTH).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def months_of(days: Ints) -> Ints:
    """Return the month number of each day number."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + EPOCH_MONTH


def days_in(months: Ints, wished: Ints) -> Ints:
    """Return the wished day of each month, or its last day where the month is shorter."""
    start = month_starts(months)
    day: Ints = start + np.minimum(wished, month_starts(months + 1) - start) - 1
    return day


def first_and_last(month: int) -> tuple[int, int]:
    """Return the day numbers of a month's first and last day."""
    start = day_number(dt.date(month // 12, month % 12 + 1, 1))
    after = day_number(dt.date((month + 1) // 12, (month + 1) % 12 + 1, 1))
    return start, after - 1


def office_day(days: Ints) -> Ints:
    """Return the next Tuesday or Friday, the day itself included: when returned debits and late slips are entered."""
    wait = np.array([1, 0, 2, 1, 0, 3, 2])  # from a Monday on
    day: Ints = days + wait[(days + 3) % 7]
    return day

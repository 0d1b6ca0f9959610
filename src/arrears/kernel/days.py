"""Days: the lender's business day, months that clamp and return, day counts, and the calendar of workdays.

A day is a `datetime.date` of the book's zone. The number of a day is days since 1970-01-01. Nothing here reads a clock.
"""

from __future__ import annotations

import csv
import datetime as dt
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
EPOCH_ORDINAL = dt.date(1970, 1, 1).toordinal()
DueShift = Literal["none", "next_workday", "previous_workday"]


def business_day(instant: dt.datetime, zone: dt.tzinfo = ZONE) -> dt.date:
    """Return the day on which an instant falls in the book's zone: 2026-09-07 16:00 UTC is 2026-09-08 in Shanghai.

    Errors: ValueError for an instant without an offset; which day it means would be a guess.
    """
    if instant.utcoffset() is None:
        raise ValueError(f"instant {instant.isoformat()} has no UTC offset; allowed: an aware instant such as 2026-09-08T09:00:00+08:00")
    return instant.astimezone(zone).date()


def day_number(day: dt.date) -> int:
    """Return the number of days since 1970-01-01 (the form of a day inside the rules)."""
    return day.toordinal() - EPOCH_ORDINAL


def from_day_number(number: int) -> dt.date:
    """Return the day of a day number; the inverse of `day_number`."""
    return dt.date.fromordinal(number + EPOCH_ORDINAL)


def month_end(day: dt.date) -> dt.date:
    """Return the last day of the month of `day`."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def month_ends(first: dt.date, last: dt.date) -> list[dt.date]:
    """List every month end d with first <= d <= last (both included, as closes count), ascending."""
    ends: list[dt.date] = []
    end = month_end(first)
    while end <= last:
        ends.append(end)
        end = month_end(end + dt.timedelta(days=1))
    return ends


def add_months(anchor: dt.date, months: int, due_day: int = 0) -> dt.date:
    """Return the due day `months` after the anchor's month: clamped at month end, never losing the day wished for.

    Parameters
    ----------
    anchor : the first due date; always count from it, not from the date before (31 Jan, 28 Feb, 31 Mar)
    months : any integer
    due_day : 1..31, the day of the month agreed; 0 = the anchor's own day

    Errors: ValueError for a due_day outside 0..31. Source: S003.
    """
    if not 0 <= due_day <= 31:
        raise ValueError(f"due_day {due_day} is not a day of a month; allowed: 0 (the anchor's own day) to 31")
    year, month0 = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    return dt.date(year, month0 + 1, min(due_day or anchor.day, monthrange(year, month0 + 1)[1]))


def add_years(day: dt.date, years: int) -> dt.date:
    """Return the same date `years` later; 29 February becomes 1 March where the year has none. Source: glossary 54."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)


def days_actual(start: dt.date, end: dt.date) -> int:
    """Count calendar days in [start, end); negative when end is before start."""
    return (end - start).days


def days_30_360(start: dt.date, end: dt.date) -> int:
    """Count days in [start, end) with months of 30 days; a 31st counts as the 30th on both sides (30E/360)."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months * 30 + min(end.day, 30) - min(start.day, 30)


class CalendarNotPublished(ValueError):
    """The calendar has no official notice for the year asked about; an answer would be a guess."""

    def __init__(self, day: dt.date, calendar: Calendar) -> None:
        years = sorted(calendar.years)
        known = f"{years[0]}-{years[-1]}" if years else "no year"
        super().__init__(f"{day}: no official workday notice for {day.year} is in the calendar (it has {known}); import the notice first")
        self.day = day


@dataclass(frozen=True)
class CalendarDay:
    """A day that differs from its weekday, or is named by a notice.

    Attributes
    ----------
    day : the date
    kind : "holiday" (off) or "workday" (an adjusted working day, 调休)
    source : who says so: a library with its version, a file
    notice : the holiday's name or the number of the official notice
    """

    day: dt.date
    kind: str
    source: str
    notice: str = ""


@dataclass(frozen=True)
class Calendar:
    """A table of named days and the years whose notice is out. Weekday rules fill the rest of a published year only."""

    days: Mapping[dt.date, CalendarDay]
    years: frozenset[int]

    def with_rows(self, rows: Iterable[CalendarDay]) -> Calendar:
        """Return this calendar with further rows; a later row replaces the earlier one of its day."""
        return calendar_of([*self.days.values(), *rows])


def calendar_of(rows: Iterable[CalendarDay]) -> Calendar:
    """Build a calendar. A year is published when 1 January of that year has a row.

    New Year's Day stands in each year's own notice, while single days of a coming year may stand in an earlier one.

    Errors: ValueError for a kind other than workday and holiday.
    """
    table: dict[dt.date, CalendarDay] = {}
    for row in rows:
        if row.kind not in ("workday", "holiday"):
            raise ValueError(f"calendar kind {row.kind!r} on {row.day} is not known; allowed: workday, holiday")
        table[row.day] = row
    return Calendar(MappingProxyType(table), frozenset(day.year for day in table if (day.month, day.day) == (1, 1)))


def china_calendar() -> Calendar:
    """Build the mainland calendar of 调休 workdays from the kept library (its last published year is where answers end)."""
    import chinese_calendar as library  # here, because most commands need no calendar

    source = f"chinesecalendar {library.__version__}"
    tables = (("holiday", library.holidays), ("workday", library.workdays))
    return calendar_of(CalendarDay(day, kind, source, str(name)) for kind, table in tables for day, name in table.items())


CALENDAR_FIELDS = ("date", "kind", "source", "notice")


def read_calendar(path: Path) -> list[CalendarDay]:
    """Read calendar rows from a CSV with the header date,kind,source,notice (dates as 2027-02-06).

    Errors: ValueError naming file, line and what is allowed; a day given twice with different kinds is refused.
    """
    rows: dict[dt.date, CalendarDay] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in CALENDAR_FIELDS if name not in (reader.fieldnames or ())]
        if missing:
            raise ValueError(f"{path.name}: column {', '.join(missing)} is missing; needed: {','.join(CALENDAR_FIELDS)}")
        for record in reader:
            row = _calendar_row(record, f"{path.name} line {reader.line_num}")
            if row.day in rows and rows[row.day].kind != row.kind:
                raise ValueError(f"{path.name} line {reader.line_num}: {row.day} is both workday and holiday")
            rows[row.day] = row
    return list(rows.values())


def _calendar_row(record: Mapping[str, str | None], where: str) -> CalendarDay:
    """Check one CSV record."""
    text = {name: (record.get(name) or "").strip() for name in CALENDAR_FIELDS}
    if text["kind"] not in ("workday", "holiday"):
        raise ValueError(f"{where}: kind {text['kind']!r}; allowed: workday, holiday")
    try:
        day = dt.date.fromisoformat(text["date"])
    except ValueError:
        raise ValueError(f"{where}: date {text['date']!r}; allowed: a date such as 2027-02-06") from None
    return CalendarDay(day, text["kind"], text["source"], text["notice"])


def is_workday(day: dt.date, calendar: Calendar) -> bool:
    """Tell whether people work on a day: the calendar's row, else Monday to Friday of a published year.

    Errors: CalendarNotPublished for a year whose notice is not in the calendar; nothing is guessed.
    """
    if day.year not in calendar.years:
        raise CalendarNotPublished(day, calendar)
    row = calendar.days.get(day)
    return row.kind == "workday" if row else day.weekday() < 5


def shift_due(day: dt.date, rule: DueShift, calendar: Calendar) -> dt.date:
    """Move a due day off a day of rest by the lender's rule (setting calendar.shift); "none" asks no calendar.

    Errors: CalendarNotPublished when the search meets a year without a notice; ValueError for another rule.
    """
    if rule == "none":
        return day
    steps = {"next_workday": 1, "previous_workday": -1}
    if rule not in steps:
        raise ValueError(f"due-day rule {rule!r} is not known; allowed: none, next_workday, previous_workday")
    while not is_workday(day, calendar):
        day += dt.timedelta(days=steps[rule])
    return day

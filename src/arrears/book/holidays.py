"""Due days that fall on a day of rest (setting calendar.shift): moved once, when the schedule is made, and never guessed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.rules.schedule import make_schedules
from arrears.kernel.days import Calendar, CalendarNotPublished, DueShift, china_calendar, read_calendar, shift_due
from arrears.law.values import Law

_RULES: dict[str, DueShift] = {"none": "none", "following": "next_workday", "preceding": "previous_workday"}


class ScheduleMaker:
    """Makes schedules by the contract and moves due days off days of rest, by the rule of the day each loan was paid out.

    Parameters
    ----------
    law : its setting calendar.shift
    calendar_file : further days, as a CSV of `kernel.days.read_calendar`; laid over the published calendar

    Attributes
    ----------
    undecided : due days left where the contract has them, because no official calendar covers their year yet
    """

    def __init__(self, law: Law, calendar_file: Path | None = None) -> None:
        self.law = law
        self.file = calendar_file
        self.undecided = 0

    def __call__(self, terms: pa.Table) -> pa.Table:
        """As `rules.schedule.make_schedules`."""
        rows = make_schedules(terms)
        if all(value == "none" for _, value in self.law.series("calendar.shift").values):
            return rows
        rules = {day: self.law.word_at("calendar.shift", day) for day in pc.unique(terms["disbursed_on"]).to_pylist() if day}
        paid_out = dict(zip(terms["loan_id"].to_pylist(), terms["disbursed_on"].to_pylist(), strict=True))
        calendar = self._calendar()
        moved: dict[tuple[dt.date, str], dt.date] = {}
        due = []
        for loan, day in zip(rows["loan_id"].to_pylist(), rows["due_on"].to_pylist(), strict=True):
            rule = rules[paid_out[loan]]
            if (day, rule) not in moved:
                moved[day, rule] = self._moved(day, rule, calendar)
            due.append(moved[day, rule])
        return rows.set_column(rows.column_names.index("due_on"), "due_on", pa.array(due, pa.date32()))

    def _moved(self, day: dt.date, rule: str, calendar: Calendar) -> dt.date:
        try:
            return shift_due(day, _RULES[rule], calendar)
        except CalendarNotPublished:
            self.undecided += 1
            return day

    def _calendar(self) -> Calendar:
        calendar = china_calendar()
        return calendar.with_rows(read_calendar(self.file)) if self.file is not None and self.file.exists() else calendar

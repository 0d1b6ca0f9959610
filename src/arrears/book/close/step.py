"""Running loans forward: turns of all loans at work together, until each has reached the target day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book import columns as c
from arrears.book.close.engine import arrow_schema
from arrears.book.close.order import ACTS_FROM_REPLACE, ACTS_TO_REPLACE, AHEAD, BEFORE_ACTS, DAY_END, READ_ACTS, WATERFALL
from arrears.book.rules.agreements import TO_MAKE
from arrears.book.rules.policy import Policy
from arrears.book.rules.schedule import restructured
from arrears.book.rules.tables import CALENDAR, CANCELLED, MONTHS, NUMBERS, STAGES, TERMS
from arrears.book.rules.turns import TARGET
from arrears.book.rules.waterfall import POURED
from arrears.book.rules.working import ACTING_TODAY
from arrears.kernel.days import month_end

_DAY, _MONTH = np.timedelta64(1, "D"), np.timedelta64(1, "M")


class Tables(Protocol):
    """What a turn needs of an engine: names are tables of one session; a later table of a name replaces it."""

    def put(self, name: str, table: pa.Table, columns: Mapping[str, str]) -> None:
        """Name the rows of an Arrow table that has the file types of `columns`."""

    def pick(self, name: str, source: str, ids: str, columns: Mapping[str, str]) -> None:
        """Make a table of the rows of files, whose loan stands in the table `ids`."""

    def rename(self, old: str, new: str) -> None:
        """Give a table another name; what had that name is forgotten."""

    def stack(self, name: str, *sources: str) -> None:
        """Name the rows of these tables, below one another."""

    def empty(self, name: str, columns: Mapping[str, str]) -> None:
        """Name a table without rows."""

    def count(self, name: str) -> int:
        """Rows of a table."""

    def rows(self, name: str, columns: Mapping[str, str], order: Sequence[str] = ()) -> pa.Table:
        """A table with the file types of `columns`, sorted by the columns of `order`."""


class Rules(Protocol):
    """The stages over the tables of one engine: `Programme` runs them as SQL, `small.Walked` as plain Python."""

    policy: Policy

    @property
    def engine(self) -> Tables:
        """Where the tables are."""

    def run(self, *names: str) -> None:
        """Make the tables of these stages, in order."""

    def count(self, name: str) -> int:
        """Rows that a stage would have."""


def put_calendar(engine: Tables, programme: Rules, first_year: int, last_year: int) -> None:
    """Name the calendar tables: one row a day and one a month, so that the rules need no date functions of an engine."""
    law = programme.policy.law
    days = np.arange(np.datetime64(f"{first_year}-01-01"), np.datetime64(f"{last_year + 1}-01-01"))
    months = days.astype("datetime64[M]")
    ends = (months + _MONTH).astype("datetime64[D]") - _DAY
    # before the first date of the law its first value stands, as in every rule (policy.pick)
    known_from = law.series("cn.lim.years").values[0][0] or dt.date(first_year, 1, 1)
    limitation = _years(days, lambda day: law.whole_at("cn.lim.years", max(day, known_from)))
    removable = _years(days, lambda day: law.whole_at("credit.retention_years", day))
    table = pa.table(
        {
            "day_on": days,
            "month_index": months.astype(np.int64) + 1970 * 12,
            "month_from_on": months.astype("datetime64[D]"),
            "month_to_on": ends,
            "day_of_month": (days - months.astype("datetime64[D]")).astype(np.int64) + 1,
            "limitation_on": _later_years(days, limitation),
            "removable_on": _later_years(days, removable, past=1),  # glossary 54: 1 March
        },
        schema=arrow_schema(CALENDAR),
    )
    engine.put("calendar", table, CALENDAR)
    each = np.unique(months)
    by_month = {
        "month_index": each.astype(np.int64) + 1970 * 12,
        "month_from_on": each.astype("datetime64[D]"),
        "length": ((each + _MONTH).astype("datetime64[D]") - each.astype("datetime64[D]")).astype(np.int64),
    }
    engine.put("months", pa.table(by_month, schema=arrow_schema(MONTHS)), MONTHS)
    engine.put("numbers", pa.table({"k": np.arange(1, 601)}, schema=arrow_schema(NUMBERS)), NUMBERS)


Days = np.ndarray[Any, Any]


def _years(days: Days, told: Callable[[dt.date], int]) -> Days:
    """A whole number of years for each day; the law is asked once a month, and by day in a month in which it changes."""
    months, place = np.unique(days.astype("datetime64[M]"), return_inverse=True)
    firsts = [day.item() for day in months.astype("datetime64[D]")]
    lasts = [day.item() for day in (months + _MONTH).astype("datetime64[D]") - _DAY]
    values: Days = np.array([told(day) for day in firsts])[place]
    for number in (n for n, (first, last) in enumerate(zip(firsts, lasts, strict=True)) if told(first) != told(last)):
        inside = place == number
        values[inside] = [told(day.item()) for day in days[inside]]
    return values


def _later_years(days: Days, years: Days, past: int = 0) -> Days:
    """The same day so many years later; where there is none (29 February), `past` days after the end of that month.

    A period of limitation ends with its last month.
    """
    months = days.astype("datetime64[M]")
    later = months + (12 * years).astype("timedelta64[M]")
    ends = (later + _MONTH).astype("datetime64[D]") - _DAY
    out: Days = np.minimum(later.astype("datetime64[D]") + (days - months.astype("datetime64[D]")), ends + past * _DAY)
    return out


def put_target(engine: Tables, day: dt.date) -> None:
    """Name the target day, with the last month end before it."""
    before = day.replace(day=1) - dt.timedelta(days=1)
    row = {"target_on": [day], "month_end_on": [before], "month_from_on": [day.replace(day=1)], "at_month_end": [day == month_end(day)]}
    engine.put("target", pa.table(row, schema=arrow_schema(TARGET)), TARGET)


def put_terms(engine: Tables, ids: str) -> None:
    """Make `terms` of the loans in the table `ids`."""
    engine.pick("terms", "loans", ids, TERMS)


class Runner:
    """Runs `work_pos` and `work_due` to the target day.

    The caller names work_pos, work_due, work_sched, work_evt, by_loan (the schedule by loan), hold, mark, terms, calendar.

    Attributes
    ----------
    fresh : nothing can have happened to the loans between their state and the day before the target, as in a daily close
        (what happens makes a loan touched): one turn takes them all
    lines : where each fen went, all turns so far, if asked for
    turns : turns run so far
    """

    def __init__(self, programme: Rules, collect: bool = False, fresh: bool = False) -> None:
        self.programme = programme
        self.fresh = fresh
        self.engine = programme.engine
        self.collect = collect
        self.lines: list[pa.Table] = []
        self.turns = 0

    def run_to(self, day: dt.date) -> None:
        """Take every loan at work to the end of `day`."""
        put_target(self.engine, day)
        while self.programme.count("behind"):
            whole = self._next_turn()
            self._turn(whole)
            if whole:
                self.engine.rename("status", "work_pos")
                self.engine.rename("due_out", "work_due")
            else:
                self.programme.run("merged_pos", "merged_due")
                self.engine.rename("merged_pos", "work_pos")
                self.engine.rename("merged_due", "work_due")
            self.turns += 1

    def _next_turn(self) -> bool:
        """Name the turn; True when it takes every loan at work."""
        if self.fresh:
            self.programme.run("turn_whole")
            self.engine.rename("turn_whole", "turn")
            return True
        self.programme.run("turn")
        return self.engine.count("work_pos") == self.engine.count("turn")

    def _turn(self, whole: bool) -> None:
        if whole:
            self.engine.stack("pos", "work_pos")
            self.engine.stack("due", "work_due")
        else:
            self.programme.run("pos", "due")
        self.engine.stack("fresh", "work_sched")
        self.engine.stack("evt", "work_evt")
        self.programme.run(*BEFORE_ACTS)
        self._run_if(self.engine.count("work_evt"), READ_ACTS)
        if self.engine.count("acting"):
            self._acts()
        else:
            self.engine.stack("rows_settled", "rows_accrued")
            self.engine.empty("cancelled_today", CANCELLED)
            self.engine.empty("acting_today", ACTING_TODAY)
        self._pour()
        self._ahead()
        self.programme.run(*DAY_END)
        if self.collect:
            self.lines.append(self.engine.rows("poured", POURED))

    def _run_if(self, some: int, stages: Iterable[str]) -> None:
        """Run the stages, or make them empty without a look where nothing can be in them."""
        if some:
            self.programme.run(*stages)
            return
        for name in stages:
            self.engine.empty(name, STAGES[name].columns)

    def _pour(self) -> None:
        """Receipts and credit through the waterfall, where any loan has money to use today."""
        self.programme.run("pot")
        self._run_if(self.programme.count("paying"), WATERFALL)
        self.programme.run("rows_poured_due")

    def _ahead(self) -> None:
        """Money beyond what is due, where the policy does not just hold it as credit."""
        engine = self.engine
        if self.programme.policy.pays_ahead:
            self.programme.run("ahead")
        if not self.programme.policy.pays_ahead or not engine.count("ahead"):
            engine.stack("poured", "poured_due")
            engine.stack("rows_poured", "rows_poured_due")
            return
        engine.pick("rest", "by_loan", "ahead", c.SCHEDULE)
        self.programme.run(*AHEAD, "acting_ahead", "cancelled_ahead")
        engine.stack("poured", "poured_due", "poured_ahead")
        engine.stack("rows_poured", "rows_after_ahead")
        engine.rename("acting_ahead", "acting_today")
        engine.rename("cancelled_ahead", "cancelled_today")

    def _acts(self) -> None:
        """The acts of the day, for the loans that have any; new equal instalments are made outside the engine."""
        self.programme.run("opens")
        self.engine.pick("rest", "by_loan", "opens", c.SCHEDULE)
        self.programme.run(*ACTS_TO_REPLACE, "to_make")
        self.engine.put("made", make_restructured(self.engine.rows("to_make", TO_MAKE)), c.SCHEDULE)
        self.programme.run(*ACTS_FROM_REPLACE, "rows_after_acts", "cancelled", "acting_now")
        self.engine.stack("rows_settled", "rows_after_acts")
        self.engine.stack("cancelled_today", "cancelled")
        self.engine.rename("acting_now", "acting_today")


def make_restructured(wanted: pa.Table) -> pa.Table:
    """New schedules of restructured loans, each named by its own prefix (R01, or R2-01 the second time)."""
    if not wanted.num_rows:
        return arrow_schema(c.SCHEDULE).empty_table()
    counts = {name: pc.cast(wanted[name], pa.int32()) for name in ("count", "step_months")}
    made = restructured(pa.table({name: counts.get(name, wanted[name]) for name in wanted.column_names if name != "prefix"}))
    prefixes = dict(zip(wanted["loan_id"].to_pylist(), wanted["prefix"].to_pylist(), strict=True))
    names = [prefixes[loan] + name[1:] for loan, name in zip(made["loan_id"].to_pylist(), made["obligation"].to_pylist(), strict=True)]
    return made.set_column(made.column_names.index("obligation"), "obligation", pa.array(names, pa.string()))


def rows_of(tables: Iterable[pa.Table], columns: c.Columns) -> pa.Table:
    """The tables below one another; an empty one where there are none."""
    found = [table for table in tables if table.num_rows]
    return pa.concat_tables(found) if found else arrow_schema(columns).empty_table()

"""Running loans forward: turns of all loans at work together, until each has reached the target day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from arrears.book import columns as c
from arrears.book.close.engine import Engine, Programme, arrow_schema
from arrears.book.close.order import ACTS_FROM_REPLACE, ACTS_TO_REPLACE, AHEAD, BEFORE_ACTS, DAY_END, READ_ACTS, WATERFALL
from arrears.book.rules.agreements import TO_MAKE
from arrears.book.rules.schedule import restructured
from arrears.book.rules.tables import CALENDAR, CANCELLED, MONTHS, NUMBERS, STAGES, TURN
from arrears.book.rules.turns import TARGET
from arrears.book.rules.waterfall import POURED
from arrears.kernel.days import add_years, day_number, from_day_number, month_end

_ACTING = {"loan_id": "string", "opens": "bool"}


def put_calendar(engine: Engine, programme: Programme, first_year: int, last_year: int) -> None:
    """Name the calendar tables: one row a day and one a month, so that the rules need no date functions of an engine."""
    law = programme.policy.law
    first, last = dt.date(first_year, 1, 1), dt.date(last_year, 12, 31)
    days = [from_day_number(n) for n in range(day_number(first), day_number(last) + 1)]
    # before the first date of the law its first value stands, as in every rule (policy.pick)
    known_from = law.series("cn.lim.years").values[0][0] or first
    limitation = [limitation_end(day, law.whole_at("cn.lim.years", max(day, known_from))) for day in days]
    removable = [add_years(day, law.whole_at("credit.retention_years", day)) for day in days]
    months = [dt.date(year, month, 1) for year in range(first_year, last_year + 1) for month in range(1, 13)]
    table = pa.table(
        {
            "day_on": days,
            "month_index": [day.year * 12 + day.month - 1 for day in days],
            "month_from_on": [day.replace(day=1) for day in days],
            "month_to_on": [month_end(day) for day in days],
            "day_of_month": [day.day for day in days],
            "limitation_on": limitation,
            "removable_on": removable,
        },
        schema=arrow_schema(CALENDAR),
    )
    engine.put("calendar", table, CALENDAR)
    by_month = {
        "month_index": [day.year * 12 + day.month - 1 for day in months],
        "month_from_on": months,
        "length": [month_end(day).day for day in months],
    }
    engine.put("months", pa.table(by_month, schema=arrow_schema(MONTHS)), MONTHS)
    engine.put("numbers", pa.table({"k": range(1, 601)}, schema=arrow_schema(NUMBERS)), NUMBERS)


def limitation_end(day: dt.date, years: int) -> dt.date:
    """The same day `years` later; 29 February becomes the 28th: a period of limitation ends with its last month."""
    return dt.date(day.year + years, day.month, 28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + years)


def put_target(engine: Engine, day: dt.date) -> None:
    """Name the target day, with the last month end before it."""
    before = day.replace(day=1) - dt.timedelta(days=1)
    row = {"target_on": [day], "month_end_on": [before], "month_from_on": [day.replace(day=1)], "at_month_end": [day == month_end(day)]}
    engine.put("target", pa.table(row, schema=arrow_schema(TARGET)), TARGET)


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

    def __init__(self, programme: Programme, collect: bool = False, fresh: bool = False) -> None:
        self.programme = programme
        self.fresh = fresh
        self.engine = programme.engine
        self.collect = collect
        self.lines: list[pa.Table] = []
        self.turns = 0

    def run_to(self, day: dt.date) -> None:
        """Take every loan at work to the end of `day`."""
        put_target(self.engine, day)
        number = day_number(day)
        while self._count("work_pos", f"state_on < {number}"):
            whole = self._next_turn(number)
            self._turn(whole)
            if whole:
                self._keep("status", "due_out")
            else:
                self.programme.run("merged_pos", "merged_due")
                self._keep("merged_pos", "merged_due")
            self.turns += 1

    def _next_turn(self, target: int) -> bool:
        """Name the turn; True when it takes every loan at work."""
        if self.fresh:
            self.engine.make("turn", f"SELECT loan_id, state_on AS from_on, {target} AS to_on FROM work_pos", TURN)
            return True
        self.programme.run("turn")
        return self._count("work_pos") == self._count("turn")

    def _keep(self, pos: str, due: str) -> None:
        self.engine.make("work_pos", f"SELECT * FROM {pos}", c.POSITION)
        self.engine.make("work_due", f"SELECT * FROM {due}", c.OPEN_DUE)

    def _count(self, table: str, where: str = "TRUE") -> int:
        return int(str(self.engine.fetch(f"SELECT count(*) FROM {table} WHERE {where}")[0][0]))

    def _turn(self, whole: bool) -> None:
        if whole:
            self.engine.view("pos", "SELECT * FROM work_pos")
            self.engine.view("due", "SELECT * FROM work_due")
        else:
            self.programme.run("pos", "due")
        self.engine.view("fresh", "SELECT * FROM work_sched")
        self.engine.view("evt", "SELECT * FROM work_evt")
        self.programme.run(*BEFORE_ACTS)
        if self._count("work_evt"):
            self.programme.run(*READ_ACTS)
        else:
            for name in READ_ACTS:
                self.engine.empty(name, STAGES[name].columns)
        if self._count("acting"):
            self._acts()
        else:
            self.engine.view("rows_settled", "SELECT * FROM rows_accrued")
            self.engine.empty("cancelled_today", CANCELLED)
            self.engine.empty("acting_today", _ACTING)
        self._pour()
        self._ahead()
        self.programme.run(*DAY_END)
        if self.collect:
            self.lines.append(self.engine.arrow("SELECT * FROM poured", POURED))

    def _pour(self) -> None:
        """Receipts and credit through the waterfall, where any loan has money to use today."""
        self.programme.run("pot")
        if self._count("pot", "pot_fen > 0"):
            self.programme.run(*WATERFALL)
        else:
            for name in WATERFALL:
                self.engine.empty(name, STAGES[name].columns)
        self.programme.run("rows_poured_due")

    def _ahead(self) -> None:
        """Money beyond what is due, where the policy does not just hold it as credit."""
        engine = self.engine
        if self.programme.policy.pays_ahead:
            self.programme.run("ahead")
        if not self.programme.policy.pays_ahead or not self._count("ahead"):
            engine.view("poured", "SELECT * FROM poured_due")
            engine.view("rows_poured", "SELECT * FROM rows_poured_due")
            return
        engine.make("rest", "SELECT s.* FROM by_loan AS s JOIN ahead AS a ON s.loan_id = a.loan_id", c.SCHEDULE)
        self.programme.run(*AHEAD)
        engine.view("poured", "SELECT * FROM poured_due UNION ALL SELECT * FROM poured_ahead")
        engine.view("rows_poured", "SELECT * FROM rows_after_ahead")
        plain = "SELECT loan_id, opens FROM acting_today WHERE loan_id NOT IN (SELECT loan_id FROM ahead)"
        both = f"{plain} UNION ALL SELECT loan_id, opens FROM ahead"
        engine.make("acting_today", both, _ACTING)
        each = "SELECT * FROM cancelled_today UNION ALL SELECT loan_id, -interest_fen AS interest_fen FROM ahead_counted"
        engine.make("cancelled_both", f"SELECT loan_id, sum(interest_fen) AS interest_fen FROM ({each}) AS c GROUP BY loan_id", CANCELLED)
        engine.view("cancelled_today", "SELECT * FROM cancelled_both")

    def _acts(self) -> None:
        """The acts of the day, for the loans that have any; new equal instalments are made outside the engine."""
        opening = "SELECT s.* FROM by_loan AS s JOIN acting AS a ON s.loan_id = a.loan_id AND a.opens"
        self.engine.make("rest", opening, c.SCHEDULE)
        self.programme.run(*ACTS_TO_REPLACE, "to_make")
        wanted = self.engine.arrow("SELECT * FROM to_make", TO_MAKE)
        self.engine.put("made", make_restructured(wanted), c.SCHEDULE)
        self.programme.run(*ACTS_FROM_REPLACE, "rows_after_acts", "cancelled")
        self.engine.view("rows_settled", "SELECT * FROM rows_after_acts")
        self.engine.view("cancelled_today", "SELECT * FROM cancelled")
        self.engine.make("acting_today", "SELECT loan_id, opens FROM acting", _ACTING)


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

"""A close: the Book at the end of day D from the Book at the end of D - 1 and what was taken in.

Built beside, verified, renamed into place; then CURRENT moves. Killed anywhere, the last good close stands and a rerun
gives the same rows. Backdated events first replay their loans to D - 1; the difference is booked today.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from arrears.book import columns as c
from arrears.book.close.engine import DuckDB, Engine, Programme, arrow_schema
from arrears.book.close.order import STANDING
from arrears.book.close.replay import replay_backdated
from arrears.book.close.step import Runner, put_calendar, put_target
from arrears.book.close.verify import content, verify_close
from arrears.book.rules.policy import Policy
from arrears.book.rules.proposals import GROUPS
from arrears.book.rules.tables import STAGES, TERMS
from arrears.book.rules.turns import IDS
from arrears.book.store import Book, BookError, fresh_dir, sha256, sync_dir, write_json
from arrears.kernel.days import day_number, month_end
from arrears.law.values import Law


@dataclass(frozen=True)
class Closed:
    """What a close did.

    Attributes
    ----------
    day : the business day
    loans, touched, replayed : loans in the Book, computed today, replayed from an earlier day
    proposals : proposals written
    manifest : as written
    """

    day: dt.date
    loans: int
    touched: int
    replayed: int
    proposals: int
    manifest: dict[str, object]


class Closer:
    """Closes of one Book with one policy and one engine; compiled rules are kept between days.

    Parameters
    ----------
    book : the Book
    law : its law and house
    engine : DuckDB unless told otherwise
    """

    def __init__(self, book: Book, law: Law, engine: Engine | None = None) -> None:
        self.book = book
        self.engine: Engine = engine or DuckDB()
        self.programme = Programme(self.engine, Policy(law), book.root / ".rules")
        self._calendar_until = 0
        self._seen: tuple[str, ...] = ()

    # -- sources --------------------------------------------------------------

    def prepare(self, day: dt.date) -> None:
        """Name the loans, terms, calendar, holds and evidence as known at the close of `day`."""
        self.refresh()
        known = f"SELECT * FROM standing_all WHERE close_on <= {day_number(day)}"
        self.engine.make("standing", known, c.EVENTS)
        if self._scalar("SELECT count(*) FROM standing"):
            self.programme.run(*STANDING)
        else:
            for name in STANDING:
                self.engine.empty(name, STAGES[name].columns)
        if day.year + 12 > self._calendar_until:
            self._calendar_until = day.year + 60
            put_calendar(self.engine, self.programme, 1990, self._calendar_until)

    def refresh(self) -> None:
        """Name the files of complete imports again if there are new ones."""
        batches = tuple(self.book.batches())
        if batches == self._seen:
            return
        self._seen = batches
        book, engine = self.book, self.engine
        engine.scan("loans", book.files("loans"), c.LOANS)
        engine.make("terms", f"SELECT {', '.join(TERMS)} FROM loans", TERMS)
        engine.scan("by_loan", book.files("schedule_by_loan"), c.SCHEDULE)
        engine.scan("opening_rows", book.files("opening_due"), c.SCHEDULE)
        engine.scan("standing_all", book.files("standing"), c.EVENTS)
        engine.scan("events_all", book.files("events"), c.EVENTS)

    def last(self, day: dt.date | None) -> None:
        """Name the positions and obligations of the close before, or an empty book."""
        for name, table, columns in (("last_pos", "position", c.POSITION), ("last_due", "open_due", c.OPEN_DUE)):
            self.engine.scan(name, self.book.close_files(day, table) if day else [], columns)

    # -- one day ----------------------------------------------------------------

    def close(self, day: dt.date, previous: dt.date | None) -> Closed:
        """Close `day` on top of the close of `previous` (None: the first). The caller holds the Book's lock."""
        if previous:
            check_settings(self.book.manifest(previous), self.programme.policy.law, previous)
        self.refresh()
        with self.engine.sized(self._scalar("SELECT count(*) FROM loans")):
            return self._close(day, previous)

    def _close(self, day: dt.date, previous: dt.date | None) -> Closed:
        engine = self.engine
        self.prepare(day)
        self.last(previous)
        engine.view("now_pos", "SELECT * FROM last_pos")
        engine.view("now_due", "SELECT * FROM last_due")
        replayed = replay_backdated(self.book, self.programme, day, previous) if previous else 0
        self._gather(day, previous, replayed)
        engine.make("before_pos", "SELECT * FROM work_pos", c.POSITION)
        Runner(self.programme, fresh=self._is_next(day, previous)).run_to(day)
        if self.programme.policy.law.word_at("trigger.amount_scope", day) == "borrower":
            self.programme.run("by_borrower")
            engine.make("work_pos", "SELECT * FROM by_borrower", c.POSITION)
        draft = fresh_dir(self.book.root / "closes" / f".{day.isoformat()}")
        # most of the book: from file to file once, and read from there by what follows
        engine.write(self.programme.sql("untouched"), c.POSITION, draft / "position-0.parquet")
        engine.scan("untouched", [draft / "position-0.parquet"], c.POSITION)
        engine.view("all_pos", "SELECT * FROM untouched UNION ALL SELECT * FROM work_pos")
        engine.make("still_due", "SELECT * FROM base_due WHERE loan_id NOT IN (SELECT loan_id FROM touched)", c.OPEN_DUE)
        engine.view("all_due", "SELECT * FROM still_due UNION ALL SELECT * FROM work_due")
        self._propose(day, replayed, daily=bool(previous) and not self.book.settings.monthly)
        self._journal(day, replayed)
        return self._publish(day, draft, previous, replayed)

    def _gather(self, day: dt.date, previous: dt.date | None, replayed: int) -> None:
        """Put the loans that this close computes to work, with their schedules and events."""
        engine, number = self.engine, day_number(day)
        start = day_number(previous) if previous else -1
        fresh = f"opened_on <= {number} AND loan_id NOT IN (SELECT loan_id FROM last_pos)" if self._has_new_loans(previous) else "FALSE"
        engine.make("chosen", f"SELECT loan_id FROM loans WHERE {fresh}", IDS)
        if self._scalar("SELECT count(*) FROM chosen"):
            self.programme.run("opening", "opening_due")
            engine.view("base_pos", "SELECT * FROM now_pos UNION ALL SELECT * FROM opening")
            engine.view("base_due", "SELECT * FROM now_due UNION ALL SELECT * FROM opening_due")
        else:
            engine.view("base_pos", "SELECT * FROM now_pos")
            engine.view("base_due", "SELECT * FROM now_due")
        engine.scan("slices", self._slices(previous, day), c.SCHEDULE)
        engine.make("slice_sched", f"SELECT * FROM slices WHERE due_on <= {number} AND due_on > {start}", c.SCHEDULE)
        # an event of an earlier day was applied by the replay; a new loan brings its whole history
        engine.make(
            "work_evt",
            f"SELECT * FROM events_all WHERE close_on <= {number} AND effect_on <= {number} "
            f"AND (effect_on > {start} OR loan_id IN (SELECT loan_id FROM chosen))",
            c.EVENTS,
        )
        put_target(engine, day)
        engine.view("replayed_ids", "SELECT loan_id FROM replayed_pos" if replayed else "SELECT loan_id FROM chosen WHERE FALSE")
        self.programme.run("touched")
        engine.make("work_pos", "SELECT * FROM base_pos WHERE loan_id IN (SELECT loan_id FROM touched)", c.POSITION)
        engine.make("work_due", "SELECT * FROM base_due WHERE loan_id IN (SELECT loan_id FROM touched)", c.OPEN_DUE)
        whole = f"SELECT * FROM by_loan WHERE loan_id IN (SELECT loan_id FROM chosen) AND due_on <= {number}"
        part = "SELECT * FROM slice_sched WHERE loan_id NOT IN (SELECT loan_id FROM chosen)"
        engine.make("work_sched", f"{part} UNION ALL {whole}", c.SCHEDULE)

    def _is_next(self, day: dt.date, previous: dt.date | None) -> bool:
        """Does the close take every loan exactly one day on (no loan is new, no day lies between)."""
        return previous == day - dt.timedelta(days=1) and not self._scalar("SELECT count(*) FROM chosen")

    def _has_new_loans(self, previous: dt.date | None) -> bool:
        if previous is None:
            return True
        told = self.book.manifest(previous)
        return told["batches"] != self.book.batches() or bool(told["loans_waiting"])

    def _slices(self, previous: dt.date | None, day: dt.date) -> list[Path]:
        """Files of the schedule whose month meets the span; before the first close the new loans bring their own."""
        if previous is None:
            return []
        months, cursor = [], previous.replace(day=1)
        while cursor <= day:
            months.append(f"due_month={cursor:%Y-%m}")
            cursor = month_end(cursor) + dt.timedelta(days=1)
        return [file for month in months for file in self.book.files("schedule", month)]

    def _propose(self, day: dt.date, replayed: int, daily: bool) -> None:
        """Proposals come from daily closes only: nobody can be reminded on a day that has passed."""
        engine = self.engine
        if not daily:
            engine.put("proposals", arrow_schema(c.PROPOSALS).empty_table(), c.PROPOSALS)
            return
        names = {"day_on": "day", "iso": "string"}
        engine.put("day_names", pa.table({"day_on": [day], "iso": [day.isoformat()]}), names)
        # as published: without what a replay has just taught, and nothing of a loan that is new
        old = "SELECT * FROM before_pos WHERE loan_id NOT IN (SELECT loan_id FROM chosen)"
        if replayed:
            old += " AND loan_id NOT IN (SELECT loan_id FROM replayed_ids) UNION ALL "
            old += "SELECT * FROM published_pos"
        engine.view("old_pos", old)
        engine.view("new_pos", "SELECT * FROM work_pos")
        ahead = day + dt.timedelta(days=self.programme.policy.law.whole_at("remind.days_before", day) + 1)
        engine.scan("month_ahead", self.book.files("schedule", f"due_month={ahead:%Y-%m}"), c.SCHEDULE)
        engine.make("coming", f"SELECT * FROM month_ahead WHERE due_on = {day_number(ahead)}", c.SCHEDULE)
        self.programme.run("changed")
        dues = f"SELECT due_on FROM coming UNION ALL SELECT due_on FROM all_due WHERE due_on IN ({day_number(day)}, {day_number(ahead)})"
        asked = {name: f"SELECT count(*) FROM changed WHERE {some}" for name, some in GROUPS.items() if some}
        asked["proposed_due"] = f"SELECT count(*) FROM ({dues}) AS dues"
        alerts = {days for _, told in self.programme.policy.series("limitation.alert_days") for days in told}
        ends = ", ".join(str(day_number(day) + days) for days in sorted(alerts))
        owed = "penalty_cut_fen > 0 OR (state = 'SETTLED' AND credit_fen > 0)"
        asked["proposed_limits"] = f"SELECT count(*) FROM all_pos WHERE {owed} OR limitation_end_on IN ({ends})"
        # most of these are empty on most days of a small book, and asking costs less than the group
        wanted = [name for name in GROUPS if name not in asked or self._scalar(asked[name])]
        if not wanted:
            engine.empty("proposals", c.PROPOSALS)
            return
        self.programme.run(*wanted)
        engine.view("proposed", " UNION ALL ".join(f"SELECT * FROM {name}" for name in wanted))
        self.programme.run("proposals")

    def _journal(self, day: dt.date, replayed: int) -> None:
        """The day's lines; where loans were replayed, what the replay corrected stands apart, booked today."""
        pairs = {False: ("SELECT * FROM before_pos WHERE loan_id NOT IN (SELECT loan_id FROM chosen)", "work_pos")}
        if replayed:
            pairs[True] = ("SELECT * FROM published_pos", "replayed_pos")
        columns = {"posted_on": "day", "backdated": "bool"}
        for backdated, (old, new) in pairs.items():
            row = pa.table({"posted_on": [day], "backdated": [backdated]}, schema=arrow_schema(columns))
            self.engine.put("booking", row, columns)
            self.engine.view("old_pos", old)
            self.engine.view("new_pos", f"SELECT * FROM {new}")
            self.programme.run("journal")
            self.engine.make(f"journal_{int(backdated)}", "SELECT * FROM journal", c.JOURNAL)
        both = " UNION ALL ".join(f"SELECT * FROM journal_{int(backdated)}" for backdated in pairs)
        self.engine.view("all_journal", both)

    # -- publishing -------------------------------------------------------------

    def _publish(self, day: dt.date, draft: Path, previous: dt.date | None, replayed: int) -> Closed:
        book, engine = self.book, self.engine
        engine.write("SELECT * FROM work_pos", c.POSITION, draft / "position-1.parquet", ["loan_id"])
        engine.write("SELECT * FROM all_due", c.OPEN_DUE, draft / "open_due.parquet", ["loan_id", "due_on", "obligation"])
        engine.write("SELECT * FROM all_journal", c.JOURNAL, draft / "journal.parquet", ["loan_id", "backdated"])
        engine.write("SELECT * FROM proposals", c.PROPOSALS, draft / "proposals.parquet", ["proposal_id"])
        waiting = self._scalar(f"SELECT count(*) FROM loans WHERE opened_on > {day_number(day)}")
        tables = {name: content(engine, source, columns) for name, source, columns in _TABLES}
        manifest: dict[str, object] = {
            "format": 1,
            "day": day.isoformat(),
            "previous": previous.isoformat() if previous else None,
            "engine": engine.dialect,
            "policy": self.programme.policy.version,
            "settings": settings_of(self.programme.policy.law),
            "batches": book.batches(),
            "loans_waiting": waiting,
            "touched": self._scalar("SELECT count(*) FROM work_pos"),
            "replayed": replayed,
            "tables": tables,
            "files": {path.name: sha256(path) for path in sorted(draft.glob("*.parquet"))},
        }
        verify_close(engine, manifest, book.manifest(previous) if previous else None)
        write_json(draft / "MANIFEST.json", manifest)
        self._move(draft, day)
        loans = tables["position"]["rows"]
        self.programme.keep()
        return Closed(day, int(str(loans)), int(str(manifest["touched"])), replayed, int(str(tables["proposals"]["rows"])), manifest)

    def _move(self, draft: Path, day: dt.date) -> None:
        """Make the close true: its folder first, CURRENT last."""
        final = self.book.close_dir(day)
        if final.exists():  # left by a crash between the two renames: nothing named it yet
            fresh_dir(final).rmdir()
        draft.replace(final)
        sync_dir(final.parent)
        pointer = self.book.root / ".CURRENT.new"
        pointer.write_text(day.isoformat() + "\n")
        with pointer.open() as handle:
            os.fsync(handle.fileno())
        pointer.replace(self.book.root / "CURRENT")
        sync_dir(self.book.root)

    def _scalar(self, sql: str) -> int:
        return int(str(self.engine.fetch(sql)[0][0]))


_TABLES = (
    ("position", "all_pos", c.POSITION),
    ("open_due", "all_due", c.OPEN_DUE),
    ("journal", "all_journal", c.JOURNAL),
    ("proposals", "proposals", c.PROPOSALS),
)


def settings_of(law: Law) -> dict[str, list[list[str]]]:
    """Every value in force or to come: id -> [first day, value], as text."""
    series = {name: law.series(name).values for name in sorted(law.entries)}
    return {name: [[str(start or ""), str(value)] for start, value in values] for name, values in series.items()}


def check_settings(manifest: Mapping[str, Any], law: Law, previous: dt.date) -> None:
    """Refuse a value that would change a day already closed: a changed setting holds from a day to come (S025)."""
    for name, new in settings_of(law).items():
        old = manifest["settings"].get(name, new)
        changed = [pair for pair in [*old, *new] if (pair in old) != (pair in new)]
        early = [start for start, _ in changed if not start or start <= previous.isoformat()]
        if early:
            raise BookError(f"{name} was changed from {min(early) or 'the start'}, but {previous} is closed already. Date it later.")


def days_to_close(book: Book, through: dt.date) -> list[dt.date]:
    """Days that `--through` closes, in order: each day after CURRENT, or each month end of a book of months.

    Before the first close only `through` itself: history up to the opening needs no closes of its own.
    """
    last = book.current
    if last is None:
        return [through]
    days = [last + dt.timedelta(days=n) for n in range(1, (through - last).days + 1)]
    return [day for day in days if day == month_end(day)] if book.settings.monthly else days


def check_order(book: Book, on: dt.date) -> bool:
    """Is `on` the next day to close. False when it is closed already; refused when a day lies between."""
    last = book.current
    if last is None:
        return True
    if on == last:
        return False
    if on < last:
        raise BookError(f"{on} is before the last close, {last}. A correction is a backdated event; the next close replays it.")
    due = days_to_close(book, on)
    if due and due[0] != on:
        raise BookError(f"the close of {due[0]} is missing before {on}. Use --through {on} to catch up day by day.")
    if not due:
        raise BookError(f"{on} is no month end, and this Book closes by months.")
    return True


def close_days(closer: Closer, days: list[dt.date], told: Callable[[Closed], None] = lambda _: None) -> list[Closed]:
    """Close the days one after another under the Book's lock; each is complete before the next begins."""
    out = []
    with closer.book.lock():
        for day in days:
            if not check_order(closer.book, day):
                continue
            previous = closer.book.current
            out.append(closer.close(day, previous))
            told(out[-1])
    return out

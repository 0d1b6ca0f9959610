"""The one door of the Book: take in, close, read, ask what a loan owes. Other rooms import this module only.

Days are `datetime.date`, money is int minor units of the Book's currency, tables are Arrow with the columns of
`columns.py`. Nothing here asks the clock.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from arrears.book import columns as c
from arrears.book.batch import Batch, add_rejects, commit
from arrears.book.close.days import check_order, days_to_close
from arrears.book.close.engine import DuckDB, Engine, arrow_schema, engine_named
from arrears.book.close.owed import owed
from arrears.book.close.retention import prune, rebuilt, reopen
from arrears.book.close.run import Closed, Closer, close_days
from arrears.book.close.shelves import files_sql, position_sql, quiet_files
from arrears.book.close.verify import verify_book
from arrears.book.close.views import History, history_of, known_now, recalculated, recalculated_days
from arrears.book.holidays import ScheduleMaker
from arrears.book.store import TAKEN, Book, BookError, Settings, write_json
from arrears.book.tape.intake import WAITING, Limits
from arrears.book.tape.liens import columns as lien_columns
from arrears.book.tape.load import Existing, Progress, Tape, load
from arrears.book.tape.mapping import Mapping, load_mapping
from arrears.law.values import Law
from arrears.law.values import load as load_law

__all__ = [
    "Batch",
    "BookError",
    "Closed",
    "Door",
    "History",
    "Imported",
    "ScheduleMaker",
    "Settings",
    "Tape",
    "engine_named",
    "lien_columns",
]


@dataclass(frozen=True)
class Imported:
    """What an import did: the tape as read, and the number of its batch (None: nothing new, or a dry run)."""

    tape: Tape
    batch: str | None
    rejects_file: Path | None


def below(tables: Iterable[pa.Table]) -> pa.Table:
    """The tables below one another; engines mark "never null" where they happened to see none, which is no difference."""
    return pa.concat_tables(list(tables), promote_options="default")


class Door:
    """An open Book.

    Parameters
    ----------
    root : folder of the Book

    Errors: BookError where it is none or newer than this program; Refused where its house pack is not allowed.
    """

    def __init__(self, root: Path) -> None:
        self.book = Book(root)

    @classmethod
    def init(cls, root: Path, settings: Settings, house: Path | None = None) -> Door:
        """Make an empty Book with the lender's own settings (a folder of YAML), which are checked first."""
        load_law(house, settings.country)
        Book.init(root, settings)
        if house is not None:
            shutil.copytree(house, root / "house")
        return cls(root)

    # -- the law of this book -----------------------------------------------------

    @property
    def house(self) -> Path | None:
        """Folder of this Book's own settings, if it has any."""
        folder = self.book.root / "house"
        return folder if folder.exists() else None

    @cached_property
    def law(self) -> Law:
        """Law and house of this Book."""
        return load_law(self.house, self.book.settings.country)

    @cached_property
    def closer(self) -> Closer:
        """The machinery of closes on the default engine, compiled once."""
        return Closer(self.book, self.law, DuckDB(spill=self.book.root / ".spill"))

    # -- taking in ------------------------------------------------------------------

    def import_files(
        self,
        files: Sequence[Path],
        mapping_name: str,
        as_of_on: dt.date,
        dry_run: bool = False,
        deal: str = "",
        progress: Progress = lambda *_: None,
    ) -> Imported:
        """Take a tape in: all that is good at once, what is bad to rejects.csv, what has no loan yet to wait.

        Parameters
        ----------
        files : CSV or XML (also .gz), XLSX or Parquet
        mapping_name : a shipped mapping or a YAML file
        as_of_on : the day of the import
        dry_run : only say what would come in
        deal : the deal of files that do not name it, where the mapping asks for one
        progress : is called with what is being done, units done and units in all (0: not known)

        Errors: Refused for a file or mapping that cannot be used; BookError while another writer is at work.
        """
        mapping = self._in_currency(load_mapping(mapping_name))
        if dry_run:
            return Imported(self._load(files, mapping, as_of_on, deal, progress), None, None)
        with self.book.lock():
            tape = self._load(files, mapping, as_of_on, deal, progress)
            progress("writing", 0, 0)
            self._adopt(mapping)
            told = {"mapping": mapping.name, "files_in": [file.name for file in files], "as_of_on": as_of_on.isoformat(), "sums": tape.sums}
            number = commit(self.book, Batch(tape.loans, tape.schedule, tape.opening_due, tape.events), told)
            self._write_waiting(tape.waiting)
            rejects = add_rejects(self.book, tape.rejects)
        return Imported(tape, number, rejects)

    def retry(self, as_of_on: dt.date) -> Imported:
        """Try the waiting events again, without any file; errors as in `import_files`."""
        return self.import_files([], "arrears", as_of_on)

    def _load(self, files: Sequence[Path], mapping: Mapping, as_of_on: dt.date, deal: str, progress: Progress) -> Tape:
        maker = ScheduleMaker(self.law, self.book.root / "house" / "calendar.csv")
        tape = load([str(file) for file in files], mapping, as_of_on, self._existing(), self._limits(as_of_on), maker, deal, progress)
        if maker.undecided:
            tape.notices.append(
                f"{maker.undecided} due days lie in years without an official calendar of workdays: they stay as the contract has them"
            )
        return tape

    def _in_currency(self, mapping: Mapping) -> Mapping:
        """The mapping in the Book's currency; an empty Book takes the tape's, one that holds loans refuses another."""
        ours = self.book.settings.currency
        if not mapping.fixed_currency:
            return replace(mapping, currency=ours)
        if mapping.currency != ours and self.book.batches():
            raise BookError(f"mapping {mapping.name} reads {mapping.currency}, but this Book is in {ours}. A Book has one currency.")
        return mapping

    def take_events(self, events: pa.Table) -> str | None:
        """Take accepted events in (columns of EVENTS), such as those of another room; returns the batch number."""
        with self.book.lock():
            empty = arrow_schema(c.SCHEDULE).empty_table()
            return commit(self.book, Batch(arrow_schema(c.LOANS).empty_table(), empty, empty, events), {"mapping": "events"})

    def take_batch(self, batch: Batch, told: dict[str, Any]) -> str | None:
        """Take in tables that already have the Book's columns (a sample lender); returns the batch number."""
        with self.book.lock():
            return commit(self.book, batch, told)

    def _existing(self) -> Existing:
        return Existing(
            loans=self._all("loans", c.LOANS),
            events=self._all("events", c.EVENTS),
            waiting=self._waiting(),
            last_close_on=self.book.current,
        )

    def _all(self, kind: str, columns: c.Columns) -> pa.Table:
        files = self.book.files(kind)
        return below(pq.read_table(file) for file in files) if files else arrow_schema(columns).empty_table()

    def _waiting(self) -> pa.Table:
        file = self.book.root / "waiting.parquet"
        return pq.read_table(file) if file.exists() else arrow_schema(WAITING).empty_table()

    def _write_waiting(self, waiting: pa.Table) -> None:
        fresh = self.book.root / ".waiting.parquet.new"
        pq.write_table(waiting, fresh)
        fresh.replace(self.book.root / "waiting.parquet")

    def _limits(self, day: dt.date) -> Limits:
        law = self.law
        return Limits(
            balance_flag_fen=law.whole_at("limits.balance_flag_fen", day),
            waiver_four_eyes_fen=law.whole_at("waiver.four_eyes_fen", day),
            waiver_daily_limit_fen=law.whole_at("waiver.daily_limit_fen", day),
        )

    def _adopt(self, mapping: Mapping) -> None:
        """Before the first close a tape may say that the book has only months, and set its market's settings."""
        if self.book.current is not None:
            return
        if mapping.house:
            folder = self.book.root / "house"
            folder.mkdir(exist_ok=True)
            source = {"instrument": f"tape mapping {mapping.name}"}
            told = {
                rule: {"values": [{"from": None, "value": value if isinstance(value, bool) else str(value), "source": source}]}
                for rule, value in mapping.house.items()
            }
            (folder / f"mapping-{mapping.name}.yaml").write_text(yaml.safe_dump(told, allow_unicode=True))
            for name in ("law", "closer"):
                self.__dict__.pop(name, None)
            load_law(folder, self.book.settings.country)
        self.book.change(replace(self.book.settings, monthly=self.book.settings.monthly or mapping.months, currency=mapping.currency))

    # -- closing ----------------------------------------------------------------------

    def close(self, on: dt.date, engine: Engine | None = None) -> Closed | None:
        """Close one day. None when it is closed already; BookError when a day lies between, naming it."""
        if not check_order(self.book, on):
            return None
        done = close_days(self._closer(engine), [on])
        return done[0] if done else None

    def close_through(
        self, through: dt.date, told: Callable[[Closed], None] = lambda _: None, engine: Engine | None = None
    ) -> list[Closed]:
        """Close every day (a book of months: every month end) up to `through`, telling each as it is done."""
        return close_days(self._closer(engine), self.days_to_close(through), told)

    def days_to_close(self, through: dt.date) -> list[dt.date]:
        """What `close_through` would close."""
        return days_to_close(self.book, through)

    def _closer(self, engine: Engine | None) -> Closer:
        return self.closer if engine is None else Closer(self.book, self.law, engine)

    # -- reading ------------------------------------------------------------------------

    @property
    def current(self) -> dt.date:
        """Day of the last close; BookError where there is none yet."""
        if self.book.current is None:
            raise BookError(f"{self.book.root} has no close yet. Run: arrears close {self.book.root} --on DATE")
        return self.book.current

    def closes(self) -> list[dt.date]:
        """Days of every close whose positions are kept."""
        return self.book.closes()

    def published(self) -> list[dt.date]:
        """Days of every close, those of which only journal, proposals and manifest are kept included."""
        return self.book.published()

    def prune(self) -> list[dt.date]:
        """Remove positions of daily closes past their time (house retention.daily_closes_days); returns the days."""
        with self.book.lock():
            return prune(self.book, self.law.whole_at("retention.daily_closes_days", self.current))

    def reopen(self) -> dt.date | None:
        """Take the last close back; see `retention.reopen`."""
        with self.book.lock():
            return reopen(self.book)

    def mark_taken(self, by: str, at: dt.datetime, on: dt.date | None = None) -> None:
        """Say that somebody acts on the proposals of a close: it cannot be reopened any more."""
        with self.book.lock():
            write_json(self.book.close_dir(self._day(on)) / TAKEN, {"by": by, "at": at.isoformat()})

    def positions(self, on: dt.date | None = None, known: str = "then", columns: Sequence[str] | None = None) -> pa.Table:
        """One row a loan at the end of `on` (POSITION), as known then, or as known now with every later correction.

        `columns` reads only those: a report of a million loans needs a few.
        """
        if known == "then" and on is not None and on in self.book.published() and on not in self.book.closes():
            with TemporaryDirectory() as folder:
                return Door(rebuilt(self.book, self.law, on, Path(folder) / "book").root).positions(on, columns=columns)
        if known == "now":
            table = known_now(self.closer, self._day(on))[0]
            return table.select(columns) if columns else table
        return self._read(on, "position", columns)

    def open_due(self, on: dt.date | None = None, known: str = "then") -> pa.Table:
        """Open obligations at the end of `on` (OPEN_DUE); `known` as in `positions`."""
        return self._read(on, "open_due") if known == "then" else known_now(self.closer, self._day(on))[1]

    def proposals(self, on: dt.date | None = None) -> pa.Table:
        """Proposals of the close of `on` (PROPOSALS)."""
        return self._read(on, "proposals")

    def journal(self, first: dt.date, last: dt.date) -> pa.Table:
        """Journal lines of the closes from `first` to `last` (JOURNAL)."""
        days = [day for day in self.published() if first <= day <= last]
        tables = [self._read(day, "journal") for day in days]
        return below(tables) if tables else arrow_schema(c.JOURNAL).empty_table()

    def loans(self) -> pa.Table:
        """Terms of every loan (LOANS)."""
        return self._all("loans", c.LOANS)

    def schedule(self, loan_id: str) -> pa.Table:
        """Contract instalments of one loan (SCHEDULE), in order."""
        found = [pq.read_table(file, filters=[("loan_id", "=", loan_id)]) for file in self.book.files("schedule_by_loan")]
        return (
            below(found).sort_by([("due_on", "ascending"), ("obligation", "ascending")])
            if found
            else arrow_schema(c.SCHEDULE).empty_table()
        )

    def events(self, loan_id: str) -> pa.Table:
        """Events of one loan (EVENTS) in order of their value days."""
        found = [pq.read_table(file, filters=[("loan_id", "=", loan_id)]) for file in self.book.files("events")]
        return (
            below(found).sort_by([("value_on", "ascending"), ("event_id", "ascending")]) if found else arrow_schema(c.EVENTS).empty_table()
        )

    def history(self, loan_id: str, on: dt.date | None = None, known_on: dt.date | None = None) -> History:
        """A loan from its opening to the end of `on`: where each fen went, and its state, as known at `known_on`.

        Errors: BookError for an unknown loan, or a day before the loan was opened.
        """
        day = self._day(on) if on is None or on <= self.current else on
        return history_of(self.closer, loan_id, day, known_on or self.current)

    def recalculate(self, loan_ids: Sequence[str], on: dt.date, events: pa.Table | None = None) -> tuple[pa.Table, pa.Table]:
        """Positions and open obligations of some loans at the end of `on`, with what was taken in since and as if `events` happened.

        The same rules as the close, from the last close, or from an earlier one where an event reaches back. Parameters: `events`
        with the columns of EVENTS, their close_on after the last close. Returns tables of POSITION and OPEN_DUE; nothing is written.
        """
        return recalculated(self.closer, list(loan_ids), on, events)

    def quote(self, loan_id: str, days: Sequence[dt.date]) -> list[dict[str, Any]]:
        """What it takes to be current on each of `days` (S125): due interest and principal, penalty posted to the day before, fees.

        Returns one dict a day: on, interest_fen, principal_fen, penalty_fen, fee_fen, credit_fen, total_fen.
        """
        # a payment of a day pays penalty up to the day before, so each day is asked with its eve
        eves = {day: max(day - dt.timedelta(days=1), self.current) for day in days}
        needed = sorted({*eves.values(), *(max(day, self.current) for day in days)})
        states = dict(zip(needed, recalculated_days(self.closer, [loan_id], needed), strict=True))
        return [owed(day, states[eves[day]], states[max(day, self.current)]) for day in days]

    def manifest(self, on: dt.date | None = None) -> dict[str, Any]:
        """MANIFEST of a close."""
        return self.book.manifest(self._day(on))

    def batches(self) -> list[dict[str, Any]]:
        """What each import said of itself."""
        return self.book.batch_records()

    def verify(self) -> list[tuple[dt.date, list[str]]]:
        """Every close with what is wrong with it (nothing: an empty list)."""
        return list(verify_book(self.book))

    def _day(self, on: dt.date | None) -> dt.date:
        day = on or self.current
        if day not in self.book.published():
            raise BookError(f"there is no close of {day}; the last one is {self.current}")
        return day

    def relation(self, table: str, on: dt.date | None = None) -> str:
        """SQL (DuckDB) of the rows of a table of a close in their file types: position, open_due, journal, proposals."""
        day = self._day(on)
        if table == "position":
            return position_sql(self.book, day)
        return f"SELECT * FROM {files_sql(self.book.close_files(day, table))}"

    def waiting(self) -> pa.Table:
        """Events that wait for their loan, with the reason (tape.intake.WAITING)."""
        return self._waiting()

    def _read(self, on: dt.date | None, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        day = self._day(on)
        if table == "position" and quiet_files(self.book, day):
            listed = ", ".join(columns) if columns else "*"
            return duckdb.sql(f"SELECT {listed} FROM ({self.relation(table, day)}) AS p").to_arrow_table()
        files = self.book.close_files(day, table)
        try:
            return below(pq.read_table(file, columns=list(columns) if columns else None) for file in files)
        except (OSError, pa.ArrowInvalid) as error:
            raise BookError(
                f"{table} of the close of {on or self.current} cannot be read: {error}. Run: arrears verify {self.book.root}"
            ) from None

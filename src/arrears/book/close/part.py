"""One part of a close: a range of loans, from their rows in the close before to their rows in this one.

A close works in parts so that memory is bound by the part and not by the book. The ranges cover every loan; which ones
does not matter to the result.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from arrears.book import columns as c
from arrears.book.close.columnar import Columnar, Kept
from arrears.book.close.engine import Engine, arrow_schema
from arrears.book.close.few import Few
from arrears.book.close.programme import Programme
from arrears.book.close.replay import Starts, restarts_by_day, run_again
from arrears.book.close.shelves import LIVE, unless, when
from arrears.book.close.step import Rules, Runner, put_target, put_terms
from arrears.book.close.verify import content
from arrears.book.rules.proposals import GROUPS
from arrears.book.rules.tables import CALENDAR, MONTHS, NUMBERS, TERMS
from arrears.book.rules.turns import BOARDED, IDS
from arrears.book.store import Book
from arrears.kernel.days import day_number

RETURNED: c.Columns = {**c.POSITION, "slot": "int32"}


NAMES: c.Columns = {"day_on": "day", "iso": "string"}
# what the stages of a part read
AT_WORK: dict[str, c.Columns] = {
    "known_pos": c.POSITION, "work_due": c.OPEN_DUE, "work_sched": c.SCHEDULE, "work_evt": c.EVENTS, "terms": TERMS, "day_names": NAMES,
}  # fmt: skip
SAME: dict[str, c.Columns] = {"calendar": CALENDAR, "months": MONTHS, "numbers": NUMBERS}
# what a part reads of the night's tables
SHARED = (
    "last_pos_live", "last_due", "taken", "touched", "touched_absent", "fresh_ids", "late_ids", "late_evt", "day_evt", "slice_sched",
    "by_loan", "loans", "opening_rows", "hold", "mark", "calendar", "months", "numbers", "day_names",
)  # fmt: skip


@dataclass(frozen=True)
class Night:
    """What is the same for every part of a close.

    Attributes
    ----------
    day, previous : the business day and the close before (None: the first)
    draft : folder of the close being built
    turned : quiet files that this close writes anew
    much : quiet files of the close before of which much is touched: each part reads its range of them
    late : loan -> close from which it is run again, for loans that learned today of something earlier
    proposes : a daily close: nobody can be reminded on a day that has passed
    few : what runs the corrected loans in memory, where they are few
    kept : what was made for turns in memory; None: the engine runs them
    """

    book: Book
    programme: Programme
    day: dt.date
    previous: dt.date | None
    draft: Path
    turned: frozenset[int]
    much: set[int]
    late: Starts
    proposes: bool
    few: Few | None = None
    kept: Kept | None = None

    @property
    def engine(self) -> Engine:
        """Where the tables are."""
        return self.programme.engine

    @property
    def shared(self) -> tuple[str, ...]:
        """The tables of the night that a part reads."""
        return (*SHARED, *(f"last_pos_{slot}" for slot in sorted(self.much)))


@dataclass(frozen=True)
class Done:
    """What a part did: loans replayed, and the content of its computed rows before and after."""

    replayed: int
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True)
class Part:
    """Loans from `first` (included) to `end` (not included); None: no bound on that side.

    The night has named the tables of `Night.shared`; `taken` are touched rows of quiet files that are little touched.
    """

    night: Night
    number: int
    first: str | None = None
    end: str | None = None

    def run(self) -> Done:
        """Compute the part and write its files."""
        engine = self.night.engine
        replayed = self._gather()
        next_day = self.night.previous == self.night.day - dt.timedelta(days=1)
        rules = self._rules(replayed)
        Runner(rules, fresh=next_day and not self._has_past()).run_to(self.night.day)
        if rules.engine is not engine:
            for name, columns in (("work_pos", c.POSITION), ("work_due", c.OPEN_DUE)):
                engine.put(name, rules.engine.rows(name, columns), columns)
            put_target(engine, self.night.day)
        if self.night.programme.policy.law.word_at("trigger.amount_scope", self.night.day) == "borrower":
            self.night.programme.run("by_borrower")
            engine.make("work_pos", "SELECT * FROM by_borrower", c.POSITION)
            rules = self.night.programme
        self._shelve()
        self._journal(rules, replayed)
        self._propose(rules)
        return Done(replayed, *(content(engine, table, c.POSITION) for table in ("published", "work_pos")))

    @property
    def within(self) -> str:
        """The condition that a row belongs to the part."""
        return within(self.first, self.end)

    def _file(self, kind: str) -> Path:
        return self.night.draft / f"{kind}-{self.number:03d}.parquet"

    # -- the loans at work ------------------------------------------------------------

    def _gather(self) -> int:
        """Put the loans that this close computes to work, with their terms, schedules and events."""
        night, engine = self.night, self.night.engine
        number = day_number(night.day)
        engine.make("part_ids", f"SELECT loan_id FROM touched WHERE {self.within}", IDS)
        live = f"SELECT * FROM last_pos_live AS l WHERE {self.within} AND {when('l', 'part_ids')}"
        quiet = [f"SELECT * FROM last_pos_{slot} AS q WHERE {self.within} AND {when('q', 'touched_absent')}" for slot in night.much]
        engine.make("known_pos", " UNION ALL ".join([live, f"SELECT * FROM taken WHERE {self.within}", *quiet]), c.POSITION)
        due = f"SELECT * FROM last_due AS d WHERE {self.within} AND {when('d', 'part_ids')}"
        replayed = self._replay()
        if replayed:
            due += f" AND {unless('d', 'late_part')} UNION ALL SELECT * FROM replayed_due"
            # as published: without what the replay has just taught
            engine.make("published_pos", f"SELECT * FROM known_pos AS k WHERE {when('k', 'late_part')}", c.POSITION)
            engine.replace("known_pos", "late_part", "replayed_pos", c.POSITION)
            rest = f"SELECT * FROM known_pos AS k WHERE {unless('k', 'late_part')}"
            engine.view("published", f"{rest} UNION ALL SELECT * FROM published_pos")
        else:
            engine.view("published", "SELECT * FROM known_pos")
        engine.make("chosen", f"SELECT loan_id FROM fresh_ids WHERE {self.within}", IDS)
        part = f"SELECT * FROM slice_sched AS s WHERE {self.within} AND {when('s', 'part_ids')}"
        engine.view("work_pos", "SELECT * FROM known_pos")
        if engine.count("chosen"):
            engine.pick("boarded", "loans", "chosen", BOARDED)
            night.programme.run("opening", "opening_due")
            both = "SELECT * FROM known_pos UNION ALL SELECT * FROM opening"
            if night.kept is None:
                engine.make("work_pos", both, c.POSITION)
            else:
                engine.view("work_pos", both)
            due += " UNION ALL SELECT * FROM opening_due"
            if night.previous is None or self._has_past():  # then a new loan brings its whole history
                whole = f"SELECT * FROM by_loan AS b WHERE {self.within} AND {when('b', 'chosen')} AND due_on <= {number}"
                part += f" AND {unless('s', 'chosen')} UNION ALL {whole}"
        engine.make("work_due", due, c.OPEN_DUE)
        engine.make("work_sched", part, c.SCHEDULE)
        engine.make("work_evt", f"SELECT * FROM day_evt AS e WHERE {self.within} AND {when('e', 'work_pos')}", c.EVENTS)
        put_terms(engine, "work_pos")
        return replayed

    def _rules(self, replayed: int) -> Rules:
        """What runs the stages: the engine or, where planning costs more than rows, arrays in memory with the part's tables."""
        night, engine = self.night, self.night.engine
        if night.kept is None:
            return night.programme
        rules = Columnar(night.programme.policy, engine, night.kept)
        for name, columns in AT_WORK.items():
            rules.give(name, columns)
        for name, columns in (("hold", c.HOLDS), ("mark", c.MARKS)):
            rules.give(name, columns, self.within)
        for name, columns in SAME.items():
            rules.give_same(name, columns)
        new = engine.count("chosen")
        if new:
            rules.give("opening", c.POSITION)
            rules.give("boarded", BOARDED)
        rules.engine.stack("work_pos", "known_pos", *(["opening"] if new else []))
        if replayed:
            for name in ("published", "published_pos", "replayed_pos"):
                rules.give(name, c.POSITION)
        else:
            rules.engine.stack("published", "known_pos")
        return rules

    def _has_past(self) -> bool:
        """Was a loan that the Book knows from this close on opened before its day."""
        engine = self.night.engine
        if not engine.count("chosen"):
            return False
        return bool(engine.fetch(f"SELECT count(*) FROM opening WHERE state_on < {day_number(self.night.day) - 1}")[0][0])

    def _replay(self) -> int:
        """Run again the loans of the part that learned today of something earlier; `published` and `replayed` rows stand after it."""
        night, engine = self.night, self.night.engine
        if not night.late or night.previous is None:
            return 0
        engine.make("late_part", f"SELECT loan_id FROM late_ids AS i WHERE {self.within} AND {when('i', 'known_pos')}", IDS)
        loans = [str(row[0]) for row in engine.fetch("SELECT loan_id FROM late_part ORDER BY loan_id")]
        if not loans:
            return 0
        starts = restarts_by_day({loan: night.late[loan] for loan in loans})
        if night.few is not None:
            night.few.put(night.few.loans(loans), starts, night.previous, night.day).run_to(night.previous)
            for name, table, columns in zip(("replayed_pos", "replayed_due"), night.few.result(), (c.POSITION, c.OPEN_DUE), strict=True):
                engine.put(name, table, columns)
            return len(loans)
        run_again(night.book, night.programme, starts, night.previous, day_number(night.day), events="late_evt")
        engine.make("replayed_pos", "SELECT * FROM work_pos", c.POSITION)
        engine.make("replayed_due", "SELECT * FROM work_due", c.OPEN_DUE)
        return len(loans)

    # -- what it leaves ---------------------------------------------------------------

    def _shelve(self) -> None:
        """Write the live rows, and beside them those that go back among the quiet ones."""
        night, engine = self.night, self.night.engine
        rest = f"SELECT * FROM last_pos_live AS l WHERE {self.within} AND {unless('l', 'part_ids')}"
        engine.view("still_pos", rest)
        still = night.programme.sql("untouched")
        rest = f"SELECT * FROM last_due AS d WHERE {self.within} AND {unless('d', 'part_ids')}"
        live = "SELECT * FROM work_pos AS p"
        if night.turned:
            night.programme.run("quiet")
            slots = f"t.day_of_month IN ({', '.join(map(str, sorted(night.turned)))})"
            first = f"SELECT loan_id, first_due_on FROM terms AS n WHERE {when('n', 'quiet')}"
            engine.make(
                "returned", f"SELECT f.loan_id, t.day_of_month AS slot FROM ({first}) AS f JOIN calendar AS t ON f.first_due_on = t.day_on "
                f"WHERE {slots}", {"loan_id": "string", "slot": "int32"},
            )  # fmt: skip
            back = "SELECT p.*, r.slot FROM work_pos AS p JOIN returned AS r ON p.loan_id = r.loan_id"
            engine.write(back, RETURNED, self._file(".returned"))
            live += f" WHERE {unless('p', 'returned')}"
        engine.write(f"{live} UNION ALL SELECT * FROM ({still}) AS still", c.POSITION, self._file(LIVE))
        engine.write(f"SELECT * FROM work_due UNION ALL SELECT * FROM ({rest}) AS still", c.OPEN_DUE, self._file("open_due"))

    def _journal(self, rules: Rules, replayed: int) -> None:
        """The day's lines; where loans were replayed, what the replay corrected stands apart, booked today."""
        pairs = {False: ("known_pos", "work_pos")}
        if replayed:
            pairs[True] = ("published_pos", "replayed_pos")
        columns = {"posted_on": "day", "backdated": "bool"}
        for backdated, (old, new) in pairs.items():
            row = pa.table({"posted_on": [self.night.day], "backdated": [backdated]}, schema=arrow_schema(columns))
            rules.engine.put("booking", row, columns)
            rules.engine.stack("old_pos", old)
            rules.engine.stack("new_pos", new)
            rules.run("journal")
            if replayed:
                rules.engine.rename("journal", f"journal_{int(backdated)}")
        if replayed:
            rules.engine.stack("journal", *(f"journal_{int(backdated)}" for backdated in pairs))
        self._write(rules, "journal", c.JOURNAL)

    def _propose(self, rules: Rules) -> None:
        """What the change of each loan proposes, against what was published before."""
        rules.engine.stack("old_pos", "published")
        rules.engine.stack("new_pos", "work_pos")
        # what a new loan lacks is asked for whenever it comes in
        wanted = ["proposed_liens"] if self._lacks() else []
        if self.night.proposes:
            rules.run("changed")
            wanted += [name for name, some in GROUPS.items() if self._any(rules, some)]
        rules.run(*wanted)
        if wanted:
            rules.engine.stack("proposed", *wanted)
            rules.run("proposals")
            self._write(rules, "proposals", c.PROPOSALS)

    def _any(self, rules: Rules, some: str) -> bool:
        """May a group of proposals have rows: most have none on most days, and asking an engine costs less than the group."""
        engine = self.night.engine
        return rules.engine is not engine or bool(engine.fetch(f"SELECT count(*) FROM changed WHERE {some}")[0][0])

    def _write(self, rules: Rules, name: str, columns: c.Columns) -> None:
        engine = self.night.engine
        if rules.engine is not engine:
            engine.put(name, rules.engine.rows(name, columns), columns)
        engine.write(f"SELECT * FROM {name}", columns, self._file(name))

    def _lacks(self) -> bool:
        """Does a new loan of the part lack a fact about its liens."""
        engine = self.night.engine
        if not engine.count("chosen"):
            return False
        return bool(engine.fetch("SELECT count(*) FROM boarded WHERE lien_missing <> ''")[0][0])


Range = tuple[str | None, str | None]


def within(first: str | None, end: str | None) -> str:
    """The condition that a loan lies in the range."""
    bounds = [f"loan_id {sign} '{bound.replace(chr(39), chr(39) * 2)}'" for sign, bound in ((">=", first), ("<", end)) if bound is not None]
    return " AND ".join(bounds) or "TRUE"

"""A close: the Book at the end of day D from the Book at the end of D - 1 and what was taken in.

Built beside, verified, renamed into place; then CURRENT moves. Killed anywhere, the last good close stands and a rerun
gives the same rows. Backdated events first replay their loans to D - 1; the difference is booked today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pyarrow as pa

from arrears.book import columns as c
from arrears.book.close.columnar import Kept
from arrears.book.close.days import check_order, check_settings, settings_of
from arrears.book.close.engine import DuckDB, Engine, below
from arrears.book.close.few import FEW, Few
from arrears.book.close.lookup import Latest
from arrears.book.close.order import STANDING
from arrears.book.close.part import NAMES, RETURNED, Done, Night, Part, Range
from arrears.book.close.programme import Programme
from arrears.book.close.replay import Starts, late_starts
from arrears.book.close.shelves import (
    FEWEST,
    LIVE,
    QUIET,
    Slots,
    hits,
    link,
    much_touched,
    name_files,
    name_positions,
    pull,
    quiet_files,
    unless,
    when,
)  # fmt: skip
from arrears.book.close.step import put_calendar, put_target
from arrears.book.close.verify import NAMED, TABLES, changed_content, content, hash_version, verify_close
from arrears.book.rules.policy import Policy
from arrears.book.rules.proposals import NEAR, OF_BOOK
from arrears.book.rules.tables import STAGES
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
        self._corrections = 0
        self._standing: set[Path] = set()
        self._latest = Latest()
        self._kept = Kept()

    @cached_property
    def few(self) -> Few:
        """The machinery that runs a few loans in memory."""
        return Few(self.book, self.programme.policy)

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
            self._kept.tables.clear()

    def refresh(self) -> None:
        """Name the files of complete imports again if there are new ones."""
        batches = tuple(self.book.batches())
        if batches == self._seen:
            return
        self._seen = batches
        book, engine = self.book, self.engine
        engine.scan("loans", book.files("loans"), c.LOANS)
        engine.scan("by_loan", book.files("schedule_by_loan"), c.SCHEDULE)
        engine.scan("opening_rows", book.files("opening_due"), c.SCHEDULE)
        engine.scan("events_all", book.files("events"), c.EVENTS)
        new = [file for file in book.files("standing") if file not in self._standing]
        engine.scan("standing_new", new, c.EVENTS)
        # kept as rows: each close reads all of them, and a file a day adds up
        parts = ["standing_all", "standing_new"] if self._standing else ["standing_new"]
        engine.make("standing_all", below(parts), c.EVENTS)
        self._standing.update(new)

    def last(self, day: dt.date | None) -> None:
        """Name the positions and obligations of the close before, or an empty book."""
        name_positions(self.engine, self.book, day, "last_pos")
        self.engine.scan("last_due", self.book.close_files(day, "open_due") if day else [], c.OPEN_DUE)

    # -- one day ----------------------------------------------------------------

    def close(self, day: dt.date, previous: dt.date | None) -> Closed:
        """Close `day` on top of the close of `previous` (None: the first). The caller holds the Book's lock."""
        if previous:
            check_settings(self.book.manifest(previous), self.programme.policy.law, previous)
        self.refresh()
        with self.engine.sized(self._scalar("SELECT count(*) FROM loans")):
            return self._close(day, previous)

    def _close(self, day: dt.date, previous: dt.date | None) -> Closed:
        self.prepare(day)
        self.last(previous)
        self._name_new(previous)
        late = late_starts(self.book, self.programme, day, previous) if previous else {}
        self._name_day(day, previous, late)
        draft = fresh_dir(self.book.root / "closes" / f".{day.isoformat()}")
        slots = quiet_files(self.book, previous) if previous else {}
        met = hits(self.engine, "last_pos", slots, "touched")
        self._take(draft, met, slots)
        turned = self._turned(day, previous, met, slots)
        daily = previous is not None and not self.book.settings.monthly
        # an engine that plans no statements has nothing to save
        kept = self._kept if self.engine.dialect == "duckdb" and not slots and not turned else None
        # making the rules ready for a few loans takes a second: it pays from the second correction on, or where no SQL is ready
        self._corrections += bool(late)
        few = self.few if (kept or self._corrections > 1) and len(late) <= FEW else None
        night = Night(self.book, self.programme, day, previous, draft, turned, much_touched(met), late, daily, few, kept)
        done = self._parts(night)
        self._shelve(night, slots)
        self._whole(night)
        return self._publish(night, done)

    def _name_new(self, previous: dt.date | None) -> None:
        """Name the events that no close has seen, and some more: those of files with a day after the last close."""
        files = self.book.files("events")
        new = self._latest.after(files, ("close_on", "effect_on"), previous) if previous else files
        self.engine.scan("events_new", new, c.EVENTS)

    def _name_day(self, day: dt.date, previous: dt.date | None, late: Starts) -> None:
        """Name what happens in this close: new loans, instalments that fall due, events; and so the loans it touches."""
        engine, number = self.engine, day_number(day)
        start = day_number(previous) if previous else -1
        engine.make("fresh_ids", self._fresh(number, previous), IDS)
        if late:
            engine.make("late_evt", f"SELECT * FROM events_all AS e WHERE {when('e', 'late_ids')} AND close_on <= {number}", c.EVENTS)
        else:
            engine.empty("late_ids", IDS)
            engine.empty("late_evt", c.EVENTS)
        engine.scan("slices", self._slices(previous, day), c.SCHEDULE)
        engine.make("slice_sched", f"SELECT * FROM slices WHERE due_on <= {number} AND due_on > {start}", c.SCHEDULE)
        # an event of an earlier day was applied by the replay; a new loan brings its whole history
        whole = (
            f"effect_on > {start} OR {when('e', 'fresh_ids')}" if self._scalar("SELECT count(*) FROM fresh_ids") else f"effect_on > {start}"
        )
        engine.make(
            "day_evt", f"SELECT * FROM events_new AS e WHERE close_on <= {number} AND effect_on <= {number} AND ({whole})", c.EVENTS
        )
        put_target(engine, day)
        engine.put("day_names", pa.table({"day_on": [day], "iso": [day.isoformat()]}), NAMES)
        self.programme.run("touched")

    def _fresh(self, number: int, previous: dt.date | None) -> str:
        """Query of the loans that the Book knows from this close on: of new imports, or opened since the last close."""
        opened = f"SELECT loan_id FROM loans WHERE opened_on <= {number}"
        if previous is None:
            return opened
        told = self.book.manifest(previous)
        new = set(self.book.batches()) - set(told["batches"])
        self.engine.scan("loans_new", [file for file in self.book.files("loans") if file.stem in new], c.LOANS)
        fresh = f"SELECT loan_id FROM loans_new WHERE opened_on <= {number}"
        return f"{fresh} UNION {opened} AND opened_on > {day_number(previous)}" if told["loans_waiting"] else fresh

    def _slices(self, previous: dt.date | None, day: dt.date) -> list[Path]:
        """Files of the schedule whose month meets the span; before the first close the new loans bring their own."""
        if previous is None:
            return []
        return [file for month in self.book.months(previous, day) for file in self.book.files("schedule", month)]

    def _turned(self, day: dt.date, previous: dt.date | None, met: dict[int, tuple[int, int]], slots: Slots) -> frozenset[int]:
        """The quiet files to write anew: all at a month end, which codes every loan; otherwise those that are much touched."""
        if not slots and self._scalar("SELECT count(*) FROM loans") < FEWEST:
            return frozenset()
        if previous is None or day == month_end(day):
            return frozenset(range(1, 32))
        return frozenset(much_touched(met))

    def _take(self, draft: Path, met: dict[int, tuple[int, int]], slots: Slots) -> None:
        """Name `taken` the touched rows of quiet files that are little touched: a part need not look through all of those files."""
        little = [slots[slot] for slot in met.keys() - much_touched(met) if met[slot][1]]
        if not little:
            self.engine.empty("taken", c.POSITION)
            return
        # one scan of many files takes less memory than many scans
        self.engine.scan("little", little, c.POSITION)
        rows = f"SELECT * FROM little AS q WHERE {when('q', 'touched_absent')}"
        self.engine.write(rows, c.POSITION, draft / ".taken.parquet", ["loan_id"])
        self.engine.scan("taken", [draft / ".taken.parquet"], c.POSITION)

    def _ranges(self, day: dt.date) -> list[Range]:
        """First and end of each part, so that each has about as many loans to compute as the engine takes at once."""
        most = self.engine.most
        if most is None or self.programme.policy.law.word_at("trigger.amount_scope", day) == "borrower":
            return [(None, None)]  # loans of one borrower may stand anywhere
        numbered = "SELECT loan_id, row_number() OVER (ORDER BY loan_id) AS place FROM touched"
        found = self.engine.fetch(f"SELECT loan_id FROM ({numbered}) AS n WHERE place % {most} = 0 ORDER BY loan_id")
        bounds = [None, *(str(row[0]) for row in found), None]
        return list(pairwise(bounds))

    def _parts(self, night: Night) -> list[Done]:
        """Compute the parts, as many side by side as the engine does."""
        parts = [Part(night, number, first, end) for number, (first, end) in enumerate(self._ranges(night.day), start=1)]
        if len(parts) == 1 or self.engine.abreast == 1:
            return [part.run() for part in parts]
        with ExitStack() as open_:
            twins = [open_.enter_context(self.engine.twin(night.shared)) for _ in range(self.engine.abreast)]
            free: SimpleQueue[Engine] = SimpleQueue()
            for twin in twins:
                free.put(twin)

            def run(part: Part) -> Done:
                engine = free.get()
                try:
                    return replace(part, night=replace(night, programme=self.programme.beside(engine), few=None)).run()
                finally:
                    free.put(engine)

            with ThreadPoolExecutor(self.engine.abreast) as pool:
                return list(pool.map(run, parts))

    def _shelve(self, night: Night, slots: Slots) -> None:
        """Write the quiet files of the turned slots anew, and link the others."""
        engine, draft = self.engine, night.draft
        if night.turned:
            engine.scan("returned_rows", sorted(draft.glob(".returned-*.parquet")), RETURNED)
        for slot in sorted({*slots, *night.turned}):
            file = draft / f"{QUIET}-{slot:02d}.parquet"
            if slot not in night.turned:
                link(slots[slot], file)
                continue
            rows = f"SELECT {', '.join(c.POSITION)} FROM returned_rows WHERE slot = {slot}"
            if slot in slots:
                # rows of loans at work, and those that a live row hides, are live or have returned
                gone = f"{unless('q', 'touched')} AND {unless('q', 'last_pos_live')}"
                engine.view("still_pos", f"SELECT * FROM last_pos_{slot} AS q WHERE {gone}")
                put_target(engine, night.day)
                rows += f" UNION ALL SELECT * FROM ({self.programme.sql('untouched')}) AS still"
            engine.write(rows, c.POSITION, file, ["loan_id"])
        for file in draft.glob(".*.parquet"):
            file.unlink()

    def _whole(self, night: Night) -> None:
        """Name the book at the end of the day, and write the proposals that look at all of it."""
        engine, book, draft = self.engine, self.book, night.draft
        live = sorted(draft.glob(f"{LIVE}-*.parquet"))
        slots = {int(file.stem[-2:]): file for file in sorted(draft.glob(f"{QUIET}-*.parquet"))}
        name_files(engine, live, slots, "all_pos")
        engine.scan("written_pos", [*live, *(file for slot, file in slots.items() if slot in night.turned)], c.POSITION)
        engine.scan("all_due", sorted(draft.glob("open_due-*.parquet")), c.OPEN_DUE)
        if night.proposes:
            day, number = night.day, day_number(night.day)
            ahead = day + dt.timedelta(days=self.programme.policy.law.whole_at("remind.days_before", day) + 1)
            engine.scan("month_ahead", book.files("schedule", f"due_month={ahead:%Y-%m}"), c.SCHEDULE)
            engine.make("coming", f"SELECT * FROM month_ahead WHERE due_on = {day_number(ahead)}", c.SCHEDULE)
            engine.make("near_due", f"SELECT * FROM all_due WHERE due_on IN ({number}, {day_number(ahead)})", c.OPEN_DUE)
            engine.make("near_ids", "SELECT loan_id FROM coming UNION SELECT loan_id FROM near_due", IDS)
            pull(engine, "all_pos", slots, "near_ids", "near_pos", NEAR)
            asked = {"proposed_due": "SELECT count(*) FROM near_ids"}
            alerts = {days for _, told in self.programme.policy.series("limitation.alert_days") for days in told}
            ends = ", ".join(str(number + days) for days in sorted(alerts))
            files = ["all_pos_live", *(f"all_pos_{slot}" for slot in slots)]
            each = " UNION ALL ".join(f"SELECT limitation_end_on FROM {name}" for name in files)
            asked["proposed_limitation"] = f"SELECT count(*) FROM ({each}) AS f WHERE limitation_end_on IN ({ends})"
            wanted = [name for name in OF_BOOK if self._scalar(asked[name])]
            if wanted:
                self.programme.run(*wanted)
                engine.stack("proposed", *wanted)
                self.programme.run("proposals")
                engine.write("SELECT * FROM proposals", c.PROPOSALS, draft / "proposals-000.parquet")
        if not list(draft.glob("proposals-*.parquet")):
            engine.empty("proposals", c.PROPOSALS)
            engine.write("SELECT * FROM proposals", c.PROPOSALS, draft / "proposals-000.parquet")
        engine.scan("all_proposals", sorted(draft.glob("proposals-*.parquet")), c.PROPOSALS)
        engine.scan("all_journal", sorted(draft.glob("journal-*.parquet")), c.JOURNAL)

    # -- publishing -------------------------------------------------------------

    def _publish(self, night: Night, done: list[Done]) -> Closed:
        book, engine, day = self.book, self.engine, night.day
        before = book.manifest(night.previous) if night.previous else None
        known = dict(before["files"]) if before else {}
        linked = {f"{QUIET}-{slot:02d}.parquet" for slot in range(1, 32) if slot not in night.turned}
        touched, replayed = sum(each.after["rows"] for each in done), sum(each.replayed for each in done)
        tables = {name: content(engine, source, TABLES[name]) for name, source in NAMED.items() if name != "position"}
        tables["position"] = self._content(night, before, done)
        manifest: dict[str, object] = {
            "format": 1,
            "day": day.isoformat(),
            "previous": night.previous.isoformat() if night.previous else None,
            "engine": engine.dialect,
            "hashed_by": hash_version(engine),
            "policy": self.programme.policy.version,
            "settings": settings_of(self.programme.policy.law),
            "batches": book.batches(),
            "loans_waiting": self._scalar(f"SELECT count(*) FROM loans WHERE opened_on > {day_number(day)}"),
            "touched": touched,
            "replayed": replayed,
            "tables": tables,
            "files": {
                path.name: known[path.name] if path.name in linked else sha256(path) for path in sorted(night.draft.glob("*.parquet"))
            },
        }
        verify_close(engine, manifest, before)
        write_json(night.draft / "MANIFEST.json", manifest)
        self._move(night.draft, day)
        self.programme.keep()
        return Closed(day, tables["position"]["rows"], touched, replayed, tables["proposals"]["rows"], manifest)

    def _content(self, night: Night, before: dict[str, Any] | None, done: list[Done]) -> dict[str, Any]:
        """Content of the positions: from the close before and the rows that became others, where that says it all.

        A month end changes rows that nothing touched, and a hash of another engine cannot be gone on from.
        """
        same = before is not None and (before["engine"], before["hashed_by"]) == (self.engine.dialect, hash_version(self.engine))
        if before is None or not same or night.day == month_end(night.day):
            return content(self.engine, "all_pos", c.POSITION)
        told = changed_content(before["tables"]["position"], [each.before for each in done], [each.after for each in done])
        stand = self._scalar("SELECT count(*) FROM all_pos")
        if stand != told["rows"]:
            raise BookError(f"the close of {night.day} was not published. Its files hold {stand} loans, and {told['rows']} were expected.")
        return told

    def _move(self, draft: Path, day: dt.date) -> None:
        """Make the close true: its folder first, CURRENT last."""
        final = self.book.close_dir(day)
        if final.exists():  # left by a crash between the two renames: nothing named it yet
            fresh_dir(final).rmdir()
        draft.replace(final)
        sync_dir(final.parent)
        self.book.point(day)

    def _scalar(self, sql: str) -> int:
        return int(str(self.engine.fetch(sql)[0][0]))


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

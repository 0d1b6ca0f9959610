"""One loan, or a few, run by the rules in memory: what a screen, a statement or a quote asks for while people wait.

Rows come straight out of the files and go through the same turns as in a close; nothing is written.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from arrears.book import columns as c
from arrears.book.close.finder import Finder, Mark, marked
from arrears.book.close.order import STANDING
from arrears.book.close.plain import Row
from arrears.book.close.replay import Span, restarts, restarts_by_day
from arrears.book.close.shelves import LIVE, quiet_files
from arrears.book.close.small import Walked, arrow, tuples
from arrears.book.close.step import Runner, put_calendar
from arrears.book.rules.policy import Policy
from arrears.book.rules.tables import TERMS
from arrears.book.rules.turns import BOARDED
from arrears.book.store import Book
from arrears.kernel.days import day_number, from_day_number

# Beyond so many loans an engine of columns is quicker; over many days, which are many turns, beyond so many.
FEW, FEW_FOR_LONG, LONG = 200, 1_000, 90
# so many are run together: each turn looks at all of them, and has a cost of its own
_TOGETHER = 25

_KINDS = {
    "loans": TERMS,
    "schedule_by_loan": c.SCHEDULE,
    "opening_due": c.SCHEDULE,
    "standing": c.EVENTS,
    "events": c.EVENTS,
}
_FIRST_DUE, _STATE = list(TERMS).index("first_due_on"), list(c.POSITION).index("state_on")
_EVENTS = ("standing", "events")
_DUE = list(c.SCHEDULE).index("due_on")
_CLOSE, _EFFECT, _VALUE, _EVENT, _LOAN = map(list(c.EVENTS).index, ("close_on", "effect_on", "value_on", "event_id", "loan_id"))
_DUE_ORDER = ["loan_id", "due_on", "obligation"]


@dataclass
class Loans:
    """What the files hold of some loans, as the rules see it.

    Attributes
    ----------
    ids : the loans
    terms, schedule, opening_due, standing, events : rows of TERMS, SCHEDULE, SCHEDULE, EVENTS, EVENTS
    """

    ids: list[str]
    terms: list[Row]
    schedule: list[Row]
    opening_due: list[Row]
    standing: list[Row]
    events: list[Row]

    def only(self, ids: list[str]) -> Loans:
        """The same of some of them."""
        some = set(ids)
        parts = ((rows, _LOAN if kind in _EVENTS else 0) for kind, rows in vars(self).items() if kind != "ids")
        return Loans(ids, *([row for row in rows if row[place] in some] for rows, place in parts))


@dataclass(frozen=True)
class _Close:
    """Files of a close; `quiet` by the day of the month."""

    live: list[Mark]
    quiet: dict[int, Mark]
    open_due: list[Mark]


class Few:
    """Runs a few loans of one Book with one policy; what it has read and compiled is kept between calls.

    Parameters
    ----------
    book : the Book
    policy : its law and house, as the rules read them
    """

    def __init__(self, book: Book, policy: Policy) -> None:
        self.book = book
        self.rules = Walked(policy)
        self._finder = Finder()
        self._seen: tuple[str, ...] = ()
        self._files: dict[str, list[Mark]] = {}
        self._closes: dict[dt.date, tuple[Mark, _Close]] = {}
        self._calendar_until = 0

    # -- out of the files ---------------------------------------------------------------------------------------------------

    def loans(self, ids: Sequence[str]) -> Loans:
        """Everything that the imports brought of these loans."""
        batches = tuple(self.book.batches())
        if batches != self._seen:
            self._files = {kind: list(map(marked, self.book.files(kind))) for kind in _KINDS}
            self._seen = batches
        rows = {kind: self._finder.rows(self._files[kind], ids, columns) for kind, columns in _KINDS.items()}
        return Loans(list(ids), rows["loans"], rows["schedule_by_loan"], rows["opening_due"], rows["standing"], rows["events"])

    def agreed(self, ids: Sequence[str], columns: c.Columns) -> list[Row]:
        """These columns of LOANS: what was agreed; after `loans`."""
        return self._finder.rows(self._files["loans"], ids, columns)

    @staticmethod
    def known_events(told: Loans, on: dt.date, known_on: dt.date) -> list[dict[str, Any]]:
        """Events (EVENTS) up to the end of `on` as known at a day, by value day."""
        known = [row for row in told.events if row[_CLOSE] <= day_number(known_on) and row[_EFFECT] <= day_number(on)]
        return arrow(sorted(known, key=lambda row: (row[_VALUE], row[_EVENT])), c.EVENTS).to_pylist()  # type: ignore[no-any-return]

    def _close(self, day: dt.date) -> _Close:
        """The files of a close; listed again if it was taken back and made anew."""
        manifest = marked(self.book.close_dir(day) / "MANIFEST.json")
        if day not in self._closes or self._closes[day][0] != manifest:
            quiet = {slot: marked(file) for slot, file in quiet_files(self.book, day).items()}
            live, dues = (list(map(marked, self.book.close_files(day, table))) for table in (LIVE, "open_due"))
            self._closes[day] = manifest, _Close(live, quiet, dues)
        return self._closes[day][1]

    def _positions(self, told: Loans, close: _Close, ids: list[str]) -> list[Row]:
        """Rows of a close: a live row hides a quiet one, which stands in the file of the loan's due day."""
        found = self._finder.rows(close.live, ids, c.POSITION)
        missing = set(ids) - {row[0] for row in found}
        quiet: dict[Mark, list[str]] = defaultdict(list)
        for row in told.terms:
            slot = from_day_number(row[_FIRST_DUE]).day
            if row[0] in missing and slot in close.quiet:
                quiet[close.quiet[slot]].append(row[0])
        return found + [row for file, loans in quiet.items() for row in self._finder.rows([file], loans, c.POSITION)]

    # -- running ------------------------------------------------------------------------------------------------------------

    def put(self, told: Loans, starts: dict[int | None, list[str]], through: dt.date, known_on: dt.date, collect: bool = False) -> Runner:
        """Put loans to work with all they need to run to the end of `through` with what was known at `known_on`.

        Parameters
        ----------
        starts : kept close (None = the opening of the loan) -> loan ids
        collect : keep where each fen went

        A loan that a kept close does not know yet starts from its opening; one opened after `through` is left out.
        """
        number, known = day_number(through), day_number(known_on)
        engine = self.rules.engine
        self._prepare(told, known_on, through)
        positions: list[Row] = []
        dues: list[Row] = []
        opened = list(starts.get(None, ()))
        for start, ids in starts.items():
            if start is not None:
                close = self._close(from_day_number(start))
                found = self._positions(told, close, ids)
                positions += found
                dues += self._finder.rows(close.open_due, ids, c.OPEN_DUE)
                known_then = {row[0] for row in found}
                opened += [loan for loan in ids if loan not in known_then]
        if opened:
            engine.give("chosen", [(loan,) for loan in opened])
            engine.give("boarded", self.agreed(opened, BOARDED))
            engine.give("opening_rows", told.opening_due)
            self.rules.run("opening", "opening_due")
            positions += [row for row in engine.tables["opening"].rows if row[_STATE] < number]
            dues += engine.tables["opening_due"].rows
        at_work = {row[0] for row in positions}
        engine.give("work_pos", positions)
        engine.give("work_due", dues)
        engine.give("work_sched", [row for row in told.schedule if row[_DUE] <= number and row[0] in at_work])
        engine.give("work_evt", [row for row in told.events if row[_CLOSE] <= known and row[_EFFECT] <= number and row[_LOAN] in at_work])
        return Runner(self.rules, collect)

    def _prepare(self, told: Loans, known_on: dt.date, through: dt.date) -> None:
        """Name the loans' terms and schedule, their holds and evidence as known at the close of a day, and the calendar."""
        engine, known = self.rules.engine, day_number(known_on)
        engine.give("terms", told.terms)
        engine.give("by_loan", told.schedule)
        engine.give("standing", [row for row in told.standing if row[_CLOSE] <= known])
        self.rules.run(*STANDING)
        last = max(known_on, through)
        if last.year + 12 > self._calendar_until:
            self._calendar_until = last.year + 60
            put_calendar(engine, self.rules, 1990, self._calendar_until)

    def days(self, ids: list[str], days: list[dt.date], asked: pa.Table | None, last: dt.date) -> Iterator[tuple[pa.Table, pa.Table]]:
        """Positions and open obligations at the end of each of `days` (rising), in one run from the close of `last`.

        Parameters
        ----------
        asked : events as if they happened (EVENTS); one that was taken in meanwhile counts once
        """
        told = self.loans(ids)
        if asked is not None:
            known, wanted = {row[_EVENT] for row in told.events}, set(ids)
            told.events += [row for row in tuples(asked, c.EVENTS) if row[_EVENT] not in known and row[_LOAN] in wanted]
        if len(ids) <= _TOGETHER:
            yield from self._run_days(told, days, last)
            return
        each = [list(self._run_days(told.only(ids[n : n + _TOGETHER]), days, last)) for n in range(0, len(ids), _TOGETHER)]
        for parts in zip(*each, strict=True):
            positions, dues = (pa.concat_tables(tables) for tables in zip(*parts, strict=True))
            yield positions.sort_by("loan_id"), dues.sort_by([(name, "ascending") for name in _DUE_ORDER])

    def _run_days(self, told: Loans, days: list[dt.date], last: dt.date) -> Iterator[tuple[pa.Table, pa.Table]]:
        # taken in since the close or only asked about: what reaches back into closed days starts from a close it leaves standing
        through = days[-1]
        spans: dict[str, list[Span]] = {loan: [] for loan in told.ids}
        for row in told.events:
            if row[_EFFECT] < row[_CLOSE] <= day_number(through):
                spans[row[_LOAN]].append((row[_EFFECT], row[_CLOSE] - 1))
        kept = [day_number(day) for day in self.book.closes()]
        starts = restarts_by_day(restarts(spans, kept, day_number(last) + 1))
        runner = self.put(told, starts, through, through)
        for day in days:
            runner.run_to(day)
            yield self.result()

    def result(self) -> tuple[pa.Table, pa.Table]:
        """Positions and open obligations where the loans are now."""
        engine = self.rules.engine
        return engine.rows("work_pos", c.POSITION, ["loan_id"]), engine.rows("work_due", c.OPEN_DUE, _DUE_ORDER)

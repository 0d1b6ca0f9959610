"""Backdated events: loans run again from a close that no later correction has made stale.

A close at the end of day S is stale for a loan if an event known now has effect on or before S and was known only after
it. So each event spans [effect_on, close_on - 1]; the spans of a loan are merged, and the loan restarts from a kept close
that lies in none of them. Restarting from "the day before the new event" is wrong for a loan corrected twice.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping

import pyarrow as pa

from arrears.book import columns as c
from arrears.book.close.engine import Engine, arrow_schema
from arrears.book.close.programme import Programme
from arrears.book.close.shelves import name_positions, pull, unless, when
from arrears.book.close.step import Runner, put_terms
from arrears.book.rules.turns import BOARDED, IDS
from arrears.book.store import Book
from arrears.kernel.days import day_number, from_day_number

# so many months of the whole book's schedule are read rather than the files by loan
_FEW_MONTHS = 2
Span = tuple[int, int]
# loan -> day number of the close it restarts from; None: its opening
Starts = dict[str, int | None]


def restart_day(spans: Iterable[Span], kept: list[int], before: int) -> int | None:
    """Newest kept close before `before` that lies in no span; None = start from the opening.

    Parameters
    ----------
    spans : first and last stale day of each late event of one loan, day numbers
    kept : days of kept closes, sorted
    before : the closing day
    """
    stale = list(spans)
    for day in reversed(kept[: bisect_right(kept, before - 1)]):
        if not any(first <= day <= last for first, last in stale):
            return day
    return None


def late_starts(book: Book, programme: Programme, day: dt.date, previous: dt.date) -> Starts:
    """The close from which to run each loan that learned today of something earlier.

    Makes the table `late_ids` of loans with such events; one that has no position yet brings its whole history anyway.
    """
    number, last = day_number(day), day_number(previous)
    # events taken in for this close, of the days since the last one, that reach into days already closed
    late = f"close_on <= {number} AND close_on > {last} AND effect_on <= {last}"
    engine = programme.engine
    engine.make("late_ids", f"SELECT DISTINCT loan_id FROM events_new WHERE {late}", IDS)
    if not engine.fetch("SELECT count(*) FROM late_ids")[0][0]:
        return {}
    found = engine.fetch(
        "SELECT loan_id, effect_on, close_on FROM events_all WHERE effect_on < close_on "
        f"AND close_on <= {number} AND loan_id IN (SELECT loan_id FROM late_ids)"
    )
    spans: dict[str, list[Span]] = defaultdict(list)
    for loan, effect, close in found:
        spans[str(loan)].append((int(str(effect)), int(str(close)) - 1))
    return restarts(spans, [day_number(each) for each in book.closes()], number)


def restarts(spans: Mapping[str, list[Span]], kept: list[int], before: int) -> Starts:
    """Loan -> the close it restarts from (None: its opening).

    Each loan could start from its own newest close; where the oldest of these is fit for a loan it takes that one, because
    a close that has to be read costs more than the days between.
    """
    newest = {loan: restart_day(stale, kept, before) for loan, stale in spans.items()}
    oldest = min((start for start in newest.values() if start is not None), default=None)
    if oldest is None:
        return newest
    fit = {loan for loan, start in newest.items() if start is not None and not any(a <= oldest <= b for a, b in spans[loan])}
    return {loan: oldest if loan in fit else start for loan, start in newest.items()}


def restarts_by_day(starts: Starts) -> dict[int | None, list[str]]:
    """The same, as close -> loans."""
    out: dict[int | None, list[str]] = defaultdict(list)
    for loan, start in starts.items():
        out[start].append(loan)
    return out


def run_again(
    book: Book,
    programme: Programme,
    starts: dict[int | None, list[str]],
    through: dt.date,
    known: int,
    events: str = "events_all",
) -> Runner:
    """Run loans from kept closes to the end of `through` with the events known at day number `known`.

    Parameters
    ----------
    starts : kept close (None = the opening of the loan) -> loan ids
    events : the table of events to read

    `work_pos` and `work_due` hold the result. Loans opened after `through` are left out.
    """
    runner = restore(book, programme, starts, through, known, events)
    runner.run_to(through)
    return runner


def restore(
    book: Book,
    programme: Programme,
    starts: dict[int | None, list[str]],
    through: dt.date,
    known: int,
    events: str = "events_all",
) -> Runner:
    """Put loans to work as `run_again` does, with all they need to run to the end of `through`, without running them.

    A loan that a kept close does not know yet starts from its opening.
    """
    engine = programme.engine
    number = day_number(through)
    parts: dict[str, list[str]] = {"pos": [], "due": []}
    opened = list(starts.get(None, ()))
    for place, (start, loans) in enumerate((start, loans) for start, loans in starts.items() if start is not None):
        engine.put("chosen", pa.table({"loan_id": loans}, schema=arrow_schema(IDS)), IDS)
        kept_on = from_day_number(start)
        pull(engine, "kept", name_positions(engine, book, kept_on, "kept"), "chosen", f"restored_pos_{place}")
        engine.scan("kept_due", book.close_files(kept_on, "open_due"), c.OPEN_DUE)
        engine.make(f"restored_due_{place}", f"SELECT * FROM kept_due AS d WHERE {when('d', 'chosen')}", c.OPEN_DUE)
        for name, tables in parts.items():
            tables.append(f"SELECT * FROM restored_{name}_{place}")
        opened += [str(row[0]) for row in engine.fetch(f"SELECT loan_id FROM chosen AS i WHERE {unless('i', f'restored_pos_{place}')}")]
    if opened:
        engine.put("chosen", pa.table({"loan_id": opened}, schema=arrow_schema(IDS)), IDS)
        engine.pick("boarded", "loans", "chosen", BOARDED)
        programme.run("opening", "opening_due")
        parts["pos"].append(f"SELECT * FROM opening WHERE state_on < {number}")
        parts["due"].append("SELECT * FROM opening_due")
    engine.make("work_pos", " UNION ALL ".join(parts["pos"]), c.POSITION)
    engine.make("work_due", " UNION ALL ".join(parts["due"]), c.OPEN_DUE)
    put_terms(engine, "work_pos")
    _put_schedule(book, engine, through)
    told = f"close_on <= {known} AND effect_on <= {number}"
    engine.make("work_evt", f"SELECT * FROM {events} AS e WHERE {when('e', 'work_pos')} AND {told}", c.EVENTS)
    return Runner(programme)


def _put_schedule(book: Book, engine: Engine, through: dt.date) -> None:
    """Make `work_sched`: instalments of the loans at work that fall due after their state and by the end of `through`.

    They stand in the files of the months between, or in the files by loan; the smaller part of the book is read.
    """
    number = day_number(through)
    told = engine.fetch("SELECT min(state_on) FROM work_pos")[0][0]
    first = from_day_number(int(str(told))) if told is not None else through
    months = book.months(first, through)
    if len(months) > _FEW_MONTHS:
        engine.pick("whole_sched", "by_loan", "work_pos", c.SCHEDULE)
    else:
        engine.scan("months_back", [file for month in months for file in book.files("schedule", month)], c.SCHEDULE)
    source = "whole_sched" if len(months) > _FEW_MONTHS else "months_back"
    engine.make(
        "work_sched",
        f"SELECT * FROM {source} AS s WHERE due_on > {day_number(first)} AND due_on <= {number} AND {when('s', 'work_pos')}",
        c.SCHEDULE,
    )

"""Backdated events: loans run again from a close that no later correction has made stale.

A close at the end of day S is stale for a loan if an event known now has effect on or before S and was known only after
it. So each event spans [effect_on, close_on - 1]; the spans of a loan are merged, and the loan restarts from a kept close
that lies in none of them. Restarting from "the day before the new event" is wrong for a loan corrected twice.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable

import pyarrow as pa

from arrears.book import columns as c
from arrears.book.close.engine import Programme, arrow_schema
from arrears.book.close.step import Runner
from arrears.book.rules.turns import IDS
from arrears.book.store import Book
from arrears.kernel.days import day_number, from_day_number

Span = tuple[int, int]


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


def replay_backdated(book: Book, programme: Programme, day: dt.date, previous: dt.date) -> int:
    """Replay to `previous` every loan that learned today of something earlier; returns how many.

    Afterwards `published_pos` holds them as they were, `replayed_pos` and `replayed_due` as they are now, and `now_pos`,
    `now_due` the book with them swapped in.
    """
    number, last = day_number(day), day_number(previous)
    # events taken in for this close, of the days since the last one, that reach into days already closed
    late = f"close_on <= {number} AND close_on > {last} AND effect_on <= {last}"
    engine = programme.engine
    engine.make("late_ids", f"SELECT DISTINCT e.loan_id FROM events_all AS e JOIN last_pos AS p ON e.loan_id = p.loan_id WHERE {late}", IDS)
    if not engine.fetch("SELECT count(*) FROM late_ids")[0][0]:
        return 0
    found = engine.fetch(
        "SELECT loan_id, effect_on, close_on FROM events_all WHERE effect_on < close_on "
        f"AND close_on <= {number} AND loan_id IN (SELECT loan_id FROM late_ids)"
    )
    spans: dict[str, list[Span]] = defaultdict(list)
    for loan, effect, close in found:
        spans[str(loan)].append((int(str(effect)), int(str(close)) - 1))
    kept = [day_number(each) for each in book.closes()]
    starts: dict[int | None, list[str]] = defaultdict(list)
    for loan in spans:
        starts[restart_day(spans[loan], kept, number)].append(loan)
    replay(book, programme, starts, previous, number)
    engine.make("published_pos", "SELECT * FROM last_pos WHERE loan_id IN (SELECT loan_id FROM late_ids)", c.POSITION)
    engine.make("replayed_pos", "SELECT * FROM work_pos", c.POSITION)
    engine.make("replayed_due", "SELECT * FROM work_due", c.OPEN_DUE)
    for name in ("pos", "due"):
        rest = f"SELECT * FROM last_{name} WHERE loan_id NOT IN (SELECT loan_id FROM late_ids)"
        engine.view(f"now_{name}", f"{rest} UNION ALL SELECT * FROM replayed_{name}")
    return len(spans)


def replay(
    book: Book,
    programme: Programme,
    starts: dict[int | None, list[str]],
    through: dt.date,
    known: int,
    collect: bool = False,
    events: str = "events_all",
) -> Runner:
    """Run loans from kept closes to the end of `through` with the events known at day number `known`.

    Parameters
    ----------
    starts : kept close (None = the opening of the loan) -> loan ids
    collect : keep where each fen went
    events : the table of events to read

    `work_pos` and `work_due` hold the result. Loans opened after `through` are left out.
    """
    runner = restore(book, programme, starts, through, known, collect, events)
    runner.run_to(through)
    return runner


def restore(
    book: Book,
    programme: Programme,
    starts: dict[int | None, list[str]],
    through: dt.date,
    known: int,
    collect: bool = False,
    events: str = "events_all",
) -> Runner:
    """Put loans to work as `replay` does, with all they need to run to the end of `through`, without running them."""
    engine = programme.engine
    number = day_number(through)
    parts: dict[str, list[str]] = {"pos": [], "due": []}
    for place, (start, loans) in enumerate(starts.items()):
        engine.put("chosen", pa.table({"loan_id": loans}, schema=arrow_schema(IDS)), IDS)
        if start is None:
            programme.run("opening", "opening_due")
            sources = {"pos": f"SELECT * FROM opening WHERE state_on < {number}", "due": "SELECT * FROM opening_due"}
        else:
            for name, table, columns in (("pos", "position", c.POSITION), ("due", "open_due", c.OPEN_DUE)):
                engine.scan(f"kept_{name}", book.close_files(from_day_number(start), table), columns)
            sources = {name: f"SELECT * FROM kept_{name} WHERE loan_id IN (SELECT loan_id FROM chosen)" for name in parts}
        for name, columns in (("pos", c.POSITION), ("due", c.OPEN_DUE)):
            engine.make(f"restored_{name}_{place}", sources[name], columns)
            parts[name].append(f"SELECT * FROM restored_{name}_{place}")
    engine.make("work_pos", " UNION ALL ".join(parts["pos"]), c.POSITION)
    engine.make("work_due", " UNION ALL ".join(parts["due"]), c.OPEN_DUE)
    ids = "loan_id IN (SELECT loan_id FROM work_pos)"
    engine.make("work_sched", f"SELECT * FROM by_loan WHERE {ids} AND due_on <= {number}", c.SCHEDULE)
    engine.make("work_evt", f"SELECT * FROM {events} WHERE {ids} AND close_on <= {known} AND effect_on <= {number}", c.EVENTS)
    return Runner(programme, collect)

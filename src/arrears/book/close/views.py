"""Reading with the rules: a loan's history, the book as known now, a loan recalculated with events that may happen."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from arrears.book import columns as c
from arrears.book.close.engine import Engine, arrow_schema
from arrears.book.close.few import FEW, FEW_FOR_LONG, LONG
from arrears.book.close.replay import Span, restarts, restarts_by_day, restore, run_again
from arrears.book.close.run import Closer
from arrears.book.close.small import arrow
from arrears.book.close.step import rows_of
from arrears.book.rules.turns import IDS
from arrears.book.rules.waterfall import POURED
from arrears.book.store import BookError
from arrears.kernel.days import day_number


@dataclass(frozen=True)
class History:
    """One loan from its opening to a day.

    Attributes
    ----------
    terms : its row of LOANS
    on : the day
    position : its row of POSITION at the end of the day
    open_due : its open obligations (OPEN_DUE rows)
    lines : where each fen went (POURED rows: taken_on, obligation, part, taken_fen, from_credit_fen), in order
    events : its events known by then (EVENTS rows), by value day
    schedule : its contract instalments (SCHEDULE rows)
    """

    terms: dict[str, Any]
    on: dt.date
    position: dict[str, Any]
    open_due: list[dict[str, Any]]
    lines: list[dict[str, Any]]
    events: list[dict[str, Any]]
    schedule: list[dict[str, Any]]


def history_of(closer: Closer, loan_id: str, on: dt.date, known_on: dt.date) -> History:
    """See `Door.history`."""
    few = closer.few
    told = few.loans([loan_id])
    if not told.terms:
        raise BookError(f"there is no loan {loan_id!r} in this Book")
    terms = arrow(few.agreed([loan_id], c.LOANS), c.LOANS).to_pylist()[0]
    if terms["opened_on"] > on:
        raise BookError(f"loan {loan_id} was opened on {terms['opened_on']}; nothing is known of it at the end of {on}")
    runner = few.put(told, {None: [loan_id]}, on, known_on, collect=True)
    runner.run_to(on)
    positions, dues = few.result()
    lines = rows_of(runner.lines, POURED).sort_by([("taken_on", "ascending"), ("rank", "ascending")])
    events = few.known_events(told, on, known_on)
    schedule = arrow(told.schedule, c.SCHEDULE).sort_by([("due_on", "ascending"), ("obligation", "ascending")])
    return History(terms, on, positions.to_pylist()[0], dues.to_pylist(), lines.to_pylist(), events, schedule.to_pylist())


def known_now(closer: Closer, on: dt.date) -> tuple[pa.Table, pa.Table]:
    """Positions and open obligations at the end of `on` with everything known at the last close."""
    book, engine = closer.book, closer.engine
    last = book.current
    assert last is not None
    closer.prepare(last)
    number, known = day_number(on), day_number(last)
    found = engine.fetch(
        f"SELECT loan_id, effect_on, close_on FROM events_all WHERE effect_on < close_on AND close_on > {number} "
        f"AND close_on <= {known} AND effect_on <= {number}"
    )
    spans: dict[str, list[Span]] = defaultdict(list)
    for loan in {str(row[0]) for row in found}:
        spans[loan] = []
    every = engine.fetch(f"SELECT loan_id, effect_on, close_on FROM events_all WHERE effect_on < close_on AND close_on <= {known}")
    for name, effect, close in every:
        if str(name) in spans:
            spans[str(name)].append((int(str(effect)), int(str(close)) - 1))
    closer.last(on)
    pos, due = "SELECT * FROM last_pos", "SELECT * FROM last_due"
    if spans:
        kept = [day_number(day) for day in book.closes()]
        run_again(book, closer.programme, restarts_by_day(restarts(spans, kept, number)), on, known)
        engine.put("corrected", pa.table({"loan_id": list(spans)}, schema=arrow_schema(IDS)), IDS)
        others = "WHERE loan_id NOT IN (SELECT loan_id FROM corrected)"
        pos, due = f"{pos} {others} UNION ALL SELECT * FROM work_pos", f"{due} {others} UNION ALL SELECT * FROM work_due"
    order = "ORDER BY loan_id"
    return (
        engine.arrow(f"SELECT * FROM ({pos}) AS p {order}", c.POSITION),
        engine.arrow(f"SELECT * FROM ({due}) AS d {order}, due_on, obligation", c.OPEN_DUE),
    )


def recalculated(
    closer: Closer, loan_ids: list[str], on: dt.date, events: pa.Table | None, few: int | None = None
) -> tuple[pa.Table, pa.Table]:
    """See `Door.recalculate`: the same turns, for these loans alone."""
    return list(recalculated_days(closer, loan_ids, [on], events, few))[-1]


def recalculated_days(
    closer: Closer, loan_ids: list[str], days: list[dt.date], events: pa.Table | None = None, few: int | None = None
) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Positions and open obligations at the end of each of `days` (rising), in one run from the last close.

    Up to `few` loans are run in memory (None: as many as pays), more by the engine of the closer; the rows are the same.
    """
    last = closer.book.current
    if last is None or days[0] < last:
        raise BookError(f"a quote looks forward from the last close ({last}); {days[0]} is before it")
    loans = list(dict.fromkeys(loan_ids))
    most = few if few is not None else FEW_FOR_LONG if (days[-1] - last).days > LONG else FEW
    if len(loans) <= most:
        yield from closer.few.days(loans, days, events, last)
    else:
        yield from _many_days(closer, loans, days, events, last)


def _many_days(
    closer: Closer, loan_ids: list[str], days: list[dt.date], events: pa.Table | None, last: dt.date
) -> Iterator[tuple[pa.Table, pa.Table]]:
    book, engine, through = closer.book, closer.engine, days[-1]
    closer.prepare(through)
    engine.put("asked", events if events is not None else arrow_schema(c.EVENTS).empty_table(), c.EVENTS)
    # an event counts once, whether it was taken in meanwhile or not
    new = "SELECT * FROM asked WHERE event_id NOT IN (SELECT event_id FROM events_all)"
    engine.view("events_asked", f"SELECT * FROM events_all UNION ALL {new}")
    engine.put("wanted", pa.table({"loan_id": loan_ids}, schema=arrow_schema(IDS)), IDS)
    # taken in since the close or only asked about: what reaches back into closed days starts from a close it leaves standing
    late = f"effect_on < close_on AND close_on <= {day_number(through)} AND loan_id IN (SELECT loan_id FROM wanted)"
    spans: dict[str, list[Span]] = {loan: [] for loan in loan_ids}
    for loan, effect, close in engine.fetch(f"SELECT loan_id, effect_on, close_on FROM events_asked WHERE {late}"):
        spans[str(loan)].append((int(str(effect)), int(str(close)) - 1))
    kept = [day_number(day) for day in book.closes()]
    starts = restarts_by_day(restarts(spans, kept, day_number(last) + 1))
    with engine.sized(len(loan_ids)):
        runner = restore(book, closer.programme, starts, through, day_number(through), events="events_asked")
        for day in days:
            runner.run_to(day)
            yield _result(engine)
    closer.programme.keep()


def _result(engine: Engine) -> tuple[pa.Table, pa.Table]:
    """Positions and open obligations where the loans at work are now."""
    return engine.rows("work_pos", c.POSITION, ["loan_id"]), engine.rows("work_due", c.OPEN_DUE, ["loan_id", "due_on", "obligation"])


def from_opening(closer: Closer, loan_ids: list[str], on: dt.date, known_on: dt.date, few: int = FEW) -> tuple[pa.Table, pa.Table]:
    """Positions and open obligations at the end of `on`, run from the opening with what was known at `known_on`."""
    starts: dict[int | None, list[str]] = {None: loan_ids}
    if len(loan_ids) <= few:
        alone = closer.few
        alone.put(alone.loans(loan_ids), starts, on, known_on).run_to(on)
        return alone.result()
    closer.prepare(known_on)
    run_again(closer.book, closer.programme, starts, on, day_number(known_on))
    return _result(closer.engine)

"""Many days at once: catch-up after missed nights, a night of backdated payments, one loan with a long history.

    python benchmarks/catch_up.py --json              1,000 loans x 24 instalments x 700 missed days, both ways
    python benchmarks/catch_up.py --backdated --json  1,000 of a million loans paid 30 days ago, told today
    python benchmarks/catch_up.py --long --json       one loan with 2,400 days of events

Each prints its figures and whether the rows of the two ways are identical. Nothing here is part of a test.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import close as closing
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from arrears.book import columns as c
from arrears.book.batch import Batch
from arrears.book.close.engine import arrow_schema
from arrears.book.close.views import from_opening
from arrears.book.door import Door, Settings
from arrears.book.rules.schedule import make_schedules
from arrears.kernel.days import add_months

START = dt.date(2024, 7, 31)
DAY = dt.timedelta(days=1)
NOON = "T12:00:00+08:00"


def main() -> None:
    """Run what was asked for and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--loans", type=int, help="default: 1,000, or a million with --backdated")
    parser.add_argument("--days", type=int, default=700)
    parser.add_argument("--backdated", action="store_true")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--event-loop-only", action="store_true", help="leave out the closes of each day")
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="arrears-bench-"))
    try:
        if told.backdated:
            figures = backdated(folder / "book", told.loans or 1_000_000)
        elif told.long:
            figures = long_loan(folder / "book")
        else:
            figures = catch_up(folder, told.loans or 1_000, told.days, daily=not told.event_loop_only)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(figures) if told.json else "\n".join(f"{name:<28}{value:>14,}" for name, value in figures.items()))


# -- a book of loans whose borrowers pay, forget, promise and agree ---------------------------------------------------------------


def make_book(folder: Path, count: int, days: int, term: int = 24) -> tuple[Door, dt.date]:
    """A Book of `count` loans of `term` instalments, opened and closed on START, with the events of the next `days` days taken in."""
    door = Door.init(folder, Settings())
    end = START + dt.timedelta(days=days)
    rng = Random(17)
    ids = [f"L{number:06d}" for number in range(count)]
    first = [add_months(START.replace(day=1), 1, rng.randint(1, 28)) for _ in ids]
    given = {
        "loan_id": pa.array(ids),
        "method": pa.array(["equal_instalment"] * count),
        "day_count": pa.array(["30/360"] * count),
        "principal_fen": pa.array([rng.randint(20_000, 200_000) * 100 for _ in ids], pa.int64()),
        "rate_ppm": pa.array([rng.choice(closing.RATES) for _ in ids], pa.int64()),
        "term_count": pa.array([term] * count, pa.int32()),
        "step_months": pa.array([1] * count, pa.int32()),
        "disbursed_on": pa.array([START] * count),
        "first_due_on": pa.array(first),
        "due_day": pa.array([0] * count, pa.int32()),
    }
    schedule = make_schedules(pa.table(given)).select(list(c.SCHEDULE)).cast(arrow_schema(c.SCHEDULE))
    dues: dict[str, list[tuple[dt.date, int]]] = {loan: [] for loan in ids}
    for row in schedule.to_pylist():
        dues[row["loan_id"]].append((row["due_on"], row["interest_fen"] + row["principal_fen"]))
    columns = {
        **given,
        "borrower_id": pa.array(ids),
        "instalment_fen": pa.array([dues[loan][0][1] for loan in ids], pa.int64()),
        "maturity_on": pa.array([dues[loan][-1][0] for loan in ids]),
        "opened_on": pa.array([START] * count),
        "history_paid_fen": pa.array([0] * count, pa.int64()),
        "signed_on": pa.array([START] * count),
        "acceleration_clause": pa.array([True] * count),
    }
    loans = pa.table({name: columns.get(name, _empty(kind, count)) for name, kind in c.LOANS.items()}, schema=arrow_schema(c.LOANS))
    rows = [row for loan in ids for row in life(rng, loan, dues[loan], end)]
    none = arrow_schema(c.SCHEDULE).empty_table()
    door.take_batch(Batch(loans, schedule, none, pa.Table.from_pylist(rows, arrow_schema(c.EVENTS))), {"mapping": "benchmark"})
    door.close(START)
    return door, end


def _empty(kind: str, count: int) -> pa.Array:
    return pa.array([""] * count) if kind == "string" else pa.nulls(count, arrow_schema({"x": kind}).field(0).type)


def life(rng: Random, loan: str, dues: list[tuple[dt.date, int]], end: dt.date) -> Iterator[dict[str, Any]]:
    """One loan's events up to `end`: some 17 in two years; a few are told late, a few receipts bounce."""
    number = 0
    bad = rng.random() < 0.25

    def event(kind: str, on: dt.date, late: int = 0, effect: dt.date | None = None, **more: Any) -> dict[str, Any]:
        nonlocal number
        number += 1
        ref = f"{loan}-{number:04d}"
        known = on + dt.timedelta(days=late)
        row: dict[str, Any] = {name: "" if shape == "string" else None for name, shape in c.EVENTS.items()}
        row |= {"event_id": f"bench/{ref}", "source": "bench", "source_ref": ref, "loan_id": loan, "kind": kind, "value_on": on}
        row |= {"recorded_at": f"{known}{NOON}", "close_on": known, "effect_on": effect or on, "amount_fen": 0, "count": 0}
        return row | {"step_months": 1, "days": 0, "progress": True, "reason": "bench", "asker": "a", "approver": "b"} | more

    for due, amount in dues:
        if due > end:
            break
        roll = rng.random()
        if roll < (0.35 if bad else 0.8):
            paid = event("payment_received", due, late=rng.choice((0,) * 30 + (1, 3, 12)), amount_fen=amount)
            yield paid
            if rng.random() < 0.01:
                bounced = max(paid["close_on"], due + dt.timedelta(days=rng.randint(1, 6)))
                yield event("payment_reversed", bounced, effect=due, amount_fen=amount, refers_to=paid["event_id"])
            continue
        after = due + dt.timedelta(days=rng.randint(1, 45))
        if roll > 0.9 and bad:
            continue  # nothing comes for this one
        if rng.random() < 0.3:
            yield event("promise_made", after - DAY, amount_fen=amount, until_on=after + dt.timedelta(days=rng.randint(0, 4)))
        yield event("payment_received", after, late=rng.choice((0,) * 20 + (2, 20)), amount_fen=rng.choice((amount, amount, amount // 2)))
        if not bad:
            continue
        if rng.random() < 0.05:
            yield event("hold_opened", after, subject=f"h{number}", stops="penalty+clock", until_on=after + dt.timedelta(days=20))
        if rng.random() < 0.05:
            yield event("penalty_waived", after + 2 * DAY, amount_fen=500)
        if rng.random() < 0.03:
            terms = {"subject": "arrears_plan", "count": 4, "first_due_on": after + dt.timedelta(days=20)}
            yield event("agreement_signed", after + 3 * DAY, **terms)


# -- 700 missed days ----------------------------------------------------------------------------------------------------------


def catch_up(folder: Path, count: int, days: int, daily: bool) -> dict[str, Any]:
    """The same missed days by the event loop and by a close of each day, and whether both end in the same rows."""
    door, end = make_book(folder / "book", count, days)
    loans = door.positions(columns=["loan_id"])["loan_id"].to_pylist()
    door.recalculate(loans[:3], START + 60 * DAY)  # the rules are compiled once
    door = Door(door.book.root)
    (positions, dues), seconds = timed(lambda: door.recalculate(loans, end))
    known = pa.concat_tables([door.events(loan).filter(pc.field("close_on") <= end) for loan in loans[:50]]).num_rows
    figures = {"loans": count, "days": days, "events_a_loan": known // min(count, 50), "event_loop_seconds": round(seconds, 2)}
    if daily:
        _, by_day = timed(lambda: door.close_through(end))
        figures |= {
            "daily_seconds": round(by_day, 2),
            "identical": carried(positions, end) == carried(door.positions(end), end) and rows_of(dues) == rows_of(door.open_due(end)),
        }
    return figures


def timed[T](work: Callable[[], T]) -> tuple[T, float]:
    """A result and the seconds that it took."""
    start = time.perf_counter()
    done = work()
    return done, time.perf_counter() - start


def carried(positions: pa.Table, day: dt.date) -> dict[str, dict[str, Any]]:
    """Rows by loan, each carried to `day`: of a row that nothing touched since only the sum of daily principal grows."""
    out = {}
    for row in positions.to_pylist():
        row["principal_days"] += row["principal_fen"] * (day - row["state_on"]).days
        row["state_on"] = day
        out[row["loan_id"]] = row
    return out


def rows_of(table: pa.Table) -> list[tuple[Any, ...]]:
    """Rows in one order, whatever order they came in."""
    return sorted(tuple(row.values()) for row in table.to_pylist())


# -- backdated payments at size -------------------------------------------------------------------------------------------------


def backdated(folder: Path, count: int) -> dict[str, Any]:
    """0.1 % of the loans learn today of a payment of 30 days ago; the close before is 30 days old at most."""
    eve = closing.EVE
    closing.make_book(folder, count)
    door = Door(folder)
    # the closes of the eve and of yesterday, a month taken at once: the kept close is that of the eve
    day = eve + dt.timedelta(days=32)
    door.take_events(_month_of_payments(door, eve))
    with door.book.lock():
        door.closer.close(day - DAY, eve)
    chosen = Random(5).sample(range(count), max(count // 1_000, 1))
    door.take_events(_late_payments(chosen, day - 30 * DAY, day))
    door = Door(folder)
    with stopwatch("late_starts", "run_again") as spent:
        done, seconds = timed(lambda: door.close(day))
    assert done is not None
    return {
        "loans": count,
        "replayed": done.replayed,
        "replay_seconds": round(sum(spent), 2),
        "close_seconds": round(seconds, 2),
        "touched": done.touched,
    }


def _month_of_payments(door: Door, eve: dt.date) -> pa.Table:
    """Whoever was not behind on the eve pays what falls due in the month after it, on its day."""
    files = door.book.files("schedule", f"due_month={eve + DAY:%Y-%m}")
    due = pa.concat_tables([pq.read_table(file) for file in files])
    behind = pa.concat_tables([pq.read_table(file, columns=["loan_id"]) for file in door.book.files("opening_due")])
    due = due.filter(pc.invert(pc.is_in(due["loan_id"], behind["loan_id"].combine_chunks())))
    # the payments of the first day stand among the book's own events already
    due = due.filter(pc.greater(due["due_on"], pa.scalar(closing.DAY)))
    count, days = due.num_rows, due["due_on"]
    name = pc.binary_join_element_wise("month", due["loan_id"], "-")
    given = {"event_id": pc.binary_join_element_wise("bench", name, "/"), "source": _same("bench", count), "source_ref": name}
    given |= {"loan_id": due["loan_id"], "kind": _same("payment_received", count), "value_on": days, "close_on": days, "effect_on": days}
    given |= {"amount_fen": pc.add(due["interest_fen"], due["principal_fen"]), "progress": _same(True, count)}
    given |= {"recorded_at": _same(f"{eve}{NOON}", count)}
    zero = {"count": 0, "step_months": 1, "days": 0}
    for column, kind in c.EVENTS.items():
        if column not in given:
            type_ = arrow_schema({column: kind}).field(0).type
            given[column] = pa.nulls(count, type_) if kind in ("day", "int64") else _same(zero.get(column, ""), count).cast(type_)
    return pa.table({column: given[column] for column in c.EVENTS}).cast(arrow_schema(c.EVENTS))


def _same(value: Any, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(value), count)


def _late_payments(chosen: list[int], value_on: dt.date, known_on: dt.date) -> pa.Table:
    rows = []
    for number in chosen:
        ref = f"late-{number}"
        row: dict[str, Any] = {name: "" if shape == "string" else None for name, shape in c.EVENTS.items()}
        row |= {"event_id": f"bench/{ref}", "source": "bench", "source_ref": ref, "loan_id": f"L{number:08d}", "kind": "payment_received"}
        row |= {"value_on": value_on, "recorded_at": f"{known_on}{NOON}", "close_on": known_on, "effect_on": value_on}
        rows.append(row | {"amount_fen": 100_000, "count": 0, "step_months": 1, "days": 0, "progress": True})
    return pa.Table.from_pylist(rows, arrow_schema(c.EVENTS))


@contextmanager
def stopwatch(*names: str) -> Iterator[list[float]]:
    """Seconds of each call of these functions of the close while the block runs, wherever they are called from."""
    spent: list[float] = []
    found = [(module, name, getattr(module, name)) for module in _close_modules() for name in names if hasattr(module, name)]

    def clocked(inner: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            done, seconds = timed(lambda: inner(*args, **more))
            spent.append(seconds)
            return done

        return call

    for module, name, inner in found:
        setattr(module, name, clocked(inner))
    try:
        yield spent
    finally:
        for module, name, inner in found:
            setattr(module, name, inner)


def _close_modules() -> list[Any]:
    return [module for name, module in sys.modules.items() if name.startswith("arrears.book.close.")]


# -- one loan with a long history -----------------------------------------------------------------------------------------------


def long_loan(folder: Path, days: int = 2_400) -> dict[str, Any]:
    """One loan of a small book: from its opening to the day, and from a kept close a month before."""
    door, end = make_book(folder, 20, days, term=96)
    with door.book.lock():  # a kept close 31 days before the end, without a night for each of the days between
        door.closer.close(end - dt.timedelta(days=31), START)
    door.recalculate(["L000001"], end)
    warm = Door(folder)
    events = warm.events("L000000").num_rows
    (kept, _), from_kept = timed(lambda: warm.recalculate(["L000000"], end))
    (again, _), from_kept_warm = timed(lambda: warm.recalculate(["L000000"], end))
    (opened, _), from_opening_seconds = timed(lambda: from_opening(warm.closer, ["L000000"], end, end))
    # the same by the columns of a close, as if it were one of many
    (by_columns, _), columns_seconds = timed(lambda: from_opening(warm.closer, ["L000000"], end, end, few=0))
    return {
        "days": days,
        "events": events,
        "from_kept_close_seconds": round(from_kept, 3),
        "from_kept_close_warm_seconds": round(from_kept_warm, 3),
        "from_opening_seconds": round(from_opening_seconds, 3),
        "from_opening_by_columns_seconds": round(columns_seconds, 3),
        "identical": carried(kept, end) == carried(opened, end) == carried(again, end) == carried(by_columns, end),
    }


if __name__ == "__main__":
    main()

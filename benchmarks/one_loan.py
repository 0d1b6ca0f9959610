"""One loan of a large Book while somebody waits: recalculated with a payment of today, with one dated back, and its statement.

    python benchmarks/one_loan.py --loans 10000000 --json
    python benchmarks/one_loan.py --book FOLDER --json     the Book made by an earlier run
    python benchmarks/one_loan.py --long --json            one loan with 2,400 days of events

Each loan is asked for the first time: its rows come from the files. Footers have been read before, and the rules compiled
(warm). The floor is pyarrow reading the same columns of the same row groups, in the same run. Nothing here is part of a test.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import catch_up
import close as closing
import pyarrow as pa

from arrears.book import columns as c
from arrears.book.close.engine import DuckDB, arrow_schema
from arrears.book.close.finder import Finder, Mark
from arrears.book.close.run import Closer
from arrears.book.close.views import from_opening
from arrears.book.door import Door
from arrears.book.papers.statement import statement
from arrears.book.rules.tables import STAGES

LAST = closing.EVE + dt.timedelta(days=22)  # one close takes the days since the eve, which stays as the kept close
TODAY = LAST + dt.timedelta(days=1)
BACK = dt.timedelta(days=20)


def main() -> None:
    """Make the Book, or take the one that is there, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--loans", type=int, default=1_000_000)
    parser.add_argument("--book", type=Path, help="keep the Book here; used as it is if it stands there")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    folder = told.book or Path(tempfile.mkdtemp(prefix="arrears-bench-")) / "book"
    try:
        figures = long_loan(folder) if told.long else one_loan(folder, told.loans)
    finally:
        if not told.book:
            shutil.rmtree(folder.parent, ignore_errors=True)
    figures["load"] = round(os.getloadavg()[0], 1)
    print(json.dumps(figures) if told.json else "\n".join(f"{name:<28}{value!s:>14}" for name, value in figures.items()))


def make_book(folder: Path, count: int) -> None:
    """The Book of benchmarks/close.py, closed on its eve and 22 days later."""
    if not (folder / "CURRENT").exists():
        closing.make_book(folder, count)
    door = Door(folder)
    if door.current < LAST:
        with door.book.lock():  # so many days at once touch most of the book, which takes memory that a nightly close does not
            Closer(door.book, door.law, DuckDB(4_000, spill=door.book.root / ".spill")).close(LAST, door.current)


class Recording(Finder):
    """A finder that remembers what it read."""

    def __init__(self) -> None:
        super().__init__()
        self.reads: list[tuple[Mark, list[int], list[str]]] = []

    def _read(self, mark: Mark, groups: list[int], columns: list[str]) -> pa.Table:
        self.reads.append((mark, groups, columns))
        return super()._read(mark, groups, columns)

    def again(self) -> None:
        """The floor: the same columns of the same row groups, and nothing else."""
        for mark, groups, columns in self.reads:
            super()._read(mark, groups, columns)


def one_loan(folder: Path, count: int) -> dict[str, Any]:
    """Milliseconds of each question; every one is about another loan."""
    make_book(folder, count)
    door = Door(folder)
    count = door.manifest()["tables"]["position"]["rows"]
    rng = Random(11)
    few = door.closer.few
    few._finder = finder = Recording()
    started = time.perf_counter()
    for name in STAGES:
        few.rules.function(name)
    for _ in range(100):  # every footer
        door.recalculate([loan := _loan(rng, count)], TODAY, payment(loan, TODAY))
        door.recalculate([loan := _loan(rng, count)], TODAY, payment(loan, TODAY - BACK))
    figures: dict[str, Any] = {"loans": count, "warm_up_seconds": round(time.perf_counter() - started, 2)}
    asks: dict[str, tuple[int, Callable[[str], object]]] = {
        "today": (300, lambda loan: door.recalculate([loan], TODAY, payment(loan, TODAY))),
        "backdated": (100, lambda loan: door.recalculate([loan], TODAY, payment(loan, TODAY - BACK))),
        "statement": (100, lambda loan: statement(door, loan)),
    }
    for name, (times, ask) in asks.items():
        spent, worked, floor, again = [], [], [], []
        for _ in range(times):
            loan = _loan(rng, count)
            finder.reads.clear()
            for what, wall, cpu in ((partial(ask, loan), spent, worked), (finder.again, floor, [])):
                start, busy = time.perf_counter(), time.process_time()
                what()
                wall.append(time.perf_counter() - start)
                cpu.append(time.process_time() - busy)
            start = time.perf_counter()
            ask(loan)
            again.append(time.perf_counter() - start)
        sums = {"": spent, "_cpu": worked, "_again": again, "_floor": floor}
        figures |= {f"{name}{kind}_ms": f"p50 {_at(values, 0.5)}  p99 {_at(values, 0.99)}" for kind, values in sums.items()}
    figures["peak_rss_bytes"] = closing.peak_bytes()
    return figures


def _loan(rng: Random, count: int) -> str:
    return f"L{rng.randrange(count):08d}"


def _at(values: list[float], share: float) -> float:
    return round(1_000 * sorted(values)[min(int(len(values) * share), len(values) - 1)], 2)


def payment(loan: str, value_on: dt.date) -> pa.Table:
    """A payment of that value day, told today."""
    row: dict[str, Any] = {name: "" if shape == "string" else None for name, shape in c.EVENTS.items()}
    row |= {"event_id": f"noon/{loan}", "source": "noon", "source_ref": loan, "loan_id": loan, "kind": "payment_received"}
    row |= {"value_on": value_on, "recorded_at": f"{TODAY}T12:00:00+08:00", "close_on": TODAY, "effect_on": value_on}
    row |= {"amount_fen": 100_000, "count": 0, "step_months": 1, "days": 0, "progress": True}
    return pa.Table.from_pylist([row], arrow_schema(c.EVENTS))


def long_loan(folder: Path, days: int = 2_400) -> dict[str, Any]:
    """One loan of a small book: from a kept close a month before the day, and from its opening; with each engine."""
    door, end = catch_up.make_book(folder, 20, days, term=96)
    with door.book.lock():  # without a night for each of the days between
        door.closer.close(end - dt.timedelta(days=31), catch_up.START)
    door.recalculate(["L000001"], end)
    warm = Door(folder)
    warm.recalculate(["L000001"], end)
    loan = ["L000000"]
    figures: dict[str, Any] = {"days": days, "events": warm.events(loan[0]).num_rows}
    for name, ask in {
        "kept_close": lambda: warm.recalculate(loan, end),
        "kept_close_again": lambda: warm.recalculate(loan, end),
        "opening": lambda: from_opening(warm.closer, loan, end, end),
        "opening_sql": lambda: from_opening(warm.closer, loan, end, end, few=0),
    }.items():
        busy = time.process_time()
        (rows, _), seconds = catch_up.timed(ask)
        figures |= {f"{name}_seconds": round(seconds, 4), f"{name}_cpu_seconds": round(time.process_time() - busy, 4)}
        figures.setdefault("identical", True)
        figures["identical"] &= catch_up.carried(rows, end) == catch_up.carried(figures.setdefault("_first", rows), end)
    del figures["_first"]
    return figures


if __name__ == "__main__":
    main()

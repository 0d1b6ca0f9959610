"""One nightly close of N invented loans, against DuckDB copying the same files in the same run.

    python benchmarks/close.py --loans 1000000 --json
    {"loans": ..., "seconds": ..., "floor_seconds": ..., "ratio": ..., "written_floor_seconds": ..., "peak_rss_bytes": ...}

Each loan has 36 instalments; 8 % are behind by one to five; of the day's loans most pay, some part, some twice; of those
behind, some pay, promise, are on hold, get penalty waived, sign a plan or a restructure; some are told a day late; three in a
thousand of the others pay early. `seconds` is the close with everything in: replay, journal, proposals, verification, hashes,
files. The floor reads and writes every row and column of the book's positions and of the other files of the close; the
written floor only those files that the close did not link from the day before. Nothing here is part of a test.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book import columns as c
from arrears.book.batch import Batch
from arrears.book.close.engine import arrow_schema
from arrears.book.door import Door, Settings
from arrears.book.rules.schedule import make_schedules

EVE, DAY = dt.date(2026, 6, 30), dt.date(2026, 7, 1)
TERM, RATES = 36, (96_000, 120_000, 144_000, 168_000, 180_000, 204_000)


def main() -> None:
    """Make the Book, close its eve, then time the close of the day in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--loans", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--book", type=Path, help="keep the Book here")
    parser.add_argument("--verify", action="store_true", help="time `arrears verify` of both closes too")
    parser.add_argument("--timed", action="store_true", help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.timed:
        print(json.dumps(timed(told.book, told.verify)))
        return
    folder = told.book or Path(tempfile.mkdtemp(prefix="arrears-bench-")) / "book"
    try:
        if (folder / "CURRENT").exists():
            back(folder)  # a kept Book: time the close of its day again
        else:
            make_book(folder, told.loans)
        words = [sys.executable, __file__, "--book", str(folder), "--timed", *(["--verify"] if told.verify else [])]
        run = subprocess.run(words, capture_output=True, text=True, check=True)
        figures = {"loans": told.loans, **json.loads(run.stdout.splitlines()[-1])}
    finally:
        if not told.book:
            shutil.rmtree(folder.parent, ignore_errors=True)
    if told.json:
        print(json.dumps(figures))
    else:
        print(f"{figures['loans']:,} loans: {figures['seconds']:.2f} s, floor {figures['floor_seconds']:.2f} s, "
              f"ratio {figures['ratio']:.2f}, peak {figures['peak_rss_bytes'] / 2**20:.0f} MiB")  # fmt: skip


def back(folder: Path) -> None:
    """Take the close of the day back, if there is one."""
    door = Door(folder)
    if door.current == DAY:
        door.reopen()


def timed(folder: Path, verify: bool) -> dict[str, Any]:
    """Seconds of the close, of the floor, and the most memory the process held during the close."""
    door = Door(folder)
    start, cpu = time.perf_counter(), time.process_time()
    done = door.close(DAY)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    peak = peak_bytes()
    assert done is not None
    files = sorted(door.book.close_dir(DAY).glob("*.parquet"))
    floor = min(copy(files, folder / "floor") for _ in range(2))
    written = min(copy([file for file in files if file.stat().st_nlink == 1], folder / "floor") for _ in range(2))
    start = time.perf_counter()
    findings = [found for _, found in door.verify() if found] if verify else []
    checked = time.perf_counter() - start
    assert not findings, findings
    return {
        "seconds": round(seconds, 3),
        "floor_seconds": round(floor, 3),
        "ratio": round(seconds / floor, 2),
        "written_floor_seconds": round(written, 3),
        **({"verify_seconds": round(checked, 3)} if verify else {}),
        "cpu_seconds": round(cpu, 2),
        "load_average": round(os.getloadavg()[0], 1),
        "peak_rss_bytes": peak,
        "touched": done.touched,
        "replayed": done.replayed,
        "proposals": done.proposals,
    }


def peak_bytes() -> int:
    """Most memory of this process. The kernel hands the figure of getrusage on from the parent, so its own is asked first."""
    status = Path("/proc/self/status")
    if status.exists():
        told = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(told.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def copy(files: list[Path], folder: Path) -> float:
    """Seconds that DuckDB takes to read and write these files."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    connection = duckdb.connect(":memory:", config={"threads": "2", "memory_limit": "1500MB", "preserve_insertion_order": "false"})
    start = time.perf_counter()
    for file in files:
        connection.execute(f"COPY (SELECT * FROM read_parquet('{file}')) TO '{folder / file.name}' (FORMAT PARQUET, COMPRESSION ZSTD)")
    return time.perf_counter() - start


def make_book(folder: Path, count: int) -> None:
    """A Book of `count` loans boarded with their history behind them, closed on the eve."""
    door = Door.init(folder, Settings())
    for first in range(0, count, 250_000):
        batch = boarding(first, min(250_000, count - first))
        door.take_batch(batch, {"mapping": "benchmark"})
    door.close(EVE)


def boarding(first: int, count: int) -> Batch:
    """Loans first .. first + count: terms, coming instalments, instalments behind, the events of the day."""
    rng = np.random.default_rng(first + 7)
    age = rng.integers(1, TERM, count)
    principal = rng.integers(20_000, 200_000, count) * 100
    rate = np.asarray(RATES)[rng.integers(0, len(RATES), count)]
    due_day = rng.integers(1, 29, count)
    months = 2026 * 12 + 5 - age + 1 + (due_day == 1)  # so that `age` instalments are due by the eve
    first_due = [dt.date(int(m) // 12, int(m) % 12 + 1, int(d)) for m, d in zip(months, due_day, strict=True)]
    ids = pa.array([f"L{number:08d}" for number in range(first, first + count)])
    given = {"loan_id": ids, "method": pa.array(["equal_instalment"] * count), "day_count": pa.array(["30/360"] * count),
             "principal_fen": pa.array(principal), "rate_ppm": pa.array(rate), "term_count": pa.array([TERM] * count, pa.int32()),
             "step_months": pa.array([1] * count, pa.int32()), "disbursed_on": pa.array(first_due), "first_due_on": pa.array(first_due),
             "due_day": pa.array([0] * count, pa.int32())}  # fmt: skip
    rows = make_schedules(pa.table(given))
    late = rng.random(count) < 0.08
    behind = np.where(late, np.minimum(np.minimum(rng.geometric(0.5, count), 5), age), 0)
    place = np.repeat(np.arange(count), TERM)
    number = np.tile(np.arange(1, TERM + 1), count)
    paid = number <= (age - behind)[place]
    passed = pc.less_equal(rows["due_on"], pa.scalar(EVE)).to_numpy(zero_copy_only=False)
    coming = rows.filter(pa.array(~passed))
    unpaid = rows.filter(pa.array(passed & ~paid))
    owed = np.bincount(place[~paid], weights=rows["principal_fen"].to_numpy()[~paid], minlength=count).astype(np.int64)
    level = (rows["interest_fen"].to_numpy() + rows["principal_fen"].to_numpy()).reshape(count, TERM)[:, 0]
    maturity = rows["due_on"].to_numpy().reshape(count, TERM)[:, -1]
    never = pa.array([0] * count, pa.int64())
    columns = {**given, "borrower_id": ids, "principal_fen": pa.array(owed), "instalment_fen": pa.array(level),
               "maturity_on": pa.array(maturity), "opened_on": pa.array([EVE] * count), "history_paid_fen": never,
               "signed_on": pa.array(first_due), "acceleration_clause": pa.array([True] * count)}  # fmt: skip
    loans = pa.table({name: columns.get(name, _empty(kind, count)) for name, kind in c.LOANS.items()}, schema=arrow_schema(c.LOANS))
    return Batch(loans, coming, unpaid, events(rng, first, late, due_day == 1, level))


def _empty(kind: str, count: int) -> pa.Array:
    return pa.array([""] * count) if kind == "string" else pa.nulls(count, arrow_schema({"x": kind}).field(0).type)


Values = np.ndarray[Any, Any]


def events(rng: np.random.Generator, first: int, late: Values, due: Values, level: Values) -> pa.Table:
    """The day's events: payments of those due and of some behind, and what else happens to those behind."""
    rows: list[dict[str, Any]] = []
    dice = rng.random(len(level))

    def add(at: int, kind: str, value: dt.date = DAY, **more: Any) -> None:
        loan, ref = f"L{first + at:08d}", f"{kind}-{first + at}-{len(rows)}"
        row: dict[str, Any] = dict.fromkeys(c.EVENTS) | {
            "subject": "",
            "refers_to": "",
            "stops": "",
            "count": 0,
            "step_months": 1,
            "days": 0,
        }
        row |= {"event_id": f"bench/{ref}", "source": "bench", "source_ref": ref, "loan_id": loan, "kind": kind, "value_on": value}
        row |= {"recorded_at": f"{DAY}T12:00:00+08:00", "close_on": DAY, "effect_on": value, "amount_fen": 0, "progress": True}
        rows.append(row | {"channel": "", "payer": "", "reason": "bench", "asker": "a", "approver": "b"} | more)

    for at in np.flatnonzero(due & (dice < 0.8)):
        add(int(at), "payment_received", amount_fen=int(level[at]))
    for at in np.flatnonzero(~due & ~late & (dice < 0.003)):
        add(int(at), "payment_received", amount_fen=int(level[at]))
    for at in np.flatnonzero(late):
        roll, amount = dice[at], int(level[at])
        if roll < 0.10:
            add(int(at), "payment_received", amount_fen=amount if roll < 0.07 else amount // 3)
        elif roll < 0.11:
            add(int(at), "payment_received", EVE, amount_fen=amount)  # told a day late
        elif roll < 0.14:
            add(int(at), "promise_made", amount_fen=amount, until_on=DAY + dt.timedelta(days=5))
        elif roll < 0.17:
            add(int(at), "hold_opened", subject="h", stops="penalty+clock+contact")
        elif roll < 0.18:
            add(int(at), "penalty_waived", amount_fen=100)
        elif roll < 0.185:
            add(int(at), "agreement_signed", subject="arrears_plan", count=6, first_due_on=DAY + dt.timedelta(days=20))
        elif roll < 0.187:
            add(int(at), "agreement_signed", subject="restructure", count=24, first_due_on=DAY + dt.timedelta(days=20))
    return pa.Table.from_pylist(rows, arrow_schema(c.EVENTS))


if __name__ == "__main__":
    main()

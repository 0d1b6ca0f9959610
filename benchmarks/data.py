"""An analyst's table of N loan-months, against DuckDB reading the same columns of the same files in the same run.

    python benchmarks/data.py --rows 200000 --json
    {"rows": ..., "pandas_seconds": ..., "arrow_seconds": ..., "floor_seconds": ..., "ratio": ..., "roll_rates_seconds": ..., ...}

The Book is one of ten month ends, made by benchmarks/close.py. `pandas_seconds` is the first call of a fresh process: opening the
Book, `loan_months`, `.to_pandas()`. `ratio` compares Arrow with Arrow: `loan_months(...).to_pyarrow()` over the floor.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
from close import EVE, boarding, peak_bytes

from arrears.book.door import Door, Settings

MONTHS = 10
LAST = dt.date(2027, 3, 31)
TRIES = 3


def main() -> None:
    """Make the Book, then time the tables in a process of their own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--book", type=Path, help="keep the Book here; used as it is if it stands there")
    parser.add_argument("--timed", action="store_true", help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.timed:
        print(json.dumps(timed(told.book)))
        return
    folder = told.book or Path(tempfile.mkdtemp(prefix="arrears-bench-")) / "book"
    try:
        if not (folder / "CURRENT").exists():
            make_book(folder, told.rows // MONTHS)
        run = subprocess.run([sys.executable, __file__, "--book", str(folder), "--timed"], stdout=subprocess.PIPE, text=True, check=True)
        figures = json.loads(run.stdout.splitlines()[-1])
    finally:
        if not told.book:
            shutil.rmtree(folder.parent, ignore_errors=True)
    if told.json:
        print(json.dumps(figures))
    else:
        print(f"{figures['rows']:,} loan-months to pandas in {figures['pandas_seconds']:.2f} s; to Arrow {figures['arrow_seconds']:.2f} s, "
              f"floor {figures['floor_seconds']:.2f} s, ratio {figures['ratio']:.2f}; "
              f"peak {figures['peak_rss_bytes'] / 2**20:.0f} MiB")  # fmt: skip


def make_book(folder: Path, count: int) -> None:
    """A Book of `count` loans, closed at ten month ends."""
    door = Door.init(folder, Settings(monthly=True))
    for first in range(0, count, 250_000):
        door.take_batch(boarding(first, min(250_000, count - first)), {"mapping": "benchmark"})
    door.close(EVE)
    door.close_through(LAST)


def timed(folder: Path) -> dict[str, Any]:
    """Seconds of the first table of a process, then the best of three for Arrow, the floor and the other tables."""
    start, worked = time.perf_counter(), time.process_time()
    import arrears.data as ad

    frame = ad.loan_months(folder).to_pandas()
    first, worked = time.perf_counter() - start, time.process_time() - worked
    arrow = best(lambda: ad.loan_months(folder).to_pyarrow())
    floor = best(lambda: read(folder))
    return {
        "rows": len(frame),
        "columns": len(frame.columns),
        "pandas_seconds": round(first, 3),
        "pandas_cpu_seconds": round(worked, 3),
        "arrow_seconds": round(arrow, 3),
        "floor_seconds": round(floor, 3),
        "ratio": round(arrow / floor, 2),
        "positions_seconds": round(best(lambda: ad.positions(folder).to_pyarrow()), 3),
        "roll_rates_seconds": round(best(lambda: ad.roll_rates(folder).to_pyarrow()), 3),
        "vintage_seconds": round(best(lambda: ad.vintage(folder).to_pyarrow()), 3),
        "peak_rss_bytes": peak_bytes(),
    }


def best(work: Callable[[], object]) -> float:
    """Seconds of the fastest of three tries."""
    spent = []
    for _ in range(TRIES):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return min(spent)


def read(folder: Path) -> object:
    """The floor: the same columns of every month's files, to Arrow, nothing joined or worked out."""
    from arrears.data.columns import MONTH

    book = Door(folder).book
    listed = ", ".join(MONTH)
    files = [str(file) for day in book.closes() for file in book.close_files(day, "position")]
    return duckdb.connect().sql(f"SELECT {listed} FROM read_parquet({files})").to_arrow_table()


if __name__ == "__main__":
    main()

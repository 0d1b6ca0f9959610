"""An import of N loans from CSV, against pyarrow reading the same file and writing it as Parquet in the same run.

    python benchmarks/import_csv.py --rows 100000 --json
    {"rows": ..., "bytes": ..., "seconds": ..., "floor_seconds": ..., "ratio": ..., "peak_rss_bytes": ...}

`seconds` is the whole import into an empty Book: encoding guess, checks of every row, instalments made, files written. The
floor does nothing of that. One row in a hundred is bad and leaves to rejects.csv. Nothing here is part of a test.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from arrears.book.door import Door, Settings

HEADER = "loan_id,borrower_id,product,method,principal,rate,term_count,signed_on,disbursed_on,first_due_on,vehicle,vehicle_value,liens"


def main() -> None:
    """Write the file, then time the import in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--timed", type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.timed:
        print(json.dumps(timed(told.timed)))
        return
    with tempfile.TemporaryDirectory(prefix="arrears-bench-") as folder:
        file = Path(folder) / "loans.csv"
        write(file, told.rows)
        run = subprocess.run([sys.executable, __file__, "--timed", str(file)], capture_output=True, text=True, check=True)
        figures = {"rows": told.rows, "bytes": file.stat().st_size, **json.loads(run.stdout.splitlines()[-1])}
    if told.json:
        print(json.dumps(figures))
    else:
        print(f"{figures['rows']:,} rows: {figures['seconds']:.2f} s, floor {figures['floor_seconds']:.2f} s, "
              f"ratio {figures['ratio']:.1f}, peak {figures['peak_rss_bytes'] / 2**20:.0f} MiB")  # fmt: skip


def write(file: Path, rows: int) -> None:
    """Write loans as a lender's export has them: commas in amounts, percent signs, JSON of liens; each hundredth has a bare rate."""
    methods = ("equal_instalment", "equal_principal", "interest_first", "bullet")
    with file.open("w", encoding="utf-8") as out:
        out.write(HEADER + "\n")
        for k in range(rows):
            month, day = k % 12 + 1, k % 27 + 1
            rate = "18" if k % 100 == 99 else f"{10 + k % 9}.{k % 10}%"
            after = f"{2025 + month // 12}-{month % 12 + 1:02d}-{day:02d}"
            claim = (k % 90 + 10) * 100_000
            liens = f'"[{{""holder"": ""bank {k % 50}"", ""claim_fen"": {claim}, ""registered_on"": ""2024-03-01"", ""ours"": false}}]"'
            cells = [f"L{k:08d}", f"P{k // 2:07d}", "auto", methods[k % 4], f'"{10_000 + k % 190 * 1000:,}.00"', rate, f"{12 + k % 4 * 12}"]
            cells += ["", f"2025-{month:02d}-{day:02d}", after, f'"{{""make"": ""M{k % 40}"", ""plate"": ""T{k:07d}""}}"']
            out.write(",".join([*cells, f"{90_000 + k % 70 * 1000}", liens]) + "\n")


def timed(file: Path) -> dict[str, Any]:
    """Seconds of the import, of the floor, and the most memory the process held during the import."""
    door = Door.init(file.parent / "book", Settings())
    start = time.perf_counter()
    done = door.import_files([file], "arrears", dt.date(2026, 7, 1))
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    floor = min(_floor(file) for _ in range(2))
    return {
        "seconds": round(seconds, 3),
        "floor_seconds": round(floor, 3),
        "ratio": round(seconds / floor, 1),
        "peak_rss_bytes": peak,
        "loans": done.tape.loans.num_rows,
        "instalments": done.tape.schedule.num_rows,
        "rejects": done.tape.rejects.num_rows,
    }


def _floor(file: Path) -> float:
    """Seconds of reading the same file with pyarrow and writing it as Parquet."""
    start = time.perf_counter()
    pq.write_table(pacsv.read_csv(file), file.parent / "floor.parquet")
    return time.perf_counter() - start


if __name__ == "__main__":
    main()

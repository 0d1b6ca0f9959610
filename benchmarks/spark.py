"""One close of the same Book on Spark and on DuckDB: equal rows, both times.

    python benchmarks/spark.py --loans 1000000 --json
    {"loans": ..., "session_seconds": ..., "spark_seconds": ..., "duckdb_seconds": ..., "equal": true, "rows": {...}}

The Book is that of `benchmarks/close.py`. Spark runs on SPARK_MASTER, or local[2]. Every table of the close is compared as
a multiset of whole rows. Nothing here is part of a test.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import close as closing
import duckdb
import pyarrow as pa

from arrears.book.door import Door, engine_named


def main() -> None:
    """Close a day on both engines, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--loans", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="arrears-bench-"))
    try:
        figures = both(folder, told.loans)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(figures) if told.json else "\n".join(f"{name:<20}{value}" for name, value in figures.items()))
    if not figures["equal"]:
        sys.exit(1)


def both(folder: Path, loans: int) -> dict[str, Any]:
    """Times of both engines, and whether their tables hold the same rows."""
    closing.make_book(folder / "duckdb", loans)
    shutil.copytree(folder / "duckdb", folder / "spark")
    doors = {name: Door(folder / name) for name in ("duckdb", "spark")}
    start = time.perf_counter()
    engine = engine_named("spark")
    session = time.perf_counter() - start
    seconds = {}
    for name, door in doors.items():
        start = time.perf_counter()
        done = door.close(closing.DAY, engine if name == "spark" else None)
        seconds[name] = time.perf_counter() - start
        assert done is not None
    rows, unlike = compared(doors["duckdb"], doors["spark"])
    return {
        "loans": loans,
        "session_seconds": round(session, 1),
        "spark_seconds": round(seconds["spark"], 1),
        "duckdb_seconds": round(seconds["duckdb"], 2),
        "ratio": round(seconds["spark"] / seconds["duckdb"], 1),
        "equal": not any(unlike.values()),
        "rows": rows,
        "unlike": unlike,
    }


def compared(ours: Door, theirs: Door) -> tuple[dict[str, int], dict[str, int]]:
    """Rows of each table of the close, and how many stand in one of the two only."""
    day = closing.DAY
    reads = {"position": Door.positions, "open_due": Door.open_due, "proposals": Door.proposals, "journal": lambda d: d.journal(day, day)}
    rows, unlike = {}, {}
    for name, read in reads.items():
        tables = [read(door) for door in (ours, theirs)]
        rows[name] = tables[0].num_rows
        unlike[name] = sum(only_in(a, b) for a, b in (tables, tables[::-1]))
    return rows, unlike


def only_in(one: pa.Table, other: pa.Table) -> int:
    """Rows of the first table that the second lacks, each as often as it stands there."""
    connection = duckdb.connect(":memory:", config={"threads": "2", "memory_limit": "6GB"})
    connection.register("one", one)
    connection.register("other", other.select(one.column_names))
    found = connection.execute("SELECT count(*) FROM (SELECT * FROM one EXCEPT ALL SELECT * FROM other)").fetchone()
    return int(found[0]) if found else 0


if __name__ == "__main__":
    main()

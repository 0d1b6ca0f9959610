"""The close against the usual ways: a Decimal loop in memory, and a Django ORM job on PostgreSQL.

    python benchmarks/peers/run.py --loans 10000 --json
    python benchmarks/peers/run.py --loans 10000 --close-rate 700000 --json     the close's rate as measured before

All do the same night by the same rules: penalty, waterfall, days past due, bucket, five-class, triggers, credit code,
journal, proposals, and leave the same tables. Before a figure is printed, every row of every table of each peer is
compared with the Book's close, on the night itself and on `--nights` further nights. Nothing here is part of a test.
"""

from __future__ import annotations

import argparse
import gc
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

BENCHMARKS = Path(__file__).parents[1]
sys.path.insert(0, str(BENCHMARKS))  # the peers read the book that benchmarks/close.py makes

import close as closing  # noqa: E402

from arrears.book.door import Door  # noqa: E402
from peers.decimal_loop import Night  # noqa: E402
from peers.rules import DAY  # noqa: E402
from peers.tables import Source, differences, rules_of  # noqa: E402


def main() -> None:
    """Make the sample, run every peer, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--loans", type=int, default=10_000, help="loans of the sample")
    parser.add_argument("--orm-loans", type=int, default=2_000, help="loans of the sample that the ORM jobs take")
    parser.add_argument("--close-loans", type=int, default=1_000_000, help="loans of the close that is measured")
    parser.add_argument("--close-rate", type=float, help="loans a second of the close, measured before")
    parser.add_argument("--nights", type=int, default=8, help="further nights that are compared")
    parser.add_argument("--without-orm", action="store_true")
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="arrears-peers-"))
    try:
        rate = told.close_rate or close_rate(told.close_loans)
        figures = {"close_loans_per_s": round(rate), "loans": told.loans}
        figures |= decimal_loop(folder / "decimal", told.loans, told.nights)
        if not told.without_orm:
            from peers.orm_job import orm_jobs

            figures |= orm_jobs(folder / "orm", told.orm_loans)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for peer in ("decimal", "decimal_changed", "orm", "orm_bulk"):
        if f"{peer}_loans_per_s" in figures:
            figures[f"ratio_{peer}"] = round(figures["close_loans_per_s"] / figures[f"{peer}_loans_per_s"], 1)
    print(json.dumps(figures) if told.json else "\n".join(f"{name:<32}{value:>14,}" for name, value in figures.items()))


def close_rate(loans: int) -> float:
    """Loans a second of the Book's close of that many loans, everything in, in a process of its own."""
    words = [sys.executable, str(BENCHMARKS / "close.py"), "--loans", str(loans), "--json"]
    told = json.loads(subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()[-1])
    return loans / float(told["seconds"])


def decimal_loop(folder: Path, loans: int, nights: int) -> dict[str, Any]:
    """Loans a second of the Decimal loop, after every table of every night was compared.

    With the position of every loan in its files; with those of the loans computed only (as the Book's close, which links the
    rest); without files.
    """
    closing.make_book(folder / "book", loans)
    door = Door(folder / "book")
    source = Source(door, rules_of(door, closing.DAY))
    seconds = min(timed_night(source, folder / "files")[0] for _ in range(2))
    changed = min(timed_night(source, folder / "files", whole=False)[0] for _ in range(2))
    without, night = timed_night(source, None)
    computed = night.computed
    _, night = timed_night(source, folder / "files")
    wrong = []
    for number in range(nights + 1):
        day = closing.DAY + number * DAY
        door.close(day)
        if number:
            night.close(day, folder / "files")
        wrong += [f"{day} {each}" for each in differences(door, day, folder / "files")]
    if wrong:
        sys.exit("the Decimal loop and the Book differ:\n" + "\n".join(wrong[:20]))
    return {
        "decimal_computed": computed,
        "decimal_nights_compared": nights + 1,
        "decimal_loans_per_s": round(loans / seconds),
        "decimal_changed_loans_per_s": round(loans / changed),
        "decimal_without_files_loans_per_s": round(loans / without),
    }


def timed_night(source: Source, folder: Path | None, whole: bool = True) -> tuple[float, Night]:
    """Seconds of the night after the eve, and the loans as they are then. Nothing collects garbage meanwhile: that helps the peer."""
    night = Night(source)
    night.close(closing.EVE, None, first=True)
    gc.collect()
    gc.disable()
    start = time.perf_counter()
    night.close(closing.DAY, folder, whole=whole)
    seconds = time.perf_counter() - start
    gc.enable()
    return seconds, night


if __name__ == "__main__":
    main()

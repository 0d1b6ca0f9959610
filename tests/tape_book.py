"""The Book of the real tape, closed through its 44 months: built once a test run, whichever test or worker needs it first."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
from pathlib import Path

import pytest

from arrears.book.door import Door, Settings

FILES = ("aart_2017_3_loans.csv.gz", "aart_2017_3_months.csv.gz")
FIRST, LAST = dt.date(2017, 5, 31), dt.date(2020, 12, 31)


def tape_book(shared: Path, factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the Book; a second caller waits for the first (closing takes about a minute)."""
    base = factory.getbasetemp()
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    book = folder / "real-tape"
    with (folder / "real-tape.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not book.exists():
            _build(shared, folder / "real-tape.new").rename(book)
    return book


def _build(shared: Path, folder: Path) -> Path:
    door = Door.init(folder, Settings(currency="USD"))
    taken = door.import_files([shared / "data" / "loans" / name for name in FILES], "aart-panel", dt.date(2026, 11, 24))
    assert taken.tape.rejects.num_rows == 0
    door.close(FIRST)
    door.close_through(LAST)
    return folder

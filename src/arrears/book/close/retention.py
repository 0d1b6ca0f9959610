"""Old closes. Daily ones stay whole for some weeks, month ends for good; a pruned day can be made again as it was known then.

What is pruned are positions and obligations. Journal, proposals and the manifest of every close stay: they are the ledger,
what people were asked to do, and the proof. A close is a function of the close before it and of what had been taken in, so a
pruned day is closed again from the last whole close before it, and its content must be the one that its manifest names.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

from arrears.book.close.run import Closer
from arrears.book.store import PRUNED, TAKEN, Book, BookError, fresh_dir, sync_dir
from arrears.kernel.days import month_end
from arrears.law.values import Law

_SHARED = ("loans", "schedule_by_loan", "opening_due", "standing", "schedule", "events", ".rules")


def prune(book: Book, keep_days: int) -> list[dt.date]:
    """Remove the positions of daily closes older than `keep_days`, but for month ends, the first and the last close.

    Returns the days pruned now. Killed in the middle, the next call goes on. The caller holds the Book's lock.
    """
    done = []
    whole = book.closes()
    last = book.current
    for day in whole[1:]:
        if last is None or day == month_end(day) or (last - day).days < keep_days or day == last:
            continue
        (book.close_dir(day) / PRUNED).touch()
        sync_dir(book.close_dir(day))
        done.append(day)
    for day in set(book.published()) - set(book.closes()):
        for table in ("position", "open_due"):
            for file in book.close_files(day, table):
                file.unlink()
    return done


def rebuilt(book: Book, law: Law, day: dt.date, folder: Path) -> Book:
    """Make a pruned close again in an empty folder; returns a Book of which `day` is the last close.

    Errors: BookError where the close made again is not the one that was published.
    """
    base = max(each for each in book.closes() if each < day)
    fresh_dir(folder)
    for name in ("closes", "batches"):
        (folder / name).mkdir()
    shutil.copy2(book.root / "book.json", folder / "book.json")
    for name in _SHARED:
        if (book.root / name).exists():
            (folder / name).symlink_to((book.root / name).resolve())
    (folder / "closes" / base.isoformat()).symlink_to(book.close_dir(base).resolve())
    (folder / "CURRENT").write_text(f"{base}\n")
    made = Book(folder)
    closer = Closer(made, law)
    for each in [each for each in book.published() if base < each <= day]:
        told = book.manifest(each)
        for number in set(told["batches"]) - set(made.batches()):
            shutil.copy2(book.root / "batches" / f"{number}.json", folder / "batches" / f"{number}.json")
        done = closer.close(each, dt.date.fromisoformat(told["previous"]))
        if done.manifest["hashed_by"] == told["hashed_by"] and done.manifest["tables"] != told["tables"]:
            raise BookError(f"the close of {each} made again is not the one that was published. Run: arrears verify {book.root}")
    return made


def reopen(book: Book) -> dt.date | None:
    """Take the last close back, so that its day can be closed again; returns the close that stands now (None: no close).

    Errors: BookError where there is none, or the Desk has taken its proposals: people act on them already, and only a backdated
    event corrects them. The caller holds the Book's lock.
    """
    last = book.current
    if last is None:
        raise BookError(f"{book.root} has no close to take back")
    if (book.close_dir(last) / TAKEN).exists():
        by = json.loads((book.close_dir(last) / TAKEN).read_text())["by"]
        raise BookError(f"the close of {last} was taken by {by}: people act on it; only a backdated event corrects it")
    before = book.manifest(last)["previous"]
    if before is not None and dt.date.fromisoformat(before) not in book.closes():
        raise BookError(f"the close before, {before}, was pruned; the close of {last} stays")
    if before is None:
        (book.root / "CURRENT").unlink()
    else:
        book.point(dt.date.fromisoformat(before))
    shutil.rmtree(book.close_dir(last))
    return book.current

"""Old closes: what is pruned, what stays, and a pruned day made again; the last close taken back."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from arrears.book.close.retention import prune
from arrears.book.door import BookError, Door
from arrears.kernel.days import month_end
from parity.books import FIRST, late, mixed

LAST = FIRST + dt.timedelta(days=9)  # over a month end
DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten closes of the book of every kind of event, with corrections of closed days taken in on the way."""
    door = mixed(tmp_path_factory.mktemp("closed") / "book")
    door.close(FIRST)
    late(door)
    door.close_through(LAST)
    return door.book.root


@pytest.fixture
def book(closed: Path, tmp_path: Path) -> Path:
    root = tmp_path / "book"
    shutil.copytree(closed, root)
    return root


def keep_three_days(root: Path) -> list[dt.date]:
    door = Door(root)
    with door.book.lock():
        return prune(door.book, 3)


def test_month_ends_the_first_and_the_youngest_closes_stay(book: Path) -> None:
    days = Door(book).closes()
    gone = keep_three_days(book)
    kept = [day for day in days if day in (FIRST, month_end(day)) or (LAST - day).days < 3]
    assert Door(book).closes() == kept
    assert gone == [day for day in days if day not in kept]
    assert Door(book).published() == days
    assert not [file for day in gone for file in (book / "closes" / day.isoformat()).glob("position*")]
    assert keep_three_days(book) == []


def test_what_is_pruned_is_verified_and_its_journal_is_still_read(book: Path) -> None:
    before = Door(book).journal(FIRST, LAST)
    gone = keep_three_days(book)
    assert all(found == [] for _, found in Door(book).verify())
    assert Door(book).journal(FIRST, LAST).equals(before)
    assert Door(book).proposals(gone[0]).num_rows


def test_a_pruned_day_is_shown_as_it_was_known_then(book: Path) -> None:
    days = [day for day in Door(book).closes() if day not in (FIRST, LAST)]
    before = {day: Door(book).positions(day).sort_by("loan_id") for day in days}
    gone = keep_three_days(book)
    for day in (gone[0], gone[-1]):
        assert Door(book).positions(day).sort_by("loan_id").to_pylist() == before[day].to_pylist()
    assert Door(book).current == LAST


def test_a_pruned_day_that_comes_out_otherwise_is_refused(book: Path) -> None:
    gone = keep_three_days(book)
    manifest = book / "closes" / gone[0].isoformat() / "MANIFEST.json"
    text = manifest.read_text()
    manifest.write_text(text.replace('"hash": "', '"hash": "1', 1))
    with pytest.raises(BookError, match="not the one that was published"):
        Door(book).positions(gone[0])


def test_closing_goes_on_and_corrections_reach_behind_pruned_days(book: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(book, whole)
    keep_three_days(book)
    for root in (book, whole):
        Door(root).close(LAST + DAY)
    assert Door(book).manifest()["tables"] == Door(whole).manifest()["tables"]


def test_the_last_close_is_taken_back_and_made_again(book: Path) -> None:
    told = Door(book).manifest()["tables"]
    assert Door(book).reopen() == LAST - DAY
    assert Door(book).current == LAST - DAY
    Door(book).close(LAST)
    assert Door(book).manifest()["tables"] == told


def test_a_close_that_somebody_acts_on_stays(book: Path) -> None:
    door = Door(book)
    door.mark_taken("desk", dt.datetime(2026, 10, 8, 8, 0, tzinfo=dt.UTC))
    with pytest.raises(BookError, match=r"taken by desk.*backdated event"):
        door.reopen()
    assert Door(book).current == LAST
    assert all(found == [] for _, found in Door(book).verify())


def test_a_book_without_a_close_has_none_to_take_back(tmp_path: Path) -> None:
    door = mixed(tmp_path / "book")
    with pytest.raises(BookError, match="no close to take back"):
        door.reopen()

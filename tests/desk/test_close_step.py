"""The nightly run on a real book: the close by its own command, its leaf in the audit log, each once."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from arrears.audit.log import open_folder
from arrears.book.door import Door
from arrears.desk import schedule
from arrears.desk.clock import ZONE
from arrears.desk.journal import sequencer
from arrears.desk.journal.models import Run
from arrears.desk.places import Places
from arrears.desk.tasks import CloseFailed, close_the_book

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
PROGRAM = [sys.executable, "-c", "from arrears.cli import main; main()"]


@pytest.fixture(scope="module")
def lender(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small book of the invented lender."""
    folder = tmp_path_factory.mktemp("lender") / "book"
    subprocess.run([*PROGRAM, "sample", str(folder), "--loans", "40", "--days", "5"], check=True, capture_output=True)
    return folder


@pytest.fixture
def book(lender: Path, settings: Any, tmp_path: Path, monkeypatch: Any) -> Path:
    """A copy of it, and the installation that closes it."""
    folder = Path(shutil.copytree(lender, tmp_path / "book"))
    settings.PLACES = Places(tmp_path / "data")
    monkeypatch.setenv("ARREARS_BOOK", str(folder))
    sequencer.open_log(settings.PLACES.audit, "lender.example/desk")
    return folder


def test_two_missed_days_are_closed_by_one_step_and_stand_in_the_audit_log(book: Path, settings: Any) -> None:
    last = Door(book).current
    said = close_the_book(last + dt.timedelta(days=3))
    assert Door(book).current == last + dt.timedelta(days=2)
    assert "2 days closed" in said
    assert open_folder(settings.PLACES.audit).store.find("key/0") == 0
    kinds = [open_folder(settings.PLACES.audit).leaf(number)["kind"] for number in range(1, 3)]
    assert kinds == ["close_manifest", "close_manifest"]


def test_step_that_is_repeated_closes_nothing_twice(book: Path) -> None:
    day = Door(book).current + dt.timedelta(days=1)
    assert "Closed already" in close_the_book(day)


def test_book_that_cannot_be_closed_fails_the_run_and_says_why(book: Path, monkeypatch: Any) -> None:
    day = Door(book).current + dt.timedelta(days=2)
    (book / "CURRENT").write_text("nonsense")
    monkeypatch.setitem(schedule.STEPS, "close", [close_the_book])
    noon = dt.datetime.combine(day, dt.time(12), ZONE)
    Run.objects.create(name="close", day=day, queued_at=noon)
    with pytest.raises(CloseFailed):
        schedule.carry_out("close", day, lambda: noon)
    run = Run.objects.get()
    assert run.state == "failed"
    assert "CloseFailed" in run.told

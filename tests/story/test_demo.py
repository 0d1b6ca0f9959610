"""`arrears demo` on the finished book: shown at once, nothing closed again; another book is not touched."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from typer.testing import CliRunner

from arrears.book.door import BookError, Door, Settings
from arrears.cli import app
from arrears.sample import story


def test_the_demo_shows_the_morning_a_statement_and_how_to_go_on(door: Any) -> None:
    before = (door.book.root / "CURRENT").stat().st_mtime_ns
    done = CliRunner().invoke(app, ["demo", "--dir", str(door.book.root), "--loans", "0", "--locale", "en"], prog_name="arrears")
    assert done.exit_code == 0, done.stderr
    assert "346,940.82" in done.stdout
    assert "B09" in done.stdout
    assert "arrears import my-book" in done.stdout
    assert (door.book.root / "CURRENT").stat().st_mtime_ns == before


def test_the_story_opened_again_is_the_same_book(door: Any) -> None:
    assert story.build(door.book.root).book.batches() == ["0001"]


def test_the_story_does_not_enter_another_book(tmp_path: Any) -> None:
    other = Door.init(tmp_path / "other", Settings())
    (tmp_path / "loans.csv").write_text(
        "loan_id,method,principal,rate,term_count,disbursed_on,first_due_on\nX1,bullet,100.00,0.12,1,2026-08-01,2026-09-01\n"
    )
    other.import_files([tmp_path / "loans.csv"], "arrears", dt.date(2026, 8, 31))
    with pytest.raises(BookError, match="another book"):
        story.build(tmp_path / "other")

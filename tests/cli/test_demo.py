"""`arrears demo` with the story's ten among other loans: their figures are those of the ten alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow.compute as pc


def test_the_ten_stand_among_the_others_with_their_own_figures(tmp_path: Path) -> None:
    from arrears.sample import lender, story

    day = dt.date(2026, 9, 2)
    asked = lender.asked_for(40, 2, 1)
    door = lender.open_or_make(tmp_path / "book", asked, story=True)
    lender.live_through(door, asked, story=True)
    told = story.story()["loans"]
    positions = {row["loan_id"]: row for row in door.positions(day).to_pylist()}
    assert set(told) < set(positions)
    alone = story.build(tmp_path / "alone")
    alone.close(story.OPENING)
    alone.close_through(day)
    for row in alone.positions(day).to_pylist():
        assert positions[row["loan_id"]] == row
    ours = door.positions(day).filter(pc.starts_with(door.positions(day)["loan_id"], "LT"))
    assert ours.num_rows > 30


def test_the_demo_does_not_enter_another_book(run: Any, closed: Path) -> None:
    done = run("demo", "--dir", closed)
    assert done.exit_code == 2
    assert "Choose a new folder" in " ".join(done.stderr.replace("│", " ").split())


def test_the_demo_is_refused_more_loans_than_can_be_made(run: Any, tmp_path: Path) -> None:
    done = run("demo", "--dir", tmp_path / "book", "--loans", "1000000000")
    assert done.exit_code == 2
    assert not (tmp_path / "book").exists()

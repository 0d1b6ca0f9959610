"""The story's Book, closed through its 120 days, once a session; its tests stay together on one worker."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

import pytest

FOLDER = str(Path(__file__).resolve().parents[1])
if FOLDER not in sys.path:
    sys.path.insert(0, FOLDER)

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.xdist_group("story"))


@pytest.fixture(scope="session")
def door(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The story's Book after its 120 closes."""
    from arrears.sample import story

    made = story.build(tmp_path_factory.mktemp("story") / "book")
    made.close(story.OPENING)
    made.close_through(story.LAST)
    return made


@pytest.fixture(scope="session")
def days(door: Any) -> dict[str, dict[str, dict[str, Any]]]:
    """Every position as known at its own close: day -> loan -> row."""
    return {day.isoformat(): {row["loan_id"]: row for row in door.positions(day).to_pylist()} for day in door.closes()}


@pytest.fixture(scope="session")
def proposed(door: Any) -> set[tuple[str, str, str, str]]:
    """Every proposal of the 120 closes as (close, loan, kind, subject)."""
    rows = [row for day in door.closes() for row in door.proposals(day).to_pylist()]
    return {(row["close_on"].isoformat(), row["loan_id"], row["kind"], row["subject"]) for row in rows}


@pytest.fixture(scope="session")
def proposal(door: Any) -> Any:
    """Ask for one proposal by its close, loan, kind and subject."""

    def ask(close_on: str, loan: str, kind: str, subject: str = "-") -> dict[str, Any]:
        rows = door.proposals(dt.date.fromisoformat(close_on)).to_pylist()
        return next(row for row in rows if row["proposal_id"] == f"{close_on}/{loan}/{kind}/{subject}")

    return ask

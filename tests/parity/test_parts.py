"""A close in many parts, side by side and with quiet files, has the rows of a close in one."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from arrears.book.close import engine, run
from arrears.book.door import Door
from parity.books import DAYS, FIRST, late, mixed


def closed(root: Path) -> Door:
    """The book of every kind of event over the month end, with what came late taken in after the first close."""
    door = mixed(root)
    door.close(FIRST)
    late(door)
    door.close_through(DAYS[-1])
    return door


@pytest.mark.parametrize("fewest", [5, 1_000], ids=["quiet_files", "all_live"])
def test_parts_side_by_side_give_the_rows_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fewest: int) -> None:
    one = closed(tmp_path / "one")
    with monkeypatch.context() as patch:
        patch.setattr(run, "FEWEST", fewest)
        patch.setattr(engine, "_SMALL", 0)  # a transaction of its own would hide its tables from the second connection
        patch.setattr(engine.DuckDB, "most", 4)
        many = closed(tmp_path / "many")
    for day in DAYS:
        assert len(many.book.close_files(day, "position-live")) > 2
        assert bool(many.book.close_files(day, "position-quiet")) == (fewest == 5)
        assert many.manifest(day)["tables"] == one.manifest(day)["tables"]
        ours, theirs = (door.positions(day).sort_by("loan_id") for door in (one, many))
        assert pa.Table.equals(ours.combine_chunks(), theirs.combine_chunks())
    assert all(found == [] for _, found in many.verify())

"""Resumed payment: a whole instalment after payment had stopped, told apart from a cure (S163)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from arrears.book.door import Door, Settings
from arrears.book.tape.tests.builders import LOAN, write_csv


def resumed(folder: Path, paid: list[str]) -> dt.date | None:
    """Day on which the loan of S001 resumed when a whole instalment came on each of these days."""
    door = Door.init(folder / "book", Settings())
    keys = ("source", "source_ref", "loan_id", "kind", "value_on", "recorded_at", "amount")
    events = [
        dict(zip(keys, ("bank", str(n), "B01", "payment_received", day, f"{day}T12:00:00+08:00", "2824.41"), strict=True))
        for n, day in enumerate(paid)
    ]
    files = [write_csv(folder / "loans.csv", LOAN), write_csv(folder / "events.csv", *events)]
    door.import_files(files, "arrears", dt.date(2026, 9, 1))
    door.close(dt.date(2026, 9, 1))
    day: dt.date | None = door.positions().to_pylist()[0]["resumed_on"]
    return day


@pytest.mark.behaviour("S163", part="contacts and complaints are counted at the desk")
def test_who_pays_each_month_one_instalment_behind_has_never_stopped(tmp_path: Path) -> None:
    assert resumed(tmp_path, ["2026-04-06", "2026-05-06", "2026-06-05", "2026-07-06", "2026-08-05"]) == dt.date(2026, 4, 6)


def test_a_whole_instalment_after_a_missed_month_resumes(tmp_path: Path) -> None:
    assert resumed(tmp_path, ["2026-03-05", "2026-04-05", "2026-06-20"]) == dt.date(2026, 6, 20)


def test_a_part_of_an_instalment_resumes_nothing(tmp_path: Path) -> None:
    assert resumed(tmp_path, ["2026-03-05"]) is None

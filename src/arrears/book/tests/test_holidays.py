"""Due days on days of rest: moved by the rule of the day of signing, never past the last published year."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa

from arrears.book.holidays import ScheduleMaker
from arrears.law.values import load

# National Day 2026: 1 to 7 October are off, Saturday 10 October is worked.
TERMS = pa.table(
    {
        "loan_id": ["A"],
        "method": ["equal_principal"],
        "day_count": ["30/360"],
        "principal_fen": pa.array([3_000_000], pa.int64()),
        "rate_ppm": pa.array([120_000], pa.int64()),
        "term_count": pa.array([3], pa.int32()),
        "step_months": pa.array([1], pa.int32()),
        "disbursed_on": [dt.date(2026, 8, 2)],
        "first_due_on": [dt.date(2026, 9, 2)],
        "due_day": pa.array([0], pa.int32()),
    }
)


def house(folder: Path, rule: str) -> Path:
    values = f"calendar.shift:\n  values:\n    - {{from: null, value: {rule}, source: {{instrument: test}}}}\n"
    (folder / "house.yaml").write_text(values)
    return folder


def due(maker: ScheduleMaker) -> list[dt.date]:
    return [day.as_py() for day in maker(TERMS)["due_on"]]


def test_without_a_rule_a_holiday_stays_a_due_day() -> None:
    assert due(ScheduleMaker(load()))[1] == dt.date(2026, 10, 2)


def test_following_moves_to_the_next_working_day(tmp_path: Path) -> None:
    maker = ScheduleMaker(load(house(tmp_path, "following")))
    assert due(maker) == [dt.date(2026, 9, 2), dt.date(2026, 10, 8), dt.date(2026, 11, 2)]


def test_preceding_moves_to_the_working_day_before(tmp_path: Path) -> None:
    assert due(ScheduleMaker(load(house(tmp_path, "preceding"))))[1] == dt.date(2026, 9, 30)


def test_a_year_without_an_official_notice_is_not_guessed(tmp_path: Path) -> None:
    late = TERMS.set_column(8, "first_due_on", pa.array([dt.date(2027, 1, 2)]))
    maker = ScheduleMaker(load(house(tmp_path, "following")))
    assert (maker(late)["due_on"][0].as_py(), maker.undecided) == (dt.date(2027, 1, 2), 3)


def test_an_imported_calendar_decides_it(tmp_path: Path) -> None:
    file = tmp_path / "calendar.csv"
    file.write_text("date,kind,source,notice\n2027-01-01,holiday,notice,\n2027-01-02,holiday,notice,\n2027-01-03,holiday,notice,\n")
    late = TERMS.set_column(8, "first_due_on", pa.array([dt.date(2027, 1, 2)]))
    maker = ScheduleMaker(load(house(tmp_path, "following")), file)
    assert maker(late)["due_on"][0].as_py() == dt.date(2027, 1, 4)

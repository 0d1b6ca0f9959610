"""Buckets, roll rates and vintages of four loans, counted by hand (conftest.py)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

import arrears.data as ad


def rows(table: Any, *names: str) -> list[tuple[Any, ...]]:
    """Rows of some columns, sorted."""
    return sorted(tuple(row.values()) for row in table.select(*names).to_pyarrow().to_pylist())


def test_loans_stand_in_their_buckets_at_each_month_end(early: Path) -> None:
    assert rows(ad.buckets(early, first="2026-09-01"), "month_on", "place", "loans", "principal_fen") == [
        (dt.date(2026, 9, 30), "C", 1, 100_000),
        (dt.date(2026, 9, 30), "M1", 1, 100_000),
        (dt.date(2026, 9, 30), "M2", 1, 100_000),
        (dt.date(2026, 9, 30), "paid_off", 1, 0),
        (dt.date(2026, 10, 31), "C", 1, 100_000),
        (dt.date(2026, 10, 31), "M2", 1, 100_000),
        (dt.date(2026, 10, 31), "charged_off", 1, 0),
        (dt.date(2026, 10, 31), "paid_off", 1, 0),
    ]


def test_roll_rates_count_open_loans_from_month_end_to_month_end(early: Path) -> None:
    assert rows(ad.roll_rates(early), "from_place", "to_place", "loans", "from_loans", "share") == [
        ("C", "C", 2, 4, 0.5),
        ("C", "M1", 1, 4, 0.25),
        ("C", "paid_off", 1, 4, 0.25),
        ("M1", "M2", 2, 2, 1.0),
        ("M2", "charged_off", 1, 1, 1.0),
    ]


def test_roll_rates_of_one_month_alone(early: Path) -> None:
    told = ad.roll_rates(early, first="2026-09-30", last="2026-10-31", by_month=True)
    assert rows(told, "from_on", "month_on", "from_place", "to_place", "moved_principal_fen") == [
        (dt.date(2026, 9, 30), dt.date(2026, 10, 31), "C", "C", 100_000),
        (dt.date(2026, 9, 30), dt.date(2026, 10, 31), "M1", "M2", 100_000),
        (dt.date(2026, 9, 30), dt.date(2026, 10, 31), "M2", "charged_off", 100_000),
    ]


def test_one_month_end_makes_no_roll_rate(early: Path) -> None:
    assert ad.roll_rates(early, as_of="2026-08-31").to_pyarrow().num_rows == 0


def test_roll_rates_as_known_now_follow_the_correction(late: Path) -> None:
    then = rows(ad.roll_rates(late, as_of="2026-10-31"), "from_place", "to_place", "loans")
    now = rows(ad.roll_rates(late, as_of="2026-10-31", known="now"), "from_place", "to_place", "loans")
    assert ("M1", "M2", 2) in then
    assert now == [("C", "C", 2), ("C", "paid_off", 2), ("M1", "M2", 1), ("M2", "charged_off", 1)]


def test_a_vintage_ages_by_its_own_months(early: Path) -> None:
    assert rows(ad.vintage(early), "vintage_on", "month_count", "loans", "late_loans", "charged_off_loans", "charged_off_fen") == [
        (dt.date(2026, 4, 1), 2, 1, 0, 0, 0),  # D at 31 August, 11 days late
        (dt.date(2026, 4, 1), 3, 1, 1, 0, 0),  # 41 days late
        (dt.date(2026, 4, 1), 4, 1, 1, 1, 100_000),
        (dt.date(2026, 7, 1), 1, 3, 0, 0, 0),  # A, B, C
        (dt.date(2026, 7, 1), 2, 3, 0, 0, 0),
        (dt.date(2026, 7, 1), 3, 3, 1, 0, 0),  # B at 31 October, 51 days late
    ]


def test_a_curve_counts_all_its_loans_and_ends_where_the_youngest_stands(early: Path) -> None:
    whole_year = rows(ad.vintage(early, by="year", late_days=1), "vintage_on", "month_count", "loans", "late_loans")
    assert whole_year == [
        (dt.date(2026, 1, 1), 1, 4, 0),
        (dt.date(2026, 1, 1), 2, 4, 2),  # D late at its month 2, B at its own
        (dt.date(2026, 1, 1), 3, 4, 2),
    ]


@pytest.mark.parametrize("call", [lambda book: ad.vintage(book, by="week"), lambda book: ad.buckets(book, every="day")])
def test_a_wrong_step_is_refused_with_what_is_allowed(early: Path, call: Any) -> None:
    with pytest.raises(ValueError, match="allowed: month"):
        call(early)

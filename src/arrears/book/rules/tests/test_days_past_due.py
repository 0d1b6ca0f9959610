"""Days past due, bucket and class: worked examples on both sides of every edge."""

from __future__ import annotations

from pathlib import Path

import pytest

from arrears.book.door import Door
from arrears.book.rules.tests.kit import Rows, Shelf, house, on

LATE = (0, 1, 3, 4, 30, 31, 60, 61, 90, 91, 120, 121, 150, 151, 180, 181, 270, 271, 360, 361)
RESTRUCTURED = (0, 3, 4, 91)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    shelf = Shelf()
    for days in LATE:
        shelf.loan(f"late_{days}", (days, 10_00, 1_000_00))
    # signed 100 days ago: the instalment still to come became one that fell due `days` days ago
    for days in RESTRUCTURED:
        shelf.loan(f"restructured_{days}", (50, 10_00, 1_000_00)).restructures(100, 1, days)
    shelf.loan("one_fen_short", (4, 10_00, 1_000_00)).pays(4, 1_009_99)
    shelf.loan("paid", (4, 10_00, 1_000_00)).pays(4, 1_010_00)
    shelf.loan("oldest_paid", (62, 10_00, 1_000_00), (31, 10_00, 1_000_00), (1, 10_00, 1_000_00)).pays(31, 1_010_00)
    return shelf.open(tmp_path_factory.mktemp("days") / "book")


@pytest.mark.behaviour("S016")
@pytest.mark.parametrize(
    ("loan", "dpd", "overdue_fen"),
    [
        pytest.param("late_0", 0, 0, id="not_late_on_the_due_day"),
        pytest.param("late_1", 1, 1_010_00, id="one_day_late_the_day_after"),
        pytest.param("one_fen_short", 4, 1, id="one_fen_short_is_late"),
        pytest.param("paid", 0, 0, id="paid_on_the_due_day"),
        pytest.param("oldest_paid", 31, 2_020_00, id="counted_from_the_oldest_unpaid"),
    ],
)
def test_days_past_due(book: Rows, loan: str, dpd: int, overdue_fen: int) -> None:
    row = book.at(loan)
    assert (row.dpd, row.overdue_interest_fen + row.overdue_principal_fen) == (dpd, overdue_fen)


BUCKETS = [
    (0, "C"), (1, "G"), (3, "G"), (4, "M1"), (30, "M1"), (31, "M2"), (60, "M2"), (61, "M3"), (90, "M3"), (91, "M4"), (120, "M4"),
    (121, "M5"), (150, "M5"), (151, "M6"), (180, "M6"), (181, "M7"),
]  # fmt: skip


@pytest.mark.behaviour("S017")
@pytest.mark.parametrize(("days", "bucket"), BUCKETS)
def test_bucket(book: Rows, days: int, bucket: str) -> None:
    assert book.at(f"late_{days}").bucket == bucket


CLASSES = [(3, 1), (4, 2), (90, 2), (91, 3), (270, 3), (271, 4), (360, 4), (361, 5)]


@pytest.mark.behaviour("S018")
@pytest.mark.parametrize(("days", "five_class"), CLASSES)
def test_five_class(book: Rows, days: int, five_class: int) -> None:
    assert book.at(f"late_{days}").five_class == five_class


@pytest.mark.behaviour("S018")
@pytest.mark.parametrize(("days", "five_class"), [(0, 2), (3, 2), (4, 2), (91, 3)])
def test_a_restructured_loan_is_never_below_special_mention(book: Rows, days: int, five_class: int) -> None:
    row = book.at(f"restructured_{days}")
    assert (row.dpd, row.five_class) == (days, five_class)


@pytest.mark.parametrize(("days", "state"), [(0, "CURRENT"), (1, "GRACE"), (3, "GRACE"), (4, "DELINQUENT"), (30, "HIGH_RISK")])
def test_state(book: Rows, days: int, state: str) -> None:
    assert book.at(f"late_{days}").state == state


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """Grace of 5 days for what falls due from 2026-09-24 on (6 days ago); 3 days before."""
    folder = tmp_path_factory.mktemp("grace")
    shelf = Shelf()
    for days in (4, 5, 6, 7):
        shelf.loan(f"late_{days}", (days, 10_00, 1_000_00))
    shelf.loan("both", (7, 10_00, 1_000_00), (5, 10_00, 1_000_00))
    return shelf.open(folder / "book", house(folder / "house", grace__days=[(None, "3"), ("2026-09-24", "5")]))


@pytest.mark.behaviour("S025", "S155")
@pytest.mark.parametrize(
    ("loan", "state", "penalty_fen"),
    [
        pytest.param("late_7", "DELINQUENT", 2_00, id="due_the_day_before_keeps_3_days_and_has_4_penalty_days"),
        pytest.param("late_6", "DELINQUENT", 50, id="due_on_the_day_has_5_days_and_1_penalty_day"),
        pytest.param("late_5", "GRACE", 0, id="the_fifth_day_is_grace"),
        pytest.param("late_4", "GRACE", 0, id="the_fourth_day_is_grace"),
        pytest.param("both", "DELINQUENT", 2_00, id="each_instalment_by_its_own_due_day"),
    ],
)
def test_a_changed_grace_reaches_only_due_days_from_its_date(changed: Rows, loan: str, state: str, penalty_fen: int) -> None:
    # 1,000.00 x 0.05 % = 0.50 a day
    row = changed.at(loan)
    assert (row.state, row.penalty_posted_fen) == (state, penalty_fen)


@pytest.mark.behaviour("S025", "S155")
def test_a_close_made_before_the_change_stays_as_it_was(tmp_path: Path) -> None:
    shelf = Shelf()
    shelf.loan("old", ("2026-09-24", 10_00, 1_000_00))
    shelf.loan("new", ("2026-09-25", 10_00, 1_000_00))
    before = shelf.open(tmp_path / "book", closed_on="2026-09-24").door.positions().to_pylist()
    house(tmp_path / "book" / "house", grace__days=[(None, "3"), ("2026-09-25", "5")])
    door = Door(tmp_path / "book")
    door.close(on("2026-09-25"))
    assert door.positions(on("2026-09-24")).to_pylist() == before
    # 09-24 + 3: penalty from 09-28, so 0.50 on 09-28 and 09-29; 09-25 + 5: penalty from 10-01
    later = door.recalculate(["old", "new"], on("2026-09-29"))[0].to_pylist()
    assert {row["loan_id"]: row["penalty_posted_fen"] for row in later} == {"old": 1_00, "new": 0}


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """A tenth of an instalment may stay unpaid without counting as late."""
    folder = tmp_path_factory.mktemp("material")
    shelf = Shelf()
    for short in (0, 100_00, 100_01, 1_000_00):
        shelf.loan(f"short_{short}", (40, 10_00, 990_00)).pays(40, 1_000_00 - short)
    return shelf.open(folder / "book", house(folder / "house", dpd__materiality_ratio=[(None, "0.10")]))


@pytest.mark.parametrize(
    ("short_fen", "dpd", "bucket", "triggers"),
    [
        pytest.param(0, 0, "C", "", id="nothing_short"),
        pytest.param(100_00, 0, "C", "", id="a_tenth_short_counts_as_paid"),
        pytest.param(100_01, 40, "M2", "T1", id="one_fen_more_is_late"),
        pytest.param(1_000_00, 40, "M2", "T1", id="all_of_it"),
    ],
)
def test_what_is_immaterial_is_not_late_but_stays_owed(material: Rows, short_fen: int, dpd: int, bucket: str, triggers: str) -> None:
    row = material.at(f"short_{short_fen}")
    assert (row.dpd, row.bucket, row.triggers) == (dpd, bucket, triggers)
    assert (
        row.overdue_interest_fen + row.overdue_principal_fen
        == short_fen
        == row.principal_fen + row.interest_due_fen - row.interest_paid_fen
    )

"""Days past due, bucket, class: worked examples on both sides of every edge."""

from __future__ import annotations

import pytest

from arrears.book.rules.tests.kit import Rows, Shelf

LATE = (0, 1, 3, 4, 5, 30, 31, 60, 61, 90, 91, 120, 121, 150, 151, 180, 181, 270, 271, 360, 361)
RESTRUCTURED = (0, 3, 4)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    shelf = Shelf()
    for days in LATE:
        shelf.loan(f"late_{days}", (days, 10_00, 1_000_00))
    # signed 40 days ago: the one instalment still to come became one instalment due `days` days ago
    for days in RESTRUCTURED:
        shelf.loan(f"restructured_{days}", (10, 10_00, 1_000_00)).restructures(40, 1, days)
    shelf.loan("one_fen_short", (4, 10_00, 1_000_00)).pays(4, 1_009_99)
    shelf.loan("paid", (4, 10_00, 1_000_00)).pays(4, 1_010_00)
    shelf.loan("oldest_counts", (62, 10_00, 1_000_00), (31, 10_00, 1_000_00), (1, 10_00, 1_000_00)).pays(31, 1_010_00)
    return shelf.open(tmp_path_factory.mktemp("days") / "book")


@pytest.mark.behaviour("S016")
@pytest.mark.parametrize(("loan", "dpd", "overdue_fen"), [("late_0", 0, 0), ("late_1", 1, 1_010_00)])
def test_a_loan_is_not_late_on_its_due_day_and_one_day_late_the_next(book: Rows, loan: str, dpd: int, overdue_fen: int) -> None:
    row = book.at(loan)
    assert (row.dpd, row.overdue_interest_fen + row.overdue_principal_fen) == (dpd, overdue_fen)

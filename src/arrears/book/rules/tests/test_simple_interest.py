"""Simple interest: interest by day on the principal, arrears measured on instalment totals.

10,000.00 at 7.3 % a year of 365 days bears 2.00 a day; the instalment is 500.00.
"""

from __future__ import annotations

from typing import Any

import pytest

from arrears.book.rules.tests.kit import Loan, Rows, Shelf, house

TERMS: dict[str, Any] = {"method": "simple_interest", "day_count": "actual/365", "rate_ppm": 73_000, "principal_fen": 10_000_00}


def simple(shelf: Shelf, name: str, opened: int, *due: int) -> Loan:
    """A loan opened `opened` days ago whose instalments of 500.00 fell due so many days ago."""
    return shelf.loan(name, *((days, 0, 500_00) for days in due), opened_on=opened, **TERMS)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """As a market with a tenth of tolerance, one instalment of credit and no penalty has it."""
    folder = tmp_path_factory.mktemp("simple")
    shelf = Shelf()
    simple(shelf, "on_time", 30, 0).pays(0, 500_00)
    simple(shelf, "late", 40, 10).pays(0, 500_00)
    simple(shelf, "twice", 30, 0).pays(10, 100_00).pays(0, 400_00)
    simple(shelf, "less_than_interest", 30, 10).pays(10, 30_00).pays(0, 470_00)
    simple(shelf, "reported", 30, 0).pays(0, 500_00, interest_fen=70_00, principal_fen=430_00)
    simple(shelf, "reported_then_by_day", 30, 10, 0).pays(10, 500_00, interest_fen=45_00, principal_fen=455_00).pays(0, 500_00)
    simple(shelf, "part", 40, 10).pays(10, 300_00)
    simple(shelf, "a_tenth_short", 40, 10).pays(10, 450_00)
    simple(shelf, "a_fen_over_a_tenth", 40, 10).pays(10, 449_99)
    simple(shelf, "one_ahead", 91, 61, 31, -30).pays(61, 1_000_00)
    simple(shelf, "three_ahead", 91, 61, 31, 1).pays(61, 2_000_00)
    simple(shelf, "paid_off", 30, 0, -30).pays(0, 10_060_00)
    simple(shelf, "paid_too_much", 30, 0, -30).pays(0, 10_065_00)
    settings = {
        "dpd__materiality_ratio": [(None, "0.10")],
        "paid_ahead__max_instalments": [(None, "1")],
        "penalty__enabled": [(None, False)],
    }
    return shelf.open(folder / "book", house(folder / "house", **settings))


@pytest.mark.parametrize(
    ("loan", "interest_fen", "principal_fen"),
    [
        pytest.param("on_time", 60_00, 440_00, id="30_days"),
        pytest.param("late", 80_00, 420_00, id="40_days_when_it_comes_late"),
        # 20 days x 2.00 = 40.00; then 9,940.00 bears 1.988 a day: 10 days are 19.88
        pytest.param("twice", 59_88, 440_12, id="a_part_payment_lowers_the_interest_of_the_days_after"),
        # day 20: 40.00 due, 30.00 paid; then 10.00 left and 10 days x 2.00
        pytest.param("less_than_interest", 60_00, 440_00, id="interest_that_was_not_paid_waits"),
        pytest.param("reported", 70_00, 430_00, id="as_the_source_reports_it"),
        # 45.00 as told; then 9,545.00 bears 1.909 a day: 10 days are 19.09
        pytest.param("reported_then_by_day", 64_09, 935_91, id="by_day_from_the_reported_split_on"),
    ],
)
def test_how_a_payment_splits(book: Rows, loan: str, interest_fen: int, principal_fen: int) -> None:
    row = book.at(loan)
    assert (row.interest_paid_fen, row.principal_paid_fen) == (interest_fen, principal_fen)
    assert row.principal_fen == 10_000_00 - principal_fen


@pytest.mark.parametrize(
    ("loan", "dpd", "overdue_fen"),
    [
        pytest.param("part", 10, 200_00, id="200.00_of_500.00_is_late"),
        pytest.param("a_tenth_short", 0, 50_00, id="a_tenth_short_is_not"),
        pytest.param("a_fen_over_a_tenth", 10, 50_01, id="a_fen_more_is"),
        pytest.param("one_ahead", 0, 0, id="one_instalment_ahead_pays_the_next"),
        pytest.param("three_ahead", 1, 500_00, id="of_three_ahead_only_one_counts"),
    ],
)
def test_arrears_are_measured_on_instalments(book: Rows, loan: str, dpd: int, overdue_fen: int) -> None:
    row = book.at(loan)
    assert (row.dpd, row.overdue_interest_fen + row.overdue_principal_fen) == (dpd, overdue_fen)


def test_what_is_paid_ahead_lowers_the_principal_all_the_same(book: Rows) -> None:
    # 30 days x 2.00 = 60.00 of interest
    assert (book.at("three_ahead").principal_fen, book.at("three_ahead").ahead_fen) == (10_000_00 - 1_940_00, 0)


def test_paid_off(book: Rows) -> None:
    row = book.at("paid_off")
    assert (row.state, row.principal_fen, row.interest_paid_fen, row.credit_fen, book.open("paid_off")) == ("SETTLED", 0, 60_00, 0, {})


def test_paid_too_much_is_owed_back(book: Rows) -> None:
    assert (book.at("paid_too_much").state, book.at("paid_too_much").credit_fen) == ("SETTLED", 5_00)

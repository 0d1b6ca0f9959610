"""The month-end credit code, the end of a negative item, the end of limitation."""

from __future__ import annotations

import pytest

from arrears.book.rules.tests.kit import Rows, Shelf

ONE = (10_00, 1_000_00)
CODES = [
    (0, "N"), (3, "N"), (4, "1"), (30, "1"), (31, "2"), (60, "2"), (61, "3"), (90, "3"), (91, "4"), (120, "4"), (121, "5"), (150, "5"),
    (151, "6"), (180, "6"), (181, "7"),
]  # fmt: skip
NEXT = (-10, *ONE)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """At the end of 2026-09-30."""
    shelf = Shelf()
    for days, _ in CODES:
        shelf.loan(f"late_{days}", (days, *ONE))
    for days in (6, 7):
        shelf.loan(f"paid_{days}_ago", (10, *ONE), NEXT).pays(days, 1_020_00)
    shelf.loan("august_paid_in_september", (35, *ONE), NEXT).pays(5, 1_100_00)
    shelf.loan("nothing_due", (40, *ONE), NEXT).pays(40, 1_010_00)
    shelf.loan("two_due", (40, *ONE), (9, *ONE), NEXT).pays(9, 2_100_00)  # August late, September on its day
    shelf.loan("in_a_plan", (10, *ONE), NEXT).signs_plan(5, 2, -20)
    shelf.loan("settled", (10, *ONE)).pays(0, 1_100_00)
    shelf.loan("written_off", (400, *ONE), NEXT).happens("charged_off", 0)
    return shelf.open(tmp_path_factory.mktemp("codes") / "book")


@pytest.mark.behaviour("S118")
@pytest.mark.parametrize(("days", "code"), CODES)
def test_code_by_days_past_due(book: Rows, days: int, code: str) -> None:
    assert book.at(f"late_{days}").credit_code == code


@pytest.mark.behaviour("S118")
@pytest.mark.parametrize(
    ("loan", "code"),
    [
        pytest.param("paid_6_ago", "M", id="due_this_month_paid_after_grace"),  # day 4
        pytest.param("paid_7_ago", "N", id="due_this_month_paid_in_grace"),  # day 3
        pytest.param("nothing_due", "*", id="nothing_due_this_month"),
        pytest.param("august_paid_in_september", "*", id="an_instalment_of_august_makes_no_M_in_september"),
        pytest.param("two_due", "N", id="M_looks_only_at_due_days_of_the_month"),
        pytest.param("in_a_plan", "N", id="moved_into_a_plan_still_counts_as_due"),
        pytest.param("settled", "C", id="settled"),
        pytest.param("written_off", "B", id="written_off"),
    ],
)
def test_code_of_a_loan_that_is_not_late(book: Rows, loan: str, code: str) -> None:
    row = book.at(loan)
    assert (row.credit_code, row.credit_code_on.isoformat()) == (code, "2026-09-30")


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """At the end of 2028-02-29."""
    shelf = Shelf()
    end = ("2030-01-20", *ONE)
    shelf.loan("ended_in_october", ("2026-09-20", *ONE), end).pays("2026-10-12", 1_100_00)
    shelf.loan("ended_on_a_leap_day", ("2028-02-01", *ONE), end).pays("2028-02-29", 1_100_00)
    shelf.loan("in_grace", ("2026-09-20", *ONE), end).pays("2026-09-23", 1_010_00)
    shelf.loan("no_demand", ("2024-05-20", *ONE))
    shelf.loan("demand", ("2024-05-20", *ONE)).happens("demand_delivered", "2026-12-01", subject="letter")
    shelf.loan("early_demand", ("2024-05-20", *ONE)).happens("demand_delivered", "2024-03-01", subject="letter")
    shelf.loan("part_paid", ("2024-05-20", *ONE)).pays("2025-01-10", 1_00)
    shelf.loan("promised", ("2024-05-20", *ONE)).promises("2025-01-10", 1_00, "2025-01-12")
    shelf.loan("leap_due", ("2024-02-29", *ONE))
    shelf.loan("last_of_two", ("2024-05-20", *ONE), ("2024-06-20", *ONE))
    shelf.loan("called", ("2024-05-20", *ONE), ("2024-06-20", *ONE)).happens("accelerated", "2024-06-01")
    return shelf.open(tmp_path_factory.mktemp("dates") / "book")


@pytest.mark.behaviour("S119")
@pytest.mark.parametrize(
    ("loan", "removable"),
    [
        pytest.param("ended_in_october", "2031-10-12", id="five_years"),
        pytest.param("ended_on_a_leap_day", "2033-03-01", id="29_february_becomes_1_march"),
        pytest.param("in_grace", "None", id="grace_leaves_no_item"),
    ],
)
def test_a_negative_item_is_removable_five_years_after_the_overdue_ended(later: Rows, loan: str, removable: str) -> None:
    assert str(later.at(loan, "2028-02-29").credit_removable_on) == removable


@pytest.mark.behaviour("S101")
@pytest.mark.parametrize(
    ("loan", "end"),
    [
        pytest.param("no_demand", "2027-05-20", id="three_years_from_the_last_due_day"),
        pytest.param("demand", "2029-12-01", id="a_demand_starts_it_again"),
        pytest.param("early_demand", "2027-05-20", id="a_demand_before_the_last_due_day_moves_nothing"),
        pytest.param("part_paid", "2028-01-10", id="so_does_a_part_payment"),
        pytest.param("promised", "2027-05-20", id="a_promise_is_not_recorded_as_consent"),
        pytest.param("leap_due", "2027-02-28", id="29_february_ends_on_the_28th"),
        pytest.param("last_of_two", "2027-06-20", id="of_several_the_last"),
        pytest.param("called", "2027-06-01", id="calling_in"),
    ],
)
def test_limitation_ends(later: Rows, loan: str, end: str) -> None:
    assert later.at(loan, "2028-02-29").limitation_end_on.isoformat() == end

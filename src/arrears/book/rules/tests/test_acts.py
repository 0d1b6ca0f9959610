"""Acts that change what falls due: calling in, restructure, deferral, extension, a moved due date, the 31st."""

from __future__ import annotations

import pytest

from arrears.book.rules.tests.kit import Rows, Shelf

# three instalments: 15 August, 15 September, 15 October
THREE = ("2026-08-15", 30_00, 1_000_00), ("2026-09-15", 20_00, 1_000_00), ("2026-10-15", 10_00, 1_000_00)
LAST_DAYS = ("2026-08-31", 30_00, 1_000_00), ("2026-09-30", 20_00, 1_000_00), ("2026-10-31", 10_00, 1_000_00)
REST = (225_00, 7_500_00)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    shelf = Shelf()
    called = [("2026-09-10", 100_00, 1_000_00), *((f"2026-{month}-10", *REST) for month in (10, 11, 12))]
    shelf.loan("called", *called).pays("2026-09-10", 1_100_00).happens("accelerated", "2026-09-14")
    shelf.loan("called_and_late", *called).happens("accelerated", "2026-09-14")
    for days in (3, 4):
        rest = [(-20, *REST), (-50, *REST), (-80, *REST)]
        shelf.loan(f"called_{days}", (days + 4, 100_00, 1_000_00), *rest).pays(days + 4, 1_100_00).happens("accelerated", days)
    shelf.loan("called_paid", *called).pays("2026-09-10", 1_100_00).happens("accelerated", "2026-09-14").pays("2026-09-14", 22_530_00)
    shelf.loan("deferred", *THREE).happens("instalments_deferred", "2026-09-20", count=1)
    shelf.loan("deferred_two", *THREE).happens("instalments_deferred", "2026-09-20", count=2)
    shelf.loan("extended", *THREE).happens("term_extended", "2026-09-20", count=2)
    shelf.loan("extended_on_a_due_day", *THREE).happens("term_extended", "2026-09-15", count=2)
    shelf.loan("moved", *THREE).happens("due_date_changed", "2026-09-20", days=5)
    shelf.loan("last_days", *LAST_DAYS).happens("term_extended", "2026-09-10", count=1)
    shelf.loan("restructured", *THREE).restructures("2026-09-20", 2, "2026-10-31")
    shelf.loan("restructured_early", *THREE).pays("2026-08-15", 1_030_00).restructures("2026-09-01", 3, "2026-10-31")
    return shelf.open(tmp_path_factory.mktemp("acts") / "book")


def due(book: Rows, loan: str) -> list[tuple[str, str, int, int]]:
    return [(row.obligation, row.due_on.isoformat(), row.interest_fen, row.principal_fen) for row in book.open(loan).values()]


@pytest.mark.behaviour("S105")
def test_calling_in_adds_day_interest_and_falls_due_on_arrival(book: Rows) -> None:
    # 22,500.00 x 12 % / 360 x 4 days (09-10 to 09-14) = 30.00; the contract interest of later instalments falls away
    assert due(book, "called") == [("X01", "2026-09-14", 30_00, 22_500_00)]


@pytest.mark.behaviour("S105")
@pytest.mark.parametrize(
    ("loan", "penalty_fen"),
    [
        pytest.param("called_3", 0, id="arrival_plus_3_is_grace"),
        pytest.param("called_4", 11_25, id="arrival_plus_4_bears_11.25"),
        pytest.param("called", 146_25, id="from_09-18_to_09-30_are_13_days"),
        # the older instalment keeps its own due day: 09-14 to 09-30 are 17 days x 0.50
        pytest.param("called_and_late", 146_25 + 8_50, id="the_older_instalment_keeps_its_own_day"),
    ],
)
def test_penalty_of_the_claim_starts_after_its_own_grace(book: Rows, loan: str, penalty_fen: int) -> None:
    assert book.at(loan).penalty_posted_fen == penalty_fen


@pytest.mark.behaviour("S105")
def test_a_loan_called_in_is_at_least_substandard(book: Rows) -> None:
    assert [(book.at(loan).state, book.at(loan).five_class) for loan in ("called_3", "called")] == [("ACCELERATED", 3), ("ACCELERATED", 3)]


def test_a_claim_that_is_paid_settles_the_loan(book: Rows) -> None:
    row = book.at("called_paid")
    assert (row.state, row.principal_fen, row.credit_fen, row.interest_paid_fen) == ("SETTLED", 0, 0, 130_00)


@pytest.mark.parametrize(
    ("loan", "days"),
    [
        pytest.param("deferred", {"I01": "2026-11-15", "I02": "2026-09-15", "I03": "2026-10-15"}, id="the_oldest_goes_behind_the_last"),
        pytest.param("deferred_two", {"I01": "2026-11-15", "I02": "2026-12-15", "I03": "2026-10-15"}, id="two_go_a_month_apart"),
        pytest.param("extended", {"I01": "2026-08-15", "I02": "2026-09-15", "I03": "2026-12-15"}, id="what_is_to_come_moves"),
        pytest.param("extended_on_a_due_day", {"I01": "2026-08-15", "I02": "2026-11-15", "I03": "2026-12-15"}, id="its_own_day_moves_too"),
        pytest.param("moved", {"I01": "2026-08-15", "I02": "2026-09-15", "I03": "2026-10-20"}, id="by_days"),
        pytest.param("last_days", {"I01": "2026-08-31", "I02": "2026-10-31", "I03": "2026-11-30"}, id="the_31st_returns"),
    ],
)
def test_due_days_after_an_act(book: Rows, loan: str, days: dict[str, str]) -> None:
    open_ = book.open(loan)
    assert {name: row.due_on.isoformat() for name, row in sorted(open_.items())} == days


def test_a_deferred_instalment_is_not_late_and_keeps_its_sums(book: Rows) -> None:
    # penalty of I01 before the act stays: 08-19 to 09-19 are 32 days x 0.50; I02 bears 09-19 to 09-30, 12 days
    row = book.at("deferred")
    assert (row.dpd, row.overdue_interest_fen, row.overdue_principal_fen) == (15, 20_00, 1_000_00)
    assert row.penalty_posted_fen == 16_00 + 6_00


def test_a_restructure_replaces_what_falls_due_from_its_day_on(book: Rows) -> None:
    # 1,000.00 at 1 % a month in two parts: A = 507.51; 10.00 + 497.51, then 5.02 + 502.49
    assert due(book, "restructured")[2:] == [("R01", "2026-10-31", 10_00, 497_51), ("R02", "2026-11-30", 5_02, 502_49)]
    assert due(book, "restructured")[:2] == [("I01", "2026-08-15", 30_00, 1_000_00), ("I02", "2026-09-15", 20_00, 1_000_00)]


def test_a_restructured_loan_on_the_31st_clamps_and_returns(book: Rows) -> None:
    assert [day for _, day, _, _ in due(book, "restructured_early")] == ["2026-10-31", "2026-11-30", "2026-12-31"]
    assert book.at("restructured_early").principal_fen == 2_000_00


@pytest.mark.parametrize("loan", ["deferred", "extended", "moved", "restructured"])
def test_an_agreement_is_progress(book: Rows, loan: str) -> None:
    assert book.at(loan).no_progress_days == 10

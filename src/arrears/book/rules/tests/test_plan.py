"""Arrears plans: parts, what they cover, late, broken, completed. 4,000.00 at 12 % bears 2.00 a day.

Every loan owes two instalments of 340.00 + 4,000.00 = 8,680.00 when its plan is signed: due 40 and 10 days before the signing
day. Penalty until the signing day, which is free: days 4 to 39 = 36 x 2.00 = 72.00, days 4 to 9 = 6 x 2.00 = 12.00, together 84.00.
"""

from __future__ import annotations

import pytest

from arrears.book.rules.tests.kit import Loan, Rows, Shelf

FAR = (-200, 340_00, 4_000_00)
PARTS = [(f"P0{k}", 680_00 if k == 1 else 0, 766_66 if k == 1 else 1_446_66) for k in range(1, 6)] + [("P06", 0, 1_446_70)]


def planned(shelf: Shelf, name: str, signed: int, first: int, count: int = 6, *more: tuple[int, int, int]) -> Loan:
    """A loan whose plan of `count` parts was signed `signed` days ago, its first part due `first` days ago."""
    rows = ((signed + 40, 340_00, 4_000_00), (signed + 10, 340_00, 4_000_00), *more)
    return shelf.loan(name, *rows, FAR).signs_plan(signed, count, first)


def standing(shelf: Shelf) -> None:
    planned(shelf, "signed", 5, -20)
    planned(shelf, "signed_today", 0, -20)
    planned(shelf, "late_outside", 20, -5, 6, (5, 340_00, 4_000_00))
    planned(shelf, "due_on_signing", 0, -20, 6, (0, 340_00, 4_000_00))
    planned(shelf, "old_penalty", 5, -20).pays(0, 84_00)
    planned(shelf, "part_today", 0, 0).pays(0, 1_446_66)
    planned(shelf, "contract_first", 0, 0, 6, (0, 340_00, 4_000_00)).pays(0, 4_340_00 + 1_00)
    planned(shelf, "more_than_a_part", 35, 29).pays(29, 1_446_66 + 50_00)  # parts on 2026-09-01 and 10-01
    planned(shelf, "credit_pays_a_part", 35, 30).pays(30, 1_446_66 + 50_00)  # parts on 2026-08-31 and 09-30
    planned(shelf, "paid_part", 35, 29).pays(29, 1_446_66)
    planned(shelf, "again", 20, -5).signs_plan(0, 2, -20)
    planned(shelf, "ended", 20, -5).happens("agreement_ended", 0, reason="asked by the borrower")


def ending(shelf: Shelf) -> None:
    for first in (3, 4, 9, 10, 11):
        planned(shelf, f"part_late_{first}", 20, first)
    planned(shelf, "money_holds_it_off", 20, 10).pays(5, 1_00)
    planned(shelf, "money_too_long_ago", 20, 15).pays(10, 1_00)
    planned(shelf, "contact_holds_it_off", 20, 10).happens("borrower_contacted", 5)
    planned(shelf, "held", 20, 10).held(2, -5, "plan_break")
    planned(shelf, "late_then_paid", 20, 8).pays(2, 1_446_66)
    planned(shelf, "one_part_then_broken", 50, 45).pays(45, 1_446_66)
    planned(shelf, "completed", 20, 15, 1).pays(15, 8_680_00)
    planned(shelf, "all_at_once", 20, 15, 6).pays(15, 8_680_00)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    shelf = Shelf()
    standing(shelf)
    ending(shelf)
    return shelf.open(tmp_path_factory.mktemp("plan") / "book")


@pytest.mark.behaviour("S095")
def test_six_parts_of_8680(book: Rows) -> None:
    # 8,680.00 / 6 = 1,446.66, six times 8,679.96: the last part takes the 0.04; all interest (680.00) goes first
    parts = [(due.obligation, due.interest_fen, due.principal_fen) for due in book.open("signed").values() if due.kind == "P"]
    assert parts == PARTS
    assert sum(interest + principal for _, interest, principal in parts) == 8_680_00


@pytest.mark.behaviour("S095")
def test_parts_fall_due_monthly_from_the_first(book: Rows) -> None:
    days = [due.due_on.isoformat() for due in book.open("signed").values() if due.kind == "P"]
    assert days == ["2026-10-20", "2026-11-20", "2026-12-20", "2027-01-20", "2027-02-20", "2027-03-20"]


@pytest.mark.behaviour("S096")
@pytest.mark.parametrize(
    ("loan", "without_plan"), [pytest.param("signed_today", 40, id="on_the_day"), pytest.param("signed", 45, id="five_days_on")]
)
def test_covered_arrears_leave_the_overdue_amount(book: Rows, loan: str, without_plan: int) -> None:
    row = book.at(loan)
    assert (row.overdue_interest_fen, row.overdue_principal_fen, row.dpd, row.dpd_without_plan) == (0, 0, 0, without_plan)
    assert (row.state, row.plan_state, row.five_class, row.principal_fen) == ("UNDER_PLAN", "ACTIVE", 2, 12_000_00)


@pytest.mark.behaviour("S096")
@pytest.mark.parametrize("loan", ["signed_today", "signed"])
def test_penalty_stops_on_the_signing_day(book: Rows, loan: str) -> None:
    assert book.at(loan).penalty_posted_fen == 84_00


@pytest.mark.behaviour("S096")
def test_what_falls_late_outside_the_plan_counts_as_usual(book: Rows) -> None:
    # due 5 days ago: two penalty days of 2.00
    row = book.at("late_outside")
    assert (row.dpd, row.overdue_principal_fen, row.penalty_posted_fen) == (5, 4_000_00, 84_00 + 4_00)


def test_an_instalment_due_on_the_signing_day_is_not_covered(book: Rows) -> None:
    open_ = book.open("due_on_signing")
    assert [(due.obligation, due.covered) for due in open_.values() if due.kind == "I"] == [("I01", True), ("I02", True), ("I03", False)]


def test_old_penalty_cannot_be_paid_while_the_plan_runs(book: Rows) -> None:
    row = book.at("old_penalty")
    assert (row.penalty_paid_fen, row.credit_fen) == (0, 84_00)


def test_an_agreement_and_a_receipt_of_one_day(book: Rows) -> None:
    # the agreement comes first: its first part, due today, takes the money
    assert "P01" not in book.open("part_today")
    assert (book.at("part_today").credit_fen, book.at("part_today").interest_paid_fen) == (0, 680_00)


def test_a_contract_instalment_goes_before_a_part_of_the_same_day(book: Rows) -> None:
    open_ = book.open("contract_first")
    assert ("I03" in open_, open_["P01"].interest_fen) == (False, 679_00)


def test_what_is_paid_over_a_part_waits_for_the_next(book: Rows) -> None:
    assert book.at("more_than_a_part").credit_fen == 50_00
    assert book.open("more_than_a_part")["P02"].principal_fen == 1_446_66
    assert book.at("credit_pays_a_part").credit_fen == 0
    assert book.open("credit_pays_a_part")["P02"].principal_fen == 1_396_66


def test_days_without_the_plan_fall_as_parts_are_paid(book: Rows) -> None:
    # 680.00 of interest clears both interests, 766.66 of principal is not yet the first instalment
    assert book.at("paid_part").dpd_without_plan == 75


@pytest.mark.behaviour("S097")
@pytest.mark.parametrize(
    ("loan", "state", "dpd", "penalty_fen"),
    [
        pytest.param("part_late_3", "ACTIVE", 3, 84_00, id="date_plus_3"),
        pytest.param("part_late_4", "LATE", 4, 84_00, id="date_plus_4"),
        pytest.param("part_late_9", "LATE", 9, 84_00, id="date_plus_9"),
        pytest.param("part_late_10", "BROKEN", 60, 84_00, id="date_plus_10_breaks"),
        pytest.param("part_late_11", "BROKEN", 60, 84_00 + 4_00, id="then_penalty_runs_again"),
        pytest.param("money_holds_it_off", "LATE", 10, 84_00, id="money"),
        pytest.param("contact_holds_it_off", "LATE", 10, 84_00, id="contact"),
        pytest.param("held", "LATE", 10, 84_00, id="a_hold"),
        pytest.param("money_too_long_ago", "BROKEN", 60, 84_00, id="money_10_days_ago"),
        pytest.param("late_then_paid", "ACTIVE", 0, 84_00, id="late_and_paid"),
        pytest.param("ended", "ENDED", 60, 84_00, id="ended_by_agreement"),
    ],
)
def test_a_part_that_is_not_paid(book: Rows, loan: str, state: str, dpd: int, penalty_fen: int) -> None:
    row = book.at(loan)
    assert (row.plan_state, row.dpd, row.penalty_posted_fen) == (state, dpd, penalty_fen)


@pytest.mark.behaviour("S097")
def test_covered_arrears_return_with_their_own_due_days(book: Rows) -> None:
    open_ = book.open("part_late_10")
    assert [(due.obligation, due.due_on.isoformat(), due.principal_fen) for due in open_.values()] == [
        ("I01", "2026-08-01", 4_000_00),
        ("I02", "2026-08-31", 4_000_00),
    ]


@pytest.mark.behaviour("S097")
def test_paid_parts_count_for_the_oldest_when_the_plan_breaks(book: Rows) -> None:
    # P01 paid 680.00 of interest and 766.66 of principal; P02 was due on 2026-09-16 and broke on 09-26
    open_ = book.open("one_part_then_broken")
    assert [(due.interest_fen, due.principal_fen) for due in open_.values()] == [(0, 3_233_34), (0, 4_000_00)]


@pytest.mark.behaviour("S098")
@pytest.mark.parametrize("loan", ["completed", "all_at_once"])
def test_a_completed_plan_waives_the_penalty_of_what_it_covered(book: Rows, loan: str) -> None:
    row = book.at(loan)
    paid_at_once = (row.plan_state, row.penalty_posted_fen, row.penalty_waived_fen, row.penalty_paid_fen)
    assert paid_at_once == _DONE[loan]


_DONE = {"completed": ("COMPLETED", 84_00, 84_00, 0), "all_at_once": ("ACTIVE", 84_00, 0, 0)}  # later parts are not yet due


def test_a_second_plan_takes_the_place_of_the_first(book: Rows) -> None:
    parts = [(due.obligation, due.interest_fen + due.principal_fen) for due in book.open("again").values() if due.kind == "P"]
    assert parts == [("P2-01", 4_340_00), ("P2-02", 4_340_00)]

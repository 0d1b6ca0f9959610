"""Settings of the house away from their defaults, each with one or two loans that show what it changes."""

from __future__ import annotations

import pytest

from arrears.book.rules.tests.kit import Rows, Shelf, house

ONE = (10_00, 1_000_00)
THREE = (10, 30_00, 1_000_00), (-20, 20_00, 1_000_00), (-50, 10_00, 1_000_00)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """Grace only forgives who pays inside it; a promise is progress; the amount trigger looks at the person."""
    folder = tmp_path_factory.mktemp("strict")
    shelf = Shelf()
    for days in (3, 4):
        shelf.loan(f"late_{days}", (days, *ONE))
    shelf.loan("paid_on_day_3", (4, *ONE)).pays(1, 1_010_00)
    shelf.loan("paid_on_day_4", (4, *ONE)).pays(0, 1_010_00)
    shelf.loan("promised", (30, *ONE)).promises(10, 1_000_00, 5)
    shelf.loan("first_of_two", (10, 0, 30_000_00), borrower_id="Lin")
    shelf.loan("second_of_two", (10, 0, 20_000_01), borrower_id="Lin")
    shelf.loan("exactly_first", (10, 0, 30_000_00), borrower_id="Wang")
    shelf.loan("exactly_second", (10, 0, 20_000_00), borrower_id="Wang")
    shelf.loan("alone", (10, 0, 30_000_00), borrower_id="Zhou")
    settings = {
        "grace__penalty_mode": [(None, "forgive_if_cured")],
        "progress__promise": [(None, True)],
        "trigger__amount_scope": [(None, "borrower")],
    }
    return shelf.open(folder / "book", house(folder / "house", **settings), closed_on=1, through=0)


@pytest.mark.parametrize(
    ("loan", "penalty_fen"),
    [
        pytest.param("late_3", 0, id="nothing_is_charged_inside_grace"),
        pytest.param("late_4", 2_00, id="on_day_4_all_four_days"),
        pytest.param("paid_on_day_3", 0, id="forgiven"),
        pytest.param("paid_on_day_4", 1_50, id="day_4_is_the_free_day_of_payment"),
    ],
)
def test_grace_that_only_forgives(book: Rows, loan: str, penalty_fen: int) -> None:
    # 1,000.00 x 0.05 % = 0.50 a day
    assert book.at(loan).penalty_posted_fen == penalty_fen


def test_a_promise_that_counts_as_progress(book: Rows) -> None:
    assert (book.at("promised").no_progress_days, book.at("promised").triggers) == (10, "")


@pytest.mark.behaviour("S057")
@pytest.mark.parametrize(
    ("loan", "triggers"),
    [
        pytest.param("first_of_two", "T2", id="50_000.01_of_one_person"),
        pytest.param("second_of_two", "T2", id="and_the_other_loan"),
        pytest.param("exactly_first", "", id="exactly_50_000.00"),
        pytest.param("exactly_second", "", id="and_its_other"),
        pytest.param("alone", "", id="one_loan_alone"),
    ],
)
def test_the_amount_of_a_person(book: Rows, loan: str, triggers: str) -> None:
    found = {row["loan_id"]: row["triggers"] for row in book.door.positions().to_pylist()}
    assert found[loan] == triggers


@pytest.fixture(scope="module")
def paid_ahead(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """Money beyond what is due pays the coming instalments at once."""
    folder = tmp_path_factory.mktemp("next")
    shelf = Shelf()
    shelf.loan("half_of_the_next", *THREE).pays(10, 1_030_00 + 515_00)
    shelf.loan("all", *THREE).pays(10, 3_060_00 + 5_00)
    return shelf.open(folder / "book", house(folder / "house", paid_ahead__treatment=[(None, "next_instalments")]))


def test_money_ahead_pays_the_next_instalment(paid_ahead: Rows) -> None:
    # 515.00 = 20.00 of interest and 495.00 of principal
    row, left = paid_ahead.at("half_of_the_next"), paid_ahead.open("half_of_the_next")
    assert (row.credit_fen, row.principal_fen, left["I02"].interest_fen, left["I02"].principal_fen) == (0, 1_505_00, 0, 505_00)


def test_money_ahead_can_settle_the_loan(paid_ahead: Rows) -> None:
    assert (paid_ahead.at("all").state, paid_ahead.at("all").credit_fen) == ("SETTLED", 5_00)


@pytest.fixture(scope="module")
def reduced(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """Money beyond what is due lowers the principal, from the last instalment backwards."""
    folder = tmp_path_factory.mktemp("reduced")
    shelf = Shelf()
    shelf.loan("less", *THREE).pays(10, 1_030_00 + 500_00)
    return shelf.open(folder / "book", house(folder / "house", paid_ahead__treatment=[(None, "reduce_principal")]))


def test_money_ahead_lowers_principal_and_later_interest(reduced: Rows) -> None:
    # of 2,000.00 to come 1,500.00 are left: interest 20.00 x 3 / 4; of the last 1,000.00 half: 10.00 / 2
    left = reduced.open("less")
    assert (reduced.at("less").principal_fen, reduced.at("less").credit_fen) == (1_500_00, 0)
    assert [(row.interest_fen, row.principal_fen) for row in left.values()] == [(15_00, 1_000_00), (5_00, 500_00)]

"""Written off, recovered, written back, handed over; and the journal of every kind of event."""

from __future__ import annotations

from typing import Any

import pytest

from arrears.book.rules.tests.kit import Rows, Shelf

LATE = (400, 10_00, 1_000_00), (-30, 10_00, 500_00)


def ended(shelf: Shelf) -> None:
    shelf.loan("off", *LATE).happens("charged_off", 10)
    shelf.loan("off_in_part", *LATE).happens("charged_off", 10, amount_fen=400_00)
    shelf.loan("recovered", *LATE).happens("charged_off", 10).happens("recovered", 5, amount_fen=100_00).happens(
        "recovered", 0, amount_fen=-30_00
    )
    shelf.loan("paid_after", *LATE).happens("charged_off", 10).pays(0, 50_00)
    shelf.loan("written_back", *LATE).happens("charged_off", 10).writes_back(10, 0, amount_fen=400_00)
    shelf.loan("back_in_whole", *LATE).happens("charged_off", 10).writes_back(10, 5, amount_fen=1_500_00)
    shelf.loan("back_and_paid", *LATE).happens("charged_off", 10).writes_back(10, 5, amount_fen=1_500_00).pays(0, 1_010_00)
    shelf.loan("part_then_paid", (40, 10_00, 1_000_00), (10, 10_00, 500_00)).happens("charged_off", 20, amount_fen=400_00).pays(0, 1_520_00)
    shelf.loan("transferred", *LATE).happens("transferred", 0)


def happening_today(shelf: Shelf) -> None:
    """One event a loan on TODAY; the Book is closed the day before and that day."""
    row = (100, 10_00, 1_000_00), (-30, 10_00, 500_00)
    shelf.loan("falls_due", (0, 10_00, 1_000_00))
    shelf.loan("accrues", *row)
    shelf.loan("pays", *row).pays(0, 200_00)
    shelf.loan("bounces", *row).pays(1, 200_00).bounces(0)
    shelf.loan("bounces_in_time", (-30, 10_00, 500_00)).pays(1, 200_00).bounces(0)
    shelf.loan("pays_all", *row).pays(0, 1_100_00)
    shelf.loan("pays_early", (-30, 10_00, 500_00)).pays(0, 200_00)
    shelf.loan("refunded", (5, 10_00, 500_00)).pays(5, 515_00).happens("credit_refunded", 0, amount_fen=5_00)
    shelf.loan("fee", *row).fee(0, 20_00)
    shelf.loan("fee_waived", *row).fee(5, 20_00).happens("fee_waived", 0, amount_fen=20_00, asker="desk", reason="goodwill")
    shelf.loan("waived", *row).waived(0, 10_00)
    shelf.loan("planned", *row).signs_plan(0, 3, -10)
    shelf.loan("restructured", *row).restructures(0, 3, -10)
    shelf.loan("called", *row).happens("accelerated", 0)
    shelf.loan("adjusted_up", *row).happens("balance_adjusted", 0, amount_fen=7_00, reason="tape")
    shelf.loan("adjusted_down", *row).happens("balance_adjusted", 0, amount_fen=-7_00, reason="tape")
    shelf.loan("disbursed", *row).happens("disbursed", 0, amount_fen=300_00)
    shelf.loan("charged_off", *LATE).happens("charged_off", 0)
    shelf.loan("recovers", *LATE).happens("charged_off", 10).happens("recovered", 0, amount_fen=100_00)
    shelf.loan("pays_after", *LATE).happens("charged_off", 10).pays(0, 50_00)
    shelf.loan("writes_back", *LATE).happens("charged_off", 10).writes_back(10, 0, amount_fen=400_00)
    shelf.loan("sale", *row).happens("collateral_proceeds_received", 0, amount_fen=600_00, subject="apply")
    shelf.loan("sale_elsewhere", *row).happens("collateral_proceeds_received", 0, amount_fen=600_00)
    shelf.loan("expense", *row).happens("expense_paid", 0, amount_fen=80_00)
    shelf.loan("moves_away", *row).happens("transferred", 0)
    shelf.loan("told_late", *row).pays(90, 1_010_00, known=0)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    shelf = Shelf()
    ended(shelf)
    happening_today(shelf)
    return shelf.open(tmp_path_factory.mktemp("off") / "book", closed_on=1, through=0)


def closed(book: Rows, loan: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in book.door.positions().to_pylist() if row["loan_id"] == loan)
    return found


def test_written_off_in_whole(book: Rows) -> None:
    row = closed(book, "off")
    assert (row["state"], row["five_class"], row["principal_fen"], row["charged_off_fen"]) == ("WRITTEN_OFF", 5, 0, 1_500_00)
    assert (row["dpd"], row["triggers"], row["credit_code"]) == (0, "", "B")


def test_penalty_of_a_loan_written_off_stops(book: Rows) -> None:
    # day 4 to the eve of the charge-off: 386 days x 0.50
    assert closed(book, "off")["penalty_posted_fen"] == 193_00


def test_written_off_in_part(book: Rows) -> None:
    row = closed(book, "off_in_part")
    assert (row["charged_off_fen"], row["principal_fen"], row["dpd"]) == (400_00, 1_100_00, 400)


def test_recoveries_may_be_taken_back(book: Rows) -> None:
    row = closed(book, "recovered")
    assert (row["recovered_fen"], row["charged_off_fen"], row["state"]) == (70_00, 1_500_00, "WRITTEN_OFF")


def test_a_receipt_after_the_charge_off_is_a_recovery(book: Rows) -> None:
    row = closed(book, "paid_after")
    assert (row["after_charge_off_fen"], row["credit_fen"], row["principal_paid_fen"]) == (50_00, 0, 0)


def test_a_write_back_makes_the_principal_owed_again(book: Rows) -> None:
    row = closed(book, "written_back")
    assert (row["charged_off_fen"], row["principal_fen"]) == (1_100_00, 400_00)


def test_a_loan_written_back_is_late_again(book: Rows) -> None:
    row = closed(book, "back_in_whole")
    assert (row["principal_fen"], row["dpd"], row["five_class"]) == (1_500_00, 400, 5)


def test_a_payment_after_a_write_back_pays_it(book: Rows) -> None:
    row = closed(book, "back_and_paid")
    assert (row["principal_paid_fen"], row["credit_fen"]) == (1_000_00, 0)


def test_paying_all_after_a_part_was_written_off(book: Rows) -> None:
    # 1,500.00 less 400.00 written off: of 1,500.00 paid the last 400.00 are a recovery
    row = closed(book, "part_then_paid")
    assert (row["principal_fen"], row["after_charge_off_fen"]) == (0, 400_00)


def test_a_loan_handed_over_is_followed_no_more(book: Rows) -> None:
    row = closed(book, "transferred")
    assert (row["state"], row["dpd"], row["triggers"]) == ("TRANSFERRED", 0, "")


def journal(book: Rows, loan: str) -> dict[str, int]:
    """Lines of today's close that are not zero, without the day's own penalty of 0.50."""
    rows = [row for row in book.door.journal(book.day(0), book.day(0)).to_pylist() if row["loan_id"] == loan]
    sums = {name: sum(row[name] for row in rows) for name in rows[0] if name.endswith("_fen")}
    return {name.removesuffix("_fen"): fen for name, fen in sums.items() if fen}


TODAYS = [
    ("falls_due", {"interest_receivable": 10_00, "interest_income": -10_00}),
    ("accrues", {"penalty_receivable": 50, "penalty_income": -50}),
    # 10.00 of interest, 190.00 of principal: the day's penalty is on 810.00, 0.405 on a total of 48.405
    ("pays", {"cash": 200_00, "interest_receivable": -10_00, "principal": -190_00, "penalty_receivable": 40, "penalty_income": -40}),
    # penalty of the day before, on 810.00, is made good as well: to 48.00 and 48.50 from 47.90
    ("bounces", {"cash": -200_00, "interest_receivable": 10_00, "principal": 190_00, "penalty_receivable": 60, "penalty_income": -60}),
    ("bounces_in_time", {"cash": -200_00, "credit": 200_00}),
    # 1,010.00 and 96 days of penalty, 48.00; the rest is owed back: no income
    ("pays_all", {"cash": 1_100_00, "interest_receivable": -10_00, "principal": -1_000_00, "penalty_receivable": -48_00, "credit": -42_00}),
    ("pays_early", {"cash": 200_00, "credit": -200_00}),
    ("refunded", {"cash": -5_00, "credit": 5_00}),
    ("fee", {"fee_receivable": 20_00, "fee_income": -20_00, "penalty_receivable": 50, "penalty_income": -50}),
    ("fee_waived", {"fee_receivable": -20_00, "waived": 20_00, "penalty_receivable": 50, "penalty_income": -50}),
    ("waived", {"penalty_receivable": -9_50, "waived": 10_00, "penalty_income": -50}),
    ("adjusted_up", {"principal": 7_00, "adjustment": -7_00, "penalty_receivable": 50, "penalty_income": -50}),
    ("adjusted_down", {"principal": -7_00, "adjustment": 7_00, "penalty_receivable": 50, "penalty_income": -50}),
    ("disbursed", {"principal": 300_00, "cash": -300_00, "penalty_receivable": 50, "penalty_income": -50}),
    ("recovers", {"cash": 100_00, "recovery": -100_00}),
    ("pays_after", {"cash": 50_00, "recovery": -50_00}),
    # written off ten days ago with 10.00 of interest and 386 x 0.50 = 193.00 of penalty; 400.00 taken back leaves a part written
    # off, so the rest is owed again and bore penalty for 11 days, today included
    (
        "writes_back",
        {"principal": 400_00, "charged_off": -603_00, "interest_receivable": 10_00, "penalty_receivable": 198_50, "penalty_income": -5_50},
    ),
    ("expense", {"cash": -80_00, "expense": 80_00, "penalty_receivable": 50, "penalty_income": -50}),
]


@pytest.mark.parametrize(("loan", "lines"), TODAYS, ids=[name for name, _ in TODAYS])
def test_journal_of_the_day(book: Rows, loan: str, lines: dict[str, int]) -> None:
    assert journal(book, loan) == lines


ALSO = ["restructured", "called", "charged_off", "sale", "told_late"]


@pytest.mark.parametrize("loan", [name for name, _ in TODAYS] + ALSO)
def test_the_lines_of_a_loan_sum_to_zero(book: Rows, loan: str) -> None:
    assert journal(book, loan)
    assert sum(journal(book, loan).values()) == 0


def test_signing_a_plan_posts_nothing(book: Rows) -> None:
    # no penalty on the signing day either
    assert "planned" not in book.door.journal(book.day(0), book.day(0))["loan_id"].to_pylist()


def test_a_correction_of_earlier_days_stands_apart(book: Rows) -> None:
    # paid on day 10 at 1,010.00 + penalty of days 4 to 9, unknown until today: 96 - 6 = 90 days x 0.50 of penalty are undone
    rows = [row for row in book.door.journal(book.day(0), book.day(0)).to_pylist() if row["loan_id"] == "told_late"]
    assert [(row["backdated"], row["cash_fen"], row["penalty_income_fen"]) for row in rows] == [(True, 1_010_00, 45_00)]


@pytest.mark.behaviour("S009")
def test_every_fen_received_is_somewhere_in_every_loan_of_the_close(book: Rows) -> None:
    taken = (
        "principal_paid_fen",
        "interest_paid_fen",
        "penalty_paid_fen",
        "fee_paid_fen",
        "credit_fen",
        "refunded_fen",
        "after_charge_off_fen",
    )
    rows = book.door.positions().to_pylist()
    assert {row["loan_id"]: row["received_fen"] for row in rows} == {row["loan_id"]: sum(row[name] for name in taken) for row in rows}
    assert sum(row["received_fen"] for row in rows) == _RECEIVED


# after a write-back, a part written off, a charge-off
# of the loans that pay, overpay, pay early, pay after, sell, are told late; bounced money is none
_RECEIVED = 1_010_00 + 1_520_00 + 50_00 + 200_00 + 1_100_00 + 200_00 + 515_00 + 50_00 + 600_00 + 1_010_00


def test_principal_is_disbursed_and_adjusted_less_paid_and_written_off(book: Rows) -> None:
    rows = book.door.positions().to_pylist()
    owed = {row["loan_id"]: row["disbursed_fen"] + row["adjusted_fen"] - row["principal_paid_fen"] - row["charged_off_fen"] for row in rows}
    assert {row["loan_id"]: row["principal_fen"] for row in rows} == owed

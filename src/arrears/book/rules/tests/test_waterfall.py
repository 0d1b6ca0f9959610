"""Where each fen goes: oldest instalment first, inside it interest, then principal; penalty, then fees, at the end."""

from __future__ import annotations

import pytest

from arrears.book.rules.tests.kit import Rows, Shelf, house

TWO = (40, 210_00, 3_000_00), (10, 180_00, 3_000_00)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    shelf = Shelf()
    shelf.loan("one", (6, 210_00, 3_000_00)).pays(0, 3_213_00)
    shelf.loan("two", *TWO).pays(0, 3_210_01)
    shelf.loan("two_at_once", *TWO).pays(0, 100_00).pays(0, 3_110_01)
    shelf.loan("all", *TWO).pays(0, 6_474_00)
    shelf.loan("costs", *TWO).fee(0, 50_00, "awarded_cost").pays(0, 60_00)
    shelf.loan("fee", (5, 210_00, 3_000_00)).fee(3, 20_00).pays(0, 3_215_00)
    shelf.loan("ahead", (10, 10_00, 1_000_00), (0, 10_00, 1_000_00)).pays(10, 1_110_00).pays(0, 5_00)
    shelf.loan("not_yet", (10, 10_00, 1_000_00), (-1, 10_00, 1_000_00)).pays(10, 1_110_00)
    shelf.loan("over", (10, 10_00, 1_000_00)).pays(10, 1_015_00)
    shelf.loan("refunded", (10, 10_00, 1_000_00)).pays(10, 1_015_00).happens("credit_refunded", 0, amount_fen=5_00)
    shelf.loan("sale", (10, 10_00, 1_000_00)).happens("collateral_proceeds_received", 10, amount_fen=1_010_00, subject="apply")
    shelf.loan("early", (10, 10_00, 1_000_00)).pays(30, 1_010_00)
    shelf.loan("fee_waived", (10, 10_00, 1_000_00)).pays(10, 1_010_00).fee(5, 20_00)
    shelf.loans["fee_waived"].happens("fee_waived", 0, amount_fen=15_00, asker="desk", reason="goodwill")
    return shelf.open(tmp_path_factory.mktemp("waterfall") / "book")


@pytest.mark.behaviour("S010")
def test_a_receipt_fills_interest_principal_penalty(book: Rows) -> None:
    # 3,000.00 x 0.05 % = 1.50 on days 4 and 5; the day of payment is free
    assert book.lines("one") == [("I01", "interest", 210_00), ("I01", "principal", 3_000_00), ("I01", "penalty", 3_00)]
    assert (book.at("one").dpd, book.at("one").credit_fen, book.open("one")) == (0, 0, {})


@pytest.mark.behaviour("S011")
def test_one_instalment_and_a_fen_clears_the_oldest_and_starts_the_next(book: Rows) -> None:
    assert book.lines("two") == [("I01", "interest", 210_00), ("I01", "principal", 3_000_00), ("I02", "interest", 1)]
    row = book.at("two")
    assert (row.dpd, row.overdue_interest_fen, row.penalty_paid_fen) == (10, 179_99, 0)


def test_two_receipts_of_a_day_are_used_as_their_sum(book: Rows) -> None:
    assert book.lines("two_at_once") == book.lines("two")
    assert book.at("two_at_once").received_fen == 3_210_01


def test_penalty_comes_after_every_instalment_oldest_first(book: Rows) -> None:
    # 6,390.00 are due; penalty to yesterday: I01 days 4 to 39 = 36 x 1.50 = 54.00, I02 days 4 to 9 = 6 x 1.50 = 9.00
    assert book.lines("all")[4:] == [("I01", "penalty", 54_00), ("I02", "penalty", 9_00)]
    assert book.at("all").credit_fen == 6_474_00 - 6_390_00 - 63_00


def test_costs_a_court_awarded_come_first(book: Rows) -> None:
    assert [(part, fen) for _, part, fen in book.lines("costs")] == [("cost", 50_00), ("interest", 10_00)]


def test_other_fees_come_last(book: Rows) -> None:
    # 3,210.00 and one penalty day of 1.50 leave 3.50 of 20.00
    assert [(part, fen) for _, part, fen in book.lines("fee")][2:] == [("penalty", 1_50), ("fee", 3_50)]
    assert book.at("fee").dpd == 0


def test_a_waived_fee_is_not_owed(book: Rows) -> None:
    row = book.at("fee_waived")
    assert (row.fee_charged_fen, row.fee_waived_fen, [due.fee_fen for due in book.open("fee_waived").values()]) == (20_00, 15_00, [5_00])


def test_credit_waits_for_the_next_due_day_and_goes_before_its_receipts(book: Rows) -> None:
    assert (book.at("not_yet").credit_fen, book.at("not_yet").principal_paid_fen) == (100_00, 1_000_00)
    used = [(line["obligation"], line["part"], line["taken_fen"], line["from_credit_fen"]) for line in book.history("ahead").lines[2:]]
    assert used == [("I02", "interest", 10_00, 10_00), ("I02", "principal", 95_00, 90_00)]


def test_money_before_the_first_due_day_pays_it_on_its_day(book: Rows) -> None:
    row = book.at("early")
    assert (row.state, row.penalty_posted_fen, row.credit_fen) == ("SETTLED", 0, 0)


def test_what_was_paid_too_much_is_owed_back(book: Rows) -> None:
    assert (book.at("over").state, book.at("over").credit_fen) == ("SETTLED", 5_00)
    assert (book.at("refunded").credit_fen, book.at("refunded").refunded_fen) == (0, 5_00)


def test_proceeds_of_the_vehicle_pay_like_a_receipt(book: Rows) -> None:
    row = book.at("sale")
    assert (row.state, row.proceeds_fen, row.received_fen) == ("SETTLED", 1_010_00, 1_010_00)


@pytest.mark.behaviour("S009")
def test_used_and_unapplied_make_up_what_was_received(book: Rows) -> None:
    rows = [book.at(name) for name in book.loans]
    used = [row.interest_paid_fen + row.principal_paid_fen + row.penalty_paid_fen + row.fee_paid_fen for row in rows]
    assert [row.received_fen for row in rows] == [
        fen + row.credit_fen + row.refunded_fen + row.after_charge_off_fen for fen, row in zip(used, rows, strict=True)
    ]
    assert sum(row.received_fen for row in rows) == sum(_RECEIVED)


_RECEIVED = (3_213_00, 3_210_01, 3_210_01, 6_474_00, 60_00, 3_215_00, 1_115_00, 1_110_00, 1_015_00, 1_015_00, 1_010_00, 1_010_00, 1_010_00)


@pytest.fixture(scope="module")
def by_part(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """The order of the statute where a contract is silent: all due interest, then all due principal."""
    folder = tmp_path_factory.mktemp("statute")
    shelf = Shelf()
    shelf.loan("part", *TWO).pays(0, 500_00)
    shelf.loan("all_due", *TWO).pays(0, 6_400_00)
    return shelf.open(folder / "book", house(folder / "house", waterfall__mode=[(None, "by_part")]))


def test_by_part_all_interest_goes_first(by_part: Rows) -> None:
    # by instalment the same 500.00 would be I01 interest 210.00, I01 principal 290.00
    assert by_part.lines("part") == [("I01", "interest", 210_00), ("I02", "interest", 180_00), ("I01", "principal", 110_00)]


def test_by_part_penalty_still_comes_last(by_part: Rows) -> None:
    assert by_part.lines("all_due")[2:] == [("I01", "principal", 3_000_00), ("I02", "principal", 3_000_00), ("I01", "penalty", 10_00)]


@pytest.fixture(scope="module")
def penalty_first(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """The statute's whole order: costs, interest with penalty, principal."""
    folder = tmp_path_factory.mktemp("penalty_first")
    shelf = Shelf()
    shelf.loan("part", *TWO).pays(0, 500_00)
    order = ["cost", "interest", "penalty", "principal", "fee"]
    settings = {"waterfall__mode": [(None, "by_part")], "waterfall__order": [(None, order)]}
    return shelf.open(folder / "book", house(folder / "house", **settings))


def test_the_order_of_parts_is_a_setting(penalty_first: Rows) -> None:
    # interest 210.00 + 180.00, penalty 54.00 + 9.00, rest 47.00
    assert [(name, part, fen) for name, part, fen in penalty_first.lines("part")[2:]] == [
        ("I01", "penalty", 54_00),
        ("I02", "penalty", 9_00),
        ("I01", "principal", 47_00),
    ]

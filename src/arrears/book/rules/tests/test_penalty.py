"""Penalty: rate, first day, rounding, caps, freezes, waivers, corrections. 1,000.00 at 12 % bears 0.50 a day."""

from __future__ import annotations

import pytest

from arrears.book.rules.tests.kit import Rows, Shelf, house

GRACE = pytest.mark.behaviour("S022", part="the case is the Desk's")
SMALL = (10_00, 30_00, 50_00)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    shelf = Shelf()
    shelf.loan("fifty_thousand", (16, 500_00, 50_000_00))
    shelf.loan("rate_9.6_one_day", (4, 16_00, 2_000_00), rate_ppm=96_000)
    shelf.loan("rate_9.6_two_days", (5, 16_00, 2_000_00), rate_ppm=96_000)
    shelf.loan("rate_18", (4, 16_00, 2_000_00), rate_ppm=180_000)
    shelf.loan("rate_0", (4, 0, 2_000_00), rate_ppm=0)
    for days in (3, 4, 5, 6, 7):
        shelf.loan(f"odd_{days}", (days, 0, 33_33))
    for fen in SMALL:
        shelf.loan(f"tie_{fen}", (4, 0, fen))
    shelf.loan("paid_on_day_4", (4, 10_00, 1_000_00)).pays(0, 1_010_00)
    shelf.loan("paid_on_day_3", (4, 10_00, 1_000_00)).pays(1, 1_010_00)
    shelf.loan("paid_on_day_5", (5, 10_00, 1_000_00)).pays(0, 1_010_00)
    shelf.loan("half_paid_on_day_5", (5, 10_00, 1_000_00)).pays(0, 510_00)
    shelf.loan("interest_only_paid", (5, 10_00, 1_000_00)).pays(5, 10_00)
    shelf.loan("principal_paid", (14, 100_00, 1_000_00), (4, 10_00, 0)).pays(14, 1_100_00)
    shelf.loan("penalty_alone", (16, 10_00, 1_000_00), (-14, 10_00, 1_000_00)).pays(10, 1_010_00)
    shelf.loan("penalty_paid_before", (16, 10_00, 1_000_00), (-14, 10_00, 1_000_00)).pays(10, 1_010_50)
    shelf.loan("two_waived", (16, 10_00, 1_000_00), (6, 10_00, 1_000_00)).waived(0, 6_50)
    shelf.loan("one_hold", (20, 10_00, 1_000_00)).held(15, 11, "penalty")
    shelf.loan("two_holds", (20, 10_00, 1_000_00)).held(15, 12, "penalty").held(13, 11, "penalty+clock")
    shelf.loan("clock_hold", (20, 10_00, 1_000_00)).held(15, 11, "clock")
    shelf.loan("hold_in_grace", (20, 10_00, 1_000_00)).held(20, 17, "penalty")
    return shelf.open(tmp_path_factory.mktemp("penalty") / "book")


@pytest.mark.parametrize(
    ("loan", "penalty_fen"),
    [
        # 16 days late, the first 3 free: 13 days x 25.00
        pytest.param("fifty_thousand", 325_00, id="13_days_of_25.00", marks=pytest.mark.behaviour("S111")),
        # 9.6 % x 1.5 / 360 = 0.04 %; 2,000.00 x 0.04 % = 0.80
        pytest.param("rate_9.6_one_day", 80, id="rate_9.6_bears_0.80", marks=pytest.mark.behaviour("S112")),
        pytest.param("rate_9.6_two_days", 1_60, id="rate_9.6_bears_1.60_in_two_days", marks=pytest.mark.behaviour("S112")),
        # 18 % x 1.5 / 360 = 0.075 %: the product's 0.05 % is lower
        pytest.param("rate_18", 1_00, id="rate_18_bears_the_product_rate"),
        pytest.param("rate_0", 0, id="no_contract_rate_no_penalty"),
        # 33.33 x 0.05 % = 0.016665 a day, rounded on the running total: 0.02, 0.03, 0.05, 0.07
        pytest.param("odd_3", 0, id="day_3_is_grace"),
        pytest.param("odd_4", 2, id="running_total_day_1"),
        pytest.param("odd_5", 3, id="running_total_day_2"),
        pytest.param("odd_6", 5, id="running_total_day_3"),
        pytest.param("odd_7", 7, id="running_total_day_4"),
        pytest.param("tie_1000", 0, id="0.5_fen_goes_to_0"),
        pytest.param("tie_3000", 2, id="1.5_fen_goes_to_2"),
        pytest.param("tie_5000", 2, id="2.5_fen_goes_to_2"),
        pytest.param("paid_on_day_3", 0, id="paid_in_grace", marks=GRACE),
        pytest.param("paid_on_day_4", 0, id="the_day_of_payment_is_free", marks=GRACE),
        pytest.param("paid_on_day_5", 50, id="paid_on_day_5_one_penalty_day", marks=GRACE),
        pytest.param("half_paid_on_day_5", 75, id="a_part_payment_lowers_its_own_day"),  # 0.50, then 500.00: 0.25
        pytest.param("interest_only_paid", 1_00, id="paid_interest_changes_nothing"),
        pytest.param("principal_paid", 0, id="no_penalty_on_interest"),
        # 20 days late: 17 days x 0.50 = 8.50; frozen 5 days
        pytest.param("one_hold", 6_00, id="five_frozen_days"),
        pytest.param("two_holds", 6_00, id="holds_that_overlap_freeze_a_day_once"),
        pytest.param("clock_hold", 8_50, id="a_hold_that_does_not_say_so_freezes_nothing"),
        pytest.param("hold_in_grace", 8_50, id="a_freeze_inside_grace_saves_nothing"),
    ],
)
def test_penalty(book: Rows, loan: str, penalty_fen: int) -> None:
    assert book.at(loan).penalty_posted_fen == penalty_fen


@pytest.mark.behaviour("S114")
def test_unpaid_penalty_alone_is_not_late_and_bears_nothing_more(book: Rows) -> None:
    # paid on day 6: days 4 and 5 stay owed, 2 x 0.50, ten days on as much as then
    row = book.at("penalty_alone")
    assert (row.penalty_posted_fen, row.penalty_paid_fen, row.dpd, row.state, row.triggers) == (1_00, 0, 0, "CURRENT", "")


def test_a_receipt_pays_penalty_up_to_the_day_before(book: Rows) -> None:
    row = book.at("penalty_paid_before")
    assert (row.penalty_posted_fen, row.penalty_paid_fen, row.credit_fen) == (1_00, 50, 0)


@pytest.mark.behaviour("S116")
def test_a_waiver_takes_the_oldest_penalty_first(book: Rows) -> None:
    # I01: 13 days x 0.50 = 6.50, of which the day of the waiver itself comes after it; I02: 3 days x 0.50 = 1.50
    open_ = book.open("two_waived")
    assert [(row.posted_fen, row.waived_fen) for row in open_.values()] == [(6_50, 6_00), (1_50, 50)]


@pytest.fixture(scope="module")
def capped(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """Penalty of an instalment may reach a hundredth of its principal: 10.00 of 1,000.00."""
    folder = tmp_path_factory.mktemp("capped")
    shelf = Shelf()
    for days in (22, 23, 24, 100):
        shelf.loan(f"late_{days}", (days, 10_00, 1_000_00))
    shelf.loan("paid_in_grace", (100, 10_00, 1_000_00)).pays(97, 410_00)
    shelf.loan("paid_after", (100, 10_00, 1_000_00)).pays(90, 410_00)
    return shelf.open(folder / "book", house(folder / "house", penalty__total_cap_ratio=[(None, "0.01")]))


@pytest.mark.behaviour("S113")
@pytest.mark.parametrize(
    ("loan", "penalty_fen"),
    [
        pytest.param("late_22", 9_50, id="19_days_of_0.50"),
        pytest.param("late_23", 10_00, id="20_days_reach_the_cap"),
        pytest.param("late_24", 10_00, id="the_21st_day_adds_nothing"),
        pytest.param("late_100", 10_00, id="nor_the_97th"),
        pytest.param("paid_in_grace", 6_00, id="cap_of_what_was_unpaid_on_the_first_penalty_day"),  # 600.00
        pytest.param("paid_after", 10_00, id="a_later_payment_does_not_lower_the_cap"),
    ],
)
def test_penalty_never_passes_its_share_of_the_principal(capped: Rows, loan: str, penalty_fen: int) -> None:
    assert capped.at(loan).penalty_posted_fen == penalty_fen


@pytest.fixture(scope="module")
def costly(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """10,000.00 at 23.5 %, outstanding every day from its opening: the cap allows 10,000.00 x 24 % / 360 = 6.66... a day."""
    shelf = Shelf()
    year = {"rate_ppm": 235_000}
    shelf.loan("no_fee", (4, 2_350_00, 10_000_00), **year)
    shelf.loan("fee", (4, 2_350_00, 10_000_00), **year).fee(4, 100_00)
    shelf.loan("fee_asked", (4, 2_350_00, 10_000_00), **year).fee(4, 100_00).pays(0, 12_500_00)
    shelf.loan("small_fee", (4, 2_350_00, 10_000_00), **year).fee(4, 79_00)
    # the new first period bears a full month's interest, whatever its length: 10,000.00 x 23.5 % / 12 = 195.83
    short = shelf.loan("short", (-10, 195_83, 10_000_00), rate_ppm=235_000, opened_on="2026-09-10")
    short.restructures(8, 1, 7)
    return shelf.open(tmp_path_factory.mktemp("costly") / "book")


@pytest.mark.behaviour("S113")
@pytest.mark.parametrize(
    ("loan", "penalty_fen", "cut_fen"),
    [
        # 365 days x 6.66... = 2,433.33 allowed; 2,350.00 + 5.00 charged
        pytest.param("no_fee", 5_00, 0, id="below_the_cap"),
        # 2,350.00 + 5.00 + 79.00 = 2,434.00: 0.67 too much
        pytest.param("small_fee", 5_00, 67, id="just_above_cuts_penalty"),
        # 2,350.00 + 5.00 + 100.00 = 2,455.00: 21.67 too much
        pytest.param("fee", 5_00, 21_67, id="cuts_penalty_and_then_fees"),
        # 21 days x 6.66... = 140.00; 195.83 + 4 x 5.00 = 215.83: 75.83 too much, of which only penalty can be cut
        pytest.param("short", 20_00, 20_00, id="never_cuts_interest"),
    ],
)
def test_the_all_in_cap_cuts_penalty_first_and_shows_it(costly: Rows, loan: str, penalty_fen: int, cut_fen: int) -> None:
    row = costly.at(loan)
    assert (row.penalty_posted_fen, row.penalty_cut_fen) == (penalty_fen, cut_fen)


@pytest.mark.behaviour("S113")
def test_what_the_cap_cuts_is_not_taken_from_a_receipt(costly: Rows) -> None:
    # before today's receipt 365 days x 6.66... less today's: 364 days = 2,426.66; 2,350.00 + 100.00 leave 76.66 for the fee
    row = costly.at("fee_asked")
    assert (row.interest_paid_fen, row.principal_paid_fen, row.penalty_paid_fen) == (2_350_00, 10_000_00, 0)
    assert row.fee_paid_fen == 76_66
    assert row.credit_fen == 12_500_00 - 12_350_00 - 76_66


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    shelf = Shelf()
    late = ("2026-09-01", 0, 1_122_00), ("2027-09-01", 0, 1_000_00)
    shelf.loan("late_told", *late).pays("2026-09-01", 1_122_00, known="2026-10-15")
    shelf.loan("paid_twice", *late).pays("2026-10-14", 1_143_88).pays("2026-09-01", 1_122_00, known="2026-10-15")
    shelf.loan("bounced", *late).pays("2026-09-01", 1_122_00).bounces("2026-10-15")
    return shelf.open(tmp_path_factory.mktemp("corrected") / "book", closed_on="2026-10-14", through="2026-10-15")


@pytest.mark.behaviour("S115")
def test_a_payment_of_its_due_day_told_late_undoes_the_penalty(corrected: Rows) -> None:
    # 1,122.00 x 0.05 % = 0.561 a day, from 09-05 to 10-14 are 40 days: 22.44
    assert views(corrected, "late_told", "dpd", "penalty_posted_fen") == [(43, 22_44), (0, 0), (0, 0)]


def views(book: Rows, loan: str, *names: str) -> list[tuple[int, ...]]:
    """Columns of a loan at the close of 10-14 as known then, as known now, and at the close of 10-15."""
    asked = (("2026-10-14", "then"), ("2026-10-14", "now"), ("2026-10-15", "then"))
    rows = [row for day, known in asked for row in book.door.positions(book.day(day), known).to_pylist() if row["loan_id"] == loan]
    return [tuple(row[name] for name in names) for row in rows]


@pytest.mark.behaviour("S115")
def test_penalty_that_was_paid_comes_back_as_credit(corrected: Rows) -> None:
    # 39 days to the eve of the payment: 21.879 = 21.88 paid; with the older payment all of the second one is credit
    paid = views(corrected, "paid_twice", "penalty_paid_fen", "credit_fen")
    assert paid == [(21_88, 0), (0, 1_143_88), (0, 1_143_88)]


@pytest.mark.behaviour("S013")
def test_a_receipt_that_bounced_is_replayed_from_its_own_day(corrected: Rows) -> None:
    # 40 days to 10-14 are 22.44, 41 to 10-15 are 23.001
    assert views(corrected, "bounced", "dpd", "penalty_posted_fen", "received_fen") == [(0, 0, 1_122_00), (43, 22_44, 0), (44, 23_00, 0)]


@pytest.mark.behaviour("S013")
def test_the_receipt_and_its_opposite_both_stay_visible(corrected: Rows) -> None:
    events = corrected.history("bounced", "2026-10-15").events
    assert [(event["kind"], event["value_on"].isoformat(), event["amount_fen"]) for event in events] == [
        ("payment_received", "2026-09-01", 1_122_00),
        ("payment_reversed", "2026-10-15", 1_122_00),
    ]


@pytest.mark.behaviour("S013")
def test_the_journal_books_the_opposite_on_the_day_it_was_known(corrected: Rows) -> None:
    rows = [row for row in corrected.door.journal(corrected.day("2026-10-15"), corrected.day("2026-10-15")).to_pylist() if row["backdated"]]
    assert [(row["posted_on"].isoformat(), row["cash_fen"]) for row in rows if row["loan_id"] == "bounced"] == [("2026-10-15", -1_122_00)]

"""Triggers T1, T2, T3, attitude evidence, promises: both sides of every edge."""

from __future__ import annotations

import pytest

from arrears.book.rules.tests.kit import Rows, Shelf

ONE = (10_00, 1_000_00)


def clocks(shelf: Shelf) -> None:
    for days in (29, 30):
        shelf.loan(f"silent_{days}", (days, *ONE))
        shelf.loan(f"promised_{days}", (days, *ONE)).promises(10, 1_000_00, 5)
    for days in (49, 50):
        shelf.loan(f"one_yuan_{days}", (days, *ONE)).pays(days - 20, 1_00)
    shelf.loan("no_progress_money", (30, *ONE)).pays(10, 1_00, progress=False)
    shelf.loan("one_fen", (30, *ONE)).pays(10, 1)
    shelf.loan("agreed", (40, *ONE), (-60, *ONE)).signs_plan(12, 3, -10)
    for days in (29, 30):
        # signed on day 28; its first part, a day later, was left for ten days: broken
        shelf.loan(f"broken_plan_{days}", (days + 28, *ONE), (-60, *ONE)).signs_plan(days, 3, days - 1)
    for days in (40, 41):
        shelf.loan(f"held_{days}", (days, *ONE)).held(30, 20)
        shelf.loan(f"held_twice_{days}", (days, *ONE)).held(30, 22).held(25, 20, "clock")
        shelf.loan(f"held_from_the_due_day_{days}", (days, *ONE)).held(days, days - 11, "clock")
        shelf.loan(f"penalty_held_{days}", (days, *ONE)).held(30, 20, "penalty")
    shelf.loan("progressed", (40, *ONE)).pays(5, 1_00)


def amounts(shelf: Shelf) -> None:
    shelf.loan("exactly", (4, 0, 50_000_00))
    shelf.loan("a_fen_more", (4, 0, 50_000_01))
    shelf.loan("in_grace", (3, 0, 50_000_01))
    shelf.loan("with_interest", (4, 10_00, 49_990_01))
    shelf.loan("first_of_two", (10, 0, 30_000_00), borrower_id="Lin")
    shelf.loan("second_of_two", (10, 0, 30_000_00), borrower_id="Lin")
    shelf.loan("with_penalty", (12, 0, 49_900_00))
    shelf.loan("paid_below", (10, 0, 50_000_01)).pays(0, 1)


def evidence(shelf: Shelf) -> None:
    late = 20, *ONE
    shelf.loan("no_evidence", late)
    shelf.loan("two_calls", late).declines_call(10).declines_call(9)
    shelf.loan("two_calls_a_day", late).declines_call(10).declines_call(10)
    shelf.loan("letter_and_call", late).refuses_mail(10).declines_call(10)
    shelf.loan("one_confirmed", late).declines_call(10).declines_call(9, confirmed=-1)
    shelf.loan("in_grace_17", late).declines_call(17).declines_call(10)
    shelf.loan("after_grace_16", late).declines_call(16).declines_call(10)
    shelf.loan("last_day_of_hold", late).held(14, 12, "contact").declines_call(12).declines_call(10)
    shelf.loan("day_after_hold", late).held(14, 12, "contact").declines_call(11).declines_call(10)
    cured = shelf.loan("earlier_delinquency", (60, *ONE), late).declines_call(50).declines_call(49)
    cured.pays(45, 1_050_00).declines_call(10)
    broken = shelf.loan("broken_promise", late).promises(12, 500_00, 10)
    broken.happens("promise_evidence_confirmed", 8, until_on=9, approver="lead")
    excused = shelf.loan("excused_promise", late).promises(12, 500_00, 10)
    excused.happens("promise_evidence_confirmed", 8, until_on=9, approver="lead")
    excused.happens("evidence_excused", 0, refers_to="kit/excused_promise-2", approver="lead", reason="hospital")
    shelf.loan("unconfirmed_promise", late).promises(12, 500_00, 10)
    for days in (14, 15):
        shelf.loan(f"flag_{days}", (days, *ONE)).declines_call(9).declines_call(8)
    for days in (25, 26):
        shelf.loan(f"flag_held_{days}", (days, *ONE)).declines_call(21).declines_call(20).held(18, 8)
    shelf.loan("flag_paid", (15, *ONE)).declines_call(9).declines_call(8).pays(0, 1_020_00)


def promises(shelf: Shelf) -> None:
    late = 20, *ONE
    for fen in (1_000_00, 999_99, 400_00, 0):
        loan = shelf.loan(f"judged_{fen}", late).promises(6, 1_000_00, 1)
        loan.pays(0, fen).pays(10, 5_00)  # what came before the promise does not count
    shelf.loan("early", late).promises(6, 1_000_00, -5).pays(3, 600_00).pays(2, 400_00)
    shelf.loan("open", late).promises(6, 1_000_00, 0)
    shelf.loan("too_late", late).promises(6, 1_000_00, 2).pays(0, 1_000_00)
    shelf.loan("told_late", late).promises(6, 1_000_00, 2).pays(1, 1_000_00, known=0)
    shelf.loan("told_partly", late).promises(6, 1_000_00, 2).pays(1, 400_00, known=0)
    shelf.loan("suspended", late).promises(6, 1_000_00, 2).held(3, -10, "contact")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    shelf = Shelf()
    clocks(shelf)
    amounts(shelf)
    evidence(shelf)
    promises(shelf)
    return shelf.open(tmp_path_factory.mktemp("triggers") / "book")


T1 = [
    pytest.param("silent_29", "", 29, id="29_days_no", marks=pytest.mark.behaviour("S053")),
    pytest.param("silent_30", "T1", 30, id="30_days_yes", marks=pytest.mark.behaviour("S053")),
    pytest.param("one_yuan_49", "", 29, id="1.00_on_day_20_day_49_no", marks=pytest.mark.behaviour("S054")),
    pytest.param("one_yuan_50", "T1", 30, id="1.00_on_day_20_day_50_yes", marks=pytest.mark.behaviour("S054")),
    pytest.param("one_fen", "", 10, id="a_fen_is_progress"),
    pytest.param("no_progress_money", "T1", 30, id="money_that_is_no_progress"),
    pytest.param("promised_29", "", 29, id="a_promise_29_no", marks=pytest.mark.behaviour("S047")),
    pytest.param("promised_30", "T1", 30, id="a_promise_does_not_restart", marks=pytest.mark.behaviour("S047")),
    pytest.param("agreed", "", 0, id="an_agreement_that_performs", marks=pytest.mark.behaviour("S055")),
    pytest.param("broken_plan_29", "", 29, id="broken_29_after_signing", marks=pytest.mark.behaviour("S055")),
    pytest.param("broken_plan_30", "T1", 30, id="broken_30_after_signing", marks=pytest.mark.behaviour("S055")),
    pytest.param("held_40", "", 29, id="11_days_of_hold_day_40_no", marks=pytest.mark.behaviour("S061")),
    pytest.param("held_41", "T1", 30, id="11_days_of_hold_day_41_yes", marks=pytest.mark.behaviour("S061")),
    pytest.param("held_twice_40", "", 29, id="overlapping_holds_once_no", marks=pytest.mark.behaviour("S061")),
    pytest.param("held_twice_41", "T1", 30, id="overlapping_holds_once_yes", marks=pytest.mark.behaviour("S061")),
    pytest.param("penalty_held_40", "T1", 40, id="a_hold_that_does_not_stop_the_clock"),
]


@pytest.mark.parametrize(("loan", "triggers", "days"), T1)
def test_t1(book: Rows, loan: str, triggers: str, days: int) -> None:
    row = book.at(loan)
    assert (row.triggers, row.no_progress_days) == (triggers, days)


@pytest.mark.parametrize(("loan", "days"), [("held_from_the_due_day_40", 29), ("held_from_the_due_day_41", 30)])
def test_the_due_day_itself_is_no_day_of_the_count(book: Rows, loan: str, days: int) -> None:
    # held on the due day and the 11 days after it: the count starts the day after, so 11 days are paused
    row = book.at(loan)
    assert (row.paused_days, row.no_progress_days) == (11, days)


@pytest.mark.behaviour("S053")
@pytest.mark.parametrize(("loan", "state"), [("silent_29", "DELINQUENT"), ("silent_30", "HIGH_RISK"), ("progressed", "DELINQUENT")])
def test_high_risk_from_t1_until_progress(book: Rows, loan: str, state: str) -> None:
    assert book.at(loan).state == state


@pytest.mark.parametrize(
    ("loan", "triggers"),
    [
        pytest.param("exactly", "", id="exactly_50_000.00", marks=pytest.mark.behaviour("S056")),
        pytest.param("a_fen_more", "T2", id="50_000.01_on_day_4", marks=pytest.mark.behaviour("S056")),
        pytest.param("in_grace", "", id="50_000.01_on_day_3", marks=pytest.mark.behaviour("S056")),
        pytest.param("with_interest", "T2", id="interest_counts", marks=pytest.mark.behaviour("S056")),
        pytest.param("paid_below", "", id="paid_down_to_the_limit"),
        pytest.param("first_of_two", "", id="one_loan_of_a_person", marks=pytest.mark.behaviour("S057")),
        pytest.param("second_of_two", "", id="the_other", marks=pytest.mark.behaviour("S057")),
        pytest.param("with_penalty", "", id="penalty_does_not_count", marks=pytest.mark.behaviour("S058")),
    ],
)
def test_t2(book: Rows, loan: str, triggers: str) -> None:
    assert book.at(loan).triggers == triggers


@pytest.mark.behaviour("S058")
def test_penalty_lifts_what_is_owed_over_the_limit_but_not_the_overdue_amount(book: Rows) -> None:
    # 49,900.00 x 0.05 % = 24.95 a day x 9 days = 224.55
    row = book.at("with_penalty")
    assert (row.overdue_principal_fen, row.penalty_posted_fen) == (49_900_00, 224_55)


@pytest.mark.parametrize(
    ("loan", "points", "triggers"),
    [
        pytest.param("no_evidence", 0, "", id="silence_is_nothing"),
        pytest.param("two_calls", 2, "T3", id="two_days"),
        pytest.param("two_calls_a_day", 1, "", id="one_call_a_day"),
        pytest.param("letter_and_call", 2, "T3", id="letter_and_call", marks=pytest.mark.behaviour("S049")),
        pytest.param("one_confirmed", 1, "", id="only_confirmed_evidence", marks=pytest.mark.behaviour("S049")),
        pytest.param("broken_promise", 2, "T3", id="broken_promise", marks=pytest.mark.behaviour("S050")),
        pytest.param("excused_promise", 0, "", id="excused", marks=pytest.mark.behaviour("S050")),
        pytest.param("unconfirmed_promise", 0, "", id="broken_but_not_confirmed", marks=pytest.mark.behaviour("S049")),
        pytest.param("in_grace_17", 1, "", id="day_3_is_grace", marks=pytest.mark.behaviour("S051")),
        pytest.param("after_grace_16", 2, "T3", id="day_4_is_not", marks=pytest.mark.behaviour("S051")),
        pytest.param("last_day_of_hold", 1, "", id="in_a_hold", marks=pytest.mark.behaviour("S051")),
        pytest.param("day_after_hold", 2, "T3", id="after_a_hold", marks=pytest.mark.behaviour("S051")),
        pytest.param("earlier_delinquency", 1, "", id="cured_since", marks=pytest.mark.behaviour("S051")),
        pytest.param("flag_14", 2, "", id="flag_14_days", marks=pytest.mark.behaviour("S060")),
        pytest.param("flag_15", 2, "T3", id="flag_15_days", marks=pytest.mark.behaviour("S060")),
        pytest.param("flag_held_25", 2, "", id="flag_25_days_11_held", marks=pytest.mark.behaviour("S061")),
        pytest.param("flag_held_26", 2, "T3", id="flag_26_days_11_held", marks=pytest.mark.behaviour("S061")),
        pytest.param("flag_paid", 0, "", id="paid_up"),
    ],
)
def test_attitude_and_t3(book: Rows, loan: str, points: int, triggers: str) -> None:
    row = book.at(loan)
    assert (row.attitude_points, row.triggers) == (points, triggers)


@pytest.mark.parametrize(
    ("loan", "state"),
    [
        pytest.param("judged_100000", "KEPT", id="all"),
        pytest.param("judged_99999", "PARTLY_KEPT", id="a_fen_short"),
        pytest.param("judged_40000", "PARTLY_KEPT", id="400.00"),
        pytest.param("judged_0", "BROKEN", id="nothing"),
        pytest.param("early", "KEPT", id="kept_as_soon_as_the_money_is_there"),
        pytest.param("open", "PENDING", id="not_judged_on_its_own_day"),
        pytest.param("too_late", "BROKEN", id="money_two_days_after"),
        pytest.param("told_late", "KEPT", id="a_backdated_receipt_judges_again"),
        pytest.param("told_partly", "PARTLY_KEPT", id="and_partly"),
        pytest.param("suspended", "SUSPENDED", id="a_hold_suspends_it"),
    ],
)
@pytest.mark.behaviour("S044")
def test_promise(book: Rows, loan: str, state: str) -> None:
    assert book.at(loan).promise_state == state


@pytest.mark.behaviour("S044")
def test_before_the_receipt_was_known_the_promise_was_broken(book: Rows) -> None:
    assert book.at("told_late", 1).promise_state == "BROKEN"

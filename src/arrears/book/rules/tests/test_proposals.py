"""What the close of 2026-09-30 proposes, each with the numbers to redo it by hand; the Book was closed the day before too."""

from __future__ import annotations

from typing import Any

import pytest

from arrears.book.rules.tests.kit import Rows, Shelf

ONE = (10_00, 1_000_00)
NEXT = (-60, *ONE)
WITHDRAWN = pytest.mark.behaviour("S062", part="the permit is the Desk's")
SENT_19 = pytest.mark.behaviour("S019", part="sending is the Desk's")
SENT_20 = pytest.mark.behaviour("S020", part="sending is the Desk's")
GRACE = pytest.mark.behaviour("S022", part="the case is the Desk's")


def candidates(shelf: Shelf) -> None:
    shelf.loan("t1", (30, *ONE))
    shelf.loan("t1_yesterday", (31, *ONE))
    shelf.loan("t1_held_before", (41, *ONE)).held(30, 20)
    shelf.loan("t1_promised", (30, *ONE)).promises(3, 100_00, -2)
    shelf.loan("t1_held_now", (30, *ONE)).held(0, -5, "contact")
    shelf.loan("t1_hold_over", (35, *ONE)).held(5, 1, "contact")
    shelf.loan("t2", (4, 0, 50_000_01))
    shelf.loan("t3", (15, *ONE)).declines_call(9).declines_call(8)
    shelf.loan("paid_a_little", (35, *ONE)).pays(0, 1_00)
    shelf.loan("paid_up", (35, *ONE), NEXT).pays(0, 1_100_00)
    shelf.loan("agreed", (35, *ONE), NEXT).signs_plan(0, 3, -20)
    shelf.loan("complained", (35, *ONE)).held(0, None)
    shelf.loan("explained", (20, *ONE)).promises(12, 500_00, 10).happens("promise_evidence_confirmed", 8, until_on=9, approver="lead")
    shelf.loans["explained"].happens("evidence_excused", 0, refers_to="kit/explained-2", approver="lead", reason="hospital")


def delinquency(shelf: Shelf) -> None:
    for days in (3, 4, 5):
        shelf.loan(f"late_{days}", (days, *ONE))
    shelf.loan("paid_on_day_3", (3, *ONE), NEXT).pays(0, 1_010_00)
    shelf.loan("paid_on_day_4", (4, *ONE), NEXT).pays(0, 1_010_00)
    shelf.loan("paid_on_day_5", (5, *ONE), NEXT).pays(0, 1_010_00)
    shelf.loan("penalty_alone", (14, *ONE), NEXT).pays(8, 1_010_00)
    for days in (90, 91, 271, 361):
        shelf.loan(f"class_{days}", (days, *ONE))
    for days in (-3, -4, -5, 0):
        shelf.loan(f"due_{days}", (days, *ONE))
    shelf.loan("due_-4_with_credit", (20, *ONE), (-4, *ONE)).pays(20, 1_310_00)
    shelf.loan("due_-4_prepaid", (20, *ONE), (-4, *ONE)).pays(20, 2_020_00)
    shelf.loan("overpaid", (10, *ONE)).pays(0, 1_200_00)
    shelf.loan("told_late", (32, *ONE), NEXT).pays(32, 1_010_00, known=0)


def agreements(shelf: Shelf) -> None:
    arrears = (60, *ONE), (30, *ONE), NEXT
    for first in (2, 3, 4, 9, 10, 11):
        shelf.loan(f"part_{first}", *arrears).signs_plan(20, 2, first)
    shelf.loan("completed", *arrears).signs_plan(20, 1, 5).pays(0, 2_020_00)
    shelf.loan("plan_written_off", *arrears).signs_plan(20, 2, -10).happens("charged_off", 1)
    for fen in (1_000_00, 400_00, 0):
        shelf.loan(f"promise_{fen}", (20, *ONE)).promises(6, 1_000_00, 1).pays(0, fen)
    shelf.loan("promise_tomorrow", (20, *ONE)).promises(6, 1_000_00, -1)


def limits(shelf: Shelf) -> None:
    # three years before 30, 90, 180 days from now; and a day off
    ends = {"30": "2023-10-30", "90": "2023-12-29", "180": "2024-03-29", "181": "2024-03-30"}
    shelf.loan("limit_30", (ends["30"], *ONE))
    shelf.loan("limit_90", (ends["90"], *ONE))
    shelf.loan("limit_180", (ends["180"], *ONE))
    shelf.loan("limit_181", (ends["181"], *ONE))
    shelf.loan("limit_demand", (ends["30"], *ONE)).happens("demand_delivered", 100, subject="letter")
    shelf.loan("capped", (4, 2_350_00, 10_000_00), rate_ppm=235_000).fee(0, 100_00)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    shelf = Shelf()
    candidates(shelf)
    delinquency(shelf)
    agreements(shelf)
    limits(shelf)
    return shelf.open(tmp_path_factory.mktemp("proposals") / "book", closed_on=1, through=0)


def said(book: Rows, loan: str) -> dict[str, dict[str, Any]]:
    """Proposals about a loan, by kind and subject."""
    rows = book.door.proposals().to_pylist()
    return {f"{row['kind']} {row['subject']}".removesuffix(" -"): row for row in rows if row["loan_id"] == loan}


@pytest.mark.behaviour("S063")
def test_a_candidate_carries_its_arithmetic(book: Rows) -> None:
    # 2026-09-30 less 2026-08-20 are 41 days, 11 of them paused: 30 = the threshold
    row = said(book, "t1_held_before")["visit_candidate T1"]
    assert (row["anchor_on"].isoformat(), row["paused_days"], row["no_progress_days"], row["threshold"]) == ("2026-08-20", 11, 30, 30)
    assert (row["dpd"], row["oldest_due_on"].isoformat(), row["overdue_fen"]) == (41, "2026-08-20", 1_010_00)
    assert (row["rule"], row["do_on"].isoformat(), row["do_at"]) == ("trigger.days", "2026-10-01", "09:00")


@pytest.mark.behaviour("S063")
def test_a_candidate_by_amount_names_both_sums(book: Rows) -> None:
    row = said(book, "t2")["visit_candidate T2"]
    assert (row["overdue_fen"], row["threshold"], row["dpd"], row["rule"]) == (50_000_01, 50_000_00, 4, "trigger.amount_fen")


@pytest.mark.behaviour("S063")
def test_a_candidate_by_attitude_names_points_and_days(book: Rows) -> None:
    row = said(book, "t3")["visit_candidate T3"]
    assert (row["attitude_points"], row["no_progress_days"], row["threshold"], row["rule"]) == (2, 15, 15, "trigger.days_attitude")


@pytest.mark.behaviour("S063")
def test_a_candidate_names_what_is_missing(book: Rows) -> None:
    missing = "case_working+notice_proof+remote_first+assessment+approval+appointment+packet"
    assert said(book, "t1")["visit_candidate T1"]["missing"] == missing
    assert said(book, "t1_promised")["visit_candidate T1"]["missing"] == missing + "+open_promise_ended"


def test_an_id_says_close_loan_kind_and_subject(book: Rows) -> None:
    assert said(book, "t1")["visit_candidate T1"]["proposal_id"] == "2026-09-30/t1/visit_candidate/T1"


@pytest.mark.behaviour("S114")
def test_unpaid_penalty_alone_opens_no_case(book: Rows) -> None:
    assert said(book, "penalty_alone") == {}


@pytest.mark.parametrize(
    ("loan", "kinds"),
    [
        pytest.param("t1", {"visit_candidate T1"}, id="a_candidate", marks=pytest.mark.behaviour("S053")),
        pytest.param("t1_yesterday", set(), id="a_candidate_is_proposed_once"),
        pytest.param("t1_held_now", set(), id="no_candidate_while_a_hold_stops_contact"),
        pytest.param("t1_hold_over", {"visit_candidate T1"}, id="a_candidate_when_the_hold_is_over"),
        pytest.param("paid_a_little", {"candidate_withdrawn"}, id="withdrawn_by_progress"),
        pytest.param("paid_up", {"candidate_withdrawn", "cured", "class_changed"}, id="withdrawn_and_cured", marks=WITHDRAWN),
        pytest.param("agreed", {"candidate_withdrawn"}, id="withdrawn_by_an_agreement", marks=WITHDRAWN),
        pytest.param("complained", {"candidate_withdrawn"}, id="withdrawn_by_a_hold", marks=WITHDRAWN),
        pytest.param("explained", {"candidate_withdrawn"}, id="explained_evidence", marks=pytest.mark.behaviour("S050")),
        pytest.param("late_3", set(), id="grace"),
        pytest.param("late_4", {"grace_ended", "case_opens", "class_changed", "credit_notice_due"}, id="out_of_grace"),
        pytest.param("late_5", set(), id="told_once"),
        pytest.param("paid_on_day_3", set(), id="paid_on_day_3", marks=GRACE),
        pytest.param("paid_on_day_4", set(), id="paid_on_day_4", marks=GRACE),
        pytest.param("paid_on_day_5", {"cured", "class_changed"}, id="paid_on_day_5", marks=GRACE),
        pytest.param("class_90", set(), id="90_days"),
        pytest.param("class_91", {"class_changed"}, id="91_days"),
        pytest.param("class_271", {"class_changed"}, id="271_days"),
        pytest.param("class_361", {"class_changed"}, id="361_days"),
        pytest.param("due_-3", set(), id="reminded_already"),
        pytest.param("due_-4", {"service_reminder I01"}, id="reminded_4_days_before", marks=SENT_19),
        pytest.param("due_-5", set(), id="5_days_before_is_too_early"),
        pytest.param("due_0", {"overdue_notice I01"}, id="due_today_and_unpaid", marks=SENT_20),
        pytest.param("due_-4_prepaid", set(), id="prepaid_needs_no_reminder"),
        pytest.param("overpaid", {"refund_due", "cured", "class_changed"}, id="owed_back"),
        pytest.param("part_2", set(), id="part_2_days_late"),
        pytest.param("part_3", {"plan_part_late"}, id="part_3_days_late", marks=pytest.mark.behaviour("S097")),
        pytest.param("part_9", set(), id="part_9_days_late"),
        pytest.param("part_11", set(), id="broken_the_day_before"),
        pytest.param("promise_100000", {"promise_kept"}, id="promise_kept", marks=pytest.mark.behaviour("S044")),
        pytest.param("promise_40000", {"promise_partly_kept"}, id="promise_partly", marks=pytest.mark.behaviour("S044")),
        pytest.param("promise_0", {"promise_broken"}, id="promise_broken", marks=pytest.mark.behaviour("S044")),
        pytest.param("promise_tomorrow", {"promise_due"}, id="promise_due"),
        pytest.param("limit_30", {"limitation_ends 30"}, id="limit_30", marks=pytest.mark.behaviour("S101")),
        pytest.param("limit_90", {"limitation_ends 90"}, id="limit_90", marks=pytest.mark.behaviour("S101")),
        pytest.param("limit_180", {"limitation_ends 180"}, id="limit_180", marks=pytest.mark.behaviour("S101")),
        pytest.param("limit_181", set(), id="limit_181", marks=pytest.mark.behaviour("S101")),
        pytest.param("limit_demand", set(), id="limit_moved_by_a_demand", marks=pytest.mark.behaviour("S101")),
    ],
)
def test_what_is_proposed(book: Rows, loan: str, kinds: set[str]) -> None:
    assert set(said(book, loan)) == kinds


@pytest.mark.behaviour("S097")
def test_a_plan_that_breaks(book: Rows) -> None:
    found = said(book, "part_10")
    assert "plan_broken" in found
    assert (found["plan_broken"]["dpd"], found["plan_broken"]["overdue_fen"]) == (60, 2_020_00)


@pytest.mark.behaviour("S097")
def test_a_late_part_is_told_with_its_amount_and_day(book: Rows) -> None:
    row = said(book, "part_3")["plan_part_late"]
    assert (row["amount_fen"], row["anchor_on"].isoformat(), row["do_on"].isoformat()) == (2_020_00, "2026-09-27", "2026-10-01")


@pytest.mark.behaviour("S098")
def test_a_completed_plan_tells_what_was_waived(book: Rows) -> None:
    # at signing: day 4 to 39 = 36 x 0.50, day 4 to 9 = 6 x 0.50: 18.00 + 3.00
    row = said(book, "completed")["plan_completed"]
    assert (row["amount_fen"], book.at("completed").penalty_waived_fen) == (21_00, 21_00)


@pytest.mark.behaviour("S113")
def test_the_cap_is_told_with_what_it_cuts(book: Rows) -> None:
    # 2,350.00 + 5.00 + 100.00 charged, 10,000.00 x 24 % / 360 x 365 = 2,433.33 allowed
    row = said(book, "capped")["cap_reached"]
    assert (row["amount_fen"], row["rule"]) == (21_67, "cap.all_in")


@pytest.mark.parametrize(
    ("loan", "proposal", "amount_fen"),
    [
        pytest.param("due_-4", "service_reminder I01", 1_010_00, id="reminder"),
        pytest.param("due_-4_with_credit", "service_reminder I02", 710_00, id="reminder_less_credit"),
        pytest.param("due_0", "overdue_notice I01", 1_010_00, id="notice"),
        # 1,010.00 and penalty of days 4 to 9, 6 x 0.50 = 3.00: 187.00 too much
        pytest.param("overpaid", "refund_due", 187_00, id="refund"),
        pytest.param("promise_40000", "promise_partly_kept", 400_00, id="what_the_promise_brought"),
    ],
)
def test_amount(book: Rows, loan: str, proposal: str, amount_fen: int) -> None:
    assert said(book, loan)[proposal]["amount_fen"] == amount_fen


@pytest.mark.parametrize(
    ("loan", "before", "after"),
    [
        pytest.param("late_4", "1", "2", id="to_2"),
        pytest.param("class_91", "2", "3", id="to_3"),
        pytest.param("class_271", "3", "4", id="to_4"),
        pytest.param("class_361", "4", "5", id="to_5"),
        pytest.param("paid_on_day_5", "2", "1", id="back_to_1"),
    ],
)
@pytest.mark.behaviour("S018")
def test_a_changed_class_names_both(book: Rows, loan: str, before: str, after: str) -> None:
    row = said(book, loan)["class_changed"]
    assert (row["before"], row["after"]) == (before, after)


@pytest.mark.parametrize(
    ("loan", "reason"), [("paid_up", "reason_gone"), ("agreed", "agreement"), ("complained", "hold"), ("explained", "reason_gone")]
)
def test_a_withdrawal_names_its_reason(book: Rows, loan: str, reason: str) -> None:
    assert said(book, loan)["candidate_withdrawn"]["missing"] == reason


def test_a_late_part_of_a_running_plan_opens_no_case(book: Rows) -> None:
    assert "case_opens" not in said(book, "part_4")


def test_a_charge_off_does_not_complete_a_plan(book: Rows) -> None:
    assert "plan_completed" not in said(book, "plan_written_off")
    assert book.at("plan_written_off").plan_state == "ENDED"


def test_a_case_opened_in_error_is_taken_back(book: Rows) -> None:
    # paid on its due day, told today: never out of grace
    assert set(said(book, "told_late")) == {"opened_in_error", "candidate_withdrawn", "class_changed"}


@pytest.mark.behaviour("S062", part="the permit is the Desk's")
def test_a_candidate_that_was_never_due_is_withdrawn(book: Rows) -> None:
    assert said(book, "told_late")["candidate_withdrawn"]["missing"] == "reason_gone"

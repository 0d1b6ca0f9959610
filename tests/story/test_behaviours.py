"""Behaviours that the story's own numbers prove, each with the days on both sides of its edge."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest


@pytest.mark.behaviour("S016")
def test_a_loan_is_not_late_on_its_due_day_and_one_day_late_the_day_after(days: Any) -> None:
    assert [days[day]["B01"]["dpd"] for day in ("2026-09-05", "2026-09-06")] == [0, 1]


@pytest.mark.behaviour("S047")
def test_a_promise_without_money_does_not_restart_the_clock(days: Any) -> None:
    # due 15 September, promise of the 20th
    assert [days[day]["B03"]["no_progress_days"] for day in ("2026-09-19", "2026-09-20", "2026-09-21")] == [4, 5, 6]
    assert days["2026-09-20"]["B03"]["anchor_on"] == days["2026-09-21"]["B03"]["anchor_on"] == dt.date(2026, 9, 15)


@pytest.mark.behaviour("S053")
def test_thirty_days_without_progress_make_a_loan_high_risk_and_a_candidate_and_not_a_day_sooner(days: Any, proposed: Any) -> None:
    before, after = days["2026-09-30"]["B05"], days["2026-10-01"]["B05"]
    assert (before["no_progress_days"], before["triggers"], before["high_risk"]) == (29, "", False)
    assert (after["no_progress_days"], after["triggers"], after["high_risk"]) == (30, "T1", True)
    assert [day for day, loan, kind, _ in sorted(proposed) if (loan, kind) == ("B05", "visit_candidate")] == ["2026-10-01"]


@pytest.mark.behaviour("S056")
def test_the_amount_trigger_needs_more_than_50000_and_the_end_of_grace(days: Any) -> None:
    seen = {day: days[day]["B04"] for day in ("2026-10-23", "2026-10-24", "2026-10-28", "2026-10-29")}
    overdue = [row["overdue_interest_fen"] + row["overdue_principal_fen"] for row in seen.values()]
    assert overdue == [5_600_000, 5_600_000, 5_600_000, 5_000_000]  # exactly 50,000.00 on the last of them
    assert [row["dpd"] for row in seen.values()] == [3, 4, 8, 9]
    assert [row["triggers"] for row in seen.values()] == ["", "T2", "T2", ""]


@pytest.mark.behaviour("S060")
def test_the_attitude_trigger_needs_the_flag_and_fifteen_days(days: Any) -> None:
    before, after = days["2026-09-29"]["B03"], days["2026-09-30"]["B03"]
    assert (before["attitude_points"], before["no_progress_days"], before["triggers"]) == (2, 14, "")
    assert (after["attitude_points"], after["no_progress_days"], after["triggers"]) == (2, 15, "T3")


@pytest.mark.behaviour("S063")
@pytest.mark.parametrize(
    ("close_on", "loan", "trigger", "rule", "threshold", "shown"),
    [
        # 1 September + 30 days without a pause = 1 October
        ("2026-10-01", "B05", "T1", "trigger.days", 30, {"anchor_on": dt.date(2026, 9, 1), "no_progress_days": 30, "paused_days": 0}),
        # 6,000.00 interest + 50,000.00 principal > 50,000.00, and 4 days late
        ("2026-10-24", "B04", "T2", "trigger.amount_fen", 5_000_000, {"overdue_fen": 5_600_000, "dpd": 4}),
        # 15 September + 15 days, 2 points of a broken promise
        ("2026-09-30", "B03", "T3", "trigger.days_attitude", 15, {"anchor_on": dt.date(2026, 9, 15), "attitude_points": 2}),
    ],
)
def test_a_candidate_shows_its_sums(
    close_on: str, loan: str, trigger: str, rule: str, threshold: int, shown: dict[str, Any], proposal: Any, door: Any
) -> None:
    row = proposal(close_on, loan, "visit_candidate", trigger)
    assert (row["rule"], row["threshold"]) == (rule, threshold)
    assert {name: row[name] for name in shown} == shown
    assert door.manifest(dt.date.fromisoformat(close_on))["policy"]  # the version of the rules it was judged by


@pytest.mark.behaviour("S096")
def test_a_signed_plan_takes_the_arrears_out_and_stops_penalty_and_both_counts_are_shown(days: Any) -> None:
    before, signed, later = (days[day]["B05"] for day in ("2026-10-15", "2026-10-16", "2026-10-31"))
    assert (before["overdue_interest_fen"] + before["overdue_principal_fen"], before["dpd"]) == (868_000, 44)
    assert (signed["overdue_interest_fen"] + signed["overdue_principal_fen"], signed["dpd"], signed["dpd_without_plan"]) == (0, 0, 45)
    assert [row["penalty_posted_fen"] for row in (before, signed, later)] == [10_400, 10_400, 10_400]


@pytest.mark.behaviour("S105")
def test_acceleration_adds_the_rest_and_its_day_interest_with_a_grace_of_its_own(door: Any, days: Any) -> None:
    rows = door.open_due(dt.date(2026, 9, 14)).to_pylist()
    called = [row for row in rows if row["loan_id"] == "B09" and row["kind"] == "X"]
    # 22,500.00 x 12 % / 360 x 4 days since 10 September = 30.00
    assert [(row["due_on"], row["principal_fen"], row["interest_fen"]) for row in called] == [(dt.date(2026, 9, 14), 2_250_000, 3_000)]
    # penalty a day: 5.00 and 6.25 on what was due before, 11.25 more from the 18th on
    posted = [days[day]["B09"]["penalty_posted_fen"] for day in ("2026-09-16", "2026-09-17", "2026-09-18", "2026-09-19")]
    assert [after - before for before, after in pairwise(posted)] == [625, 1750, 1750]


@pytest.mark.behaviour("S111")
def test_penalty_is_a_plain_daily_share_of_overdue_principal(days: Any) -> None:
    # 50,000.00 x 0.05 % = 25.00 a day from 24 October; 13 days to 5 November
    assert days["2026-10-24"]["B04"]["penalty_posted_fen"] == 2_500
    assert days["2026-11-05"]["B04"]["penalty_posted_fen"] == 13 * 2_500 == 32_500


@pytest.mark.behaviour("S112")
def test_a_contract_rate_of_9_6_percent_pulls_the_daily_rate_to_4_in_ten_thousand(days: Any) -> None:
    assert [days[day]["B10"]["penalty_posted_fen"] for day in ("2026-09-05", "2026-09-06", "2026-09-07")] == [0, 80, 160]


@pytest.mark.behaviour("S119")
def test_a_bad_item_can_go_five_years_after_the_delay_ended_and_paying_does_not_erase_it(days: Any) -> None:
    assert days["2026-09-30"]["B03"]["credit_code"] == "1"
    assert days["2026-10-11"]["B03"]["credit_removable_on"] is None
    assert [days[day]["B03"]["credit_removable_on"] for day in ("2026-10-12", "2026-12-29")] == [dt.date(2031, 10, 12)] * 2
    assert days["2026-12-29"]["B04"]["credit_removable_on"] == dt.date(2031, 11, 6)


def test_a_hold_of_eleven_days_keeps_the_time_trigger_away(days: Any) -> None:
    # 25 September + 30 days would be 25 October; 11 held days put it off to 5 November
    row = days["2026-10-25"]["B07"]
    assert (row["dpd"], row["no_progress_days"], row["paused_days"], row["triggers"]) == (30, 19, 11, "")


def test_a_payment_dated_back_undoes_the_penalty_that_followed(days: Any) -> None:
    assert [days[day]["B10"]["penalty_posted_fen"] for day in ("2026-10-14", "2026-10-15")] == [2_244, 0]

"""The day is agreed a day ahead or announced by letter, and kept: S072, S074, S083."""

from __future__ import annotations

import pytest

from arrears.gate.tests import kit, kit_acts

WINDOW = pytest.mark.behaviour("S083", part="the visit starts in desk.visits")
AHEAD = pytest.mark.behaviour("S072", part="the time is proposed in desk.visits")
LETTER = pytest.mark.behaviour("S074", part="the letter and the lead's consent are desk.visits'")


@WINDOW
@pytest.mark.parametrize(
    ("when", "rule"),
    [
        pytest.param("08:59:59", "visit.start_early_minutes", id="visit.start_early_minutes-a_second_too_early"),
        pytest.param("09:00", None, id="visit.start_early_minutes-sixty_before"),
        pytest.param("12:00", None, id="visit.require_agreement-at_its_close"),
        pytest.param("12:00:01", "visit.require_agreement", id="visit.require_agreement-a_second_after"),
    ],
)
def test_a_visit_begins_in_its_window(when, rule):
    assert kit_acts.found(kit_acts.start(when)) == ([("DENY_WINDOW", rule)] if rule else [])


@WINDOW
def test_too_early_waits_and_too_late_needs_a_new_appointment():
    early, late = kit_acts.answer(kit_acts.start("08:30")), kit_acts.answer(kit_acts.start("12:30"))
    assert early.next_allowed.isoformat() == kit.at("09:00:00")
    assert late.next_allowed is None


@WINDOW
def test_a_start_after_ten_at_night_is_outside_hours_too():
    window = kit_acts.appointment(opens_at=kit.at("20:00"), closes_at=kit.at("21:30"))
    codes = [code for code, _ in kit_acts.found(kit_acts.start("22:00", appointment=window))]
    assert codes == ["DENY_HOURS", "DENY_WINDOW"]


@AHEAD
@pytest.mark.parametrize(
    ("agreed_at", "refused"),
    [
        pytest.param("2026-10-19 10:00", False, id="visit.lead_hours-twenty_four"),
        pytest.param("2026-10-19 10:00:01", True, id="visit.lead_hours-a_second_less"),
    ],
)
def test_a_visit_was_agreed_a_day_ahead(agreed_at, refused):
    asked = kit_acts.start(appointment=kit_acts.appointment(agreed_at=kit.at(agreed_at)))
    assert kit_acts.found(asked) == ([("DENY_WINDOW", "visit.lead_hours")] if refused else [])


def test_visit_require_agreement_no_appointment_no_visit():
    assert kit_acts.found(kit_acts.start(appointment=None)) == [("DENY_WINDOW", "visit.require_agreement")]


def test_a_yes_that_comes_later_is_none_yet():
    asked = kit_acts.start(appointment=kit_acts.appointment(agreed_at=kit.at("11:00")))
    answer = kit_acts.answer(asked)
    assert [each.says for each in answer.findings] == ["not_agreed"]
    assert answer.findings[0].until.isoformat() == kit.at("11:00:00")


@LETTER
@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        pytest.param({}, True, id="visit.letter_days-three_days_before"),
        pytest.param({"letter_delivered_on": "2026-10-18"}, False, id="visit.letter_days-two_days_before"),
        pytest.param({"letter_delivered_on": None}, False, id="visit.letter_days-not_delivered"),
        pytest.param({"tries_on": ["2026-10-13", "2026-10-14"]}, False, id="visit.tries-two"),
        pytest.param({"tries_on": ["2026-10-13", "2026-10-13", "2026-10-14"]}, False, id="visit.try_days-two"),
        pytest.param({"tries_on": ["2026-10-13", "2026-10-14", "2026-10-20"]}, True, id="visit.try_days-the_third_today"),
        pytest.param({"tries_on": ["2026-10-13", "2026-10-14", "2026-10-21"]}, False, id="visit.try_days-the_third_tomorrow"),
        pytest.param({"lead_agreed": False}, False, id="visit.require_agreement-lead_said_no"),
        pytest.param({"lead_agreed": None}, False, id="visit.require_agreement-lead_not_asked"),
    ],
)
def test_a_visit_nobody_answered_is_announced_by_letter(changes, allowed):
    found = kit_acts.found(kit_acts.start(appointment=kit_acts.announced(**changes)))
    assert found == ([] if allowed else [("DENY_WINDOW", "visit.require_agreement")])


@LETTER
def test_a_young_letter_opens_the_way_on_its_third_day():
    window = kit_acts.announced(letter_delivered_on="2026-10-19", closes_at=kit.at("2026-10-22 12:00"))
    finding = kit_acts.answer(kit_acts.start(appointment=window)).findings[0]
    assert finding.until.isoformat() == "2026-10-22T00:00:00+08:00"
    assert (finding.seen().zh, finding.allowed().en.startswith("the borrower's yes")) == (
        "借款人未同意；已约 3 次、3 天，信函送达：2026-10-19，主管允许：是",
        True,
    )


@LETTER
def test_a_try_of_tomorrow_is_not_told_as_made():
    window = kit_acts.announced(tries_on=["2026-10-13", "2026-10-20", "2026-10-21"])
    assert (
        kit_acts.answer(kit_acts.start(appointment=window))
        .findings[0]
        .seen()
        .en.startswith("the borrower did not agree; 2 tries on 2 days")
    )


def agreed(when="2026-10-18 10:00", opens="2026-10-20 10:00", closes="2026-10-20 12:00", **changes):
    """Findings of agreeing a window."""
    window = kit_acts.appointment(opens_at=kit.at(opens), closes_at=kit.at(closes), agreed_at=None)
    return kit_acts.found(kit_acts.step("agree_appointment", when, appointment=window), **changes)


@AHEAD
@pytest.mark.parametrize(
    ("when", "refused"),
    [
        pytest.param("2026-10-19 10:00", False, id="visit.lead_hours-twenty_four"),
        pytest.param("2026-10-19 10:01", True, id="visit.lead_hours-a_minute_less"),
        pytest.param("2026-10-20 11:00", True, id="visit.lead_hours-already_open"),
    ],
)
def test_a_time_is_proposed_a_day_ahead(when, refused):
    assert agreed(when) == ([("DENY_WINDOW", "visit.lead_hours")] if refused else [])


@AHEAD
@pytest.mark.parametrize(
    ("opens", "closes", "refused"),
    [
        pytest.param("2026-10-20 08:00", "2026-10-20 22:00", False, id="cn.visit.hours-the_whole_day"),
        pytest.param("2026-10-20 07:59", "2026-10-20 09:00", True, id="cn.visit.hours-opens_a_minute_early"),
        pytest.param("2026-10-20 21:00", "2026-10-20 22:01", True, id="cn.visit.hours-closes_a_minute_late"),
        pytest.param("2026-10-20 20:00", "2026-10-21 09:00", True, id="cn.visit.hours-over_night"),
        pytest.param("2026-10-20 12:00", "2026-10-20 12:00", True, id="cn.visit.hours-no_time_at_all"),
        pytest.param("2026-10-20 12:00", "2026-10-20 10:00", True, id="cn.visit.hours-ends_before_it_begins"),
    ],
)
def test_a_window_lies_in_the_hours_of_visits(opens, closes, refused):
    assert agreed(opens=opens, closes=closes) == ([("DENY_HOURS", "cn.visit.hours")] if refused else [])


def test_a_window_lies_in_the_hours_of_every_zone_of_the_person():
    abroad = kit.person(zones=["Asia/Shanghai", "Asia/Tashkent"])  # three hours behind
    assert agreed(opens="2026-10-20 10:59", person=abroad) == [("DENY_HOURS", "cn.visit.hours")]
    assert agreed(opens="2026-10-20 11:00", person=abroad) == []


def test_there_is_nothing_to_agree_without_a_window():
    assert kit_acts.found(kit_acts.step("agree_appointment")) == [("DENY_FACTS_MISSING", "visit.lead_hours")]


def test_the_law_alone_asks_for_hours_and_no_appointment():
    assert kit_acts.found(kit_acts.start(appointment=None), house=False) == []
    asked = kit_acts.step("agree_appointment", appointment=kit_acts.appointment(opens_at=kit.at("07:00")))
    assert kit_acts.found(asked, house=False) == [("DENY_HOURS", "cn.visit.hours")]

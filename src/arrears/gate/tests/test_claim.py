"""Early recall, suit and sale have what the law asks for first: S004, S100, S104, S139."""

from __future__ import annotations

import pytest

from arrears.gate.tests import kit, kit_acts

RECALL = pytest.mark.behaviour("S104", part="the recall itself is desk.recovery's")
LATE = kit.at("2026-10-12 09:00")
PEOPLE = {"requested_by": "R1", "decided_by": "P1"}


def noticed(delivered="2026-10-12 09:00", kind="acceleration_notice", **changes):
    notice = {
        "kind": kind,
        "channel": "letter",
        "sent_at": kit.at("2026-10-10 09:00"),
        "delivered_at": kit.at(delivered) if delivered else None,
    }
    return {"notices": [*kit.loan()["notices"], notice]} | changes


def old(**changes):
    """A notice sent on the due date itself: of an earlier delinquency."""
    notice = {"kind": "acceleration_notice", "channel": "letter", "sent_at": kit.at("2026-10-01 12:00"), "delivered_at": LATE}
    return {"notices": [*kit.loan()["notices"], notice]} | changes


def step(act, *, house=True, loan=None, **changes):
    return kit_acts.found(kit_acts.step(act, **PEOPLE), house=house, loan=loan or {}, **changes)


@RECALL
@pytest.mark.parametrize(
    ("loan", "code"),
    [
        pytest.param(noticed(), None, id="cn.civ.accel-clause_and_notice"),
        pytest.param(noticed(acceleration_clause=False), "DENY_ACCELERATION", id="cn.civ.accel-no_clause"),
        pytest.param(noticed(acceleration_clause=None), "DENY_FACTS_MISSING", id="cn.civ.accel-clause_unknown"),
        pytest.param(noticed(acceleration_clause=False, acceleration_ground="misuse"), None, id="cn.civ.accel-misuse"),
        pytest.param(noticed(acceleration_clause=None, acceleration_ground="collateral_falls"), None, id="cn.civ.accel-security_falls"),
        pytest.param({}, "DENY_ACCELERATION", id="cn.civ.accel-no_notice"),
        pytest.param(noticed(None), "DENY_ACCELERATION", id="cn.civ.accel-not_arrived"),
        pytest.param(noticed(kind="legal_notice"), "DENY_ACCELERATION", id="cn.civ.accel-another_notice"),
        pytest.param(old(), "DENY_ACCELERATION", id="cn.civ.accel-notice_of_an_earlier_delinquency"),
        pytest.param(old(acceleration_ground="misuse"), None, id="cn.civ.accel-misuse_needs_no_delinquency"),
        pytest.param(noticed("2026-10-20 10:00"), None, id="cn.civ.accel-arrived_this_moment"),
        pytest.param(noticed("2026-10-20 10:01"), "DENY_ACCELERATION", id="cn.civ.accel-arrives_in_a_minute"),
    ],
)
@pytest.mark.parametrize("house", [True, False])
def test_a_loan_is_called_in_early_on_a_ground_and_an_arrived_notice(loan, code, house):
    assert step("accelerate", loan=loan, house=house) == ([(code, "cn.civ.accel")] if code else [])


@RECALL
def test_both_reasons_are_named_and_an_arrival_opens_the_way():
    assert step("accelerate", loan={"acceleration_clause": False}) == [("DENY_ACCELERATION", "cn.civ.accel")] * 2
    answer = kit_acts.answer(kit_acts.step("accelerate", **PEOPLE), loan=noticed("2026-10-20 15:00"))
    assert answer.next_allowed.isoformat() == kit.at("15:00:00")


@pytest.mark.parametrize(
    ("loan", "allowed"),
    [
        pytest.param({"limitation_ends_on": "2026-10-20"}, True, id="cn.lim.effect-last_day"),
        pytest.param({"limitation_ends_on": "2026-10-19"}, "person", id="cn.lim.effect-ended_yesterday"),
        pytest.param({"limitation_ends_on": "2026-10-01", "limitation_waived_on": "2026-10-20"}, True, id="cn.lim.effect-waived"),
        pytest.param(
            {"limitation_ends_on": "2026-10-01", "limitation_waived_on": "2026-10-21"}, "person", id="cn.lim.effect-waived_tomorrow"
        ),
        pytest.param({"limitation_ends_on": None}, False, id="cn.lim.effect-unknown"),
    ],
)
@pytest.mark.behaviour("S100", part="the plan offered before it is asked for in desk.recovery")
def test_a_suit_out_of_time_is_for_a_person_to_decide(loan, allowed):
    answer = kit_acts.answer(kit_acts.step("sue", **PEOPLE), loan=loan)
    assert answer.allowed == allowed
    assert {each.rule for each in answer.findings} <= {"cn.lim.effect"}


def test_a_waiver_that_comes_opens_the_way():
    answer = kit_acts.answer(
        kit_acts.step("sue", **PEOPLE), loan={"limitation_ends_on": "2026-10-01", "limitation_waived_on": "2026-10-22"}
    )
    assert answer.next_allowed.isoformat() == "2026-10-22T00:00:00+08:00"


@pytest.mark.behaviour("S004", part="the task to find the facts is desk.recovery's")
@pytest.mark.parametrize(
    ("known", "refused"),
    [
        pytest.param(True, False, id="cn.sec.priority-known"),
        pytest.param(False, True, id="cn.sec.priority-not_known"),
        pytest.param(None, True, id="cn.sec.priority-nobody_looked"),
    ],
)
def test_a_vehicle_is_not_disposed_of_before_its_lien_is_known(known, refused):
    assert step("dispose", loan={"lien_known": known}) == ([("DENY_NO_COLLATERAL", "cn.sec.priority")] if refused else [])


STOPPED = [
    ("request_visit", {}),
    ("start_visit", {k: v for k, v in kit_acts.start().items() if k not in ("act", "at", "loan")}),
    ("accelerate", PEOPLE),
    ("sue", PEOPLE),
    ("hand_off", {}),
]


@pytest.mark.behaviour("S139", part="the complaint is kept by desk.complaints")
@pytest.mark.parametrize(("act", "asked"), STOPPED, ids=[act for act, _ in STOPPED])
def test_no_adverse_step_starts_while_a_complaint_is_open(act, asked):
    complaint = {"kind": "conduct_complaint", "from_on": "2026-10-10"}
    told = {"holds": [complaint], "agency": kit.agency(), "loan": noticed()}
    assert [code for code, _ in kit_acts.found(kit_acts.step(act, **asked), **told)] == ["DENY_HOLD_COMPLAINT"]
    assert kit_acts.found(kit_acts.step(act, **asked), **told | {"holds": [complaint | {"to_on": "2026-10-19"}]}) == []


@pytest.mark.behaviour("S139", part="the complaint is kept by desk.complaints")
@pytest.mark.parametrize(
    ("ends", "agrees", "allowed"),
    [
        ("2026-11-18", True, True),
        ("2026-11-18", None, "person"),
        ("2026-11-18", False, "person"),
        ("2026-11-19", True, False),
    ],
)
def test_complaint_limitation_guard_days_a_suit_may_be_saved_from_running_out_of_time(ends, agrees, allowed):
    told = {"holds": [{"kind": "conduct_complaint", "from_on": "2026-10-10"}], "compliance_agrees": agrees}
    assert kit_acts.answer(kit_acts.step("sue", **PEOPLE), loan={"limitation_ends_on": ends}, **told).allowed == allowed


def test_a_loan_nobody_knows_is_not_sued_for():
    asked = kit_acts.step("sue", **PEOPLE) | {"loan": "L99"}
    assert {code for code, _ in kit_acts.found(asked)} == {"DENY_FACTS_MISSING"}

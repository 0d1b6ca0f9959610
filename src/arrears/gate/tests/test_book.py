"""Acts that need fresh data stop when the close failed; contacts go on with the live figure: S159."""

from __future__ import annotations

import pytest

from arrears.gate.tests import kit, kit_acts

PART = pytest.mark.behaviour("S159", part="the data date is shown in desk.workbench")
PEOPLE = {"requested_by": "R1", "assessed_by": "A1", "decided_by": "P1"}
STEPS = [
    kit_acts.step("request_visit"),
    kit_acts.step("approve_visit", **PEOPLE),
    kit_acts.start(),
    kit_acts.step("report_negative"),
    kit_acts.step("sue", **PEOPLE),
    kit_acts.step("accelerate", **PEOPLE),
    kit_acts.step("hand_off"),
    kit_acts.step("dispose"),
]
NOTICES = [
    {"kind": kind, "channel": "letter", "sent_at": kit.at("2026-10-08 09:00"), "delivered_at": kit.at("2026-10-09 09:00")}
    for kind in ("overdue_notice", "credit_notice", "acceleration_notice")
]
CREDIT = {"id": "C9", "kind": "credit", "given_at": kit.at("2026-01-05 10:00")}


@PART
@pytest.mark.parametrize("asked", STEPS, ids=lambda each: each["act"])
@pytest.mark.parametrize(
    ("closed", "refused"),
    [
        pytest.param("2026-10-19", False, id="book.fresh_days-yesterday"),
        pytest.param("2026-10-18", True, id="book.fresh_days-the_day_before"),
        pytest.param(None, True, id="book.fresh_days-none"),
    ],
)
def test_what_needs_fresh_data_stops_when_a_close_failed(asked, closed, refused):
    told = {"loan": {"close_on": closed, "notices": NOTICES}, "person": kit.person(consents=[CREDIT]), "agency": kit.agency()}
    assert kit_acts.found(asked, **told) == ([("DENY_STALE_BOOK", "book.fresh_days")] if refused else [])
    assert kit_acts.found(asked, house=False, **told) == []


@PART
@pytest.mark.parametrize("act", ["agree_appointment", "enter_home", "use_location"])
def test_steps_that_rest_on_what_is_agreed_go_on(act):
    asked = kit_acts.start("2026-10-18 10:00") | {"act": act, "consent_now": "signed", "location_source": "confirmed_address"}
    assert kit_acts.found(asked, loan={"close_on": "2026-10-10"}) == []


@PART
def test_a_call_goes_on_with_the_live_figure():
    assert kit.codes(loans=[kit.loan(close_on="2026-10-10")]) == []


def test_the_next_close_is_not_waited_for():
    answer = kit_acts.answer(
        kit_acts.start("23:00", appointment=kit_acts.appointment(opens_at=kit.at("2026-10-21 09:00"), closes_at=kit.at("2026-10-21 11:00")))
    )
    assert answer.next_allowed.isoformat() == "2026-10-21T08:00:00+08:00"

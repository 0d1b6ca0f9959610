"""What a finding of an act promises of the time: refused at every moment before it, and gone at it."""

from __future__ import annotations

import datetime as dt

import pytest

from arrears.gate import agency, appointment, claim, eyes, location, purpose, staff, visit
from arrears.gate.case import Case, heard
from arrears.gate.decide import days_of
from arrears.gate.tests import kit, kit_acts

CREDIT = {"id": "C9", "kind": "credit", "given_at": kit.at("2026-10-22 15:00")}
LATER = kit.at("2026-10-21 16:30")


def notice(kind, delivered):
    return {"kind": kind, "channel": "letter", "sent_at": kit.at("2026-10-10 09:00"), "delivered_at": delivered}


def announced(**changes):
    """A window far ahead, announced."""
    return kit_acts.announced(opens_at=kit.at("2026-11-02 10:00"), closes_at=kit.at("2026-11-02 12:00")) | changes


def facts(act, *, loan=None, person=None, agency=None, officers=None, **asked):
    told = {"person": kit.person(**person or {}), "agency": kit.agency(**agency or {}), "staff": kit_acts.pair(**officers or {})}
    return kit_acts.facts(kit_acts.step(act, **asked), loan=loan or {}, **told)


PROMISES = [
    pytest.param(agency.check, facts("hand_off", agency={"notice_delivered_at": LATER}), id="agency_told"),
    pytest.param(agency.check, facts("hand_off", agency={"evaluated_on": "2026-10-23"}), id="agency_evaluated"),
    pytest.param(staff.check, facts("request_visit", officers={"trained_on": "2026-10-23"}, team=["V2"]), id="staff_trained"),
    pytest.param(eyes.check, facts("assess_visit", officers={"worked_case_on": "2026-10-01"}, team=["V2"]), id="self_assess"),
    pytest.param(visit.check, facts("request_visit", refused_on="2026-10-15"), id="refusal_lock"),
    pytest.param(visit._approval, facts("start_visit", approval=kit_acts.approval(approved_on="2026-10-23")), id="approval_ahead"),
    pytest.param(
        appointment.start,
        facts("start_visit", appointment=kit_acts.appointment(opens_at=kit.at("2026-10-23 10:00"), closes_at=kit.at("2026-10-23 12:00"))),
        id="window",
    ),
    pytest.param(appointment.start, facts("start_visit", appointment=announced(agreed_at=LATER, lead_agreed=False)), id="a_yes_ahead"),
    pytest.param(appointment.start, facts("start_visit", appointment=announced(letter_delivered_on="2026-10-19")), id="young_letter"),
    pytest.param(
        appointment.start,
        facts("start_visit", appointment=announced(letter_delivered_on="2026-10-25", agreed_at=LATER)),
        id="the_earlier_of_both",
    ),
    pytest.param(
        location.check,
        facts("use_location", location_source="car_track", person={"consents": [CREDIT | {"kind": "location"}]}),
        id="consent_ahead",
    ),
    pytest.param(
        purpose.check,
        facts("report_negative", loan={"notices": [notice("credit_notice", LATER)]}, person={"consents": [CREDIT]}),
        id="report",
    ),
    pytest.param(claim.check, facts("accelerate", loan={"notices": [notice("acceleration_notice", LATER)]}), id="recall"),
    pytest.param(claim.check, facts("sue", loan={"limitation_ends_on": "2026-10-01", "limitation_waived_on": "2026-10-23"}), id="waiver"),
]


@pytest.mark.parametrize(("check", "told"), PROMISES)
def test_until_is_a_true_promise(check, told):
    def judged(when):
        return {(each.code, each.rule, each.until) for each in check(Case(told, days_of(kit.law()), when, heard(told)))}

    found = judged(told.ask.at)
    assert found
    for one in found:
        span = one[2] - told.ask.at
        assert all(one in judged(told.ask.at + span * part / 40) for part in range(40))
        assert one in judged(one[2] - dt.timedelta(seconds=1))
        assert one not in judged(one[2])

"""Only a confirmed address shows the way; tracks need separate consent: S079."""

from __future__ import annotations

import pytest

from arrears.gate.decide import decide
from arrears.gate.tests import kit, kit_acts
from arrears.law.values import load

TRACKS = pytest.mark.behaviour("S079")
RULE = "cn.pi.sensitive"


def consent(given="2026-10-01 10:00", **changes):
    return {"id": "C1", "kind": "location", "given_at": kit.at(given)} | changes


def used(source, *consents, **changes):
    return kit_acts.found(kit_acts.step("use_location", location_source=source), person=kit.person(consents=list(consents)), **changes)


@TRACKS
@pytest.mark.parametrize("source", ["car_track", "vehicle_track", "phone_track", "social_media"])
@pytest.mark.parametrize("house", [True, False])
def test_a_track_needs_separate_consent(source, house):
    assert used(source, house=house) == [("DENY_LOCATION_CONSENT", RULE)]
    assert used(source, consent(), house=house) == []


@TRACKS
@pytest.mark.parametrize("house", [True, False])
def test_location_sources_a_confirmed_address_needs_none(house):
    assert used("confirmed_address", house=house) == []


@TRACKS
@pytest.mark.parametrize(
    ("given", "refused"),
    [
        pytest.param(consent("2026-10-20 10:00"), False, id="cn.pi.sensitive-given_this_moment"),
        pytest.param(consent("2026-10-20 10:01"), True, id="cn.pi.sensitive-given_a_minute_later"),
        pytest.param(consent(withdrawn_at=kit.at("10:01")), False, id="cn.pi.sensitive-withdrawn_a_minute_later"),
        pytest.param(consent(withdrawn_at=kit.at("10:00")), True, id="cn.pi.sensitive-withdrawn_this_moment"),
        pytest.param(consent(kind="record"), True, id="cn.pi.sensitive-consent_to_something_else"),
    ],
)
def test_consent_counts_from_its_giving_to_its_withdrawal(given, refused):
    assert used("phone_track", given) == ([("DENY_LOCATION_CONSENT", RULE)] if refused else [])


def test_a_consent_that_comes_opens_the_way_and_a_withdrawn_one_does_not():
    asked = kit_acts.step("use_location", location_source="car_track")
    later = kit.person(consents=[consent("2026-10-20 11:00")])
    gone = kit.person(consents=[consent("2026-10-20 11:00", withdrawn_at=kit.at("11:00"))])
    assert kit_acts.answer(asked, person=later).next_allowed.isoformat() == kit.at("11:00:00")
    assert kit_acts.answer(asked, person=gone).next_allowed is None


def test_what_nobody_knows_is_a_missing_fact():
    assert used(None) == [("DENY_FACTS_MISSING", RULE)]
    asked = kit_acts.step("use_location", location_source="car_track")
    assert kit_acts.found(asked, person=kit.person(consents=None)) == [("DENY_FACTS_MISSING", RULE)]


def test_location_sources_emptied_by_the_house_leaves_nothing_without_consent(tmp_path):
    text = 'location.sources:\n  values:\n    - {from: null, value: [], source: {instrument: board, clause: "1"}}\n'
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    asked = kit_acts.facts(kit_acts.step("use_location", location_source="confirmed_address"))
    assert [each.code for each in decide(asked, load(tmp_path)).findings] == ["DENY_LOCATION_CONSENT"]

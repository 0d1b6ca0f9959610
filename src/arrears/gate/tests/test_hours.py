"""At this time of day: both edges, the end of the contact, zones, recorded consent."""

from __future__ import annotations

import datetime as dt

import pytest

from arrears.gate.decide import decide
from arrears.gate.tests import kit


@pytest.mark.behaviour("S026")
@pytest.mark.parametrize(
    ("when", "allowed", "opens"),
    [
        ("07:59:59", False, "2026-10-20 08:00"),
        ("08:00:00", True, None),
        ("21:59:59", True, None),
        ("22:00:00", False, "2026-10-21 08:00"),
        ("23:59:59", False, "2026-10-21 08:00"),
    ],
    ids=lambda each: str(each),
)
def test_cn_contact_hours_has_exact_edges_and_names_the_next_opening(when, allowed, opens):
    answer = kit.answer(ask=kit.ask(when))
    assert answer.allowed is allowed
    assert [each.rule for each in answer.findings] == ([] if allowed else ["cn.contact.hours"])
    assert answer.next_allowed == dt.datetime.fromisoformat(kit.at(opens or when))


@pytest.mark.parametrize("channel", ["call", "robot_call", "sms", "messenger"])
def test_the_hours_hold_on_every_channel(channel):
    words = {"body": "x", "template": "t"}
    assert "DENY_HOURS" in kit.codes(ask=kit.ask("22:00", channel=channel, wording=words))


def test_a_letter_is_posted_and_does_not_ring():
    answer = kit.answer(ask=kit.ask("22:30", channel="letter", address="home", purpose="legal_notice", team=[]))
    assert "DENY_HOURS" not in [each.code for each in answer.findings]


@pytest.mark.parametrize(("minutes", "allowed"), [(20, True), (21, False)])
def test_the_end_of_the_call_counts(minutes, allowed):
    assert kit.answer(ask=kit.ask("21:40", minutes=minutes)).allowed is allowed


def test_a_call_longer_than_the_window_can_never_begin():
    assert kit.answer(ask=kit.ask("10:00", minutes=841)).next_allowed is None
    assert kit.answer(ask=kit.ask("08:00", minutes=840)).allowed is True


CONSENT = {"id": "c7", "kind": "hours", "channel": "call", "opens": "22:00", "closes": "23:00", "given_at": kit.at("2026-10-01 09:00")}


@pytest.mark.behaviour("S027", part="the contact row that keeps the consent's id is desk.contacts'")
def test_a_recorded_consent_opens_its_own_window_until_it_is_withdrawn():
    told = kit.person(consents=[CONSENT])
    inside = kit.answer(person=told, ask=kit.ask("22:30"))
    assert (inside.allowed, "consent:c7" in inside.required) == (True, True)
    assert kit.codes(person=told, ask=kit.ask("23:00")) == ["DENY_HOURS"]
    assert kit.codes(person=told, ask=kit.ask("22:30", channel="robot_call")) == ["DENY_HOURS"]
    gone = kit.person(consents=[CONSENT | {"withdrawn_at": kit.at("22:30")}])
    assert kit.codes(person=gone, ask=kit.ask("22:30")) == ["DENY_HOURS"]
    assert kit.codes(person=gone, ask=kit.ask("22:29")) == []


def test_a_consent_past_midnight_holds_on_both_days():
    told = kit.person(consents=[CONSENT | {"closes": "01:00"}])
    assert kit.codes(person=told, ask=kit.ask("2026-10-21 00:59")) == []
    assert kit.codes(person=told, ask=kit.ask("2026-10-21 01:00")) == ["DENY_HOURS"]


def test_the_next_moment_is_that_of_the_consent_where_it_opens_first():
    late = kit.person(consents=[CONSENT | {"opens": "23:00", "closes": "23:30"}])
    assert kit.answer(person=late, ask=kit.ask("22:10")).next_allowed == dt.datetime.fromisoformat(kit.at("23:00"))


@pytest.mark.parametrize(
    ("when", "allowed"),
    [
        ("2026-10-20 20:00", True),
        ("2026-10-20 19:59", False),
        ("2026-10-20 10:00", False),
        ("2026-10-21 08:59", True),
        ("2026-10-21 10:00", False),
    ],
)
def test_a_person_abroad_must_be_inside_lawful_hours_there_as_well(when, allowed):
    told = kit.person(zones=["Asia/Shanghai", "America/New_York"])
    assert kit.answer(person=told, ask=kit.ask(when)).allowed is allowed


def test_where_two_zones_never_meet_waiting_does_not_help():
    tight = kit.person(zones=["America/Argentina/Buenos_Aires"])
    answer = kit.answer(person=tight, ask=kit.ask("12:00", minutes=300))
    assert (answer.allowed, answer.next_allowed) == (False, None)


def test_a_zone_nobody_knows_counts_against_contact():
    assert kit.codes(person=kit.person(zones=None)) == ["DENY_FACTS_MISSING"]


@pytest.mark.behaviour("S155")
def test_the_law_alone_closes_nothing_before_its_first_day_and_the_change_comes_at_midnight():
    before, after = (kit.facts(ask=kit.ask(when)) for when in ("2025-02-27 23:30", "2025-02-28 00:00"))
    rules = [[each.rule for each in decide(each, kit.law(), house=False).findings if each.code == "DENY_HOURS"] for each in (before, after)]
    assert rules == [[], ["cn.contact.hours"]]


@pytest.mark.behaviour("S155")
def test_a_setting_without_a_date_binds_from_the_start():
    rules = [each.rule for each in kit.answer(ask=kit.ask("2025-02-27 23:30")).findings if each.code == "DENY_HOURS"]
    assert rules == ["contact.hours"]


def test_a_leap_day_is_a_day_like_another():
    answer = kit.answer(ask=kit.ask("2028-02-29 22:00"))
    assert answer.next_allowed is None or answer.next_allowed.isoformat() == "2028-03-01T08:00:00+08:00"
    assert "DENY_HOURS" in [each.code for each in answer.findings]

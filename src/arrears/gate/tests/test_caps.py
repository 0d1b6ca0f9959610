"""How often: every contact by everybody counts, each count from both sides."""

from __future__ import annotations

import datetime as dt

import pytest

from arrears.gate.tests import kit


def calls(count: int, outcome: str, **changes) -> list[dict]:
    """So many calls in the hour before ten."""
    return [kit.contact(f"09:{minute:02d}", outcome, **changes) for minute in range(count)]


@pytest.mark.behaviour("S028")
@pytest.mark.parametrize(("count", "expected"), [(2, []), (3, ["DENY_CALL_CAP"])])
def test_cn_contact_calls_effective_counts_staff_agency_and_machines_over_all_loans(count, expected):
    mix = [{"by": "own"}, {"by": "agency", "staff": "A1"}, {"by": "machine", "channel": "robot_call", "staff": None}]
    history = [kit.contact(f"09:0{place}", "answered", address=f"13{place}", **mix[place]) for place in range(count)]
    answer = kit.answer(history=history)
    assert [each.code for each in answer.findings] == expected
    if expected:
        assert answer.findings[0].rule == "cn.contact.calls.effective"
        assert answer.next_allowed == dt.datetime.fromisoformat(kit.at("2026-10-21 08:00"))


def test_cn_outsource_ai_a_machine_is_refused_by_the_same_count():
    history = calls(3, "answered", channel="robot_call", by="machine")
    assert kit.codes(history=history, ask=kit.ask(channel="robot_call", team=[])) == ["DENY_CALL_CAP"]


@pytest.mark.behaviour("S029")
@pytest.mark.parametrize(("count", "expected"), [(5, []), (6, ["DENY_ATTEMPT_CAP"])])
def test_cn_contact_calls_attempts_counts_the_unanswered_calls_to_one_number(count, expected):
    answer = kit.answer(history=calls(count, "no_answer"))
    assert [each.code for each in answer.findings] == expected
    assert [each.rule for each in answer.findings] == (["cn.contact.calls.attempts"] if expected else [])


@pytest.mark.behaviour("S029")
def test_another_own_number_is_allowed_and_marked_for_review():
    second = {"id": "137", "channels": ["call"], "owner": "B01", "valid": True}
    told = kit.person(addresses=[*kit.person()["addresses"], second])
    answer = kit.answer(person=told, history=calls(6, "no_answer"), ask=kit.ask(address="137"))
    assert (answer.allowed, "density_review" in answer.required) == (True, True)


@pytest.mark.parametrize("outcome", ["no_answer", "busy", "off", "declined", "invalid", "wrong_person", "pending"])
def test_every_way_of_not_answering_counts_as_an_attempt(outcome):
    assert "DENY_ATTEMPT_CAP" in kit.codes(history=calls(6, outcome))


def test_a_permitted_call_still_under_way_counts_as_answered():
    assert kit.codes(history=calls(3, "pending")) == ["DENY_CALL_CAP"]


def test_calls_before_midnight_belong_to_the_day_before():
    late = [kit.contact(f"2026-10-19 23:59:5{second}", "answered") for second in range(3)]
    assert kit.codes(history=late) == []
    assert kit.codes(history=[*late, *calls(2, "answered")]) == []
    assert kit.codes(history=[kit.contact("00:00:00", "answered"), *calls(2, "answered")]) == ["DENY_CALL_CAP"]


def test_what_the_person_does_and_what_is_no_collection_counts_for_nothing():
    asked = calls(3, "answered", direction="in")
    reminders = calls(3, "answered", purpose="service_reminder")
    assert kit.codes(history=[*asked, *reminders]) == []


def test_a_contact_of_unknown_purpose_counts():
    assert kit.codes(history=calls(3, "answered", purpose=None)) == ["DENY_CALL_CAP"]


def test_a_notice_is_bound_by_no_cap():
    answer = kit.answer(history=calls(3, "answered"), ask=kit.ask(purpose="legal_notice"))
    assert answer.allowed is True


SMS = {"channel": "sms", "outcome": "delivered"}


@pytest.mark.parametrize(("count", "expected"), [(2, []), (3, ["DENY_ATTEMPT_CAP"])])
def test_contact_messages_day_max_counts_all_written_channels_together(count, expected):
    channels = ["sms", "email", "in_app"]
    history = [kit.contact(f"09:0{place}", "delivered", channel=channels[place]) for place in range(count)]
    found = kit.answer(history=history, ask=kit.ask(channel="sms", wording={"template": "t", "body": "b"})).findings
    assert [each.code for each in found if each.rule == "contact.messages.day_max"] == expected


@pytest.mark.parametrize(("count", "review"), [(9, False), (10, True)])
def test_cn_contact_reasonable_a_person_looks_at_the_density_of_a_week(count, review):
    history = [kit.contact(f"2026-10-{14 + place % 5} 1{place % 9}:00") for place in range(count)]
    assert ("density_review" in kit.answer(history=history).required) is review


def test_a_hundred_thousand_contacts_are_counted():
    history = [kit.contact(f"2026-10-{1 + place % 19:02d} 10:{place % 60:02d}") for place in range(100_000)]
    assert kit.answer(history=history).allowed is True

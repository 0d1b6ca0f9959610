"""This channel, this address, this telephone."""

from __future__ import annotations

import pytest

from arrears.gate.tests import kit

NO_CALLS = {"said_at": kit.at("2026-10-10 09:00"), "channel": "call"}


@pytest.mark.behaviour("S037", part="sending what the law needs by it is desk.contacts'")
def test_contact_opt_out_binds_a_switched_off_channel_is_closed_for_collection_only():
    told = kit.person(refusals=[NO_CALLS])
    assert kit.codes(person=told) == ["DENY_CHANNEL_OPT_OUT"]
    assert kit.codes(person=told, ask=kit.ask(channel="robot_call", team=[])) == []
    assert kit.codes(person=told, ask=kit.ask(purpose="legal_notice")) == []
    assert kit.codes(person=told, ask=kit.ask(purpose="service_reminder")) == ["DENY_CHANNEL_OPT_OUT"]


def test_a_no_to_everything_closes_every_channel_until_it_is_taken_back():
    told = kit.person(refusals=[NO_CALLS | {"channel": None, "withdrawn_at": kit.at("12:00")}])
    answer = kit.answer(person=told)
    assert ([each.code for each in answer.findings], answer.next_allowed.isoformat()) == (
        ["DENY_CHANNEL_OPT_OUT"],
        "2026-10-20T12:00:00+08:00",
    )


def test_a_reply_to_a_complaint_reaches_somebody_who_switched_all_off():
    told = kit.person(refusals=[NO_CALLS | {"channel": None}])
    assert kit.codes(person=told, ask=kit.ask(purpose="complaint_reply")) == []


def test_unknown_refusals_count_against_contact():
    assert kit.codes(person=kit.person(refusals=None)) == ["DENY_FACTS_MISSING"]


NUMBER = {"id": "138", "channels": ["call"], "owner": "B01", "valid": True}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"owner": "X09"}, "DENY_THIRD_PARTY"),
        ({"under_review": True}, "DENY_THIRD_PARTY"),
        ({"owner": None}, "DENY_FACTS_MISSING"),
        ({"channels": ["sms"]}, "DENY_FACTS_MISSING"),
        ({"id": "777"}, "DENY_FACTS_MISSING"),
    ],
    ids=["of_somebody_else", "answered_by_somebody_else", "owner_unknown", "not_for_calls", "not_on_record"],
)
def test_cn_contact_target_debtor_only_a_number_of_their_own_is_dialled(change, code):
    assert kit.codes(person=kit.person(addresses=[NUMBER | change])) == [code]


@pytest.mark.parametrize(("known", "expected"), [(True, []), (False, ["DENY_DEVICE"])])
def test_cn_contact_device_only_registered_telephones_are_used(known, expected):
    assert kit.codes(staff=[kit.staff(device_registered=known)]) == expected


@pytest.mark.behaviour("S036", part="the letter itself and its three results are desk.contacts'")
def test_a_letter_goes_to_an_address_of_their_own():
    other = {"id": "home", "channels": ["letter"], "owner": "N01", "valid": True}
    asked = kit.ask(channel="letter", address="home", purpose="overdue_notice", team=[])
    assert "DENY_THIRD_PARTY" in kit.codes(person=kit.person(addresses=[other]), ask=asked)

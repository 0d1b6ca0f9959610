"""Three attempts on three days over two channels, all after grace, come before a visit: S071."""

from __future__ import annotations

import pytest

from arrears.gate.tests import kit, kit_acts

PART = pytest.mark.behaviour("S071", part="the attempts are journalled by desk.contacts")
STEPS = [
    kit_acts.step("request_visit"),
    kit_acts.step("approve_visit", requested_by="R1", assessed_by="A1", decided_by="P1"),
    kit_acts.start(),
]


def call(day, **changes):
    return kit.contact(f"2026-10-{day:02d} 10:00", **changes)


def sms(day, **changes):
    return kit.contact(f"2026-10-{day:02d} 10:00", **{"outcome": "delivered", "channel": "sms"} | changes)


@PART
@pytest.mark.parametrize("asked", STEPS, ids=lambda each: each["act"])
@pytest.mark.parametrize(
    ("history", "lacking"),
    [
        pytest.param([], ["attempts", "days", "channels"], id="remote_first-nothing"),
        pytest.param([call(6), sms(8)], ["attempts", "days"], id="remote_first.attempts-two_of_three"),
        pytest.param([call(6), call(8), sms(10)], [], id="remote_first.attempts-three"),
        pytest.param([call(6), call(6), sms(8)], ["days"], id="remote_first.days-two_of_three"),
        pytest.param([call(6), call(8), call(10)], ["channels"], id="remote_first.channels-one_of_two"),
        pytest.param(
            [call(6), call(8, channel="video"), call(10, channel="robot_call")], ["channels"], id="remote_first.channels-voice_is_one"
        ),
        pytest.param([call(4), call(8), sms(10)], ["attempts", "days"], id="remote_first-last_day_of_grace_does_not_count"),
        pytest.param([call(5), call(8), sms(10)], [], id="remote_first-first_day_after_grace_counts"),
        pytest.param([kit.contact("2026-10-05 00:00"), call(8), sms(10)], [], id="remote_first-first_moment_after_grace_counts"),
        pytest.param(
            [kit.contact("2026-10-04 23:59:59"), call(8), sms(10)], ["attempts", "days"], id="remote_first-last_second_of_grace_does_not"
        ),
        pytest.param(
            [call(6), call(8), sms(10, outcome="pending")], ["attempts", "days", "channels"], id="remote_first-pending_does_not_count"
        ),
        pytest.param([call(6), call(8), sms(10, outcome="bounced")], [], id="remote_first-a_bounced_one_counts"),
        pytest.param([call(6), call(8), sms(10, direction="in")], ["attempts", "days", "channels"], id="remote_first-theirs_do_not_count"),
        pytest.param(
            [call(6), call(8), sms(10, person="F01")], ["attempts", "days", "channels"], id="remote_first-a_friend_does_not_count"
        ),
        pytest.param(
            [call(6), call(8), call(10, channel="visit")], ["attempts", "days", "channels"], id="remote_first-a_door_is_not_remote"
        ),
    ],
)
def test_every_measure_that_is_missing_is_named(asked, history, lacking):
    assert kit_acts.found(asked, history=history) == [("DENY_REMOTE_FIRST", f"remote_first.{name}") for name in lacking]


@PART
def test_the_refusal_says_how_much_is_missing_and_that_waiting_does_not_help():
    answer = kit_acts.answer(kit_acts.step("request_visit"), history=[call(6), call(6), sms(8)])
    assert answer.findings[0].seen().en == "remote attempts on 2 days since grace ended"
    assert answer.findings[0].allowed().zh == "至少 3 个不同日期之后"
    assert answer.next_allowed is None


def test_the_debtor_counts_also_where_somebody_else_is_asked_about():
    spouse = kit.person(id="S01", relation="spouse", liable_by="signed")
    told = {"person": spouse, "debtor": kit.person()}
    assert kit_acts.found(kit_acts.step("request_visit"), **told) == []
    assert kit_acts.found(kit_acts.step("request_visit"), person=spouse) == [("DENY_FACTS_MISSING", "remote_first.attempts")]


def test_other_acts_and_the_law_alone_ask_for_none():
    assert kit_acts.found(kit_acts.step("enter_home", team=["V1", "V2"], consent_now="signed"), history=[]) == []
    assert kit_acts.found(kit_acts.step("request_visit"), house=False, history=[]) == []

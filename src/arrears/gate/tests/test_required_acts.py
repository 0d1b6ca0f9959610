"""What must be said, shown and left undone: S073, S082, S085, S086, S087, S110."""

from __future__ import annotations

import pytest

from arrears.gate.decide import decide
from arrears.gate.required_acts import REQUIRED_ACTS, acts_required
from arrears.gate.tests import kit, kit_acts
from arrears.law.values import load

DOOR = {"show_id", "no_entry_without_consent", "leave_when_asked", "tell_nobody_else", "no_cash", "sign_record:24", "outcome_days:3"}


def duties(told, *, house=True):
    return set(acts_required(kit_acts.case(told, house=house)))


def required(act, *, house=True, **changes):
    return duties(kit_acts.facts(kit_acts.step(act, **changes)), house=house)


def test_a_caller_says_who_for_whom_and_why_and_records():
    assert duties(kit.facts()) == {"say_name_and_lender", "say_purpose", "record_call", "tell_of_recording"}


@pytest.mark.parametrize("channel", ["sms", "email", "letter", "in_app", "messenger"])
def test_cn_contact_record_only_speech_is_recorded(channel):
    assert duties(kit.facts(ask=kit.ask(channel=channel))) == {"say_name_and_lender", "say_purpose"}


def test_cn_contact_identify_an_agency_says_its_own_name():
    assert "say_agency" in duties(kit.facts(staff=[kit.staff(agency="AG1")], agency=kit.agency()))
    assert "say_agency" not in duties(kit.facts(agency=kit.agency()))


def test_a_friend_is_not_told_the_purpose():
    assert "say_purpose" not in duties(kit.facts(person=kit.third(), debtor=kit.person(), ask=kit.ask(purpose="locate", address="139")))


def test_before_the_guideline_nothing_of_it_is_required():
    assert duties(kit.facts(ask=kit.ask("2026-01-29 10:00"))) == set()
    assert "say_name_and_lender" in duties(kit.facts(ask=kit.ask("2026-01-30 10:00")))


@pytest.mark.behaviour("S086", part="the form without a field for cash is desk.visits'")
@pytest.mark.parametrize("act", ["start_visit", "enter_home"])
def test_visitors_show_ids_stay_outside_take_no_cash_and_sign(act):
    assert required(act) >= DOOR


def test_a_contact_at_a_door_is_a_visit_too():
    assert duties(kit.facts(ask=kit.ask(channel="visit", address="home"))) >= DOOR


def test_the_law_alone_asks_for_less_at_a_door():
    asked = required("start_visit", house=False)
    assert asked >= {"show_id", "no_entry_without_consent", "tell_nobody_else"}
    assert asked.isdisjoint({"no_cash", "sign_record:24", "outcome_days:3", "tell_of_recording"})


@pytest.mark.parametrize(
    ("choice", "expected"),
    [("none", set()), ("told", {"tell_of_recording"}), ("always", {"record_visit", "tell_of_recording"})],
)
def test_visit_av_record_says_whether_a_visit_is_recorded(tmp_path, choice, expected):
    text = f'visit.av_record:\n  values:\n    - {{from: null, value: "{choice}", source: {{instrument: board, clause: "1"}}}}\n'
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    asked = set(decide(kit_acts.facts(kit_acts.start()), load(tmp_path)).required)
    assert asked & {"record_visit", "tell_of_recording"} == expected


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        pytest.param("agree_appointment", {"replacement_allowed"}, id="visit.require_agreement"),
        pytest.param("approve_visit", {"valid_days:14"}, id="approval.valid_days"),
        pytest.param("use_location", {"only_this_use"}, id="cn.pi.sensitive"),
        pytest.param("hand_off", {"only_needed_data"}, id="cn.pi.entrust"),
        pytest.param("report_negative", {"statement_allowed"}, id="cn.cr.keep5"),
        pytest.param("dispose", {"market_price", "surplus_days:10"}, id="cn.sec.realize-cn.sec.surplus-collateral.surplus_days"),
        pytest.param("take_vehicle", {"no_force"}, id="cn.repo.noforce"),
        pytest.param("sue", set(), id="nothing"),
    ],
)
def test_each_step_carries_its_duties(act, expected):
    assert required(act) == expected


def test_every_duty_is_asked_for_somewhere():
    acts = ["agree_appointment", "approve_visit", "use_location", "hand_off", "report_negative", "dispose", "take_vehicle", "start_visit"]
    asked = set().union(*(required(act) for act in acts), duties(kit.facts(staff=[kit.staff(agency="AG1")])))
    assert set(REQUIRED_ACTS) - {each.split(":")[0] for each in asked} == {"record_visit"}

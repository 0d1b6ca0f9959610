"""An agency acts when it is listed, evaluated, under contract, and the borrower was told: S042."""

from __future__ import annotations

import pytest

from arrears.gate.decide import decide
from arrears.gate.tests import kit, kit_acts
from arrears.law.values import load

OF_AGENCY = kit.staff(agency="AG1")
EARLY = "2024-06-03"


def called(**changes):
    """Findings of a call by agency staff."""
    return [(each.code, each.rule) for each in kit.answer(**{"staff": [OF_AGENCY], "agency": kit.agency()} | changes).findings]


def handed(**changes):
    """Findings of a hand-over."""
    return kit_acts.found(kit_acts.step("hand_off"), agency=kit.agency(**changes))


def test_an_agency_in_order_may_be_given_the_case_and_may_call():
    assert (handed(), called()) == ([], [])


@pytest.mark.behaviour("S042", part="the hand-over itself is desk.contacts'")
@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        pytest.param({"listed": None}, "cn.outsource.whitelist", id="cn.outsource.whitelist-unknown"),
        pytest.param({"listed": False}, "cn.outsource.whitelist", id="cn.outsource.whitelist-not_on_it"),
        pytest.param({"contract_until": None}, "cn.pi.entrust", id="cn.pi.entrust-no_contract"),
        pytest.param({"contract_until": "2026-10-19"}, "cn.pi.entrust", id="cn.pi.entrust-ended_yesterday"),
        pytest.param({"contract_until": "2026-10-20"}, None, id="cn.pi.entrust-last_day"),
        pytest.param({"data_contract": None}, "cn.pi.entrust", id="cn.pi.entrust-data_unknown"),
        pytest.param({"data_contract": False}, "cn.pi.entrust", id="cn.pi.entrust-no_data_contract"),
        pytest.param({"evaluated_on": None}, "cn.outsource.eval", id="cn.outsource.eval-never"),
        pytest.param({"evaluated_on": "2025-10-19"}, "cn.outsource.eval", id="cn.outsource.eval-a_year_and_a_day"),
        pytest.param({"evaluated_on": "2025-10-20"}, None, id="cn.outsource.eval-a_year"),
        pytest.param({"evaluated_on": "2026-10-21"}, "cn.outsource.eval", id="cn.outsource.eval-ahead"),
        pytest.param({"notice_delivered_at": None}, "cn.outsource.notice", id="cn.outsource.notice-none"),
        pytest.param({"notice_delivered_at": kit.at("10:00")}, None, id="cn.outsource.notice-this_moment"),
        pytest.param({"notice_delivered_at": kit.at("10:00:01")}, "cn.outsource.notice", id="cn.outsource.notice-a_second_later"),
    ],
)
def test_what_an_agency_must_have_to_take_a_case(changes, rule):
    assert handed(**changes) == ([("DENY_HANDOFF", rule)] if rule else [])
    assert called(agency=kit.agency(**changes)) == handed(**changes)


@pytest.mark.behaviour("S042", part="the hand-over itself is desk.contacts'")
def test_everything_that_is_missing_is_named_at_once():
    bare = {"id": "AG1", "name": "安和服务"}
    found = kit_acts.found(kit_acts.step("hand_off"), agency=bare)
    assert [rule for _, rule in found] == [
        "cn.outsource.whitelist",
        "cn.pi.entrust",
        "cn.pi.entrust",
        "cn.outsource.eval",
        "cn.outsource.notice",
    ]
    assert {code for code, _ in found} == {"DENY_HANDOFF"}


def test_a_leap_day_evaluation_counts_to_the_last_of_february():
    agency = kit.agency(evaluated_on="2028-02-29")
    told = {"agency": agency, "loan": {"oldest_due_on": "2029-01-01", "notices": [], "close_on": "2029-02-27"}}
    assert ("DENY_HANDOFF", "cn.outsource.eval") not in kit_acts.found(kit_acts.step("hand_off", "2029-02-28 10:00"), **told)
    assert ("DENY_HANDOFF", "cn.outsource.eval") in kit_acts.found(kit_acts.step("hand_off", "2029-03-01 10:00"), **told)


def test_nobody_is_handed_to_an_agency_that_nobody_knows():
    assert kit_acts.found(kit_acts.step("hand_off")) == [("DENY_FACTS_MISSING", "cn.outsource.whitelist")]


def test_staff_of_an_agency_other_than_the_one_told_count_as_unknown():
    assert called(staff=[kit.staff(agency="AG2")]) == [("DENY_FACTS_MISSING", "cn.outsource.whitelist")]
    assert called(agency=None) == [("DENY_FACTS_MISSING", "cn.outsource.whitelist")]


def test_own_staff_need_no_agency():
    assert kit.codes(agency=kit.agency(listed=False)) == []


def test_only_the_notice_of_the_hand_over_goes_out_before_it():
    agency = kit.agency(notice_delivered_at=None)
    assert called(agency=agency, ask=kit.ask(purpose="handoff_notice")) == []
    assert called(agency=agency, ask=kit.ask(purpose="service_reminder")) == [("DENY_HANDOFF", "cn.outsource.notice")]


def test_a_notice_that_arrives_later_opens_the_way_at_that_moment():
    answer = kit_acts.answer(kit_acts.step("hand_off"), agency=kit.agency(notice_delivered_at=kit.at("11:30")))
    assert answer.next_allowed.isoformat() == kit.at("11:30:00")


def test_before_there_was_a_list_an_agency_needed_none():
    agency = kit.agency(listed=None, evaluated_on="2024-01-15", notice_delivered_at=f"{EARLY}T09:00:00+08:00")
    loan = {"oldest_due_on": "2024-05-01", "notices": []}
    found = kit_acts.found(kit_acts.step("hand_off", f"{EARLY} 10:00"), house=False, agency=agency, loan=loan, history=[])
    assert [rule for code, rule in found if code == "DENY_HANDOFF"] == []


def test_agency_evaluation_months_shorter_in_the_house_is_named(tmp_path):
    text = 'agency.evaluation_months:\n  values:\n    - {from: null, value: "6", source: {instrument: board, clause: "1"}}\n'
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    asked = kit_acts.facts(kit_acts.step("hand_off"), agency=kit.agency(evaluated_on="2026-04-19"))
    assert [(each.code, each.rule) for each in decide(asked, load(tmp_path)).findings] == [("DENY_HANDOFF", "agency.evaluation_months")]

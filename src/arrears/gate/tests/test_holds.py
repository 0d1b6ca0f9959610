"""Holds: what each stops, what it lets pass, from its first to its last day."""

from __future__ import annotations

import pytest

from arrears.gate.tests import kit


def hold(kind: str, **changes) -> list[dict]:
    """One hold around the day of the kit."""
    return [{"kind": kind, "from_on": "2026-10-10", "to_on": "2026-10-20"} | changes]


KINDS = [
    "conduct_complaint",
    "dispute",
    "death",
    "insolvency",
    "representative",
    "illness",
    "bereavement",
    "disaster",
    "distress",
    "legal",
    "plan",
]
CODE = {"conduct_complaint": "DENY_HOLD_COMPLAINT", "dispute": "DENY_HOLD_DISPUTE"}


@pytest.mark.behaviour("S136", part="within a minute on every line: desk.contacts")
@pytest.mark.parametrize("kind", KINDS)
def test_a_hold_stops_collection_to_the_end_of_its_last_day(kind):
    answer = kit.answer(holds=hold(kind))
    code = CODE.get(kind, "DENY_HOLD_OTHER")
    assert [(each.code, each.rule) for each in answer.findings] == [(code, f"hold.{kind}.passes")]
    assert answer.next_allowed.isoformat() == "2026-10-21T08:00:00+08:00"


@pytest.mark.parametrize(
    "around",
    [{"to_on": "2026-10-19"}, {"from_on": "2026-10-21", "to_on": None}, {"loan": "L02"}],
    ids=["over", "to_come", "of_another_loan"],
)
def test_a_hold_that_is_not_in_force_here_stops_nothing(around):
    assert kit.codes(holds=hold("dispute", **around)) == []


def test_a_complaint_about_conduct_covers_every_loan_of_the_person():
    assert kit.codes(holds=hold("conduct_complaint", loan="L02")) == ["DENY_HOLD_COMPLAINT"]


@pytest.mark.behaviour("S136", part="within a minute on every line: desk.contacts")
@pytest.mark.parametrize(
    ("purpose", "passes"), [("complaint_reply", True), ("legal_notice", True), ("service_reminder", False), ("collection", False)]
)
def test_under_a_complaint_only_its_reply_and_what_the_law_needs_pass(purpose, passes):
    assert (kit.codes(holds=hold("conduct_complaint"), ask=kit.ask(purpose=purpose)) == []) is passes


@pytest.mark.parametrize("kind", ["hardship", "vulnerability", "safety"])
def test_some_holds_are_about_the_door_only(kind):
    assert kit.codes(holds=hold(kind)) == []
    visit = kit.ask(act="request_visit", channel=None, purpose=None, address=None)
    assert "DENY_HOLD_OTHER" in kit.codes(holds=hold(kind), ask=visit)


@pytest.mark.behaviour("S065", part="compliance clears it in desk.visits")
def test_signs_of_vulnerability_stop_every_step_of_a_visit_until_compliance_clears_them():
    visit = kit.ask(act="request_visit", channel=None, purpose=None, address=None)
    ill = kit.person(vulnerability=["illness"])
    assert "DENY_HOLD_OTHER" in kit.codes(person=ill, ask=visit)
    assert "DENY_HOLD_OTHER" not in kit.codes(person=ill | {"vulnerability_cleared_by": "C1"}, ask=visit)


@pytest.mark.behaviour("S139", part="the agreement itself is desk.complaints'")
@pytest.mark.parametrize(
    ("ends", "agrees", "allowed"),
    [("2026-11-19", None, False), ("2026-11-18", None, "person"), ("2026-11-18", True, True)],
    ids=["thirty_days_left", "near", "near_and_agreed"],
)
def test_complaint_limitation_guard_days(ends, agrees, allowed):
    asked = kit.ask(act="sue", channel=None, purpose=None, address=None, requested_by="P1", decided_by="P2")
    told = kit.answer(loans=[kit.loan(limitation_ends_on=ends)], holds=hold("conduct_complaint"), ask=asked, compliance_agrees=agrees)
    assert told.allowed == allowed


@pytest.mark.behaviour("S165", part="filing the claim is desk.recovery's")
def test_cn_chg_bankruptcy_an_accepted_case_in_shenzhen_stops_contact_by_law():
    case = {"court": "深圳市中级人民法院", "accepted_on": "2026-10-20", "region": "CN-GD-SZ"}
    assert [each.rule for each in kit.answer(person=kit.person(insolvency=case)).findings] == ["cn.chg.bankruptcy"]
    elsewhere = kit.person(insolvency=case | {"region": "CN-ZJ-WZ"})
    assert [each.rule for each in kit.answer(person=elsewhere).findings] == ["hold.insolvency.passes"]
    assert kit.codes(person=kit.person(insolvency=case | {"accepted_on": "2026-10-21"})) == []


@pytest.mark.behaviour("S164", part="freezing the penalty is the Book's, the estate's claim desk.recovery's")
def test_death_stops_everything_to_the_debtor():
    assert kit.codes(person=kit.person(died_on="2026-10-20")) == ["DENY_HOLD_OTHER"]


@pytest.mark.behaviour("S103", part="the lawyer's letter arrives at desk.contacts")
def test_with_a_representative_the_borrower_is_not_called():
    named = {"id": "R01", "kind": "lawyer", "since_at": kit.at("10:00"), "until_at": kit.at("2026-10-22 10:00")}
    answer = kit.answer(person=kit.person(representative=named))
    assert ([each.code for each in answer.findings], answer.next_allowed.isoformat()) == (["DENY_HOLD_OTHER"], "2026-10-22T10:00:00+08:00")
    assert kit.codes(person=kit.person(representative=named), ask=kit.ask("09:59")) == []


def test_unknown_holds_count_against_contact():
    assert kit.codes(holds=None) == ["DENY_FACTS_MISSING"]


def test_with_the_consent_of_compliance_the_step_waits_for_the_days_before_the_end_of_the_claim():
    asked = kit.ask(act="sue", channel=None, purpose=None, address=None, requested_by="P1", decided_by="P2")
    told = {"loans": [kit.loan(limitation_ends_on="2026-11-25")], "holds": hold("conduct_complaint", to_on=None), "ask": asked}
    assert kit.answer(**told, compliance_agrees=True).next_allowed.isoformat() == "2026-10-27T00:00:00+08:00"
    assert kit.answer(**told).next_allowed is None

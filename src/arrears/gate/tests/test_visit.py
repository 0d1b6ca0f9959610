"""What a visit needs to begin, and to go inside: S059, S069, S070, S073, S074, S075, S082, S085."""

from __future__ import annotations

import pytest

from arrears.gate.tests import kit, kit_acts
from arrears.gate.visit import PART

APPROVAL = pytest.mark.behaviour("S069", part="the approval is kept by desk.visits")


def started(when="10:00", **changes):
    return kit_acts.found(kit_acts.start(when, **changes))


def test_a_visit_with_everything_in_order_may_begin():
    assert started() == []


def test_a_contact_at_the_door_needs_the_same_as_a_visit():
    asked = kit_acts.start() | {"act": "contact", "channel": "visit", "purpose": "collection", "address": "home"}
    assert kit_acts.found(asked) == []
    bare = {
        "act": "contact",
        "at": kit.at("10:00"),
        "loan": "L01",
        "channel": "visit",
        "purpose": "collection",
        "address": "home",
        "team": ["V1"],
    }
    codes = [code for code, _ in kit_acts.found(bare)]
    assert codes == ["DENY_NO_PERMIT", "DENY_TEAM_SIZE", "DENY_WINDOW", "DENY_FACTS_MISSING"]


@pytest.mark.behaviour("S059", part="the trigger is the Book's, the steps are desk.visits'")
@pytest.mark.parametrize(
    ("changes", "asked", "code"),
    [
        ({"loan": {"notices": []}}, {}, "DENY_NO_NOTICE"),
        ({"loan": {"overdue_fen": 0}}, {}, "DENY_NOT_OVERDUE"),
        ({"history": kit_acts.tried()[:2]}, {}, "DENY_REMOTE_FIRST"),
        ({"holds": [{"kind": "hardship", "from_on": "2026-10-15"}]}, {}, "DENY_HOLD_OTHER"),
        ({"loan": {"promise": {"made_at": kit.at("2026-10-19 10:00"), "by_on": "2026-10-22"}}}, {}, "DENY_OPEN_PROMISE"),
        ({"person": kit.person(vulnerability=["pregnancy"])}, {}, "DENY_HOLD_OTHER"),
        ({}, {"appointment": None}, "DENY_WINDOW"),
        ({}, {"approval": kit_acts.approval(approved_by="R1")}, "DENY_FOUR_EYES"),
    ],
)
def test_a_large_sum_shortens_the_wait_and_no_safeguard(changes, asked, code):
    large = kit_acts.start(**{"approval": kit_acts.approval(reason="T2")} | asked)
    assert kit_acts.found(large) == [] or asked
    assert code in [found for found, _ in kit_acts.found(large, **changes)]


@pytest.mark.behaviour("S082", part="training and ids are kept by desk.visits")
@pytest.mark.parametrize(
    ("team", "refused"),
    [
        pytest.param(["V1"], True, id="cn.visit.team-one"),
        pytest.param(["V1", "V2"], False, id="cn.visit.team-two"),
        pytest.param(["V1", "V1"], True, id="cn.visit.team-one_twice"),
        pytest.param(["V1", "V3"], True, id="cn.visit.team-two_accounts_of_one_human"),
    ],
)
def test_two_different_people_visit(team, refused):
    staff = [*kit_acts.pair(), kit_acts.officer("V3", person="V1")]
    expected = [("DENY_TEAM_SIZE", "cn.visit.team")] if refused else []
    assert kit_acts.found(kit_acts.start(team=team), staff=staff) == expected
    assert kit_acts.found(kit_acts.start(team=team), staff=staff, house=False) == expected


@APPROVAL
@pytest.mark.parametrize(
    ("approval", "code"),
    [
        pytest.param(None, "DENY_NO_PERMIT", id="approval.valid_days-none"),
        pytest.param(kit_acts.approval(loan="L02"), "DENY_NO_PERMIT", id="approval.valid_days-another_loan"),
        pytest.param(kit_acts.approval(withdrawn="还款"), "DENY_NO_PERMIT", id="approval.valid_days-withdrawn"),
        pytest.param(kit_acts.approval(reason_holds=False), "DENY_NO_PERMIT", id="approval.valid_days-reason_gone"),
        pytest.param(kit_acts.approval(reason_holds=None), "DENY_FACTS_MISSING", id="approval.valid_days-reason_unknown"),
        pytest.param(kit_acts.approval(approved_on="2026-10-06"), None, id="approval.valid_days-fourteenth_day"),
        pytest.param(kit_acts.approval(approved_on="2026-10-05"), "DENY_PERMIT_EXPIRED", id="approval.valid_days-fifteenth_day"),
        pytest.param(kit_acts.approval(approved_on="2026-10-20"), None, id="approval.valid_days-today"),
        pytest.param(kit_acts.approval(approved_on="2026-10-21"), "DENY_NO_PERMIT", id="approval.valid_days-tomorrow"),
    ],
)
def test_a_visit_needs_an_approval_for_this_loan_not_older_than_fourteen_days(approval, code):
    assert started(approval=approval) == ([(code, "approval.valid_days")] if code else [])


@APPROVAL
def test_an_approval_ends_with_its_fourteenth_day():
    approval = kit_acts.approval(approved_on="2026-10-06")
    window = kit_acts.appointment(opens_at=kit.at("21:00"), closes_at=kit.at("22:00"))
    assert started("21:59:59", approval=approval, appointment=window) == []


@pytest.mark.behaviour("S075", part="the packet is made in desk.visits")
@pytest.mark.parametrize("part", kit_acts.PARTS)
def test_packet_parts_each_one_is_needed(part):
    lacking = [each for each in kit_acts.PARTS if each != part]
    answer = kit_acts.answer(kit_acts.start(packet_parts=lacking))
    assert [(each.code, each.rule) for each in answer.findings] == [("DENY_PACKET", "packet.parts")]
    assert PART[part].zh in answer.findings[0].seen().zh


def test_packet_parts_shipped_have_names_and_unknown_parts_are_missing():
    assert set(PART) == set(kit.law().at("packet.parts", kit.DAY))
    assert started(packet_parts=None) == [("DENY_FACTS_MISSING", "packet.parts")]


HOMES = [
    pytest.param({}, None, id="cn.contact.target.debtor-own_and_confirmed"),
    pytest.param({"owner": "F01"}, "DENY_THIRD_PARTY", id="cn.contact.target.debtor-of_somebody_else"),
    pytest.param({"under_review": True}, "DENY_THIRD_PARTY", id="cn.contact.target.debtor-under_review"),
    pytest.param({"owner": None}, "DENY_FACTS_MISSING", id="cn.contact.target.debtor-owner_unknown"),
    pytest.param({"confirmed": None}, "DENY_FACTS_MISSING", id="cn.contact.target.debtor-confirmation_unknown"),
    pytest.param({"confirmed": False}, "DENY_FACTS_MISSING", id="cn.contact.target.debtor-not_confirmed"),
]


@pytest.mark.parametrize(("changes", "code"), HOMES)
def test_a_visit_goes_only_to_a_confirmed_home_of_the_borrower(changes, code):
    home = {"id": "home", "channels": ["visit", "letter"], "owner": "B01", "confirmed": True} | changes
    found = kit_acts.found(kit_acts.start(), person=kit.person(addresses=[home]))
    assert found == ([(code, "cn.contact.target.debtor")] if code else [])


@pytest.mark.behaviour("S073", part="the borrower proposes in desk.portal")
@pytest.mark.parametrize("place", ["branch", "video", "elsewhere"])
def test_another_place_replaces_the_home_in_full(place):
    assert started(appointment=kit_acts.appointment(place=place)) == []
    asked = kit_acts.step("agree_appointment", "2026-10-18 10:00", appointment=kit_acts.appointment(place=place, agreed_at=None))
    assert kit_acts.found(asked) == []


def test_a_place_nobody_knows_is_a_missing_fact():
    assert started(appointment=kit_acts.appointment(place="garage")) == [("DENY_FACTS_MISSING", "cn.contact.target.debtor")]


@pytest.mark.behaviour("S074", part="the appointment is made in desk.visits")
@pytest.mark.parametrize(
    "asked",
    [
        kit_acts.step("request_visit"),
        kit_acts.start(),
        kit_acts.step("agree_appointment", "2026-10-18 10:00", appointment=kit_acts.appointment()),
    ],
    ids=lambda each: each["act"],
)
def test_a_no_to_a_visit_is_a_no(asked):
    declined = kit.person(declined_visit_at=kit.at("2026-10-18 10:00"))
    assert kit_acts.found(asked, person=declined) == [("DENY_BORROWER_DECLINED", "visit.require_agreement")]
    assert kit_acts.answer(asked, person=declined).next_allowed is None
    later = kit.person(declined_visit_at=kit.at("2026-10-20 10:00:01"))
    assert kit_acts.found(asked, person=later) == []


@pytest.mark.behaviour("S070", part="the refusal and its reason are kept by desk.visits")
@pytest.mark.parametrize(
    ("refused_on", "locked"),
    [
        pytest.param("2026-10-20", True, id="approval.refusal_lock_days-today"),
        pytest.param("2026-10-13", True, id="approval.refusal_lock_days-seven_days_ago"),
        pytest.param("2026-10-12", False, id="approval.refusal_lock_days-eight_days_ago"),
    ],
)
def test_the_same_facts_are_not_sent_again_for_seven_days(refused_on, locked):
    asked = kit_acts.step("request_visit", refused_on=refused_on)
    assert kit_acts.found(asked) == ([("DENY_STATE", "approval.refusal_lock_days")] if locked else [])


def test_the_lock_of_a_refusal_opens_at_midnight_after_it():
    answer = kit_acts.answer(kit_acts.step("request_visit", refused_on="2026-10-15"))
    assert answer.next_allowed.isoformat() == "2026-10-23T00:00:00+08:00"


@pytest.mark.behaviour("S085", part="the end of the visit is recorded in desk.visits")
@pytest.mark.parametrize(
    ("consent", "refused"),
    [
        pytest.param(None, True, id="cn.visit.entry-none"),
        pytest.param("", True, id="cn.visit.entry-empty"),
        pytest.param("signed at the door", False, id="cn.visit.entry-given_now"),
    ],
)
def test_nobody_goes_inside_without_a_yes_given_then(consent, refused):
    asked = kit_acts.step("enter_home", team=["V1", "V2"], consent_now=consent)
    for house in (True, False):
        assert kit_acts.found(asked, house=house) == ([("DENY_ENTRY", "cn.visit.entry")] if refused else [])


def test_the_law_alone_asks_for_a_team_and_a_place_and_no_approval():
    asked = kit_acts.start(approval=None, packet_parts=None)
    assert kit_acts.found(asked, house=False) == []

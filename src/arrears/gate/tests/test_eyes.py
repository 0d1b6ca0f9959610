"""A second human decides, by person and not by account: S066, S068, S100."""

from __future__ import annotations

import pytest

from arrears.gate.tests import kit, kit_acts

RULE = "approval.four_eyes"
FOUR = pytest.mark.behaviour("S068", part="the approval is made in desk.visits")


def assessed(worked, **changes):
    """Findings of an assessment by V1, who worked the case on a day."""
    asked = kit_acts.step("assess_visit", assessed_by="V1") | changes
    return kit_acts.found(asked, staff=[kit_acts.officer("V1", worked_case_on=worked)])


@pytest.mark.behaviour("S066", part="the assessment is filed in desk.visits")
@pytest.mark.parametrize(
    ("worked", "refused"),
    [
        pytest.param(None, False, id="assessment.collector_days-never"),
        pytest.param("2026-10-20", True, id="assessment.collector_days-today"),
        pytest.param("2026-09-20", True, id="assessment.collector_days-thirty_days_ago"),
        pytest.param("2026-09-19", False, id="assessment.collector_days-thirty_one_days_ago"),
    ],
)
def test_who_worked_the_case_in_the_last_thirty_days_does_not_assess_it(worked, refused):
    assert assessed(worked) == ([("DENY_SELF_ASSESS", "assessment.collector_days")] if refused else [])
    assert assessed(worked, assessed_by=None, team=["V1"]) == assessed(worked)


@pytest.mark.behaviour("S066", part="the assessment is filed in desk.visits")
def test_the_same_person_may_assess_again_after_the_thirtieth_day():
    answer = kit_acts.answer(kit_acts.step("assess_visit", assessed_by="V1"), staff=[kit_acts.officer("V1", worked_case_on="2026-10-01")])
    assert answer.next_allowed.isoformat() == "2026-11-01T00:00:00+08:00"


@pytest.mark.behaviour("S066", part="the assessment is filed in desk.visits")
def test_another_account_of_the_same_human_counts():
    accounts = [kit_acts.officer("V1"), kit_acts.officer("V9", person="V1", worked_case_on="2026-10-01")]
    assert kit_acts.found(kit_acts.step("assess_visit", team=["V1"]), staff=accounts) == [("DENY_SELF_ASSESS", "assessment.collector_days")]


@pytest.mark.parametrize(("by", "what"), [(None, "ask.assessed_by"), ("X1", "staff: X1")])
def test_an_assessment_by_nobody_known_is_a_missing_fact(by, what):
    answer = kit_acts.answer(kit_acts.step("assess_visit", assessed_by=by))
    assert [(each.code, each.fields["what"]) for each in answer.findings] == [("DENY_FACTS_MISSING", what)]


def approved(**changes):
    """Findings of an approval by P1 of what R1 asked for and A1 assessed."""
    asked = kit_acts.step("approve_visit", requested_by="R1", assessed_by="A1", decided_by="P1") | changes
    return kit_acts.found(asked, staff=[kit_acts.officer("R1-2", person="R1")])


@FOUR
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({}, None, id="approval.four_eyes-a_third_person"),
        pytest.param({"requested_by": "A1"}, None, id="approval.four_eyes-requester_assessed"),
        pytest.param({"decided_by": "R1"}, "DENY_FOUR_EYES", id="approval.four_eyes-requester"),
        pytest.param({"decided_by": "A1"}, "DENY_FOUR_EYES", id="approval.four_eyes-assessor"),
        pytest.param({"decided_by": "R1-2"}, "DENY_FOUR_EYES", id="approval.four_eyes-delegate_account"),
        pytest.param({"decided_by": None}, "DENY_FACTS_MISSING", id="approval.four_eyes-approver_unknown"),
        pytest.param({"requested_by": None}, "DENY_FACTS_MISSING", id="approval.four_eyes-requester_unknown"),
        pytest.param({"assessed_by": None}, "DENY_FACTS_MISSING", id="approval.four_eyes-assessor_unknown"),
    ],
)
def test_who_asked_or_assessed_does_not_approve(changes, code):
    assert approved(**changes) == ([(code, RULE)] if code else [])


def test_two_unknown_people_are_not_taken_for_two():
    assert approved(decided_by=None, requested_by=None) == [("DENY_FACTS_MISSING", RULE)] * 2


@FOUR
@pytest.mark.parametrize(("changes", "refused"), [({}, False), ({"approved_by": "R1"}, True), ({"approved_by": "A1"}, True)])
def test_a_visit_does_not_start_on_an_approval_of_ones_own(changes, refused):
    asked = kit_acts.start(approval=kit_acts.approval(**changes))
    assert kit_acts.found(asked) == ([("DENY_FOUR_EYES", RULE)] if refused else [])


NOTICE = {
    "kind": "acceleration_notice",
    "channel": "letter",
    "sent_at": kit.at("2026-10-08 09:00"),
    "delivered_at": kit.at("2026-10-09 09:00"),
}


@pytest.mark.behaviour("S100", part="the plan offered before it is asked for in desk.recovery")
@pytest.mark.parametrize("act", ["accelerate", "sue"])
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"decided_by": "R1"}, "DENY_FOUR_EYES"),
        ({"decided_by": None}, "DENY_FACTS_MISSING"),
        ({"requested_by": None}, "DENY_FACTS_MISSING"),
    ],
)
def test_nobody_agrees_to_the_suit_or_recall_they_asked_for(act, changes, code):
    asked = kit_acts.step(act, requested_by="R1", decided_by="P1") | changes
    noticed = {"notices": [*kit.loan()["notices"], NOTICE]}
    assert kit_acts.found(asked, loan=noticed) == ([(code, RULE)] if code else [])


def test_without_the_house_nobody_asks_for_four_eyes():
    asked = kit_acts.step("approve_visit", decided_by="R1", requested_by="R1")
    assert kit_acts.found(asked, house=False) == []
    assert kit_acts.found(kit_acts.start(approval=kit_acts.approval(approved_by="R1")), house=False) == []

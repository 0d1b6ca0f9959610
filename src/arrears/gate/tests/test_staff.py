"""Who acts is known, trained, not barred, and at a door fit to stand there: S082, S087, S091."""

from __future__ import annotations

import pytest

from arrears.gate.decide import decide
from arrears.gate.staff import check
from arrears.gate.tests import kit, kit_acts
from arrears.law.values import load

DOOR = pytest.mark.behaviour("S082", part="training and ids are kept by desk.visits")
BARRED = pytest.mark.behaviour("S091", part="desk.complaints sets the bar")


def called(**changes):
    """Findings of a call by K1 with some facts of theirs changed."""
    return [(each.code, each.rule) for each in kit.answer(staff=[kit.staff(**changes)], agency=kit.agency()).findings]


def visited(**changes):
    """Findings of a visit whose second officer differs."""
    return kit_acts.found(kit_acts.start(), staff=kit_acts.pair(**changes), agency=kit.agency())


@DOOR
@pytest.mark.parametrize(
    ("trained_on", "refused"),
    [
        pytest.param("2025-10-20", False, id="cn.outsource.staff.training-a_year"),
        pytest.param("2025-10-19", True, id="cn.outsource.staff.training-a_year_and_a_day"),
        pytest.param("2026-10-20", False, id="cn.outsource.staff.training-today"),
        pytest.param("2026-10-21", True, id="cn.outsource.staff.training-tomorrow"),
        pytest.param(None, True, id="cn.outsource.staff.training-never"),
    ],
)
def test_training_is_at_most_a_year_old(trained_on, refused):
    expected = [("DENY_STAFF", "cn.outsource.staff.training")] if refused else []
    assert called(trained_on=trained_on) == expected
    assert visited(trained_on=trained_on) == expected


def test_training_of_a_leap_day_counts_to_the_last_of_february():
    for text, count in (("2029-02-28", 0), ("2029-03-01", 1)):
        told = kit.facts(ask=kit.ask(f"{text} 10:00"), staff=[kit.staff(trained_on="2028-02-29")])
        assert len(list(check(kit_acts.case(told)))) == count


def test_training_ahead_opens_the_way_on_its_day():
    answer = kit.answer(staff=[kit.staff(trained_on="2026-10-22")])
    assert answer.next_allowed.isoformat() == "2026-10-22T08:00:00+08:00"


def test_staff_training_months_shorter_in_the_house_is_named(tmp_path):
    text = 'staff.training_months:\n  values:\n    - {from: null, value: "3", source: {instrument: board, clause: "1"}}\n'
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    assert [each.rule for each in decide(kit.facts(), load(tmp_path)).findings] == ["staff.training_months"]


@BARRED
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"barred_from": ["B01"]}, "DENY_STAFF_BARRED", id="cn.prohibit.violence-barred"),
        pytest.param({"barred_from": ["B02"]}, None, id="cn.prohibit.violence-from_another"),
        pytest.param({"barred_from": None}, "DENY_FACTS_MISSING", id="cn.prohibit.violence-unknown"),
    ],
)
def test_who_was_barred_reaches_that_person_no_more(changes, code):
    expected = [(code, "cn.prohibit.violence")] if code else []
    assert called(**changes) == expected
    assert visited(**changes) == expected


@BARRED
@pytest.mark.parametrize("barred", ["B01", "F01"])
def test_a_bar_holds_for_the_person_reached_and_for_the_debtor(barred):
    lost = [kit.contact(f"2026-10-{day} 10:00") for day in (12, 13, 14)]
    told = {"person": kit.third(), "debtor": kit.person(), "history": lost, "staff": [kit.staff(barred_from=[barred])]}
    answer = kit.answer(ask=kit.ask(purpose="locate", address="139"), **told)
    assert [each.code for each in answer.findings] == ["DENY_STAFF_BARRED"]


@BARRED
@pytest.mark.parametrize(("barred", "code"), [(True, "DENY_STAFF_BARRED"), (None, "DENY_FACTS_MISSING"), (False, None)])
def test_who_is_barred_from_doors_may_still_call(barred, code):
    assert visited(visits_barred=barred) == ([(code, "cn.prohibit.violence")] if code else [])
    assert called(visits_barred=barred) == []


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"record_clean": None}, id="cn.outsource.staff-record_unknown"),
        pytest.param({"record_clean": False}, id="cn.outsource.staff-record"),
        pytest.param({"confidentiality": None}, id="cn.outsource.staff-confidentiality_unknown"),
        pytest.param({"confidentiality": False}, id="cn.outsource.staff-confidentiality"),
    ],
)
def test_agency_staff_have_a_clean_record_and_signed_confidence(changes):
    assert called(agency="AG1", **changes) == [("DENY_STAFF", "cn.outsource.staff")]
    assert called(**changes) == []


@DOOR
@pytest.mark.parametrize(
    ("valid", "refused"),
    [
        pytest.param("2026-10-20", False, id="cn.visit.team.ids_shown-last_day"),
        pytest.param("2026-10-19", True, id="cn.visit.team.ids_shown-ended_yesterday"),
        pytest.param(None, True, id="cn.visit.team.ids_shown-none"),
    ],
)
def test_a_visitor_has_an_id_to_show(valid, refused):
    assert visited(id_valid_until=valid) == ([("DENY_STAFF", "cn.visit.team.ids_shown")] if refused else [])
    assert called(id_valid_until=valid) == []


@DOOR
@pytest.mark.parametrize("act", ["start_visit", "enter_home"])
def test_field_officers_go_to_the_door(act):
    asked = kit_acts.start() | {"act": act, "consent_now": "signed"}
    assert kit_acts.found(asked, staff=kit_acts.pair(roles=["collector"])) == [("DENY_STAFF", "visit.min_team")]
    assert kit_acts.found(asked) == []


@pytest.mark.behaviour("S087", part="the record is signed in desk.visits")
@pytest.mark.parametrize(("late", "code"), [(True, "DENY_STAFF"), (None, "DENY_FACTS_MISSING"), (False, None)])
@pytest.mark.parametrize("asked", [kit_acts.start(), kit_acts.step("request_visit", team=["V1", "V2"])], ids=lambda each: each["act"])
def test_visit_record_hours_who_owes_a_record_gets_no_new_visit(asked, late, code):
    assert kit_acts.found(asked, staff=kit_acts.pair(record_late=late)) == ([(code, "visit.record_hours")] if code else [])


def test_the_law_alone_does_not_ask_for_the_record():
    assert kit_acts.found(kit_acts.step("request_visit", team=["V2"]), house=False, staff=kit_acts.pair(record_late=True)) == []


def test_a_late_record_does_not_stop_a_call():
    assert called(record_late=True) == []


@pytest.mark.parametrize(
    ("channel", "missing"),
    [
        ("call", True),
        ("video", True),
        ("visit", True),
        ("robot_call", False),
        ("sms", False),
        ("email", False),
        ("letter", False),
        ("messenger", False),
    ],
)
def test_somebody_speaks_and_stands_at_a_door_and_machines_do_the_rest(channel, missing):
    address = {"email": "mail", "letter": "home", "visit": "home"}.get(channel, "138")
    told = [each.fields.get("what") for each in kit.answer(ask=kit.ask(channel=channel, address=address, team=[])).findings]
    assert ("ask.team" in map(str, told)) == missing


def test_an_account_nobody_knows_is_a_missing_fact():
    answer = kit.answer(ask=kit.ask(team=["K1", "K9"]))
    assert [(each.code, each.fields["what"]) for each in answer.findings] == [("DENY_FACTS_MISSING", "staff: K9")]


def test_without_the_house_and_before_the_law_nobody_is_asked():
    asked = kit_acts.facts(
        kit_acts.step("enter_home", "2019-06-03 10:00", team=["V1"], consent_now="signed"),
        staff=[{"id": "V1", "person": "V1", "roles": []}],
    )
    rules = {each.rule for each in decide(asked, kit.law(), house=False).findings}
    assert rules == {"contact.facts_known"}  # the kit's loan falls due years after that day

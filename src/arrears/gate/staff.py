"""May these people act? Known, trained within the year, not barred from this person, and at a door fit to stand there."""

from __future__ import annotations

from arrears.gate.answer import Finding
from arrears.gate.case import Case, Findings, midnight
from arrears.gate.facts import Staff
from arrears.kernel.days import add_months

# A machine rings, writes and posts by itself; nobody talks or stands at a door without a name.
_NEED_SOMEBODY = frozenset({"call", "video", "visit"})
_AT_DOOR = frozenset({"start_visit", "enter_home"})
_OWES_RECORD = frozenset({"request_visit", "start_visit"})
_TRAINING, _TRAINING_LAW = "staff.training_months", "cn.outsource.staff.training"
_CLEAN, _BARRED, _IDS, _IDS_LAW = "cn.outsource.staff", "cn.prohibit.violence", "visit.ids_shown", "cn.visit.team.ids_shown"


def check(case: Case) -> Findings:
    """Refuse staff who are not known, not trained, barred, or not fit for a door."""
    ask = case.ask
    if not ask.team:
        if ask.act in _AT_DOOR or (case.is_contact and ask.channel in _NEED_SOMEBODY):
            yield from _unknown(case, "ask.team")
        return
    if len(case.team) != len(ask.team):
        known = {each.id for each in case.team}
        for name in sorted(set(ask.team) - known):
            yield from _unknown(case, f"staff: {name}")
    for each in case.team:
        yield from _trained(case, each)
        yield from _barred(case, each)
        if each.agency is not None:
            yield from _of_agency(case, each)
        if case.is_visit:
            yield from _at_door(case, each)


def _unknown(case: Case, what: str) -> Findings:
    rule = case.rules.binding(_TRAINING, _TRAINING_LAW)
    if rule is not None:
        yield Finding("DENY_FACTS_MISSING", rule.rule, "missing", {"what": what})


def _trained(case: Case, staff: Staff) -> Findings:
    most = case.rules.binding(_TRAINING, _TRAINING_LAW)
    if most is None:
        return
    fields: dict[str, object] = {"staff": staff.id, "months": most.value}
    on = staff.trained_on
    if on is None:
        yield Finding("DENY_STAFF", most.rule, "staff_untrained", fields)
    elif on > case.day:
        yield Finding("DENY_STAFF", most.rule, "staff_untrained", fields, midnight(on))
    elif case.day > (ends := add_months(on, most.number)):
        yield Finding("DENY_STAFF", most.rule, "staff_training_old", {**fields, "on": on, "ends": ends})


def _barred(case: Case, staff: Staff) -> Findings:
    if case.rules.law(_BARRED) is None:
        return
    if staff.barred_from is None:
        yield Finding("DENY_FACTS_MISSING", _BARRED, "missing", {"what": f"staff.barred_from: {staff.id}"})
        return
    reached = {case.person.id, case.debtor.id if case.debtor else case.person.id}
    if not reached.isdisjoint(staff.barred_from):
        yield Finding("DENY_STAFF_BARRED", _BARRED, "staff_barred", {"staff": staff.id})


def _of_agency(case: Case, staff: Staff) -> Findings:
    if case.rules.law(_CLEAN) is None:
        return
    if staff.record_clean is not True:
        yield Finding("DENY_STAFF", _CLEAN, "staff_record", {"staff": staff.id})
    if staff.confidentiality is not True:
        yield Finding("DENY_STAFF", _CLEAN, "staff_confidentiality", {"staff": staff.id})


def _at_door(case: Case, staff: Staff) -> Findings:
    ask, fields = case.ask, {"staff": staff.id}
    if case.rules.law(_BARRED) is not None:
        if staff.visits_barred is None:
            yield Finding("DENY_FACTS_MISSING", _BARRED, "missing", {"what": f"staff.visits_barred: {staff.id}"})
        elif staff.visits_barred:
            yield Finding("DENY_STAFF_BARRED", _BARRED, "staff_visits_barred", fields)
    team = case.rules.house("visit.min_team")
    if team is not None and (ask.act in _AT_DOOR or case.is_contact) and "field_officer" not in staff.roles:
        yield Finding("DENY_STAFF", team.rule, "staff_no_officer", fields)
    shown = case.rules.binding(_IDS, _IDS_LAW)
    if shown is not None and shown.value and (ask.act in _AT_DOOR or case.is_contact):
        if staff.id_valid_until is None:
            yield Finding("DENY_STAFF", shown.rule, "staff_no_id", fields)
        elif staff.id_valid_until < case.day:
            yield Finding("DENY_STAFF", shown.rule, "staff_id_over", {**fields, "ended": staff.id_valid_until})
    late = case.rules.house("visit.record_hours")
    if late is not None and ask.act in _OWES_RECORD:
        if staff.record_late is None:
            yield Finding("DENY_FACTS_MISSING", late.rule, "missing", {"what": f"staff.record_late: {staff.id}"})
        elif staff.record_late:
            yield Finding("DENY_STAFF", late.rule, "staff_record_late", {**fields, "hours": late.value})

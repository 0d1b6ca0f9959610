"""Does a second human decide? Nobody assesses a case they worked, nobody agrees to what they asked for: by person, not by account."""

from __future__ import annotations

import datetime as dt

from arrears.gate.answer import Finding
from arrears.gate.case import Case, Findings, midnight

_ACTS = frozenset({"assess_visit", "approve_visit", "start_visit", "accelerate", "sue"})
_DAY = dt.timedelta(days=1)


def check(case: Case) -> Findings:
    """Refuse a decision by the person who asked, assessed or worked the case."""
    act = case.ask.act
    if act not in _ACTS:
        return
    if act == "assess_visit":
        yield from _assess(case)
    elif act == "approve_visit":
        yield from _differs(case, "requested_by", "assessed_by")
    elif act == "start_visit":
        yield from _approved(case)
    else:
        yield from _differs(case, "requested_by")


def _assess(case: Case) -> Findings:
    days = case.rules.house("assessment.collector_days")
    if days is None:
        return
    accounts = case.facts.staff or ()
    people = {each.person for each in case.team}
    if case.ask.assessed_by is not None:
        people.add(_human(case, case.ask.assessed_by))
    if not people:
        yield Finding("DENY_FACTS_MISSING", days.rule, "missing", {"what": "ask.assessed_by"})
    for human in sorted(people):
        own = [each for each in accounts if each.person == human]
        if not own:
            yield Finding("DENY_FACTS_MISSING", days.rule, "missing", {"what": f"staff: {human}"})
        worked = max((each.worked_case_on for each in own if each.worked_case_on is not None), default=None)
        if worked is not None and (case.day - worked).days <= days.number:
            free = midnight(worked + dt.timedelta(days=days.number) + _DAY)
            fields = {"staff": human, "on": worked, "days": days.value, "free": free.date()}
            yield Finding("DENY_SELF_ASSESS", days.rule, "self_assess", fields, free)


def _human(case: Case, name: str) -> str:
    """The person behind a name: two accounts of one human are one."""
    return next((each.person for each in case.facts.staff or () if each.id == name), name)


def _differs(case: Case, *others: str) -> Findings:
    rule = case.rules.house("approval.four_eyes")
    if rule is None:
        return
    named = {field: getattr(case.ask, field) for field in ("decided_by", *others)}
    for field, name in named.items():
        if name is None:
            yield Finding("DENY_FACTS_MISSING", rule.rule, "missing", {"what": f"ask.{field}"})
    decides = named.pop("decided_by")
    if decides is not None and _human(case, decides) in {_human(case, each) for each in named.values() if each is not None}:
        yield Finding("DENY_FOUR_EYES", rule.rule, "four_eyes", {"staff": _human(case, decides)})


def _approved(case: Case) -> Findings:
    rule, approval = case.rules.house("approval.four_eyes"), case.ask.approval
    if rule is None or approval is None:
        return
    decided = _human(case, approval.approved_by)
    if decided in {_human(case, approval.requested_by), _human(case, approval.assessed_by)}:
        yield Finding("DENY_FOUR_EYES", rule.rule, "four_eyes", {"staff": decided})

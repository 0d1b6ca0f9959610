"""Is something on hold? Each kind says what may still go out; visits stop under every one of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from arrears.gate.answer import Finding
from arrears.gate.case import Case, Findings, local, midnight
from arrears.gate.naming import HOLD, PURPOSE, list_text, until_text

CODES = {"conduct_complaint": "DENY_HOLD_COMPLAINT", "dispute": "DENY_HOLD_DISPUTE"}
STEPS = frozenset({"hand_off", "accelerate", "sue", "dispose", "report_negative"})
# Under these a step outside contact may go on: they are about the door and the tone, not about the debt.
_STEPS_PASS = frozenset({"hardship", "illness", "vulnerability", "safety"})
# A complaint may not run the claim out of time.
_GUARDED = frozenset({"sue", "accelerate"})
_SHENZHEN = "CN-GD-SZ"
_DAY = dt.timedelta(days=1)


class Stop(NamedTuple):
    """A stop in force: its kind, the rule it rests on, first and last day (None: open), the moment it ends."""

    kind: str
    rule: str
    from_on: dt.date
    to_on: dt.date | None
    until: dt.datetime | None


def _days(kind: str, rule: str, from_on: dt.date, to_on: dt.date | None) -> Stop:
    return Stop(kind, rule, from_on, to_on, midnight(to_on + _DAY) if to_on else None)


def check(case: Case) -> Findings:
    """Refuse what a hold, a death, an insolvency, a representative or signs of vulnerability stop."""
    if not (case.is_contact or case.is_visit or case.ask.act in STEPS):
        return
    if case.facts.holds is None and (case.is_collecting or case.ask.act in STEPS) and case.rules.with_house:
        yield Finding("DENY_FACTS_MISSING", "hold.conduct_complaint.passes", "missing", {"what": "holds"})
    for stop in in_force(case):
        yield from _stopped(case, stop)


def in_force(case: Case) -> Iterator[Stop]:
    """Yield every stop in force on the day, from holds and from facts that act like one."""
    if case.rules.with_house:
        for each in case.facts.holds or ():
            covers = each.kind == "conduct_complaint" or each.loan is None or each.loan == case.ask.loan
            # A representative is spoken to because there is one.
            covers &= not (each.kind == "representative" and case.person.relation == "representative" and case.is_contact)
            if covers and each.from_on <= case.day and (each.to_on is None or case.day <= each.to_on):
                yield _days(each.kind, f"hold.{each.kind}.passes", each.from_on, each.to_on)
    yield from _of_person(case)


def _of_person(case: Case) -> Iterator[Stop]:
    person = case.person
    if person.died_on is not None and person.died_on <= case.day:
        yield _days("death", _rule(case, "hold.death.passes", "cn.estate.limit"), person.died_on, None)
    insolvency = person.insolvency
    if insolvency is not None and insolvency.accepted_on <= case.day and (insolvency.ended_on is None or case.day <= insolvency.ended_on):
        rule = "cn.chg.bankruptcy" if insolvency.region.startswith(_SHENZHEN) and case.rules.law("cn.chg.bankruptcy") else ""
        if rule or case.rules.with_house:
            yield _days("insolvency", rule or "hold.insolvency.passes", insolvency.accepted_on, insolvency.ended_on)
    named = person.representative
    if (
        named is not None
        and case.rules.with_house
        and named.since_at <= case.when
        and (named.until_at is None or case.when < named.until_at)
    ):
        to_on = local(named.until_at).date() if named.until_at else None
        yield Stop("representative", "hold.representative.passes", local(named.since_at).date(), to_on, named.until_at)
    if person.vulnerability and person.vulnerability_cleared_by is None and case.rules.with_house:
        yield _days("vulnerability", "hold.vulnerability.passes", case.day, None)


def _rule(case: Case, setting: str, law: str) -> str:
    return setting if case.rules.with_house else law


def _stopped(case: Case, stop: Stop) -> Findings:
    fields: dict[str, object] = {"kind": HOLD[stop.kind], "since": stop.from_on, "until": until_text(stop.to_on)}
    code, until = CODES.get(stop.kind, "DENY_HOLD_OTHER"), stop.until
    if case.is_visit:
        yield Finding(code, stop.rule, "hold_visit", fields, until)
    elif case.is_contact:
        passes = _passes(case, stop)
        if case.ask.purpose not in passes:
            yield Finding(code, stop.rule, "hold", {**fields, "passes": list_text(passes, PURPOSE)}, until)
    elif stop.kind not in _STEPS_PASS:
        yield from _step(case, stop, Finding(code, stop.rule, "hold_step", fields, until))


def _passes(case: Case, stop: Stop) -> tuple[str, ...]:
    """What may still go out. Without the house only what the law itself must have delivered; to the dead nothing at all."""
    dead = case.person.died_on is not None and case.person.died_on <= case.day
    if stop.kind == "death" and (dead or case.person.relation in ("debtor", "co_debtor")):
        return ()
    if not case.rules.with_house:
        return ("legal_notice", "answer", "help", "complaint_reply")
    found = case.rules.house(f"hold.{stop.kind}.passes")
    assert found is not None
    return found.names


def _step(case: Case, stop: Stop, finding: Finding) -> Findings:
    """A hard step waits for the end of a complaint, unless the claim would be lost in time and compliance agrees."""
    guard = case.rules.house("complaint.limitation_guard_days")
    ends = case.loan.limitation_ends_on if case.loan else None
    if stop.kind != "conduct_complaint" or case.ask.act not in _GUARDED or guard is None or ends is None:
        yield finding
        return
    near_from = ends - dt.timedelta(days=guard.number - 1)
    if case.day < near_from:
        agreed_from = midnight(near_from) if case.facts.compliance_agrees else None
        until = min((each for each in (finding.until, agreed_from) if each is not None), default=None)
        yield Finding(finding.code, finding.rule, finding.says, finding.fields, until)
    elif not case.facts.compliance_agrees:
        yield Finding(finding.code, guard.rule, "hold_guard", {**finding.fields, "ends": ends}, finding.until, person=True)

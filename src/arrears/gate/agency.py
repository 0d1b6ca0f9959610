"""May this agency act? On the list, evaluated, under contract, its data contract in force, and the borrower told first."""

from __future__ import annotations

import datetime as dt

from arrears.gate.answer import Finding
from arrears.gate.case import Case, Findings, midnight
from arrears.gate.facts import Agency
from arrears.kernel.days import add_months

_LIST, _ENTRUST, _NOTICE, _EVALUATION = "cn.outsource.whitelist", "cn.pi.entrust", "cn.outsource.notice", "cn.outsource.eval"
_MONTHS = "agency.evaluation_months"


def check(case: Case) -> Findings:
    """Refuse a hand-over to an agency, and every act of its people, naming all that is missing at once."""
    named = {each.agency for each in case.team if each.agency is not None}
    if not named and case.ask.act != "hand_off":
        return
    agency = case.facts.agency
    rule = next((each for each in (_LIST, _ENTRUST, _NOTICE) if case.rules.law(each) is not None), None)
    if rule is not None:
        for each in sorted(named - {agency.id if agency else ""}):
            yield Finding("DENY_FACTS_MISSING", rule, "missing", {"what": f"agency: {each}"})
        if agency is None and not named:
            yield Finding("DENY_FACTS_MISSING", rule, "missing", {"what": "agency"})
    if agency is not None:
        yield from _standing(case, agency)
        yield from _evaluation(case, agency)
        yield from _told(case, agency)


def _standing(case: Case, agency: Agency) -> Findings:
    fields: dict[str, object] = {"agency": agency.name}
    if agency.listed is not True and case.rules.law(_LIST) is not None:
        yield Finding("DENY_HANDOFF", _LIST, "agency_not_listed", fields)
    if case.rules.law(_ENTRUST) is None:
        return
    if agency.contract_until is None:
        yield Finding("DENY_HANDOFF", _ENTRUST, "agency_no_contract", fields)
    elif agency.contract_until < case.day:
        yield Finding("DENY_HANDOFF", _ENTRUST, "agency_contract_over", {**fields, "ended": agency.contract_until})
    if agency.data_contract is not True:
        yield Finding("DENY_HANDOFF", _ENTRUST, "agency_no_data_contract", fields)


def _evaluation(case: Case, agency: Agency) -> Findings:
    most = case.rules.binding(_MONTHS, _EVALUATION)
    if most is None:
        return
    fields: dict[str, object] = {"agency": agency.name, "months": most.value}
    on = agency.evaluated_on
    if on is None:
        yield Finding("DENY_HANDOFF", most.rule, "agency_not_evaluated", fields)
    elif on > case.day:
        # An evaluation that lies ahead says nothing yet.
        yield Finding("DENY_HANDOFF", most.rule, "agency_not_evaluated", fields, midnight(on))
    elif case.day > (ends := add_months(on, most.number)):
        yield Finding("DENY_HANDOFF", most.rule, "agency_evaluation_old", {**fields, "on": on, "ends": ends})


def _told(case: Case, agency: Agency) -> Findings:
    """The borrower is told first; only that notice itself goes out before it."""
    if case.rules.law(_NOTICE) is None or (case.is_contact and case.ask.purpose == "handoff_notice"):
        return
    told_at: dt.datetime | None = agency.notice_delivered_at
    if told_at is None or told_at > case.when:
        yield Finding("DENY_HANDOFF", _NOTICE, "agency_not_told", {"agency": agency.name}, told_at)

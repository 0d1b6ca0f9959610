"""May this visit begin? Two people, a living approval, the packet, a place that is theirs, no refusal; and no step inside without a yes."""

from __future__ import annotations

import datetime as dt

from arrears.gate import appointment
from arrears.gate.answer import Finding
from arrears.gate.case import Case, Findings, midnight
from arrears.gate.facts import Approval
from arrears.kernel.problems import Both

# Besides the start itself.
_MAY_BE_DECLINED = frozenset({"request_visit", "agree_appointment"})
_DAY = dt.timedelta(days=1)
_ENTRY, _TARGET = "cn.visit.entry", "cn.contact.target.debtor"
PART: dict[str, Both] = {
    "contract_copy": Both("contract copy", "合同副本"),
    "repayment_detail": Both("repayment detail", "还款明细"),
    "collection_record": Both("past collection record", "过往催收记录"),
    "visitor_ids": Both("ids of the visitors", "外访人员证件"),
    "plan_options": Both("plan options", "还款方案"),
    "complaint_card": Both("complaint card", "投诉告知卡"),
}


def check(case: Case) -> Findings:
    """Refuse a step of a visit that lacks what must come before it."""
    if not case.is_visit:
        return
    act = case.ask.act
    starts = act == "start_visit" or case.is_contact
    if starts or act in _MAY_BE_DECLINED:
        yield from _declined(case)
    if starts:
        yield from _team(case)
        yield from _approval(case)
        yield from appointment.start(case)
        yield from _packet(case)
        yield from _place(case)
    elif act == "agree_appointment":
        yield from appointment.agree(case)
    elif act == "request_visit":
        yield from _refused_before(case)
    elif act == "enter_home" and not case.ask.consent_now and case.rules.law(_ENTRY) is not None:
        yield Finding("DENY_ENTRY", _ENTRY, "entry", {})


def _declined(case: Case) -> Findings:
    """A no is a no, whether or not the house asks for a yes."""
    rule, said = case.rules.house("visit.require_agreement"), case.person.declined_visit_at
    if rule is not None and said is not None and said <= case.when:
        yield Finding("DENY_BORROWER_DECLINED", rule.rule, "visit_declined", {"said": said.astimezone(case.here.tzinfo).date()})


def _team(case: Case) -> Findings:
    least = case.rules.binding("visit.min_team", "cn.visit.team")
    count = len({each.person for each in case.team})
    if least is not None and count < least.number:
        yield Finding("DENY_TEAM_SIZE", least.rule, "team_small", {"count": count, "least": least.value})


def _approval(case: Case) -> Findings:
    rule, approval = case.rules.house("approval.valid_days"), case.ask.approval
    if rule is None:
        return
    if approval is None:
        yield Finding("DENY_NO_PERMIT", rule.rule, "no_approval", {"loan": case.ask.loan})
        return
    yield from _approval_stands(case, rule.rule, approval)
    ends = approval.approved_on + dt.timedelta(days=rule.number)
    if approval.approved_on > case.day:
        yield Finding("DENY_NO_PERMIT", rule.rule, "approval_early", {"on": approval.approved_on}, midnight(approval.approved_on))
    elif case.day > ends:
        fields = {"on": approval.approved_on, "ends": ends, "days": rule.value}
        yield Finding("DENY_PERMIT_EXPIRED", rule.rule, "approval_over", fields)


def _approval_stands(case: Case, rule: str, approval: Approval) -> Findings:
    if approval.loan != case.ask.loan:
        yield Finding("DENY_NO_PERMIT", rule, "approval_other_loan", {"other": approval.loan, "loan": case.ask.loan})
    if approval.withdrawn is not None:
        yield Finding("DENY_NO_PERMIT", rule, "approval_withdrawn", {"why": approval.withdrawn})
    if approval.reason_holds is False:
        yield Finding("DENY_NO_PERMIT", rule, "approval_reason_gone", {"reason": approval.reason})
    elif approval.reason_holds is None:
        yield Finding("DENY_FACTS_MISSING", rule, "missing", {"what": "ask.approval.reason_holds"})


def _packet(case: Case) -> Findings:
    rule = case.rules.house("packet.parts")
    if rule is None:
        return
    if case.ask.packet_parts is None:
        yield Finding("DENY_FACTS_MISSING", rule.rule, "missing", {"what": "ask.packet_parts"})
        return
    lacking = [PART.get(part, Both(part, part)) for part in rule.names if part not in case.ask.packet_parts]
    if lacking:
        names = Both(", ".join(each.en for each in lacking), "、".join(each.zh for each in lacking))
        yield Finding("DENY_PACKET", rule.rule, "packet", {"lacking": names, "count": len(rule.names)})


def _place(case: Case) -> Findings:
    """A home must be the borrower's own and confirmed by them; a branch, a video or another place of their choice is as good."""
    agreed = case.ask.appointment
    if case.rules.law(_TARGET) is None or agreed is None or agreed.place in appointment.ELSEWHERE:
        return
    known = next((each for each in case.person.addresses or () if each.id == agreed.place), None)
    if known is not None and (known.owner not in (None, case.person.id) or known.under_review):
        yield Finding("DENY_THIRD_PARTY", _TARGET, "place_other", {"place": agreed.place})
    if known is None or known.owner is None:
        yield Finding("DENY_FACTS_MISSING", _TARGET, "missing", {"what": f"person.addresses: {agreed.place}"})
    elif known.confirmed is not True:
        yield Finding("DENY_FACTS_MISSING", _TARGET, "missing", {"what": f"person.addresses.confirmed: {agreed.place}"})


def _refused_before(case: Case) -> Findings:
    days, refused_on = case.rules.house("approval.refusal_lock_days"), case.ask.refused_on
    if days is None or refused_on is None:
        return
    ends = refused_on + dt.timedelta(days=days.number)
    if case.day <= ends:
        yield Finding(
            "DENY_STATE", days.rule, "refused_before", {"on": refused_on, "days": days.value, "ends": ends}, midnight(ends + _DAY)
        )

"""What must be said, shown, kept and left undone while an act is done. Each duty is there only while its rule is in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arrears.gate.facts import VOICE
from arrears.kernel.problems import Both

if TYPE_CHECKING:
    from arrears.gate.case import Case

REQUIRED_ACTS: dict[str, Both] = {
    "say_name_and_lender": Both("say who you are and for which lender", "说明本人身份和所代表的机构全称"),
    "say_agency": Both("say the agency's full name; never speak as the lender", "说明受托机构全称，不得以贷款机构身份自称"),
    "say_purpose": Both("say what it is about", "说明联系目的"),
    "record_call": Both("record the call", "全程录音"),
    "tell_of_recording": Both("tell those present that it is recorded", "告知在场人员正在录制"),
    "record_visit": Both("record sound and picture of the visit", "外访全程录音录像"),
    "show_id": Both("every visitor shows identification first", "每名外访人员先出示证件"),
    "no_entry_without_consent": Both("stay outside without a yes given then and there", "未经当场同意不得进入"),
    "leave_when_asked": Both("leave at once when asked to", "对方要求离开的立即离开"),
    "tell_nobody_else": Both("tell and leave nobody else anything of the debt", "不得向其他人透露或留下债务信息"),
    "no_cash": Both("take no cash", "不得收取现金"),
    "replacement_allowed": Both("a branch, a video call or another place they name is as good", "网点、视频或其指定的其他地点可完全替代"),
    "sign_record": Both("both visitors sign the record in {value} hours", "双方外访人员在 {value} 小时内签署记录"),
    "outcome_days": Both("set the next step in {value} days", "{value} 天内确定下一步"),
    "valid_days": Both("use it in {value} days, for this loan and this reason only", "{value} 天内有效，仅限本笔贷款和本次原因"),
    "only_this_use": Both("use the location for this purpose only, and stop when consent ends", "位置信息仅限本次用途，同意撤回即停止使用"),
    "only_needed_data": Both("hand over only what the agency needs, and take it back at the end", "仅提供必要信息，结束后收回或删除"),
    "statement_allowed": Both("the person may add a statement to the record", "当事人可对记录附加声明"),
    "surplus_days": Both("pay what is left over to the owner in {value} days", "剩余价款 {value} 天内归还所有人"),
    "market_price": Both("at a market price with evidence, earlier liens first", "按有依据的市场价，在先顺位优先受偿"),
    "no_force": Both("no force, no threat, no secret taking", "不得强行、胁迫或秘密取走"),
}


def acts_required(case: Case) -> tuple[str, ...]:
    """Return the duties of an act or a contact, as keys of `REQUIRED_ACTS`; a value stands after a colon."""
    if case.is_contact:
        return (*_contact(case), *(_at_door(case) if case.ask.channel == "visit" else ()))
    if case.ask.act in ("start_visit", "enter_home"):
        return (*_contact(case), *_at_door(case))
    return tuple(_step(case))


def _contact(case: Case) -> list[str]:
    rules, duties = case.rules, []
    if rules.law("cn.contact.identify") is not None:
        duties.append("say_name_and_lender")
        if any(each.agency is not None for each in case.team):
            duties.append("say_agency")
        # To somebody who does not owe, the purpose itself would tell of the debt.
        if case.person.relation != "third_party":
            duties.append("say_purpose")
    if case.ask.channel in VOICE and rules.law("cn.contact.record") is not None:
        duties += ["record_call", "tell_of_recording"]
    return duties


def _at_door(case: Case) -> list[str]:
    rules, duties = case.rules, []
    shown = rules.binding("visit.ids_shown", "cn.visit.team.ids_shown")
    if shown is not None and shown.value:
        duties.append("show_id")
    if rules.law("cn.visit.entry") is not None:
        duties += ["no_entry_without_consent", "leave_when_asked"]
    if rules.law("cn.contact.third.nodisclose") is not None:
        duties.append("tell_nobody_else")
    recorded = rules.house("visit.av_record")
    if recorded is not None:
        duties += {"none": [], "told": ["tell_of_recording"], "always": ["record_visit", "tell_of_recording"]}[str(recorded.value)]
        duties.append("no_cash")
    for key, setting in (("sign_record", "visit.record_hours"), ("outcome_days", "outcome.days")):
        bound = rules.house(setting)
        if bound is not None:
            duties.append(f"{key}:{bound.value}")
    return duties


def _step(case: Case) -> list[str]:
    """Duties of steps that reach nobody at once."""
    rules, act = case.rules, case.ask.act
    if act == "agree_appointment":
        return ["replacement_allowed"] if rules.house("visit.require_agreement") is not None else []
    if act == "approve_visit":
        return _valued(case, "valid_days", "approval.valid_days")
    if act == "use_location":
        return ["only_this_use"] if rules.law("cn.pi.sensitive") is not None else []
    if act == "hand_off":
        return ["only_needed_data"] if rules.law("cn.pi.entrust") is not None else []
    if act == "report_negative":
        return ["statement_allowed"] if rules.law("cn.cr.keep5") is not None else []
    if act == "dispose":
        priced = ["market_price"] if rules.law("cn.sec.realize") is not None else []
        return priced + (_valued(case, "surplus_days", "collateral.surplus_days") if rules.law("cn.sec.surplus") is not None else [])
    if act == "take_vehicle":
        return ["no_force"] if rules.law("cn.repo.noforce") is not None else []
    return []


def _valued(case: Case, key: str, setting: str) -> list[str]:
    bound = case.rules.house(setting)
    return [f"{key}:{bound.value}"] if bound is not None else []

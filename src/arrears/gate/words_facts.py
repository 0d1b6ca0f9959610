"""Names of facts that a refusal says are not known, as people call them; the path stays behind them for whoever supplies it."""

from __future__ import annotations

from arrears.kernel.problems import Both

FACT: dict[str, Both] = {
    "agency": Both("the agency", "受托机构"),
    "ask.amount_fen": Both("the amount asked for", "主张的金额"),
    "ask.appointment": Both("the appointment", "预约"),
    "ask.approval.reason_holds": Both("whether the reason of the approval still holds", "许可所依据的原因是否仍成立"),
    "ask.assessed_by": Both("who assessed", "评估人"),
    "ask.channel": Both("the channel", "联系渠道"),
    "ask.decided_by": Both("who decides", "决定人"),
    "ask.location_source": Both("where the location comes from", "位置信息的来源"),
    "ask.packet_parts": Both("what the packet holds", "材料包内容"),
    "ask.purpose": Both("the purpose", "联系目的"),
    "ask.requested_by": Both("who asked for it", "申请人"),
    "ask.team": Both("who acts", "办理人员"),
    "ask.wording.body": Both("the text", "文本内容"),
    "debtor": Both("the debtor", "债务人"),
    "history": Both("earlier contacts", "以往联系记录"),
    "holds": Both("holds", "暂停措施"),
    "loans": Both("the loan", "贷款"),
    "loans.acceleration_clause": Both("whether the contract allows early recall", "合同是否有提前到期条款"),
    "loans.days_past_due": Both("the days past due", "逾期天数"),
    "loans.limitation_ends_on": Both("until when the claim can be sued for", "诉讼时效届满日"),
    "loans.live_at": Both("when that was read", "该金额的读取时间"),
    "loans.oldest_due_on": Both("the oldest unpaid due date", "最早未还的到期日"),
    "loans.overdue_fen": Both("what is overdue now", "当前逾期金额"),
    "person.addresses": Both("whose address or number this is", "该地址或号码的归属"),
    "person.addresses.confirmed": Both("whether the person confirmed this address", "该地址是否经本人确认"),
    "person.capacity": Both("their legal capacity", "民事行为能力"),
    "person.consents": Both("their consents", "本人的同意"),
    "person.estate_fen": Both("what they received or guaranteed", "其继承或保证的金额"),
    "person.liable_by": Both("by what they owe", "承担债务的依据"),
    "person.refusals": Both("what they refused", "本人的拒绝记录"),
    "person.renounced": Both("whether they gave the estate up", "是否放弃继承"),
    "person.vulnerability": Both("signs of vulnerability", "脆弱情形"),
    "person.zones": Both("where the person is", "当事人所在时区"),
    "staff": Both("this member of staff", "该人员"),
    "staff.barred_from": Both("from whom they are barred", "被禁止接触的当事人"),
    "staff.device_registered": Both("whether their telephone or account is registered", "其设备或账号是否登记"),
    "staff.record_late": Both("whether they owe a record of a visit", "是否有逾时未签的外访记录"),
    "staff.visits_barred": Both("whether they may go to a door", "是否被禁止外访"),
}


def fact_text(what: str) -> Both:
    """Return the names of unknown facts, each with its path: `staff.barred_from: K1` is about K1.

    Parameters
    ----------
    what : paths separated by a comma and a blank, the last with `: ` and a detail; a path without a name stands for itself
    """
    paths, _, detail = what.partition(": ")
    named = [(FACT.get(path, Both(path, path)), path) for path in paths.split(", ")]
    en = ", ".join(words.en if words.en == path else f"{words.en} ({path})" for words, path in named)
    zh = "、".join(words.zh if words.zh == path else f"{words.zh}（{path}）" for words, path in named)
    return Both(f"{en}: {detail}", f"{zh}：{detail}") if detail else Both(en, zh)

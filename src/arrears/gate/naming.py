"""Names of channels, purposes, relations and holds as people say them."""

from __future__ import annotations

import datetime as dt

from arrears.kernel.problems import Both

CHANNEL: dict[str, Both] = {
    "call": Both("calls", "电话"),
    "robot_call": Both("automatic calls", "智能语音"),
    "video": Both("video", "视频"),
    "sms": Both("SMS", "短信"),
    "email": Both("e-mail", "电子邮件"),
    "in_app": Both("app messages", "应用内消息"),
    "messenger": Both("messenger", "即时通讯"),
    "letter": Both("letters", "信函"),
    "visit": Both("visits", "上门"),
    "every": Both("every channel", "所有渠道"),
}
RELATION: dict[str, Both] = {
    "debtor": Both("debtor", "债务人"),
    "co_debtor": Both("co-debtor", "共同债务人"),
    "guarantor": Both("guarantor", "保证人"),
    "spouse": Both("spouse", "配偶"),
    "heir": Both("heir", "继承人"),
    "representative": Both("representative", "代理人"),
    "third_party": Both("third party", "第三人"),
}
PURPOSE: dict[str, Both] = {
    "service_reminder": Both("service reminder", "还款提醒"),
    "overdue_notice": Both("overdue notice", "逾期通知"),
    "collection": Both("collection", "催收"),
    "promise_reminder": Both("promise reminder", "承诺提醒"),
    "plan_notice": Both("plan notice", "还款计划通知"),
    "appointment": Both("appointment", "预约"),
    "legal_notice": Both("legal notice", "法律文书通知"),
    "acceleration_notice": Both("notice of early recall", "提前到期通知"),
    "credit_notice": Both("notice before a credit report", "征信报送告知"),
    "handoff_notice": Both("notice of hand-over", "委外告知"),
    "complaint_reply": Both("complaint reply", "投诉答复"),
    "dispute_reply": Both("dispute reply", "异议答复"),
    "help": Both("help", "帮助"),
    "answer": Both("answer to their own question", "答复其询问"),
    "locate": Both("neutral request to pass a message on", "请求转告的中性信息"),
    "payment_link": Both("payment link after their offer", "应其要求提供的付款链接"),
    "estate_claim": Both("claim against the estate", "遗产债权"),
}
HOLD: dict[str, Both] = {
    "conduct_complaint": Both("complaint about conduct", "行为投诉"),
    "dispute": Both("dispute", "异议"),
    "death": Both("death", "死亡"),
    "insolvency": Both("accepted insolvency", "破产受理"),
    "representative": Both("representative named", "已有代理人"),
    "hardship": Both("hardship review", "困难评估"),
    "illness": Both("illness", "患病"),
    "bereavement": Both("bereavement", "丧亲"),
    "disaster": Both("disaster", "灾害"),
    "distress": Both("distress", "情绪危机"),
    "vulnerability": Both("signs of vulnerability", "脆弱情形"),
    "safety": Both("safety", "安全"),
    "legal": Both("legal hold", "法律保全"),
    "plan": Both("active plan", "履行中的计划"),
}


def clock(moment: dt.datetime) -> str:
    """Write the time of a moment to the second; whole minutes without seconds."""
    return moment.strftime("%H:%M:%S" if moment.second else "%H:%M")


def moment_text(moment: dt.datetime) -> str:
    """Write day and time of a moment."""
    return moment.strftime("%Y-%m-%d %H:%M")


def list_text(names: tuple[str, ...], of: dict[str, Both]) -> Both:
    """Write a list of names in both languages."""
    each = [of.get(name, Both(name, name)) for name in names]
    return Both(", ".join(one.en for one in each) or "nothing", "、".join(one.zh for one in each) or "无")


def until_text(to_on: dt.date | None) -> Both:
    """Write the last day of a hold."""
    return Both("open", "未结束") if to_on is None else Both(f"to the end of {to_on}", f"至 {to_on} 日终")

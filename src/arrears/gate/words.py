"""The sentences of the findings, in English and Chinese: what was seen, and what is allowed or must happen first."""

from __future__ import annotations

from typing import NamedTuple

from arrears.gate.naming import CHANNEL
from arrears.gate.required_acts import REQUIRED_ACTS
from arrears.gate.words_acts import ACTS_WORDS
from arrears.gate.words_type import Words
from arrears.kernel.problems import Both


def _words(en: str, zh: str, allowed_en: str, allowed_zh: str) -> Words:
    return Words(Both(en, zh), Both(allowed_en, allowed_zh))


CONTACT_WORDS: dict[str, Words] = {
    "hours": _words(
        "{at} in {zone}", "{zone} 时间 {at}", "{opens} to {closes}, or a recorded consent", "{opens} 至 {closes}，或有记录的本人同意"
    ),
    "hours_end": _words(
        "it would end at {end} in {zone}",
        "预计 {zone} 时间 {end} 结束",
        "the end inside {opens} to {closes}",
        "在 {opens} 至 {closes} 内结束",
    ),
    "calls_effective": _words(
        "{count} answered calls today by anybody", "今日各方有效通话共 {count} 次", "at most {most} a day", "每日至多 {most} 次"
    ),
    "calls_attempts": _words(
        "{count} unanswered calls to this number today",
        "该号码今日未接通 {count} 次",
        "at most {most} a day and number",
        "每号码每日至多 {most} 次",
    ),
    "messages": _words("{count} messages today", "今日已发送消息 {count} 条", "at most {most} a day", "每日至多 {most} 条"),
    "grace": _words(
        "the instalment of {due} is in grace to the end of {ends}",
        "{due} 到期的分期宽限至 {ends} 日终",
        "from {opens} on, in lawful hours",
        "自 {opens} 起的合法时段",
    ),
    "no_notice": _words(
        "no overdue notice about the instalment of {due} is proved to have arrived",
        "没有 {due} 到期分期的逾期通知送达证明",
        "after the notice has arrived",
        "通知送达之后",
    ),
    "not_overdue": _words(
        "nothing was overdue on {loan} at {at}", "{at} 时 {loan} 无逾期款项", "only while something is overdue", "仅限存在逾期期间"
    ),
    "opt_out": _words(
        "they switched {channel} off on {said}",
        "当事人于 {said} 关闭{channel}",
        "another channel, or what the law must have delivered",
        "其他渠道，或法律要求送达的通知",
    ),
    "address_other": _words(
        "this address is not proved to be theirs", "该地址无法确认属于当事人", "an address of their own", "当事人本人的地址"
    ),
    "device": _words(
        "{staff} uses a telephone or account that is not registered",
        "{staff} 使用未登记的设备或账号",
        "a registered one",
        "已登记的设备或账号",
    ),
    "not_liable": _words(
        "a {relation} whose liability is not proved",
        "无法证明{relation}负有偿还义务",
        "who owes: by signature, law or proof",
        "依签字、法律或证据负有义务的人",
    ),
    "renounced": _words("the heir gave the estate up", "继承人已放弃继承", "nobody need pay who inherited nothing", "放弃继承者无清偿义务"),
    "heir_early": _words("no death is on record", "没有死亡记录", "heirs, after a death", "死亡发生之后的继承人"),
    "heir_purpose": _words(
        "{purpose} to an heir", "对继承人的目的为 {purpose}", "a claim within the estate, or an answer", "遗产范围内的债权或答复"
    ),
    "limit": _words("{asked} asked of them", "向其主张 {asked}", "at most {most}", "至多 {most}"),
    "not_representative": _words(
        "nobody on record has named this representative", "没有此人代理的记录", "a representative on record", "登记在案的代理人"
    ),
    "suppressed": _words("they asked on {said} to be left alone", "对方已于 {said} 要求停止联系", "never again", "永久停止联系"),
    "third_not_lost": _words(
        "the debtor can still be reached: {failures} failures in a row on {days} days",
        "债务人并未失联：连续失败 {failures} 次、{days} 天",
        "after {most} failures on {most_days} days, death, or lost capacity",
        "连续失败 {most} 次且分布于 {most_days} 天、死亡或丧失行为能力之后",
    ),
    "third_asked": _words("they were asked {count} times", "已请其转告 {count} 次", "at most {most}", "至多 {most} 次"),
    "third_tries": _words("tried {count} times today", "今日已尝试 {count} 次", "at most {most} a day", "每日至多 {most} 次"),
    "third_purpose": _words(
        "{purpose} to somebody who does not owe",
        "对非债务人的目的为 {purpose}",
        "asking them to pass a neutral message, or an answer",
        "请其转告的中性信息，或答复",
    ),
    "third_no_offer": _words(
        "they did not offer to pay", "对方没有主动提出代偿", "after an offer of their own on record", "其主动提出并有记录之后"
    ),
    "capacity": _words("their legal capacity is {capacity}", "其民事行为能力为 {capacity}", "through the guardian", "通过监护人"),
    "hold": _words("{kind} since {since}, {until}", "{kind}，自 {since} 起，{until}", "{passes}", "{passes}"),
    "hold_visit": _words(
        "{kind} since {since}, {until}",
        "{kind}，自 {since} 起，{until}",
        "no step of a visit under any hold",
        "任何暂停期间不得进行上门步骤",
    ),
    "hold_step": _words(
        "{kind} since {since}, {until}", "{kind}，自 {since} 起，{until}", "no hard step while it lasts", "期间不得采取不利措施"
    ),
    "hold_guard": _words(
        "{kind} since {since}, {until}; the claim ends on {ends}",
        "{kind}，自 {since} 起，{until}；诉讼时效至 {ends}",
        "with the consent of compliance, because the claim would soon be lost in time",
        "因时效将届满，须经合规同意",
    ),
    "promise": _words("a promise for {by} runs to the end of {ends}", "承诺于 {by} 还款，等待至 {ends} 日终", "{passes}", "{passes}"),
    "missing": _words("not known: {what}", "未知：{what}", "when it is known", "查明之后"),
    "stale_live": _words(
        "the overdue figure of {loan} is of {at}",
        "{loan} 的逾期金额为 {at} 的数据",
        "a figure at most {most} minutes old",
        "不超过 {most} 分钟的数据",
    ),
    "contradiction": _words("two facts contradict: {what}", "事实相互矛盾：{what}", "when it is cleared up", "核实之后"),
}

WORDS: dict[str, Words] = {**CONTACT_WORDS, **ACTS_WORDS}

REQUIRED: dict[str, Both] = {
    "consent": Both("rests on the recorded consent {value}", "依据有记录的同意 {value}"),
    "end_by": Both("end by {value}", "在 {value} 前结束"),
    "density_review": Both("a person reviews how often they are contacted", "由人员复核联系频次"),
    "free_text_read": Both("a second person has read the text: it follows no approved template", "非核准模板文本，须经另一人审读"),
    "no_debt_word": Both("no word of a debt", "不得提及债务"),
    "ask_once": Both("ask once, and stop for good at a no", "仅询问一次，被拒绝即永久停止"),
    "prefers": Both("they prefer {value}", "当事人希望使用 {value}"),
    "to_representative": Both("speak to the representative {value}", "联系代理人 {value}"),
    **REQUIRED_ACTS,
}


class _Required(NamedTuple):
    key: str
    value: str


def required_text(what: str, locale: str) -> str:
    """Return a duty as a sentence.

    Parameters
    ----------
    what : a key of `REQUIRED`, or `key:value`
    locale : zh or en
    """
    told = _Required(*what.partition(":")[::2])
    words, named = REQUIRED[told.key], CHANNEL.get(told.value, Both(told.value, told.value))
    return words.zh.format(value=named.zh) if locale == "zh" else words.en.format(value=named.en)

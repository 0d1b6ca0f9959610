"""Every refusal of the house: its code, its number, its sentence in English and Chinese, and who may read it.

A refusal is a value first: `problem(code, ...)` makes it, a list collects it, and `Refused` carries it up to the door
that shows it. A room with refusals of its own adds templates with `register`; nobody writes a refusal as loose text.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import Literal, NamedTuple

Audience = Literal["borrower", "staff", "operator"]
"""Who may read a refusal; each also by those that follow: the borrower concerned, staff, whoever runs the installation."""


class Both(NamedTuple):
    """A piece of text inside a refusal that differs by language."""

    en: str
    zh: str

    def __str__(self) -> str:
        return self.en


@dataclass(frozen=True)
class Template:
    """How one kind of refusal reads.

    Attributes
    ----------
    code : the name used everywhere
    number : fixed for ever; 1-99 acts of people and of the gate, 100-199 law and house packs, 200 on what other rooms register
    en, zh : sentences with {named} fields
    seen_by : the widest audience
    """

    code: str
    number: int
    en: str
    zh: str
    seen_by: Audience

    @property
    def fields(self) -> frozenset[str]:
        """Names of the fields that the English or the Chinese sentence needs."""
        parsed = [*string.Formatter().parse(self.en), *string.Formatter().parse(self.zh)]
        return frozenset(name for _, name, _, _ in parsed if name)


@dataclass(frozen=True)
class Problem:
    """One refusal, ready to be shown.

    Attributes
    ----------
    code, number : from the template
    message_en, message_zh : whole sentences
    rule_id : the rule of law or of the house it rests on; empty where there is none
    seen_by : the widest audience
    next_moment : the next moment at which it could be allowed, as text; empty when unknown or never
    """

    code: str
    number: int
    message_en: str
    message_zh: str
    rule_id: str
    seen_by: Audience
    next_moment: str = ""

    def as_dict(self) -> dict[str, str | int]:
        """Return the problem as plain data for JSON."""
        return {
            "code": self.code,
            "number": self.number,
            "rule_id": self.rule_id,
            "message_en": self.message_en,
            "message_zh": self.message_zh,
            "seen_by": self.seen_by,
            "next_moment": self.next_moment,
        }

    def __str__(self) -> str:
        return f"{self.code} ({self.number}): {self.message_en}"


class Refused(Exception):
    """Something was refused for one reason or several; nothing was changed.

    `problems` holds them all; the first is the headline.
    """

    def __init__(self, *problems: Problem) -> None:
        if not problems:
            raise ValueError("a refusal needs at least one problem")
        self.problems: tuple[Problem, ...] = problems
        super().__init__("\n".join(str(each) for each in problems))


TEMPLATES: dict[str, Template] = {}


def register(template: Template) -> Template:
    """Add one kind of refusal to the registry.

    Parameters
    ----------
    template : its code and number must be new

    Returns
    -------
    The same template.

    Raises
    ------
    ValueError when the code or the number is taken: both are promises to whoever reads logs.
    """
    taken = [each.code for each in TEMPLATES.values() if each.number == template.number]
    if template.code in TEMPLATES or taken:
        raise ValueError(f"refusal {template.code} ({template.number}) is taken by {taken or template.code}")
    TEMPLATES[template.code] = template
    return template


def problem(code: str, rule_id: str = "", next_moment: str = "", **fields: object) -> Problem:
    """Make one refusal from its template.

    Parameters
    ----------
    code : a key of `TEMPLATES`
    rule_id : the rule it rests on
    next_moment : when it could next be allowed, as text
    fields : what the template's sentences name; all of them and no other; a `Both` where the languages differ

    Returns
    -------
    A `Problem` with both sentences filled in.

    Raises
    ------
    KeyError for an unknown code, ValueError for missing or surplus fields: both are mistakes of the caller.
    """
    template = TEMPLATES[code]
    if template.fields != fields.keys():
        raise ValueError(f"{code} needs the fields {sorted(template.fields)}, not {sorted(fields)}")
    return Problem(
        code=code,
        number=template.number,
        message_en=template.en.format(**fields),
        message_zh=template.zh.format(**{key: value.zh if isinstance(value, Both) else value for key, value in fields.items()}),
        rule_id=rule_id,
        seen_by=template.seen_by,
        next_moment=next_moment,
    )


# The acts of people and of the gate. The order is binding: where several apply, the first one here is the headline.
_DENIALS: tuple[tuple[str, Audience, str, str], ...] = (
    ("DENY_STATE", "staff", "This step does not exist in the present state: {fact}.", "当前状态下没有这一步：{fact}。"),
    ("DENY_GRACE", "borrower", "The grace period is still running: {fact}.", "仍在宽限期内：{fact}。"),
    ("DENY_NO_NOTICE", "borrower", "No overdue notice has been delivered: {fact}.", "逾期通知尚未送达：{fact}。"),
    ("DENY_HOURS", "borrower", "No contact at this time of day: {fact}.", "此时段不得联系：{fact}。"),
    ("DENY_CALL_CAP", "borrower", "The day's limit of effective calls is reached: {fact}.", "当日有效通话次数已达上限：{fact}。"),
    (
        "DENY_ATTEMPT_CAP",
        "borrower",
        "The day's limit of attempts on this number is reached: {fact}.",
        "当日拨打该号码次数已达上限：{fact}。",
    ),
    ("DENY_CONTENT", "borrower", "This wording may not be used: {fact}.", "该内容不得使用：{fact}。"),
    ("DENY_CHANNEL_OPT_OUT", "borrower", "The person asked not to be reached this way: {fact}.", "当事人已拒绝此渠道：{fact}。"),
    ("DENY_THIRD_PARTY", "borrower", "A person who does not owe may not be contacted: {fact}.", "不得联系非债务人：{fact}。"),
    ("DENY_SUPPRESSED", "borrower", "This person may not be contacted again: {fact}.", "该人员已永久停止联系：{fact}。"),
    ("DENY_HANDOFF", "borrower", "The case may not be given to this agency: {fact}.", "不得委托该机构：{fact}。"),
    ("DENY_NOT_OVERDUE", "borrower", "Nothing is overdue: {fact}.", "没有逾期：{fact}。"),
    ("DENY_HOLD_COMPLAINT", "borrower", "A complaint is open: {fact}.", "投诉处理中：{fact}。"),
    ("DENY_HOLD_DISPUTE", "borrower", "A dispute is open: {fact}.", "异议处理中：{fact}。"),
    ("DENY_HOLD_OTHER", "borrower", "A hold is in force: {fact}.", "暂停措施生效中：{fact}。"),
    ("DENY_STAFF", "staff", "This person's role does not allow it: {fact}.", "该岗位无此权限：{fact}。"),
    ("DENY_STAFF_BARRED", "staff", "This person may not work on this case: {fact}.", "该人员不得办理本案：{fact}。"),
    ("DENY_SELF_ASSESS", "staff", "Nobody assesses their own request: {fact}.", "不得评估本人的申请：{fact}。"),
    ("DENY_FOUR_EYES", "staff", "A second person must decide: {fact}.", "须由另一人复核：{fact}。"),
    ("DENY_REMOTE_FIRST", "borrower", "Remote contact has not been tried enough: {fact}.", "非现场联系尚不充分：{fact}。"),
    ("DENY_NO_PERMIT", "staff", "There is no permit: {fact}.", "没有许可：{fact}。"),
    ("DENY_TEAM_SIZE", "borrower", "Too few visitors: {fact}.", "外访人数不足：{fact}。"),
    ("DENY_WINDOW", "borrower", "Outside the agreed day and time: {fact}.", "不在约定时间内：{fact}。"),
    ("DENY_PACKET", "staff", "The visit packet is not whole: {fact}.", "材料包不完整：{fact}。"),
    (
        "DENY_LOCATION_CONSENT",
        "borrower",
        "There is no separate consent to use a location: {fact}.",
        "没有使用位置信息的单独同意：{fact}。",
    ),
    ("DENY_UNAFFORDABLE", "borrower", "More than this household can bear: {fact}.", "超出家庭可负担金额：{fact}。"),
    ("DENY_FEE_NOT_DISCLOSED", "borrower", "Not on the signed cost sheet: {fact}.", "未列入已签署的综合融资成本明示表：{fact}。"),
    ("DENY_NO_CREDIT_NOTICE", "borrower", "No timely notice before a negative credit entry: {fact}.", "报送不良信息前未按时告知：{fact}。"),
    ("DENY_ACCELERATION", "borrower", "The loan may not be called in early: {fact}.", "不得宣布提前到期：{fact}。"),
    ("DENY_NO_FORCE", "borrower", "Nothing may be taken by force: {fact}.", "不得强行取走财物：{fact}。"),
    ("DENY_NO_COLLATERAL", "staff", "There is no security to rely on: {fact}.", "没有可依据的抵押物：{fact}。"),
    (
        "DENY_FLOOR",
        "operator",
        "{file}: {setting} = {given} from {since} is looser than {law} = {law_value} ({law_source}); allowed: {allowed}.",
        "{file}：{setting} = {given}（自 {since}）宽于 {law} = {law_value}（{law_source}）；允许：{allowed}。",
    ),
    ("DENY_STALE_BOOK", "staff", "The last close is too old for this: {fact}.", "日终数据过旧：{fact}。"),
    ("DENY_FACTS_MISSING", "staff", "A fact that must be known is missing: {fact}.", "缺少必须知道的事实：{fact}。"),
    ("DENY_OPEN_PROMISE", "borrower", "A promise to pay is still running: {fact}.", "承诺还款尚未到期：{fact}。"),
    ("DENY_PERMIT_EXPIRED", "staff", "The permit has run out: {fact}.", "许可已失效：{fact}。"),
    ("DENY_ENTRY", "borrower", "Nobody agreed then and there to the entry: {fact}.", "未经当场同意不得进入：{fact}。"),
    ("DENY_BORROWER_DECLINED", "borrower", "The borrower said no to a visit: {fact}.", "借款人已拒绝上门：{fact}。"),
    ("DENY_LIMIT", "borrower", "More than this person owes: {fact}.", "超出该人员应承担的范围：{fact}。"),
    ("DENY_DEVICE", "staff", "This telephone or account is not registered: {fact}.", "该设备或账号未登记：{fact}。"),
)

DENY_CODES: tuple[str, ...] = tuple(code for code, *_ in _DENIALS)
"""All refusal codes of acts, in the order that decides the headline."""

for _number, (_code, _seen_by, _en, _zh) in enumerate(_DENIALS, start=1):
    register(Template(_code, _number, _en, _zh, _seen_by))


def headline_order(problems: list[Problem]) -> list[Problem]:
    """Sort refusals so that the headline comes first (their numbers carry the binding order)."""
    return sorted(problems, key=lambda each: each.number)

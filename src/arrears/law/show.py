"""What a person is shown of the law: a table of one day, one rule in full, the problems of a folder. Plain data only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from arrears.kernel.problems import Refused
from arrears.law.check import check
from arrears.law.entry import Dated, Entry
from arrears.law.read import since_text
from arrears.law.refusals import refusal
from arrears.law.units import value_text
from arrears.law.values import Law

_SEEN = {
    "official": ("official text read", "已查阅官方文本"),
    "secondary": ("read in secondary sources only", "仅见于二手来源"),
    "memory": ("from memory, no text read", "凭记忆，未查到文本"),
}
_FIRM = {
    "decided": ("decided for the product; change only with a reason", "产品已定，改动须有理由"),
    "open": ("the lender's choice, open to better evidence", "机构选择，可依据更充分的证据调整"),
    "weak": ("the lender's choice; the law's number has a weak source", "机构选择；法律数字来源较弱"),
}
_STRENGTH = {
    "law": ("binding law", "强制性规定"),
    "presumption": ("a presumption that can be rebutted", "可推翻的推定"),
    "guidance": ("recommended, treated as binding", "推荐性规定，按有约束力处理"),
    "industry": ("a rule of the industry, binds its members", "行业自律规则，约束会员"),
    "policy": ("a policy, not law", "政策选择，非法律"),
}
_DATED_BY = {
    "action": ("the day of the act", "行为发生日"),
    "signing": ("the day of signing", "签约日"),
    "due": ("the due date", "到期日"),
    "default": ("the day of the default", "违约日"),
}


@dataclass(frozen=True)
class Row:
    """One rule or setting on one day.

    `value` is empty and `since` tells when it begins or ended where no rule is in force. `sure` and `sure_zh` say how
    the value is known.
    """

    id: str
    house: bool
    unit: str
    value: str
    since: str
    source: str
    sure: str
    sure_zh: str
    says: str
    says_zh: str


@dataclass(frozen=True)
class Step:
    """One value of a series: its first day (empty: from the start), the value, its source and the source's note, its file."""

    since: str
    value: str
    source: str
    note: str
    note_zh: str
    file: str


@dataclass(frozen=True)
class Explanation:
    """One rule or setting in full, ready for a page; every text that is not data stands in both languages.

    `allowed` names the values a house may choose; `tightens` the law that bounds a setting; `tightened_by` the settings
    that a law bounds; `checked` when it was last compared with its source and by which lawyer.
    """

    id: str
    house: bool
    says: str
    says_zh: str
    unit: str
    dated_by: str
    dated_by_zh: str
    steps: tuple[Step, ...]
    sure: str
    sure_zh: str
    strength: str
    strength_zh: str
    checked: str
    exception: str
    allowed: str
    tightens: str
    tightened_by: tuple[str, ...]
    mission: str


def show(law: Law, on: dt.date) -> list[Row]:
    """List every rule and setting as it stands on a day, law first, each in the order of its pack.

    Parameters
    ----------
    law : as loaded
    on : the day

    Returns
    -------
    One `Row` an id.
    """
    return [_row(entry, on) for entry in law.entries.values()]


def _row(entry: Entry, on: dt.date) -> Row:
    held = entry.dated_at(on)
    shown = held or entry.values[0]
    sure, sure_zh = sureness(entry)
    return Row(
        id=entry.id,
        house=entry.house,
        unit=entry.unit,
        value="" if held is None or held.value is None else value_text(held.value),
        since=str(since_text(shown.from_on)) if held is not None else f"not before {since_text(shown.from_on)}",
        source=str(shown.source),
        sure=sure,
        sure_zh=sure_zh,
        says=entry.says,
        says_zh=entry.says_zh,
    )


def sureness(entry: Entry) -> tuple[str, str]:
    """Say in English and Chinese how sure a value is: how its text is known and whether a lawyer confirmed it."""
    if entry.house:
        return _FIRM[entry.firm]
    english, chinese = _SEEN[entry.seen]
    lawyer = ("no lawyer has confirmed it", "尚无律师确认")
    if entry.checked_by:
        lawyer = (f"confirmed by {entry.checked_by}", f"已由{entry.checked_by}确认")
    return f"{english}; confidence {entry.confidence}; {lawyer[0]}", f"{chinese}；可信度 {entry.confidence}；{lawyer[1]}"


def explain(law: Law, rule_id: str) -> Explanation:
    """Tell everything about one rule or setting.

    Parameters
    ----------
    law : as loaded
    rule_id : its name

    Returns
    -------
    An `Explanation` with the whole dated series.

    Raises
    ------
    Refused (PACK_UNKNOWN_ID) naming the nearest ids: here the id is typed by a person.
    """
    if rule_id not in law.entries:
        raise Refused(refusal("PACK_UNKNOWN_ID", rule_id, id=rule_id, nearest=", ".join(law.nearest(rule_id)) or "none"))
    entry = law.entry(rule_id)
    sure, sure_zh = sureness(entry)
    dated_by, dated_by_zh = _DATED_BY[entry.dated_by]
    strength, strength_zh = _STRENGTH.get(entry.strength, ("", ""))
    return Explanation(
        id=entry.id,
        house=entry.house,
        says=entry.says,
        says_zh=entry.says_zh,
        unit=entry.unit,
        dated_by=dated_by,
        dated_by_zh=dated_by_zh,
        steps=tuple(_step(each) for each in entry.values),
        sure=sure,
        sure_zh=sure_zh,
        strength=strength,
        strength_zh=strength_zh,
        checked=f"{entry.checked_on or ''}",
        exception=entry.exception,
        allowed=_allowed(entry),
        tightens=f"{entry.tightens.direction.replace('_', ' ')} {entry.tightens.law}" if entry.tightens else "",
        tightened_by=tuple(each.id for each in law.entries.values() if each.tightens and each.tightens.law == rule_id),
        mission=entry.mission,
    )


def _step(dated: Dated) -> Step:
    since = "" if dated.from_on is None else dated.from_on.isoformat()
    return Step(since, value_text(dated.value), str(dated.source), dated.source.note, dated.source.note_zh, dated.file)


def _allowed(entry: Entry) -> str:
    if entry.choices:
        return ", ".join(value_text(each) for each in entry.choices)
    low = "" if entry.minimum is None else f"at least {value_text(entry.minimum)}"
    high = "" if entry.maximum is None else f"at most {value_text(entry.maximum)}"
    return ", ".join(each for each in (low, high) if each)


def problems(folder: Path, country: str = "cn") -> list[dict[str, str | int]]:
    """Return the problems of a folder of packs as plain data; empty when it would load.

    Parameters
    ----------
    folder, country : see `check.check`

    Returns
    -------
    One mapping a problem: code, number, rule_id, message_en, message_zh, seen_by, next_moment.
    """
    return [each.as_dict() for each in check(folder, country)]

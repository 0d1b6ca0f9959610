"""The values of one rule over time, as data and drawn as text."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from arrears.kernel.money import format_amount
from arrears.law.show import explain
from arrears.law.units import Value, value_text
from arrears.law.values import Law

Tongue = Literal["zh", "en"]

_COUNTED = {
    "hours": ("hours", "小时"),
    "days": ("days", "天"),
    "workdays": ("working days", "个工作日"),
    "months": ("months", "个月"),
    "years": ("years", "年"),
    "days_list": ("days", "天"),
}
_WORDS = {None: ("no rule", "无此规则"), True: ("yes", "是"), False: ("no", "否")}


@dataclass(frozen=True)
class Span:
    """One stretch of time in which one value holds; `since` None: from the start, `until` None: to this day and on.

    `known` is how the clause is known (seen, inferred, memory, or empty), `holds` whether the day asked about lies in it.
    """

    since: dt.date | None
    until: dt.date | None
    value: Value
    en: str
    zh: str
    source: str
    note: str
    note_zh: str
    known: str
    holds: bool


@dataclass(frozen=True)
class Timeline:
    """One rule or setting over time; `sure` and `sure_zh` say how it is known."""

    id: str
    says: str
    says_zh: str
    dated_by: str
    dated_by_zh: str
    sure: str
    sure_zh: str
    on: dt.date
    spans: tuple[Span, ...]


def timeline(law: Law, rule_id: str, on: dt.date) -> Timeline:
    """Return the values of one rule over time, the stretch before its first day included.

    Parameters
    ----------
    law : as loaded
    rule_id : its name
    on : the day to mark

    Returns
    -------
    The `Timeline`, its spans in order and without a gap.

    Raises
    ------
    Refused (PACK_UNKNOWN_ID) naming the nearest ids.
    """
    told = explain(law, rule_id)
    entry = law.entry(rule_id)
    spans: list[Span] = []
    if entry.values[0].from_on is not None:
        first = entry.values[0].from_on
        spans.append(Span(None, first, None, *_text(None, ""), "", "", "", "", on < first))
    for place, dated in enumerate(entry.values):
        until = entry.values[place + 1].from_on if place + 1 < len(entry.values) else None
        holds = (dated.from_on is None or dated.from_on <= on) and (until is None or on < until)
        source = dated.source
        cited = f"{source.instrument}{f', {source.clause}' if source.clause else ''}"
        spans.append(
            Span(
                dated.from_on,
                until,
                dated.value,
                *_text(dated.value, entry.unit),
                cited,
                source.note,
                source.note_zh,
                source.clause_is,
                holds,
            )
        )
    return Timeline(entry.id, entry.says, entry.says_zh, told.dated_by, told.dated_by_zh, told.sure, told.sure_zh, on, tuple(spans))


def _text(value: Value, unit: str) -> tuple[str, str]:
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if unit == "fen" and isinstance(value, int):
        return format_amount(value, "CNY", "en"), format_amount(value, "CNY", "zh_CN")
    text = value_text(value)
    counted = _COUNTED.get(unit)
    return (f"{text} {counted[0]}", f"{text} {counted[1]}") if counted else (text, text)


def _joint(place: int, last: int) -> tuple[str, str]:
    """The sign beside a value and the rail below it."""
    if place == last:
        return "┴" if last else "─", " "
    return "┼" if place else "┬", "│"


_KNOWN = {"inferred": ("clause inferred", "条款系推断"), "memory": ("clause from memory", "条款凭记忆")}


def draw(told: Timeline, tongue: Tongue) -> str:
    """Draw a timeline as text: a line a value, below it where it comes from; the day asked about is marked.

    Parameters
    ----------
    told : from `timeline`
    tongue : zh or en

    Returns
    -------
    Lines of text.
    """
    zh = tongue == "zh"
    lines = [told.id, f"  {told.says_zh if zh else told.says}", f"  {told.sure_zh if zh else told.sure}"]
    lines += [f"  取值日期：{told.dated_by_zh}" if zh else f"  the value is picked by {told.dated_by}", ""]
    last = len(told.spans) - 1
    for place, span in enumerate(told.spans):
        begins = ("起始" if zh else "the start") if span.since is None else span.since.isoformat()
        # a Chinese character takes two places
        pad = " " * (10 - len(begins) * (2 if begins == "起始" else 1))
        mark = f"  ◀ {told.on}" if span.holds else ""
        node, rail = _joint(place, last)
        lines.append(f"  {begins}{pad} {node} {span.zh if zh else span.en}{mark}")
        known = _KNOWN.get(span.known, ("", ""))[zh]
        cited = " · ".join(part for part in (span.source, known, span.note_zh if zh else span.note) if part)
        if cited:
            lines.append(f"  {'':10} {rail}   {cited}")
    return "\n".join(lines)

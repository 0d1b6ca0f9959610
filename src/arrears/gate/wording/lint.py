"""One text judged: what it says that it may not, and what it lacks."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from arrears.gate.wording.classes import PhraseClass
from arrears.gate.wording.phrases import Phrases
from arrears.gate.wording.refusals import refusal
from arrears.gate.wording.search import Found, Hit, Spans
from arrears.gate.wording.text import AUDIENCES, CHANNELS, PURPOSES, Finding, Required, Severity, Text, Verdict, clip
from arrears.kernel.problems import Problem, Refused

_PLACE = re.compile(r"\{ {0,2}([a-z_]{1,40}) {0,2}\}")
_LISTED = 100  # findings of one class in one part; the rest are counted
_LONGEST = 20_000  # characters of one part
_VIA = {
    "spelled": ("变体写法", "spelled to dodge"),
    "pinyin": ("拼音", "in pinyin"),
    "mixed": ("汉字与拼音混写", "mixed with pinyin"),
    "sound": ("谐音", "by its sound"),
}


@dataclass(frozen=True)
class Asked:
    """What a text is for: the arguments of `lint`, checked."""

    purpose: str
    audience: str
    channel: str
    on: dt.date
    barred: bool
    fills: Mapping[str, str]
    agency: bool


def lint(
    text: Text,
    *,
    purpose: str,
    audience: str,
    channel: str,
    on: dt.date,
    phrases: Phrases,
    barred: bool = False,
    fills: Mapping[str, str] | None = None,
    agency: bool = False,
) -> Verdict:
    """Judge one message or script.

    Parameters
    ----------
    text : part by part
    purpose, audience, channel : what it is for, whom it reaches, how
    on : the day on which it would be sent; words listed from a later day do not judge it
    phrases : from `load`
    barred : the claim is past its limitation period
    fills : what the lender's records say, as it stands in the text: lender, agency, amount, date ...
    agency : an agency acts (also true where fills names one)

    Returns
    -------
    A `Verdict`; time linear in the length of the text.

    Raises
    ------
    Refused for a purpose, audience or channel that nobody knows.
    """
    wrong = unknown_words(purpose, audience, channel)
    if wrong:
        raise Refused(*wrong)
    given = {key: value for key, value in (fills or {}).items() if value}
    asked = Asked(purpose, audience, channel, on, barred, given, agency or "agency" in given)
    seen = {part: Found(raw, phrases, _wanted(part, phrases, asked)) for part, raw in text.parts()}
    found: list[Finding] = []
    more: dict[str, int] = {}
    for part, met in seen.items():
        found += _must_not(met, part, phrases, asked, more)
    found += _unreadable(seen)
    required = _required(seen.get("body"), phrases, asked)
    found += [_missing(phrases.part(each.part)) for each in required if not each.found]
    found.sort(key=lambda each: (each.severity != "refuse", each.kind != "must_not"))
    return Verdict(tuple(found), required, more)


def distress(text: str, *, on: dt.date, phrases: Phrases) -> tuple[Finding, ...]:
    """Find words of self-harm in what a person wrote to us; nothing is weighed against them, and nothing is scored.

    Parameters
    ----------
    text : as it came in
    on : the day it came in
    phrases : from `load`

    Returns
    -------
    The findings in order of place; empty where none of the listed words is there, which proves nothing.
    """
    met = Found(text, phrases, frozenset(number for number, each in enumerate(phrases.classes) if each.kind == "distress"))
    found = []
    for number, each in enumerate(phrases.classes):
        if each.kind == "distress":
            blocks = [place for place, block in enumerate(each.blocks) if block.judges(on, "help", barred=False)]
            hits, _ = _standing(met, each, number, blocks, Spans(()), Spans(()))
            found += [_finding(each, hit, "body", text, "person") for hit in hits]
    return tuple(sorted(found, key=lambda each: each.start))


def unknown_words(purpose: object, audience: object, channel: object) -> list[Problem]:
    """Return one problem for each of the three that is not in the vocabulary."""
    asked = (("purpose", purpose, PURPOSES), ("audience", audience, AUDIENCES), ("channel", channel, CHANNELS))
    return [
        refusal("WORDING_ASK", field=field, given=clip(str(given)), allowed=", ".join(allowed))
        for field, given, allowed in asked
        if given not in allowed
    ]


def _wanted(part: str, phrases: Phrases, asked: Asked) -> frozenset[int]:
    return frozenset(
        number
        for number, each in enumerate(phrases.classes)
        if (each.kind == "part" and part == "body")
        or (each.kind == "must_not" and each.applies_to(asked.purpose, asked.audience, asked.channel, part))
    )


def _must_not(met: Found, part: str, phrases: Phrases, asked: Asked, more: dict[str, int]) -> Iterator[Finding]:
    raw = met.seen.raw
    places = [each.span() for each in _PLACE.finditer(raw)]
    filled = Spans([*places, *_literal(raw, asked.fills.values())])
    for number, each in enumerate(phrases.classes):
        if each.kind != "must_not" or not each.applies_to(asked.purpose, asked.audience, asked.channel, part):
            continue
        blocks = [place for place, block in enumerate(each.blocks) if block.judges(asked.on, asked.purpose, asked.barred)]
        hits, left = _standing(met, each, number, blocks, Spans(places) if each.in_fills else filled, Spans(places))
        for hit in hits:
            yield _finding(each, hit, part, raw, each.severity_for(asked.purpose))
        if left:
            more[each.id] = more.get(each.id, 0) + left


def _literal(raw: str, values: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield where the text holds what the lender's records filled in: a name or an address is nobody's wording."""
    for value in values:
        start = raw.find(value) if len(value) > 1 else -1
        while start >= 0:
            yield start, start + len(value)
            start = raw.find(value, start + len(value))


def _standing(met: Found, each: PhraseClass, number: int, blocks: list[int], exempt: Spans, places: Spans) -> tuple[list[Hit], int]:
    """Return the hits of a class that nothing makes honest, the widest where several overlap, and how many more there are.

    The name of a {place} is no word of the text: what begins or ends inside one does not stand.
    """
    hits = [hit for place in blocks for hit in met.hits(number, place)]
    if not hits:
        return [], 0
    honest = Spans(span for place in blocks for span in met.allowing(number, place))
    stands = [
        hit
        for hit in hits
        if not (hit.negated and each.negation)
        and not honest.cover(hit.start, hit.end)
        and (hit.via == "pattern" or not exempt.cover(hit.start, hit.end))
        and not places.cut(hit.start, hit.end)
    ]
    # Words that are whole within a sentence come first: what is put around them must not soften them.
    stands.sort(key=lambda hit: (hit.crosses, hit.via == "sound", hit.start - hit.end, hit.start))
    taken: list[tuple[int, int]] = []
    chosen = []
    for hit in stands:
        place = bisect_left(taken, (hit.start, hit.end))
        free = (place == 0 or taken[place - 1][1] <= hit.start) and (place == len(taken) or hit.end <= taken[place][0])
        if free:
            insort(taken, (hit.start, hit.end))
            chosen.append(hit)
    chosen.sort(key=lambda hit: hit.start)
    return chosen[:_LISTED], max(0, len(chosen) - _LISTED)


def _finding(each: PhraseClass, hit: Hit, part: str, raw: str, severity: Severity) -> Finding:
    words = raw[hit.start : hit.end]
    doubtful = hit.crosses or hit.via == "sound"
    how_zh, how_en = _VIA.get(hit.via, ("", ""))
    shown = clip(words) if hit.via != "character" else " ".join(f"U+{ord(char):04X}" for char in words[:8])
    return Finding(
        kind="distress" if each.kind == "distress" else "must_not",
        class_id=each.id,
        rule_id=each.rule_id,
        severity="person" if doubtful else severity,
        part=part,
        start=hit.start,
        end=hit.end,
        words=words,
        via=hit.via,
        reason_zh=f"“{shown}”{f'（{how_zh}）' if how_zh else ''}：{each.says_zh}",
        reason_en=f'"{shown}"{f" ({how_en})" if how_en else ""}: {each.says}',
    )


def _unreadable(seen: Mapping[str, Found]) -> Iterator[Finding]:
    """Yield what makes a text one that nobody reads: no letters at all, or far too many."""
    if not any(met.has_letters for met in seen.values()):
        yield _whole(next(iter(seen), "body"), "refuse", "没有可读的文字。", "There is nothing to read.")
    for part, met in seen.items():
        length = len(met.seen.raw)
        if length > _LONGEST:
            zh, en = f"共 {length} 字，超过 {_LONGEST} 字，须由人阅读。", f"{length} characters, more than {_LONGEST}: a person reads it."
            yield _whole(part, "person", zh, en)


def _whole(part: str, severity: Severity, zh: str, en: str) -> Finding:
    return Finding("must_have", "text.readable", "wording.readable", severity, part, 0, 0, "", "missing", zh, en)


def _missing(part: PhraseClass) -> Finding:
    return Finding(
        kind="must_have",
        class_id=part.id,
        rule_id=part.rule_id,
        severity=part.severity,
        part="body",
        start=0,
        end=0,
        words="",
        via="missing",
        reason_zh=f"缺少：{part.says_zh}。",
        reason_en=f"it lacks {part.says[0].lower()}{part.says[1:]}",
    )


def _required(body: Found | None, phrases: Phrases, asked: Asked) -> tuple[Required, ...]:
    needs = [need for need in phrases.needs if need.scope.holds(asked.purpose, asked.audience, asked.channel, "body")]
    wanted = dict.fromkeys(part for need in needs for part in need.parts)
    found = []
    for number, each in enumerate(phrases.classes):
        name = each.id.removeprefix("part.")
        if each.kind == "part" and name in wanted and (asked.agency or not each.only_with_agency):
            span = None if body is None else _where(body, each, number, asked)
            found.append(Required(name, each.rule_id, span is not None, *(span or (0, 0))))
    return tuple(sorted(found, key=lambda each: list(wanted).index(each.part)))


def _where(body: Found, part: PhraseClass, number: int, asked: Asked) -> tuple[int, int] | None:
    """Return where a required part stands: its placeholder, else what the records say, else its words; None where it does not."""
    raw = body.seen.raw
    for each in _PLACE.finditer(raw):
        if each[1] in part.placeholders:
            return each.span()
    told = [asked.fills[key] for key in part.fills if key in asked.fills]
    if told:
        spans = [body.literal(value) for value in told]
        return next((span for span in spans if span is not None), None)
    blocks = [place for place, block in enumerate(part.blocks) if block.judges(asked.on, asked.purpose, asked.barred)]
    return min((span for place in blocks if (span := body.first(number, place)) is not None), default=None)

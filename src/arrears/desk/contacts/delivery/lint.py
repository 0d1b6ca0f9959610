"""What a provider refuses, found when a wording is saved and again in what fills its places.

The words are data (`words.yaml`), one block a provider, with where it says so. This is about the provider only; what the law and the
house allow to be said is judged by `gate/wording`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from arrears.desk.contacts.delivery.interface import Finding

Severity = Literal["refuse", "person"]
PLACE = re.compile(r"\$?\{ {0,2}[A-Za-z0-9_]{1,40} {0,2}\}")
_TWO_PLACES = re.compile(rf"(?:{PLACE.pattern})\s*(?:{PLACE.pattern})")
# the pieces of a host name are possessive, so that a long text is read once
_LINK = re.compile(
    r"(?i)(?:https?://|www\.)[!-~]+|(?<![a-z0-9.@-])(?:[a-z0-9-]{1,63}+\.)+(?:com|cn|net|org|top|cc|me|io|ltd|vip|link)(?![a-z0-9-])(?:/[!-~]*)?"
)
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_SIGNATURE = re.compile(r"[0-9A-Za-z\u3400-\u9fff\U00020000-\U0003ffff]+")


@dataclass(frozen=True, slots=True)
class Words:
    """One provider's block of `words.yaml`."""

    route: str
    name_zh: str
    name_en: str
    refuse: tuple[str, ...]
    person: tuple[str, ...]
    signs: tuple[str, ...]
    longest: int
    least_signature: int
    most_signature: int
    links: str
    numbers_in_places: str
    adjacent_places: str
    source: str


@cache
def words() -> Mapping[str, Words]:
    """Return every provider's words."""
    raw: Mapping[str, Mapping[str, Any]] = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
    return {
        route: Words(
            route,
            block["name_zh"],
            block["name_en"],
            tuple(block["refuse"]),
            tuple(block["person"]),
            tuple(block["signs"]),
            block["longest"],
            block["signature"]["least"],
            block["signature"]["most"],
            block["links"],
            block["numbers_in_places"],
            block["adjacent_places"],
            block["source"],
        )
        for route, block in raw.items()
    }


def lint(route: str, text: str, signature: str = "") -> tuple[Finding, ...]:
    """Look at a wording with its {places}; KeyError for a route nobody knows.

    Returns
    -------
    Findings in order of place, those of the signature last; empty where nothing of the list is there, which promises nothing.
    """
    of = words()[route]
    found = [*_listed(of, text), *_signs(of, text)]
    for hit in _TWO_PLACES.finditer(text) if of.adjacent_places != "free" else ():
        found.append(_finding(of, "variables", text, hit.start(), hit.end(), "refuse", "变量不能相邻", "places may not stand side by side"))
    for hit in _LINK.finditer(text) if of.links != "free" else ():
        inside = PLACE.search(hit[0]) is not None
        says = (
            ("链接中不能有变量", "no place inside a link")
            if inside
            else ("链接须为已备案的固定网址", "a link must be fixed and registered")
        )
        found.append(_finding(of, "link", text, hit.start(), hit.end(), "refuse" if inside else "person", *says))
    if of.adjacent_places != "free" and text.strip() and not re.sub(r"[\W_]", "", PLACE.sub("", text)):
        found.append(_finding(of, "variables", text, 0, len(text), "refuse", "不支持全变量模板", "a wording may not be places only"))
    if len(text) + len(signature) + 2 > of.longest:
        found.append(
            _finding(of, "length", text, 0, 0, "refuse", f"含签名最多 {of.longest} 字", f"at most {of.longest} characters with signature")
        )
    found.sort(key=lambda each: each.start)
    return (*found, *(_signature(of, signature) if signature else ()))


def lint_params(route: str, params: Mapping[str, str]) -> tuple[Finding, ...]:
    """Look at what fills the places: listed words, and links and mobile numbers where the provider takes none there."""
    of = words()[route]
    found: list[Finding] = []
    for value in params.values():
        found += [each for each in _listed(of, value) if each.severity == "refuse"]
        found += _signs(of, value)
        if of.numbers_in_places != "free":
            found += [
                _finding(of, "link", value, *hit.span(), "refuse", "变量中不能有链接", "no link in a place")
                for hit in _LINK.finditer(value)
            ]
            says = ("变量中不能有手机号", "no mobile number in a place")
            found += [_finding(of, "number", value, *hit.span(), "refuse", *says) for hit in _MOBILE.finditer(value)]
    return tuple(found)


def _listed(of: Words, text: str) -> Iterator[Finding]:
    letters, places = _letters(text)
    severities: tuple[tuple[tuple[str, ...], Severity], ...] = ((of.refuse, "refuse"), (of.person, "person"))
    taken: set[int] = set()
    for listed, severity in severities:
        for word in sorted(listed, key=len, reverse=True):
            at = letters.find(word)
            while at >= 0:
                span = range(at, at + len(word))
                if not taken & set(span):
                    taken |= set(span)
                    yield _finding(of, "word", text, places[at], places[span[-1]] + 1, severity, *_says(of, word, severity))
                at = letters.find(word, at + 1)


def _says(of: Words, word: str, severity: Severity) -> tuple[str, str]:
    if severity == "refuse":
        return f"“{word}”属于禁发内容", f"{word} is on the list of what is not sent"
    return f"“{word}”可能被人工审核驳回", f"reviewers may refuse {word}"


def _letters(text: str) -> tuple[str, list[int]]:
    """Letters and digits in plain form, with the place of each: blanks and signs between two characters hide no word."""
    letters, places = [], []
    for place, char in enumerate(text):
        for each in unicodedata.normalize("NFKC", char):
            if each.isalnum():
                letters.append(each)
                places.append(place)
    return "".join(letters), places


def _signs(of: Words, text: str) -> Iterator[Finding]:
    for place, char in enumerate(text):
        if char in of.signs:
            yield _finding(of, "sign", text, place, place + 1, "refuse", f"不支持字符“{char}”", f"the character {char} is not taken")


def _signature(of: Words, signature: str) -> Iterator[Finding]:
    least, most = of.least_signature, of.most_signature
    if not least <= len(signature) <= most:
        says = (f"签名须为 {least} 至 {most} 个字", f"a signature has {least} to {most} characters")
    elif not _SIGNATURE.fullmatch(signature) or signature.isdecimal():
        says = ("签名只能由中文、英文和数字组成，不能全为数字", "a signature is of Chinese, letters and digits, not digits only")
    else:
        return
    yield _finding(of, "signature", signature, 0, len(signature), "refuse", *says)


def _finding(of: Words, rule: str, text: str, start: int, end: int, severity: Severity, zh: str, en: str) -> Finding:
    return Finding(rule, text[start:end], start, end, severity, f"{of.name_zh}：{zh}。", f"{of.name_en}: {en}.", of.source)

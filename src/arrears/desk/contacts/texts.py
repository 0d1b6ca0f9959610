"""The approved wording: dated files in `wording/`, checked by the gate's linter and the route's, approved by a second person.

    wording/<kind>/<first day>.<locale>.txt      sections [sms], [email subject], [email], [letter]; places as {amount}

A text is in use from its day on, once its approval names the digest of the file as it stands. Figures are filled from the lender's own
records: nobody types over them. A file that has been in use is not changed; a new one with a later day is written.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from arrears.desk.contacts.delivery.lint import lint as route_lint
from arrears.desk.contacts.delivery.segments import Segments, segments
from arrears.gate.facts import Wording as Said
from arrears.gate.wording.lint import lint
from arrears.gate.wording.phrases import Phrases, load
from arrears.gate.wording.text import Text

FOLDER = Path(__file__).with_name("wording")
KINDS = ("service_reminder", "overdue_notice", "promise_reminder", "credit_notice", "handoff_notice")
LOCALES = ("zh_Hans", "en")
PLACES: Mapping[str, tuple[str, str]] = {
    "lender": ("贷款机构全称", "the lender's name"),
    "agency": ("委外机构全称", "the agency's name"),
    "name": ("称呼", "how the person is addressed"),
    "amount": ("金额", "the amount"),
    "date": ("应还日、约定日或起始日", "the day it is about"),
    "grace_end": ("宽限期最后一天", "last day of grace"),
    "penalty_rate": ("罚息利率", "the penalty rate"),
    "report_on": ("报送征信的日期", "day of the credit report"),
    "pay": ("还款方式", "how to pay"),
    "help": ("困难协助电话", "where help is"),
    "complain": ("投诉电话", "where to complain"),
    "sign_in": ("登录地址", "where to sign in"),
}
"""What a wording may hold in braces."""
SECTIONS = ("sms", "email subject", "email", "letter")
_PLACE = re.compile(r"\{([^{}]*)\}")
_SECTION = re.compile(r"(?m)^\[([a-z ]+)\]$")
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})\.(\w+)\.txt")


class WordingProblem(ValueError):
    """A wording that cannot be used; the sentence says which, why, and what is allowed."""


@dataclass(frozen=True)
class Wording:
    """One file.

    Attributes
    ----------
    kind, from_on, locale : of its name
    digest : sha-256 of the file
    sections : section -> text with its places
    """

    kind: str
    from_on: dt.date
    locale: str
    digest: str
    sections: Mapping[str, str]

    @property
    def name(self) -> str:
        """Its name, as approvals and attempts hold it."""
        return f"{self.kind}/{self.from_on.isoformat()}.{self.locale}"

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels it has a text for."""
        return tuple(each for each in ("sms", "email", "letter") if each in self.sections)

    def filled(self, channel: str, fills: Mapping[str, str]) -> Filled:
        """The text of a channel with its places filled; WordingProblem names a place that nothing fills."""
        if channel not in self.sections:
            raise WordingProblem(f"{self.name} has no text for {channel}; it has: {', '.join(self.channels)}")
        subject = self.sections.get("email subject", "") if channel == "email" else ""
        used = {place: fills.get(place, "") for place in _PLACE.findall(subject + self.sections[channel])}
        lacking = sorted(place for place, value in used.items() if not value)
        if lacking:
            raise WordingProblem(f"{self.name}, {channel}: nothing fills {', '.join(lacking)}")
        put = {"lender": fills["lender"], **used}
        signature = fills.get("signature") or fills["lender"]
        return Filled(self, channel, _put(subject, put), _put(self.sections[channel], put), put, signature)


@dataclass(frozen=True)
class Filled:
    """A wording with its figures: what the gate judges and the person reads."""

    wording: Wording
    channel: str
    subject: str
    text: str
    fills: Mapping[str, str]
    signature: str

    @property
    def whole(self) -> str:
        """The text as the person sees it: a short message carries its signature."""
        return f"【{self.signature}】{self.text}" if self.channel == "sms" else self.text

    @property
    def digest(self) -> str:
        """What the permit is bound to."""
        return hashlib.sha256(f"{self.subject}\0{self.whole}".encode()).hexdigest()

    def said(self) -> Said:
        """As the gate is told it."""
        preview = self.subject if self.channel == "email" else None
        return Said(
            body=self.whole,
            subject=self.subject or None,
            preview=preview,
            envelope=self._envelope(),
            template=self.wording.name,
            fills=dict(self.fills),
        )

    def _envelope(self) -> str | None:
        return self.fills["lender"] if self.channel == "letter" else None

    @property
    def segments(self) -> Segments:
        """How the network cuts it."""
        return segments(self.whole)


def _put(text: str, fills: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda hit: fills[hit[1]], text)


@cache
def _phrases() -> Phrases:
    return load()


def phrases() -> Phrases:
    """The linter's words, read once a process."""
    return _phrases()


def read(path: Path) -> Wording:
    """Read one file; WordingProblem says what is wrong with its name, sections or places."""
    named = _NAME.fullmatch(path.name)
    if named is None or named[2] not in LOCALES:
        raise WordingProblem(f"{path.name}: a wording is named as 2026-01-01.zh_Hans.txt; locales: {', '.join(LOCALES)}")
    raw = path.read_bytes()
    parts = _SECTION.split(raw.decode("utf-8"))
    sections = {name.strip(): text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}
    wrong = [f"[{each}]" for each in sections if each not in SECTIONS]
    wrong += [f"{{{place}}}" for text in sections.values() for place in _PLACE.findall(text) if place not in PLACES]
    if wrong or not sections:
        allowed = ", ".join([f"[{each}]" for each in SECTIONS] + [f"{{{each}}}" for each in PLACES])
        raise WordingProblem(f"{path.parent.name}/{path.name}: not known: {', '.join(wrong) or 'no section'}; allowed: {allowed}")
    return Wording(path.parent.name, dt.date.fromisoformat(named[1]), named[2], hashlib.sha256(raw).hexdigest(), sections)


@cache
def shelf(folder: Path = FOLDER) -> tuple[Wording, ...]:
    """Every wording there is, oldest first."""
    return tuple(sorted((read(path) for path in folder.glob("*/*.txt")), key=lambda each: (each.kind, each.locale, each.from_on)))


def find(name: str) -> Wording:
    """The wording of a name; WordingProblem where there is none."""
    found = next((each for each in shelf() if each.name == name), None)
    if found is None:
        raise WordingProblem(f"{name}: no such wording")
    return found


EXAMPLE: Mapping[str, Mapping[str, str]] = {
    "zh_Hans": {
        "name": "林女士",
        "amount": "¥2,824.41",
        "date": "9月5日",
        "grace_end": "9月8日",
        "penalty_rate": "每日0.05%",
        "report_on": "11月30日",
        "agency": "远帆信用管理有限公司",
    },
    "en": {
        "name": "Ms Lin",
        "amount": "¥2,824.41",
        "date": "5 September",
        "grace_end": "8 September",
        "penalty_rate": "0.05% a day",
        "report_on": "30 November",
        "agency": "Yuanfan Credit Management",
    },
}
"""Figures of the page and of the check, none of anybody."""


@dataclass(frozen=True)
class Judged:
    """What the linters say of one text: a channel, filled with the example, and the sentences in both languages."""

    channel: str
    filled: Filled
    allowed: Any
    says: tuple[tuple[str, str], ...]


def judge(wording: Wording, lines: Mapping[str, str], on: dt.date, route: str) -> tuple[Judged, ...]:
    """Judge each text of a wording, filled with an example: the gate's linter, and for short messages the route's.

    Parameters
    ----------
    lines : lender, pay, help, complain, sign_in of the installation
    on : the day on which it would be sent
    route : name of the route of short messages
    """
    found = []
    for channel in wording.channels:
        filled = wording.filled(channel, {**EXAMPLE[wording.locale], **lines})
        said = filled.said()
        text = Text(said.body or "", said.subject or "", said.preview or "", said.envelope or "")
        agency = "agency" in filled.fills
        verdict = lint(
            text, purpose=wording.kind, audience="debtor", channel=channel, on=on, phrases=phrases(), fills=filled.fills, agency=agency
        )
        says = [(each.reason_zh, each.reason_en) for each in verdict.findings]
        allowed: Any = verdict.allowed
        if channel == "sms":
            by_route = route_lint(route, wording.sections["sms"], filled.signature)
            says += [(each.says_zh, each.says_en) for each in by_route]
            if any(each.severity == "refuse" for each in by_route):
                allowed = False
        found.append(Judged(channel, filled, allowed, tuple(says)))
    return tuple(found)

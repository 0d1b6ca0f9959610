"""What is judged and what the judgement says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from arrears.gate.facts import CHANNELS, PURPOSES

AUDIENCES = ("debtor", "guarantor", "co_debtor", "spouse", "heir", "representative", "third_party", "public")
PARTS = ("subject", "preview", "envelope", "body")
CODE = "DENY_CONTENT"
_SHOWN = 60

Severity = Literal["refuse", "person"]
Kind = Literal["must_not", "must_have", "distress"]

__all__ = ["AUDIENCES", "CHANNELS", "CODE", "PARTS", "PURPOSES", "Finding", "Kind", "Required", "Severity", "Text", "Verdict", "clip"]


def clip(words: str) -> str:
    """Return words short enough to be shown inside a sentence, with broken characters replaced."""
    shown = words if len(words) <= _SHOWN else words[:_SHOWN] + "…"
    return shown.encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True)
class Text:
    """One message or script, part by part; a part that does not exist is empty."""

    body: str = ""
    subject: str = ""
    preview: str = ""
    envelope: str = ""

    def parts(self) -> tuple[tuple[str, str], ...]:
        """Return (name, text) of the parts that hold something, in the order in which they are seen."""
        return tuple((name, getattr(self, name)) for name in PARTS if getattr(self, name))


@dataclass(frozen=True)
class Finding:
    """One thing that may not be said, or is missing.

    Attributes
    ----------
    kind : must_not | must_have | distress
    class_id : the phrase class, or the part that is missing
    rule_id : a rule of law (`cn.*`) or a rule of this room (`wording.*`)
    severity : refuse, or a person decides
    part, start, end : where in the text as given; start = end = 0 for what is missing
    words : the text between start and end, as given
    via : how it was found: words | spelled | pinyin | mixed | sound | symbol | character | pattern | missing
    reason_zh, reason_en : whole sentences
    code : the refusal code
    """

    kind: Kind
    class_id: str
    rule_id: str
    severity: Severity
    part: str
    start: int
    end: int
    words: str
    via: str
    reason_zh: str
    reason_en: str
    code: str = CODE

    def as_dict(self) -> dict[str, object]:
        """Return the finding as plain data for JSON; long words are clipped."""
        return {
            "kind": self.kind,
            "class": self.class_id,
            "rule_id": self.rule_id,
            "code": self.code,
            "severity": self.severity,
            "part": self.part,
            "start": self.start,
            "end": self.end,
            "words": clip(self.words),
            "via": self.via,
            "reason": {"zh": self.reason_zh, "en": self.reason_en},
        }


@dataclass(frozen=True)
class Required:
    """One part that the text must hold: which, by which rule, whether it was found, and where in the body (0, 0 if not)."""

    part: str
    rule_id: str
    found: bool
    start: int = 0
    end: int = 0

    def as_dict(self) -> dict[str, object]:
        """Return the part as plain data for JSON."""
        return {"part": self.part, "rule_id": self.rule_id, "found": self.found, "start": self.start, "end": self.end}


@dataclass(frozen=True)
class Verdict:
    """What the linter says of one text.

    Attributes
    ----------
    findings : what is wrong, refusals first, then by place
    required : every part that was asked for, found or missing
    more : for a class with very many finds, how many are not listed
    """

    findings: tuple[Finding, ...]
    required: tuple[Required, ...] = ()
    more: dict[str, int] = field(default_factory=dict)

    @property
    def allowed(self) -> bool | Literal["person"]:
        """True, False, or `person` where a person has to decide."""
        if any(each.severity == "refuse" for each in self.findings):
            return False
        return "person" if self.findings else True

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the required parts that were not found."""
        return tuple(each.part for each in self.required if not each.found)

    def as_dict(self) -> dict[str, object]:
        """Return the verdict as plain data for JSON."""
        return {
            "allowed": self.allowed,
            "classes": sorted({each.class_id for each in self.findings}),
            "findings": [each.as_dict() for each in self.findings],
            "required": [each.as_dict() for each in self.required],
            "more": dict(self.more),
        }

"""What the gate answers: every finding, the headline, the next lawful moment, what the act must carry. Sentences are made when read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, Literal

from arrears.gate.words import WORDS, required_text
from arrears.gate.words_facts import fact_text
from arrears.kernel.problems import TEMPLATES, Both
from arrears.law.units import value_text
from arrears.law.values import Law

Allowed = bool | Literal["person"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason against an act.

    Attributes
    ----------
    code : refusal code of MISSION 3.11
    rule : id of the rule of law or of the house
    says : key of `words.WORDS`
    fields : what its sentences name; a `Both` where the languages differ
    until : the act is refused by this finding at every moment before this one; None: time alone does not help
    person : not refused, but a named person must decide
    dated_by : day whose value decided, where it is not the day of the act (a due date)
    """

    code: str
    rule: str
    says: str
    fields: Mapping[str, object]
    until: dt.datetime | None = None
    person: bool = False
    dated_by: dt.date | None = None

    def seen(self) -> Both:
        """Return what was seen, in both languages; an unknown fact by its name beside its path."""
        what = self.fields.get("what")
        if self.says == "missing" and isinstance(what, str):
            return _filled(WORDS[self.says].seen, {"what": fact_text(what)})
        return _filled(WORDS[self.says].seen, self.fields)

    def allowed(self) -> Both:
        """Return what would be allowed, or what must happen first."""
        return _filled(WORDS[self.says].allowed, self.fields)

    def reason(self) -> Both:
        """Return one sentence: the refusal of this code, with what was seen and what is allowed."""
        return _sentence(self.code, [self])


def _sentence(code: str, findings: list[Finding]) -> Both:
    """One refusal with everything that was seen; what is allowed is said once where it is the same."""
    facts = [(each.seen(), each.allowed()) for each in findings]
    parts = []
    for allowed, same in groupby(facts, key=lambda one: one[1]):
        seen = [each for each, _ in same]
        en, zh = ", ".join(each.en for each in seen), "、".join(each.zh for each in seen)
        parts.append(Both(f"{en}; allowed: {allowed.en}", f"{zh}；允许：{allowed.zh}"))
    template = TEMPLATES[code]
    return Both(
        template.en.format(fact="; ".join(each.en for each in parts)), template.zh.format(fact="；".join(each.zh for each in parts))
    )


def _filled(words: Both, fields: Mapping[str, object]) -> Both:
    zh = {key: value.zh if isinstance(value, Both) else value for key, value in fields.items()}
    return Both(words.en.format(**fields), words.zh.format(**zh))


@dataclass(frozen=True)
class Answer:
    """The gate's answer to one ask.

    Attributes
    ----------
    id : of the facts
    allowed : True, False, or "person": a person named by the findings must decide
    findings : in the order of MISSION 3.11, the headline first
    next_allowed : the earliest lawful moment (the moment asked for, where it is allowed); None where time alone does not help
    required : what the act must carry where it is not refused; keys of `words.REQUIRED`, some with `:` and a value
    day : the day whose rules decided
    law : the packs
    """

    id: str
    allowed: Allowed
    findings: tuple[Finding, ...]
    next_allowed: dt.datetime | None
    required: tuple[str, ...]
    day: dt.date
    law: Law

    @property
    def headline(self) -> Finding | None:
        """Return the first finding, or None."""
        return self.findings[0] if self.findings else None

    @cached_property
    def reason(self) -> Both:
        """Return the sentences of all findings, or one that says yes."""
        if not self.findings:
            return Both("Nothing speaks against it.", "可以进行。")
        each = [_sentence(code, list(same)) for code, same in groupby(self.findings, key=lambda one: one.code)]
        return Both(" ".join(one.en for one in each), "".join(one.zh for one in each))

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data for JSON: the short form first, then every finding in full."""
        return {
            "id": self.id,
            "allowed": self.allowed,
            "rule_ids": list(dict.fromkeys(each.rule for each in self.findings)),
            "codes": list(dict.fromkeys(each.code for each in self.findings)),
            "next_allowed": self.next_allowed.isoformat() if self.next_allowed else None,
            "required": list(self.required),
            "reason": {"zh": self.reason.zh, "en": self.reason.en},
            "findings": [self._finding(each) for each in self.findings],
        }

    def _finding(self, finding: Finding) -> dict[str, Any]:
        entry, day = self.law.entry(finding.rule), finding.dated_by or self.day
        dated = entry.dated_at(day)
        seen, allowed, reason = finding.seen(), finding.allowed(), finding.reason()
        return {
            "code": finding.code,
            "rule_id": finding.rule,
            "verdict": "person" if finding.person else "refused",
            "seen": {"zh": seen.zh, "en": seen.en},
            "allowed": {"zh": allowed.zh, "en": allowed.en},
            "reason": {"zh": reason.zh, "en": reason.en},
            "value": value_text(dated.value) if dated else None,
            "since": dated.from_on.isoformat() if dated and dated.from_on else None,
            "source": str(dated.source) if dated else None,
            "how_sure": entry.firm or entry.confidence,
            "until": finding.until.isoformat() if finding.until else None,
        }

    def text(self, locale: str) -> str:
        """Return the answer as a person reads it, `zh` or `en`."""
        zh = locale == "zh"
        heads = {True: ("可以", "Yes"), False: ("不可以", "No"), "person": ("须由人决定", "A person decides")}
        lines = [f"{self.id}  {heads[self.allowed][0 if zh else 1]}"]
        for finding in self.findings:
            data = self._finding(finding)
            source = f"{finding.rule}, {data['since'] or ('起始' if zh else 'from the start')}, {data['source']}, {data['how_sure']}"
            lines += [f"  {data['reason'][locale]}", f"    {source}"]
        if self.required:
            lines.append(
                ("  须做到：" if zh else "  It must: ") + ("；" if zh else "; ").join(required_text(each, locale) for each in self.required)
            )
        if self.allowed is not True:
            at = (
                self.next_allowed.strftime("%Y-%m-%d %H:%M")
                if self.next_allowed
                else ("仅等待无济于事" if zh else "waiting alone does not help")
            )
            lines.append(f"  {'最早' if zh else 'next'}: {at}")
        return "\n".join(lines)

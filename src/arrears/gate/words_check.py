"""May it be said like this? What would be written or read out is judged by the linter of `wording/`, part by part."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from arrears.gate.answer import Finding
from arrears.gate.case import Case, Findings
from arrears.gate.claim import is_barred
from arrears.gate.facts import WRITTEN, Wording
from arrears.gate.whom import owes
from arrears.gate.wording.lint import lint
from arrears.gate.wording.phrases import Phrases, load
from arrears.gate.wording.text import Finding as Found
from arrears.gate.wording.text import Text, Verdict
from arrears.kernel.problems import Both

_WRITTEN = WRITTEN | {"letter"}
_UNSAID = ("cn.contact.identify", "cn.prohibit.violence")
_HOUSE = "wording."
# A representative hears what the debtor would.
_BY_RELATION = frozenset({"representative"})
# Longer texts than any message are judged, not kept.
_KEPT = 10_000
PART: dict[str, Both] = {
    "body": Both("text", "正文"),
    "subject": Both("subject line", "主题"),
    "preview": Both("preview", "预览"),
    "envelope": Both("envelope", "信封"),
}


def check(case: Case) -> Findings:
    """Refuse a written contact without its text, and every text or script that the linter refuses."""
    ask = case.ask
    if not case.is_contact or (ask.wording is None and ask.channel not in _WRITTEN):
        return
    if ask.wording is None or not ask.wording.body:
        rule = next((each for each in _UNSAID if case.rules.law(each) is not None), None)
        if ask.channel in _WRITTEN and rule is not None:
            yield Finding("DENY_FACTS_MISSING", rule, "missing", {"what": "ask.wording.body"})
    if ask.wording is None or ask.purpose is None or ask.channel is None:
        return
    for each in _judged(case, ask.wording, ask.purpose, ask.channel).findings:
        yield from _finding(case, each)


def _finding(case: Case, found: Found) -> Findings:
    """Rest a finding on a rule in force; without the house nothing counts that only the house asks for."""
    rule = found.rule_id
    if rule.startswith(_HOUSE) and not case.rules.with_house:
        return
    if case.rules.law(rule) is not None:
        fields = {"why": Both(found.reason_en.rstrip("."), found.reason_zh.rstrip("。")), "part": PART[found.part]}
        yield Finding("DENY_CONTENT", rule, f"wording_{found.kind}", fields, person=found.severity == "person")


def _judged(case: Case, wording: Wording, purpose: str, channel: str) -> Verdict:
    person = case.person
    audience = person.relation if person.relation in _BY_RELATION or owes(case) else "third_party"
    text = Text(wording.body or "", wording.subject or "", wording.preview or "", wording.envelope or "")
    agency = any(each.agency is not None for each in case.team)
    fills = tuple(sorted(wording.fills.items()))
    judge = _lint if sum(map(len, (text.body, text.subject, text.preview, text.envelope))) <= _KEPT else _lint.__wrapped__
    return judge(text, purpose, audience, channel, case.day, is_barred(case), fills, agency)


@lru_cache(maxsize=1)
def _phrases() -> Phrases:
    return load()


@lru_cache(maxsize=4096)
def _lint(
    text: Text, purpose: str, audience: str, channel: str, on: dt.date, barred: bool, fills: tuple[tuple[str, str], ...], agency: bool
) -> Verdict:
    """One text goes to many people, and a search for the next moment asks for it again: each is judged once a day."""
    return lint(
        text,
        purpose=purpose,
        audience=audience,
        channel=channel,
        on=on,
        phrases=_phrases(),
        barred=barred,
        fills=dict(fills),
        agency=agency,
    )

"""The one question: may this be done, to this person, this way, now? Facts and law in, an Answer out. No clock, no files.

`CHECKS` is the list of everything that can speak against an act, one file a question. Each check yields findings; a
finding's `until` promises that the check refuses at every moment before it. So the next lawful moment is computed, not
searched: go to the latest promise, judge again, until nothing speaks against it or something that waiting cannot help.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from arrears.gate import (
    agency,
    book,
    caps,
    channel,
    claim,
    eyes,
    force,
    grace,
    holds,
    hours,
    location,
    missing,
    overdue,
    promise,
    purpose,
    remote_first,
    staff,
    visit,
    whom,
    words_check,
)
from arrears.gate.answer import Answer, Finding
from arrears.gate.case import Case, Findings, Heard, heard
from arrears.gate.required import required
from arrears.gate.rules import RulesOfDays
from arrears.kernel.problems import TEMPLATES

if TYPE_CHECKING:
    from arrears.gate.facts import Facts
    from arrears.law.values import Law

CHECKS: tuple[Callable[[Case], Findings], ...] = (
    missing.check,
    grace.check,
    hours.check,
    caps.check,
    channel.check,
    whom.check,
    overdue.check,
    holds.check,
    promise.check,
    agency.check,
    staff.check,
    eyes.check,
    remote_first.check,
    visit.check,
    location.check,
    purpose.check,
    claim.check,
    force.check,
    book.check,
    words_check.check,
)

# More steps than this happen only where zones or windows never meet; then waiting does not help.
_MOST_STEPS = 400


@lru_cache(maxsize=8)
def days_of(law: Law, house: bool = True) -> RulesOfDays:
    """Return the kept rules of a law, day by day."""
    return RulesOfDays(law, house)


def decide(facts: Facts, law: Law, *, house: bool = True) -> Answer:
    """Answer one ask.

    Parameters
    ----------
    facts : everything known; what is not known counts against contact
    law : the packs; the values of the day of the act decide
    house : with the lender's own settings; False asks the law alone

    Returns
    -------
    The `Answer`.
    """
    days, told = days_of(law, house), heard(facts)
    case = Case(facts, days, facts.ask.at, told)
    findings = _findings(case)
    if not findings:
        return Answer(facts.id, True, (), facts.ask.at, required(case), case.day, law)
    refused = any(not each.person for each in findings)
    later = _next(facts, days, told, findings)
    return Answer(facts.id, False if refused else "person", tuple(findings), later, () if refused else required(case), case.day, law)


def decide_many(many: Iterable[Facts], law: Law, *, house: bool = True) -> list[Answer]:
    """Answer many asks: `decide` for each, with the rules of each day made once."""
    return [decide(facts, law, house=house) for facts in many]


def _findings(case: Case) -> list[Finding]:
    found = [finding for check in CHECKS for finding in check(case)]
    if len(found) > 1:
        found.sort(key=_place)
    return found


def _place(finding: Finding) -> int:
    return TEMPLATES[finding.code].number


def _next(facts: Facts, days: RulesOfDays, told: Heard, findings: list[Finding]) -> dt.datetime | None:
    when = facts.ask.at
    for _ in range(_MOST_STEPS):
        moments = [each.until for each in findings]
        if None in moments:
            return None
        later = max(moment for moment in moments if moment is not None)
        if later <= when:
            raise AssertionError(f"a check of {findings} promised a moment that is past")
        when = later
        case = Case(facts, days, when, told)
        # Most moments that end a refusal are midnights: hours are asked alone before everything is.
        findings = list(hours.check(case)) or _findings(case)
        if not findings:
            return when
    return None

"""One ask at one moment: the facts, the rules of that day, and what several checks need of them, worked out once."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from arrears.gate.answer import Finding
from arrears.gate.facts import COLLECTING, Contact, Facts, Loan, Person, Staff
from arrears.gate.rules import RulesOfDays
from arrears.kernel.days import ZONE

VISIT_ACTS = frozenset({"request_visit", "approve_visit", "agree_appointment", "start_visit", "enter_home"})
# Acts that press: they wait for notice, grace and a live figure as a collection contact does.
PRESSING_ACTS = VISIT_ACTS | {"hand_off", "accelerate", "sue", "dispose"}

Findings = Iterator[Finding]
_AT = attrgetter("at")


def local(moment: dt.datetime) -> dt.datetime:
    """Return a moment on the clock of the law."""
    return moment if moment.tzinfo is ZONE else moment.astimezone(ZONE)


def midnight(day: dt.date) -> dt.datetime:
    """Return the first moment of a day on the clock of the law."""
    return dt.datetime(day.year, day.month, day.day, tzinfo=ZONE)


class Heard(NamedTuple):
    """The history as the checks want it, read once an answer.

    Attributes
    ----------
    sent : what went out to the person, oldest first
    moments : when each of them was
    latest : the latest contact of all
    """

    sent: list[Contact]
    moments: list[dt.datetime]
    latest: dt.datetime | None


def heard(facts: Facts) -> Heard:
    """Read the history once."""
    history, person = facts.history or (), facts.person.id
    sent = [each for each in history if each.person == person and each.direction == "out"]
    sent.sort(key=_AT)
    return Heard(sent, [each.at for each in sent], max(map(_AT, history), default=None))


class Case:
    """What a check is given.

    Attributes
    ----------
    facts, ask, person : as told
    when : the moment judged: the one asked for, or a later one when the next lawful moment is looked for
    first : `when` is the moment asked for; what is only true now (a live figure's age, a consent given now) is judged then
    day : the day of `when` on the clock of the law
    rules : law and house on that day
    heard : the history, read once
    is_contact : somebody would be reached
    is_visit : a step of a visit, or a contact at a door
    is_collecting : it presses somebody to pay or prepares to
    """

    def __init__(self, facts: Facts, days: RulesOfDays, when: dt.datetime, heard: Heard) -> None:
        self.heard = heard
        self.facts = facts
        self.ask = facts.ask
        self.person = facts.person
        self.when = when
        self.first = when == facts.ask.at
        self.here = local(when)
        self.day = self.here.date()
        self.rules = days.on(self.day)
        self.is_contact = self.ask.act == "contact"
        self.is_visit = self.ask.act in VISIT_ACTS or self.ask.channel == "visit"
        self.is_collecting = self.ask.purpose in COLLECTING if self.is_contact else self.ask.act in PRESSING_ACTS

    @cached_property
    def just_spoke(self) -> bool:
        """Return whether the person reached us within contact.answer_hours: an answer or help may go back at any time of day."""
        hours = self.rules.house("contact.answer_hours")
        if hours is None:
            return True
        since = self.when - dt.timedelta(hours=hours.number)
        said = (each for each in self.facts.history or () if each.direction == "in" and each.person == self.person.id)
        return any(since <= each.at <= self.when for each in said)

    @cached_property
    def loan(self) -> Loan | None:
        """Return the loan asked about, or None where the facts do not know it."""
        return next((each for each in self.facts.loans or () if each.id == self.ask.loan), None)

    @cached_property
    def debtor(self) -> Person | None:
        """Return the debtor: the person, or the one named beside them."""
        return self.person if self.person.relation == "debtor" else self.facts.debtor

    @cached_property
    def team(self) -> list[Staff]:
        """Return the staff who would act, as far as known."""
        known = {each.id: each for each in self.facts.staff or ()}
        return [known[each] for each in self.ask.team if each in known]

    @cached_property
    def grace_ends_on(self) -> dt.date | None:
        """Return the last day of grace of the loan asked about, or None without an overdue instalment or without the house."""
        due_on = self.loan.oldest_due_on if self.loan else None
        grace = self.rules.at_due("grace.days", due_on) if due_on else None
        if due_on is None or grace is None:
            return None
        return due_on + dt.timedelta(days=grace.number)

    def sent_to(self, person: str) -> list[Contact]:
        """Return what went out to a person up to the moment judged."""
        if person == self.person.id:
            return self.sent()
        return [each for each in self.facts.history or () if each.person == person and each.direction == "out" and each.at <= self.when]

    def sent(self, since: dt.datetime | None = None) -> list[Contact]:
        """Return what went out to the person up to the moment judged, from a moment on."""
        first = bisect_left(self.heard.moments, since) if since is not None else 0
        return self.heard.sent[first : bisect_right(self.heard.moments, self.when)]

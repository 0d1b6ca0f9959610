"""Too often? Every contact of everybody with this person on this day counts: own staff, agencies, machines, all loans."""

from __future__ import annotations

import datetime as dt

from arrears.gate.answer import Finding
from arrears.gate.case import Case, Findings, midnight
from arrears.gate.facts import COLLECTING, VOICE, WRITTEN, Contact

EFFECTIVE = frozenset({"answered", "met", "pending"})
# What is not known to have reached the person counts as an attempt.
UNANSWERED = frozenset({"no_answer", "busy", "off", "declined", "invalid", "wrong_person", "pending", "sent"})


def check(case: Case) -> Findings:
    """Refuse the call or message that would be one too many of its day."""
    if not (case.is_contact and case.is_collecting):
        return
    if case.ask.channel in VOICE:
        today = [each for each in _today(case) if each.channel in VOICE]
        yield from _effective(case, today)
        yield from _attempts(case, today)
    elif case.ask.channel in WRITTEN:
        yield from _messages(case, sum(each.channel in WRITTEN for each in _today(case)))


def counts(contact: Contact) -> bool:
    """Return whether a contact of the past counts as collection; an unknown purpose does."""
    return contact.purpose is None or contact.purpose in COLLECTING


def _today(case: Case) -> list[Contact]:
    return [each for each in case.sent(midnight(case.day)) if counts(each)]


def _tomorrow(case: Case) -> dt.datetime:
    return midnight(case.day + dt.timedelta(days=1))


def _effective(case: Case, today: list[Contact]) -> Findings:
    most = case.rules.binding("contact.calls.effective_max", "cn.contact.calls.effective")
    count = sum(each.outcome in EFFECTIVE for each in today)
    if most is not None and count >= most.number:
        yield Finding("DENY_CALL_CAP", most.rule, "calls_effective", {"count": count, "most": most.value}, _tomorrow(case))


def _attempts(case: Case, today: list[Contact]) -> Findings:
    most = case.rules.binding("contact.calls.attempts_max", "cn.contact.calls.attempts")
    count = sum(each.address == case.ask.address and each.outcome in UNANSWERED for each in today)
    if most is not None and count >= most.number:
        yield Finding("DENY_ATTEMPT_CAP", most.rule, "calls_attempts", {"count": count, "most": most.value}, _tomorrow(case))


def _messages(case: Case, count: int) -> Findings:
    most = case.rules.house("contact.messages.day_max")
    if most is not None and count >= most.number:
        yield Finding("DENY_ATTEMPT_CAP", most.rule, "messages", {"count": count, "most": most.value}, _tomorrow(case))


def needs_density_review(case: Case) -> bool:
    """Return whether a person should look at how often somebody is contacted: the week's count, or another number after a full one."""
    if not (case.is_contact and case.is_collecting):
        return False
    week = case.rules.house("contact.density.week_max")
    since = case.when - dt.timedelta(days=7)
    sent = [each for each in case.sent(since) if counts(each)]
    if week is not None and sum(each.at > since for each in sent) >= week.number:
        return True
    most = case.rules.binding("contact.calls.attempts_max", "cn.contact.calls.attempts")
    if most is None or case.ask.channel not in VOICE:
        return False
    start = midnight(case.day)
    tried = [each.address for each in sent if each.at >= start and each.channel in VOICE and each.outcome in UNANSWERED]
    return any(tried.count(number) >= most.number for number in set(tried) - {case.ask.address})

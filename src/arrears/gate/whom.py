"""This person at all? Who owes, by what; who may be asked to pass a message on, and when never again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from arrears.gate.answer import Finding
from arrears.gate.case import Case, Findings, local, midnight
from arrears.gate.facts import VOICE, WRITTEN, Contact, Person
from arrears.gate.naming import PURPOSE, RELATION
from arrears.kernel.problems import Both

_SPOUSE = frozenset({"signed", "ratified", "daily_needs", "joint_use_proved"})
_HEIR_PURPOSES = frozenset({"estate_claim", "answer", "help", "legal_notice", "complaint_reply"})
# Who does not owe is a third party, whatever their name in the file.
_THIRD_PURPOSES = frozenset({"locate", "payment_link", "answer"})
_FAILED = frozenset({"no_answer", "busy", "off", "invalid", "wrong_person", "bounced", "undeliverable", "not_met"})
_NEUTRAL = frozenset({"sent", "delivered", "pending"})
# A request that got through, as far as the channel can tell; a try that nobody answers is not yet asked (glossary 46).
_ASKED = frozenset({"answered", "met", "read", "refused", "asked_to_leave", "pending"})
_ARRIVED = frozenset({"delivered", "sent"})
_DAY = dt.timedelta(days=1)


def check(case: Case) -> Findings:
    """Refuse to reach, or to ask more of, somebody who does not owe it."""
    relation = case.person.relation
    if relation in ("debtor", "co_debtor") and (case.is_contact or case.is_visit):
        yield from _capacity(case)
    if not (case.is_contact or case.ask.act == "ask_amount"):
        return
    if relation == "representative":
        yield from _representative(case)
    elif relation == "heir":
        yield from _heir(case)
    elif relation != "debtor":
        yield from _other(case)


def _missing(case: Case, rule: str, what: str) -> Iterator[Finding]:
    if case.rules.law(rule) is not None:
        yield Finding("DENY_FACTS_MISSING", rule, "missing", {"what": what})


def _refused(case: Case, rule: str, says: str, **fields: object) -> Iterator[Finding]:
    if case.rules.law(rule) is not None:
        yield Finding("DENY_THIRD_PARTY", rule, says, fields)


def _capacity(case: Case) -> Findings:
    rule, capacity = "cn.contact.third.trigger", case.person.capacity
    if capacity is None and case.is_collecting:
        yield from _missing(case, rule, "person.capacity")
    elif capacity in ("limited", "none") and case.rules.law(rule) is not None:
        told = Both(capacity, {"limited": "限制民事行为能力", "none": "无民事行为能力"}[capacity])
        yield Finding("DENY_HOLD_OTHER", rule, "capacity", {"capacity": told})


def _representative(case: Case) -> Findings:
    rule, debtor = "cn.contact.third.ban", case.debtor
    if debtor is None:
        yield from _missing(case, rule, "debtor")
        return
    named = debtor.representative
    in_force = named is not None and named.since_at <= case.when and (named.until_at is None or case.when < named.until_at)
    if named is None or named.id != case.person.id or not in_force:
        yield from _refused(case, rule, "not_representative")


def _heir(case: Case) -> Findings:
    """An heir owes out of the estate, once there is one and unless they gave it up; before that they are a third party."""
    rule, person = "cn.estate.limit", case.person
    if case.debtor is None:
        yield from _missing(case, rule, "debtor")
    if person.renounced is None:
        yield from _missing(case, rule, "person.renounced")
    if owes(case):
        if case.is_contact and case.ask.purpose not in _HEIR_PURPOSES:
            yield from _refused(case, rule, "heir_purpose", purpose=_purpose(case))
        yield from _limit(case, rule)
        return
    if not _as_third(case):
        if case.debtor is not None and not _is_dead(case, case.debtor):
            yield from _refused(case, rule, "heir_early")
        if person.renounced:
            yield from _refused(case, rule, "renounced")
    if case.is_contact:
        yield from _third_party(case)


def _is_dead(case: Case, person: Person) -> bool:
    return person.died_on is not None and person.died_on <= case.day


def _as_third(case: Case) -> bool:
    """Is this a purpose for which the rules of third parties alone decide?"""
    return case.is_contact and case.ask.purpose in _THIRD_PURPOSES


def _purpose(case: Case) -> Both:
    return PURPOSE.get(case.ask.purpose or "", Both("an unknown purpose", "目的不明的联系"))


def _limit(case: Case, rule: str) -> Findings:
    """Nobody is asked for more than they inherited or guaranteed."""
    asked, most = case.ask.amount_fen, case.person.estate_fen
    if case.rules.law(rule) is None:
        return
    if asked is None:
        if case.ask.act == "ask_amount" or case.ask.purpose == "estate_claim":
            yield from _missing(case, rule, "ask.amount_fen")
    elif most is None:
        yield from _missing(case, rule, "person.estate_fen")
    elif asked > most:
        yield Finding("DENY_LIMIT", rule, "limit", {"asked": _yuan(asked), "most": _yuan(most)})


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"


def _other(case: Case) -> Findings:
    person, relation = case.person, case.person.relation
    if relation in ("co_debtor", "spouse", "guarantor") and person.liable_by is None:
        yield from _missing(case, "cn.spouse.debt" if relation == "spouse" else "cn.contact.target.debtor", "person.liable_by")
        return
    if owes(case):
        if relation == "guarantor":
            yield from _limit(case, "cn.contact.target.debtor")
        return
    if not _as_third(case):
        rule = {"spouse": "cn.spouse.debt", "third_party": "cn.contact.third.ban"}.get(relation, "cn.contact.target.debtor")
        says, told = (
            ("third_purpose", _purpose(case)) if relation == "third_party" and case.is_contact else ("not_liable", RELATION[relation])
        )
        yield from _refused(case, rule, says, **{"purpose" if says == "third_purpose" else "relation": told})
    if case.is_contact:
        yield from _third_party(case)


def owes(case: Case) -> bool:
    """Return whether the person is proved to owe, by their own relation to the debt."""
    person = case.person
    if person.relation == "heir":
        return case.debtor is not None and _is_dead(case, case.debtor) and not person.renounced
    if person.relation == "spouse":
        return person.liable_by in _SPOUSE
    if person.relation == "guarantor":
        return person.liable_by == "guarantee_due"
    if person.relation == "co_debtor":
        return person.liable_by not in (None, "none")
    return person.relation == "debtor"


def _third_party(case: Case) -> Findings:
    stop = case.rules.law("cn.contact.third.stop")
    if stop is not None and case.person.refusals is None:
        yield from _missing(case, stop.rule, "person.refusals")
    said = min((each.said_at for each in case.person.refusals or () if each.said_at <= case.when), default=None)
    if stop is not None and said is not None:
        yield Finding("DENY_SUPPRESSED", stop.rule, "suppressed", {"said": local(said).date()})
        return  # a no for good leaves nothing else to say
    purpose = case.ask.purpose
    if purpose == "locate":
        yield from _locate(case)
    elif purpose == "payment_link":
        offered = case.person.offered_to_pay_at
        if case.rules.law("cn.contact.third.related") is not None and (offered is None or offered > case.when):
            yield Finding("DENY_THIRD_PARTY", "cn.contact.third.related", "third_no_offer", {}, offered)


def _locate(case: Case) -> Findings:
    yield from _trigger(case)
    asks, tries = case.rules.house("contact.third.asks_max"), case.rules.house("contact.third.tries_day_max")
    sent = [each for each in case.sent() if each.purpose in ("locate", None)]
    asked = sum(each.outcome in _ASKED or (each.outcome in _ARRIVED and each.channel not in VOICE) for each in sent)
    if asks is not None and asked >= asks.number:
        yield Finding("DENY_THIRD_PARTY", asks.rule, "third_asked", {"count": asked, "most": asks.value})
    today = sum(each.at >= midnight(case.day) for each in sent)
    if tries is not None and today >= tries.number:
        yield Finding("DENY_THIRD_PARTY", tries.rule, "third_tries", {"count": today, "most": tries.value}, midnight(case.day + _DAY))


def _trigger(case: Case) -> Findings:
    rule = case.rules.law("cn.contact.third.trigger")
    if rule is None:
        return
    debtor = case.debtor
    if debtor is None:
        yield from _missing(case, rule.rule, "debtor")
        return
    dead = debtor.died_on is not None and debtor.died_on <= case.day
    if dead or debtor.capacity in ("limited", "none"):
        return
    yield from _not_lost(case, debtor)


def _not_lost(case: Case, debtor: Person) -> Findings:
    most = case.rules.binding("contact.lost.failures", "cn.contact.third.lost3")
    days = case.rules.house("contact.lost.days")
    failures = failures_in_a_row(case, debtor)
    failed_on = {local(each.at).date() for each in failures}
    least_days = days.number if days is not None else 1
    lost = most is not None and len(failures) >= most.number and len(failed_on) >= least_days
    lost_from = _all_dead_from(case, debtor)
    if most is not None and not lost and (lost_from is None or case.day < lost_from):
        fields = {"failures": len(failures), "days": len(failed_on), "most": most.value, "most_days": least_days}
        until = midnight(lost_from) if lost_from is not None else None
        yield Finding("DENY_THIRD_PARTY", "cn.contact.third.trigger", "third_not_lost", fields, until)


def _all_dead_from(case: Case, debtor: Person) -> dt.date | None:
    """The other way to be lost: every own number and mailbox is dead; it counts from the first day out of grace."""
    reachable = [each for each in debtor.addresses or () if not {*VOICE, *WRITTEN}.isdisjoint(each.channels)]
    if case.grace_ends_on is None or not reachable or any(each.valid is not False for each in reachable):
        return None
    return case.grace_ends_on + _DAY


def failures_in_a_row(case: Case, debtor: Person) -> list[Contact]:
    """Return the newest failures to reach the debtor after grace, back to the last contact that reached either way."""
    ends = case.grace_ends_on
    if ends is None:
        return []
    failures: list[Contact] = []
    heard = [each for each in case.facts.history or () if each.person == debtor.id and each.at <= case.when]
    # Of two at one moment the one that reached somebody comes last, so it counts: in doubt the debtor is not lost.
    for each in sorted(heard, key=lambda one: (one.at, _reached(one)), reverse=True):
        if local(each.at).date() <= ends or _reached(each):
            break
        if each.outcome in _FAILED:
            failures.append(each)
    return failures


def _reached(contact: Contact) -> bool:
    return contact.direction == "in" or contact.outcome not in _FAILED | _NEUTRAL

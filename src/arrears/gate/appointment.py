"""Is the day agreed? A window the borrower said yes to a day ahead, or one announced by letter after tries nobody answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from arrears.gate.answer import Finding
from arrears.gate.case import Case, Findings, local, midnight
from arrears.gate.facts import Appointment, zone_of
from arrears.gate.naming import moment_text
from arrears.kernel.days import ZONE
from arrears.kernel.problems import Both

# Places that replace a home in full.
ELSEWHERE = frozenset({"branch", "video", "elsewhere"})
_YES = Both("yes", "是")
_NO = Both("no", "否")
_NONE = Both("none", "无")


def start(case: Case) -> Findings:
    """Refuse to start without an agreed or announced appointment, too early for it, or after it closed."""
    rule, agreed = case.rules.house("visit.require_agreement"), case.ask.appointment
    if rule is None:
        return
    if agreed is None:
        if rule.value:
            yield Finding("DENY_WINDOW", rule.rule, "no_appointment", {})
        return
    if rule.value:
        yield from _settled(case, agreed, rule.rule)
    early = case.rules.house("visit.start_early_minutes")
    if early is not None:
        first = agreed.opens_at - dt.timedelta(minutes=early.number)
        if case.when < first:
            yield Finding("DENY_WINDOW", early.rule, "start_early", {**_window(agreed), "minutes": early.value}, first)
    if case.when > agreed.closes_at:
        yield Finding("DENY_WINDOW", rule.rule, "start_late", _window(agreed))


def _window(agreed: Appointment) -> dict[str, object]:
    return {"opens": moment_text(local(agreed.opens_at)), "closes": moment_text(local(agreed.closes_at))}


def agree(case: Case) -> Findings:
    """Refuse to agree a window that begins too soon or does not lie in the hours of visits."""
    lead, agreed = case.rules.house("visit.lead_hours"), case.ask.appointment
    if agreed is None:
        if lead is not None:
            yield Finding("DENY_FACTS_MISSING", lead.rule, "missing", {"what": "ask.appointment"})
        return
    yield from _lead(case, agreed, case.when)
    yield from _hours(case, agreed)


def _settled(case: Case, agreed: Appointment, rule: str) -> Findings:
    if agreed.agreed_at is not None and agreed.agreed_at <= case.when:
        yield from _lead(case, agreed, agreed.agreed_at)
        return
    announced_from = _announced_from(case, agreed)
    if announced_from is not None and case.day >= announced_from:
        return
    opens = [midnight(announced_from)] if announced_from is not None else []
    if agreed.agreed_at is not None:
        opens.append(agreed.agreed_at)
    tried = [each for each in agreed.tries_on if each <= case.day]
    tries, days, letter_days = _least(case)
    fields: dict[str, object] = {
        "tries": tries,
        "try_days": days,
        "letter_days": letter_days,
        "count": len(tried),
        "count_days": len(set(tried)),
    }
    fields |= {"letter": agreed.letter_delivered_on or _NONE, "lead": _YES if agreed.lead_agreed else _NO}
    yield Finding("DENY_WINDOW", rule, "not_agreed", fields, min(opens, default=None))


def _least(case: Case) -> tuple[int, ...]:
    """The tries, their days and the days of the letter that an announced visit needs; asked only with the house."""
    found = (case.rules.house(f"visit.{name}") for name in ("tries", "try_days", "letter_days"))
    return tuple(bound.number for bound in found if bound is not None)


def _announced_from(case: Case, agreed: Appointment) -> dt.date | None:
    """The first day on which a visit may be announced instead of agreed; None where waiting does not bring it."""
    tries, days, letter_days = _least(case)
    each, different = sorted(agreed.tries_on), sorted(set(agreed.tries_on))
    if agreed.lead_agreed is not True or agreed.letter_delivered_on is None or len(each) < tries or len(different) < days:
        return None
    arrived = agreed.letter_delivered_on + dt.timedelta(days=letter_days)
    return max(each[tries - 1], different[days - 1], arrived)


def _lead(case: Case, agreed: Appointment, said_at: dt.datetime) -> Findings:
    hours = case.rules.house("visit.lead_hours")
    if hours is not None and agreed.opens_at - said_at < dt.timedelta(hours=hours.number):
        fields = {"said": moment_text(local(said_at)), "opens": moment_text(local(agreed.opens_at)), "hours": hours.value}
        yield Finding("DENY_WINDOW", hours.rule, "lead_short", fields)


def _hours(case: Case, agreed: Appointment) -> Findings:
    """The whole window lies in the hours of visits, in the zone of the law and wherever the person may be."""
    bound = case.rules.binding("visit.hours", "cn.visit.hours")
    if bound is None:
        return
    assert isinstance(bound.value, Mapping)
    if case.person.zones is None:
        yield Finding("DENY_FACTS_MISSING", bound.rule, "missing", {"what": "person.zones"})
    for zone in (ZONE, *(zone_of(each) for each in case.person.zones or () if each != ZONE.key)):
        opens, closes = agreed.opens_at.astimezone(zone), agreed.closes_at.astimezone(zone)
        begins, ends = (_minute(bound.value[edge]) for edge in ("opens", "closes"))
        day = dt.datetime(opens.year, opens.month, opens.day, tzinfo=zone)
        if not (day + begins <= opens < closes <= day + ends):
            fields = {"zone": zone.key, "opens": moment_text(opens), "closes": moment_text(closes)}
            yield Finding(
                "DENY_HOURS", bound.rule, "appointment_hours", {**fields, "first": bound.value["opens"], "last": bound.value["closes"]}
            )


def _minute(clock: str) -> dt.timedelta:
    return dt.timedelta(hours=int(clock[:2]), minutes=int(clock[3:]))

"""At this time of day? Every zone in which the person may be must be inside lawful hours, from the start to the end of the contact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from zoneinfo import ZoneInfo

from arrears.gate.answer import Finding
from arrears.gate.case import Case, Findings
from arrears.gate.facts import Consent, zone_of
from arrears.gate.naming import clock
from arrears.gate.rules import Bound
from arrears.kernel.days import ZONE

# A letter is posted, it does not ring; an answer and help go to somebody who has just asked.
_ANY_TIME_CHANNELS = frozenset({"letter"})
_ANY_TIME_PURPOSES = frozenset({"answer", "help"})
_DAY = dt.timedelta(days=1)


def check(case: Case) -> Findings:
    """Refuse outside the window of cn.contact.hours (a visit: cn.visit.hours) unless a recorded consent covers the contact."""
    if not is_bound(case):
        return
    bound = window_of(case)
    if bound is None:
        return
    zones = case.person.zones
    if zones is None:
        yield Finding("DENY_FACTS_MISSING", bound.rule, "missing", {"what": "person.zones"})
        zones = ()
    if consent_in_force(case) is not None:
        return
    for zone in (ZONE, *(zone_of(each) for each in zones if each != ZONE.key)):
        yield from _outside(case, bound, zone)


def is_bound(case: Case) -> bool:
    """Return whether hours matter to this act."""
    ask = case.ask
    if ask.act == "contact":
        return ask.channel not in _ANY_TIME_CHANNELS and not (ask.purpose in _ANY_TIME_PURPOSES and case.just_spoke)
    return ask.act == "start_visit"


def window_of(case: Case) -> Bound | None:
    """Return the window of the day with its rule."""
    if case.is_visit:
        return case.rules.binding("visit.hours", "cn.visit.hours")
    return case.rules.binding("contact.hours", "cn.contact.hours")


@lru_cache(maxsize=64)
def minutes_of(text: str) -> int:
    """Return HH:MM as minutes of the day; 24:00 is its end."""
    return int(text[:2]) * 60 + int(text[3:])


def at_minute(day: dt.date, minute: int, zone: ZoneInfo) -> dt.datetime:
    """Return the moment of a minute of a day in a zone; the minute after the last is the next midnight."""
    return dt.datetime(day.year, day.month, day.day, tzinfo=zone) + dt.timedelta(minutes=minute)


def _window(bound: Bound) -> tuple[int, int]:
    assert isinstance(bound.value, Mapping)
    return minutes_of(bound.value["opens"]), minutes_of(bound.value["closes"])


def _outside(case: Case, bound: Bound, zone: ZoneInfo) -> Findings:
    opens, closes = _window(bound)
    here = case.here if zone is ZONE else case.when.astimezone(zone)
    minute = here.hour * 60 + here.minute
    length = dt.timedelta(minutes=case.ask.minutes or 0)
    starts_inside = opens <= minute < closes
    if starts_inside and (not length or here + length <= at_minute(here.date(), closes, zone)):
        return
    names = {"zone": zone.key, "opens": bound.value["opens"], "closes": bound.value["closes"]}  # type: ignore[index, call-overload]
    next_day = here.date() if minute < opens else here.date() + _DAY
    until = _earlier(at_minute(next_day, opens, zone), _consent_opens(case))
    if length > dt.timedelta(minutes=closes - opens) and _consent_opens(case) is None:
        yield Finding("DENY_HOURS", bound.rule, "hours_end", {"end": clock(here + length), **names})
    elif starts_inside:
        yield Finding("DENY_HOURS", bound.rule, "hours_end", {"end": clock(here + length), **names}, until)
    else:
        yield Finding("DENY_HOURS", bound.rule, "hours", {"at": clock(here), **names}, until)


def _earlier(first: dt.datetime, second: dt.datetime | None) -> dt.datetime:
    return first if second is None or first <= second else second


def consent_in_force(case: Case) -> Consent | None:
    """Return the recorded consent whose window covers the whole contact, or None."""
    ends = case.here + dt.timedelta(minutes=case.ask.minutes or 0)
    for each in _hours_consents(case):
        if each.given_at <= case.when and (each.withdrawn_at is None or case.when < each.withdrawn_at):
            for opens_at, closes_at in _windows(each, case.day):
                if opens_at <= case.here < closes_at and ends <= closes_at:
                    return each
    return None


def _hours_consents(case: Case) -> list[Consent]:
    channel = "visit" if case.is_visit else case.ask.channel
    return [
        each
        for each in case.person.consents or ()
        if each.kind == "hours" and each.opens and each.closes and (each.channel is None or each.channel == channel)
    ]


def _windows(consent: Consent, day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
    """The windows of a consent that may touch a day: the one that began the evening before, and its own."""
    opens, closes = minutes_of(consent.opens or ""), minutes_of(consent.closes or "")
    length = dt.timedelta(minutes=(closes - opens) % (24 * 60))
    starts = [at_minute(each, opens, ZONE) for each in (day - _DAY, day, day + _DAY)]
    return [(start, start + length) for start in starts]


def _consent_opens(case: Case) -> dt.datetime | None:
    """The next moment at which a consent might cover the contact."""
    moments = []
    for each in _hours_consents(case):
        begins = max(case.when, each.given_at)
        if each.withdrawn_at is not None and begins >= each.withdrawn_at:
            continue
        for opens_at, closes_at in _windows(each, begins.astimezone(ZONE).date()):
            moment = max(opens_at, each.given_at)
            if case.when < moment < closes_at:
                moments.append(moment)
    return min(moments, default=None)

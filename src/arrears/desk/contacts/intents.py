"""What is due to be said: queued without a permit, each once by its key, and with the figures that fill it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import Any
from uuid import UUID

from babel.dates import format_date
from django.db import transaction

from arrears.desk.contacts import texts
from arrears.desk.contacts.models import Intent, Standing
from arrears.desk.contacts.rules import in_force
from arrears.desk.contacts.ways import ways
from arrears.desk.journal.services import record
from arrears.desk.people.models import Person

CHANNELS: Mapping[str, tuple[str, ...]] = {
    "service_reminder": ("sms", "email", "letter"),
    "overdue_notice": ("sms", "letter"),
    "promise_reminder": ("sms", "email"),
    "credit_notice": ("sms", "letter"),
    "handoff_notice": ("sms", "letter"),
}
"""In which order a purpose is tried; what did not arrive by one goes by the next."""
LIFE: Mapping[str, dt.timedelta] = {"promise_reminder": dt.timedelta(days=1), "service_reminder": dt.timedelta(days=3)}
"""How long it makes sense to say it; the others until what they are about is over."""


@transaction.atomic
def put(
    key: str,
    person: UUID,
    loan: str,
    purpose: str,
    at: dt.datetime,
    *,
    fills: Mapping[str, Any] | None = None,
    not_before: dt.datetime | None = None,
    channels: tuple[str, ...] = (),
    locale: str = "zh_Hans",
) -> Intent:
    """Queue something; the same key again changes nothing.

    Parameters
    ----------
    key : such as the id of the proposal it comes from
    person, loan, purpose : whom, about what, why
    fills : figures of the proposal: amount_fen, date, report_on (ISO days), penalty_rate, agency
    not_before : the moment from which it is tried; now
    channels : in order; those of the purpose

    Raises
    ------
    ValueError for a purpose without wording, or figures nobody knows.
    """
    if purpose not in CHANNELS:
        raise ValueError(f"nothing is written for {purpose}; allowed: {', '.join(CHANNELS)}")
    strange = (fills or {}).keys() - {"amount_fen", "date", "report_on", "penalty_rate", "agency"}
    if strange:
        raise ValueError(f"not figures of a wording: {', '.join(sorted(strange))}")
    begins = not_before or at
    made, is_new = Intent.objects.get_or_create(
        key=key,
        defaults={
            "person": person,
            "loan": loan,
            "purpose": purpose,
            "channels": list(channels or CHANNELS[purpose]),
            "fills": dict(fills or {}),
            "locale": locale,
            "made_at": at,
            "next_at": begins,
            "until": begins + LIFE[purpose] if purpose in LIFE else None,
            "state_at": at,
        },
    )
    if is_new:
        record("intent_queued", at, person=person, loan=loan, subject=f"intent:{made.pk}", data={"purpose": purpose, "key": key})
    return made


def filled(intent: Intent, channel: str, wording: texts.Wording) -> texts.Filled:
    """The wording with this intent's figures; texts.WordingProblem where one is not known."""
    standing = Standing.objects.filter(loan=intent.loan).first()
    locale, told = intent.locale, dict(intent.fills)
    lines = ways().lines[locale]
    fills: dict[str, str] = {**lines, "name": addressed(Person.objects.get(pk=intent.person), locale)}
    amount = told.get("amount_fen", standing.overdue_fen if standing else None)
    if amount:
        fills["amount"] = f"¥{amount // 100:,}.{amount % 100:02d}"
    day = told.get("date") or (standing.oldest_due_on.isoformat() if standing and standing.oldest_due_on else "")
    if day:
        fills["date"] = _day(dt.date.fromisoformat(day), locale)
        grace = in_force().law.whole_at("grace.days", dt.date.fromisoformat(day))
        fills["grace_end"] = _day(dt.date.fromisoformat(day) + dt.timedelta(days=grace), locale)
    if told.get("report_on"):
        fills["report_on"] = _day(dt.date.fromisoformat(told["report_on"]), locale)
    if told.get("agency"):
        fills["agency"] = str(told["agency"])
    fills["penalty_rate"] = str(told.get("penalty_rate") or _rate(intent.made_at.date(), locale))
    return wording.filled(channel, fills)


def addressed(person: Person, locale: str) -> str:
    """How somebody is addressed: the family name with 女士 or 先生 where that is known, else the name."""
    name = person.name.clear() if person.name is not None else ""
    if locale == "zh_Hans" and person.gender in ("female", "male") and not name.isascii():
        return f"{name[:1]}{'女士' if person.gender == 'female' else '先生'}"
    return name or ("您好" if locale == "zh_Hans" else "Customer")


def _day(day: dt.date, locale: str) -> str:
    return format_date(day, "M月d日" if locale == "zh_Hans" else "d MMMM", locale=locale)


def _rate(on: dt.date, locale: str) -> str:
    rate = in_force().law.at("penalty.daily_rate", on)
    share = rate if isinstance(rate, Fraction) else Fraction(0)
    percent = f"{float(share * 100):.4f}".rstrip("0").rstrip(".")
    return f"每日{percent}%" if locale == "zh_Hans" else f"{percent}% a day"

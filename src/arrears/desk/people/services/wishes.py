"""Consents, refusals and preferences. Rows only end; what was said stays on record with its day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from arrears.desk.journal.services import record
from arrears.desk.people.models import Consent, Person, Refusal
from arrears.desk.people.models.parties import CHANNELS


@transaction.atomic
def give_consent(
    person: Person, kind: str, at: dt.datetime, by: Any = None, given_at: dt.datetime | None = None, channel: str | None = None,
    window: tuple[str, str] | None = None, source: str = "",
) -> Consent:  # fmt: skip
    """Record a consent; the same one (kind, channel, moment) is recorded once.

    Parameters
    ----------
    given_at : when the person said so; default: now
    window : hours: from and to, HH:MM
    """
    opens, closes = window or (None, None)
    consent, made = Consent.objects.get_or_create(
        person=person, kind=kind, channel=channel, given_at=given_at or at, defaults={"opens": opens, "closes": closes, "source": source}
    )
    if made:
        record("consent_given", at, by=by, person=person.pk, subject=f"consent:{consent.pk}", data={"kind": kind, "channel": channel})
    return consent


@transaction.atomic
def withdraw_consent(consent: Consent, at: dt.datetime, by: Any = None, withdrawn_at: dt.datetime | None = None) -> None:
    """The person took it back; a consent to messages taken back is a refusal of that channel."""
    if consent.withdrawn_at is not None:
        return
    consent.withdrawn_at = withdrawn_at or at
    consent.save(update_fields=["withdrawn_at"])
    data = {"kind": consent.kind, "channel": consent.channel}
    record("consent_withdrawn", at, by=by, person=consent.person_id, subject=f"consent:{consent.pk}", data=data)
    if consent.kind == "message":
        refuse(consent.person, consent.channel, at, by, said_at=consent.withdrawn_at, source="consent withdrawn")


@transaction.atomic
def refuse(
    person: Person, channel: str | None, at: dt.datetime, by: Any = None, source: str = "", said_at: dt.datetime | None = None
) -> Refusal:
    """The person's no to a channel, or to all (None). One that stands already is not said twice."""
    standing = Refusal.objects.filter(person=person, channel=channel, withdrawn_at=None).first()
    if standing is not None:
        return standing
    refusal = Refusal.objects.create(person=person, channel=channel, said_at=said_at or at, source=source)
    record("channel_refused", at, by=by, person=person.pk, subject=f"refusal:{refusal.pk}", data={"channel": channel, "source": source})
    return refusal


@transaction.atomic
def take_refusal_back(refusal: Refusal, at: dt.datetime, by: Any = None) -> None:
    """The person may be reached by it again. A third party's no stays for good: the gate holds that."""
    if refusal.withdrawn_at is not None:
        return
    refusal.withdrawn_at = at
    refusal.save(update_fields=["withdrawn_at"])
    record("refusal_withdrawn", at, by=by, person=refusal.person_id, subject=f"refusal:{refusal.pk}", data={"channel": refusal.channel})


@transaction.atomic
def prefer(person: Person, channel: str | None, at: dt.datetime, by: Any = None) -> None:
    """The channel a person asked for. What they asked for before stands in the journal."""
    if channel not in (None, *CHANNELS):
        raise ValueError(f"no channel: {channel}; known are {', '.join(CHANNELS)}")
    if person.prefers == channel:
        return
    data = {"fields": ["prefers"], "prefers": [person.prefers, channel]}
    person.prefers = channel
    person.save(update_fields=["prefers"])
    record("person_changed", at, by=by, person=person.pk, data=data)

"""Death, insolvency, who speaks for somebody, signs of vulnerability, and what a person said of themselves."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from arrears.desk import permissions
from arrears.desk.journal.services import record
from arrears.desk.people.models import Insolvency, Person, Representation, Sign


@transaction.atomic
def record_death(person: Person, on: dt.date, at: dt.datetime, by: Any = None) -> None:
    """Put a death on record. ValueError for a day to come."""
    if on > at.date():
        raise ValueError(f"{on} lies ahead; allowed: a day up to {at.date()}")
    person.died_on = on
    person.save(update_fields=["died_on"])
    record("person_died", at, by=by, person=person.pk, data={"on": on.isoformat()})


@transaction.atomic
def record_insolvency(person: Person, court: str, region: str, accepted_on: dt.date, at: dt.datetime, by: Any = None) -> Insolvency:
    """A court accepted the person's case on that day."""
    case, made = Insolvency.objects.get_or_create(person=person, court=court, accepted_on=accepted_on, defaults={"region": region})
    if made:
        record("insolvency_recorded", at, by=by, person=person.pk, data={"accepted_on": accepted_on.isoformat(), "region": region})
    return case


@transaction.atomic
def end_insolvency(case: Insolvency, on: dt.date, at: dt.datetime, by: Any = None) -> None:
    """The case's last day."""
    case.ended_on = on
    case.save(update_fields=["ended_on"])
    record("insolvency_ended", at, by=by, person=case.person_id, data={"on": on.isoformat()})


@transaction.atomic
def name_representative(
    person: Person,
    representative: Person,
    kind: str,
    at: dt.datetime,
    by: Any = None,
    since_at: dt.datetime | None = None,
    source: str = "",
) -> Representation:
    """Somebody speaks for the person from a moment on; who did before in the same capacity does not any more."""
    since = since_at or at
    for each in Representation.objects.filter(person=person, kind=kind, until_at=None):
        if each.representative_id == representative.pk:
            return each
        end_representative(each, at, by, until_at=max(since, each.since_at))
    made = Representation.objects.create(person=person, representative=representative, kind=kind, since_at=since, source=source)
    data = {"kind": kind, "representative": str(representative.pk)}
    record("representative_named", at, by=by, person=person.pk, subject=f"representation:{made.pk}", data=data)
    return made


@transaction.atomic
def end_representative(named: Representation, at: dt.datetime, by: Any = None, until_at: dt.datetime | None = None) -> None:
    """They speak for the person no more."""
    named.until_at = until_at or at
    named.save(update_fields=["until_at"])
    record("representative_ended", at, by=by, person=named.person_id, subject=f"representation:{named.pk}")


@transaction.atomic
def see_sign(person: Person, sign: str, at: dt.datetime, by: Any = None) -> Sign:
    """Somebody saw a sign of vulnerability; from now on only what care allows passes the gate, until compliance clears it."""
    standing = Sign.objects.filter(person=person, sign=sign, cleared_at=None).first()
    if standing is not None:
        return standing
    made = Sign.objects.create(person=person, sign=sign, seen_at=at, seen_by=by)
    record("sign_seen", at, by=by, person=person.pk, subject=f"sign:{made.pk}")
    return made


@transaction.atomic
def clear_sign(sign: Sign, at: dt.datetime, by: Any) -> None:
    """Clear a sign. ValueError unless somebody of compliance does, who is not the one that saw it (by person, not by account)."""
    if by is None or not by.has_role(permissions.COMPLIANCE):
        raise ValueError("only compliance clears a sign of vulnerability")
    if sign.seen_by is not None and sign.seen_by.person == by.person:
        raise ValueError("who saw a sign does not clear it; somebody else of compliance may")
    sign.cleared_at, sign.cleared_by = at, by
    sign.save(update_fields=["cleared_at", "cleared_by"])
    record("sign_cleared", at, by=by, person=sign.person_id, subject=f"sign:{sign.pk}")


def ask_for_help(person: Person, at: dt.datetime, by: Any = None) -> None:
    """The person told us of trouble."""
    _said(person, "asked_for_help_at", "help_asked", at, by)


def decline_visit(person: Person, at: dt.datetime, by: Any = None) -> None:
    """The person said no to a visit."""
    _said(person, "declined_visit_at", "visit_declined", at, by)


def offer_to_pay(person: Person, at: dt.datetime, by: Any = None) -> None:
    """Somebody who owes nothing offered to pay, of their own."""
    _said(person, "offered_to_pay_at", "pay_offered", at, by)


@transaction.atomic
def _said(person: Person, column: str, kind: str, at: dt.datetime, by: Any) -> None:
    setattr(person, column, at)
    person.save(update_fields=[column])
    record(kind, at, by=by, person=person.pk)

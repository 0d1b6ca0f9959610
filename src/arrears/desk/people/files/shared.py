"""What borrowers and those beside them have in common when they come in many at a time."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from arrears.desk.journal.models import Event
from arrears.desk.people.models import Address, Person
from arrears.desk.people.models.addresses import KINDS
from arrears.desk.people.services.numbers import review_shared


def new_address(
    person: Person, kind: str, text: str, at: dt.datetime, source: str = "file", confirmed_at: dt.datetime | None = None
) -> Address:
    """An address that is not yet written."""
    made = Address(person=person, kind=kind, channels=list(KINDS[kind][1]), source=source, made_at=at)
    made.put(text)
    if confirmed_at is not None:
        made.confirmed, made.confirmed_at = True, confirmed_at
    return made


def write_addresses(wanted: list[Address], at: dt.datetime) -> tuple[int, int, int]:
    """Write those that are new; numbers of two persons come under review. Returns how many were new, had ended, came under review."""
    unique = {(each.person_id, each.kind, bytes(each.value_index or b"")): each for each in reversed(wanted)}
    if not unique:
        return 0, 0, 0
    known = {
        (person, kind, bytes(index)): ended
        for person, kind, index, ended in Address.objects.filter(person__in={each[0] for each in unique}).values_list(
            "person_id", "kind", "value_index", "ended_at"
        )
    }
    fresh = [each for key, each in unique.items() if key not in known]
    ended = sum(1 for key in unique if known.get(key) is not None)
    Address.objects.bulk_create(fresh)
    reviewed = review_shared(at, [key[2] for key in unique])
    return len(fresh), ended, len(reviewed)


def write_events(rows: list[tuple[str, UUID, str, dict[str, Any]]], at: dt.datetime, by: Any = None) -> None:
    """Events of many persons at once: kind, person, subject, data."""
    Event.objects.bulk_create(
        [Event(at=at, kind=kind, account=by, person=person, subject=subject, data=data) for kind, person, subject, data in rows]
    )

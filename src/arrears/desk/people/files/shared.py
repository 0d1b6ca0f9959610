"""What borrowers and those beside them have in common when they come in many at a time."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import connection

from arrears.desk.journal.models import Event
from arrears.desk.people.models import Address, Person
from arrears.desk.people.models.addresses import KINDS
from arrears.desk.people.services.numbers import ALONE, SHARED

_REVIEW = """
update people_address a set under_review = true, review_why = %s
 where a.ended_at is null and not a.under_review and a.kind = any(%s) and a.value_index = any(%s)
   and exists (select 1 from people_address b
                where b.kind = a.kind and b.value_index = a.value_index and b.person_id <> a.person_id and b.ended_at is null)
 returning a.id, a.person_id
"""


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
    with connection.cursor() as cursor:
        cursor.execute(_REVIEW, [SHARED, sorted(ALONE), [key[2] for key in unique]])
        reviewed = cursor.fetchall()
    write_events([("address_reviewed", person, f"address:{address}", {"why": SHARED}) for address, person in reviewed], at)
    return len(fresh), ended, len(reviewed)


def write_events(rows: list[tuple[str, UUID, str, dict[str, Any]]], at: dt.datetime, by: Any = None) -> None:
    """Events of many persons at once: kind, person, subject, data."""
    Event.objects.bulk_create(
        [Event(at=at, kind=kind, account=by, person=person, subject=subject, data=data) for kind, person, subject, data in rows]
    )

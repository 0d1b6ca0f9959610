"""Numbers, mailboxes and places: whose they are, and what to do where two persons have the same one.

Nobody is contacted at an address under review, and only a person ends a review, by saying whose it is.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from arrears.desk.journal.services import record
from arrears.desk.people import cipher, normal
from arrears.desk.people.models import Address, Person
from arrears.desk.people.models.addresses import KINDS

SHARED = "shared"
ALONE = frozenset({"phone", "email", "messenger", "app"})  # a home may have several people, a number has one


_REVIEW = """
update people_address a set under_review = true, review_why = %s
 where a.ended_at is null and not a.under_review and a.kind = any(%s) and (%s::bytea[] is null or a.value_index = any(%s))
   and exists (select 1 from people_address b
                where b.kind = a.kind and b.value_index = a.value_index and b.person_id <> a.person_id and b.ended_at is null)
 returning a.id, a.person_id
"""


def review_shared(at: dt.datetime, indexes: list[bytes] | None = None) -> list[tuple[UUID, UUID]]:
    """Put numbers of two persons under review, among these values or (None) all, with their events; returns address and person of each."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_REVIEW, [SHARED, sorted(ALONE), indexes, indexes])
        found = [(address, person) for address, person in cursor.fetchall()]
        for address, person in found:
            record("address_reviewed", at, person=person, subject=f"address:{address}", data={"why": SHARED})
    return found


def at_number(kind: str, text: str) -> QuerySet[Address]:
    """Every address in use with this value, whoever has it."""
    return _with(kind, cipher.blind(kind, normal.FORMS[kind](text)))


def sharers(address: Address) -> QuerySet[Address]:
    """The same number or mailbox at other persons."""
    if address.kind not in ALONE or address.value_index is None:
        return Address.objects.none()
    return _with(address.kind, bytes(address.value_index)).exclude(person=address.person_id)


def _with(kind: str, index: bytes) -> QuerySet[Address]:
    return Address.objects.filter(kind=kind, value_index=index, ended_at=None).select_related("person").order_by("made_at", "id")


@transaction.atomic
def add_address(
    person: Person,
    kind: str,
    text: str,
    at: dt.datetime,
    by: Any = None,
    source: str = "staff",
    channels: list[str] | None = None,
    place: tuple[str, str] | None = None,
    confirmed_at: dt.datetime | None = None,
) -> Address:
    """Put an address on record; one that is there stays, and one that had ended is in use again, unconfirmed.

    Parameters
    ----------
    kind : a key of `KINDS`
    channels : fewer than the kind serves
    place : "longitude,latitude" and its datum, of a home
    confirmed_at : the person said so then

    A number that somebody else has too puts all of them under review.
    """
    address = Address(person=person, kind=kind, channels=list(channels or KINDS[kind][1]), source=source, made_at=at)
    address.put(text)
    if not normal.FORMS[kind](text):
        raise ValueError(f"{kind} is empty")
    index = bytes(address.value_index or b"")
    with connection.cursor() as cursor:  # two who add one number at once would each see only their own
        cursor.execute("select pg_advisory_xact_lock(%s)", [int.from_bytes(index[:8], signed=True)])
    known = Address.objects.select_for_update().filter(person=person, kind=kind, value_index=index).first()
    if known is not None and known.ended_at is None:
        return known
    if known is not None:
        known.ended_at, known.confirmed, known.confirmed_at, known.valid = None, None, None, None
        address = known
    if place is not None:
        address.place, address.datum = place
    if confirmed_at is not None:
        address.confirmed, address.confirmed_at = True, confirmed_at
    address.under_review, address.review_why = False, ""
    address.save()
    record("address_added", at, by=by, person=person.pk, subject=f"address:{address.pk}", data={"kind": kind, "source": source})
    if review_shared(at, [index]):
        address.refresh_from_db()
    transaction.on_commit(lambda: review_shared(at, [index]))  # a people file that was under way has become visible by now
    return address


@transaction.atomic
def put_under_review(address: Address, why: str, at: dt.datetime, by: Any = None) -> None:
    """Nobody is contacted there until a person confirms whose it is. `why`: shared, wrong_person, stop, told."""
    address.under_review, address.review_why = True, why
    address.save(update_fields=["under_review", "review_why"])
    record("address_reviewed", at, by=by, person=address.person_id, subject=f"address:{address.pk}", data={"why": why})


@transaction.atomic
def confirm_address(address: Address, at: dt.datetime, by: Any) -> list[Address]:
    """Somebody confirms whose it is: its review ends, and it ends at the others who have it. Returns those.

    ValueError where nobody confirms: a machine may not.
    """
    if getattr(by, "pk", None) is None:
        raise ValueError("a person confirms whose a number is; a machine may not")
    others = list(sharers(address))
    for each in others:
        end_address(each, at, by, why="belongs_to_somebody_else")
    address.under_review, address.review_why, address.confirmed, address.confirmed_at, address.valid = False, "", True, at, True
    address.save()
    record("address_confirmed", at, by=by, person=address.person_id, subject=f"address:{address.pk}", data={"ended_elsewhere": len(others)})
    return others


@transaction.atomic
def end_address(address: Address, at: dt.datetime, by: Any = None, why: str = "told") -> None:
    """It is not used any more. Who had it together with this person keeps the review until somebody confirms."""
    address.ended_at = at
    address.save(update_fields=["ended_at"])
    record("address_ended", at, by=by, person=address.person_id, subject=f"address:{address.pk}", data={"why": why})


@transaction.atomic
def mark_invalid(address: Address, at: dt.datetime, by: Any = None, why: str = "") -> None:
    """It is proven dead or undeliverable."""
    if address.valid is False:
        return
    address.valid = False
    address.save(update_fields=["valid"])
    record("address_invalid", at, by=by, person=address.person_id, subject=f"address:{address.pk}", data={"why": why})

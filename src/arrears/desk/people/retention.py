"""What is past its time is deleted, and that it was is on record.

The records of a loan are kept for the years that `cn.record.retention` asks, from the day on which nothing is claimed from it any more.
Then its documents go, and when that holds for everything somebody has to do with, so does what tells who they are: name, numbers,
addresses, and the salt by which the audit log could be shown to speak of them. The pseudonym, the events and the leaves stay: they tell
of nobody any more.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from arrears.desk.journal.services import record
from arrears.desk.people.documents.services import delete_document, shelf
from arrears.desk.people.models import Address, Document, Loan, Party, Person
from arrears.law.values import Law
from arrears.law.values import load as load_law

RULE = "cn.record.retention"
Keep = Callable[[Person], str]
_KEEPS: list[Keep] = []
_HALF_WRITTEN = 24 * 3600.0


def keeps(reason: Keep) -> None:
    """A room above says why somebody must stay: the reason in words, or nothing. An open complaint, a suit, a hold."""
    if reason not in _KEEPS:
        _KEEPS.append(reason)


@lru_cache(maxsize=1)
def _law() -> Law:
    return load_law(None, "cn")


def years(on: dt.date) -> int:
    """How many years the law asks on a day."""
    return _law().whole_at(RULE, on)


def ended_before(on: dt.date) -> dt.date:
    """Loans that ended on this day or before are past their time on `on`."""
    year = on.year - years(on)
    return dt.date(year, on.month, min(on.day, calendar.monthrange(year, on.month)[1])) - dt.timedelta(days=1)


def past_loans(on: dt.date) -> QuerySet[Loan]:
    """Loans past their time."""
    return Loan.objects.filter(ended_on__lte=ended_before(on))


def past_persons(on: dt.date) -> Iterator[Person]:
    """Persons who have to do with loans past their time, and with no other. Nobody without any loan: they may be new."""
    living = Q(ended_on=None) | Q(ended_on__gt=ended_before(on))
    own = Loan.objects.filter(debtor=OuterRef("pk"))
    beside = Party.objects.filter(person=OuterRef("pk"))
    kept_by = beside.filter(Q(loan__in=Loan.objects.filter(living)) | Q(loan=None, debtor__loans__in=Loan.objects.filter(living)))
    past = Person.objects.filter(erased_at=None).exclude(Exists(own.filter(living))).exclude(Exists(kept_by))
    past = past.filter(Exists(own) | Exists(beside.filter(Q(loan__isnull=False) | Q(debtor__loans__isnull=False))))
    for person in past.order_by("pk"):
        if not any(keep(person) for keep in _KEEPS):
            yield person


def run(at: dt.datetime, by: Any = None, dry_run: bool = False) -> dict[str, int]:
    """Delete what is past its time; returns how much of what. Safe to run again, and to stop: each person is a transaction of their own."""
    on = at.date()
    documents = Document.objects.filter(loan__in=past_loans(on), deleted_at=None)
    persons = list(past_persons(on))
    out = {"documents": documents.count(), "persons": len(persons), "lost_files": 0}
    if dry_run:
        return out
    for document in documents.select_related("loan"):
        delete_document(document, at, by, RULE)
    for person in persons:
        erase(person, at, by)
    out["lost_files"] = _sweep(at)
    record("retention_run", at, by=by, data={**out, "years": years(on), "rule": RULE})
    return out


@transaction.atomic
def erase(person: Person, at: dt.datetime, by: Any = None, rule: str = RULE) -> None:
    """Delete what tells who somebody is; their leaf of the audit log says that it was."""
    for document in Document.objects.filter(person=person, deleted_at=None):
        delete_document(document, at, by, rule)
    leaf = {
        "id": f"erasure/{person.pk}", "kind": "erasure", "subject": person.seal(str(person.pk)), "what": "name, numbers, addresses, salt",
        "rule_id": rule, "erased_on": at.date().isoformat(),
    }  # fmt: skip
    record("person_erased", at, by=by, person=person.pk, data={"rule": rule}, leaf=leaf)
    for loan in person.loans.all():
        loan.put(number="", plate="", vin="")
        loan.save()
    Address.objects.filter(person=person).update(value=None, value_index=None, last_four="", place=None, datum="")
    Address.objects.filter(person=person, ended_at=None).update(ended_at=at)
    person.put_name("")
    person.put_id_number("")
    person.born_on = person.employer = person.salt = None
    person.gender, person.region, person.zones, person.prefers, person.erased_at = "", None, None, None, at
    person.save()


def _sweep(at: dt.datetime) -> int:
    """Remove files that no document speaks of: what a crash left behind, a day ago or more."""
    known = {each.hex for each in Document.objects.filter(deleted_at=None).values_list("pk", flat=True)}
    lost = [path for path in shelf().everything() if path.name not in known and at.timestamp() - path.stat().st_mtime > _HALF_WRITTEN]
    for path in lost:
        path.unlink(missing_ok=True)
    return len(lost)

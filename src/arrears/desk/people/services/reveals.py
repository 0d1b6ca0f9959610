"""Looking at a personal value in clear: one at a time, for a stated reason, written down before it is shown."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import transaction

from arrears.desk.journal.services import record
from arrears.desk.people.models import Address, Document, Loan, Person, Reveal, User
from arrears.desk.people.models.traces import FIELDS, REASONS

__all__ = ["A_DAY", "FIELDS", "REASONS", "TooMany", "holder", "reveal", "revealed_today"]
A_DAY = 200
"""How many values one account may look at in a day; more is no work with people but copying them."""

_WHERE: dict[str, tuple[Any, str, str]] = {
    "person.name": (Person, "name", "pk"),
    "person.id_number": (Person, "id_number", "pk"),
    "person.born_on": (Person, "born_on", "pk"),
    "person.employer": (Person, "employer", "pk"),
    "address.value": (Address, "value", "person_id"),
    "loan.number": (Loan, "number", "debtor_id"),
    "loan.plate": (Loan, "plate", "debtor_id"),
    "loan.vin": (Loan, "vin", "debtor_id"),
    "document.name": (Document, "name", "person_id"),
}


class TooMany(Exception):
    """The account has looked at as many values today as a day allows."""


def revealed_today(user: User, on: dt.date) -> int:
    """How many values the account looked at on a day."""
    return Reveal.objects.filter(account=user, on=on).count()


def holder(field: str, row: UUID) -> tuple[Any, Person]:
    """The row a field stands in, and whose it is. LookupError where there is none."""
    if field not in _WHERE:
        raise LookupError(f"nothing is called {field}; known are {', '.join(_WHERE)}")
    model, _name, owner = _WHERE[field]
    found = model.objects.filter(**({"key": row} if model is Loan else {"pk": row})).first()
    if found is None:
        raise LookupError(f"there is no {field} {row}")
    if owner == "pk":
        return found, found
    person = getattr(found, owner) or found.loan.debtor_id
    return found, Person.objects.get(pk=person)


def reveal(user: User, field: str, row: UUID, reason: str, at: dt.datetime, note: str = "") -> str:
    """The clear text of one value.

    Parameters
    ----------
    field : such as `address.value`; row : its id (of a loan: its `key`)
    reason : a key of REASONS; `other` needs a note of at least five characters

    Errors: ValueError without a reason; TooMany; LookupError; KeyProblem. In each nothing is written down, and nothing shown.
    """
    note = note.strip()
    if reason not in REASONS or (reason == "other" and len(note) < 5):
        raise ValueError(f"a reason is needed: {', '.join(REASONS)}; with other, a note of five characters or more")
    found, person = holder(field, row)
    value = getattr(found, _WHERE[field][1])
    if value is None:
        raise LookupError(f"{field} is empty")
    text = str(value.clear())
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # two windows of one account count one after the other
        if revealed_today(user, at.date()) >= A_DAY:
            raise TooMany
        made = Reveal.objects.create(account=user, person=person, field=field, row=row, reason=reason, note=note[:200], at=at, on=at.date())
        leaf: dict[str, Any] = {
            "id": f"reveal/{made.pk}", "kind": "reveal", "revealed_at": at.isoformat(), "field": field, "reason": reason,
            "person": person.seal(str(person.pk)), "account": person.seal(str(user.pk)), "row": person.seal(str(row)),
        }  # fmt: skip
        if note:
            leaf["note"] = person.seal(note)
        record(
            "field_revealed", at, by=user, person=person.pk, subject=f"reveal:{made.pk}", data={"field": field, "reason": reason}, leaf=leaf
        )
    return text

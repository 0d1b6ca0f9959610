"""Persons, their loans, and who stands beside them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from arrears.desk.journal.services import record
from arrears.desk.people.models import Loan, Party, Person, Team
from arrears.desk.people.models.parties import fresh_salt

PLAIN = ("gender", "language", "region", "zones", "capacity", "source")


@transaction.atomic
def make_person(pseudonym: str, name: str = "", at: dt.datetime | None = None, by: Any = None, **told: Any) -> Person:
    """Put a person on record.

    Parameters
    ----------
    pseudonym : the Book's borrower_id, or a name of our own for somebody else
    told : id_number, born_on (text), employer, and the plain columns gender, language, region, zones, capacity, source

    Errors: IntegrityError where the pseudonym is taken; KeyProblem.
    """
    assert at is not None
    person = Person(pseudonym=pseudonym, made_at=at)
    person.put_name(name)
    person.put_id_number(told.pop("id_number", "") or "")
    person.born_on, person.employer = told.pop("born_on", None) or None, told.pop("employer", None) or None
    _put_plain(person, told)
    person.save(force_insert=True)
    record("person_made", at, by=by, person=person.pk, data={"source": person.source})
    return person


@transaction.atomic
def change_person(person: Person, at: dt.datetime, by: Any = None, **told: Any) -> list[str]:
    """Change what is told, where it differs; returns the names of the fields that did. Values do not stand in the event, they are
    personal."""
    changed = []
    for name, put in (("name", person.put_name), ("id_number", person.put_id_number)):
        if name in told and told[name] != _clear(getattr(person, name)):
            put(told[name])
            changed.append(name)
        told.pop(name, None)
    for name in ("born_on", "employer"):
        if name in told and told[name] != _clear(getattr(person, name)):
            setattr(person, name, told[name] or None)
            changed.append(name)
        told.pop(name, None)
    changed += _put_plain(person, told)
    if changed:
        person.save()
        record("person_changed", at, by=by, person=person.pk, data={"fields": sorted(changed)})
    return changed


def _clear(value: Any) -> str:
    return "" if value is None else str(value.clear())


def _put_plain(person: Person, told: dict[str, Any]) -> list[str]:
    strange = sorted(told.keys() - set(PLAIN))
    if strange:
        raise ValueError(f"a person has no {', '.join(strange)}; known are {', '.join(PLAIN)}")
    changed = [name for name, value in told.items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, told[name])
    return changed


def know_loans(rows: Iterable[tuple[str, str]], at: dt.datetime) -> int:
    """Put loans and their debtors on record where they are new, in two statements; returns how many loans were.

    Parameters
    ----------
    rows : (loan id, pseudonym of the debtor)

    A loan that is known stays with its debtor, whoever the row names. People it makes have no name and no address yet: the gate lets
    nobody reach them.
    """
    pairs = list(dict(rows).items())
    loans, debtors = [each[0] for each in pairs], [each[1] for each in pairs]
    fresh = list(dict.fromkeys(debtors))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """insert into people_person (id, pseudonym, name_marks, id_last_four, gender, language, source, salt, made_at)
               select id, pseudonym, '{}', '', '', 'zh', 'book', salt, %s
                 from unnest(%s::uuid[], %s::text[], %s::bytea[]) as t(id, pseudonym, salt)
               on conflict (pseudonym) do nothing""",
            [at, [uuid.uuid4() for _ in fresh], fresh, [fresh_salt() for _ in fresh]],
        )
        cursor.execute(
            """insert into people_loan (id, debtor_id, key, number_last_four, vin_last_four, made_at)
               select t.loan, p.id, t.key, '', '', %s
                 from unnest(%s::text[], %s::text[], %s::uuid[]) as t(loan, pseudonym, key) join people_person p using (pseudonym)
               on conflict (id) do nothing""",
            [at, loans, debtors, [uuid.uuid4() for _ in pairs]],
        )
        return int(cursor.rowcount)


@transaction.atomic
def put_loan(loan: Loan, at: dt.datetime, by: Any = None, **told: str) -> list[str]:
    """Set the number, plate or vin of a loan where they differ; returns which did."""
    changed = [name for name, text in told.items() if text and text != _clear(getattr(loan, name))]
    if changed:
        loan.put(**{name: told[name] for name in changed})
        loan.save()
        record(
            "person_changed", at, by=by, person=loan.debtor_id, loan=loan.pk, data={"fields": [f"loan.{each}" for each in sorted(changed)]}
        )
    return changed


@transaction.atomic
def give_to_team(loan: Loan, team: Team | None, at: dt.datetime, by: Any = None) -> None:
    """Say which team works a loan."""
    if loan.team_id == (team.pk if team else None):
        return
    loan.team = team
    loan.save(update_fields=["team"])
    record("loan_given", at, by=by, person=loan.debtor_id, loan=loan.pk, data={"team": str(team.pk) if team else None})


@transaction.atomic
def end_loan(loan: Loan, on: dt.date, at: dt.datetime, by: Any = None) -> None:
    """Nothing is claimed from the loan any more since a day."""
    if loan.ended_on == on:
        return
    loan.ended_on = on
    loan.save(update_fields=["ended_on"])
    record("loan_ended", at, by=by, person=loan.debtor_id, loan=loan.pk, data={"on": on.isoformat()})


@transaction.atomic
def add_party(debtor: Person, person: Person, role: str, at: dt.datetime, by: Any = None, loan: Loan | None = None, **told: Any) -> Party:
    """Put somebody beside a debtor: for one loan, or for each of theirs. ValueError for the debtor as their own reference or guarantor."""
    if person.pk == debtor.pk:
        raise ValueError(f"{debtor.pseudonym} cannot be their own {role}; allowed: somebody else")
    if loan is not None and loan.debtor_id != debtor.pk:
        raise ValueError(f"loan {loan.pk} is not a loan of {debtor.pseudonym}")
    party, made = Party.objects.get_or_create(debtor=debtor, loan=loan, person=person, role=role, defaults={"since_at": at, **told})
    if made:
        data = {"role": role, "party": str(person.pk), "relation": party.relation}
        record("party_added", at, by=by, person=debtor.pk, loan=loan.pk if loan else "", data=data)
    return party


@transaction.atomic
def end_party(party: Party, at: dt.datetime, by: Any = None) -> None:
    """They stand beside the loan no more."""
    party.until_at = at
    party.save(update_fields=["until_at"])
    record(
        "party_ended", at, by=by, person=party.debtor_id, loan=party.loan_id or "", data={"role": party.role, "party": str(party.person_id)}
    )

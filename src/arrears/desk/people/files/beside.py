"""Rows of relations: who stands beside a borrower. One name with one number is one person, whoever names them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from arrears.desk.people import cipher, normal
from arrears.desk.people.files.borrowers import midnight
from arrears.desk.people.files.rows import Fault
from arrears.desk.people.files.shared import new_address, write_addresses, write_events
from arrears.desk.people.files.told import Good, Told
from arrears.desk.people.models import Address, Loan, Party, Person
from arrears.desk.people.services import name_representative

_TOLD = ("relation", "may_be_asked", "liable_by", "estate_fen", "renounced")


def take_relations(rows: list[Good], told: Told, at: dt.datetime, by: Any) -> None:
    """Take relations in."""
    debtors = {each.pseudonym: each for each in Person.objects.filter(pseudonym__in={each.cells["borrower_id"] for each in rows})}
    loans = {each.pk: each for each in Loan.objects.filter(pk__in={each.cells["loan_id"] for each in rows if each.cells["loan_id"]})}
    known = _Known(rows)
    fresh: list[Person] = []
    addresses: list[Address] = []
    parties: list[tuple[Good, Party]] = []
    for each in rows:
        debtor = debtors.get(each.cells["borrower_id"])
        fault = _fault(each.cells, debtor, loans)
        person = known.find(each.cells) if fault is None else None
        if fault is None and person is not None and debtor is not None and person.pk == debtor.pk:
            fault = Fault("name", "it is the borrower's own name and number", "somebody else")
        if fault is not None or debtor is None:
            told.reject("relations", each.file, each.row, fault or Fault("borrower_id", "it is not known", "a borrower of an earlier file"))
            continue
        if person is None:
            person = known.make(each.cells, at)
            fresh.append(person)
        addresses += [new_address(person, kind, each.cells[kind], at) for kind in ("phone", "email") if each.cells[kind]]
        loan = loans.get(each.cells["loan_id"]) if each.cells["loan_id"] else None
        party = Party(debtor=debtor, loan=loan, person=person, role=each.cells["role"], since_at=at, source="file")
        parties.append((each, party))
    Person.objects.bulk_create(fresh)
    write_events([("person_made", each.pk, "", {"source": "file"}) for each in fresh], at, by)
    new, ended, reviewed = write_addresses(addresses, at)
    told.count("relations", "persons", len(fresh))
    told.count("relations", "addresses", new)
    told.surprises["ended"] += ended
    told.surprises["shared"] += reviewed
    _write_parties(parties, told, at, by)


def _fault(cells: dict[str, Any], debtor: Person | None, loans: dict[str, Loan]) -> Fault | None:
    if debtor is None:
        return Fault("borrower_id", "it is not known", "a borrower of this or an earlier file")
    if cells["loan_id"] and (cells["loan_id"] not in loans or loans[cells["loan_id"]].debtor_id != debtor.pk):
        return Fault("loan_id", "it is no loan of this borrower", "one of theirs, or empty for all of them")
    if cells["id_number"] and debtor.id_index and cipher.blind("id_number", cells["id_number"]) == bytes(debtor.id_index):
        return Fault("id_number", "it is the borrower's own", "somebody else's")
    own_name = cipher.blind("name", normal.name(cells["name"])) in set(map(bytes, debtor.name_marks))
    if own_name and not (cells["phone"] or cells["id_number"]):
        return Fault("name", "it is the borrower's own name, and nothing tells them apart", "a number or an identity number beside it")
    if cells["role"] == "representative" and cells["represents_as"] is None:
        return Fault("represents_as", "it is not said in what capacity", "lawyer, guardian, agent")
    return None


class _Known:
    """Persons on record with a number of these rows, and those that the rows before have made."""

    def __init__(self, rows: list[Good]) -> None:
        indexes = {cipher.blind("phone", each.cells["phone"]) for each in rows if each.cells["phone"]}
        self.by_number: dict[bytes, list[Person]] = {}
        for each in Address.objects.filter(kind="phone", value_index__in=indexes).select_related("person"):
            self.by_number.setdefault(bytes(each.value_index), []).append(each.person)
        names = {self._pseudonym(each.cells) for each in rows}
        self.by_pseudonym = {each.pseudonym: each for each in Person.objects.filter(pseudonym__in=names)}

    def find(self, cells: dict[str, Any]) -> Person | None:
        """The person of this name at this number, if there is one."""
        mark = cipher.blind("name", normal.name(cells["name"]))
        if cells["phone"]:
            for each in self.by_number.get(cipher.blind("phone", cells["phone"]), []):
                if mark in set(map(bytes, each.name_marks)):
                    return each
        return self.by_pseudonym.get(self._pseudonym(cells))

    def make(self, cells: dict[str, Any], at: dt.datetime) -> Person:
        """A new person; they are known to the rows behind."""
        person = Person(pseudonym=self._pseudonym(cells), made_at=at, source="file")
        person.put_name(cells["name"])
        person.put_id_number(cells["id_number"] or "")
        self.by_pseudonym[person.pseudonym] = person
        if cells["phone"]:
            self.by_number.setdefault(cipher.blind("phone", cells["phone"]), []).append(person)
        return person

    def _pseudonym(self, cells: dict[str, Any]) -> str:
        """A name of our own, the same each time: from what tells this person from others."""
        told = cells["phone"] or cells["id_number"] or f"{cells['borrower_id']}\0{cells['role']}"
        return "R-" + cipher.blind("party", f"{normal.name(cells['name'])}\0{told}")[:8].hex()


def _write_parties(wanted: list[tuple[Good, Party]], told: Told, at: dt.datetime, by: Any) -> None:
    known = {
        (each.debtor_id, each.loan_id, each.person_id, each.role): each
        for each in Party.objects.filter(debtor__in={each.debtor_id for _, each in wanted})
    }
    fresh: list[Party] = []
    for row, party in wanted:
        key = (party.debtor_id, party.loan_id, party.person_id, party.role)
        standing = known.setdefault(key, party)
        said = {name: row.cells[name] for name in _TOLD if row.cells[name] is not None}
        changed = [name for name, value in said.items() if getattr(standing, name) != value]
        for name in changed:
            setattr(standing, name, said[name])
        if standing is party:
            fresh.append(party)
            told.count("relations", "new")
        elif changed and standing not in fresh:
            standing.save(update_fields=changed)
            told.count("relations", "changed")
        else:
            told.count("relations", "same")
    Party.objects.bulk_create(fresh)
    for row, party in wanted:
        if party.role == "representative":
            since = midnight(row.cells["since_on"])
            name_representative(party.debtor, party.person, row.cells["represents_as"], at, by, since_at=since, source="file")

"""Rows of borrowers: persons with their numbers, mailbox and home."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from arrears.desk.clock import ZONE
from arrears.desk.people.files.places import region_of
from arrears.desk.people.files.rows import Fault
from arrears.desk.people.files.shared import new_address, write_addresses, write_events
from arrears.desk.people.files.told import Good, Told
from arrears.desk.people.models import Address, Person
from arrears.desk.people.services import change_person, prefer, record_death

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def midnight(day: dt.date | None) -> dt.datetime | None:
    """The first minute of a day on the clock of the law."""
    return None if day is None else dt.datetime(day.year, day.month, day.day, tzinfo=ZONE)


def take_borrowers(rows: list[Good], told: Told, at: dt.datetime, by: Any, seen: dict[str, dict[str, Any]]) -> None:
    """Take borrowers in; `seen` remembers those of this import."""
    rows = [each for each in rows if _first_time(each, told, seen)]
    known = {each.pseudonym: each for each in Person.objects.filter(pseudonym__in=[each.cells["borrower_id"] for each in rows])}
    fresh: list[Person] = []
    addresses: list[Address] = []
    for each in rows:
        _look(each.cells, told, at)
        person = known.get(each.cells["borrower_id"])
        if person is None:
            person = _new(each.cells, at)
            fresh.append(person)
            told.count("borrowers", "new")
        else:
            changed = _change(person, each.cells, at, by)
            told.count("borrowers", "changed" if changed else "same")
        addresses += _addresses(person, each.cells, at)
    _same_identity(fresh, told)
    Person.objects.bulk_create(fresh)
    write_events([("person_made", each.pk, "", {"source": "file"}) for each in fresh], at, by)
    new, ended, reviewed = write_addresses(addresses, at)
    told.count("borrowers", "addresses", new)
    told.surprises["ended"] += ended
    told.surprises["shared"] += reviewed


def _first_time(each: Good, told: Told, seen: dict[str, dict[str, Any]]) -> bool:
    name = each.cells["borrower_id"]
    if name not in seen:
        fault = _place_fault(each.cells)
        if fault is None:
            seen[name] = each.cells
            return True
    elif seen[name] == each.cells:
        told.count("borrowers", "same")
        return False
    else:
        fault = Fault("borrower_id", "it stands twice in this import, with other content", "each borrower once")
    told.reject("borrowers", each.file, each.row, fault)
    return False


def _place_fault(cells: dict[str, Any]) -> Fault | None:
    has = [cells[name] is not None for name in ("longitude", "latitude")]
    if any(has) and not all(has):
        return Fault("longitude", "longitude and latitude go together", "both or none")
    if all(has) and cells["datum"] is None:
        return Fault("datum", "a point without a datum may lie 500 metres off", "WGS84, GCJ02, BD09, CGCS2000")
    if all(has) and not (-180 <= cells["longitude"] <= 180 and -90 <= cells["latitude"] <= 90):
        return Fault("longitude", "the point is not on earth", "longitude -180 to 180, latitude -90 to 90")
    return None


def _new(cells: dict[str, Any], at: dt.datetime) -> Person:
    person = Person(pseudonym=cells["borrower_id"], made_at=at, source="file", died_on=cells["died_on"], prefers=cells["prefers"])
    person.put_name(cells["name"])
    person.put_id_number(cells["id_number"] or "")
    for name, value in _plain(cells).items():
        setattr(person, name, value)
    return person


def _plain(cells: dict[str, Any]) -> dict[str, Any]:
    """What stands in the row, as columns of a person; what it leaves open is left alone."""
    region, zones = region_of(cells["province"], cells["city"])
    out = {
        "born_on": cells["born_on"].isoformat() if cells["born_on"] else None, "employer": cells["employer"], "gender": cells["gender"],
        "language": cells["language"], "region": region, "zones": zones, "capacity": cells["capacity"],
    }  # fmt: skip
    return {name: value for name, value in out.items() if value is not None}


def _change(person: Person, cells: dict[str, Any], at: dt.datetime, by: Any) -> bool:
    told = {"name": cells["name"], **_plain(cells)}
    if cells["id_number"]:
        told["id_number"] = cells["id_number"]
    changed = bool(change_person(person, at, by, **told))
    if cells["prefers"] and cells["prefers"] != person.prefers:
        prefer(person, cells["prefers"], at, by)
        changed = True
    if cells["died_on"] and cells["died_on"] != person.died_on:
        record_death(person, cells["died_on"], at, by)
        changed = True
    return changed


def _addresses(person: Person, cells: dict[str, Any], at: dt.datetime) -> list[Address]:
    out = [
        new_address(person, "phone", cells[name], at, confirmed_at=midnight(cells["phone_confirmed_on"]) if name == "phone" else None)
        for name in ("phone", "second_phone")
        if cells[name]
    ]
    if cells["email"]:
        out.append(new_address(person, "email", cells["email"], at))
    if cells["address"]:
        whole = "".join(dict.fromkeys(each for each in (cells["province"], cells["city"]) if each)) + cells["address"]
        home = new_address(person, "postal", whole, at, confirmed_at=midnight(cells["address_confirmed_on"]))
        if cells["longitude"] is not None:
            home.place, home.datum = f"{cells['longitude']:.6f},{cells['latitude']:.6f}", cells["datum"]
        out.append(home)
    return out


def _same_identity(fresh: list[Person], told: Told) -> None:
    indexes = [bytes(each.id_index) for each in fresh if each.id_index is not None]
    known = set(map(bytes, Person.objects.filter(id_index__in=indexes).values_list("id_index", flat=True)))
    told.surprises["same_id"] += sum(each in known for each in indexes) + len(indexes) - len(set(indexes))


def _look(cells: dict[str, Any], told: Told, at: dt.datetime) -> None:
    """Count what a person should look at."""
    number, born = cells["id_number"], cells["born_on"]
    if number and re.fullmatch(r"\d{17}[\dX]", number):
        told.surprises["check"] += number[17] != "10X98765432"[sum(int(a) * b for a, b in zip(number[:17], _WEIGHTS, strict=True)) % 11]
        told.surprises["born"] += bool(born and born.strftime("%Y%m%d") != number[6:14])
    if born:
        age = at.date().year - born.year - ((at.month, at.day) < (born.month, born.day))
        told.surprises["young"] += age < 18
        told.surprises["old"] += age > 90
    told.surprises["phone"] += sum(
        bool(cells[each] and not re.fullmatch(r"1[3-9]\d{9}", cells[each])) for each in ("phone", "second_phone")
    )
    told.surprises["no_phone"] += not (cells["phone"] or cells["second_phone"])
    told.surprises["no_region"] += region_of(cells["province"], cells["city"])[0] is None
    told.surprises["private"] += any("\ue000" <= each <= "\uf8ff" or ord(each) >= 0xF0000 for each in cells["name"])

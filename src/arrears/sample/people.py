"""The people of the sample, for those who work with people: borrowers, relations, consents and staff, in Parquet files of their own.

The Book knows only the pseudonym `borrower_id`; no file of it holds a name, a number or an address. See `names` for why none of
these people can be real.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from arrears.kernel.days import day_number
from arrears.sample import names
from arrears.sample.dates import Ints, days_in
from arrears.sample.terms import Mask, numbered

FOLDER = "people"
FILES = ("borrowers", "relations", "consents", "staff")
_STREAM = 7_001  # the people's own stream of the seed: another number of events does not rename anybody
_DOUBLE, _RARE, _DOTTED, _RARE_GIVEN, _SINGLE_GIVEN, _OLD_NUMBER = 0.02, 0.01, 0.02, 0.03, 0.25, 0.01
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECKS = np.array(list("10X98765432"))


def write(folder: Path, seed: int, borrowers: Ints, on: dt.date) -> None:
    """Write the people files, all or none; a folder that is there stays as it is.

    Parameters
    ----------
    folder : new folder beside the Book's files
    borrowers : numbers of the pseudonyms in the Book
    on : the day of their ages and consents
    """
    if folder.exists():
        return
    fresh = folder.with_name(f".{folder.name}.new")
    fresh.mkdir(exist_ok=True)
    for name, table in made(seed, borrowers, on).items():
        pq.write_table(table, fresh / f"{name}.parquet", compression="zstd")
    fresh.rename(folder)


def made(seed: int, borrowers: Ints, on: dt.date) -> dict[str, pa.Table]:
    """Invent the people: FILES by name. Same seed and borrowers, same people."""
    rng = np.random.default_rng([seed, _STREAM])
    ids = numbered("P", borrowers)
    people = _borrowers(rng, ids, day_number(on))
    return {
        "borrowers": people,
        "relations": _relations(rng, people),
        "consents": _consents(rng, ids, day_number(on)),
        "staff": _staff(rng),
    }


def full_names(rng: np.random.Generator, n: int) -> pa.Array:
    """Names of one, two or three characters after the surname's one or two; a few rare, a few with a middle dot."""
    luck = rng.random(n)
    surname = _pick(rng, names.SURNAMES, n)
    surname = pc.if_else(pa.array(luck < _DOUBLE + _RARE), _pick(rng, names.RARE_SURNAMES, n), surname)
    surname = pc.if_else(pa.array(luck < _DOUBLE), _pick(rng, names.DOUBLE_SURNAMES, n), surname)
    first = pc.if_else(pa.array(rng.random(n) < _RARE_GIVEN), _pick(rng, names.RARE_GIVEN, n), _pick(rng, names.GIVEN, n))
    second = pc.if_else(pa.array(rng.random(n) < _SINGLE_GIVEN), "", _pick(rng, names.GIVEN, n))
    plain = pc.binary_join_element_wise(surname, first, second, "")
    return pc.if_else(pa.array(luck > 1 - _DOTTED), _pick(rng, names.DOTTED, n), plain)


def phones(rng: np.random.Generator, n: int) -> pa.Array:
    """Phone numbers of a range that is not in service."""
    return numbered(names.PHONE_RANGE, rng.integers(0, 100_000_000, n), 8)


def id_numbers(rng: np.random.Generator, area: pa.Array, born: Ints, woman: Mask) -> pa.Array:
    """Identity numbers of the right shape with a wrong check character; a few of the old 15 digits with an area nobody has."""
    n = len(born)
    serial = rng.integers(0, 500, n) * 2 + np.where(woman, 0, 1)
    day = pc.strftime(_dates(born), format="%Y%m%d")
    front = pc.binary_join_element_wise(area, day, numbered("", serial, 3), "")
    digits = np.frombuffer("".join(front.to_pylist()).encode(), dtype=np.uint8).reshape(n, 17).astype(np.int64) - ord("0")
    right = digits @ _WEIGHTS % 11
    wrong = (right + rng.integers(1, 11, n)) % 11
    whole = pc.binary_join_element_wise(front, pa.array(_CHECKS[wrong].tolist()), "")
    old = pc.binary_join_element_wise(names.UNASSIGNED_AREA, pc.utf8_slice_codeunits(day, 2), numbered("", serial, 3), "")
    return pc.if_else(pa.array(rng.random(n) < _OLD_NUMBER), old, whole)


def _borrowers(rng: np.random.Generator, ids: pa.Array, on: int) -> pa.Table:
    n = len(ids)
    woman = rng.random(n) < 0.42
    born = on - rng.integers(21 * 365 + 30, 60 * 365, n)
    city = rng.integers(0, len(names.CITIES), n)
    home, province, area = (pa.array([each[part] for each in names.CITIES]).take(pa.array(city)) for part in range(3))
    centre = np.array([each[3:] for each in names.CITIES])[city] + rng.normal(0.0, 0.035, (n, 2))
    return pa.table(
        {
            "borrower_id": ids,
            "name": full_names(rng, n),
            "gender": pc.if_else(pa.array(woman), "female", "male"),
            "born_on": _dates(born),
            "id_number": id_numbers(rng, area, born, woman),
            "phone": phones(rng, n),
            "second_phone": pc.if_else(pa.array(rng.random(n) < 0.3), phones(rng, n), ""),
            "province": province,
            "city": home,
            "address": _addresses(rng, n),
            "longitude": pa.array(np.round(centre[:, 0], 6)),
            "latitude": pa.array(np.round(centre[:, 1], 6)),
            "address_confirmed_on": _dates(on - rng.integers(0, 700, n)),
            "employer": _pick(rng, names.EMPLOYERS, n),
            "language": pc.if_else(pa.array(rng.random(n) < 0.01), "en", "zh"),
        }
    )


def _addresses(rng: np.random.Generator, n: int) -> pa.Array:
    def number(low: int, high: int) -> pa.Array:
        return pa.array(rng.integers(low, high, n)).cast(pa.string())

    street = pc.binary_join_element_wise(_pick(rng, names.STREETS, n), _pick(rng, names.STREET_KINDS, n), "")
    return pc.binary_join_element_wise(
        street, number(1, 400), "号", _pick(rng, names.ESTATES, n), number(1, 30), "幢", number(1, 5), "单元", number(101, 2806), "室", ""
    )


def _relations(rng: np.random.Generator, people: pa.Table) -> pa.Table:
    """Spouses, parents, colleagues and friends as references, who owe nothing; guarantors, who do."""
    n = people.num_rows
    chances = {"spouse": 0.5, "parent": 0.35, "colleague": 0.3, "friend": 0.25, "guarantor": 0.06}
    tables = []
    for relation, chance in chances.items():
        at = np.flatnonzero(rng.random(n) < chance)
        count = len(at)
        tables.append(
            pa.table(
                {
                    "borrower_id": people["borrower_id"].take(pa.array(at)).combine_chunks(),
                    "relation": pa.array([relation] * count, pa.string()),
                    "role": pa.array(["guarantor" if relation == "guarantor" else "reference"] * count, pa.string()),
                    "name": full_names(rng, count),
                    "phone": phones(rng, count),
                    "may_be_asked": pa.array((rng.random(count) > 0.1) | (relation == "guarantor")),
                }
            )
        )
    return pa.concat_tables(tables).sort_by([("borrower_id", "ascending"), ("relation", "ascending")])


def _consents(rng: np.random.Generator, ids: pa.Array, on: int) -> pa.Table:
    """Consents given, and some taken back: never more than one of a kind."""
    chances = (0.9, 0.95, 0.03, 0.08, 0.4)
    tables = []
    for kind, chance in zip(names.CONSENTS, chances, strict=True):
        at = np.flatnonzero(rng.random(len(ids)) < chance)
        given = on - rng.integers(10, 600, len(at))
        withdrawn = np.minimum(given + rng.integers(5, 400, len(at)), on)
        stands = rng.random(len(at)) > 0.05
        tables.append(
            pa.table(
                {
                    "borrower_id": ids.take(pa.array(at)),
                    "kind": pa.array([kind] * len(at), pa.string()),
                    "given_on": _dates(given),
                    "withdrawn_on": pa.array(withdrawn.astype(np.int32), mask=stands).cast(pa.date32()),
                }
            )
        )
    return pa.concat_tables(tables).sort_by([("borrower_id", "ascending"), ("kind", "ascending")])


def _staff(rng: np.random.Generator) -> pa.Table:
    """Who asks and approves in the events of the sample, by the ids that stand there, and field officers with their training."""
    rows = [(f"{prefix}{number:03d}", role) for role, prefix, count in names.ROLES for number in range(1, count + 1)]
    n = len(rows)
    trained = days_in(np.full(n, 2027 * 12) + rng.integers(-6, 12, n), np.ones(n, dtype=np.int64))
    return pa.table(
        {
            "staff_id": pa.array([each[0] for each in rows]),
            "role": pa.array([each[1] for each in rows]),
            "name": full_names(rng, n),
            "team": pa.array([f"T{number:02d}" for number in rng.integers(1, 9, n).tolist()]),
            "trained_until": _dates(trained),
        }
    )


def _pick(rng: np.random.Generator, among: tuple[str, ...], n: int) -> pa.Array:
    return pa.array(among).take(pa.array(rng.integers(0, len(among), n)))


def _dates(days: Ints) -> pa.Array:
    return pa.array(days.astype(np.int32)).cast(pa.date32())

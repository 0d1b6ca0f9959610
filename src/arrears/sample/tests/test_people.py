"""The people: of every shape that real systems meet, and none of them able to be real."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from arrears.sample import names, people

ON = dt.date(2026, 8, 31)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return people.made(3, np.arange(1, 5_001), ON)


def every(made: dict[str, Any], column: str) -> list[str]:
    return [value for table in made.values() if column in table.column_names for value in table[column].to_pylist()]


def right_check(number: str) -> str:
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True)) % 11]


def test_the_check_character_itself_is_reckoned_right() -> None:
    assert right_check("11010519491231002") == "X"  # the example of the standard, GB 11643


def test_no_identity_number_is_valid(made: dict[str, Any]) -> None:
    numbers = every(made, "id_number")
    assert {len(number) for number in numbers} == {15, 18}
    assert [number for number in numbers if len(number) == 18 and number[17] == right_check(number)] == []
    assert [number for number in numbers if len(number) == 15 and not number.startswith(names.UNASSIGNED_AREA)] == []
    assert any(number.endswith("X") for number in numbers)


def test_an_identity_number_says_the_birth_date_and_gender_that_stand_beside_it(made: dict[str, Any]) -> None:
    for row in made["borrowers"].slice(0, 500).to_pylist():
        number = row["id_number"]
        born = number[6:14] if len(number) == 18 else f"{row['born_on']:%Y}"[:2] + number[6:12]
        assert born == f"{row['born_on']:%Y%m%d}"
        serial = number[16] if len(number) == 18 else number[14]
        assert int(serial) % 2 == (row["gender"] == "male")


def test_no_phone_number_can_be_in_service(made: dict[str, Any]) -> None:
    numbers = [number for column in ("phone", "second_phone") for number in every(made, column) if number]
    assert [number for number in numbers if not (number.isdigit() and len(number) == 11 and number.startswith("154"))] == []


def test_names_of_every_shape(made: dict[str, Any]) -> None:
    told = every(made, "name")
    assert [name for name in told if unicodedata.normalize("NFC", name) != name] == []
    assert any(ord(character) > 0xFFFF for name in told for character in name)
    assert any(name.startswith(names.DOUBLE_SURNAMES) for name in told)
    assert any("·" in name for name in told)
    assert {2, 3, 4} <= {len(name) for name in told}


def test_each_borrower_stands_once_and_relations_and_consents_are_theirs(made: dict[str, Any]) -> None:
    ids = made["borrowers"]["borrower_id"].to_pylist()
    assert len(ids) == len(set(ids)) == 5_000
    for name in ("relations", "consents"):
        assert set(made[name]["borrower_id"].to_pylist()) <= set(ids)
    kinds = [(row["borrower_id"], row["kind"]) for row in made["consents"].to_pylist()]
    assert len(kinds) == len(set(kinds))
    assert all(row["withdrawn_on"] is None or row["given_on"] < row["withdrawn_on"] <= ON for row in made["consents"].to_pylist())


def test_the_same_seed_makes_the_same_people() -> None:
    some = np.arange(1, 50)
    first, again, other = people.made(3, some, ON), people.made(3, some, ON), people.made(4, some, ON)
    assert all(first[name].equals(again[name]) for name in people.FILES)
    assert not first["borrowers"].equals(other["borrowers"])


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Any) -> None:
    people.write(tmp_path / "people", 3, np.arange(1, 5), ON)
    people.write(tmp_path / "people", 4, np.arange(1, 9), ON)
    assert sorted(path.name for path in tmp_path.rglob("*.parquet")) == sorted(f"{name}.parquet" for name in people.FILES)
    assert pq.read_table(tmp_path / "people" / "borrowers.parquet").num_rows == 4

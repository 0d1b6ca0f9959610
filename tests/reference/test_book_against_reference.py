"""The columnar close against the slow exact reference, on random loans with events of every kind.

Differences that are meant: a loan written off is class 5 with code B, one settled has code C; fees are left out here because
the reference knows no all-in cap (`book/rules/tests` has worked examples of it).
"""

from __future__ import annotations

import datetime as dt

import pytest

from arrears.book.close.views import from_opening
from arrears.book.door import Door
from reference.against import SAME, boarded, differences
from reference.generate import Case, random_case
from reference.policy import Policy

POLICY = Policy(evidence_needs_broken=False)
WITHOUT = frozenset({"fee_charged", "charged_off"})
FIELDS = [name for name in SAME if name not in ("credit_code", "limitation_end_on")]
FIRST, LAST = dt.date(2026, 2, 1), dt.date(2026, 3, 20)


def cases(first: int, count: int) -> list[Case]:
    return [random_case(seed, f"L{seed:04d}", POLICY, WITHOUT) for seed in range(first, first + count)]


def wrong(door_rows: list[dict[str, object]], loans: list[Case], day: dt.date) -> dict[str, object]:
    rows = {row["loan_id"]: row for row in door_rows}
    alive = [case for case in loans if case.first_close <= day <= case.last_close]
    found = {case.loan_id: differences(case, rows[case.loan_id], case.reference().state(day, day), FIELDS) for case in alive}
    return {loan: fields for loan, fields in found.items() if fields}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[Door, list[Case]]:
    loans = cases(1000, 120)
    return boarded(tmp_path_factory.mktemp("many") / "book", loans), loans


@pytest.mark.parametrize("day", [dt.date(2026, 4, 15), dt.date(2026, 9, 10)], ids=str)
@pytest.mark.behaviour("S009", "S010", "S011")
def test_a_loan_run_from_its_opening_equals_the_reference(many: tuple[Door, list[Case]], day: dt.date) -> None:
    door, loans = many
    alive = [case.loan_id for case in loans if case.first_close <= day <= case.last_close]
    positions, _ = from_opening(door.closer, alive, day, day)
    assert len(alive) > 20
    assert wrong(positions.to_pylist(), loans, day) == {}


@pytest.fixture(scope="module")
def nightly(tmp_path_factory: pytest.TempPathFactory) -> tuple[Door, list[Case]]:
    """A Book closed night by night, with payments, reversals, holds and acts told late."""
    loans = cases(2000, 40)
    door = boarded(tmp_path_factory.mktemp("nightly") / "book", loans)
    door.close(FIRST)
    door.close_through(LAST)
    return door, loans


@pytest.mark.behaviour("S013", "S061")
def test_every_night_equals_the_reference_as_known_then(nightly: tuple[Door, list[Case]]) -> None:
    door, loans = nightly
    found = {day: wrong(door.positions(day).to_pylist(), loans, day) for day in door.closes()}
    assert {day: fields for day, fields in found.items() if fields} == {}


def test_nights_replayed_loans(nightly: tuple[Door, list[Case]]) -> None:
    door, _ = nightly
    assert sum(int(door.manifest(day)["replayed"]) for day in door.closes()) > 10


def test_as_known_now_equals_the_reference(nightly: tuple[Door, list[Case]]) -> None:
    door, loans = nightly
    day = dt.date(2026, 2, 20)
    rows = {row["loan_id"]: row for row in door.positions(day, known="now").to_pylist()}
    alive = [case for case in loans if case.first_close <= day]
    found = {case.loan_id: differences(case, rows[case.loan_id], case.reference().state(day, LAST), FIELDS) for case in alive}
    assert {loan: fields for loan, fields in found.items() if fields} == {}


def test_nothing_is_wrong_with_any_night(nightly: tuple[Door, list[Case]]) -> None:
    door, _ = nightly
    assert [finding for _, findings in door.verify() for finding in findings] == []

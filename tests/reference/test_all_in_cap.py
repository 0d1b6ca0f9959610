"""Invariant 8: penalty and fees that may still be asked for never take a loan past the yearly cap, on any day of any loan."""

from __future__ import annotations

import dataclasses
import datetime as dt
from fractions import Fraction
from typing import Any

import pytest

from arrears.book.close.views import from_opening
from arrears.book.door import Door
from reference.against import boarded
from reference.arithmetic import contract
from reference.generate import Case, random_case

CAP = Fraction(24, 100)


def dear(seed: int) -> Case:
    """A random loan with fees at 24 % a year: hardly any room under the cap."""
    case = random_case(seed, f"L{seed:04d}", without=frozenset({"charged_off"}))
    terms = case.terms | {"rate_ppm": 240_000}
    rows = contract(terms["method"], terms["principal_fen"], 240_000, terms["term_count"], terms["step_months"], terms["first_due_on"])
    return dataclasses.replace(case, terms=terms, schedule=rows)


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[dict[str, Any], int]]:
    """Positions of 80 loans on two days, each with the penalty and fees it owes."""
    cases = [dear(seed) for seed in range(5000, 5080)]
    door: Door = boarded(tmp_path_factory.mktemp("dear") / "book", cases)
    found = []
    for day in (dt.date(2026, 4, 15), dt.date(2026, 7, 1)):
        alive = [case.loan_id for case in cases if case.first_close <= day <= case.last_close]
        positions, rows = from_opening(door.closer, alive, day, day)
        owed: dict[str, int] = dict.fromkeys(alive, 0)
        for row in rows.to_pylist():
            owed[row["loan_id"]] += row["posted_fen"] - row["paid_fen"] - row["waived_fen"] + row["fee_fen"]
        found += [(position, owed[position["loan_id"]]) for position in positions.to_pylist()]
    return found


def charged(row: dict[str, Any]) -> int:
    return int(
        row["interest_due_fen"] + row["penalty_posted_fen"] - row["penalty_waived_fen"] + row["fee_charged_fen"] - row["fee_waived_fen"]
    )


def excess(row: dict[str, Any]) -> int:
    """What was charged past the cap, rounded up to the fen."""
    return -int((CAP * row["principal_days"] / 360 - charged(row)) // 1)


def test_what_may_be_asked_for_stays_under_the_cap(states: list[tuple[dict[str, Any], int]]) -> None:
    asks = [row for row, owed in states if owed > row["penalty_cut_fen"]]
    assert len(asks) > 10
    over = [row["loan_id"] for row in asks if charged(row) - row["penalty_cut_fen"] > CAP * row["principal_days"] / 360]
    assert over == []


def test_the_cap_bites_and_never_cuts_more_than_it_must(states: list[tuple[dict[str, Any], int]]) -> None:
    cut = [(row, owed) for row, owed in states if row["penalty_cut_fen"]]
    assert len(cut) > 5
    wrong = [row["loan_id"] for row, owed in cut if row["penalty_cut_fen"] != min(owed, excess(row))]
    assert wrong == []

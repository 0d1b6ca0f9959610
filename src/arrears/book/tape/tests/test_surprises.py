"""What a dry run says a person should look at, each with a count and none of it a reject."""

from __future__ import annotations

from pathlib import Path

import pytest

from arrears.book.tape.mapping import read_mapping
from arrears.book.tape.tests.builders import LOAN, take, write_csv

MANY = [{**LOAN, "loan_id": f"B{k:02d}", "borrower_id": f"P{k:02d}", "rate": f"0.1{k:02d}", "product": "car"} for k in range(20)]


def told(tmp_path: Path, *rows: dict[str, str]) -> list[str]:
    """The sentences of one file of loans."""
    return list(take(write_csv(tmp_path / "loans.csv", *rows)).sums["surprises"])


def test_a_good_tape_says_nothing(tmp_path: Path) -> None:
    assert told(tmp_path, *MANY) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param({"rate": "0.36"}, "loans: 20 of 20 rows have a rate above 25 % a year", id="high_rate"),
        pytest.param({"rate": "0"}, "loans: 20 of 20 rows have a rate of 0", id="no_rate"),
        pytest.param({"rate": "0.12"}, "loans: all 20 rates are 12 %", id="one_rate"),
        pytest.param({"product": ""}, "loans: column product is empty in all 20 rows", id="empty_column"),
        pytest.param(
            {"first_due_on": "2026-03-31"}, "loans: 20 fall due after the 28th; in a shorter month that is its last day", id="31st"
        ),
        pytest.param({"borrower_id": "P1"}, "loans: 1 borrowers have 5 loans or more; P1 has 20", id="borrower"),
        pytest.param({"disbursed_on": "2027-01-01"}, "loans: 20 rows have disbursed_on after 2026-12-31", id="future"),
        pytest.param({"principal": "6000000"}, "loans: the middle principal is 6,000,000 CNY: is the unit right?", id="large"),
        pytest.param({"principal": "60.00"}, "loans: the middle principal is 60 CNY: is the unit right?", id="small"),
    ],
)
def test_each_surprise_is_a_sentence_with_a_count(tmp_path: Path, change: dict[str, str], says: str) -> None:
    assert says in told(tmp_path, *({**row, **change} for row in MANY))


def payments(tmp_path: Path, unit: str, *amounts: int) -> list[str]:
    """The sentences of a file of payments in a unit."""
    rows = [{"ref": str(k), "loan": "B1", "day": "2026-03-05", "amount": str(amount)} for k, amount in enumerate(amounts)]
    events = {"source_ref": "ref", "loan_id": "loan", "value_on": "day", "kind": {"constant": "payment_received"}}
    mapping = read_mapping({"name": "bank", "tables": {"events": {**events, "amount_fen": {"column": "amount", "unit": unit}}}}, "bank")
    return [each for each in take(write_csv(tmp_path / "x.csv", *rows), mapping=mapping).sums["surprises"] if "amount" in each]


def test_amounts_that_all_end_in_00_may_be_in_the_other_unit(tmp_path: Path) -> None:
    assert payments(tmp_path, "units", *range(10_000, 42_000, 1_600)) == [
        "events: all 20 amounts of amount end in 00: are they in minor units (unit: minor)?"
    ]
    assert payments(tmp_path, "minor", *range(10_000, 42_000, 1_600)) == [
        "events: all 20 amounts of amount are whole units: are they in units (unit: units)?"
    ]
    assert payments(tmp_path, "units", *range(10_001, 42_001, 1_600)) == []

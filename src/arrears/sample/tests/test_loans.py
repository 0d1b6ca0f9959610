"""The loans: within the law and the lender's own limits, of every method, with liens whose facts are sometimes missing."""

from __future__ import annotations

import json
from typing import Any

import pyarrow.compute as pc
import pytest

from arrears.sample.terms import METHODS, signed_inside
from arrears.sample.tests.conftest import OPENING


def test_every_method_and_the_late_due_days_are_there(lender: Any) -> None:
    loans = lender.base.loans
    assert set(loans["method"].to_pylist()) == set(METHODS)
    assert {day.day for day in lender.base.schedule["due_on"].to_pylist()} == set(range(1, 32))


def test_amounts_terms_and_rates_stay_inside_the_limits(lender: Any) -> None:
    loans = lender.base.loans
    assert pc.max(loans["principal_fen"]).as_py() <= 200_000_00
    assert (pc.min(loans["rate_ppm"]).as_py(), pc.max(loans["rate_ppm"]).as_py()) == (84_000, 180_000)
    months = pc.multiply(loans["term_count"], loans["step_months"])
    assert (pc.min(months).as_py(), pc.max(months).as_py()) == (12, 60)


def test_days_follow_each_other(lender: Any) -> None:
    for row in lender.base.loans.select(["signed_on", "disbursed_on", "opened_on", "first_due_on", "maturity_on"]).to_pylist():
        assert row["signed_on"] <= row["disbursed_on"] < row["first_due_on"] <= row["maturity_on"]
        assert row["opened_on"] == max(row["disbursed_on"], OPENING)


def test_a_loan_owes_what_its_rows_say(lender: Any) -> None:
    base = lender.base
    rows = [row for table in (base.schedule, base.opening_due) for row in table.select(["loan_id", "principal_fen"]).to_pylist()]
    owed: dict[str, int] = {}
    for row in rows:
        owed[row["loan_id"]] = owed.get(row["loan_id"], 0) + row["principal_fen"]
    # a simple-interest row is a whole instalment, interest included
    made = [row for row in base.loans.select(["loan_id", "method", "principal_fen"]).to_pylist() if row["method"] != "simple_interest"]
    assert [row["loan_id"] for row in made if owed[row["loan_id"]] != row["principal_fen"]] == []


def test_what_was_due_before_the_opening_is_paid_or_stands_as_opening_due(lender: Any) -> None:
    opened = dict(zip(lender.base.loans["loan_id"].to_pylist(), lender.base.loans["opened_on"].to_pylist(), strict=True))
    assert all(row["due_on"] <= opened[row["loan_id"]] for row in lender.base.opening_due.to_pylist())
    assert all(row["due_on"] > opened[row["loan_id"]] for row in lender.base.schedule.to_pylist())
    late = len(set(lender.base.opening_due["loan_id"].to_pylist()))
    assert 0.05 < late / sum(day == OPENING for day in opened.values()) < 0.15


def test_liens_name_a_bank_before_us_and_some_facts_are_missing(lender: Any) -> None:
    liens = [json.loads(text) for text in lender.base.loans["liens"].to_pylist()]
    whole = [each for each in liens if each]
    assert all([lien["ours"] for lien in each] == [False, True] for each in whole)
    n = len(liens)
    assert 0 < sum(not each for each in liens) < 0.02 * n
    assert 0 < sum("claim_fen" not in each[0] for each in whole) < 0.04 * n
    assert 0 < sum("registered_on" not in each[1] for each in whole) < 0.06 * n
    ranks = lender.base.loans["lien_rank"].to_pylist()
    assert set(ranks) - {None} == {2}
    assert 0 < ranks.count(None) < 0.05 * n
    asked = [text for text in lender.base.loans["lien_missing"].to_pylist() if text]
    assert {fact for text in asked for fact in text.split("+")} == {
        "ours",
        "registration",
        "senior",
        "senior_registration",
        "claim",
        "claim_on",
    }
    assert all(isinstance(json.loads(text), dict) for text in lender.base.loans["vehicle"].to_pylist())


@pytest.mark.parametrize(("loans", "days", "expected"), [(1, 3_660, 0), (20_000, 120, 2_352), (20_000, 1, 22)])
def test_some_loans_are_signed_on_the_way(loans: int, days: int, expected: int) -> None:
    assert signed_inside(loans, days) == expected

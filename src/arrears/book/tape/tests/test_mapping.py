"""A mapping says only what we know; everything else is refused by name."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from arrears.book.tape.mapping import load_mapping, read_mapping, shipped_mappings
from arrears.kernel.problems import Refused

SMALL: dict[str, Any] = {"tables": {"schedule": {"loan_id": "id", "due_on": "due", "interest_fen": "i", "principal_fen": "p"}}}


def with_(**change: Any) -> dict[str, Any]:
    """The small mapping with a change."""
    return {**SMALL, **change}


def test_the_shipped_mappings_load() -> None:
    assert [load_mapping(name).name for name in shipped_mappings()] == ["aart-panel", "abs-ee", "arrears"]


def test_the_panel_sets_what_the_book_of_its_market_needs() -> None:
    panel = load_mapping("aart-panel")
    assert panel.house == {
        "lien.model": "first_mortgage",
        "dpd.materiality_ratio": "0.10",
        "paid_ahead.max_instalments": 1,
        "paid_ahead.treatment": "next_instalments",
        "penalty.enabled": False,
        "bucket.market": "us",
    }
    assert (panel.currency, panel.months, panel.performance.due_day, panel.performance.payoff_tolerance) == (
        "USD",
        True,
        15,
        Decimal("10.00"),
    )


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        pytest.param(with_(colour="red"), "the mapping holds unknown colour", id="unknown_key"),
        pytest.param({"tables": {"cars": {}}}, "tables holds unknown cars", id="unknown_table"),
        pytest.param({"tables": {"schedule": {"iban": "x"}}}, "tables.schedule holds unknown iban", id="unknown_field"),
        pytest.param({"tables": {"schedule": {"loan_id": "id"}}}, "no source for due_on, interest_fen, principal_fen", id="needed_field"),
        pytest.param({"tables": {"schedule": {"due_on": {"column": "d", "form": "DD.MM"}}}}, "form 'DD.MM' is not known", id="form"),
        pytest.param({"tables": {"schedule": {"loan_id": {"column": "a", "constant": 1}}}}, "exactly one of column", id="two_sources"),
        pytest.param({"tables": {"schedule": {"interest_fen": {"column": "i", "unit": "cents"}}}}, "unit 'cents' is not known", id="unit"),
        pytest.param(with_(house={"grace.days": 9}), "house holds unknown grace.days", id="house_setting"),
        pytest.param(with_(currency="XYZ"), "currency 'XYZ' is not known", id="currency"),
        pytest.param(with_(market="eu"), "market 'eu' is not known", id="market"),
        pytest.param(with_(performance={"due_day": 31}), "due_day is 1..28", id="due_day"),
        pytest.param(with_(filing=True), "filing: true needs the tables loans and months", id="filing"),
        pytest.param(
            {"tables": {"schedule": {"loan_id": "id", "due_on": "due", "interest_fen": "p", "principal_fen": "p"}}},
            "reads column p for interest_fen and for principal_fen; if that is meant, say shared: true",
            id="one_column_twice",
        ),
        pytest.param({"tables": {"loans": {"rate_ppm": {"column": "r", "unit": "minor"}}}}, "allowed: units, percent", id="rate_unit"),
        pytest.param({"tables": {"loans": {"loan_id": {"join": ["a"]}}}}, "join is a list of columns", id="join_of_one"),
        pytest.param(
            {"tables": {"loans": {"principal_fen": {"column": "p", "values": {"a": "b"}}}}}, "values is a block of words", id="values"
        ),
        pytest.param([], "the mapping must be a block of keys", id="no_block"),
    ],
)
def test_what_a_mapping_does_not_know_is_refused(raw: Any, says: str) -> None:
    with pytest.raises(Refused, match=says):
        read_mapping(raw, "test")


def test_a_name_that_is_not_shipped_names_those_that_are() -> None:
    with pytest.raises(Refused, match="shipped: aart-panel, abs-ee, arrears"):
        load_mapping("aart")


def test_a_file_that_is_no_yaml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("tables: [", encoding="utf-8")
    with pytest.raises(Refused, match="not YAML"):
        load_mapping(path)


def test_one_column_for_two_fields_is_read_where_the_mapping_says_so() -> None:
    tables = {"schedule": {"loan_id": "id", "due_on": "due", "interest_fen": "p", "principal_fen": {"column": "p", "shared": True}}}
    assert read_mapping({"tables": tables}, "test").known_columns("schedule") == {"id", "due", "p"}


def test_a_key_that_stands_twice_is_refused_and_not_silently_the_last(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("tables:\n  schedule:\n    loan_id: a\n    loan_id: b\n", encoding="utf-8")
    with pytest.raises(Refused, match="loan_id stands twice"):
        load_mapping(path)

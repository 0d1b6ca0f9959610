"""Rank of our lien, and what is missing about it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from arrears.book.door import Door, Settings
from arrears.book.papers.explain import explain_proposal
from arrears.book.tape.liens import rank
from arrears.book.tape.tests.builders import LOAN, write_csv

BANK = {"holder": "a bank", "claim_fen": 7_000_000, "claim_on": "2025-06-01", "registered_on": "2024-03-01"}
OURS = {"ours": True, "registered_on": "2025-06-10"}
THIRD = {"holder": "a third", "claim_fen": 100, "claim_on": "2026-01-05", "registered_on": "2026-01-05"}
UNREGISTERED = {"ours": True, "registry": "none"}


@pytest.mark.behaviour("S005")
def test_rank_follows_registration_and_not_what_somebody_wrote() -> None:
    assert rank([{**OURS, "rank": 1}, BANK]).place == 2
    assert rank([BANK, OURS, THIRD]).place == 2
    last = rank([BANK, UNREGISTERED, THIRD])
    assert (last.place, last.registered, last.missing) == (3, False, ())


@pytest.mark.behaviour("S006", part="the screen that says why is the desk's")
def test_a_filing_in_the_movables_register_is_no_registration() -> None:
    filed = rank([BANK, {"ours": True, "registered_on": "2023-01-01", "registry": "中登网"}])
    assert (filed.place, filed.registered) == (2, False)


def test_of_two_registered_on_one_day_ours_is_the_later() -> None:
    assert rank([{**BANK, "registered_on": "2025-06-10"}, OURS]).place == 2


@pytest.mark.parametrize(
    ("liens", "missing"),
    [
        pytest.param([], ("ours", "senior"), id="nothing"),
        pytest.param([OURS], ("senior",), id="no_first_lien"),
        pytest.param([{"ours": True}, BANK], ("registration",), id="ours_neither_registered_nor_known_not_to_be"),
        pytest.param([OURS, {"holder": "a bank"}], ("senior_registration", "claim", "claim_on"), id="a_name_only"),
        pytest.param([OURS, {**BANK, "claim_on": None}], ("claim_on",), id="claim_without_its_day"),
        pytest.param([{**OURS, "rank": 1}], (), id="known_to_be_first"),
    ],
)
def test_what_is_missing_is_named(liens: list[dict[str, Any]], missing: tuple[str, ...]) -> None:
    assert rank(liens).missing == missing
    decides = {"ours", "registration", "senior", "senior_registration"}
    assert (rank(liens).place is None) == bool(decides & set(missing))


@pytest.mark.behaviour("S004", part="the disposal that waits for the facts is the desk's")
def test_a_loan_without_lien_facts_loads_and_its_first_close_asks_for_them(tmp_path: Path) -> None:
    door = Door.init(tmp_path / "book", Settings())
    whole, half = json.dumps([BANK, OURS]), json.dumps([OURS, {**BANK, "claim_on": ""}])
    rows = [{**LOAN, "loan_id": name, "liens": text} for name, text in (("B01", whole), ("B02", half), ("B03", ""))]
    door.import_files([write_csv(tmp_path / "loans.csv", *rows)], "arrears", dt.date(2026, 2, 10))
    assert [(row["lien_rank"], row["lien_missing"]) for row in door.loans().to_pylist()] == [
        (2, ""),
        (2, "claim_on"),
        (None, "ours+senior"),
    ]
    door.close(dt.date(2026, 2, 10))
    asked = [row for row in door.proposals().to_pylist() if row["kind"] == "lien_facts_missing"]
    assert [(row["loan_id"], row["missing"], row["do_on"]) for row in asked] == [
        ("B02", "claim_on", dt.date(2026, 2, 11)),
        ("B03", "ours+senior", dt.date(2026, 2, 11)),
    ]
    assert explain_proposal(asked[1], "en") == "missing: our own lien, the earlier lien; until then the car may not be sold"
    door.close(dt.date(2026, 2, 11))
    assert not [row for row in door.proposals().to_pylist() if row["kind"] == "lien_facts_missing"]

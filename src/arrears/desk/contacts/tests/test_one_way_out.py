"""There is one way to reach a person: nothing in the Desk sends, or writes a contact, but through `ask`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DESK = Path(__file__).parents[2]
CONTACTS = DESK / "contacts"
SOURCES = [each for each in DESK.rglob("*.py") if "tests" not in each.parts and each.name != "testing.py"]


def _that(pattern: str) -> set[str]:
    return {each.relative_to(DESK).as_posix() for each in SOURCES if re.search(pattern, each.read_text("utf-8"))}


def test_only_contacts_knows_the_routes() -> None:
    assert all(each.startswith("contacts/") for each in _that(r"contacts\.delivery"))


def test_only_the_routes_open_a_line_to_outside() -> None:
    found = _that(r"(?m)^\s*(?:import|from) (?:smtplib|http\.client|urllib\.request|requests|httpx|aiohttp|socket)\b|django\.core\.mail")
    assert {each for each in found if not each.startswith("contacts/delivery/")} <= {"supervisor.py", "check.py"}


@pytest.mark.parametrize("table", ["contacts_permit", "contacts_contact", "contacts_attempt", "contacts_answer"])
def test_only_ask_writes_permits_and_contacts(table: str) -> None:
    assert _that(rf"(?i)insert into {table}") == {"contacts/ask.py"}


@pytest.mark.parametrize("model", ["Permit", "Contact", "Attempt", "Answer"])
def test_and_no_model_of_them_is_made_anywhere(model: str) -> None:
    assert _that(rf"(?<!\w){model}(?:Row)?(?:\.objects\.(?:create|bulk_create|get_or_create|update_or_create)\(|\([^)]*\)\.save)") == set()


def test_handing_over_is_called_by_the_worker_alone() -> None:
    assert _that(r"\.sms\.send\(|\.mail\.send\(|\.calls\.start\(") == {"contacts/send.py"}

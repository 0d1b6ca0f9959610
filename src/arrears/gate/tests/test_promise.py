"""An open promise is waited for."""

from __future__ import annotations

import pytest

from arrears.gate.tests import kit


def promised(by: str) -> dict:
    """The loan with a promise for a day."""
    return kit.loan(promise={"made_at": kit.at("2026-10-15 10:00"), "by_on": by})


@pytest.mark.behaviour("S046")
@pytest.mark.parametrize(("by", "expected"), [("2026-10-19", ["DENY_OPEN_PROMISE"]), ("2026-10-18", [])])
def test_promise_passes_contact_pauses_to_the_end_of_the_day_after_the_promise(by, expected):
    answer = kit.answer(loans=[promised(by)])
    assert [each.code for each in answer.findings] == expected
    if expected:
        assert answer.next_allowed.isoformat() == "2026-10-21T08:00:00+08:00"


@pytest.mark.behaviour("S046")
@pytest.mark.parametrize("purpose", ["promise_reminder", "legal_notice"])
def test_the_reminder_of_the_promise_and_legal_notices_pass(purpose):
    assert kit.codes(loans=[promised("2026-10-20")], ask=kit.ask(purpose=purpose)) == []


@pytest.mark.behaviour("S046")
def test_no_visit_is_asked_for_while_a_promise_is_open():
    asked = kit.ask(act="request_visit", channel=None, purpose=None, address=None)
    assert "DENY_OPEN_PROMISE" in kit.codes(loans=[promised("2026-10-20")], ask=asked)


def test_a_promise_on_another_loan_of_the_person_counts():
    other = promised("2026-10-20") | {"id": "L02"}
    assert kit.codes(loans=[kit.loan(), other]) == ["DENY_OPEN_PROMISE"]

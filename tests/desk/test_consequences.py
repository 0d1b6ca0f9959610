"""What follows from an event: nothing unasked, everything once it is committed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from arrears.desk import consequences, testing
from arrears.desk.clock import ZONE
from arrears.desk.journal import kinds
from arrears.desk.journal.services import record

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=ZONE)


def test_every_kind_of_event_has_a_row() -> None:
    assert sorted(kinds.KINDS.keys() - consequences.CONSEQUENCES.keys()) == []


@pytest.mark.django_db(transaction=True)
def test_worker_does_what_follows(monkeypatch: Any) -> None:
    seen: list[str] = []
    monkeypatch.setitem(consequences.CONSEQUENCES, "account_made", (lambda event: seen.append(event.subject),))
    kinds.FOLLOWED.add("account_made")
    try:
        record("account_made", NOON, subject="account:1")
        record("close_taken", NOON)
    finally:
        kinds.FOLLOWED.discard("account_made")
    testing.run_jobs("follow")
    assert seen == ["account:1"]

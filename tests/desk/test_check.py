"""`arrears desk check` finds what is wrong and says what to do."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from arrears.desk import check, clock
from arrears.desk.clock import ZONE
from arrears.desk.journal.models import Run
from arrears.desk.journal.services import record, stage

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 24, 12, tzinfo=ZONE)


def _wrong(name: str) -> list[str]:
    return [each.en for each in check.findings() if each.name == name and each.state == "wrong"]


def test_nothing_is_wrong_with_a_database_that_was_just_made(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]  # tests answer to a host of their own
    assert [each for each in check.findings() if each.state == "wrong" and each.name != "fonts"] == []


def test_stale_book() -> None:
    with clock.at(NOON):
        record("close_taken", clock.now(), data={"close_on": "2026-11-22"})
        assert "2026-11-22" in _wrong("book")[0]


def test_missed_run() -> None:
    Run.objects.create(name="close", day=dt.date(2026, 11, 24), queued_at=NOON, alarmed_at=NOON, state="failed", told="the disk is full")
    assert "the disk is full" in _wrong("schedule")[0]


def test_run_that_nobody_began() -> None:
    Run.objects.create(name="close", day=dt.date(2026, 11, 23), queued_at=NOON, state="done")
    with clock.at(NOON):
        assert "was not begun" in _wrong("schedule")[0]


def test_clock_that_went_back() -> None:
    record("account_made", clock.now() + dt.timedelta(hours=1))
    assert "went back" in _wrong("clock")[0]


def test_clock_that_is_moved(monkeypatch: Any) -> None:
    monkeypatch.setenv(clock.SHIFT, "3600")
    assert "3600" in _wrong("clock")[0]


def test_job_that_waits_for_a_worker() -> None:
    from arrears.desk.tasks import queue

    queue("close", dt.date(2026, 11, 24))
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set scheduled_at = clock_timestamp() - interval '6 minutes'")
    assert "6 minutes" in _wrong("queue")[0]


def test_leaf_that_nobody_numbers() -> None:
    leaf = {"id": "e/1", "kind": "erasure", "subject": None, "what": "x", "rule_id": "y", "erased_on": "2026-11-24"}
    stage(leaf, clock.now() - dt.timedelta(minutes=2))
    assert len(_wrong("audit leaves")) == 1


@pytest.mark.parametrize(("today", "state"), [("2026-10-31", "ok"), ("2026-11-20", "look"), ("2027-01-01", "wrong")])
def test_calendar_that_ends(today: str, state: str, monkeypatch: Any) -> None:
    from arrears.kernel import days

    monkeypatch.setattr(days, "china_calendar", lambda: days.Calendar({}, frozenset({2026})))
    with clock.at(dt.datetime.fromisoformat(f"{today}T12:00+08:00")):
        assert [each.state for each in check.findings() if each.name == "calendar"] == [state]


def test_missing_key_of_personal_data(settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
    from arrears.desk.people import cipher
    from arrears.desk.places import Places

    settings.PLACES = Places(tmp_path)
    settings.PLACES.secret()
    monkeypatch.delenv("ARREARS_FIELD_KEYS", raising=False)
    cipher.forget()
    try:
        assert "ARREARS_FIELD_KEYS" in _wrong("keys")[0]
    finally:
        cipher.forget()


def test_secret_that_others_read(settings: Any, tmp_path: Path) -> None:
    from arrears.desk.places import Places

    settings.PLACES = Places(tmp_path)
    settings.PLACES.secret()
    (tmp_path / "secret.key").chmod(0o644)
    assert "chmod 600" in _wrong("session key")[0]


def test_open_to_others_without_https(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["desk.lender.example"]
    assert "https" in _wrong("https")[0]

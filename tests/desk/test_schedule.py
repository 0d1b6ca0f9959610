"""What runs when: once, in order, caught up, and an alarm where it did not happen."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from arrears.desk import schedule
from arrears.desk.clock import ZONE
from arrears.desk.journal.models import Event, Run

pytestmark = pytest.mark.django_db


def _at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=ZONE)


class Night:
    """The schedule and its queue, turned by hand."""

    def __init__(self) -> None:
        self.queued: list[tuple[str, str]] = []

    def turn(self, text: str) -> list[tuple[str, str]]:
        """One look at the clock; returns what it queued."""
        before = len(self.queued)
        schedule.start_due(_at(text), lambda name, day: self.queued.append((name, f"{day:%d}")))
        return self.queued[before:]

    def done(self, name: str, day: str, text: str) -> None:
        """A worker carries a run out."""
        schedule.carry_out(name, dt.date.fromisoformat(f"2026-11-{day}"), lambda: _at(text))


@pytest.fixture
def night(monkeypatch: Any) -> Night:
    monkeypatch.setattr(schedule, "STEPS", {"close": [lambda day: f"closed through {day}"], "send": [lambda day: "queued"]})
    return Night()


def test_nothing_is_due_before_its_time(night: Night) -> None:
    assert night.turn("24T00:29:59") == []


def test_close_is_due_at_half_past_midnight_once(night: Night) -> None:
    assert night.turn("24T00:30:00") == [("close", "24")]
    assert night.turn("24T00:30:01") == []


def test_sending_is_due_at_nine(night: Night) -> None:
    night.turn("24T08:59:59")
    assert night.turn("24T09:00:00") == [("send", "24")]


def test_sending_that_was_missed_is_not_begun_in_the_evening(night: Night) -> None:
    assert ("send", "24") not in night.turn("24T21:00:00")


def test_sending_of_yesterday_is_never_made_up(night: Night) -> None:
    night.turn("24T09:00:00")
    night.done("send", "24", "24T09:01:00")
    night.turn("26T08:00:00")
    assert [day for name, day in night.turn("26T09:30:00") if name == "send"] == ["26"]


def test_missed_closes_are_caught_up_one_by_one(night: Night) -> None:
    night.turn("21T00:30:00")
    night.done("close", "21", "21T00:31:00")
    caught = []
    for minute in range(5):
        found = [day for name, day in night.turn(f"24T07:0{minute}:00") if name == "close"]
        for day in found:
            night.done("close", day, f"24T07:0{minute}:30")
        caught += found
    assert caught == ["22", "23", "24"]


def test_next_close_waits_for_the_one_before(night: Night) -> None:
    night.turn("21T00:30:00")
    assert [name for name, _ in night.turn("22T00:30:00") if name == "close"] == []


def test_failed_run_is_tried_again_after_five_minutes(night: Night, monkeypatch: Any) -> None:
    night.turn("24T00:30:00")
    monkeypatch.setitem(schedule.STEPS, "close", [lambda day: 1 // 0])
    with pytest.raises(ZeroDivisionError):
        night.done("close", "24", "24T00:31:00")
    assert "ZeroDivisionError" in Run.objects.get().told
    assert night.turn("24T00:35:59") == []
    assert night.turn("24T00:36:00") == [("close", "24")]


def test_run_that_is_done_is_not_done_again(night: Night) -> None:
    night.turn("24T00:30:00")
    night.done("close", "24", "24T00:31:00")
    night.done("close", "24", "24T00:40:00")
    assert (Run.objects.get().tries, Run.objects.get().told) == (1, "closed through 2026-11-24")


def test_run_that_did_not_happen_is_an_alarm_once(night: Night) -> None:
    night.turn("24T00:30:00")
    night.turn("24T07:59:59")
    assert Event.objects.filter(kind="run_missed").count() == 0
    night.turn("24T08:00:00")
    night.turn("24T08:00:01")
    assert [event.subject for event in Event.objects.filter(kind="run_missed")] == ["run:close:2026-11-24"]


def test_machine_started_at_noon_has_its_chance_before_the_alarm(night: Night) -> None:
    night.turn("24T12:00:00")
    night.turn("24T12:09:59")
    assert Event.objects.filter(kind="run_missed").count() == 0
    night.turn("24T12:10:00")
    assert Event.objects.filter(kind="run_missed").count() == 2


def test_clock_that_jumps_back_runs_nothing_twice(night: Night) -> None:
    night.turn("24T09:00:00")
    assert night.turn("23T09:30:00") == []
    assert night.turn("24T09:00:00") == []

"""A job whose worker was killed is done by another one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from arrears.desk import schedule, testing
from arrears.desk.clock import ZONE
from arrears.desk.journal.models import Run
from arrears.desk.tasks import queue, retry_stalled

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=ZONE)


def _killed_worker_had_it() -> None:
    """Leave the job as a worker leaves it that was killed a minute ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat) values (clock_timestamp() - interval '1 minute') returning id",
        )
        worker = cursor.fetchone()[0]
        cursor.execute("update procrastinate_jobs set status = 'doing', worker_id = %s", [worker])


@pytest.mark.django_db(transaction=True)
def test_job_of_a_killed_worker_is_done_by_another(monkeypatch: Any) -> None:
    monkeypatch.setitem(schedule.STEPS, "send", [lambda day: "sent"])
    Run.objects.create(name="send", day=NOON.date(), queued_at=NOON)
    queue("send", NOON.date())
    _killed_worker_had_it()
    assert Run.objects.get().state == "queued"
    retry_stalled.defer(timestamp=0)
    testing.run_jobs("schedule")
    testing.run_jobs("schedule")
    assert Run.objects.get().state == "done"

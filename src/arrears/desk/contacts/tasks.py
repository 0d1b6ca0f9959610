"""The jobs of contacts.

`pump` looks every few seconds at what is due and gives each its own job; a job that dies leaves nothing half done.
"""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from arrears.desk import clock
from arrears.desk.contacts import doubts, send
from arrears.desk.contacts.models import Permit

_LOG = logging.getLogger("arrears.desk.contacts")
QUEUE = "out"


@app.task(name="contacts.send", queue=QUEUE, retry=RetryStrategy(max_attempts=5, exponential_wait=2))
def send_one(intent: str) -> str:
    """Try one intent."""
    return send.send_intent(UUID(intent), clock.now)


@app.task(name="contacts.ask_about", queue=QUEUE, retry=RetryStrategy(max_attempts=5, exponential_wait=2))
def ask_about(contact: str) -> str:
    """Ask about one uncertain attempt."""
    return doubts.ask_about(UUID(contact), clock.now)


@app.periodic(cron="* * * * * */5")
@app.task(name="contacts.pump", queue=QUEUE, queueing_lock="contacts.pump")
def pump(timestamp: int = 0) -> dict[str, int]:
    """Give every due intent and every doubtful attempt a job, and take what was left half sent for uncertain."""
    return turn()


def turn() -> dict[str, int]:
    """One look; returns what was found."""
    at = clock.now()
    swept, intents, uncertain = doubts.sweep(clock.now), send.due(at), doubts.doubtful(at)
    for job, rows in ((send_one, [{"intent": str(each)} for each in intents]), (ask_about, [{"contact": str(each)} for each in uncertain])):
        _defer(job, rows)
    expired = Permit.objects.filter(state="granted", expires_at__lt=at).update(state="expired", state_at=at)
    return {"swept": swept, "intents": len(intents), "doubtful": len(uncertain), "expired": expired}


def _defer(job: Any, rows: list[dict[str, str]]) -> None:
    """Each at most once in the queue: the lock is the row's own name."""
    from procrastinate.exceptions import AlreadyEnqueued

    for row in rows:
        try:
            job.configure(queueing_lock=f"{job.name}:{next(iter(row.values()))}").defer(**row)
        except AlreadyEnqueued:
            continue

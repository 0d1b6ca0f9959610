"""Jobs that belong to no single feature: the runs of the schedule, and jobs whose worker died."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys

from django.conf import settings
from procrastinate import JobContext
from procrastinate.contrib.django import app

from arrears.desk import clock, schedule

_DAY = dt.timedelta(days=1)


@app.task(name="desk.run", queue="schedule")
def run(name: str, day: str) -> None:
    """Carry a run of the schedule out."""
    schedule.carry_out(name, dt.date.fromisoformat(day), clock.now)


@app.task(name="desk.follow", queue="follow")
def follow(event_id: int) -> None:
    """Do what follows from an event."""
    from arrears.desk import consequences

    consequences.follow(event_id)


def queue(name: str, day: dt.date) -> None:
    """Put the job of a run into the queue, in the transaction under way."""
    run.configure(queueing_lock=f"run:{name}:{day}", lock=f"run:{name}").defer(name=name, day=day.isoformat())


# A job whose worker was killed stays "doing" for ever; every job is safe to repeat.
@app.periodic(cron="* * * * *")
@app.task(name="desk.retry_stalled", queue="schedule", queueing_lock="retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Give jobs of dead workers to living ones."""
    for job in await context.app.job_manager.get_stalled_jobs():
        await context.app.job_manager.retry_job(job)


class CloseFailed(Exception):
    """The close did not come about; the text is what it said."""


def close_the_book(day: dt.date) -> str:
    """The step `close`: close the book through the day before, by the command that a person would use."""
    book = settings.PLACES.book
    if not book.exists():
        return f"no book at {book}"
    through = (day - _DAY).isoformat()
    words = ["close", str(book), "--through", through, "--audit", str(settings.PLACES.audit)]
    command = [sys.executable, "-c", "from arrears.cli import main; main()", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ})  # noqa: S603 our own command
    if done.returncode != 0:
        raise CloseFailed((done.stderr or done.stdout).strip()[-2000:])
    return (done.stderr or done.stdout).strip().splitlines()[-1]

"""What runs when, without anybody asking. One table; the scheduler starts what is due, `arrears desk check` reads how it went.

A run that was missed because the machine was off is caught up: closes one by one in the order of their days, a sending on its own day
only (each permit asks the hour again anyway). A run that has not happened in its time is an alarm: the event `run_missed`, once.
What a run does is a list of steps that rooms add with `step`; all of them are safe to repeat.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from arrears.desk.journal.models import Run
from arrears.desk.journal.services import record

_LOG = logging.getLogger("arrears.desk.schedule")
TRIES = 5
TRY_AGAIN = dt.timedelta(minutes=5)
TIME_TO_RUN = dt.timedelta(minutes=10)  # a machine started late in the day has its chance before the alarm


@dataclass(frozen=True)
class Line:
    """One thing to do each day.

    Attributes
    ----------
    name : as in the table of runs
    says : what it does
    at : when it is due, in the zone of the law
    until : after this it is not begun any more that day and never later; None: it is caught up on later days, one by one
    alarm_after : how long after `at` it is an alarm that it is not done
    """

    name: str
    says: str
    at: dt.time
    until: dt.time | None
    alarm_after: dt.timedelta

    def due_at(self, day: dt.date, zone: dt.tzinfo) -> dt.datetime:
        """The moment from which it is due on a day."""
        return dt.datetime.combine(day, self.at, zone)


SCHEDULE: tuple[Line, ...] = (
    Line("close", "close the day before and take the close", dt.time(0, 30), None, dt.timedelta(hours=7, minutes=30)),
    Line("send", "queue what is due to be sent", dt.time(9, 0), dt.time(21, 0), dt.timedelta(hours=1)),
)

Step = Callable[[dt.date], str]
STEPS: dict[str, list[Step]] = {line.name: [] for line in SCHEDULE}


def step(name: str, does: Step) -> None:
    """Add what a run does, behind what was added before. `does(day)` returns a sentence; KeyError for a name that is not scheduled."""
    if does not in STEPS[name]:
        STEPS[name].append(does)


def start_due(now: dt.datetime, queue: Callable[[str, dt.date], None]) -> list[Run]:
    """Queue what is due now and was not queued yet; raise alarms.

    Parameters
    ----------
    now : the instant, in the zone of the law
    queue : puts the job of a run into the queue, in the transaction of its row

    Returns
    -------
    The runs that were queued.
    """
    started = []
    for line in SCHEDULE:
        day = _next_day(line, now)
        if day is not None:
            with transaction.atomic():
                run, new = Run.objects.get_or_create(name=line.name, day=day, defaults={"queued_at": now})
                if new:
                    queue(line.name, day)
                    started.append(run)
        started += _again(line, now, queue)
        _alarm(line, now)
    return started


def _next_day(line: Line, now: dt.datetime) -> dt.date | None:
    """The day whose run is due and not queued; days before the first one on record are nobody's."""
    last = Run.objects.filter(name=line.name).order_by("-day").first()
    today = now.date()
    day = today if last is None or line.until is not None else min(last.day + dt.timedelta(days=1), today)
    if last is not None and (last.day >= day or (line.until is None and last.state != Run.State.DONE)):
        return None  # done already, or the one before is not: in order
    if now < line.due_at(day, now.tzinfo or dt.UTC):
        return None
    return None if line.until is not None and now.time() >= line.until else day


def _again(line: Line, now: dt.datetime, queue: Callable[[str, dt.date], None]) -> list[Run]:
    """Queue a failed run again, some times and some minutes apart."""
    failed = Run.objects.filter(name=line.name, state=Run.State.FAILED, tries__lt=TRIES, ended_at__lte=now - TRY_AGAIN).order_by("day")
    queued = []
    for run in failed:
        if line.until is not None and (run.day != now.date() or now.time() >= line.until):
            continue
        with transaction.atomic():
            if Run.objects.filter(pk=run.pk, state=Run.State.FAILED).update(state=Run.State.QUEUED, queued_at=now):
                queue(line.name, run.day)
                queued.append(run)
    return queued


def _alarm(line: Line, now: dt.datetime) -> None:
    """An event for the run of today that is not done although it should be; and for one of an earlier day."""
    if now < line.due_at(now.date(), now.tzinfo or dt.UTC) + line.alarm_after:
        return
    with transaction.atomic():
        late = Run.objects.select_for_update().filter(name=line.name, alarmed_at=None, queued_at__lte=now - TIME_TO_RUN)
        for run in late.filter(day__lte=now.date()).exclude(state=Run.State.DONE):
            record("run_missed", now, subject=f"run:{run.name}:{run.day}", data={"state": run.state, "told": run.told[:500]})
            run.alarmed_at = now
            run.save(update_fields=["alarmed_at"])
            _LOG.error("the run %s of %s is not done (%s): %s", run.name, run.day, run.state, run.told or "it has not ended")


def carry_out(name: str, day: dt.date, clock: Callable[[], dt.datetime]) -> None:
    """Do a run: its steps in order. What it told, or why it failed, stands in its row; a failure is raised again.

    Parameters
    ----------
    name, day : of the run
    clock : gives the instant
    """
    found = Run.objects.filter(name=name, day=day)
    if found.exclude(state=Run.State.DONE).update(state=Run.State.RUNNING, started_at=clock()) == 0:
        return
    tries, told = found.values_list("tries", flat=True)[0] + 1, []
    try:
        for each in STEPS[name]:
            told.append(each(day))
    except Exception as error:
        found.update(
            state=Run.State.FAILED, ended_at=clock(), tries=tries, told="\n".join([*told, f"{type(error).__name__}: {error}"])[:4000]
        )
        raise
    found.update(state=Run.State.DONE, ended_at=clock(), tries=tries, told="\n".join(told)[:4000])

"""What is wrong with this installation: one finding a question, each with what to do. `arrears desk check` prints them."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.db import DatabaseError, connection

from arrears.desk import clock
from arrears.desk.check_words import WORDS

State = Literal["ok", "look", "wrong"]
FONTS = ("Noto Sans CJK SC",)
QUEUE_AGE = dt.timedelta(minutes=5)
SKEW = dt.timedelta(seconds=5)
ROOM_BYTES = 2 * 1024**3
CALENDAR_DAYS = 60


@dataclass(frozen=True)
class Finding:
    """One answer.

    Attributes
    ----------
    name : of the question
    state : ok; look: a person should look, nothing stops; wrong: something does not work or is not safe
    zh, en : what was found and, unless it is well, what to do
    """

    name: str
    state: State
    zh: str
    en: str


def _told(state: State, key: str, /, **fields: object) -> Finding:
    zh, en = (text.format(**fields) for text in WORDS[key])
    return Finding(key.split(".", maxsplit=1)[0].replace("_", " "), state, zh, en)


def findings() -> list[Finding]:
    """Every question asked, in a fixed order. Where the database is away, what needs it is left out: that it is away says enough."""
    found = [each for question in _ALONE for each in question()]
    reached = _database()
    found.append(reached)
    if reached.state == "ok":
        found += [each for question in (*_IN_DATABASE, *MORE) for each in question()]
    return found


MORE: list[Callable[[], Iterator[Finding]]] = []
"""Questions of other rooms, added in their AppConfig.ready()."""


def _fonts() -> Iterator[Finding]:
    if shutil.which("fc-list") is None:
        yield _told("wrong", "fonts.unknown")
        return
    listed = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False).stdout  # noqa: S607
    lacking = [name for name in FONTS if name not in listed]
    if lacking:
        names = ", ".join(lacking)
        yield _told("wrong", "fonts.lacking", names=names)
    else:
        yield _told("ok", "fonts.ok")


def _secret() -> Iterator[Finding]:
    path = settings.PLACES.root / "secret.key"
    if os.environ.get("ARREARS_SECRET_KEY"):
        yield _told("ok", "session_key.ok")
    elif stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield _told("wrong", "session_key.wrong", path=path)
    else:
        yield _told("ok", "session_key.private")


def _audit_key() -> Iterator[Finding]:
    folder = settings.PLACES.audit
    key = folder.with_name(folder.name + ".key")
    if not (folder / "HEAD").exists():
        yield _told("look", "audit_log.look")
    elif key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o077:
        yield _told("wrong", "audit_log.wrong", key=key)
    else:
        yield _told("ok", "audit_log.ok")


def _calendar() -> Iterator[Finding]:
    from arrears.kernel.days import china_calendar

    last = dt.date(max(china_calendar().years), 12, 31)
    left = (last - clock.today()).days
    if left < 0:
        yield _told("wrong", "calendar.wrong", last=last)
    elif left < CALENDAR_DAYS:
        yield _told("look", "calendar.look", last=last)
    else:
        yield _told("ok", "calendar.ok", last=last)


def _moved() -> Iterator[Finding]:
    shift = clock.shift()
    if shift:
        yield _told("wrong", "clock.moved", shift=shift)


def _room() -> Iterator[Finding]:
    free = shutil.disk_usage(settings.PLACES.root).free
    gib = free // 1024**3
    if free < ROOM_BYTES:
        yield _told("wrong", "disk.wrong", gib=gib)
    else:
        yield _told("ok", "disk.ok", gib=gib)


def _safety() -> Iterator[Finding]:
    if not settings.MFA_REQUIRED:
        yield _told("look", "second_factor.look")
    elsewhere = set(settings.ALLOWED_HOSTS) - {"localhost", "127.0.0.1", "[::1]"}
    if elsewhere and not settings.HTTPS:
        yield _told("wrong", "https.wrong")


def _database() -> Finding:
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        told = str(error).strip().splitlines()[0]
        return _told("wrong", "database.away", told=told)
    if waiting:
        return _told("wrong", "database.old", waiting=len(waiting))
    return _told("ok", "database.ok")


def _clock() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp(), (select max(at) from journal_event)")
        there, last = cursor.fetchone()
    skew = abs(there + dt.timedelta(seconds=clock.shift()) - clock.now())
    if skew > SKEW:
        yield _told("wrong", "clock.skew", skew=skew)
    if last is not None and last > clock.now() + SKEW:
        yield _told("wrong", "clock.back", last=last)
    elif skew <= SKEW:
        yield _told("ok", "clock.ok")


def _queue() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(
            """select count(*), min(coalesce(job.scheduled_at, deferred.at)) from procrastinate_jobs job
               left join lateral (select max(event.at) as at from procrastinate_events event where event.job_id = job.id) deferred on true
               where job.status = 'todo' and coalesce(job.scheduled_at, deferred.at) <= clock_timestamp()"""
        )
        waiting, oldest = cursor.fetchone()
        cursor.execute("select count(*) from procrastinate_jobs where status = 'failed'")
        failed = cursor.fetchone()[0]
        cursor.execute("select clock_timestamp()")
        now = cursor.fetchone()[0]
    age = now - oldest if oldest else dt.timedelta(0)
    minutes = int(age.total_seconds() // 60)
    if age > QUEUE_AGE:
        yield _told("wrong", "queue.wrong", waiting=waiting, minutes=minutes)
    else:
        yield _told("ok", "queue.ok", waiting=waiting)
    if failed:
        yield _told("look", "failed_jobs.look", failed=failed)


def _leaves() -> Iterator[Finding]:
    from arrears.desk.journal.models import StagedLeaf

    oldest = StagedLeaf.objects.filter(number=None).order_by("id").values_list("staged_at", flat=True).first()
    if oldest is not None and clock.now() - oldest > dt.timedelta(minutes=1):
        yield _told("wrong", "audit_leaves.wrong", oldest=oldest)


def _runs() -> Iterator[Finding]:
    from arrears.desk.journal.models import Run
    from arrears.desk.schedule import SCHEDULE

    for run in Run.objects.exclude(alarmed_at=None).exclude(state=Run.State.DONE).order_by("day", "name")[:20]:
        told = run.told.splitlines()[-1] if run.told else "-"
        yield _told("wrong", "schedule.wrong", day=run.day, name=run.name, state=run.state, told=told)
    now = clock.now()
    for line in SCHEDULE:
        runs = Run.objects.filter(name=line.name)
        if now >= line.due_at(now.date(), clock.ZONE) + line.alarm_after and runs.exists() and not runs.filter(day=now.date()).exists():
            yield _told("wrong", "schedule.absent", day=now.date(), name=line.name)


def _book() -> Iterator[Finding]:
    from arrears.desk.frame import data_day

    told = data_day()
    if told.close_on is None:
        yield _told("look", "book.look")
    elif told.late:
        yield _told("wrong", "book.wrong", on=told.close_on)
    else:
        yield _told("ok", "book.ok", on=told.close_on)


_ALONE = (_fonts, _secret, _audit_key, _calendar, _moved, _room, _safety)


def _keys() -> Iterator[Finding]:
    from arrears.desk.people import cipher
    from arrears.desk.people.keys import KeyProblem

    try:
        ring = cipher.ring()
    except KeyProblem as error:
        yield Finding("keys", "wrong", error.zh, error.en)
    else:
        yield _told("ok", "keys.ok", number=ring.current)


_IN_DATABASE = (_keys, _clock, _queue, _leaves, _runs, _book)

"""Workers are killed in the middle of their messages, again and again; then everybody counts: the carrier, the outbox, the intents.

    python -m arrears.desk.contacts.tests.killing --messages 200 --kills 5

A PostgreSQL of its own with everything on, a carrier that cuts some lines and answers nonsense to some, real workers. Prints JSON:
how each message ended, how many arrived at the carrier, how often one arrived twice.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4


def _stage(messages: int) -> None:
    """People who are to be told that an instalment has not arrived, each by one short message."""
    from arrears.desk import clock
    from arrears.desk.contacts import intents
    from arrears.desk.contacts.models import Standing
    from arrears.desk.contacts.testing import approve_all
    from arrears.desk.people.models import Address, Loan, Person
    from arrears.desk.people.services import make_account

    at = clock.now()
    people = [
        Person(id=uuid4(), pseudonym=f"P{n}", zones=["Asia/Shanghai"], capacity="full", made_at=at, name=f"试{n}") for n in range(messages)
    ]
    Person.objects.bulk_create(people, batch_size=1000)
    addresses = []
    for n, person in enumerate(people):
        address = Address(person=person, kind="phone", channels=["sms"], made_at=at, confirmed=True, valid=True)
        address.put(f"154{n:08d}")
        addresses.append(address)
    Address.objects.bulk_create(addresses, batch_size=1000)
    Loan.objects.bulk_create([Loan(id=f"L{n}", debtor=person, made_at=at) for n, person in enumerate(people)], batch_size=1000)
    due = at.date() - dt.timedelta(days=1)
    Standing.objects.bulk_create(
        [
            Standing(loan=f"L{n}", person=each.pk, overdue_fen=100 + n, oldest_due_on=due, close_on=due, changed_at=at)
            for n, each in enumerate(people)
        ],
        batch_size=1000,
    )
    approve_all(make_account("writer", "W", ["operations"]), make_account("reader", "R", ["compliance"]), at)
    for n, person in enumerate(people):
        intents.put(f"K{n}", person.pk, f"L{n}", "overdue_notice", at, channels=("sms",))


def _worker(root: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "django", "procrastinate", "worker", "--queues", "out", "--concurrency", "4"]
    with (root / "worker.log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)


def _kill(worker: subprocess.Popen[bytes]) -> None:
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def _open() -> int:
    from arrears.desk.contacts.models import Attempt, Intent

    return Intent.objects.filter(state="waiting").count() + Attempt.objects.filter(state__in=("sending", "uncertain")).count()


def _drive(root: Path, carrier: Any, kills: int, limit_s: float) -> int:
    """Let workers work, kill them at moments nobody chose, and let the last one finish. Returns how many were killed."""
    from django.db import connection

    from arrears.desk.contacts import tasks

    dice, killed, worker = random.Random(5), 0, _worker(root)
    begun, total = time.monotonic(), _open()
    try:
        while _open() and time.monotonic() - begun < limit_s:
            tasks.turn()
            before = len(carrier.record.all())
            until = time.monotonic() + 20
            # a kill counts when it comes in the middle: only after something of this worker has arrived
            while killed < kills and len(carrier.record.all()) < before + max(1, total // (kills + 3)) and time.monotonic() < until:
                time.sleep(0.02)
            if killed < kills:
                time.sleep(dice.random() * 0.05)
                _kill(worker)
                killed += 1
                worker = _worker(root)
            time.sleep(0.5)
            connection.close()
    finally:
        _kill(worker)
    return killed


def run(messages: int, kills: int, limit_s: float) -> dict[str, Any]:
    """One run in folders of its own."""
    root = Path(tempfile.mkdtemp(prefix="arrears-killing-"))
    root.chmod(0o755)
    from arrears.desk import clock

    here = clock.now()
    shift = int((here.replace(hour=10, minute=0, second=0, microsecond=0) - here).total_seconds())
    os.environ.update(ARREARS_DATA=str(root / "data"), DJANGO_SETTINGS_MODULE="arrears.desk.settings", ARREARS_CLOCK_SHIFT=str(shift))
    from arrears.desk import database

    os.environ["DATABASE_URL"] = database.start(root / "postgres")
    try:
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        from arrears.desk.contacts import ways
        from arrears.desk.people import keys
        from arrears.sandbox.carrier import Carrier, Settings
        from arrears.sandbox.weather import Weather

        keys.provide(settings.PLACES.root)
        call_command("migrate", interactive=False, verbosity=0)
        _stage(messages)
        weather = Weather(3, cut=0.03, cut_early=0.02, nonsense=0.02, throttle=0.02)
        with Carrier(Settings(root / "carrier"), clock.now, weather) as carrier:
            told = ways.for_sandbox(carrier.http.port, carrier.smtp.port, look_after_s=15, per_second={"sms": 500})
            told["sms"] |= {"connect_s": "2", "answer_s": "2"}
            (settings.PLACES.root / ways.FILE).write_text(json.dumps(told))
            begun = time.monotonic()
            killed = _drive(root, carrier, kills, limit_s)
            return _counted(carrier, messages, killed, time.monotonic() - begun)
    finally:
        database.stop(root / "postgres")
        shutil.rmtree(root, ignore_errors=True)


def _counted(carrier: Any, messages: int, killed: int, seconds: float) -> dict[str, Any]:
    from arrears.desk.contacts.models import Attempt, Contact, Intent, Task

    arrived = Counter(each.entry["to"] for each in carrier.record.all())
    sent = Attempt.objects.filter(state="sent").count()
    return {
        "messages": messages,
        "killed": killed,
        "seconds": round(seconds, 1),
        "intents": dict(Counter(Intent.objects.values_list("state", flat=True))),
        "attempts": dict(Counter(Attempt.objects.values_list("state", flat=True))),
        "at_the_carrier": sum(arrived.values()),
        "doubled_at_the_carrier": sum(1 for number in arrived.values() if number > 1) + len(carrier.record.doubled()),
        "sent_without_arrival": sum(
            not carrier.record.of_client(each) for each in Attempt.objects.filter(state="sent").values_list("client_id", flat=True)
        ),
        "arrived_unaccounted": sum(arrived.values()) - sent - Attempt.objects.filter(state__in=("uncertain", "shown", "sending")).count(),
        "shown_tasks": Task.objects.filter(kind="uncertain", done_at=None).count(),
        "contacts_without_used_permit": Contact.objects.exclude(permit__state="used").count(),
    }


def main() -> None:
    """Read the command line, run, print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--messages", type=int, default=200)
    words.add_argument("--kills", type=int, default=5)
    words.add_argument("--limit", type=float, default=240.0)
    asked = words.parse_args()
    print(json.dumps(run(asked.messages, asked.kills, asked.limit)))  # noqa: T201 this is its output


if __name__ == "__main__":
    main()

"""How many contact permits a second, asked by many at once on a real PostgreSQL with everything on (fsync, synchronous_commit).

    python benchmarks/gate.py --clients 64 --people 10000 --json

Each ask locks the person, loads every fact, lets the gate decide, and writes the journal's answer, the permit and the staged audit leaf in
one transaction. The peer, measured in the same run with the same clients: a bare transaction with the same lock and two inserts.
Then the same clients ask for 20 people only, and everybody who got more than the law allows is counted: that must be nobody.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing
import os
import random
import shutil
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
MORNING = dt.datetime(2026, 11, 24, 10, 0, tzinfo=ZONE)
CAP = 3
POOL = 8  # connections of a process: more only wait for one another
STAFF = UUID(int=1)
TUNED = {"commit_delay": "200", "max_wal_size": "4GB", "wal_compression": "on"}
"""Group commit, and no checkpoint in the middle of a burst; nothing that makes a commit less durable."""


def prepare(address: str, people: int) -> None:
    """Migrate, and put people on record who may be called: late, noticed, reachable; and somebody trained to call them."""
    import psycopg
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    with psycopg.connect(address) as db:
        told = {"n": people, "at": MORNING - dt.timedelta(days=40), "staff": STAFF, "noticed": MORNING - dt.timedelta(days=19)}
        told |= {"due": (MORNING - dt.timedelta(days=20)).date(), "close": (MORNING - dt.timedelta(days=1)).date(), "now": MORNING}
        for statement in _RECORDS.split(";"):
            if statement.strip():
                db.execute(statement, told)
    with psycopg.connect(address, autocommit=True) as db:
        db.execute("vacuum analyze")
        for name, value in TUNED.items():
            db.execute(f"alter system set {name} = '{value}'")
        db.execute("select pg_reload_conf()")


_P = "lpad(to_hex(g), 32, '0')::uuid"
_RECORDS = f"""
insert into people_user (id, password, username, person, name, email, roles, language, is_active)
  values (%(staff)s, '', 'zhou.ning', %(staff)s, 'Z', '', '{{collector}}', '', true);
insert into people_staffprofile (person, number, trained_on, visits_barred, record_clean, confidentiality, device_registered, barred_known)
  values (%(staff)s, 'K1', '2026-06-01', false, true, true, true, true);
insert into people_person (id, pseudonym, name_marks, id_last_four, gender, language, zones, capacity, source, made_at, salt)
  select {_P}, 'P' || g, '{{}}', '', '', 'zh', '{{Asia/Shanghai}}', 'full', '', %(at)s, decode(repeat('ab', 32),
    'hex') from generate_series(1, %(n)s) g;
insert into people_loan (id, debtor_id, key, number_last_four, vin_last_four, made_at)
  select 'L' || g, {_P}, gen_random_uuid(), '', '', %(at)s from generate_series(1, %(n)s) g;
insert into people_address (id, person_id, kind, channels, value_index, last_four, source, valid, under_review, review_why, datum, made_at)
  select ({_P}), {_P}, 'phone', '{{call,sms}}', decode(lpad(to_hex(g), 32, '0'), 'hex'), '', 'file', true, false, '', '', %(at)s
  from generate_series(1, %(n)s) g;
insert into contacts_standing (loan, person, overdue_fen, oldest_due_on, days_past_due, close_on, changed_at)
  select 'L' || g, {_P}, 282441, %(due)s, 20, %(close)s, %(now)s from generate_series(1, %(n)s) g;
insert into contacts_answer (id, at, person, loan, act, channel, purpose, address, by, allowed, codes, rules, findings, required,
    law, facts,
    facts_hash, wording_hash)
  select {_P}, %(noticed)s, {_P}, 'L' || g, 'contact', 'sms', 'overdue_notice', {_P}::text, 'machine', 'yes', '{{}}', '{{}}',
    '[]', '{{}}', '', '', '', ''
  from generate_series(1, %(n)s) g;
insert into contacts_permit (id, person, loan, channel, purpose, address, wording_hash, granted_at, expires_at, state,
    state_at, why)
  select id, person, loan, channel, purpose, address, '', at, at, 'used', at, '' from contacts_answer;
insert into contacts_contact (id, permit_state, person, loan, channel, purpose, address, wording_hash, by, at, outcome, outcome_at,
    delivered_at)
  select id, 'used', person, loan, channel, purpose, address, '', 'machine', granted_at, 'delivered', granted_at,
    granted_at from contacts_permit;
create table bare_person (id uuid primary key);
insert into bare_person select id from people_person;
create table bare_one (id uuid primary key, person uuid, at timestamptz, what text);
create table bare_two (id bigserial primary key, person uuid, at timestamptz, what text)
"""


def clients(job: dict[str, Any]) -> dict[str, Any]:
    """One process of clients: threads over a pool of its own, asking until the time is up."""
    os.environ.update(job["environment"])
    import django

    django.setup()
    from psycopg_pool import ConnectionPool

    work = _bare if job["bare"] else _ask
    pool = ConnectionPool(job["address"], min_size=POOL, max_size=POOL, kwargs={"autocommit": True, "prepare_threshold": 1}, open=True)
    pool.wait()
    for _ in range(2 * POOL):
        with pool.connection() as db:
            db.execute("select 1")
    took: list[float] = []
    granted = [0]
    lock, begin = threading.Lock(), threading.Barrier(job["threads"])

    def run(seed: int) -> None:
        dice, mine, yes = random.Random(seed), [], 0
        begin.wait()
        ends = time.monotonic() + job["seconds"]
        warm = time.monotonic() + 1.0
        while (start := time.monotonic()) < ends:
            number = dice.randrange(job["people"]) + 1
            with pool.connection() as db:
                ok = work(db, number, job["zero"])
            if start >= warm:
                mine.append(time.monotonic() - start)
                yes += ok
        with lock:
            took.extend(mine)
            granted[0] += yes

    threads = [threading.Thread(target=run, args=(job["seed"] * 1000 + each,)) for each in range(job["threads"])]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    pool.close()
    return {"took": took, "granted": granted[0], "seconds": job["seconds"] - 1.0}


def _ask(db: Any, number: int, zero: float) -> bool:
    from arrears.desk.contacts.ask import Permit, ask
    from arrears.desk.contacts.facts import Question

    id_ = UUID(int=number)
    question = Question(id_, f"L{number}", "call", "collection", str(id_), (STAFF,), STAFF, minutes=5)
    # one clock for all processes: the machine's own, moved to a morning
    return isinstance(ask(question, lambda: MORNING + dt.timedelta(seconds=time.monotonic() - zero), db), Permit)


def _bare(db: Any, number: int, zero: float) -> bool:
    from uuid import uuid4

    import psycopg

    from arrears.desk.contacts.ask import _transaction

    id_ = UUID(int=number)
    with _transaction(db):
        psycopg.RawCursor(db).execute("select id from bare_person where id = $1 for update", [id_])
        psycopg.RawCursor(db).execute("insert into bare_one values ($1, $2, $3, 'call')", [uuid4(), id_, MORNING])
        psycopg.RawCursor(db).execute("insert into bare_two (person, at, what) values ($1, $2, 'call')", [id_, MORNING])
    return True


def measured(address: str, asked: argparse.Namespace, people: int, seconds: float, bare: bool) -> dict[str, Any]:
    """All clients at once; what they took together."""
    job = {
        "address": address, "people": people, "seconds": seconds, "bare": bare, "threads": asked.clients // asked.processes,
        "zero": time.monotonic(),
        "environment": {key: os.environ[key] for key in ("ARREARS_DATA", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")},
    }  # fmt: skip
    with multiprocessing.get_context("spawn").Pool(asked.processes) as pool:
        parts = pool.map(clients, [job | {"seed": each} for each in range(asked.processes)])
    took = sorted(each for part in parts for each in part["took"])
    hundredths = statistics.quantiles(took, n=100)
    return {
        "asks_per_second": round(len(took) / (seconds - 1.0)),
        "permits_per_second": round(sum(part["granted"] for part in parts) / (seconds - 1.0)),
        "p50_ms": round(1000 * hundredths[49], 1),
        "p99_ms": round(1000 * hundredths[98], 1),
    }


def over_cap(address: str) -> int:
    """People who were granted more calls in a day than the law allows."""
    import psycopg

    with psycopg.connect(address) as db:
        found = db.execute(
            "select count(*) from (select person from contacts_permit where channel = 'call' group by person having count(*) > %s) a", [CAP]
        ).fetchone()
    return int(found[0]) if found else -1


def settings_of(address: str) -> dict[str, str]:
    """What the server is set to."""
    import psycopg

    with psycopg.connect(address) as db:
        return {name: db.execute(f"show {name}").fetchone()[0] for name in ("fsync", "synchronous_commit", "full_page_writes", *TUNED)}  # type: ignore[index]


def main() -> None:
    """Read the command line, run, print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--clients", type=int, default=64)
    words.add_argument("--people", type=int, default=10_000)
    words.add_argument("--seconds", type=float, default=8.0)
    words.add_argument("--processes", type=int, default=2)
    words.add_argument("--json", action="store_true")
    asked = words.parse_args()
    root = Path(tempfile.mkdtemp(prefix="arrears-gate-bench-"))
    root.chmod(0o755)
    os.environ.update(ARREARS_DATA=str(root / "data"), DJANGO_SETTINGS_MODULE="arrears.desk.settings")
    from arrears.desk import database

    address = os.environ["DATABASE_URL"] = database.start(root / "postgres")
    try:
        import django

        django.setup()
        prepare(address, asked.people)
        bare = measured(address, asked, asked.people, asked.seconds, bare=True)
        told = measured(address, asked, asked.people, asked.seconds, bare=False)
        over = over_cap(address)
        # nobody before them has used up the day of these: they are the last twenty
        _make_hot(address, asked.people)
        hot = measured(address, asked, 20, min(asked.seconds, 4.0), bare=False)
        result = {
            **{name: told[name] for name in ("permits_per_second", "p50_ms", "p99_ms")},
            "over_cap": over + over_cap(address), "ratio": round(bare["asks_per_second"] / told["asks_per_second"], 2),
            "asks_per_second": told["asks_per_second"], "bare_per_second": bare["asks_per_second"], "bare_p99_ms": bare["p99_ms"],
            "hot_asks_per_second": hot["asks_per_second"], "hot_p99_ms": hot["p99_ms"], "clients": asked.clients, "people": asked.people,
            "server": settings_of(address),
        }  # fmt: skip
    finally:
        database.stop(root / "postgres")
        shutil.rmtree(root, ignore_errors=True)
    print(json.dumps(result, indent=1) if asked.json else "\n".join(f"{key}: {value}" for key, value in result.items()))


def _make_hot(address: str, people: int) -> None:
    """Give the first twenty a fresh day: their permits of before are taken as expired, which returns their places."""
    import psycopg

    with psycopg.connect(address) as db:
        db.execute("update contacts_permit set state = 'expired', state_at = expires_at where state = 'granted'")
        db.execute("alter table contacts_permit disable trigger user")
        db.execute("delete from contacts_permit where state = 'expired'")
        db.execute("alter table contacts_permit enable trigger user")


if __name__ == "__main__":
    main()

"""What tests of the Desk stand on: an embedded PostgreSQL a test run, and a fixed cast.

The cast: Lin Yuan the borrower is in the data of each test; `collector` works her case in team one, `lead` leads that team, `stranger`
collects in team two and must see nothing of hers. `account(role)` makes anybody else.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from arrears.desk import database

_ROOT = Path(tempfile.gettempdir()) / "arrears-desk-tests"
PASSWORD = "lantern-harbour-42"  # noqa: S105 of invented people


def folder(name: str) -> Path:
    """A folder for a database of this process, removed when it ends. Pytest's own is closed to the user PostgreSQL runs as."""
    own = _ROOT / str(os.getpid())
    if not own.exists():
        _ROOT.mkdir(exist_ok=True)
        for left in _ROOT.iterdir():  # of runs that were killed
            if left.name.isdigit() and not Path(f"/proc/{left.name}").exists():
                _end(left)
        own.mkdir()
        atexit.register(_end, own)
    made = own / name
    made.mkdir(exist_ok=True)
    return made


def start_server() -> str:
    """Start an embedded server for this process, or find it; it ends with the process. Returns its address."""
    address = database.start(folder("run") / "pg")
    _let_go_of_safety(address)
    return address


def _end(own: Path) -> None:
    for mark in own.rglob("PG_VERSION"):
        if (mark.parent / "global").is_dir():
            database.stop(mark.parent)
    shutil.rmtree(own, ignore_errors=True)


def _let_go_of_safety(address: str) -> None:
    """A test's data need not outlive the power: no fsync, so that tests are quick. Tests about crashes start a server of their own."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"alter system set {setting} = off")
        connection.execute("select pg_reload_conf()")


def use_server(settings_dict: dict[str, Any], address: str) -> None:
    """Point a Django connection at a server."""
    from psycopg.conninfo import conninfo_to_dict

    told = conninfo_to_dict(address)
    settings_dict.update(HOST=told.get("host", ""), USER=told.get("user", ""), PORT=told.get("port", ""), PASSWORD=told.get("password", ""))


def let_tests_empty_tables() -> None:
    """Tests with real transactions empty all tables behind them; the guards against TRUNCATE are off in test databases, the others stay."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select tgrelid::regclass::text, tgname from pg_trigger where not tgisinternal and (tgtype & 32) <> 0 and tgname like '%%_all'"
        )
        for table, name in cursor.fetchall():
            cursor.execute(f"alter table {table} disable trigger {name}")


def account(role: str | list[str], username: str = "", team: str = "", **fields: Any) -> Any:
    """An account with a role; its password is `PASSWORD`."""
    from arrears.desk.people.services import make_account

    held = [role] if isinstance(role, str) else role
    name = username or f"{held[0] if held else 'nobody'}{f'.{team}' if team.isascii() and team else ''}".replace("_", "-")
    return make_account(name, fields.pop("name", name), held, PASSWORD, team, **fields)


def run_jobs(*queues: str) -> None:
    """Work the queue off in this process, as a worker would; for tests with real transactions (`django_db(transaction=True)`)."""
    from procrastinate.contrib.django import app

    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=False, listen_notify=False, install_signal_handlers=False, queues=list(queues) or None)

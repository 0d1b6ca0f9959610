"""One command runs the Desk: PostgreSQL, the web, the worker, the scheduler; this parent starts, watches and stops them.

Each child is the head of its own process group, so Ctrl-C reaches the parent alone, and it gets SIGTERM when the parent dies, however
that happens. A child that ends is started again, after a pause that grows. What a killed run left behind is found by the data folder
that it carries in its environment, and ended, before anything new is started. PostgreSQL outlives a killed parent and is taken over.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from arrears.desk import database
from arrears.desk.clock import SHIFT
from arrears.desk.places import DATA, Places

MARK = "ARREARS_DESK_PART"  # in the environment of every child: data folder and name of the part
_STOP_SECONDS = 20.0
_PAUSES = (0.2, 1.0, 5.0, 15.0)
_SETTLED_SECONDS = 60.0
_ARREARS = "from arrears.cli import main; main()"
_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


class AlreadyUp(Exception):
    """Another parent runs this data folder; the text names it."""


class NotUp(Exception):
    """A part does not come up; the text names its log."""


@dataclass(frozen=True)
class Wanted:
    """What to start.

    Attributes
    ----------
    places : the installation
    port : of the web, on `host`
    host : this machine only, unless it stands behind something that ends https
    web_workers : processes of the web
    jobs : how many jobs a worker runs at once
    clock_shift : seconds by which the clock of all parts is moved (a demonstration)
    sandbox : also the carrier on loopback
    """

    places: Places
    port: int = 8800
    host: str = "127.0.0.1"
    web_workers: int = 2
    jobs: int = 4
    clock_shift: int = 0
    sandbox: bool = False
    environment: dict[str, str] = field(default_factory=dict)


@dataclass
class Part:
    """One child: how it is started, and how it is doing."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    starts: int = 0
    next_start: float = 0.0

    def start(self) -> None:
        """Start it in a group of its own."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(  # noqa: S603 our own commands
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                preexec_fn=_child_of(os.getpid()),  # noqa: PLW1509 the parent has one thread
            )
        self.started, self.starts = time.monotonic(), self.starts + 1

    def alive(self) -> bool:
        """Is its head alive?"""
        return self.process is not None and self.process.poll() is None

    def tell(self, number: int) -> None:
        """Send a signal to its whole group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)


def _child_of(parent: int) -> Callable[[], None]:
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def prepare() -> None:
        os.setsid()
        if libc is not None:
            libc.prctl(_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)
            if os.getppid() != parent:  # it died in between
                os._exit(1)

    return prepare


@contextlib.contextmanager
def holding(places: Places) -> Iterator[None]:
    """Hold the data folder for one parent; the lock goes with the process, however it ends."""
    places.make()
    file = places.lock.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise AlreadyUp(f"{places.root} is up already (process {owner(places)}); stop it with: arrears desk down") from None
    try:
        _write_owner(file)
        yield
    finally:
        file.close()


def _write_owner(file: IO[str]) -> None:
    file.seek(0)
    file.truncate()
    file.write(f"{os.getpid()}\n")
    file.flush()


def owner(places: Places) -> int | None:
    """The process id of the parent that holds the data folder, or None."""
    try:
        with places.lock.open("r") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read().strip() or 0) or None
    except OSError:
        pass
    return None


def strays(places: Places) -> list[int]:
    """Processes of an earlier run of this data folder that still live."""
    mark, found = f"{MARK}={places.root}:".encode(), []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            if int(each.name) != os.getpid() and any(line.startswith(mark) for line in (each / "environ").read_bytes().split(b"\0")):
                found.append(int(each.name))
        except OSError:
            continue
    return found


def end_strays(places: Places) -> int:
    """End them: kindly first. Returns how many there were."""
    left = first = strays(places)
    for number, seconds in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
        until = time.monotonic() + seconds
        while (left := strays(places)) and time.monotonic() < until:
            time.sleep(0.05)
        if not left:
            break
    return len(first)


def start_database(places: Places) -> str:
    """The address of the database: DATABASE_URL, else the embedded one, started or taken over; written down for other commands."""
    places.make()
    address = os.environ.get("DATABASE_URL") or database.start(places.postgres)
    if not os.environ.get("DATABASE_URL"):
        beside = places.database_url.with_suffix(".new")
        beside.touch(mode=0o600)
        beside.write_text(address)
        beside.replace(places.database_url)
    return address


def environment(places: Places, wanted: Wanted | None = None) -> dict[str, str]:
    """The environment of every process of an installation."""
    told = {**os.environ, DATA: str(places.root), "DJANGO_SETTINGS_MODULE": "arrears.desk.settings", "PYTHONUNBUFFERED": "1"}
    if wanted is not None:
        told |= wanted.environment
        if wanted.clock_shift:
            told[SHIFT] = str(wanted.clock_shift)
        if wanted.sandbox:
            told |= {f"ARREARS_SANDBOX_{name.upper()}": str(port) for name, port in sandbox_ports(wanted.port).items()}
    return told


def parts(wanted: Wanted) -> list[Part]:
    """The children, in the order in which they start."""
    places, python = wanted.places, sys.executable
    base = environment(places, wanted)
    granian = [
        *(python, "-m", "granian", "--interface", "wsgi", "--host", wanted.host, "--port", str(wanted.port)),
        *("--workers", str(wanted.web_workers), "--blocking-threads", "4", "--respawn-failed-workers", "--no-ws", "--log-level", "warning"),
        "arrears.desk.wsgi:application",
    ]
    worker = [python, "-m", "django", "procrastinate", "worker", "--concurrency", str(wanted.jobs), "--shutdown-graceful-timeout", "15"]
    commands = {
        "web": (granian, {"ARREARS_POOL": "8"}),
        "worker": (worker, {}),
        "scheduler": ([python, "-m", "django", "run_schedule"], {}),
    }
    if wanted.sandbox:
        commands = {"sandbox": ([python, "-c", _ARREARS, "sandbox", *_sandbox_words(wanted)], {}), **commands}
    return [
        Part(name, command, {**base, **extra, MARK: f"{places.root}:{name}"}, places.logs / f"{name}.log")
        for name, (command, extra) in commands.items()
    ]


def sandbox_ports(port: int) -> dict[str, int]:
    """Where the carrier of a demonstration listens: on the ports behind that of the pages."""
    return {"http": port + 1, "smtp": port + 2, "page": port + 3}


def _sandbox_words(wanted: Wanted) -> list[str]:
    ports = [word for name, port in sandbox_ports(wanted.port).items() for word in (f"--port-{name}", str(port))]
    return ["--dir", str(wanted.places.root / "sandbox"), *ports, "--callback", f"http://{wanted.host}:{wanted.port}/contacts/back"]


class Supervisor:
    """Runs the parts until it is told to stop."""

    def __init__(self, wanted: Wanted, say: Callable[[str], None]) -> None:
        self.wanted = wanted
        self.say = say
        self.parts: list[Part] = []
        self.stopping = False
        self.next_database = 0.0

    def run(self, prepare: Callable[[], None], ready: Callable[[], None]) -> None:
        """Start everything, call `ready` when the web answers, watch, and stop cleanly on SIGINT, SIGTERM or SIGHUP.

        Parameters
        ----------
        prepare : what is done between the database and the parts: migrations, static files
        ready : what is said when pages can be opened
        """
        places = self.wanted.places
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        with holding(places):
            ended = end_strays(places)
            if ended:
                self.say(f"{ended} processes of an earlier run were ended.")
            os.environ["DATABASE_URL"] = start_database(places) if not os.environ.get("DATABASE_URL") else os.environ["DATABASE_URL"]
            try:
                prepare()
                self.parts = parts(self.wanted)
                for part in self.parts:
                    part.start()
                self._wait_for_web()
                if not self.stopping:
                    ready()
                while not self.stopping:
                    self._watch()
                    time.sleep(0.2)
            finally:
                self._stop()

    def _asked_to_stop(self, number: int, frame: object) -> None:
        self.stopping = True

    def _wait_for_web(self, seconds: float = 60.0) -> None:
        import http.client

        until = time.monotonic() + seconds
        while not self.stopping:
            self._watch()
            connection = http.client.HTTPConnection(self.wanted.host, self.wanted.port, timeout=5)
            try:
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                pass
            finally:
                connection.close()
            if time.monotonic() > until:
                raise NotUp(f"the web does not answer on port {self.wanted.port}; see {self.wanted.places.logs / 'web.log'}")
            time.sleep(0.1)

    def _watch(self) -> None:
        """Start again what ended, and PostgreSQL where its postmaster died."""
        now = time.monotonic()
        for part in self.parts:
            if part.alive():
                continue
            if part.next_start == 0.0:
                part.tell(signal.SIGKILL)  # workers whose head was killed still hold its port
                quick = now - part.started < _SETTLED_SECONDS
                pause = _PAUSES[min(part.starts - 1, len(_PAUSES) - 1)] if quick else _PAUSES[0]
                part.next_start = now + pause
                code = part.process.returncode if part.process else None
                self.say(f"{part.name} ended ({code}) and is started again; its log: {part.log}")
            elif now >= part.next_start:
                part.start()
                part.next_start = 0.0
        places = self.wanted.places
        if places.postgres.exists() and now >= self.next_database and not database.running(places.postgres) and not self.stopping:
            self.say("PostgreSQL ended and is started again.")
            try:
                start_again(places)
            except database.DatabaseProblem as error:
                self.say(f"{error} Tried again in {_PAUSES[-1]:.0f} s.")
                self.next_database = now + _PAUSES[-1]

    def _stop(self) -> None:
        """Children first, all at once, then the database."""
        for part in self.parts:
            part.tell(signal.SIGTERM)
        until = time.monotonic() + _STOP_SECONDS
        while any(part.alive() for part in self.parts) and time.monotonic() < until:
            time.sleep(0.05)
        for part in self.parts:
            part.tell(signal.SIGKILL)
            if part.process is not None:
                part.process.wait()
        end_strays(self.wanted.places)
        if self.wanted.places.postgres.exists():
            database.stop(self.wanted.places.postgres)


def start_again(places: Places) -> None:
    """The embedded server after its postmaster died; its address may have changed."""
    address = database.start(places.postgres)
    places.database_url.write_text(address)


def down(places: Places, seconds: float = 40.0) -> bool:
    """Stop what runs in a data folder: its parent, or what a killed parent left. False where nothing ran."""
    pid = owner(places)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + seconds
        while owner(places) is not None:
            if time.monotonic() > until:
                raise NotUp(f"process {pid} does not stop; see {places.logs}")
            time.sleep(0.1)
        return True
    ended = end_strays(places)
    stopped = database.stop(places.postgres) if places.postgres.exists() else False
    return bool(ended) or stopped

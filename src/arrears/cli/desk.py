"""Commands of the Desk: desk up, down, check, worker, migrate, account."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arrears.cli.outcome import FAILED, FINDINGS, say
from arrears.cli.program import app, group
from arrears.cli.words import Json, Tongue, put, put_json, tongue

if TYPE_CHECKING:
    from arrears.desk.places import Places

desk = group("Run the Desk: pages and jobs of the people who work, on a database of its own.")
app.add_typer(desk, name="desk")

Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Data folder; default: ARREARS_DATA, or desk-data here.", show_default=False),
]


def _places(data: Path | None) -> Places:
    from arrears.desk.places import DATA, Places

    if data is not None:
        os.environ[DATA] = str(data.expanduser().resolve())
    places = Places.of_environment()
    os.environ[DATA] = str(places.root)
    return places


def _instant(text: str) -> dt.datetime:
    """An instant of the command line, with its offset; without one it is in the zone of the law."""
    from arrears.desk.clock import ZONE

    try:
        told = dt.datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no instant; write it as 2026-11-24T09:00") from None
    return told if told.tzinfo else told.replace(tzinfo=ZONE)


@desk.command()
def up(
    data: Data = None,
    port: Annotated[int, typer.Option(min=1, max=65_532, help="Port of the pages; a demonstration uses the next three too.")] = 8800,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 only behind something that ends https.")] = "127.0.0.1",
    demo: Annotated[bool, typer.Option("--demo", help="Also the sandbox carrier, demonstration accounts, no second factor.")] = False,
    now: Annotated[
        dt.datetime | None,
        typer.Option("--now", parser=_instant, metavar="INSTANT", help="Demonstration: as if it were then.", show_default=False),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes of the web.")] = 2,
) -> None:
    """Start the Desk: PostgreSQL, migrations, pages, jobs, schedule. It stays in front; Ctrl-C stops it cleanly.

    \b
    $ arrears desk up
    $ arrears desk up --demo --data try --port 8900
    """
    from arrears.desk import clock, ready
    from arrears.desk.database import DatabaseProblem
    from arrears.desk.people import keys
    from arrears.desk.supervisor import AlreadyUp, NotUp, Supervisor, Wanted

    if now is not None and not demo:
        raise typer.BadParameter("--now moves the clock of permits and deliveries: only with --demo")
    places = _places(data)
    shift = round((now - clock.now()).total_seconds()) if now is not None else 0
    if shift:
        os.environ[clock.SHIFT] = str(shift)
    if demo:
        os.environ.setdefault("ARREARS_MFA", "offered")
    wanted = Wanted(places, port, host, web_workers=workers, clock_shift=shift, sandbox=demo and _has_sandbox())

    said: list[str] = []

    def prepare() -> None:
        keys.provide(places.root) if demo else keys.of(places.root)
        ready.set_up(places)
        ready.migrate()
        ready.collect(places)
        if demo:
            said.extend(ready.demo_accounts(places))

    def told() -> None:
        say(f"工作台已就绪 / The Desk is up: http://{host}:{port}/  (data: {places.root}; Ctrl-C stops it)")
        for line in said:
            say(line)

    try:
        Supervisor(wanted, say).run(prepare, told)
    except keys.KeyProblem as error:
        say(f"未启动：{error.zh}\nNot done: {error.en}")
        raise typer.Exit(FAILED) from None
    except (AlreadyUp, NotUp, DatabaseProblem, ready.NotReady) as error:
        say(f"Not done: {error}")
        raise typer.Exit(FAILED) from None


def _has_sandbox() -> bool:
    from importlib.util import find_spec

    return find_spec("arrears.sandbox") is not None


@desk.command()
def down(data: Data = None) -> None:
    """Stop the Desk of a data folder, also what a killed one left behind.

    \b
    $ arrears desk down
    """
    from arrears.desk.supervisor import NotUp, down

    places = _places(data)
    try:
        stopped = down(places)
    except NotUp as error:
        say(f"Not done: {error}")
        raise typer.Exit(FAILED) from None
    say("已停止。\nStopped." if stopped else "没有在运行。\nNothing was running.")


@desk.command()
def migrate(data: Data = None) -> None:
    """Bring the database to the present shape; `desk up` does it too.

    \b
    $ arrears desk migrate
    """
    from arrears.desk import ready, supervisor

    places = _places(data)
    mine = supervisor.owner(places) is None and not os.environ.get("DATABASE_URL")
    supervisor.start_database(places)
    try:
        ready.set_up(places)
        ready.migrate()
    finally:
        if mine:
            from arrears.desk import database

            database.stop(places.postgres)
    say("数据库结构已是最新。\nThe database has the present shape.")


@desk.command()
def worker(
    data: Data = None,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="How many jobs at once.")] = 4,
    queues: Annotated[str, typer.Option(help="Only these queues, separated by commas.")] = "",
) -> None:
    """Run one more worker beside a Desk that is up, on this machine or, with DATABASE_URL, on another one.

    \b
    $ arrears desk worker --jobs 8
    """
    from arrears.desk import supervisor

    places = _places(data)
    if not os.environ.get("DATABASE_URL") and supervisor.owner(places) is None:
        say(f"Not done: {places.root} is not up, and DATABASE_URL names no database. Start it with: arrears desk up")
        raise typer.Exit(FAILED)
    command = [sys.executable, "-m", "django", "procrastinate", "worker", "--concurrency", str(jobs)]
    if queues:
        command += ["--queues", queues]
    os.execve(sys.executable, command, supervisor.environment(places))  # noqa: S606 our own command


@desk.command()
def check(data: Data = None, json: Json = False, locale: Tongue = None) -> None:
    """Name what is wrong: fonts, keys, calendar, clock, queue, schedule, the age of the data. Exit code 3: something is.

    \b
    $ arrears desk check
    """
    from arrears.desk import database, ready
    from arrears.desk.check import findings

    places = _places(data)
    if not places.root.exists():
        say(f"Not done: there is no installation at {places.root}. Start one with: arrears desk up")
        raise typer.Exit(FAILED)
    if not os.environ.get("DATABASE_URL") and not database.running(places.postgres):
        places.database_url.unlink(missing_ok=True)  # of a server that is gone
    ready.set_up(places)
    found = findings()
    if json:
        put_json([vars(each) for each in found])
    else:
        told = tongue(locale)
        marks = {"ok": "✓", "look": "!", "wrong": "✗"}
        put("\n".join(f"{marks[each.state]} {each.name}: {each.zh if told == 'zh' else each.en}" for each in found))
    if any(each.state == "wrong" for each in found):
        raise typer.Exit(FINDINGS)


@desk.command()
def account(
    username: Annotated[str, typer.Argument(help="What one signs in with, such as wang.min.", show_default=False)],
    role: Annotated[list[str], typer.Option("--role", help="A role; may be given several times.")],
    name: Annotated[str, typer.Option(help="Name of the person.")] = "",
    team: Annotated[str, typer.Option(help="Team; made where it is new.")] = "",
    data: Data = None,
) -> None:
    """Make an account in a Desk that is up. The password is asked for, or read from standard input.

    \b
    $ arrears desk account wang.min --role team_lead --name 王敏 --team 一组
    """
    from arrears.desk import ready, supervisor

    places = _places(data)
    if not os.environ.get("DATABASE_URL") and supervisor.owner(places) is None:
        say(f"Not done: {places.root} is not up. Start it with: arrears desk up")
        raise typer.Exit(FAILED)
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True) if sys.stdin.isatty() else sys.stdin.readline().strip()
    ready.set_up(places)
    from django.core.exceptions import ValidationError

    from arrears.desk.people.services import make_account

    try:
        made = make_account(username, name or username, role, password, team)
    except ValidationError as error:
        say("Not done: " + " ".join(error.messages))
        raise typer.Exit(FAILED) from None
    say(f"账号 {made.username} 已开通。\nThe account {made.username} is made.")

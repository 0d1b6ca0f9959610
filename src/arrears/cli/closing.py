"""The command that closes days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from arrears.cli.outcome import STOPPED, say
from arrears.cli.program import app
from arrears.cli.words import Book, Json, day, open_book, put, put_json, today

if TYPE_CHECKING:
    from arrears.book.door import Closed, Door

Engine = Literal["duckdb", "spark"]


@app.command()
def close(
    book: Book,
    on: Annotated[dt.date | None, typer.Option(parser=day, metavar="DATE", help="Close this day; it must follow the last close.")] = None,
    through: Annotated[dt.date | None, typer.Option(parser=day, metavar="DATE", help="Close every day up to this one.")] = None,
    engine: Annotated[Engine, typer.Option(help="What runs the rules.")] = "duckdb",
    monthly: Annotated[bool, typer.Option("--monthly", help="A book of month ends; to be said at its first close.")] = False,
    audit: Annotated[
        Path | None, typer.Option("--audit", metavar="DIR", help="Put each close into this audit log.", show_default=False)
    ] = None,
    json: Json = False,
) -> None:
    """Close the book at the end of a day, or of every day up to one.

    Each close is whole before the next begins. Stopped or killed anywhere, run it again: it goes on where it was.
    With --audit, closes that an earlier run did not come to put into the log are put there first.

    \b
    $ arrears close my-book --through 2026-11-30
    $ arrears close my-book --on 2026-11-30
    $ arrears close us-book --through 2020-12-31 --monthly
    $ arrears close my-book --through 2026-11-30 --audit my-log
    """
    if (on is None) == (through is None):
        raise typer.BadParameter("give one of --on DATE and --through DATE")
    door = open_book(book)
    if monthly:
        _set_monthly(door)
    last = on or through
    assert last is not None
    _warn_of_calendar(door, last)
    with recorded(audit, door) as record:
        closed = _run(door, last, one=on is not None, engine=engine, record=record)
    if json:
        told = [{"day": c.day, "loans": c.loans, "touched": c.touched, "replayed": c.replayed, "proposals": c.proposals} for c in closed]
        put_json({"current": door.book.current, "closed": told})
        return
    for each in closed if len(closed) <= 1 else [closed[-1]]:
        replayed = f", {each.replayed} replayed" if each.replayed else ""
        put(f"{each.day}: {each.loans} loans, {each.touched} computed{replayed}, {each.proposals} proposals")
    said = f"{len(closed)} {'day' if len(closed) == 1 else 'days'} closed" if closed else "Closed already"
    say(f"{said}: the last close is {door.book.current}.")


@app.command()
def reopen(book: Book, json: Json = False) -> None:
    """Take the last close back, so that its day can be closed again.

    Only while nobody acts on it: once its proposals were taken, a backdated event corrects it and nothing else does.

    \b
    $ arrears reopen my-book
    """
    door = open_book(book)
    gone = door.current
    stands = door.reopen()
    if json:
        put_json({"reopened": gone, "current": stands})
        return
    say(f"The close of {gone} is taken back. " + (f"The last close is {stands}." if stands else "No day is closed now."))


@app.command()
def prune(book: Book, json: Json = False) -> None:
    """Remove the positions of daily closes past their time (retention.daily_closes_days); month ends stay.

    Journal, proposals and manifests of every day stay. A pruned day can still be shown as it was known then.

    \b
    $ arrears prune my-book
    """
    days = open_book(book).prune()
    if json:
        put_json({"pruned": days})
        return
    say(f"{len(days)} closes pruned." if days else "Nothing is past its time.")


def _run(door: Door, last: dt.date, one: bool, engine: Engine, record: Callable[[dt.date], None]) -> list[Closed]:
    from arrears.book.door import engine_named

    chosen = None if engine == "duckdb" else engine_named(engine)
    days = [last] if one else door.days_to_close(last)
    with standing(door), progress(len(days)) as step:
        if one:
            done = door.close(last, chosen)
            if done:
                record(done.day)
            return [done] if done else []

        def told(closed: Closed) -> None:
            record(closed.day)
            step(closed.day)

        return door.close_through(last, told, chosen)


@contextmanager
def recorded(audit: Path | None, door: Door) -> Iterator[Callable[[dt.date], None]]:
    """What to call with each day closed: it goes into the audit log, if there is one."""
    if audit is None:
        yield lambda _: None
        return
    from arrears.cli.audit import closes_to, refusals

    with refusals():
        yield closes_to(audit, door)


@contextmanager
def standing(door: Door) -> Iterator[None]:
    """Where closes are stopped: say what stands."""
    try:
        yield
    except (KeyboardInterrupt, RuntimeError) as error:
        # an engine in the middle of a query tells of Ctrl-C as an error of its own
        if isinstance(error, RuntimeError) and "nterrupt" not in str(error):
            raise
        last = door.book.current
        stands = f"The last complete close is {last}" if last else "No day is closed yet"
        say(f"Stopped. {stands}; nothing is half done. Run the same command again to go on.")
        raise typer.Exit(STOPPED) from None


@contextmanager
def progress(count: int) -> Iterator[Callable[[dt.date], None]]:
    """A bar with the time left, on standard error and only on a terminal; yields what to call with each day done."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal or count <= 0:
        yield lambda _: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("closing {task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, refresh_per_second=4) as bar:
        task = bar.add_task("", total=count)
        yield lambda day: bar.update(task, advance=1, description=day.isoformat())


def _set_monthly(door: Door) -> None:
    """Say before the first close that the book has month ends only; a close of a day would have to be undone later."""
    settings = door.book.settings
    if settings.monthly:
        return
    if door.book.current is not None:
        raise typer.BadParameter(f"the book closes by days since {door.closes()[0]}; --monthly can only be said at the first close")
    with door.book.lock():
        door.book.change(replace(settings, monthly=True))


def _warn_of_calendar(door: Door, last: dt.date) -> None:
    """From 1 November on, say so where the official workdays of the coming year are not in the calendar (never guessed)."""
    if last >= today(door.book.settings.zone):
        say(f"note: {last} has not ended yet in {door.book.settings.zone}.")
    if door.book.settings.country != "cn" or last.month < 11:
        return
    from arrears.kernel.days import china_calendar

    years = china_calendar().years
    if last.year + 1 not in years:
        say(f"note: the calendar of official workdays ends with {max(years)}; nothing is guessed beyond it.")

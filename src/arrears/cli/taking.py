"""Commands that make a book and take data in: init, import, retry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from arrears.cli.outcome import FINDINGS, say
from arrears.cli.program import app
from arrears.cli.words import Book, Json, day, open_book, put, put_json, today

if TYPE_CHECKING:
    from arrears.book.door import Door, Imported

AsOf = Annotated[
    dt.date | None, typer.Option("--as-of", parser=day, metavar="DATE", help="Day of the import; default: today in the book's zone.")
]


@app.command()
def init(
    book: Book,
    currency: Annotated[str, typer.Option(help="Currency of the book: CNY, USD, GBP or JPY.")] = "CNY",
    house: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="Folder of YAML with the lender's own settings, over the shipped ones."),
    ] = None,
    json: Json = False,
) -> None:
    """Make an empty book.

    \b
    $ arrears init my-book
    $ arrears init us-book --currency USD
    $ arrears init my-book --house my-house
    """
    from arrears.book.door import Door, Settings
    from arrears.kernel.money import CURRENCIES

    if currency not in CURRENCIES:
        raise typer.BadParameter(f"{currency!r} is not known; allowed: {', '.join(CURRENCIES)}", param_hint="--currency")
    settings = Door.init(book, Settings(currency=currency), house).book.settings
    if json:
        put_json({"book": book, "currency": settings.currency, "zone": settings.zone, "country": settings.country})
        return
    say(f"{book} is an empty book in {settings.currency}. Next: arrears import {book} FILE... --mapping NAME")


@app.command("import")
def import_(
    book: Book,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", exists=True, dir_okay=False, help="CSV or XML (also .gz), XLSX or Parquet.", show_default=False),
    ],
    mapping: Annotated[
        str,
        typer.Option(metavar="NAME|FILE", help="arrears, abs-ee, aart-panel, or a YAML file of your own.", show_default=False),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would come in.")] = False,
    deal: Annotated[str, typer.Option(metavar="NAME", help="Deal of files that do not name it (abs-ee).", show_default=False)] = "",
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Take a tape in: what is good comes in, what is bad leaves to rejects.csv with a reason.

    Nothing comes in twice. Exit code 3: done, and some rows were rejected.

    \b
    $ arrears import my-book loans.csv events.csv --mapping arrears
    $ arrears import my-book loans.csv --mapping arrears --dry-run
    $ arrears import us-book july.xml --mapping abs-ee --deal "AMCAR 2024-1"
    """
    door = open_book(book)
    with _progress() as told:
        done = door.import_files(files, mapping, as_of or today(door.book.settings.zone), dry_run, deal, told)
    _tell(door, done, dry_run, json)
    if done.tape.rejects.num_rows:
        raise typer.Exit(FINDINGS)


@app.command()
def retry(book: Book, as_of: AsOf = None, json: Json = False) -> None:
    """Try the events again that wait for their loan.

    \b
    $ arrears retry my-book
    """
    from arrears.night import take_in

    door = open_book(book)
    done = take_in(door, as_of or today(door.book.settings.zone))
    if done is None:
        put_json({"batch": None, "waiting": 0}) if json else say("No event waits.")
        return
    _tell(door, done, dry_run=False, json=json)
    if done.tape.rejects.num_rows:
        raise typer.Exit(FINDINGS)


def _tell(door: Door, done: Imported, dry_run: bool, json: bool) -> None:
    tape = done.tape
    for notice in tape.notices:
        say(f"note: {notice}")
    sums: dict[str, Any] = tape.sums
    if json:
        waits = tape.waiting.select(["source", "source_ref", "loan_id", "kind", "waits_for"]).to_pylist()
        put_json({"batch": done.batch, "dry_run": dry_run, "rejects_file": done.rejects_file, **sums, "waiting_events": waits})
        return
    put("\n".join([*_lines(door, sums, done, dry_run), *(_ranges(door, sums) if dry_run else [])]))
    if dry_run:
        for each in sums["surprises"]:
            say(f"look: {each}")
    for fault in sums["first_rejects"]:
        say(f"  {Path(fault['file']).name} row {fault['row']}, {fault['field']}: {fault['reason']} (it says {fault['value']!r})")
    if sums["rejects"] > len(sums["first_rejects"]):
        say(f"  ... {sums['rejects'] - len(sums['first_rejects'])} more")
    if done.rejects_file:
        say(f"All rejected rows with their reasons: {done.rejects_file}")


def _ranges(door: Door, sums: dict[str, Any]) -> list[str]:
    """What a person compares with the sender's own totals before anything is written."""
    from arrears.kernel.money import format_amount

    def shown(name: str, value: int | str) -> str:
        if name.endswith("_fen"):
            return format_amount(int(value), door.book.settings.currency, "en")
        return f"{int(value) / 10_000:g} %" if name.endswith("_ppm") else str(value)

    read = ", ".join(f"{count} {kind}" for kind, count in sums["rows_read"].items() if count)
    out = [f"rows read: {read or 'none'}"]
    for name, (low, high) in sums["ranges"].items():
        if low is not None and high is not None:
            out.append(f"  {name.removesuffix('_fen').removesuffix('_ppm'):<30}{shown(name, low):>20}  to  {shown(name, high)}")
    if sums["scores"]["with"]:
        low, high = sums["scores"]["range"]
        out.append(f"  {'score':<30}{low:>20}  to  {high}, none in {sums['scores']['without']} rows")
    return out


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on standard error and only on a terminal; yields what to call with a step, units done and units in all."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda *_: None
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, refresh_per_second=4) as bar:
        task = bar.add_task("", total=None)
        yield lambda step, done, size: bar.update(task, description=step, completed=done, total=size or None)


def _lines(door: Door, sums: dict[str, Any], done: Imported, dry_run: bool) -> list[str]:
    from arrears.kernel.money import format_amount

    def money(fen: int) -> str:
        return format_amount(fen, door.book.settings.currency, "en")

    if dry_run:
        head = "would come in"
    else:
        head = f"came in as batch {done.batch}" if done.batch else "nothing new came in"
    out = [f"{head}: {sums['loans']} loans with principal {money(sums['principal_fen'])}, {sums['events']} events"]
    for kind, each in sums["by_kind"].items():
        out.append(f"  {kind:<30}{each['count']:>9}  {money(each['amount_fen']):>20}")
    out.append(f"duplicates {sums['duplicates']}, waiting {sums['waiting']}, rejected rows {sums['rejected_rows']}")
    return out

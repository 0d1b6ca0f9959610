"""Commands that make a book and take data in: init, import, retry."""

from __future__ import annotations

import datetime as dt
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
        list[Path], typer.Argument(metavar="FILE...", exists=True, dir_okay=False, help="CSV, CSV.gz or Parquet.", show_default=False)
    ],
    mapping: Annotated[str, typer.Option(metavar="NAME|FILE", help="arrears, aart-panel, or a YAML file of your own.", show_default=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would come in.")] = False,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Take a tape in: what is good comes in, what is bad leaves to rejects.csv with a reason.

    Nothing comes in twice. Exit code 3: done, and some rows were rejected.

    \b
    $ arrears import my-book loans.csv events.csv --mapping arrears
    $ arrears import my-book loans.csv --mapping arrears --dry-run
    """
    door = open_book(book)
    done = door.import_files(files, mapping, as_of or today(door.book.settings.zone), dry_run)
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
    put("\n".join(_lines(door, sums, done, dry_run)))
    for fault in sums["first_rejects"]:
        say(f"  {Path(fault['file']).name} row {fault['row']}, {fault['field']}: {fault['reason']} (it says {fault['value']!r})")
    if sums["rejects"] > len(sums["first_rejects"]):
        say(f"  ... {sums['rejects'] - len(sums['first_rejects'])} more")
    if done.rejects_file:
        say(f"All rejected rows with their reasons: {done.rejects_file}")


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

"""The words commands share: their arguments, days, the clock, and how data is printed."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from arrears.book.door import Door

Locale = Literal["zh", "en"]
Known = Literal["then", "now"]


def day(text: str) -> dt.date:
    """A day of the command line."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write it as 2026-11-30") from None


Book = Annotated[Path, typer.Argument(metavar="BOOK", help="Folder of the book.", show_default=False)]
On = Annotated[dt.date | None, typer.Option("--on", parser=day, metavar="DATE", help="End of this day; default: the last close.")]
Json = Annotated[bool, typer.Option("--json", help="JSON to standard output, for other programs.")]
Tongue = Annotated[Locale | None, typer.Option("--locale", help="Language; default: Chinese, or English on an English terminal.")]


def open_book(book: Path) -> Door:
    """The door of a book on disk."""
    from arrears.book.door import Door

    return Door(book)


def today(zone: str) -> dt.date:
    """The business day now in a book's zone: the one place that asks the clock."""
    from zoneinfo import ZoneInfo

    return dt.datetime.now(ZoneInfo(zone)).date()


def tongue(asked: Locale | None) -> Locale:
    """The language asked for, else English on an English terminal, else Chinese."""
    said = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return asked or ("en" if said.startswith("en") else "zh")


def plain(value: object) -> object:
    """A day or a path inside JSON."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def put_json(data: Any) -> None:
    """Print data as JSON."""
    put(json.dumps(data, ensure_ascii=False, indent=1, default=plain))


def put(shown: Any) -> None:
    """Print text or something Rich can draw to standard output."""
    if isinstance(shown, str):
        typer.echo(shown.removesuffix("\n"))
        return
    if sys.stdout.isatty():
        from rich.console import Console

        Console(highlight=False, emoji=False).print(shown)
        return
    from arrears.book.papers.sheet import plain as without_colours

    # a pipe has no width of its own, and a wrapped line is no use to a program
    sys.stdout.write(without_colours(shown, width=160))


def put_table(table: Any, form: Literal["csv", "json"]) -> None:
    """Print an Arrow table as CSV or as a JSON list of rows, a slice at a time."""
    sys.stdout.flush()
    if form == "csv":
        import pyarrow.csv

        pyarrow.csv.write_csv(table, sys.stdout.buffer)
        return
    rows = (row for batch in table.to_batches(max_chunksize=10_000) for row in batch.to_pylist())
    lines = (json.dumps(row, ensure_ascii=False, default=plain) for row in rows)
    first = next(lines, "")
    sys.stdout.write(f"[{first}")
    sys.stdout.writelines(f",\n {line}" for line in lines)
    sys.stdout.write("]\n")

"""Commands that print papers: report, show, statement, journal."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from arrears.cli.outcome import say
from arrears.cli.program import app
from arrears.cli.words import Book, Json, Locale, On, Tongue, day, open_book, put, put_json, today, tongue

if TYPE_CHECKING:
    from arrears.book.door import Door


@app.command()
def report(
    book: Book,
    file: Annotated[Path | None, typer.Argument(dir_okay=False, metavar="FILE", help="With --html: write to this file.")] = None,
    on: On = None,
    json: Json = False,
    html: Annotated[bool, typer.Option("--html", help="One page with charts, for people.")] = False,
    locale: Tongue = None,
) -> None:
    """Print totals, buckets, classes and how loans rolled; with --html as one page with charts.

    \b
    $ arrears report my-book --json
    $ arrears report my-book --on 2026-11-30
    $ arrears report my-book --html report.html --locale zh
    """
    from arrears.book.papers import report as paper

    if html and json:
        raise typer.BadParameter("--html and --json are two forms; ask for one")
    if file is not None and not html:
        raise typer.BadParameter(f"{file} is where the page is to be written: add --html")
    door = open_book(book)
    told = paper.report(door, on or door.current, today(door.book.settings.zone))
    if not html:
        put_json(told) if json else put(paper.report_text(told, tongue(locale)))
        return
    from arrears.book.papers.report_page import report_html
    from arrears.data.charts import charts

    _put_page(report_html(told, charts(door, told["as_of"]), tongue(locale)), file)


def _put_page(page: str, file: Path | None) -> None:
    """A page to standard output or to a file."""
    if file is None:
        put(page)
        return
    file.write_text(page, encoding="utf-8")
    say(f"Written to {file}.")


@app.command()
def show(book: Book, on: On = None, locale: Tongue = None, json: Json = False) -> None:
    """Show the morning at a glance: where loans stand and how they moved, what is overdue, what the night proposes.

    \b
    $ arrears show my-book
    $ arrears show my-book --on 2026-11-30 --locale zh
    """
    from arrears.book.papers import morning

    door = open_book(book)
    told = morning.morning(door, on or door.current, today(door.book.settings.zone))
    if json:
        put_json(told)
        return
    from arrears.data.charts import charts

    put(morning.morning_text(told, tongue(locale), charts(door, told["as_of"])))


@app.command()
def statement(
    book: Book,
    loan: Annotated[str, typer.Argument(metavar="LOAN", help="Number of the loan.", show_default=False)],
    on: On = None,
    form: Annotated[Literal["text", "html", "json"], typer.Option("--format", help="Form of the statement.")] = "text",
    locale: Tongue = None,
    out: Annotated[Path | None, typer.Option(dir_okay=False, metavar="FILE", help="Write to this file.")] = None,
) -> None:
    """Print one loan's statement: what was agreed, what fell due, where each fen went, what is owed.

    \b
    $ arrears statement my-book L0001
    $ arrears statement my-book L0001 --format html --locale zh --out L0001.html
    """
    door = open_book(book)
    shown = _statement(door, loan, on or door.current, form, tongue(locale))
    if out is None:
        put(shown)
        return
    _put_page(_text(shown), out)


def _statement(door: Door, loan: str, on: dt.date, form: str, locale: Locale) -> object:
    import json

    from arrears.book.papers import statement as paper
    from arrears.cli.words import plain

    told = paper.statement(door, loan, on)
    if form == "json":
        return json.dumps(told, ensure_ascii=False, indent=1, default=plain)
    return paper.statement_html(told, locale) if form == "html" else paper.statement_text(told, locale)


def _text(shown: object) -> str:
    """A paper as text, drawn without colour where it is more than text."""
    if isinstance(shown, str):
        return shown if shown.endswith("\n") else f"{shown}\n"
    return f"{shown}\n"


@app.command()
def journal(
    book: Book,
    first: Annotated[
        dt.date | None, typer.Option("--from", parser=day, metavar="DATE", help="From this close; default: the first.")
    ] = None,
    last: Annotated[dt.date | None, typer.Option("--to", parser=day, metavar="DATE", help="To this close; default: the last.")] = None,
    form: Annotated[Literal["csv", "hledger"], typer.Option("--format", help="Form of the journal.")] = "csv",
) -> None:
    """Print the double-entry journal; the lines of each loan and close sum to zero.

    \b
    $ arrears journal my-book --format csv
    $ arrears journal my-book --from 2026-11-01 --to 2026-11-30 --format hledger
    """
    from arrears.book.papers import ledger

    door = open_book(book)
    write = ledger.journal_csv if form == "csv" else ledger.journal_hledger
    until = last or door.current
    sys.stdout.writelines(write(door, first or door.published()[0], until))

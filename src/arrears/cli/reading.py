"""Commands that read the book's tables and check them: positions, proposals, verify."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from arrears.cli.outcome import FINDINGS, say
from arrears.cli.program import app
from arrears.cli.words import Book, Json, Known, On, open_book, put, put_json, put_table

Form = Annotated[Literal["csv", "json"], typer.Option("--format", help="Form of the rows.")]


@app.command()
def positions(
    book: Book,
    on: On = None,
    known: Annotated[Known, typer.Option(help="As known then, or now with every later correction.")] = "then",
    form: Form = "csv",
) -> None:
    """Print one row a loan: all of its state at the end of a day. Money is whole minor units.

    \b
    $ arrears positions my-book --on 2026-09-30 --known now
    """
    put_table(open_book(book).positions(on, known), form)


@app.command()
def proposals(book: Book, on: On = None, form: Form = "csv") -> None:
    """Print what a close proposes to people, each with its rule and its sums.

    \b
    $ arrears proposals my-book --format json
    """
    put_table(open_book(book).proposals(on), form)


@app.command()
def verify(book: Book, json: Json = False) -> None:
    """Recompute hashes and invariants of every close and name the first broken thing.

    Exit code 3: something is broken.

    \b
    $ arrears verify my-book
    """
    door = open_book(book)
    checked = door.verify()
    broken = [(day, findings) for day, findings in checked if findings]
    if json:
        told = [{"day": day, "findings": findings} for day, findings in broken]
        put_json({"closes": len(checked), "whole": not broken, "broken": told})
    elif broken:
        put("\n".join(f"{day}: {finding}" for day, findings in broken for finding in findings))
    if broken:
        say(f"First broken: the close of {broken[0][0]}. {len(broken)} of {len(checked)} closes have findings.")
        raise typer.Exit(FINDINGS)
    say(f"{len(checked)} closes checked; every hash and every sum holds.")

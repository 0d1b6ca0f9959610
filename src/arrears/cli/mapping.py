"""Commands about mappings: mapping suggest, mapping show, mapping list."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from arrears.cli.outcome import FINDINGS, say
from arrears.cli.program import app, group
from arrears.cli.words import Json, put, put_json

mapping = group("Guess, show and list mappings: which column of a file is which field.")
app.add_typer(mapping, name="mapping")


@mapping.command()
def suggest(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="CSV, XLSX or Parquet.", show_default=False)],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.yaml", help="Write the mapping here.", show_default=False)] = None,
    sheet: Annotated[str, typer.Option(metavar="NAME", help="Sheet of a workbook; default: the first.", show_default=False)] = "",
    currency: Annotated[str, typer.Option(help="Currency of the amounts: CNY, USD, GBP or JPY.")] = "CNY",
    json: Json = False,
) -> None:
    """Guess a mapping from a file's header and first rows. Exit code 3: a needed column was not found.

    \b
    $ arrears mapping suggest loans.csv --out my-lender.yaml
    $ arrears import my-book loans.csv --mapping my-lender.yaml --dry-run
    """
    from arrears.book.mappings import suggest as guess
    from arrears.kernel.money import CURRENCIES

    if currency not in CURRENCIES:
        raise typer.BadParameter(f"{currency!r} is not known; allowed: {', '.join(CURRENCIES)}", param_hint="--currency")
    if out is not None and out.exists():
        raise typer.BadParameter(f"{out} is there already; a mapping somebody wrote is not overwritten", param_hint="--out")
    found = guess(file, sheet, currency)
    if out is not None:
        out.write_text(found.text, encoding="utf-8")
        say(f"Written to {out}. Read it, then: arrears import BOOK {file} --mapping {out} --dry-run")
    if json:
        put_json({"kind": found.kind, "fields": found.fields, "missing": found.missing, "yaml": found.text})
    elif out is None:
        put(found.text)
    if found.missing:
        say(f"Read as {found.kind}. No column was found for: {', '.join(found.missing)}. Fill these in; the mapping does not load without.")
        raise typer.Exit(FINDINGS)


@mapping.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A mapping that comes with the program.", show_default=False)],
) -> None:
    """Show a mapping as YAML, to read or to copy.

    \b
    $ arrears mapping show arrears > my-lender.yaml
    """
    from arrears.book.mappings import mapping_text

    put(mapping_text(name))


@mapping.command("list")
def list_(json: Json = False) -> None:
    """List the mappings that come with the program.

    \b
    $ arrears mapping list
    """
    from arrears.book.mappings import load_mapping, shipped_mappings

    found = [load_mapping(name) for name in shipped_mappings()]
    if json:
        put_json([{"name": each.name, "says": each.says, "tables": list(each.tables), "months": each.months} for each in found])
        return
    for each in found:
        put(f"{each.name:<14}{each.says}")

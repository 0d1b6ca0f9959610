"""Commands that show, compare and check law and house: law show, explain, timeline, diff, check."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arrears.cli.outcome import FINDINGS, say
from arrears.cli.program import app, group
from arrears.cli.words import Json, Tongue, day, put, put_json, today, tongue

if TYPE_CHECKING:
    from arrears.law.diff import Change
    from arrears.law.show import Explanation, Row
    from arrears.law.values import Law

law = group("Show, explain and check the rules of law and the settings of the house.")
app.add_typer(law, name="law")

OfBook = Annotated[Path | None, typer.Option("--book", help="With the settings of this book.", show_default=False)]
House = Annotated[
    Path | None,
    typer.Option("--house", exists=True, file_okay=False, help="With the settings of this folder of YAML.", show_default=False),
]


def _load(book: Path | None, house: Path | None) -> tuple[Law, dt.date]:
    """The law asked for, and today in the zone of its book."""
    from arrears.book.store import Book, Settings
    from arrears.law.values import load

    if book is not None and house is not None:
        raise typer.BadParameter("give one of --book and --house")
    settings = Book(book).settings if book is not None else Settings()
    own = book / "house" if book is not None and (book / "house").is_dir() else house
    return load(own, settings.country), today(settings.zone)


@law.command()
def show(
    on: Annotated[dt.date | None, typer.Option(parser=day, metavar="DATE", help="As on this day; default: today.")] = None,
    book: OfBook = None,
    house: House = None,
    json: Json = False,
) -> None:
    """List every rule and setting in force on a day, with its source and how sure it is.

    \b
    $ arrears law show --on 2026-09-01
    """
    from arrears.law.show import show as rows_of

    loaded, now = _load(book, house)
    rows = rows_of(loaded, on or now)
    put_json([asdict(row) for row in rows]) if json else put(_table(rows, on or now))


def _table(rows: list[Row], on: dt.date) -> object:
    from rich.table import Table

    table = Table(title=f"{on}", title_justify="left", box=None, pad_edge=False)
    for name in ("id", "value", "since", "source", "how sure"):
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(row.id, row.value or "no rule", row.since, row.source, row.sure)
    return table


@law.command()
def explain(
    rule: Annotated[str, typer.Argument(metavar="ID", help="Name of a rule or setting.", show_default=False)],
    book: OfBook = None,
    house: House = None,
    json: Json = False,
) -> None:
    """Tell everything about one rule or setting: its values by date, its sources, both languages.

    \b
    $ arrears law explain penalty.base
    """
    from arrears.law.show import explain as explanation_of

    told = explanation_of(_load(book, house)[0], rule)
    put_json(asdict(told)) if json else put(_told(told))


def _told(told: Explanation) -> str:
    facts = {
        "unit": told.unit,
        "which date picks the value": f"{told.dated_by} ({told.dated_by_zh})",
        "how sure": f"{told.sure} ({told.sure_zh})",
        "what it is": f"{told.strength} ({told.strength_zh})" if told.strength else "",
        "checked": told.checked,
        "exception": told.exception,
        "allowed": told.allowed,
        "may only": told.tightens,
        "bounded by it": ", ".join(told.tightened_by),
    }
    lines = [told.id, f"  {told.says}", f"  {told.says_zh}", ""]
    lines += [f"  {name}: {value}" for name, value in facts.items() if value]
    for step in told.steps:
        note = f" ({step.note})" if step.note else ""
        lines.append(f"  from {step.since or 'the start'}: {step.value}   {step.source}{note}   {step.file}")
    return "\n".join(lines)


@law.command()
def timeline(
    rule: Annotated[str, typer.Argument(metavar="ID", help="Name of a rule or setting.", show_default=False)],
    on: Annotated[dt.date | None, typer.Option("--on", parser=day, metavar="DATE", help="Mark this day; default: today.")] = None,
    book: OfBook = None,
    house: House = None,
    locale: Tongue = None,
    json: Json = False,
) -> None:
    """Draw the values of one rule or setting over time, each with its source.

    \b
    $ arrears law timeline cn.contact.hours
    """
    from arrears.law.timeline import draw
    from arrears.law.timeline import timeline as timeline_of
    from arrears.law.units import plain_value

    loaded, now = _load(book, house)
    told = timeline_of(loaded, rule, on or now)
    if json:
        spans = [asdict(replace(span, value=None)) | {"value": plain_value(span.value)} for span in told.spans]
        put_json(asdict(replace(told, spans=())) | {"spans": spans})
    else:
        put(draw(told, tongue(locale)))


@law.command()
def diff(
    folders: Annotated[
        list[Path],
        typer.Argument(
            metavar="[OLD] NEW", exists=True, file_okay=False, help="Folders of packs, law or house; one: against the shipped packs."
        ),
    ],
    locale: Tongue = None,
    json: Json = False,
) -> None:
    """Say what differs between two folders of packs: rules that came or went, values that changed and from which day.

    Exit code 3: something differs.

    \b
    $ arrears law diff my-house my-new-house
    """
    from arrears.law.diff import diff as changes_of

    if len(folders) > 2:
        raise typer.BadParameter("give one folder or two")
    old, new = folders if len(folders) == 2 else (None, folders[0])
    found = changes_of(old, new)
    if json:
        put_json([asdict(each) for each in found])
    elif found:
        put(_changed(found, tongue(locale) == "zh"))
    say(f"{len({each.id for each in found})} rules differ." if found else "Nothing differs.")
    if found:
        raise typer.Exit(FINDINGS)


def _changed(found: list[Change], zh: bool) -> str:
    from arrears.law.diff import KINDS

    lines = []
    for each in found:
        since = (f"自 {each.since}" if zh else f"from {each.since}") if each.since else ""
        sides = " -> ".join(part for part in (each.before, each.after) if part)
        cited = f"   {each.source}" if each.source and each.kind != "source" else ""
        lines.append(f"{each.id}: {' '.join(part for part in (KINDS[each.kind][zh], since) if part)}: {sides}{cited}")
    return "\n".join(lines)


@law.command()
def check(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="Folder of YAML, law or house.", show_default=False)
    ],
    json: Json = False,
) -> None:
    """Say everything that is wrong with a folder of settings before it is used.

    Exit code 3: it would not load.

    \b
    $ arrears law check my-house
    """
    from arrears.law.show import problems

    found = problems(folder)
    if json:
        put_json(found)
    elif found:
        put("\n".join(f"{each['code']} ({each['number']}): {each['message_en']}\n  {each['message_zh']}" for each in found))
    say(f"{len(found)} findings; this folder would not load." if found else "Nothing is wrong with it.")
    if found:
        raise typer.Exit(FINDINGS)

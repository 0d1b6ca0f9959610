"""The command that shows it all: an invented lender with the story's ten borrowers among its loans, 120 nights, one morning."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arrears.cli.closing import progress, standing
from arrears.cli.outcome import say
from arrears.cli.program import app
from arrears.cli.sample import lived
from arrears.cli.words import Locale, Tongue, put, tongue

if TYPE_CHECKING:
    from arrears.book.door import Door

LOANS, SEED = 20_000, 1
_COMMANDS = """
  arrears init my-book
  arrears import my-book loans.csv events.csv --mapping arrears --dry-run
  arrears import my-book loans.csv events.csv --mapping arrears
  arrears close my-book --through 2026-11-30
  arrears show my-book
"""
_MORE = """
  arrears proposals {book} --format csv
  arrears statement {book} B05 --locale en
  arrears positions {book} --on 2026-09-30 --known now
  arrears gate ask {book}/tape/asks.jsonl
  arrears gate explain {book}/tape/asks.jsonl --id morning/2026-10-15/B08
  arrears audit prove {book}-audit/log --leaf 1
"""
OWN = {
    "zh": f"\n用您自己的数据\n{_COMMANDS}\ndocs/tape-layout.md 说明每一列；{{book}}/tape 即按此格式写成的示例。这本账还可以看：\n{_MORE}",
    "en": f"\nYour own tape\n{_COMMANDS}\ndocs/tape-layout.md describes each column; {{book}}/tape is the story as such a tape. "
    f"More of this book:\n{_MORE}",
}
HEAD = {
    "zh": "{lender}：{loans:,} 笔虚构贷款，故事中的十位借款人也在其中，{first} 至 {last}。",
    "en": "{lender}: {loans:,} invented loans and the story's ten borrowers among them, {first} to {last}.",
}
ALONE = {"zh": "{lender}：十位虚构借款人，{first} 至 {last}。", "en": "{lender}: ten invented borrowers, {first} to {last}."}


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--dir", file_okay=False, help="Folder of the demo's book.")] = Path("demo-book"),
    loans: Annotated[int, typer.Option("--loans", help="Loans beside the story's ten; 0: the ten alone.")] = LOANS,
    locale: Tongue = None,
) -> None:
    """Close 120 days of an invented lender, then show a morning, two statements, who may be contacted, and how to use your own tape.

    Run again it is quick: a finished book is shown, an unfinished one goes on.

    \b
    $ arrears demo
    $ arrears demo --dir other-book --locale zh
    $ arrears demo --dir small-book --loans 0
    """
    from arrears.sample import story

    spoken = tongue(locale)
    say((HEAD if loans else ALONE)[spoken].format(lender=story.LENDER, loans=loans, first=story.FIRST, last=story.LAST))
    door = _among(folder, loans) if loans else _ten_alone(folder)
    _show(door, spoken, ["B09", *([_late(door)] if loans else [])])
    _end(door, spoken)
    put(OWN[spoken].format(book=folder))


def _ten_alone(folder: Path) -> Door:
    from arrears.sample import story

    door = story.build(folder)
    last = door.book.current
    left = (story.LAST - (last or story.OPENING)).days + (last is None)
    with standing(door), progress(left) as step:
        if last is None:
            door.close(story.OPENING)
            step(story.OPENING)
        door.close_through(story.LAST, lambda closed: step(closed.day))
    return door


def _among(folder: Path, loans: int) -> Door:
    """The ten among others: the story's days are those of the sample."""
    from arrears.sample import lender, story

    try:
        asked = lender.asked_for(loans, (story.LAST - story.OPENING).days, SEED)
        door = lender.open_or_make(folder, asked, story=True)
    except lender.NotAllowed as error:
        raise typer.BadParameter(str(error)) from None
    lived(door, asked, story=True)
    return door


def _late(door: Door) -> str:
    from arrears.sample import lender

    return lender.delinquent(door, "LT")


def _show(door: Door, locale: Locale, loans: list[str]) -> None:
    from arrears.book.papers import morning, statement
    from arrears.sample import story

    put(morning.morning_text(morning.morning(door, story.LAST), locale))
    for loan in loans:
        put("")
        put(statement.statement_text(statement.statement(door, loan, story.LAST), locale))


def _end(door: Door, locale: Locale) -> None:
    from arrears.cli.ending import asked, logged

    logged(door, asked(door, locale), locale)

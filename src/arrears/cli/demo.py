"""The command that shows it all: ten invented borrowers, 120 nights, one morning."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arrears.cli.closing import progress, standing
from arrears.cli.outcome import say
from arrears.cli.program import app
from arrears.cli.words import Locale, Tongue, put, tongue

if TYPE_CHECKING:
    from arrears.book.door import Door

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
"""
OWN = {
    "zh": f"\n用您自己的数据\n{_COMMANDS}\ndocs/tape-layout.md 说明每一列；{{book}}/tape 即按此格式写成的示例。这本账还可以看：\n{_MORE}",
    "en": f"\nYour own tape\n{_COMMANDS}\ndocs/tape-layout.md describes each column; {{book}}/tape is the story as such a tape. "
    f"More of this book:\n{_MORE}",
}
HEAD = {"zh": "{lender}：十位虚构借款人，{first} 至 {last}。", "en": "{lender}: ten invented borrowers, {first} to {last}."}


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--dir", file_okay=False, help="Folder of the demo's book.")] = Path("demo-book"),
    locale: Tongue = None,
) -> None:
    """Close 120 days of ten invented borrowers, then show a morning, a statement, and how to use your own tape.

    Run again it is quick: a finished book is shown, an unfinished one goes on.

    \b
    $ arrears demo
    $ arrears demo --dir other-book --locale zh
    """
    from arrears.sample import story

    spoken = tongue(locale)
    say(HEAD[spoken].format(lender=story.LENDER, first=story.FIRST, last=story.LAST))
    door = story.build(folder)
    _close(door)
    _show(door, spoken)
    put(OWN[spoken].format(book=folder))


def _close(door: Door) -> None:
    from arrears.sample import story

    last = door.book.current
    left = (story.LAST - (last or story.OPENING)).days + (last is None)
    with standing(door), progress(left) as step:
        if last is None:
            door.close(story.OPENING)
            step(story.OPENING)
        door.close_through(story.LAST, lambda closed: step(closed.day))


def _show(door: Door, locale: Locale) -> None:
    from arrears.book.papers import morning, statement
    from arrears.sample import story

    put(morning.morning_text(morning.morning(door, story.LAST), locale))
    put("")
    put(statement.statement_text(statement.statement(door, "B09", story.LAST), locale))

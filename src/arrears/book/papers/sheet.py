"""Pages of text: tables and bars that stand straight in Chinese and in English, on a terminal and in a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import StringIO

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

ACCENT = "cyan"
_WIDTH = 100


class Page(Group):
    """Rich renderables of one page; `str(page)` is the same page as plain text."""

    def __str__(self) -> str:
        return plain(self)


def plain(page: RenderableType, width: int = _WIDTH) -> str:
    """Return a renderable as text without colours, `width` columns wide, no blanks at line ends."""
    out = StringIO()
    Console(file=out, width=width, color_system=None, highlight=False, emoji=False, legacy_windows=False).print(page)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def heading(text: str) -> Text:
    """Return a heading, a blank line before it."""
    return Text(f"\n{text}", style="bold")


def line(text: str, style: str = "") -> Text:
    """Return one line of running text; nothing in it is read as markup."""
    return Text(text, style=style)


def grid(heads: Sequence[str], rows: Iterable[Sequence[str | Text]], numbers: Iterable[int] = ()) -> Table:
    """Return a table; columns whose place is in `numbers` stand to the right."""
    right = set(numbers)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim", padding=(0, 1))
    table.show_header = any(heads)
    for place, head in enumerate(heads):
        table.add_column(Text(head), justify="right" if place in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*[cell if isinstance(cell, Text) else Text(cell) for cell in row])
    return table


def bar(part: int, whole: int, width: int = 24) -> Text:
    """Return a bar of blocks: full at `whole`; the least sign for what is more than nothing."""
    eighths = 0 if whole <= 0 else part * width * 8 // whole
    full, rest = divmod(max(eighths, 1 if part > 0 else 0), 8)
    return Text("█" * full + (" ▏▎▍▌▋▊▉"[rest] if rest else ""), style=ACCENT)

"""A statement for people: the same sections as text and as one self-contained page of HTML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.padding import Padding

from arrears.book.papers.figures import Pen
from arrears.book.papers.sections import Section, sections, summary
from arrears.book.papers.sheet import Page, grid, heading, line, plain
from arrears.book.papers.words import say

_LANGUAGE = {"zh": "zh-Hans", "en": "en"}
_TEMPLATE = "statement.html.j2"


def statement_text(data: dict[str, Any], locale: str = "zh") -> str:
    """Write a statement as plain text, 100 columns wide.

    Parameters
    ----------
    data : what `statement` returned
    locale : "zh" or "en"
    """
    pen = Pen(data["currency"], locale)
    head = summary(data, pen)
    parts: list[Any] = [line(head["title"], "bold"), line(head["first"]), line(f"{head['label']}  {head['amount']}", "bold")]
    parts += [line(text) for text in (head["upper"], head["after"]) if text]
    for section in sections(data, pen):
        parts += [heading(section.title), *_lines(section)]
    return plain(Page(*parts))


def _lines(section: Section) -> list[Any]:
    out: list[Any] = [line(text) for text in section.lines]
    for table in section.tables:
        rows = [*table.rows, *([table.foot] if table.foot else [])]
        out.append(Padding(grid(table.heads, rows, table.right), (1, 0, 0, 0)))
    return [*out, *[line(text, "dim") for text in section.notes]]


def statement_html(data: dict[str, Any], locale: str = "zh") -> str:
    """Write a statement as one page of HTML that needs nothing else: A4 in print, readable on a phone, light and dark.

    Parameters
    ----------
    data : what `statement` returned
    locale : "zh" or "en"
    """
    pen = Pen(data["currency"], locale)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(_TEMPLATE).render(
        lang=_LANGUAGE[locale],
        head=summary(data, pen),
        sections=sections(data, pen),
        foot=say(locale, "page.foot", loan=data["loan_id"], day=pen.day(data["as_of"])),
    )

"""The report as one page of HTML that needs nothing else: what it says, and the charts it draws beside exact tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from arrears.book.papers.figures import Pen
from arrears.book.papers.report_figures import data_line
from arrears.book.papers.report_sections import sections
from arrears.book.papers.report_tones import PALETTES
from arrears.book.papers.words import say

_LANGUAGE = {"zh": "zh-Hans", "en": "en"}
_TEMPLATE = "report.html.j2"


def report_html(report: dict[str, Any], charts: dict[str, Any], locale: str = "zh") -> str:
    """Write a report as a page: readable on a phone and in print, light and dark, without scripts or other files.

    Parameters
    ----------
    report : what `report` returned
    charts : flow, roll and vintage as `arrears.data.charts` gathers them
    locale : "zh" or "en"
    """
    pen = Pen(report["currency"], locale)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(_TEMPLATE).render(
        lang=_LANGUAGE[locale],
        palettes=PALETTES,
        title=say(locale, "page.report"),
        data=data_line(report["data"], pen),
        figures=_figures(report, pen),
        sections=sections(report, charts, pen),
        foot=say(locale, "foot.report"),
    )


def _figures(report: dict[str, Any], pen: Pen) -> list[tuple[str, str]]:
    """The four figures that stand first."""
    totals = report["totals"]
    return [
        (say(pen.locale, "total.principal"), pen.money(totals["principal"])),
        (say(pen.locale, "total.overdue"), pen.money(totals["overdue"])),
        (say(pen.locale, "total.open"), say(pen.locale, "unit.of", part=f"{totals['open']:,}", whole=f"{totals['loans']:,}")),
        (say(pen.locale, "total.penalty_owed"), pen.money(totals["penalty_owed"])),
    ]

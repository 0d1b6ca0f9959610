"""The charts of the report's page, ready to draw: what stands where, in which colour, and what it says on hover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from arrears.book.papers.figures import Pen
from arrears.book.papers.report import place_name
from arrears.book.papers.report_figures import compact, share_text, tick_text, vintage_name
from arrears.book.papers.report_shapes import SIDE, Curve, Label, Piece, Tick, curve, percent_of, spread, stacked, steps
from arrears.book.papers.report_tones import HEATS, TONES
from arrears.book.papers.words import say

_YEAR = 12
# least share of a row, in percent, for the second to the last depth of a cell
_DEPTHS = (1, 5, 20, 50)


@dataclass(frozen=True)
class Bar:
    """A bar: its length of 100, colour, what stands beside it and what it says on hover."""

    width: float
    tone: int
    text: str
    says: str


@dataclass(frozen=True)
class Bars:
    """Rows of bars: a name, and one bar or more."""

    caption: str
    rows: Sequence[tuple[str, Sequence[Bar]]]
    names: Sequence[tuple[int, str]] = ()  # colours that need a name
    kind: str = "bars"


@dataclass(frozen=True)
class Plot:
    """Columns or curves in a box with lines across, names at the right edge, and strips that answer to the pointer."""

    caption: str
    up: Sequence[Tick]
    along: Sequence[Tick]
    labels: Sequence[Label]
    pieces: Sequence[Piece] = ()
    curves: Sequence[Curve] = ()
    strips: Sequence[Piece] = field(default=())
    kind: str = "plot"


@dataclass(frozen=True)
class Cell:
    """A cell of a heat map: how dark (0 = nothing), its share, its number, what it says on hover."""

    depth: int
    share: str
    count: str
    says: str


@dataclass(frozen=True)
class Heat:
    """A heat map that is its own table."""

    corner: str
    heads: Sequence[str]
    rows: Sequence[tuple[str, str, Sequence[Cell]]]
    kind: str = "heat"


def money_bars(rows: Sequence[tuple[str, str, int]], caption: str, pen: Pen) -> Bars:
    """Return bars of (name, key, minor units), short amounts beside them and exact ones on hover."""
    most = max([value for _, _, value in rows], default=0)
    return Bars(
        caption,
        [(name, [Bar(percent_of(value, most), 0, compact(value, pen), f"{name} {pen.money(value)}")]) for name, _, value in rows],
    )


def month_bars(by_bucket: dict[str, dict[str, int]], pen: Pen) -> Bars:
    """Return two bars a bucket: loans on which payment resumed, loans that were cured.

    Parameters
    ----------
    by_bucket : bucket at the start -> resumed, cured
    """
    words = [(2, "resumed"), (5, "cured")]
    most = max([row[word] for row in by_bucket.values() for _, word in words], default=0)
    named = [(tone, say(pen.locale, f"head.{word}")) for tone, word in words]
    rows = []
    for name, row in by_bucket.items():
        place = place_name(name, pen.locale)
        told = [(tone, say(pen.locale, f"head.{word}"), row[word]) for tone, word in words]
        rows.append((place, [Bar(percent_of(value, most), tone, f"{value:,}", f"{place} {what} {value:,}") for tone, what, value in told]))
    return Bars(say(pen.locale, "chart.month"), rows, named)


def heat(rows: Sequence[dict[str, Any]], names: Sequence[str], pen: Pen) -> Heat:
    """Return roll rates as cells, rows and columns in the order of `names`; columns that nothing reaches are left out."""
    reached = [name for name in names if any(row["to"].get(name) for row in rows)]
    order = {name: place for place, name in enumerate(names)}
    out = []
    for row in sorted(rows, key=lambda row: (order.get(row["from"], len(order)), row["from"])):
        cells = [_cell(row, name, pen) for name in reached]
        out.append((row["from"], say(pen.locale, "unit.loans", count=f"{row['loans']:,}"), cells))
    return Heat(say(pen.locale, "head.month_start"), [place_name(name, pen.locale) for name in reached], out)


def _cell(row: dict[str, Any], name: str, pen: Pen) -> Cell:
    count, whole = row["to"].get(name, 0), row["loans"]
    if not count:
        return Cell(0, "–", "", "")
    depth = 1 + sum(count * 100 >= least * whole for least in _DEPTHS)
    says = f"{row['from']} → {place_name(name, pen.locale)}: {say(pen.locale, 'unit.of', part=f'{count:,}', whole=f'{whole:,}')}"
    return Cell(min(depth, HEATS), share_text(count, whole), f"{count:,}", says)


def tones_of(count: int) -> list[int]:
    """Return so many colours from mild to severe, as far apart as there are."""
    return [1 + place * (TONES - 1) // max(count - 1, 1) for place in range(count)]


def flow_plot(flow: Sequence[dict[str, Any]], names: Sequence[str], pen: Pen) -> Plot:
    """Return loans past due at each close as stacked columns, the mildest bucket at the bottom."""
    tones = tones_of(len(names))
    columns = [[day["places"].get(name, {}).get("loans", 0) for name in names] for day in flow]
    up = steps(Fraction(max(sum(column) for column in columns)), whole=True)
    says = [[f"{day['on']} {name}: {_standing(day['places'].get(name), pen)}" for name in names] for day in flow]
    pieces = [Piece(p.x, p.y, p.width, p.height, tones[p.tone], p.says) for p in stacked(columns, says, up[-1])]
    below, labels = 0, []
    for tone, name, count in zip(tones, names, columns[-1], strict=True):
        if count:
            labels.append(Label(SIDE - percent_of(2 * below + count, 2 * up[-1]), tone, f"{name} {count:,}"))
        below += count
    slot = Fraction(SIDE, len(flow))
    every = max(len(flow) // 6, 1)
    shown = range(len(flow) - 1, -1, -every)
    along = [Tick(float(round(slot * place + slot / 2, 2)), _short(flow[place]["on"], len(flow))) for place in sorted(shown)]
    return Plot(say(pen.locale, "chart.flow"), _ticks(up), along, spread(labels), pieces=pieces)


def _standing(place: dict[str, int] | None, pen: Pen) -> str:
    if not place:
        return "0"
    return f"{say(pen.locale, 'unit.loans', count=f'{place["loans"]:,}')}, {pen.money(place['principal'])}"


def _short(day: str, count: int) -> str:
    """A day at an axis: months of a year apart say year and month, days month and day."""
    return day[5:] if count > 13 else day[2:7]


def _ticks(values: Sequence[Fraction], unit: str = "") -> list[Tick]:
    return [Tick(percent_of(value, values[-1]), f"{tick_text(value)}{unit}") for value in values]


def vintage_plot(curves: Sequence[dict[str, Any]], vintage: dict[str, Any], pen: Pen) -> Plot:
    """Return the share of loans ever late by month since disbursement, one curve a vintage."""
    first = min(curve["points"][0]["months"] for curve in curves)
    last = max(curve["points"][-1]["months"] for curve in curves)
    shares = {each["vintage"]: [(p["months"], Fraction(100 * p["late_loans"], p["loans"])) for p in each["points"]] for each in curves}
    up = steps(max(value for points in shares.values() for _, value in points))
    tones = dict(zip(shares, tones_of(len(shares)), strict=True))
    names = {name: vintage_name(name, vintage["by"], pen.locale) for name in shares}
    drawn = [curve(points, first, last, up[-1], tones[name], names[name]) for name, points in shares.items()]
    labels = [Label(SIDE - percent_of(points[-1][1], up[-1]), tones[name], names[name]) for name, points in shares.items()]
    along = [Tick(percent_of(age - first, max(last - first, 1)), str(age)) for age in range(first, last + 1) if _marked(age, first, last)]
    caption = say(pen.locale, "chart.late", days=vintage["late_days"])
    return Plot(caption, _ticks(up, "%"), along, spread(labels), curves=drawn, strips=_strips(curves, names, first, last, pen))


def _marked(age: int, first: int, last: int) -> bool:
    """Ages that stand at the axis: each month of a short span, every half year of a middling one, else every year."""
    span = last - first
    return age % (1 if span <= _YEAR // 2 else _YEAR // 2 if span <= 2 * _YEAR else _YEAR) == 0


def _strips(curves: Sequence[dict[str, Any]], names: dict[str, str], first: int, last: int, pen: Pen) -> list[Piece]:
    """A strip for each age that says every vintage's figures."""
    span = max(last - first, 1)
    slot = Fraction(SIDE, span)
    out = []
    for age in range(first, last + 1):
        told = [say(pen.locale, "head.at", months=age)]
        for each in curves:
            told += [
                f"{names[each['vintage']]}: {share_text(p['late_loans'], p['loans'])} "
                f"({say(pen.locale, 'unit.of', part=f'{p["late_loans"]:,}', whole=f'{p["loans"]:,}')})"
                for p in each["points"]
                if p["months"] == age
            ]
        left, right = max((age - first) * slot - slot / 2, Fraction(0)), min((age - first) * slot + slot / 2, Fraction(SIDE))
        out.append(Piece(round(float(left), 2), 0, round(float(right - left), 2), SIDE, 0, "\n".join(told)))
    return out

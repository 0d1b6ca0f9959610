"""Geometry of a report's charts: numbers in, shapes in a box of 100 by 100 out. Text is laid over them by the page, so it never scales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

SIDE = 100
_ROOM = 7  # least distance between two labels, in hundredths of the height
_GAP = Fraction(1, 6)  # of a column's width


@dataclass(frozen=True)
class Tick:
    """A line across the box: where it stands (0 = bottom or left) and what it says."""

    at: float
    says: str


@dataclass(frozen=True)
class Label:
    """A name beside the right edge: where it stands (0 = top), its colour's number, what it says."""

    at: float
    tone: int
    says: str


@dataclass(frozen=True)
class Piece:
    """A rectangle of a stacked column with what it says on hover."""

    x: float
    y: float
    width: float
    height: float
    tone: int
    says: str


@dataclass(frozen=True)
class Curve:
    """A line through the box, as the points of an SVG polyline."""

    points: str
    tone: int
    says: str


def steps(most: Fraction, parts: int = 4, whole: bool = False) -> list[Fraction]:
    """Return round values from 0 to at least `most`, about `parts` of them: 1, 2 or 5 times a power of ten apart (whole: at least 1)."""
    if most <= 0:
        return [Fraction(0), Fraction(1)]
    wished, size = most / parts, Fraction(1)
    while size > wished:
        size /= 10
    while size * 10 <= wished:
        size *= 10
    step = next(size * times for times in (1, 2, 5, 10) if size * times >= wished)
    step = max(step, Fraction(1)) if whole else step
    count = -(-most // step)
    return [step * place for place in range(int(count) + 1)]


def percent_of(part: int | Fraction, whole: int | Fraction) -> float:
    """Return a share in hundredths, as a coordinate."""
    return round(float(Fraction(part) / Fraction(whole) * SIDE), 2) if whole else 0.0


def stacked(columns: Sequence[Sequence[int]], says: Sequence[Sequence[str]], most: Fraction) -> list[Piece]:
    """Return the pieces of stacked columns, the first value of each at the bottom.

    Parameters
    ----------
    columns : per column its values, as many in each
    says : per value what it says on hover
    most : the value at the top of the box
    """
    slot = Fraction(SIDE, max(len(columns), 1))
    width = slot * (1 - _GAP)
    pieces = []
    for place, values in enumerate(columns):
        below = 0
        for tone, value in enumerate(values):
            if value:
                top = SIDE - percent_of(below + value, most)
                left = round(float(slot * place + slot * _GAP / 2), 2)
                height = percent_of(value, most)
                pieces.append(Piece(left, round(top, 2), round(float(width), 2), height, tone, says[place][tone]))
            below += value
    return pieces


def curve(points: Sequence[tuple[int, Fraction]], first: int, last: int, most: Fraction, tone: int, says: str) -> Curve:
    """Return a line through (place, value) points; places run from `first` to `last`, values from 0 to `most`."""
    told = [f"{percent_of(place - first, max(last - first, 1))},{round(SIDE - percent_of(value, most), 2)}" for place, value in points]
    return Curve(" ".join(told), tone, says)


def spread(labels: Sequence[Label]) -> list[Label]:
    """Move labels apart so that none covers another; their order stays and they stay within the box."""
    order = sorted(labels, key=lambda label: label.at)
    places = [label.at for label in order]
    for place in range(1, len(places)):
        places[place] = max(places[place], places[place - 1] + _ROOM)
    bottom = float(SIDE)
    for place in range(len(places) - 1, -1, -1):
        places[place] = min(places[place], bottom)
        bottom = places[place] - _ROOM
    return [Label(round(at, 2), label.tone, label.says) for at, label in zip(places, order, strict=True)]

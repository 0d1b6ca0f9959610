"""Monthly roll rates: the published table that the sample is held to, and the table of a Book beside it.

Source: servicer-reported Form ABS-EE data of 17 US trusts, 1,163,217 loans, spring 2017. Figures in percent.
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.door import Door
from arrears.kernel.days import month_ends

FROM = ("current", "1-29", "30-59", "60-89")
TO = (*FROM, "90+", "charged off", "paid off")
CURRENT, LATE, LATE30, LATE60, LATE90, CHARGED_OFF, PAID_OFF = range(len(TO))
PUBLISHED = np.array(
    [
        [94.38, 4.42, 0.08, 0.00, 0.00, 0.02, 1.10],
        [37.38, 50.92, 10.35, 0.14, 0.01, 0.08, 1.13],
        [18.49, 28.42, 33.84, 17.20, 0.05, 1.08, 0.92],
        [17.79, 12.86, 16.14, 15.07, 24.77, 12.30, 1.07],
    ]
)
HELD = 2  # the first rows of the table, each cell of which the sample keeps within POINTS
POINTS = 1.5
MONTHS = 24  # over so many months

_EDGES = np.array([1, 30, 60, 90])
_COLUMNS = ["loan_id", "dpd", "state"]

Shares = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


def buckets(dpd: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Place of each number of days past due among CURRENT .. LATE90."""
    return np.searchsorted(_EDGES, dpd, side="right").astype(np.int64)


def standing(positions: pa.Table) -> npt.NDArray[np.int64]:
    """Place of each position (loan_id, dpd, state) in TO."""
    place = buckets(positions["dpd"].to_numpy().astype(np.int64))
    state = positions["state"]
    place[pc.equal(state, "WRITTEN_OFF").to_numpy(zero_copy_only=False)] = CHARGED_OFF
    place[pc.equal(state, "SETTLED").to_numpy(zero_copy_only=False)] = PAID_OFF
    return place


def rolled(door: Door, first: dt.date, last: dt.date) -> Counts:
    """Count the moves of a Book's loans from each month end to the next.

    Parameters
    ----------
    door : a Book with closes at the month ends from `first` to `last`; month ends without a close are passed over

    Returns
    -------
    FROM x TO: loans that stood open at one month end, by where they stood at the next.
    """
    closed = set(door.closes())
    counts = np.zeros((len(FROM), len(TO)), dtype=np.int64)
    ends = [day for day in month_ends(first, last) if day in closed]
    tables = (door.positions(day, columns=_COLUMNS).sort_by("loan_id") for day in ends)
    for old, new in pairwise(tables):
        at = pc.index_in(old["loan_id"], value_set=new["loan_id"].combine_chunks())
        counts += moves(standing(old), standing(new.take(at.combine_chunks())))
    return counts


def moves(before: npt.NDArray[np.integer[Any]], after: npt.NDArray[np.integer[Any]]) -> Counts:
    """Count moves between places of TO, FROM x TO; other places are passed over."""
    return np.stack([np.bincount(after[before == row], minlength=len(TO)) for row in range(len(FROM))])


def percents(counts: Counts) -> Shares:
    """Each row of counts in percent; a row without loans is 0."""
    return 100.0 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def farthest(counts: Counts) -> float:
    """Points by which the cell that is farthest off, of the rows that are held, differs from the published table."""
    return float(np.abs(percents(counts)[:HELD] - PUBLISHED[:HELD]).max())


def side_by_side(counts: Counts) -> str:
    """Both tables as text: what was published, and in brackets what the Book shows."""
    width = 16
    lines = [f"{'from':<9}" + "".join(f"{name:>{width}}" for name in TO) + f"{'loan-months':>14}"]
    for name, told, seen, of in zip(FROM, PUBLISHED, percents(counts), counts.sum(axis=1), strict=True):
        cells = "".join(f"{f'{a:.2f} ({b:.2f})':>{width}}" for a, b in zip(told, seen, strict=True))
        lines.append(f"{name:<9}{cells}{of:>14,}")
    return "\n".join(lines)

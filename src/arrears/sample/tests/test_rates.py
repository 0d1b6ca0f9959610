"""The published roll rates: what the sample is held to, and how moves are counted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from arrears.sample import rates
from arrears.sample.invent import Asked, invent
from arrears.sample.tests.conftest import LIMIT, OPENING


@pytest.mark.parametrize(("dpd", "place"), [(0, 0), (1, 1), (29, 1), (30, 2), (59, 2), (60, 3), (89, 3), (90, 4), (900, 4)])
def test_buckets_on_both_sides_of_each_edge(dpd: int, place: int) -> None:
    assert rates.buckets(np.array([dpd])).tolist() == [place]


def test_what_ended_stands_apart_from_days_past_due() -> None:
    table = pa.table({"dpd": pa.array([0, 0, 45, 12], pa.int32()), "state": ["SETTLED", "WRITTEN_OFF", "DELINQUENT", "GRACE"]})
    assert rates.standing(table).tolist() == [rates.PAID_OFF, rates.CHARGED_OFF, rates.LATE30, rates.LATE]


def test_moves_count_from_open_places_only() -> None:
    before, after = np.array([0, 0, 1, -1, 5, 4]), np.array([0, 1, 0, 0, 5, 4])
    counts = rates.moves(before, after)
    assert (counts[0, 0], counts[0, 1], counts[1, 0], counts.sum()) == (1, 1, 1, 3)


def test_the_table_shows_both_figures() -> None:
    counts = np.zeros((4, 7), dtype=np.int64)
    counts[0, 0], counts[0, 1] = 95, 5
    shown = rates.side_by_side(counts)
    assert "94.38 (95.00)" in shown
    assert "4.42 (5.00)" in shown


@pytest.mark.slow
def test_twenty_thousand_loans_over_24_months_keep_the_first_two_rows(maker: Any) -> None:
    made = invent(Asked(20_000, 730, 7, OPENING), maker, LIMIT)
    assert len(made.stood) == rates.MONTHS  # the opening and 23 more; day 730 is the eve of the 24th
    assert rates.farthest(made.moves) < rates.POINTS
    off = np.abs(rates.percents(made.moves) - rates.PUBLISHED)
    assert off.max() < 3.5  # the rows that are not held, with fewer loans in them

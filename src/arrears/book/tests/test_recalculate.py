"""A payment lands at noon: the screen asks the same rules for one loan, and the night agrees."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from arrears.book import columns as c
from arrears.book.close.engine import arrow_schema
from arrears.book.door import BookError, Door
from arrears.sample import story

EVE, TODAY = dt.date(2026, 9, 6), dt.date(2026, 9, 7)


def payment(loan: str, fen: int, value_on: dt.date) -> dict[str, Any]:
    blank: dict[str, Any] = {name: "" for name, kind in c.EVENTS.items() if kind == "string"} | dict.fromkeys(
        ("count", "days", "step_months"), 0
    )
    named = {"event_id": f"noon/{loan}-{value_on}", "source": "noon", "source_ref": f"{loan}-{value_on}", "loan_id": loan}
    days = {"value_on": value_on, "effect_on": value_on, "close_on": TODAY, "recorded_at": f"{TODAY}T12:00:00+08:00"}
    return blank | named | days | {"kind": "payment_received", "amount_fen": fen, "progress": True}


def table(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), arrow_schema(c.EVENTS))


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    """The story up to 6 September: B01 is 1 day late, B05 5 days, B10 4 days."""
    door = story.build(tmp_path_factory.mktemp("noon") / "book")
    door.close(story.OPENING)
    door.close_through(EVE)
    return door


def test_a_payment_asked_about_clears_the_loan_and_nothing_is_written(door: Door) -> None:
    position, rows = door.recalculate(["B01"], TODAY, table(payment("B01", 282_441, TODAY)))
    assert (position["dpd"][0].as_py(), rows.num_rows) == (0, 0)
    published = {row["loan_id"]: row["dpd"] for row in door.positions(EVE, columns=["loan_id", "dpd"]).to_pylist()}
    assert published["B01"] == 1


def test_without_it_the_loan_is_two_days_late(door: Door) -> None:
    position, _ = door.recalculate(["B01"], TODAY)
    assert position["dpd"].to_pylist() == [2]


def test_a_payment_that_reaches_back_undoes_the_penalty(door: Door) -> None:
    # B10 paid on 1 September, told on the 7th: 0.80 of penalty was never due
    before, _ = door.recalculate(["B10"], TODAY)
    after, _ = door.recalculate(["B10"], TODAY, table(payment("B10", 214_400, dt.date(2026, 9, 1))))
    assert [(row["dpd"], row["penalty_posted_fen"]) for table in (before, after) for row in table.to_pylist()] == [(5, 160), (0, 0)]


def test_the_night_agrees_with_noon(door: Door) -> None:
    """What was taken in since the last close counts at noon too; then the close gives the same rows."""
    door.take_events(table(payment("B05", 436_200, TODAY)))
    noon, _ = door.recalculate(["B05"], TODAY)
    door.close(TODAY)
    night = [row for row in door.positions(TODAY).to_pylist() if row["loan_id"] == "B05"]
    assert noon.to_pylist() == night


def test_a_day_before_the_last_close_is_refused(door: Door) -> None:
    with pytest.raises(BookError, match="looks forward"):
        door.recalculate(["B01"], dt.date(2026, 9, 1))

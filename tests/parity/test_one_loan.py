"""One loan through the same expressions gives the rows of the close (invariant 3): a quote is never another calculation."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from arrears.book import columns as c
from arrears.book.close.engine import arrow_schema
from arrears.book.door import Door, History
from parity.books import DAYS, late, mixed

FIRST, SECOND, THIRD, LAST = DAYS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("one-loan")]


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    """The book closed through its four days; what came late is known from the second on."""
    made = mixed(tmp_path_factory.mktemp("one") / "book")
    made.close(FIRST)
    late(made)
    made.close_through(LAST)
    return made


@pytest.fixture(scope="module")
def alone(door: Door) -> dict[str, History]:
    """Loans run by themselves from their openings, one of each theme."""
    themes = ("L01", "L02", "L03", "L04", "L05", "L06", "L08", "L10", "L12", "L13", "L14", "L16", "L17", "L20", "L22")
    return {loan: door.history(loan, LAST) for loan in themes}


def by_loan(table: pa.Table) -> dict[str, list[dict[str, Any]]]:
    out: dict[str, list[dict[str, Any]]] = {}
    for row in table.to_pylist():
        out.setdefault(row["loan_id"], []).append(row)
    return {loan: sorted(rows, key=lambda row: str(row.get("obligation", ""))) for loan, rows in out.items()}


def as_of(position: dict[str, Any], day: dt.date) -> dict[str, Any]:
    """A position carried to a later day on which nothing happened: only the sum of daily principal grows."""
    grown = position["principal_days"] + position["principal_fen"] * (day - position["state_on"]).days
    return position | {"state_on": day, "principal_days": grown}


def test_each_loan_run_alone_from_its_opening_ends_as_the_close_has_it(door: Door, alone: dict[str, History]) -> None:
    positions, dues = by_loan(door.positions(LAST)), by_loan(door.open_due(LAST))
    for loan, told in alone.items():
        assert told.position == as_of(positions[loan][0], LAST), loan
        assert sorted(told.open_due, key=lambda each: each["obligation"]) == dues.get(loan, []), loan


def test_where_each_fen_went_adds_up_to_the_sums_of_the_close(alone: dict[str, History]) -> None:
    for loan, told in alone.items():
        taken = dict.fromkeys(("principal", "interest", "penalty", "fee", "cost"), 0)
        for line in told.lines:
            taken[line["part"]] += line["taken_fen"]
        if told.terms["method"] == "simple_interest":
            continue  # its split is made by day, not by obligation
        sums = {part: told.position[f"{part}_paid_fen"] for part in ("principal", "interest", "penalty", "fee")}
        assert taken | {"fee": taken["fee"] + taken["cost"]} == {**sums, "cost": taken["cost"]}, loan


def test_each_past_day_run_alone_is_what_is_known_now_of_it(door: Door) -> None:
    for day in (THIRD,):
        known = by_loan(door.positions(day, known="now"))
        for loan in ("L02", "L20"):  # reversed, corrected twice since
            assert door.history(loan, day).position == as_of(known[loan][0], day), (loan, day)
    then, now = by_loan(door.positions(FIRST)), by_loan(door.positions(FIRST, known="now"))
    assert then["L02"][0]["received_fen"] - now["L02"][0]["received_fen"] == 1_000_00


def test_a_recalculation_with_the_next_days_events_is_the_next_close(tmp_path_factory: pytest.TempPathFactory) -> None:
    made = mixed(tmp_path_factory.mktemp("next") / "book")
    made.close(FIRST)
    coming = {loan: made.events(loan) for loan in made.loans()["loan_id"].to_pylist()}
    asked = {}
    for loan, events in coming.items():
        rows = [row for row in events.to_pylist() if row["close_on"] == SECOND]
        asked[loan] = made.recalculate([loan], SECOND, pa.Table.from_pylist(rows, arrow_schema(c.EVENTS)))
    made.close(SECOND)
    positions, dues = by_loan(made.positions(SECOND)), by_loan(made.open_due(SECOND))
    for loan, (position, due) in asked.items():
        assert position.to_pylist() == [as_of(positions[loan][0], SECOND)], loan
        assert by_loan(due).get(loan, []) == dues.get(loan, []), loan


def test_many_loans_at_once_and_one_by_one_are_the_same(door: Door) -> None:
    ahead = LAST + dt.timedelta(days=17)
    loans = ["L01", "L03", "L06", "L10", "L13", "L18"]
    together = [by_loan(table) for table in door.recalculate(loans, ahead)]
    for loan in loans[::2]:
        alone = [by_loan(table) for table in door.recalculate([loan], ahead)]
        assert [table.get(loan) for table in alone] == [table.get(loan) for table in together]

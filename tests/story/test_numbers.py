"""Every number the story tells: daily rows, checkpoints, credit codes, trigger days, applied lines, plan parts, the book on day 120."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from arrears.sample.story import LAST, story
from story.told import CHECKPOINTS, LOANS, applied, as_told, daily, loan


@pytest.mark.parametrize("name", LOANS)
def test_every_daily_row_is_the_one_told(name: str, days: Any) -> None:
    lines = [daily(day, rows[name]) for day, rows in days.items() if day >= "2026-09-01"]
    assert lines == loan(name)["daily"]


@pytest.mark.parametrize(("name", "day"), CHECKPOINTS)
def test_every_checkpoint_holds(name: str, day: str, days: Any) -> None:
    expected = next(point for point in loan(name)["checkpoints"] if point["date"] == day)
    assert as_told(day, days[day][name]) == expected


@pytest.mark.parametrize("name", LOANS)
def test_month_end_credit_codes_as_first_known(name: str, days: Any) -> None:
    codes = {day: days[day][name]["credit_code"] for day in loan(name)["credit_codes"]}
    assert codes == loan(name)["credit_codes"]


@pytest.mark.parametrize("name", LOANS)
def test_each_trigger_holds_on_its_days_and_no_other(name: str, days: Any) -> None:
    held: dict[str, list[str]] = {}
    for day, rows in days.items():
        for trigger in as_told(day, rows[name])["triggers"] if day >= "2026-09-01" else ():
            held.setdefault(trigger, []).append(day)
    assert {trigger: [found[0], found[-1], len(found)] for trigger, found in held.items()} == loan(name)["trigger_days"]


@pytest.mark.parametrize("name", LOANS)
def test_each_fen_goes_where_it_is_told_to_go(name: str, door: Any) -> None:
    lines = [
        (line["taken_on"].isoformat(), line["obligation"], line["part"], line["taken_fen"])
        for line in door.history(name, LAST).lines
        if line["taken_on"].isoformat() >= "2026-09-01"
    ]
    assert lines == applied(name)


def test_credit_from_before_its_due_day_pays_on_the_due_day(door: Any) -> None:
    lines = [line for line in door.history("B10", LAST).lines if line["obligation"] == "I04"]
    assert [(line["taken_on"], line["from_credit_fen"]) for line in lines] == [(dt.date(2026, 9, 2), 14400), (dt.date(2026, 9, 2), 200000)]


@pytest.mark.behaviour("S095")
def test_the_plan_of_8680_has_five_equal_parts_and_a_last_one_that_closes_the_sum(door: Any) -> None:
    rows = [row for row in door.open_due(dt.date(2026, 10, 16)).to_pylist() if row["loan_id"] == "B05" and row["kind"] == "P"]
    parts = [
        {"id": row["obligation"], "due": row["due_on"].isoformat(), "interest": row["interest_fen"], "principal": row["principal_fen"]}
        for row in sorted(rows, key=lambda row: row["obligation"])
    ]
    assert parts == loan("B05")["plan_parts"]
    assert [part["interest"] + part["principal"] for part in parts] == [144666, 144666, 144666, 144666, 144666, 144670]


@pytest.mark.parametrize("day", ["2026-09-30", "2026-10-14"])
def test_a_past_day_reads_as_known_then_and_as_known_now(day: str, door: Any) -> None:
    on = dt.date.fromisoformat(day)
    views = {known: next(row for row in door.positions(on, known).to_pylist() if row["loan_id"] == "B10") for known in ("then", "now")}
    assert as_told(day, views["then"]) == loan("B10")["extra"]["as_known"][day]
    assert as_told(day, views["now"]) == loan("B10")["extra"]["after_replay"][day]


def test_the_book_on_day_120(days: Any) -> None:
    rows = [as_told(LAST.isoformat(), row) for row in days[LAST.isoformat()].values()]
    expected = story()["portfolio_day_120"]
    assert {name: sum(row[name] for row in rows) for name in expected} == expected


@pytest.mark.behaviour("S009")
def test_every_fen_received_is_used_or_held_as_credit(days: Any) -> None:
    used = [
        f"{part}_fen" for part in ["interest_paid", "principal_paid", "penalty_paid", "fee_paid", "credit", "refunded", "after_charge_off"]
    ]
    every = [(day, row) for day, rows in days.items() for row in rows.values()]
    assert [(day, row["loan_id"]) for day, row in every if row["received_fen"] != sum(row[part] for part in used)] == []
    assert sum(row["received_fen"] for row in days["2026-12-29"].values()) > 0


def test_the_tape_comes_in_whole(door: Any) -> None:
    sums = door.batches()[0]["sums"]
    assert (sums["loans"], sums["rejects"], sums["duplicates"], sums["waiting"]) == (10, 0, 0, 0)


def test_every_close_verifies(door: Any) -> None:
    checked = door.verify()
    assert len(checked) == 121
    assert [found for found in checked if found[1]] == []


def test_every_journal_line_sums_to_zero(door: Any) -> None:
    rows = door.journal(door.closes()[0], LAST).to_pylist()
    assert [row for row in rows if sum(value for name, value in row.items() if name.endswith("_fen"))] == []

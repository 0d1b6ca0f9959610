"""One run over n days equals n closes of a day (invariant 2); a corrected loan restarts where nothing is stale.

Random loans with events of every kind, late ones among them, are closed every day of the second half of June 2026; the same loans
are then run once from the opening, closed once for all the days, and looked at again as known now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from arrears.book import columns as c
from arrears.book.close import replay
from arrears.book.close.replay import Span
from arrears.book.close.views import from_opening
from arrears.book.door import Door
from parity.books import DAYS, late, mixed
from reference.against import boarded
from reference.generate import random_case

START, END = dt.date(2026, 6, 14), dt.date(2026, 6, 30)
SEEDS = range(7_000, 7_024)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("many-days")]


def random_book(root: Any) -> Door:
    return boarded(root / "book", [random_case(seed, f"L{seed}") for seed in SEEDS])


@pytest.fixture(scope="module")
def daily(tmp_path_factory: pytest.TempPathFactory) -> Door:
    """Closes of a day."""
    door = random_book(tmp_path_factory.mktemp("daily"))
    door.close(START)
    door.close_through(END)
    return door


def carried(positions: pa.Table, day: dt.date, without: Iterable[str] = ()) -> dict[str, dict[str, Any]]:
    """Rows by loan, those that nothing touched carried to the day: only the sum of daily principal grows."""
    out = {}
    for row in positions.to_pylist():
        row["principal_days"] += row["principal_fen"] * (day - row["state_on"]).days
        row["state_on"] = day
        out[row["loan_id"]] = {name: value for name, value in row.items() if name not in without}
    return out


def dues(rows: pa.Table) -> list[dict[str, Any]]:
    return sorted(rows.to_pylist(), key=lambda row: (row["loan_id"], row["obligation"]))


def totals(journal: pa.Table) -> dict[str, dict[str, int]]:
    """Sums of each account by loan, zero rows left out."""
    accounts = [name for name in c.JOURNAL if name.endswith("_fen")]
    summed = journal.group_by("loan_id").aggregate([(name, "sum") for name in accounts]).to_pylist()
    rows = {row["loan_id"]: {name: row[f"{name}_sum"] for name in accounts} for row in summed}
    return {loan: row for loan, row in rows.items() if any(row.values())}


def test_one_run_from_the_opening_equals_the_closes_of_every_day(daily: Door) -> None:
    loans = daily.positions(END)["loan_id"].to_pylist()
    assert len(loans) > 12
    positions, open_due = from_opening(daily.closer, loans, END, END)
    assert carried(positions, END) == carried(daily.positions(END), END)
    assert dues(open_due) == dues(daily.open_due(END))


def test_a_random_past_day_as_known_now_equals_one_run_to_that_day(daily: Door) -> None:
    for day in Random(11).sample(daily.closes()[:-1], 1):
        positions, open_due = daily.positions(day, known="now"), daily.open_due(day, known="now")
        loans = positions["loan_id"].to_pylist()
        alone, alone_due = from_opening(daily.closer, loans, day, END)
        assert carried(alone, day) == carried(positions, day)
        assert dues(alone_due) == dues(open_due)


def test_one_close_of_sixteen_days_equals_sixteen_closes(daily: Door, tmp_path_factory: pytest.TempPathFactory) -> None:
    door = random_book(tmp_path_factory.mktemp("once"))
    door.close(START)
    with door.book.lock():
        door.closer.close(END, START)  # sixteen days in one step, as a book of months takes thirty
    assert carried(door.positions(END), END) == carried(daily.positions(END), END)
    assert dues(door.open_due(END)) == dues(daily.open_due(END))
    after = START + dt.timedelta(days=1)
    assert totals(door.journal(after, END)) == totals(daily.journal(after, END))


@pytest.mark.behaviour("S009")
def test_every_fen_is_used_or_held_as_credit_at_each_close(daily: Door) -> None:
    parts = (
        "principal_paid_fen",
        "interest_paid_fen",
        "penalty_paid_fen",
        "fee_paid_fen",
        "credit_fen",
        "refunded_fen",
        "after_charge_off_fen",
    )
    for day in daily.closes():
        for row in daily.positions(day).to_pylist():
            assert row["received_fen"] == sum(row[name] for name in parts), (day, row["loan_id"])
            assert row["principal_fen"] == row["disbursed_fen"] + row["adjusted_fen"] - row["principal_paid_fen"] - row["charged_off_fen"]
        sums = {name: pc.sum(daily.positions(day)[name]).as_py() for name in ("received_fen", *parts)}
        assert sums.pop("received_fen") == sum(sums.values()), day


def test_journal_lines_of_all_closes_add_up_to_the_positions(daily: Door) -> None:
    """Signed sums of each account equal what the position says; each line sums to zero."""
    journal = daily.journal(START, END)
    for row in journal.to_pylist():
        assert sum(value for name, value in row.items() if name.endswith("_fen")) == 0
    lines = totals(journal)
    for row in daily.positions(END).to_pylist():
        booked = lines.get(row["loan_id"], dict.fromkeys((name for name in c.JOURNAL if name.endswith("_fen")), 0))
        assert booked["principal_fen"] == row["principal_fen"], row["loan_id"]
        assert -booked["credit_fen"] == row["credit_fen"]
        assert -booked["interest_income_fen"] == row["interest_due_fen"], row["loan_id"]


def simple_rule(spans: Iterable[Span], kept: list[int], before: int) -> int | None:
    """The wrong rule: start from the day before the newest event, whatever that close knew."""
    known_last = max(last for _, last in spans)
    start = min(first for first, last in spans if last == known_last) - 1
    return max((day for day in kept if day <= start), default=None)


def test_the_simple_restart_rule_gives_wrong_money_for_a_loan_corrected_twice(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """L20: 1,500.00 of 29 September known on the 30th, 77.77 of 30 September known on 1 October.

    The close of 29 September, the day before the second event, knew nothing of the first.
    """
    received = {}
    for name in ("right", "simple"):
        if name == "simple":
            monkeypatch.setattr(
                replay, "restarts", lambda spans, kept, before: {loan: simple_rule(each, kept, before) for loan, each in spans.items()}
            )
        door = mixed(tmp_path_factory.mktemp(name) / "book")
        door.close(DAYS[0])
        late(door)
        door.close_through(DAYS[-1])
        received[name] = next(row["received_fen"] for row in door.positions().to_pylist() if row["loan_id"] == "L20")
    assert received == {"right": 1_577_77, "simple": 77_77}

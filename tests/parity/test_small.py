"""A few loans in memory give the rows of the engine of the close: every column, every kind of event, late ones too."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from arrears.book import columns as c
from arrears.book.close.engine import arrow_schema
from arrears.book.close.views import from_opening, recalculated_days
from arrears.book.door import Door, Settings
from arrears.sample import story
from parity.books import DAYS, batch, event, late, mixed, pay
from reference.against import boarded
from reference.generate import random_case
from reference.policy import Policy

FIRST, SECOND, THIRD, LAST = DAYS
MANY, NONE = 1_000, 0

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("small")]


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    """The book of every kind of event, closed through its four days; what came late is known from the second on."""
    made = mixed(tmp_path_factory.mktemp("small") / "book")
    made.close(FIRST)
    late(made)
    made.close_through(LAST)
    return made


def rows(tables: tuple[pa.Table, pa.Table]) -> list[list[dict[str, Any]]]:
    return [table.to_pylist() for table in tables]


def every_loan(door: Door) -> list[str]:
    return list(door.loans()["loan_id"].to_pylist())


def test_many_days_ahead_are_the_same_on_both(door: Door) -> None:
    days = [LAST + dt.timedelta(days=n) for n in (0, 1, 17, 31, 75)]
    loans = every_loan(door)
    walked, planned = (list(recalculated_days(door.closer, loans, days, None, few)) for few in (MANY, NONE))
    assert len(walked[-1][0]) > 25
    assert list(map(rows, walked)) == list(map(rows, planned))


@pytest.mark.parametrize("day", [FIRST, LAST], ids=str)
def test_loans_run_from_their_openings_are_the_same_on_both(door: Door, day: dt.date) -> None:
    loans = every_loan(door)
    walked, planned = (from_opening(door.closer, loans, day, LAST, few) for few in (MANY, NONE))
    assert rows(walked) == rows(planned)


def asked() -> pa.Table:
    """What might happen on the day after the last close, some of it dated back before one close or before all."""
    day = (LAST + dt.timedelta(days=1)).isoformat()
    told = [
        pay("L01", day, 1_000_00),
        pay("L02", "2026-09-27", 900_00, known=day),
        pay("L20", "2026-09-29", 10_00, known=day),
        event("L03", "agreement_ended", day),
        event("L04", "accelerated", day),
        event("L06", "hold_opened", "2026-09-29", known=day, subject="asked", stops="penalty+clock"),
        event("L09", "agreement_signed", day, subject="restructure", count=40, first_due_on=dt.date(2026, 11, 30)),
        event("L16", "fee_waived", day, amount_fen=50_00, asker="desk"),
        event("L18", "promise_made", day, amount_fen=500_00, until_on=dt.date(2026, 10, 9)),
        event("L26", "charged_off", "2026-09-30", known=day),
    ]
    return pa.Table.from_pylist(told, arrow_schema(c.EVENTS))


def test_events_as_if_they_happened_are_the_same_on_both(door: Door) -> None:
    days = [LAST + dt.timedelta(days=n) for n in (1, 12)]
    loans = every_loan(door)
    walked, planned = (list(recalculated_days(door.closer, loans, days, asked(), few)) for few in (MANY, NONE))
    assert list(map(rows, walked)) == list(map(rows, planned))
    without = list(recalculated_days(door.closer, loans, days, None, MANY))
    assert sum(a != b for a, b in zip(rows(walked[0])[0], rows(without[0])[0], strict=True)) > 5


def test_one_by_one_is_the_same_as_all_together(door: Door) -> None:
    on = LAST + dt.timedelta(days=30)
    together = rows(door.recalculate(every_loan(door)[:19], on))
    alone = [rows(door.recalculate([loan], on)) for loan in every_loan(door)[:19]]
    assert [[row for each in alone for row in each[place]] for place in (0, 1)] == together


def test_random_loans_are_the_same_on_both(tmp_path: Any) -> None:
    policy = Policy(evidence_needs_broken=False)
    cases = [random_case(seed, f"L{seed:04d}", policy, frozenset()) for seed in range(5_000, 5_060)]
    made = boarded(tmp_path / "book", cases)
    day = dt.date(2026, 7, 20)
    loans = [case.loan_id for case in cases if case.first_close <= day]
    walked, planned = (from_opening(made.closer, loans, day, day, few) for few in (MANY, NONE))
    assert len(loans) > 20
    assert rows(walked) == rows(planned)


def test_the_story_is_the_same_on_both(tmp_path: Any) -> None:
    made = story.build(tmp_path / "book")
    made.close(story.OPENING)
    days = [story.OPENING + dt.timedelta(days=n) for n in (0, 8, 30, 62, 118)]
    loans = every_loan(made)
    walked, planned = (list(recalculated_days(made.closer, loans, days, None, few)) for few in (MANY, NONE))
    assert list(map(rows, walked)) == list(map(rows, planned))


def test_a_loan_newer_than_the_close_it_would_restart_from_starts_from_its_opening(tmp_path: Any) -> None:
    """L19 was opened on the second day; on the third we learn that it paid on the second: the first close does not know it."""
    made = Door.init(tmp_path / "book", Settings())
    made.take_batch(batch({"L20": ("equal_instalment", 16_000_00, 12, "2026-07-12")}, []), {"mapping": "test"})
    made.close(FIRST)
    made.take_batch(batch({"L19": ("equal_instalment", 5_000_00, 6, "2026-10-29")}, []), {"mapping": "test"})
    made.close(SECOND)
    told = pa.Table.from_pylist([pay("L19", "2026-09-29", 100_00, known=THIRD.isoformat())], arrow_schema(c.EVENTS))
    walked, planned = (next(iter(recalculated_days(made.closer, ["L19", "L20"], [THIRD], told, few))) for few in (MANY, NONE))
    assert [row["received_fen"] for row in rows(walked)[0]] == [100_00, 0]
    assert rows(walked) == rows(planned)
    made.take_events(told)
    made.close(THIRD)
    assert made.positions(THIRD).sort_by("loan_id")["received_fen"].to_pylist() == [100_00, 0]
    assert [findings for _, findings in made.verify() if findings] == []

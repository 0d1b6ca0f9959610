"""The report and the morning: totals of the story, and moves that can be counted by hand."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pyarrow as pa
import pytest

from arrears.book.door import Door
from arrears.book.papers.morning import morning, morning_text
from arrears.book.papers.report import report, report_text
from arrears.law.values import load

TOTALS = [
    "loans", "open", "paid_off", "charged_off", "payments", "charged_off_principal", "collateral_proceeds", "recoveries", "principal",
    "overdue", "penalty_owed",
]  # fmt: skip


def test_the_totals_of_day_120_are_those_of_the_story(story_book: Door, shared: Path) -> None:
    expected = json.loads((shared / "facts" / "demo-story.json").read_text())["portfolio_day_120"]
    totals = report(story_book)["totals"]
    assert totals["principal"] == expected["principal_outstanding"] == 34_694_082
    assert totals["overdue"] == expected["overdue_amount"] == 1_053_000
    assert totals["penalty_owed"] == expected["penalty_outstanding"] == 157_016


def test_the_names_other_programs_rely_on(story_book: Door) -> None:
    told = report(story_book)
    assert list(told["totals"]) == TOTALS
    assert (told["as_of"], told["currency"], told["totals"]["loans"]) == ("2026-12-29", "CNY", 10)
    assert told["buckets"]["M4"] == {"loans": 1, "principal": 1_053_000, "overdue": 1_053_000}
    assert told["recency_buckets"]["M2"]["loans"] == 1  # B09 paid 60 days ago
    assert [row["loans"] for row in told["classes"].values()] == [7, 2, 1, 0, 0]
    assert json.loads(json.dumps(told)) == told


def test_loans_that_ended_are_counted_apart(small_book: Door) -> None:
    totals = report(small_book)["totals"]
    assert {name: totals[name] for name in ("loans", "open", "paid_off", "charged_off")} == {
        "loans": 4,
        "open": 2,
        "paid_off": 1,
        "charged_off": 1,
    }
    assert (totals["charged_off_principal"], totals["recoveries"]) == (100_000, 10_000)
    assert totals["payments"] == 101_500 + 52_000  # the reversed 1,010.00 does not count
    assert report(small_book)["roll"] == []


def _positions(rows: list[tuple[str, str, str, int]], received: dict[str, int] | None = None, **days: dict[str, dt.date]) -> pa.Table:
    """Positions of (loan, state, bucket, principal), with what a loan has received; everything else is nothing."""
    sums = ["received", "history_paid", "charged_off", "proceeds", "recovered", "penalty_posted", "penalty_paid", "penalty_waived"]
    sums += ["overdue_interest", "overdue_principal"]
    table = {
        "loan_id": [row[0] for row in rows],
        "state": [row[1] for row in rows],
        "bucket": [row[2] for row in rows],
        "recency_bucket": [row[2] for row in rows],
        "principal_fen": pa.array([row[3] for row in rows], pa.int64()),
        "five_class": pa.array([1] * len(rows), pa.int32()),
    }
    table |= {f"{name}_fen": pa.array([0] * len(rows), pa.int64()) for name in sums}
    table["received_fen"] = pa.array([(received or {}).get(row[0], 0) for row in rows], pa.int64())
    return pa.table(
        table | {name: pa.array([days.get(name, {}).get(row[0]) for row in rows], pa.date32()) for name in ("cured_on", "resumed_on")}
    )


BEFORE = _positions(
    [
        ("A", "DELINQUENT", "M1", 100),
        ("B", "DELINQUENT", "M1", 200),
        ("C", "CURRENT", "C", 300),
        ("D", "SETTLED", "C", 0),
        ("E", "DELINQUENT", "M2", 50),
    ],
    received={"A": 1000},
)
NOW = _positions(
    [("A", "CURRENT", "C", 90), ("B", "DELINQUENT", "M2", 200), ("C", "SETTLED", "C", 0), ("D", "SETTLED", "C", 0),
     ("E", "WRITTEN_OFF", "M2", 0), ("F", "CURRENT", "C", 700)],
    received={"A": 1210, "B": 7},
    cured_on={"A": dt.date(2026, 11, 10), "C": dt.date(2026, 10, 31)},
    resumed_on={"A": dt.date(2026, 11, 10), "B": dt.date(2026, 11, 1)},
)  # fmt: skip


class Shelf:
    """What the report asks of a door, from two tables."""

    law = load()
    book = SimpleNamespace(settings=SimpleNamespace(currency="CNY"))
    tables: ClassVar = {dt.date(2026, 10, 31): BEFORE, dt.date(2026, 11, 20): BEFORE, dt.date(2026, 11, 21): NOW}

    def closes(self) -> list[dt.date]:
        return sorted(self.tables)

    def manifest(self, on: dt.date) -> dict[str, Any]:
        return {"day": on.isoformat()}

    def positions(self, on: dt.date, columns: Any) -> pa.Table:
        return self.tables[on].select(list(columns))


@pytest.mark.behaviour("S163", part="the Book's numbers; contacts per cure and complaints come from the desk")
def test_resumed_and_cured_are_two_numbers_of_each_bucket_with_roll_and_recovery() -> None:
    told = report(Shelf(), dt.date(2026, 11, 21))  # type: ignore[arg-type]
    month = told["month"]
    assert {name: month[name] for name in ("first", "resumed", "cured")} == {"first": "2026-11-01", "resumed": 2, "cured": 1}
    # A paid 2.10 and was cured, B paid 0.07 and is still late: it resumed and is not cured
    assert month["by_bucket"] == {
        "C": {"loans": 1, "resumed": 0, "cured": 0, "received": 0, "recovered": 0},
        "M1": {"loans": 2, "resumed": 2, "cured": 1, "received": 217, "recovered": 0},
        "M2": {"loans": 1, "resumed": 0, "cured": 0, "received": 0, "recovered": 0},
    }
    assert [(row["to"], row["loans"]) for row in told["roll"] if row["from"] == "M1"] == [("C", 1), ("M2", 1)]


def test_moves_are_counted_from_the_last_month_end() -> None:
    told = report(Shelf(), dt.date(2026, 11, 21))  # type: ignore[arg-type]
    assert told["roll_from"] == "2026-10-31"
    assert [(row["from"], row["to"], row["loans"], row["principal"]) for row in told["roll"]] == [
        ("C", "paid_off", 1, 300),
        ("M1", "C", 1, 100),
        ("M1", "M2", 1, 200),
        ("M2", "charged_off", 1, 50),
        ("new", "C", 1, 700),
    ]
    assert "已核销" in str(report_text(told, "zh"))
    assert "charged off" in str(report_text(told, "en"))


def test_money_after_charge_off_stands_under_charged_off(small_book: Door, tmp_path: Path) -> None:
    later = Door(Path(shutil.copytree(small_book.book.root, tmp_path / "book")))
    rows = "source,source_ref,loan_id,kind,value_on,recorded_at,amount\nbank,20,GONE,recovered,2026-10-02,2026-10-02T09:00:00+08:00,40.00\n"
    (tmp_path / "more.csv").write_text(rows, encoding="utf-8")
    later.import_files([tmp_path / "more.csv"], "arrears", dt.date(2026, 10, 2))
    later.close(dt.date(2026, 10, 2))
    told = report(later)
    assert told["month"]["by_bucket"]["charged_off"] == {"loans": 1, "resumed": 0, "cured": 0, "received": 0, "recovered": 4_000}
    assert [row for row in told["roll"] if row["from"] == "charged_off"] == []  # it has not moved


@pytest.mark.behaviour("S159", part="the Book's report; the desk shows the same date and stops what needs fresh data")
def test_after_a_failed_close_the_report_says_of_which_day_its_data_are(small_book: Door, tmp_path: Path) -> None:
    book = Path(shutil.copytree(small_book.book.root, tmp_path / "book"))
    (book / "closes" / ".2026-10-02").mkdir()  # a close that was killed half-way
    told = report(Door(book), asked_on=dt.date(2026, 10, 4))
    assert told["data"] == {
        "close": "2026-10-01",
        "state": "complete",
        "last_close": "2026-10-01",
        "asked_on": "2026-10-04",
        "age_days": 2,  # the nights of the 2nd and the 3rd
    }
    assert "此后已有 2 天没有日终" in str(report_text(told, "zh"))
    assert "2 days since have no close" in str(morning_text(morning(Door(book), asked_on=dt.date(2026, 10, 4)), "en"))
    assert report(Door(book), asked_on=dt.date(2026, 10, 2))["data"]["age_days"] == 0


def test_an_earlier_day_is_not_passed_off_as_the_latest() -> None:
    told = report(Shelf(), dt.date(2026, 11, 20), dt.date(2026, 11, 22))  # type: ignore[arg-type]
    assert told["data"]["last_close"] == "2026-11-21"
    assert "Not the latest: the last close is 21 Nov 2026." in str(report_text(told, "en"))


def test_the_morning_counts_what_is_to_be_done(story_book: Door, small_book: Door) -> None:
    told = morning(story_book)
    assert (told["as_of"], told["do_on"], told["totals"]["overdue"]) == ("2026-12-29", "2026-12-30", 1_053_000)
    assert [row["kind"] for row in told["proposals"]] == ["service_reminder"]  # B10's I08, due 2027-01-02
    assert "还款提醒" in str(morning_text(told, "zh"))
    assert "payment reminder" in str(morning_text(told, "en"))
    assert morning(small_book)["refunds"] == {"loans": 1, "amount": 500}
    assert json.loads(json.dumps(told)) == told

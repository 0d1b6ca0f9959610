"""Positions, loan-months, terms and payments: point in time, lazy, and nothing of a person in them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pytest

import arrears.data as ad
from arrears.book import columns as book_columns
from arrears.book.door import BookError, Door, Settings
from arrears.data.columns import COLUMNS, LEFT_OUT, TABLES

PERSONAL = {"borrower_id", "vehicle", "liens", "payer", "reason", "asker", "approver", "purpose", "source_ref", "event_id", "subject"}
AS_OF = ("2026-08-31", "2026-09-30", "2026-10-31")
MAKERS = {
    "positions": ad.positions,
    "loans": ad.loans,
    "loan_months": ad.loan_months,
    "payments": ad.payments,
    "buckets": ad.buckets,
    "roll_rates": ad.roll_rates,
    "vintage": ad.vintage,
}


def content(table: ir.Table) -> list[str]:
    """Every row as text, sorted: the content of a table whatever its order."""
    return sorted(str(row) for row in table.to_pyarrow().to_pylist())


def of(table: ir.Table, loan: str, *names: str) -> list[tuple[Any, ...]]:
    rows = table.filter(table.loan_id == loan).select(*names).to_pyarrow().to_pylist()
    return [tuple(row.values()) for row in rows]


@pytest.mark.parametrize("as_of", AS_OF)
@pytest.mark.parametrize("name", MAKERS)
def test_what_a_close_said_does_not_change_when_later_closes_learn_more(name: str, as_of: str, early: Path, late: Path) -> None:
    before, after = content(MAKERS[name](early, as_of=as_of)), content(MAKERS[name](late, as_of=as_of))
    assert after == before
    assert before or (name, as_of) in {("payments", "2026-08-31"), ("roll_rates", "2026-08-31")}


def test_a_pruned_day_is_made_again_as_it_was_known_then(tmp_path: Path) -> None:
    from arrears.data.tests.conftest import EVENTS, LOANS, take

    house = tmp_path / "house"
    house.mkdir()
    (house / "own.yaml").write_text(
        'retention.daily_closes_days: {values: [{from: null, value: "1", source: {instrument: test}}]}\n', encoding="utf-8"
    )
    door = Door.init(tmp_path / "book", Settings(), house)
    take(door, tmp_path, loans=LOANS, events=EVENTS)
    door.close(dt.date(2026, 9, 1))
    door.close_through(dt.date(2026, 9, 4))
    before = content(ad.positions(door, as_of="2026-09-02"))
    assert door.prune() == [dt.date(2026, 9, 2), dt.date(2026, 9, 3)]
    assert content(ad.positions(door, as_of="2026-09-02")) == before


def test_known_now_shows_the_correction_and_then_does_not(late: Path) -> None:
    asked = {known: ad.positions(late, as_of="2026-09-30", known=known) for known in ("then", "now")}
    assert of(asked["then"], "B", "state", "bucket", "received_fen") == [("DELINQUENT", "M1", 0)]
    assert of(asked["now"], "B", "state", "received_fen") == [("SETTLED", 110_000)]
    assert of(asked["now"], "D", "bucket") == of(asked["then"], "D", "bucket") == [("M2",)]
    assert asked["now"].count().to_pyarrow().as_py() == 4


def test_known_now_is_what_the_door_says(late: Path) -> None:
    asked = ad.positions(late, as_of="2026-09-30", known="now").order_by("loan_id").to_pyarrow()
    told = Door(late).positions(dt.date(2026, 9, 30), known="now").select(asked.column_names)
    assert asked.to_pylist() == told.to_pylist()


def test_loan_months_say_what_came_in_since_the_month_before(late: Path) -> None:
    months = ad.loan_months(late)
    assert of(months.order_by("month_on"), "A", "month_count", "received_in_month_fen", "place") == [
        (1, 0, "C"),
        (2, 102_000, "paid_off"),
        (3, 0, "paid_off"),
        (4, 0, "paid_off"),
    ]
    assert of(ad.loan_months(late, first="2026-11-30"), "B", "received_in_month_fen") == [(110_000,)]
    assert of(ad.loan_months(late, first="2026-09-30", last="2026-09-30", known="now"), "B", "received_in_month_fen") == [(110_000,)]


def test_a_late_payment_is_there_from_the_day_it_was_known(late: Path) -> None:
    assert of(ad.payments(late, as_of="2026-10-31"), "B", "amount_fen") == []
    assert of(ad.payments(late), "B", "value_on", "known_on", "amount_fen") == [
        (dt.date(2026, 9, 25), dt.date(2026, 11, 5), 110_000),
    ]


def test_a_reversal_takes_the_payment_back(tmp_path: Path) -> None:
    from arrears.data.tests.conftest import AUGUST, LATE, LOANS, NOVEMBER, OCTOBER, take

    door = Door.init(tmp_path / "book", Settings(monthly=True))
    heads = "source,source_ref,loan_id,kind,value_on,recorded_at,refers_to"
    bounced = f"{heads}\nbank,10,B,payment_reversed,2026-11-09,2026-11-09T10:00:00+08:00,bank/9\n"
    take(door, tmp_path, loans=LOANS, events=LATE)
    take(door, tmp_path, events=bounced)
    door.close(AUGUST)
    door.close_through(NOVEMBER)
    assert sorted(of(ad.payments(door), "B", "kind", "amount_fen")) == [("payment_received", 110_000), ("payment_reversed", -110_000)]
    assert content(ad.payments(door, as_of=OCTOBER)) == []


@pytest.mark.parametrize("name", MAKERS)
def test_no_table_holds_anything_of_a_person(name: str, late: Path) -> None:
    table = MAKERS[name](late)
    assert PERSONAL & set(table.columns) == set()
    assert "borrower" not in table.columns
    text = " ".join(content(table))
    assert [word for word in ("P1", "P2", "沪A", "李") if word in text] == []


@pytest.mark.parametrize("name", MAKERS)
def test_every_table_has_the_columns_and_types_it_documents(name: str, late: Path) -> None:
    table = MAKERS[name](late)
    told = ad.schema_doc(name).to_pyarrow().to_pylist()
    assert [row["column"] for row in told] == list(table.columns)
    arrow = {
        "string": pa.string(),
        "int32": pa.int32(),
        "int64": pa.int64(),
        "float64": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
    }
    found = table.to_pyarrow().schema
    assert {row["column"]: arrow[row["type"]] for row in told} == {field.name: field.type for field in found}
    assert all(row["unit"] and row["meaning"].endswith(".") for row in told)
    assert ad.describe(table).to_pyarrow().to_pylist() == told


def test_the_physical_types_are_those_that_are_promised(late: Path) -> None:
    from arrears.data.source import connection

    table = ad.positions(late)
    found = connection().con.sql(connection().compile(table)).to_arrow_table().schema
    arrow = {"string": pa.string(), "int32": pa.int32(), "int64": pa.int64(), "boolean": pa.bool_(), "date": pa.date32()}
    assert {field.name: field.type for field in found} == {name: arrow[COLUMNS[name].type] for name in TABLES["positions"]}


def test_every_column_of_a_position_is_offered_or_left_out_on_purpose() -> None:
    assert set(TABLES["positions"]) | LEFT_OUT == set(book_columns.POSITION)
    assert set(TABLES["positions"]) & LEFT_OUT == set()


def test_a_day_that_was_not_closed_names_the_nearest_closes(late: Path) -> None:
    with pytest.raises(BookError, match=r"no close of 2026-10-07; the nearest: 2026-09-30 and 2026-10-31"):
        ad.positions(late, as_of="2026-10-07")
    with pytest.raises(BookError, match=r"no close of 2030-01-01; the nearest: 2026-11-30$"):
        ad.positions(late, as_of=dt.date(2030, 1, 1))


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"as_of": "31.10.2026"}, "write it as 2026-11-30"),
        ({"known": "later"}, "allowed: then, now"),
        ({"as_of": "2026-09-30", "last": "2026-10-31"}, "is after as_of 2026-09-30"),
        ({"first": "2026-10-31", "last": "2026-09-30"}, "is after last"),
    ],
)
def test_a_wrong_argument_is_refused_in_a_sentence(asked: dict[str, Any], says: str, early: Path) -> None:
    with pytest.raises(ValueError, match=says):
        ad.loan_months(early, **asked)


def test_no_date_means_the_last_close_and_a_door_serves_as_a_book(late: Path) -> None:
    assert content(ad.positions(Door(late))) == content(ad.positions(str(late), as_of=dt.date(2026, 11, 30)))


def test_tables_are_lazy_and_go_where_analysts_work(late: Path) -> None:
    table = ad.loan_months(late)
    assert isinstance(table, ir.Table)
    frame = table.to_pandas()
    assert (len(frame), str(frame["received_in_month_fen"].dtype)) == (16, "int64")
    assert sum(batch.num_rows for batch in table.to_pyarrow_batches(chunk_size=5)) == 16
    assert table.alias("months").sql("SELECT count(*) AS n FROM months").to_pyarrow().to_pylist() == [{"n": 16}]


def test_a_reader_left_half_read_and_a_cached_table_do_no_harm(late: Path) -> None:
    import ibis

    own = ibis.memtable({"loan_id": ["A", "C"]})
    table = ad.loan_months(late, known="now").semi_join(own, "loan_id")
    reader = table.to_pyarrow_batches(chunk_size=1)
    assert reader.read_next_batch().num_rows == 1
    kept = table.cache()
    assert kept.count().to_pyarrow().as_py() == 8
    kept.release()


def test_tables_of_two_books_can_be_joined(early: Path, late: Path) -> None:
    both = ad.positions(early, as_of="2026-10-31").join(ad.positions(late), "loan_id")
    assert both.filter(both.state != both.state_right).loan_id.to_pyarrow().to_pylist() == ["B"]


def test_polars_frames_where_polars_is_there(late: Path) -> None:
    pytest.importorskip("polars", reason="polars is an extra of the analyst's own")
    assert ad.positions(late).to_polars().height == 4

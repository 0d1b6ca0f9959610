"""DuckDB and Spark give the same rows, column by column, and files of the same physical types (invariant 3).

One shared Spark session; where there is no Java the tests say so and are skipped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from arrears.book import columns as c
from arrears.book.close import run
from arrears.book.close.engine import DuckDB, Engine, arrow_schema
from arrears.book.close.shelves import QUIET
from arrears.book.close.spark import Spark, java_found
from arrears.book.door import Door
from arrears.kernel.events import KINDS
from parity.books import DAYS, FIRST, late, mixed

pytestmark = [
    pytest.mark.xdist_group("spark"),
    pytest.mark.slow,
    pytest.mark.skipif(not java_found(), reason="no Java: Spark needs openjdk-17-jre-headless (apt-packages.txt) or JAVA_HOME"),
]

TABLES = {
    "position": (c.POSITION, ("loan_id",)),
    "open_due": (c.OPEN_DUE, ("loan_id", "due_on", "obligation")),
    "journal": (c.JOURNAL, ("loan_id", "backdated")),
    "proposals": (c.PROPOSALS, ("proposal_id",)),
}


@pytest.fixture(scope="module")
def spark() -> Iterator[Spark]:
    pytest.importorskip("pyspark", reason="the extra `spark` is not installed")
    engine = Spark.start(small=True)
    yield engine
    engine.stop()


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory, spark: Spark) -> Iterator[dict[str, Door]]:
    """The same book closed over the month end on both engines, with what came late taken in after the first close.

    It lies on disk as a large one does: loans with nothing open stand in quiet files.
    """
    out = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "FEWEST", 5)
        for name, engine in (("duckdb", None), ("spark", spark)):
            door = mixed(tmp_path_factory.mktemp(name) / "book")
            door.close(FIRST, engine)
            late(door)
            door.close_through(DAYS[-1], engine=engine)
            out[name] = door
        yield out


def rows(door: Door, day: dt.date, table: str) -> pa.Table:
    """Rows of a table of one close in a fixed order."""
    read = (
        door.positions(day)
        if table == "position"
        else pa.concat_tables([pq.read_table(file) for file in door.book.close_files(day, table)])
    )
    return read.sort_by([(name, "ascending") for name in TABLES[table][1]]).combine_chunks()


@pytest.mark.behaviour("S015", part="the same rows from both engines; the million in the night window is a benchmark")
@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_every_row_is_the_same(books: dict[str, Door], day: dt.date, table: str) -> None:
    ours, theirs = (rows(books[name], day, table) for name in ("duckdb", "spark"))
    assert ours.num_rows == theirs.num_rows
    differ = {name: (ours[name].to_pylist(), theirs[name].to_pylist()) for name in ours.column_names if ours[name] != theirs[name]}
    assert not differ
    assert ours.equals(theirs)


def test_the_book_shows_what_it_was_made_to_show(books: dict[str, Door]) -> None:
    """Guards the comparison: a book in which nothing happens would pass it as well."""
    door = books["duckdb"]
    last = door.positions().to_pydict()
    assert {"COMPLETED", "BROKEN"} <= set(last["plan_state"])
    assert {"WRITTEN_OFF", "ACCELERATED", "HIGH_RISK", "GRACE", "SETTLED"} <= set(last["state"])
    assert {"KEPT", "BROKEN"} <= set(last["promise_state"])
    assert {"T1", "T1+T2", "T3"} <= set(last["triggers"])
    assert sum(last["restructure_count"]) == 1
    assert any(door.journal(DAYS[0], DAYS[-1])["backdated"].to_pylist())
    assert any(pq.read_metadata(file).num_rows for file in door.book.close_files(DAYS[-1], QUIET))
    kinds = {kind for day in DAYS for kind in door.proposals(day)["kind"].to_pylist()}
    assert {"service_reminder", "overdue_notice", "visit_candidate", "promise_kept", "plan_broken", "refund_due"} <= kinds


def test_every_kind_of_event_is_compared(books: dict[str, Door]) -> None:
    """No kind of the list is left out, and some were learned late, so that loans were run again."""
    told = pa.concat_tables([pq.read_table(file) for file in books["duckdb"].book.files("events")])
    seen = {row["kind"] for row in told.to_pylist() if row["close_on"] <= DAYS[-1]}
    assert seen == set(KINDS)
    replayed = {row["kind"] for row in told.to_pylist() if row["effect_on"] < row["close_on"] <= DAYS[-1] and row["close_on"] > FIRST}
    assert {"payment_received", "payment_reversed", "charge_off_reversed"} <= replayed
    assert sum(int(books["spark"].manifest(day)["replayed"]) for day in DAYS) >= len({"L02", "L20", "L26"})


def test_manifests_agree_in_rows_and_sums(books: dict[str, Door]) -> None:
    for day in DAYS:
        ours, theirs = (books[name].manifest(day) for name in ("duckdb", "spark"))
        for name, told in ours["tables"].items():
            assert (told["rows"], told["sums"]) == (theirs["tables"][name]["rows"], theirs["tables"][name]["sums"]), (day, name)
        assert (ours["touched"], ours["replayed"]) == (theirs["touched"], theirs["replayed"])


def test_physical_types_are_those_declared_on_both_engines(books: dict[str, Door]) -> None:
    for door in books.values():
        for day in DAYS:
            for table, (columns, _) in TABLES.items():
                for file in door.book.close_files(day, table):
                    assert pq.read_schema(file).remove_metadata().equals(arrow_schema(columns)), file


def test_a_book_closed_by_spark_is_verified_by_duckdb_and_goes_on_there(books: dict[str, Door]) -> None:
    door = books["spark"]
    assert [found for _, found in door.verify() if found] == []
    after = DAYS[-1] + dt.timedelta(days=1)
    assert door.close(after) is not None
    assert books["duckdb"].close(after) is not None
    for table in TABLES:
        assert rows(door, after, table).equals(rows(books["duckdb"], after, table))


def _numbers(engine: Engine) -> list[tuple[object, ...]]:
    columns = {"n": "int64", "d": "int64"}
    values = [(2**63 - 1, 1), (2**63 - 1, 3), (9_007_199_254_740_993, 1), (0, 7), (6, 7), (7, 7)]
    table = pa.table({"n": [n for n, _ in values], "d": [d for _, d in values]}, schema=arrow_schema(columns))
    engine.put("pairs", table, columns)
    name = "exact_quot" if engine.dialect == "duckdb" else "EXACT_QUOT"
    return engine.fetch(f"SELECT n, d, {name}(n, d) AS q FROM pairs ORDER BY n, d")


def test_whole_division_is_exact_over_the_whole_of_int64(spark: Spark) -> None:
    for engine in (DuckDB(), spark):
        assert all(q == int(str(n)) // int(str(d)) for n, d, q in _numbers(engine))


def test_overflow_stops_the_close_and_never_wraps(spark: Spark) -> None:
    for engine in (DuckDB(), spark):
        with pytest.raises(Exception, match=r"(?i)overflow|out of range"):
            engine.fetch("SELECT CAST(9223372036854775807 AS BIGINT) + n FROM (SELECT CAST(1 AS BIGINT) AS n) AS one")


COLUMNS = {"a": "int64", "b": "string", "c": "day", "d": "bool", "e": "int32"}


def test_tables_between_stages_kept_as_files_are_the_same(spark: Spark, tmp_path: Path) -> None:
    """What the shared session keeps in the driver a cluster writes as Parquet: the rows, the types and the names agree."""
    kept = Spark(spark.session.newSession(), tmp_path / "kept")
    given = {"a": [3, 1], "b": ["x", None], "c": [dt.date(2026, 1, 31), None], "d": [True, False], "e": [1, 2]}
    results = []
    for engine in (DuckDB(), spark, kept):
        engine.put("given", pa.table(given, schema=arrow_schema(COLUMNS)), COLUMNS)
        engine.make("made", "SELECT a + 1 AS a, b, c + 1 AS c, d, e FROM given UNION ALL SELECT 9, 'q', 0, true, 5", COLUMNS)
        engine.view("seen", "SELECT * FROM made WHERE a > 2")
        engine.make("made", "SELECT * FROM made WHERE e > 1", COLUMNS)  # from its own old rows; the view follows
        path = tmp_path / f".{len(results)}.parquet"  # drafts have a dot in front, and Spark would read them as empty
        engine.write("SELECT * FROM seen", COLUMNS, path, ["a"])
        engine.scan("none", [], COLUMNS)
        engine.scan("again", [path], COLUMNS)
        assert engine.fetch("SELECT count(*) FROM none") == [(0,)]
        assert pq.read_table(path).schema.remove_metadata() == arrow_schema(COLUMNS)
        results.append((pq.read_table(path).to_pylist(), engine.arrow("SELECT * FROM again ORDER BY a", COLUMNS).to_pylist()))
    assert results[0] == results[1] == results[2]
    assert results[0][0] == [{"a": 9, "b": "q", "c": dt.date(1970, 1, 1), "d": True, "e": 5}]
    assert len(list((tmp_path / "kept").glob("made-*"))) == 1  # the files of the table it replaced are gone
    kept.stop()
    assert not (tmp_path / "kept").exists()

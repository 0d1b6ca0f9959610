"""Bad circumstances end in a clear sentence; nothing is lost and nothing is half done."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from arrears.book import columns as c
from arrears.book.close.engine import arrow_schema
from arrears.book.door import BookError, Door
from arrears.cli.outcome import explain
from parity.books import FIRST, batch, late, mixed, pay
from robust.killing import contents, start

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("refused")]

DAY = dt.timedelta(days=1)
SECOND = FIRST + DAY


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of three closes."""
    door = mixed(tmp_path_factory.mktemp("closed") / "book")
    door.close(FIRST)
    late(door)
    door.close_through(FIRST + 2 * DAY)
    return door.book.root


@pytest.fixture
def book(closed: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    root = tmp_path / "book"
    shutil.copytree(closed, root)
    return root


def findings(root: Path) -> dict[dt.date, list[str]]:
    return {day: found for day, found in Door(root).verify() if found}


# -- the order of days ------------------------------------------------------------


def test_a_missing_day_is_named(book: Path) -> None:
    door = Door(book)
    before = contents(book)
    with pytest.raises(BookError, match=rf"{door.current + DAY} is missing .* --through"):
        door.close(door.current + 2 * DAY)
    assert contents(book) == before


def test_a_day_before_the_last_close_is_refused_and_points_to_backdating(book: Path) -> None:
    with pytest.raises(BookError, match="backdated event"):
        Door(book).close(FIRST)


def test_closing_a_day_twice_does_nothing(book: Path) -> None:
    door = Door(book)
    before = contents(book)
    assert door.close(door.current) is None
    assert door.close_through(door.current) == []
    assert contents(book) == before


def test_the_first_close_may_be_any_day_and_through_catches_up(book: Path) -> None:
    door = Door(book)
    done = door.close_through(door.current + 2 * DAY)
    assert [each.day for each in done] == [FIRST + 3 * DAY, FIRST + 4 * DAY]


# -- two writers --------------------------------------------------------------------


def test_a_second_writer_is_refused_while_the_first_holds_the_book(book: Path) -> None:
    door, other = Door(book), Door(book)
    with door.book.lock():
        with pytest.raises(BookError, match="another import or close is running"):
            other.close(other.current + DAY)
        with pytest.raises(BookError, match="another import or close is running"):
            other.take_batch(batch({}, [pay("L01", "2026-10-01", 1_00)]), {})
        assert other.positions().num_rows == door.loans().num_rows  # reading waits for nobody
    assert other.close(other.current + DAY) is not None


def test_of_two_processes_one_closes_and_the_other_is_told(book: Path) -> None:
    day = Door(book).current + DAY
    workers = [start("close", book, day.isoformat()) for _ in range(2)]
    said = [worker.communicate()[0] for worker in workers]
    assert sum(f"closed {day}" in each for each in said) == 1, said
    for each, worker in zip(said, workers, strict=True):
        assert worker.returncode == 0 or "another import or close is running" in each
    assert findings(book) == {}
    assert Door(book).current == day


# -- a full disk ----------------------------------------------------------------------


@pytest.mark.parametrize("limit", [0, 1_500, 9_000], ids=["nothing fits", "small files fit", "all but the largest fit"])
def test_a_full_disk_leaves_the_last_close_and_a_rerun_succeeds(book: Path, limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file may grow past the limit, as on a disk that is full; the sentence says so and what to do."""
    import resource

    door, day = Door(book), Door(book).current + DAY
    before = contents(book)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (max(limit, 1), hard))
    try:
        with pytest.raises((OSError, duckdb.Error, BookError)) as caught:
            door.close(day)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    told = explain(caught.value)
    assert told is not None, repr(caught.value)
    assert re.search("disk is full", told), told
    assert contents(book) == before
    assert findings(book) == {}
    Door(book).close(day)
    assert findings(book) == {}


# -- damage -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["position-live-001.parquet", "open_due-001.parquet", "journal-001.parquet", "proposals-000.parquet"])
def test_verify_names_a_file_whose_bytes_changed(book: Path, name: str) -> None:
    path = book / "closes" / SECOND.isoformat() / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    assert {day: [str(path) in text for text in found] for day, found in findings(book).items()} == {SECOND: [True]}


def test_verify_names_a_missing_file(book: Path) -> None:
    path = book / "closes" / SECOND.isoformat() / "open_due-001.parquet"
    path.unlink()
    assert findings(book) == {SECOND: [f"{path} is missing"]}


def test_verify_finds_an_altered_manifest(book: Path) -> None:
    path = book / "closes" / SECOND.isoformat() / "MANIFEST.json"
    manifest = json.loads(path.read_text())
    manifest["tables"]["position"]["sums"]["principal_fen"] = "1"
    path.write_text(json.dumps(manifest))
    assert any("rows of position are not those that the manifest names" in text for text in findings(book)[SECOND])


def test_verify_finds_rows_changed_together_with_their_file_hash(book: Path) -> None:
    """Somebody who also mends the sha256 is found by the content hash, and by the arithmetic."""
    from arrears.book.store import sha256

    folder = book / "closes" / SECOND.isoformat()
    path, rows = folder / "position-live-001.parquet", pq.read_table(folder / "position-live-001.parquet")
    paid = pa.array([value + 1 for value in rows["principal_paid_fen"].to_pylist()], pa.int64())
    pq.write_table(rows.set_column(rows.column_names.index("principal_paid_fen"), "principal_paid_fen", paid), path)
    manifest = json.loads((folder / "MANIFEST.json").read_text())
    manifest["files"][path.name] = sha256(path)
    (folder / "MANIFEST.json").write_text(json.dumps(manifest))
    told = " ".join(findings(book)[SECOND])
    assert "rows of position are not those" in told
    assert "broken by" in told


def test_verify_says_that_a_close_in_between_is_gone(book: Path) -> None:
    shutil.rmtree(book / "closes" / SECOND.isoformat())
    assert any(f"was made on {SECOND}" in text for text in findings(book)[FIRST + 2 * DAY])


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": {}}'], ids=["empty", "half", "a list", "keys missing"])
def test_a_manifest_that_cannot_be_read_is_a_finding_and_no_crash(book: Path, text: str) -> None:
    path = book / "closes" / SECOND.isoformat() / "MANIFEST.json"
    path.write_text(text)
    assert SECOND in findings(book)


def test_a_damaged_file_of_the_last_close_stops_the_next_with_a_sentence(book: Path) -> None:
    door = Door(book)
    path = book / "closes" / door.current.isoformat() / "position-live-001.parquet"
    path.write_bytes(path.read_bytes()[:200])
    before = door.current
    with pytest.raises((OSError, duckdb.Error, BookError)) as caught:
        door.close(before + DAY)
    assert "arrears verify" in str(explain(caught.value)), repr(caught.value)
    assert Door(book).current == before
    with pytest.raises(BookError, match="arrears verify"):
        Door(book).positions()


# -- what is no book of ours ---------------------------------------------------------------


def test_a_book_of_a_newer_version_is_refused_with_both_numbers(book: Path) -> None:
    told = json.loads((book / "book.json").read_text())
    (book / "book.json").write_text(json.dumps({**told, "format": 2, "from_the_future": True}))
    with pytest.raises(BookError, match=r"newer version \(format 2; this one reads 1\)"):
        Door(book)


def test_a_folder_that_is_no_book_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BookError, match="arrears init"):
        Door(tmp_path)


def test_a_book_that_cannot_be_read_is_refused(book: Path) -> None:
    (book / "book.json").write_text("{")
    with pytest.raises(BookError, match=r"book\.json cannot be read"):
        Door(book)


# -- days that have not come ---------------------------------------------------------------


def test_an_event_waits_for_its_value_day(book: Path) -> None:
    door = Door(book)
    day = door.current + 2 * DAY
    door.take_batch(batch({}, [pay("L18", day.isoformat(), 123_45)]), {})
    received = []
    for each in door.close_through(day):
        row = next(row for row in door.positions(each.day).to_pylist() if row["loan_id"] == "L18")
        received.append(row["received_fen"])
    assert received == [0, 123_45]


# -- the files ---------------------------------------------------------------------------


def test_every_file_of_the_book_has_exactly_the_declared_types(book: Path) -> None:
    kinds = {
        "loans": c.LOANS,
        "schedule": c.SCHEDULE,
        "schedule_by_loan": c.SCHEDULE,
        "events": c.EVENTS,
        "standing": c.EVENTS,
        "position": c.POSITION,
        "open_due": c.OPEN_DUE,
        "journal": c.JOURNAL,
        "proposals": c.PROPOSALS,
    }
    seen = set()
    for path in sorted(book.rglob("*.parquet")):
        parts = path.relative_to(book).parts
        kind = path.stem.split("-")[0] if parts[0] == "closes" else parts[0]
        if kind == "waiting":
            continue
        seen.add(kind)
        assert pq.read_schema(path).remove_metadata().equals(arrow_schema(kinds[kind])), path
        metadata = pq.read_metadata(path).schema
        physical = {metadata.column(k).name: metadata.column(k).physical_type for k in range(len(metadata))}
        assert "DOUBLE" not in physical.values(), path
        assert "FLOAT" not in physical.values(), path
        assert "INT96" not in physical.values(), path
    assert seen == set(kinds)

"""kill -9 anywhere: the Book opens, the last good close stands, and a rerun ends with the same content hashes (S014)."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import pytest

from arrears.book.door import Door, Settings
from parity.books import FIRST, late, mixed
from robust.killing import contents, kill_after, start, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("killed")]

LAST = FIRST + dt.timedelta(days=14)
KILLS = 10


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book with its first close, and everything learned later taken in."""
    door = mixed(tmp_path_factory.mktemp("fresh") / "book")
    door.close(FIRST)
    late(door)
    return door.book.root


@pytest.fixture(scope="module")
def undisturbed(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[dt.date, Any], float]:
    """What closes that nobody kills give, and the seconds that one takes."""
    root = tmp_path_factory.mktemp("undisturbed") / "book"
    shutil.copytree(fresh, root)
    door = Door(root)
    door.close_through(FIRST + dt.timedelta(days=3))
    started = perf_counter()
    door.close_through(LAST)
    return contents(root), (perf_counter() - started) / 11


@pytest.mark.behaviour("S014")
def test_ten_kills_at_random_moments_change_nothing(fresh: Path, undisturbed: tuple[dict[dt.date, Any], float], tmp_path: Path) -> None:
    """Each worker is killed somewhere in its first two warm closes; the next goes on from what stands."""
    right, each = undisturbed
    root = tmp_path / "book"
    shutil.copytree(fresh, root)
    rng, killed = Random(14), 0
    while killed < KILLS:
        if Door(root).current >= LAST - dt.timedelta(days=3):
            shutil.rmtree(root)
            shutil.copytree(fresh, root)
        worker = start("close", root, LAST.isoformat())
        wait_for(worker, rng.choice(("ready", "closed", "closed")))
        killed += kill_after(worker, rng.uniform(0, 2 * each))
        stands = contents(root)
        assert stands == {day: right[day] for day in stands}
        assert Door(root).current == max(stands)
    assert Door(root).verify() == [(day, []) for day in contents(root)]
    Door(root).close_through(LAST)
    assert contents(root) == right


@pytest.mark.behaviour("S014")
def test_a_close_repeated_is_the_close_that_stands(fresh: Path, undisturbed: tuple[dict[dt.date, Any], float], tmp_path: Path) -> None:
    right, _ = undisturbed
    root = tmp_path / "book"
    shutil.copytree(fresh, root)
    again = FIRST + dt.timedelta(days=1)
    door = Door(root)
    assert door.close(again) is not None
    assert door.close(again) is None
    assert contents(root) == {FIRST: right[FIRST], again: right[again]}


def test_killed_between_the_two_renames_the_close_is_made_again(
    fresh: Path, undisturbed: tuple[dict[dt.date, Any], float], tmp_path: Path
) -> None:
    """The folder of the close is there, CURRENT still names the one before: nothing has happened yet."""
    right, _ = undisturbed
    root = tmp_path / "book"
    shutil.copytree(fresh, root)
    again = FIRST + dt.timedelta(days=1)
    Door(root).close(again)
    (root / "CURRENT").write_text(f"{FIRST}\n")
    assert Door(root).closes() == [FIRST]
    (root / "closes" / again.isoformat() / "position-live-001.parquet").write_bytes(b"half")
    Door(root).close(again)
    assert contents(root)[again] == right[again]
    assert Door(root).verify() == [(FIRST, []), (again, [])]


LOANS = "loan_id,method,principal,rate,term_count,disbursed_on,first_due_on\n"
EVENTS = "source_ref,loan_id,kind,value_on,recorded_at,amount\n"


def tape(folder: Path, count: int = 3_000) -> Path:
    """A tape of plain loans, each with one payment."""
    folder.mkdir()
    loans = [f"K{k:05d},equal_instalment,{10_000 + k}.00,0.12,24,2026-06-10,2026-07-10" for k in range(count)]
    paid = [f"r{k},K{k:05d},payment_received,2026-07-10,2026-07-10T12:00:00+08:00,{400 + k % 90}.00" for k in range(count)]
    (folder / "loans.csv").write_text(LOANS + "\n".join(loans) + "\n")
    (folder / "events.csv").write_text(EVENTS + "\n".join(paid) + "\n")
    return folder


@pytest.mark.behaviour("S012")
def test_an_import_killed_at_random_moments_is_whole_or_absent(tmp_path: Path) -> None:
    files = tape(tmp_path / "tape")
    Door.init(tmp_path / "right", Settings())
    worker = start("import", tmp_path / "right", str(files))
    wait_for(worker, "ready")
    started = perf_counter()
    wait_for(worker, "batch 0001")
    seconds = perf_counter() - started
    worker.communicate()
    right = Door(tmp_path / "right")
    right.close(FIRST)
    rng, root = Random(3), tmp_path / "book"
    Door.init(root, Settings())
    for _ in range(5):
        worker = start("import", root, str(files))
        wait_for(worker, "ready")
        kill_after(worker, rng.uniform(0.3, 1.0) * seconds)
        assert Door(root).book.batches() in ([], ["0001"])
        assert Door(root).loans().num_rows in (0, 3_000)
    Door(root).import_files(sorted(files.glob("*.csv")), "arrears", FIRST)
    door = Door(root)
    assert door.book.batches() == ["0001"]
    assert [batch["files"] for batch in door.batches()] == [batch["files"] for batch in right.batches()]
    door.close(FIRST)
    assert contents(root) == contents(tmp_path / "right")

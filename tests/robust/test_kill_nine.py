"""The power goes in the middle of a close, ten times: the last good close stands, and doing it again gives the same rows."""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from arrears.book.door import Door
from arrears.sample import story

DAY = story.OPENING + dt.timedelta(days=1)
CLOSE = "import sys, datetime; from pathlib import Path; from arrears.book.door import Door; "
CLOSE += "Door(Path(sys.argv[1])).close(datetime.date.fromisoformat(sys.argv[2])); print('done')"


def close_in_a_process(book: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", CLOSE, str(book), DAY.isoformat()]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The story, closed on the eve of its first day."""
    root = tmp_path_factory.mktemp("kill") / "book"
    story.build(root).close(story.OPENING)
    return root


@pytest.fixture(scope="module")
def whole(opened: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[float, dict[str, Any]]:
    """How long an undisturbed close takes, and what it writes."""
    book = tmp_path_factory.mktemp("whole") / "book"
    shutil.copytree(opened, book)
    start = time.monotonic()
    process = close_in_a_process(book)
    out, err = process.communicate(timeout=300)
    assert out.strip() == b"done", err.decode()
    return time.monotonic() - start, Door(book).manifest(DAY)["tables"]


@pytest.mark.behaviour("S014")
@pytest.mark.parametrize("moment", range(10))
def test_killed_at_a_random_moment_and_done_again(opened: Path, whole: tuple[float, dict[str, Any]], tmp_path: Path, moment: int) -> None:
    seconds, tables = whole
    book = tmp_path / "book"
    shutil.copytree(opened, book)
    process = close_in_a_process(book)
    # the second half is where files are written; the spread covers all of it, and the moment just after the end
    time.sleep(seconds * random.Random(moment).uniform(0.3, 1.05))
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    door = Door(book)
    assert door.current in (story.OPENING, DAY)
    assert [findings for _, findings in door.verify() if findings] == []
    door.close(DAY)
    assert (door.current, door.manifest(DAY)["tables"]) == (DAY, tables)
    assert not [path for path in (book / "closes").iterdir() if path.name.startswith(".")]


def test_an_import_that_was_killed_leaves_files_that_nobody_reads(opened: Path, tmp_path: Path) -> None:
    """Files of a batch whose number was never committed are not part of the Book, and the next batch writes over them."""
    book = tmp_path / "book"
    shutil.copytree(opened, book)
    before = Door(book)
    number = f"{int(before.book.batches()[-1]) + 1:04d}"
    shutil.copy(book / "events" / f"{before.book.batches()[-1]}.parquet", book / "events" / f"{number}.parquet")
    after = Door(book)
    assert after.book.files("events") == before.book.files("events")
    after.close(DAY)
    assert [findings for _, findings in after.verify() if findings] == []

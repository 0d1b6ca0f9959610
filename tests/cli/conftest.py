"""A small lender of two loans: as a tape, as a book with three closes, and a way to run the program on it."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

PROGRAM = Path(sys.executable).parent / "arrears"
LOANS = """\
loan_id,borrower_id,method,principal,rate,term_count,disbursed_on,first_due_on,liens
L1,P1,equal_instalment,60000.00,0.12,24,2026-08-05,2026-09-05,"[{""ours"": true, ""rank"": 1, ""registered_on"": ""2026-08-05""}]"
L2,P2,equal_principal,12000.00,0.096,12,2026-08-02,2026-09-02,"[{""ours"": true, ""rank"": 1, ""registered_on"": ""2026-08-02""}]"
"""
EVENTS = """\
source,source_ref,loan_id,kind,value_on,recorded_at,amount
bank,1,L1,payment_received,2026-09-05,2026-09-05T20:10:00+08:00,2824.41
bank,2,L2,payment_received,2026-09-04,2026-09-04T08:00:00+08:00,500.00
"""


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    """A folder with loans.csv and events.csv."""
    folder = tmp_path / "tape"
    folder.mkdir()
    (folder / "loans.csv").write_text(LOANS)
    (folder / "events.csv").write_text(EVENTS)
    return folder


@pytest.fixture
def run() -> Any:
    """Run a command in this process: `.exit_code`, `.stdout`, `.stderr`."""
    from arrears.cli import app

    def command(*words: object) -> Any:
        return CliRunner().invoke(app, [str(word) for word in words], prog_name="arrears")

    return command


@pytest.fixture
def program() -> Any:
    """Run the installed program in a process of its own, with more arguments for `subprocess.Popen`."""

    def start(*words: object, **how: Any) -> subprocess.Popen[str]:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen([str(PROGRAM), *map(str, words)], **(pipes | how))

    return start


@pytest.fixture(scope="session")
def _kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from arrears.book.door import Door, Settings

    folder = tmp_path_factory.mktemp("lender")
    (folder / "loans.csv").write_text(LOANS)
    (folder / "events.csv").write_text(EVENTS)
    door = Door.init(folder / "book", Settings())
    door.import_files([folder / "loans.csv", folder / "events.csv"], "arrears", dt.date(2026, 8, 31))
    shutil.copytree(folder / "book", folder / "fresh")
    door.close(dt.date(2026, 8, 31))
    door.close_through(dt.date(2026, 9, 2))
    return folder


@pytest.fixture
def fresh(_kept: Path, tmp_path: Path) -> Path:
    """A copy of the book with its tape in and no close yet."""
    return Path(shutil.copytree(_kept / "fresh", tmp_path / "fresh"))


@pytest.fixture
def closed(_kept: Path, tmp_path: Path) -> Path:
    """A copy of the book after its closes of 31 August, 1 and 2 September."""
    return Path(shutil.copytree(_kept / "book", tmp_path / "book"))

"""kill -9 while leaves are added: what was acknowledged is there, nothing is there twice, and the end is the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from arrears.audit.folder import Folder
from arrears.audit.keys import Signer
from arrears.audit.log import Log, open_folder
from arrears.audit.tests.logs import DAY, ORIGIN, leaf
from arrears.audit.verify import parse, verify

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("killed")]
SOURCE = Path(__file__).parents[3]


def killed_after(root: Path, lines: int) -> list[str]:
    """Ids that the worker acknowledged before it was killed at about this line."""
    words = [sys.executable, str(Path(__file__).with_name("appending.py")), str(root)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(SOURCE)}) as worker:
        assert worker.stdout is not None
        told = [line for line, _ in zip(worker.stdout, range(lines), strict=False)]
        worker.send_signal(signal.SIGKILL)
        told += worker.stdout.readlines()
    return [line.strip() for line in told if line.endswith("\n")]


@pytest.fixture
def begun(tmp_path: Path) -> Callable[[str], tuple[Log, Signer]]:
    signer = Signer.new(ORIGIN)
    return lambda name: (Log.open_with(Folder.make(tmp_path / name), signer, DAY), signer)


def test_fifteen_kills_lose_nothing_and_double_nothing(begun, tmp_path):
    (log, signer), (calm, _), rng = begun("log"), begun("calm"), Random(9)
    told: set[str] = set()
    for _ in range(15):
        told |= set(killed_after(tmp_path / "log", rng.randrange(0, 160)))
        found = [parse(each)["id"] for each in log.store.leaves(0, log.store.size())]
        assert told <= set(found)
        assert len(found) == len(set(found))
    log = open_folder(tmp_path / "log")
    log.append([leaf(number) for number in range(200)])
    calm.append([leaf(number) for number in range(200)])
    assert log.checkpoint([signer]) == calm.checkpoint([signer])
    log.export(tmp_path / "out")
    assert verify(tmp_path / "out").wrong is None

"""Start the worker, read its lines, kill it after a delay; a Book's state as text to compare."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from arrears.book.door import Door

ROOT = Path(__file__).parents[2]


def start(act: str, root: Path, what: str, **env: str) -> subprocess.Popen[str]:
    """The worker, its lines readable from stdout."""
    path = os.pathsep.join(map(str, (ROOT / "src", ROOT / "tests")))
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("worker.py")), act, str(root), what],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path, **env},
    )


def wait_for(process: subprocess.Popen[str], word: str) -> None:
    """Read lines until one starts with the word."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(word):
            return
    raise AssertionError(f"the worker ended without {word!r}: {process.stderr.read() if process.stderr else ''}")


def kill_after(process: subprocess.Popen[str], seconds: float) -> bool:
    """Kill -9 after a delay; False where it had ended by itself."""
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


def contents(root: Path) -> dict[dt.date, Any]:
    """Content hashes, rows and sums of every published close."""
    door = Door(root)
    return {day: door.manifest(day)["tables"] for day in door.closes()}

"""A process of its own for the tests that kill: `python worker.py close ROOT DAY` or `python worker.py import ROOT FOLDER`.

It prints a line when it is ready and one after each day, so that its killer can measure; LIMIT (bytes) caps every file.
"""

from __future__ import annotations

import datetime as dt
import os
import resource
import sys
from pathlib import Path

from arrears.book.door import BookError, Closed, Door


def say(text: str) -> None:
    print(text, flush=True)


def told(closed: Closed) -> None:
    say(f"closed {closed.day}")


def main(act: str, root: str, what: str) -> int:
    door = Door(Path(root))
    if act == "import":
        say("ready")
        done = door.import_files(sorted(Path(what).glob("*.csv")), "arrears", dt.date(2026, 9, 28))
        say(f"batch {done.batch}")
        return 0
    limit = int(os.environ.get("LIMIT", "0"))
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    say("ready")
    try:
        door.close_through(dt.date.fromisoformat(what), told)
    except BookError as error:
        say(f"refused {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))

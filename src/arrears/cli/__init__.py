"""`arrears ...`: thin commands over the doors of the rooms. The only place that asks the clock; nobody imports it.

`program.py` is the frame (help, version), `outcome.py` the exit codes and what a failure says, `words.py` the options that
commands share. Then one file a kind of command: `taking` (init, import, retry), `mapping`, `closing`, `reading`, `papers`, `rules`
(law), `mirror`, `audit`, `demo`, `desk`, `sandbox`. Nothing heavy is imported before a command needs it: `arrears --help` answers at once.
"""

from __future__ import annotations

# in the order in which --help lists them
from arrears.cli import taking, mapping, closing, papers, reading, rules, gate, mirror, audit, sample, demo, desk, desk_people, sandbox  # isort: skip
from arrears.cli.program import app

__all__ = [
    "audit",
    "closing",
    "demo",
    "desk",
    "desk_people",
    "gate",
    "main",
    "mapping",
    "mirror",
    "papers",
    "reading",
    "rules",
    "sample",
    "sandbox",
    "taking",
]


def main() -> None:
    """Run the program with the words of the command line."""
    app(prog_name="arrears")

"""The program answers at once, shows an example for everything, and loads nothing it does not need."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

import arrears
from arrears.cli import app

PROGRAM = Path(sys.executable).parent / "arrears"
HEAVY = ["ibis", "duckdb", "pyarrow", "numpy", "babel", "pandas", "yaml", "rich.markdown", "chinese_calendar"]


def commands():
    names = [command.name or command.callback.__name__ for command in app.registered_commands]
    law = ("show", "explain", "check", "timeline", "diff")
    return [[name] for name in names] + [["law", name] for name in law] + [["gate", name] for name in ("ask", "explain", "lint", "schema")]


def test_nothing_heavy_is_loaded_for_help():
    asked = f"import sys, arrears.cli; print([name for name in {HEAVY} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_help_takes_less_than_300_ms_of_the_processor():
    def spent():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([PROGRAM, "--help"], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(spent() for _ in range(3)) < 0.3


def test_the_program_lists_each_command_with_an_example(run):
    shown = run("--help").stdout
    assert [words for words in commands() if len(words) == 1 and f"$ arrears {words[0]}" not in shown] == []
    assert "$ arrears law show" in shown


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_each_command_has_an_example_in_its_help(words, run):
    shown = run(*words, "--help")
    assert shown.exit_code == 0
    assert f"$ arrears {' '.join(words)}" in shown.stdout


def test_version(run):
    assert run("--version").stdout == f"arrears {arrears.__version__}\n"

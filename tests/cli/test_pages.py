"""The report as a page, and bars on a terminal of any width, with and without colour."""

from __future__ import annotations

import os
import pty
import re
import subprocess
from pathlib import Path

import pytest
from rich.console import Console

from cli.conftest import PROGRAM

WORDS = {"zh": ("账册报告", "数据截至"), "en": ("Book report", "Data as at the close of")}


@pytest.mark.parametrize("locale", WORDS)
def test_a_page_is_written_to_a_file(locale, run, closed, tmp_path):
    done = run("report", closed, "--html", tmp_path / "report.html", "--locale", locale)
    assert (done.exit_code, done.stdout) == (0, "")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert [word for word in WORDS[locale] if word not in page] == []


def test_a_page_goes_to_standard_output_without_a_file(run, closed):
    done = run("report", closed, "--html", "--on", "2026-09-01", "--locale", "en")
    assert done.stdout.lstrip().startswith("<!doctype html>")
    assert "Not the latest: the last close is 2 Sep 2026." in done.stdout


@pytest.mark.parametrize("words", [["--html", "--json"], ["page.html"]])
def test_forms_that_do_not_go_together_are_refused(words, run, closed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run("report", closed, *words)
    assert done.exit_code == 2
    assert list(tmp_path.glob("*.html")) == []


def shown(book: Path, width: int, locale: str = "en") -> str:
    """The morning with its bars as a terminal of this width shows it, without colours."""
    from arrears.book.door import Door
    from arrears.book.papers.morning import morning, morning_text
    from arrears.data.charts import charts

    door = Door(book)
    console = Console(width=width, color_system=None, record=True, file=Path(os.devnull).open("w"))  # noqa: SIM115
    console.print(morning_text(morning(door), locale, charts(door)))
    return console.export_text()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_bars_fit_the_terminal_and_numbers_stay_whole(width, closed):
    lines = shown(closed, width).splitlines()
    assert max(len(line) for line in lines) <= width
    (row,) = [line for line in lines if line.startswith("C ")][:1]
    assert row.split()[1:4] == ["2", "72,000.00", "0.00"]
    assert len(re.search("█+", row)[0]) <= width - 30


def test_a_wider_terminal_has_longer_bars(closed):
    longest = [max(len(bar) for bar in re.findall("█+", shown(closed, width))) for width in (60, 90)]
    assert longest[0] < longest[1] <= 40


def test_bars_speak_both_languages(closed):
    assert "自 2026年8月31日 日终以来的迁徙" in shown(closed, 100, "zh")
    assert "Moves since the close of 31 Aug 2026" in shown(closed, 100, "en")


def on_a_terminal(*words: object, **environment: str) -> str:
    """What the program writes to a terminal."""
    ours, its = pty.openpty()
    plain = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "TERM", "COLUMNS"}}
    process = subprocess.Popen([PROGRAM, *map(str, words)], stdout=its, stderr=subprocess.DEVNULL, env=plain | environment)
    os.close(its)
    parts = []
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        parts.append(part)
    os.close(ours)
    assert process.wait() == 0
    return b"".join(parts).decode()


def test_a_terminal_has_colours_unless_it_says_no(closed):
    asked = ("show", closed, "--locale", "en")
    assert "\x1b[36m█" in on_a_terminal(*asked, TERM="xterm-256color", COLUMNS="80")
    plain = on_a_terminal(*asked, TERM="xterm-256color", COLUMNS="80", NO_COLOR="1")
    assert "\x1b[36m" not in plain
    assert "72,000.00" in plain

"""The pages say what the code says, and nothing about the machine they were written on."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import house
import pages
import pytest

from arrears.kernel.events import KINDS

TWINS = ("README.md", "README.zh-CN.md")
GUIDES = (*TWINS, "CONTRIBUTING.md", "docs/runbook.md", "docs/map.md")
GROUPS = {"audit", "desk", "gate", "law", "mapping", "mirror"}  # commands that have commands of their own
# In pieces, so that this file does not find itself.
FOLDERS = ["/" + name + "/" for name in ("work", "root", "home", "Users", "tmp")]
PLACES = [*FOLDERS, "pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org"]
SKIPPED = {".parquet", ".gz", ".png", ".lock"}


def text(name):
    return (house.ROOT / name).read_text(encoding="utf-8")


def code(page):
    """What a page sets as code: its blocks and its inline pieces."""
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    return blocks + re.findall(r"`([^`\n]+)`", page)


def commands(page):
    """Command lines of the code blocks, without their comments."""
    blocks = re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    return [line.split("#")[0].strip() for line in "\n".join(blocks).splitlines() if line.strip()]


def arrears_lines():
    """Every `arrears ...` line of the guides' code blocks, once."""
    return sorted({line for page in GUIDES for line in commands(text(page)) if line.startswith("arrears ")})


def make_targets():
    return set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("page", pages.PAGES)
def test_a_generated_page_is_current(page):
    assert text(page) == pages.PAGES[page](), "run `make docs`"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_event_is_described(kind):
    assert f"| `{kind}` |" in text("docs/events.md")


@pytest.mark.parametrize("page", GUIDES)
def test_a_make_command_in_a_guide_exists(page):
    assert set(re.findall(r"\bmake ([a-z]+)\b", "\n".join(code(text(page))))) <= make_targets()


@pytest.mark.parametrize("line", arrears_lines())
def test_a_command_in_a_guide_exists_with_its_options(line):
    words = line.split()[1:]
    command = words[: 2 if words[0] in GROUPS else 1]
    options = {word for word in words if word.startswith("--")}
    program = Path(sys.executable).parent / "arrears"
    plain = os.environ | {"NO_COLOR": "1", "COLUMNS": "200", "TERM": "dumb"}
    shown = subprocess.run([program, *command, "--help"], capture_output=True, text=True, check=False, env=plain)
    assert shown.returncode == 0, shown.stderr
    assert [option for option in options if option not in shown.stdout] == []


def test_the_makefile_has_ten_targets_at_most():
    assert len(make_targets()) <= 10


def test_the_chinese_readme_is_a_twin():
    english, chinese = (text(page) for page in TWINS)
    assert len(re.findall(r"^#+ ", english, re.MULTILINE)) == len(re.findall(r"^#+ ", chinese, re.MULTILINE))
    assert commands(english) == commands(chinese)


def test_no_link_in_a_page_is_dead():
    guides = [path for path in house.kept_files() if path.suffix == ".md"]
    links = [(path, target) for path in guides for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))]
    assert [f"{house.name(path)}: {target}" for path, target in links if not (path.parent / target).exists()] == []


def test_no_file_names_a_machine():
    places = re.compile("|".join(re.escape(place) for place in [*PLACES, socket.gethostname()] if len(place) > 4))
    files = [path for path in house.kept_files() if path.suffix not in SKIPPED]
    named = [(path, places.search(path.read_text(encoding="utf-8", errors="ignore"))) for path in files]
    assert [f"{house.name(path)}: {found[0]}" for path, found in named if found] == []


@pytest.mark.parametrize("lock", ["requirements.lock", "tools.lock"])
def test_a_lock_holds_hashes_and_no_address(lock):
    assert re.search(r"https?://|--(extra-)?index-url|--find-links", text(lock)) is None
    assert len(re.findall(r"^\S+==", text(lock), re.MULTILINE)) <= len(re.findall(r"--hash=sha256:", text(lock)))

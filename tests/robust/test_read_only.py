"""A book on a read-only disk: it can be read, and what would write says why it does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from arrears.book.door import Door
from parity.books import FIRST, mixed

PROGRAM = Path(sys.executable).parent / "arrears"


def in_namespace(book: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the program where the book's folder is mounted read-only; nobody else sees the mount."""
    mounted = f"mount --bind {book} {book} && mount -o remount,ro,bind {book} && exec {PROGRAM} {' '.join(words)}"
    return subprocess.run(["unshare", "--map-root-user", "--mount", "sh", "-c", mounted], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    door = mixed(tmp_path_factory.mktemp("readonly") / "book")
    door.close(FIRST)
    probe = in_namespace(door.book.root, "--version")
    if probe.returncode:
        pytest.skip(f"this machine lets nobody mount in a namespace of their own: {probe.stderr.strip()}")
    return door.book.root


@pytest.mark.parametrize("words", [("show", "{book}"), ("positions", "{book}"), ("statement", "{book}", "L01"), ("verify", "{book}")])
def test_reading_needs_no_writing(book: Path, words: tuple[str, ...]) -> None:
    done = in_namespace(book, *(word.format(book=book) for word in words))
    assert done.returncode == 0, done.stderr
    assert done.stdout or "every hash and every sum holds" in done.stderr


@pytest.mark.parametrize("words", [("close", "{book}", "--on", "2026-09-29"), ("reopen", "{book}"), ("prune", "{book}")])
def test_writing_is_refused_with_a_sentence(book: Path, words: tuple[str, ...]) -> None:
    before = Door(book).current
    done = in_namespace(book, *(word.format(book=book) for word in words))
    assert done.returncode == 1
    assert "cannot be written: the disk is read-only" in done.stderr
    assert "Traceback" not in done.stderr
    assert Door(book).current == before

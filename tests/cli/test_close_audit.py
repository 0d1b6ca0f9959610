"""arrears close --audit: every published close is a leaf, once, whatever is killed in between."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
KILLED = """
import os, signal
from arrears.audit.log import Log
from arrears.cli import main
append = Log.append
Log.append = lambda log, leaves: os.kill(os.getpid(), signal.SIGKILL) if leaves else append(log, leaves)
main()
"""


@pytest.fixture
def log(run, tmp_path):
    run("audit", "init", tmp_path / "log", "--origin", "lanting.example/audit")
    return tmp_path / "log"


def leaves(log):
    """The closes in a log."""
    return [json.loads(line) for line in (log / "leaves.jsonl").read_bytes().splitlines()[1:]]


def days(log):
    return [leaf["day"] for leaf in leaves(log)]


def test_a_close_is_a_leaf_with_the_hash_of_its_manifest(run, fresh, log):
    assert run("close", fresh, "--on", "2026-08-31", "--audit", log).exit_code == 0
    (leaf,) = leaves(log)
    manifest = fresh / "closes" / "2026-08-31" / "MANIFEST.json"
    told = json.loads(manifest.read_text())
    assert leaf["manifest_sha256"] == hashlib.sha256(manifest.read_bytes()).hexdigest()
    assert leaf["content"] == {name: table["hash"] for name, table in told["tables"].items()}
    assert (leaf["book"], leaf["day"], leaf["previous"], leaf["policy"], leaf["loans"]) == ("fresh", "2026-08-31", None, told["policy"], 2)


def test_days_closed_before_there_was_a_log_come_first(run, closed, log):
    assert run("close", closed, "--through", "2026-09-04", "--audit", log).exit_code == 0
    assert days(log) == ["2026-08-31", "2026-09-01", "2026-09-02", "2026-09-03", "2026-09-04"]


def test_run_again_nothing_is_added(run, closed, log):
    run("close", closed, "--through", "2026-09-03", "--audit", log)
    before = (log / "leaves.jsonl").read_bytes()
    assert run("close", closed, "--through", "2026-09-03", "--audit", log).exit_code == 0
    assert run("close", closed, "--on", "2026-09-03", "--audit", log).exit_code == 0
    assert (log / "leaves.jsonl").read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize("words", [["--on", "2026-09-03"], ["--through", "2026-09-04"]])
def test_killed_between_the_close_and_its_leaf_the_next_run_adds_it(run, closed, log, words):
    run("close", closed, "--on", "2026-09-02", "--audit", log)
    words = ["close", str(closed), *words, "--audit", str(log)]
    killed = subprocess.run([sys.executable, "-c", KILLED, *words], env=os.environ | {"PYTHONPATH": str(SOURCE)}, check=False)
    assert killed.returncode == -9
    assert (closed / "CURRENT").read_text() == "2026-09-03\n"
    assert days(log) == ["2026-08-31", "2026-09-01", "2026-09-02"]
    assert run(*words).exit_code == 0
    assert days(log)[:4] == ["2026-08-31", "2026-09-01", "2026-09-02", "2026-09-03"]
    assert len(set(days(log))) == len(days(log)) == len(list((closed / "closes").glob("2*")))


def test_a_close_taken_back_and_made_again_is_two_leaves(run, closed, log, tmp_path):
    run("close", closed, "--on", "2026-09-02", "--audit", log)
    run("reopen", closed)
    (tmp_path / "late.csv").write_text(
        "source,source_ref,loan_id,kind,value_on,recorded_at,amount\nbank,9,L2,payment_received,2026-09-02,2026-09-02T08:00:00+08:00,10.00\n"
    )
    assert run("import", closed, tmp_path / "late.csv", "--mapping", "arrears", "--as-of", "2026-09-02").exit_code == 0
    assert run("close", closed, "--on", "2026-09-02", "--audit", log).exit_code == 0
    assert days(log) == ["2026-08-31", "2026-09-01", "2026-09-02", "2026-09-02"]
    assert len({leaf["manifest_sha256"] for leaf in leaves(log)}) == 4


def test_without_a_log_nothing_is_closed(run, closed, tmp_path):
    done = run("close", closed, "--on", "2026-09-03", "--audit", tmp_path / "nolog")
    assert (done.exit_code, "is no audit log" in done.stderr) == (1, True)
    assert (closed / "CURRENT").read_text() == "2026-09-02\n"


def test_a_log_that_lost_leaves_stops_before_the_first_close(run, closed, log):
    run("close", closed, "--on", "2026-09-02", "--audit", log)
    (log / "hashes.txt").write_bytes(b"")
    done = run("close", closed, "--through", "2026-09-05", "--audit", log)
    assert (done.exit_code, done.stdout) == (1, "")
    assert (closed / "CURRENT").read_text() == "2026-09-02\n"


def test_two_books_in_one_log_are_told_apart(run, closed, fresh, log):
    run("close", closed, "--on", "2026-09-02", "--audit", log)
    assert run("close", fresh, "--on", "2026-08-31", "--audit", log).exit_code == 0
    assert [leaf["book"] for leaf in leaves(log)] == ["book", "book", "book", "fresh"]

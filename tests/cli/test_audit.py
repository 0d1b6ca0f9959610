"""arrears audit: a log from its first leaf to somebody else's check of it; and what it says when something is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

ORIGIN = "lanting.example/audit"


def lines(first, last):
    told = {"kind": "close_manifest", "book": "b", "day": "2026-09-01"}
    leaves = [{"id": f"close/b/{number}", "manifest_sha256": f"{number:064x}", **told} for number in range(first, last)]
    return "".join(json.dumps(each) + "\n" for each in leaves)


@pytest.fixture
def log(run, tmp_path, monkeypatch):
    """A log of five leaves, signed."""
    monkeypatch.chdir(tmp_path)
    Path("four.jsonl").write_text(lines(0, 4))
    assert run("audit", "init", "log", "--origin", ORIGIN).exit_code == 0
    assert run("audit", "append", "log", "four.jsonl").exit_code == 0
    Path("kept.note").write_text(run("audit", "checkpoint", "log").stdout)
    return tmp_path / "log"


def test_from_the_first_leaf_to_the_check_of_it(run, log):
    key = run("audit", "keys", "show", "log").stdout.split()[1]
    assert run("audit", "append", "log", "four.jsonl", "--json").stdout == '{\n "read": 4,\n "added": 0,\n "size": 5\n}\n'
    assert "5 leaves are in out" in run("audit", "export", "log", "out").stderr
    done = run("audit", "verify", "out", "--key", key, "--checkpoint", "kept.note", "--locale", "en")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "everything holds")


def test_the_key_lies_beside_the_log_for_its_owner_only(log):
    assert Path("log.key").stat().st_mode & 0o777 == 0o600
    assert not [path for path in log.rglob("*") if "key" in path.name]


def test_the_checkpoint_printed_is_the_one_kept(log):
    assert Path("kept.note").read_bytes() == (log / "checkpoints" / "000001-5.note").read_bytes()


def test_leaves_come_from_standard_input(log):
    from arrears.cli import app

    done = CliRunner().invoke(app, ["audit", "append", "log", "-"], input=lines(2, 9))
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (0, "7 leaves read, 5 added; the log has 10.")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "line 3: it is not valid JSON"),
        ("[]", "line 3: the leaf is no JSON object"),
        ('{"id":"1","id":"2"}', "line 3: a key stands twice"),
        (
            '{"id":"1","kind":"close_manifest","book":"b","day":"d","manifest_sha256":"0","who":"Lin"}',
            "line 3: close_manifest does not declare",
        ),
        (json.dumps({"id": "1", "x": "x" * (1 << 20)}), "line 3: a leaf has at most 65536 bytes"),
    ],
    ids=["no_json", "no_object", "twice", "undeclared", "one_megabyte"],
)
def test_a_bad_line_is_named_and_nothing_is_added(run, log, line, says):
    Path("bad.jsonl").write_text(f"{lines(4, 6)}{line}\n{lines(6, 8)}")
    done = run("audit", "append", "log", "bad.jsonl")
    assert (done.exit_code, done.stdout) == (1, "")
    assert says in done.stderr
    assert "第 3 行" in done.stderr
    assert run("audit", "append", "log", "four.jsonl", "--json").stdout.count('"size": 5') == 1


def test_proofs_are_checked_with_a_key_alone(run, log):
    key = run("audit", "keys", "show", "log.key").stdout.strip()
    Path("1.tlog-proof").write_text(run("audit", "prove", "log", "--leaf", "1").stdout)
    Path("three.jsonl").write_text(lines(4, 7))
    run("audit", "append", "log", "three.jsonl")
    run("audit", "checkpoint", "log")
    Path("grown.proof").write_text(run("audit", "prove", "log", "--from", "5", "--to", "8").stdout)
    assert run("audit", "verify", "1.tlog-proof", "--key", key).exit_code == 0
    assert run("audit", "verify", "grown.proof", "--key", key, "--checkpoint", "kept.note").exit_code == 0
    assert run("audit", "verify", "grown.proof", "--key", key).exit_code == 3
    assert run("audit", "verify", "1.tlog-proof").exit_code == 3


@pytest.mark.parametrize("words", [[], ["--leaf", "1", "--from", "1"], ["--size", "5", "--from", "1"], ["--leaf", "1", "--to", "5"]])
def test_a_proof_is_of_one_thing(run, log, words):
    assert run("audit", "prove", "log", *words).exit_code == 2


def test_a_rotation_puts_the_new_key_in_the_place_of_the_old(run, log):
    old = run("audit", "keys", "show", "log.key").stdout.strip()
    done = run("audit", "keys", "rotate", "log", "--reason", "yearly")
    new = run("audit", "keys", "show", "log.key").stdout.strip()
    assert done.stdout.splitlines()[0] == new != old
    assert run("audit", "keys", "show", "log").stdout == f"0\t{old}\n5\t{new}\n"
    assert [path.name for path in sorted(log.parent.glob("log.key*"))] == ["log.key", f"log.key.retired-{old.split('+')[1]}"]
    run("audit", "export", "log", "out")
    assert run("audit", "verify", "out", "--key", old, "--checkpoint", "kept.note").exit_code == 0


@pytest.mark.parametrize("renames", [0, 1])
def test_a_rotation_killed_at_its_renames_is_finished_by_the_next(run, log, monkeypatch, renames):
    left, rename = [renames], Path.rename

    def dying(path, target):
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", dying)
    assert run("audit", "keys", "rotate", "log").exit_code == 130
    monkeypatch.setattr(Path, "rename", rename)
    assert run("audit", "keys", "rotate", "log").exit_code == 0
    assert len(run("audit", "keys", "show", "log").stdout.splitlines()) == 2
    assert run("audit", "checkpoint", "log").exit_code == 0
    assert len(list(log.parent.glob("log.key*"))) == 2


def test_a_key_may_come_from_the_environment(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("audit", "keys", "new", "elsewhere.key", "--origin", ORIGIN)
    monkeypatch.setenv("ARREARS_AUDIT_KEY", Path("elsewhere.key").read_text().strip())
    assert run("audit", "init", "log", "--origin", ORIGIN).exit_code == 0
    assert run("audit", "checkpoint", "log").exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["elsewhere.key", "log"]


def test_a_passphrase_locks_the_key(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ARREARS_AUDIT_PASSPHRASE", "correct horse")
    assert run("audit", "init", "log", "--origin", ORIGIN).exit_code == 0
    assert run("audit", "checkpoint", "log").exit_code == 0
    monkeypatch.delenv("ARREARS_AUDIT_PASSPHRASE")
    done = run("audit", "keys", "rotate", "log")
    assert (done.exit_code, "does not open" in done.stderr) == (1, True)


def test_what_an_export_lacks_is_said_as_json(run, log):
    run("audit", "export", "log", "out")
    leaves = Path("out/leaves.jsonl")
    leaves.write_bytes(leaves.read_bytes()[:-100])
    done = run("audit", "verify", "out", "--json")
    assert done.exit_code == 3
    told = json.loads(done.stdout)
    assert (told["whole"], told["first_wrong"]["leaf"], told["first_wrong"]["message_zh"]) == (False, 4, "叶 4 被截断或过长")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["audit", "append", "nolog", "four.jsonl"], "nolog is no audit log"),
        (["audit", "init", "log", "--origin", "other.example"], "the key is named lanting.example/audit"),
        (["audit", "init", "other", "--origin", "two words"], "no spaces"),
        (["audit", "checkpoint", "log", "--key", "log/inside.key"], "may not lie inside the log"),
        (["audit", "checkpoint", "log", "--key", "no.key"], "there is no key file"),
        (["audit", "export", "log", "four.jsonl"], "is there already"),
        (["audit", "prove", "log", "--leaf", "5"], "not among the 5"),
        (["audit", "keys", "new", "log.key", "--origin", "a"], "never overwritten"),
        (["audit", "append", "log", "nofile.jsonl"], "No such file"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)
def test_what_cannot_be_done_is_said_in_both_languages(run, log, words, says):
    done = run(*words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert says in done.stderr
    assert "未完成" in done.stderr or "No such file" in done.stderr


def test_begun_again_by_its_key_it_is_the_same_log(run, log):
    assert run("audit", "init", "log", "--origin", ORIGIN).exit_code == 0
    assert run("audit", "append", "log", "four.jsonl", "--json").stdout.count('"size": 5') == 1


@pytest.mark.parametrize("words", ["init", "append", "checkpoint", "prove", "verify", "export", "keys new", "keys rotate", "keys show"])
def test_each_command_shows_an_example(run, words):
    assert f"$ arrears audit {words}" in run("audit", *words.split(), "--help").stdout

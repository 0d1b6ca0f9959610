"""The verifier is one file: copied alone, run with nothing else of ours and an empty environment."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from arrears.audit import verify
from arrears.audit.tests.logs import changed, edit


@pytest.fixture
def alone(tmp_path):
    """Run the copied file on the words of a command line."""
    script = shutil.copy(verify.__file__, tmp_path / "verify.py")
    return lambda *words: subprocess.run(
        [sys.executable, "-I", script, *map(str, words)], capture_output=True, env={}, check=False, cwd=tmp_path, encoding="utf-8"
    )


def test_it_imports_the_standard_library_and_cryptography_alone():
    tree = ast.parse(Path(verify.__file__).read_text(encoding="utf-8"))
    names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names |= {each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names}
    assert {name.split(".")[0] for name in names} - sys.stdlib_module_names == {"cryptography"}


@pytest.mark.behaviour("S154", part="the log of what was done; the figures and penalties themselves are the Desk's export")
def test_a_whole_export_holds(alone, made, export, tmp_path):
    (tmp_path / "kept.note").write_bytes(made.kept)
    done = alone(export, "--checkpoint", "kept.note", "--key", made.old.key, "--locale", "en")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("consistent with the checkpoint of 20 leaves you kept\neverything holds\n")


@pytest.mark.behaviour("S152")
def test_a_changed_leaf_is_named_in_chinese_by_default(alone, export):
    edit(export / "leaves.jsonl", changed(7))
    done = alone(export)
    assert (done.returncode, done.stdout) == (3, "不成立：叶 7 与签名时不同\n")


@pytest.mark.parametrize(("words", "code"), [(["nowhere"], 3), ([], 2), (["export", "--checkpoint", "nowhere"], 1), (["--help"], 0)])
def test_exit_codes(alone, export, words, code):
    done = alone(*words)
    assert done.returncode == code
    assert "Traceback" not in done.stderr

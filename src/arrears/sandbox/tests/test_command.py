"""`arrears sandbox`: one command, its troubles by options, a clean stop."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import contextmanager

from arrears.sandbox.tests.kit import control

PROGRAM = "from arrears.cli import sandbox; from arrears.cli.program import app; app(prog_name='arrears')"
PORTS = ["--port-http", "0", "--port-smtp", "0", "--port-page", "0"]


def words(folder, *more):
    return [sys.executable, "-c", PROGRAM, "sandbox", "--dir", str(folder), *PORTS, *more]


@contextmanager
def running(folder, *more):
    process = subprocess.Popen(words(folder, *more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)


def test_options_become_weather_and_ctrl_c_is_a_clean_stop(tmp_path):
    with running(tmp_path, "--lose", "0.25", "--delay", "3", "--repeat", "0.5", "--slow", "0.1", "--seed", "7", "--down") as (
        process,
        ports,
    ):
        weather = control(ports["page"])[1]["weather"]
    assert {name: weather[name] for name in ("lose", "delay_s", "repeat", "slow", "slow_s", "seed", "down")} == {
        "lose": 0.25,
        "delay_s": 3.0,
        "repeat": 0.5,
        "slow": 1.0,
        "slow_s": 0.1,
        "seed": 7,
        "down": True,
    }
    assert process.returncode == 0


def test_a_folder_has_one_carrier(tmp_path):
    with running(tmp_path):
        second = subprocess.run(words(tmp_path), capture_output=True, text=True, check=False, timeout=30)
    assert second.returncode == 2
    assert "another sandbox" in second.stderr


def test_a_share_above_one_is_wrong_usage(tmp_path):
    wrong = subprocess.run(words(tmp_path, "--lose", "1.5"), capture_output=True, text=True, check=False, timeout=30)
    assert wrong.returncode == 2


def test_a_broken_file_is_named(tmp_path):
    (tmp_path / "messages.jsonl").write_text("broken\n{}\n")
    refused = subprocess.run(words(tmp_path), capture_output=True, text=True, check=False, timeout=30)
    assert refused.returncode == 1
    assert "line 1" in refused.stderr
    assert "Traceback" not in refused.stderr

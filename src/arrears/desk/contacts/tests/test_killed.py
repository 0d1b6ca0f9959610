"""kill -9 of workers in the middle of 200 messages; 5,000 are in benchmarks/killed.py."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


@pytest.mark.slow
def test_each_message_is_sent_once_failed_or_shown() -> None:
    command = [sys.executable, "-m", "arrears.desk.contacts.tests.killing", "--messages", "200", "--kills", "5"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert told["killed"] == 5, told
    assert told["doubled_at_the_carrier"] == 0, told
    assert told["intents"] == {"done": 200}, told
    assert told["attempts"].keys() <= {"sent", "failed", "shown"}, told
    assert told["attempts"]["sent"] + told["attempts"].get("shown", 0) == 200, told
    assert (told["sent_without_arrival"], told["arrived_unaccounted"], told["contacts_without_used_permit"]) == (0, 0, 0), told
    assert told["shown_tasks"] == told["attempts"].get("shown", 0), told

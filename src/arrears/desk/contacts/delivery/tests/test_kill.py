"""kill -9 of the carrier in the middle of a burst: its file is the truth, and nothing it acknowledged is missing."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading

import pytest

from arrears.desk.clock import now
from arrears.desk.contacts.delivery import aliyun, smtp, tencent
from arrears.desk.contacts.delivery.calls import Call, HttpCalls
from arrears.desk.contacts.delivery.http_generic import HttpGeneric, Settings
from arrears.desk.contacts.delivery.interface import Known, NotKnown, Refused, Sent, Uncertain
from arrears.desk.contacts.delivery.tests.kit import LIMITS, TO, sms
from arrears.desk.contacts.delivery.tests.test_smtp import mail
from arrears.gate.wording.phrases import load
from arrears.sandbox.tests.kit import control

BURST, HANDS = 600, 8
PROGRAM = "from arrears.cli import sandbox; from arrears.cli.program import app; app(prog_name='arrears')"


def started(folder, port=0):
    """A carrier of its own process, and its ports."""
    ports = ["--port-http", str(port), "--port-smtp", "0", "--port-page", "0"]
    words = [sys.executable, "-c", PROGRAM, "sandbox", "--dir", str(folder), *ports]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return process, json.loads(process.stdout.readline())


def senders(ports):
    """One way of each kind, and how each sends under an id."""
    plain = Settings(f"http://127.0.0.1:{ports['http']}", "sandbox", "sandbox-secret", LIMITS)
    ends = now() + dt.timedelta(hours=1)
    clouds = (
        aliyun.Settings("sandbox", "sandbox-secret", plain.url, LIMITS),
        tencent.Settings("sandbox", "sandbox-secret", "1", "r", plain.url, LIMITS),
    )
    relay = smtp.Settings("127.0.0.1", ports["smtp"], "none", "兰汀", "a@lanting.example", "lanting.example", limits=LIMITS)
    post, system = smtp.SmtpRoute(relay, now, load()), HttpCalls(plain, now)
    messages = [HttpGeneric(plain, now), aliyun.Aliyun(clouds[0], now), tencent.Tencent(clouds[1], now)]
    ways = [lambda id_, way=way: way.send(sms(id_)) for way in messages]
    return [*ways, lambda id_: post.send(mail(id_)), lambda id_: system.start(Call(id_, TO, "801", ends))]


def burst(ways, stop_at, kill):
    """Send from many hands, by every way in turn; after so many answers the carrier is killed."""
    left, lock, results = iter(range(BURST)), threading.Lock(), {}

    def work():
        while True:
            with lock:
                number = next(left, None)
            if number is None:
                return
            result = ways[number % len(ways)](f"k-{number}")
            with lock:
                results[f"k-{number}"] = result
                if len(results) == stop_at:
                    kill()

    hands = [threading.Thread(target=work) for _ in range(HANDS)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    return results


@pytest.mark.slow
def test_nothing_acknowledged_is_missing_after_a_kill(tmp_path):
    process, ports = started(tmp_path)
    results = burst(senders(ports), BURST // 2, lambda: os.kill(process.pid, signal.SIGKILL))
    process.wait()
    process.stdout.close()
    process, ports = started(tmp_path, ports["http"])
    try:
        kinds = {kind: {id_ for id_, each in results.items() if isinstance(each, kind)} for kind in (Sent, Refused, Uncertain)}
        assert sum(map(len, kinds.values())) == BURST
        assert len(kinds[Sent]) >= BURST // 2 - HANDS
        assert len(kinds[Refused]) >= BURST // 2 - 2 * HANDS
        lines = [json.loads(line) for line in (tmp_path / "messages.jsonl").read_text().splitlines()]
        kept = {line["client_id"]: line["provider_id"] for line in lines if line["is"] == "kept"}
        assert {id_: kept.get(id_) for id_ in kinds[Sent]} == {id_: results[id_].provider_id for id_ in kinds[Sent]}
        assert not kinds[Refused] & kept.keys()
        plain = HttpGeneric(Settings(f"http://127.0.0.1:{ports['http']}", "sandbox", "sandbox-secret", LIMITS), now)
        for id_ in kinds[Uncertain]:
            assert isinstance(plain.ask(id_, to=TO, sent_on=now().date()), Known if id_ in kept else NotKnown)
        assert control(ports["page"])[1]["doubled"] == []
        assert all(isinstance(way(f"after-{number}"), Sent) for number, way in enumerate(senders(ports)))
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close()
    assert process.returncode == 0

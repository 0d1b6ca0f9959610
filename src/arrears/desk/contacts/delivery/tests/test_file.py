"""The file route: sure of itself."""

from __future__ import annotations

import json
import multiprocessing

from arrears.desk.contacts.delivery.file import FileRoute
from arrears.desk.contacts.delivery.interface import Fate, Known, NotKnown
from arrears.desk.contacts.delivery.tests.kit import TO, sms
from arrears.sandbox.tests.kit import AT, now


def asked(route, client_id):
    return route.ask(client_id, to=TO, sent_on=AT.date())


def _work(path, hand):
    route = FileRoute(path, now)
    for number in range(50):
        route.send(sms(f"{hand}-{number}"))


def test_a_message_is_a_line(tmp_path):
    route = FileRoute(tmp_path / "out" / "sms.jsonl", now)
    sent = route.send(sms(text="祝好😀"))
    line = json.loads((tmp_path / "out" / "sms.jsonl").read_text())
    assert (line["client_id"], line["to"], line["text"], line["parts"]) == ("a-1", TO, "【兰汀消费】祝好😀", sent.parts)
    assert asked(route, "a-1") == Known((Fate(sent.provider_id, "sent"),))
    assert asked(route, "a-2") == NotKnown(sure=True)


def test_a_torn_line_is_cut_off_before_the_next(tmp_path):
    path = tmp_path / "sms.jsonl"
    route = FileRoute(path, now)
    route.send(sms("a-1"))
    with path.open("ab") as file:
        file.write(b'{"client_id": "a-2", "to"')
    assert asked(route, "a-2") == NotKnown(sure=True)
    route.send(sms("a-3"))
    assert [json.loads(line)["client_id"] for line in path.read_text().splitlines()] == ["a-1", "a-3"]


def test_a_file_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    refused = FileRoute(tmp_path / "file" / "sms.jsonl", now).send(sms())
    assert (refused.why, refused.retry, refused.route) == ("disk", True, True)


def test_two_processes_write_whole_lines(tmp_path):
    path = tmp_path / "sms.jsonl"
    hands = [multiprocessing.get_context("spawn").Process(target=_work, args=(path, hand)) for hand in "ab"]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    found = {json.loads(line)["client_id"] for line in path.read_text().splitlines()}
    assert found == {f"{hand}-{number}" for hand in "ab" for number in range(50)}

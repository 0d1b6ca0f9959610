"""The file is the truth: what was acknowledged is there after any end."""

from __future__ import annotations

import json
import threading

import pytest

from arrears.sandbox.record import Record

MESSAGE = {"is": "kept", "kind": "sms", "form": "generic", "letter": "S", "at": "2026-11-25T09:00:00+08:00", "to": "+8613800000001"}


def opened(folder):
    return Record(folder)


def test_a_message_survives_a_new_start(tmp_path):
    record = opened(tmp_path)
    entry = record.append(MESSAGE | {"client_id": "a"})
    record.append({"is": "state", "provider_id": entry["provider_id"], "state": "delivered", "code": "DELIVRD", "at": MESSAGE["at"]})
    record.close()
    again = opened(tmp_path)
    assert [(each.entry["client_id"], each.state) for each in again.all()] == [("a", "delivered")]
    assert again.append(MESSAGE | {"client_id": "b"})["provider_id"] == "S000000003"


def test_a_torn_last_line_is_cut_off(tmp_path):
    record = opened(tmp_path)
    record.append(MESSAGE | {"client_id": "a"})
    record.close()
    with record.path.open("ab") as file:
        file.write(b'{"n":2,"is":"kept","client')
    again = opened(tmp_path)
    assert len(again.all()) == 1
    again.append(MESSAGE | {"client_id": "b"})
    assert [json.loads(line)["n"] for line in record.path.read_text().splitlines()] == [1, 2]


def test_a_broken_line_in_the_middle_is_refused_by_number(tmp_path):
    (tmp_path / "messages.jsonl").write_text('{"n":1,"is":"reply"}\nbroken\n{"n":3,"is":"reply"}\n')
    with pytest.raises(ValueError, match="line 2"):
        opened(tmp_path)


def test_two_carriers_do_not_share_a_folder(tmp_path):
    first = opened(tmp_path)
    with pytest.raises(BlockingIOError):
        opened(tmp_path)
    first.close()


def test_many_hands_get_different_ids(tmp_path):
    record = opened(tmp_path)
    ids = []

    def work(hand):
        ids.extend(record.append(MESSAGE | {"client_id": f"{hand}-{number}"})["provider_id"] for number in range(50))

    hands = [threading.Thread(target=work, args=(hand,)) for hand in range(8)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    lines = [json.loads(line) for line in record.path.read_text().splitlines()]
    assert len(set(ids)) == 400
    assert [line["n"] for line in lines] == list(range(1, 401))


def test_who_sent_twice_is_named(tmp_path):
    record = opened(tmp_path)
    for client_id in ("a", "b", "a"):
        record.append(MESSAGE | {"client_id": client_id})
    assert record.doubled() == ["a"]

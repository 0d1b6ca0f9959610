"""Short messages over real sockets: what is sent, refused or uncertain, and what the carrier says when it is asked."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from arrears.desk.contacts.delivery.interface import Fate, Known, NotKnown, Refused, Sent, Uncertain
from arrears.desk.contacts.delivery.tests.kit import KINDS, TEXT, TO, route, sms
from arrears.desk.contacts.delivery.wire import Limits
from arrears.sandbox.tests.kit import AT, carrier, wait_for

DAY = AT.date()


def asked(it, kind, client_id="a-1"):
    return route(kind, it.http.port).ask(client_id, to=TO, sent_on=DAY)


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_arrives_and_is_known(tmp_path, kind):
    with carrier(tmp_path, templates={"T1": TEXT.replace("2824.41元", "{1}")}) as it:
        sent = route(kind, it.http.port).send(sms())
        assert isinstance(sent, Sent)
        kept = it.record.of_provider(sent.provider_id).entry
        assert (kept["client_id"], kept["to"], kept["text"], kept["parts"]) == ("a-1", TO, "【兰汀消费】" + TEXT, sent.parts)
        known = wait_for(
            lambda: (found := asked(it, kind)) and isinstance(found, Known) and found.fates[0].outcome == "delivered" and found
        )
        assert len(known.fates) == 1
        assert known.fates[0].at == AT
        unknown = asked(it, kind, "never")
        assert unknown == NotKnown(sure=kind == "http_generic")


@pytest.mark.parametrize(("characters", "parts"), [(70 - 6, 1), (70 - 5, 2), (134 - 6, 2), (134 - 5, 3), (201 - 6, 3), (201 - 5, 4)])
def test_chinese_texts_are_billed_as_counted(tmp_path, characters, parts):
    with carrier(tmp_path) as it:
        sent = route("http_generic", it.http.port).send(sms(text="款" * characters))
    assert sent == Sent(sent.provider_id, parts)


@pytest.mark.parametrize("text", ["祝好😀👨\u200d👩\u200d👧", "𠮷野家 㛃 𬭎 䶮", "阿卜杜拉·买买提", "a\nb\t“c” & <d> %2A +*~", "e\u0301"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_character_comes_through(tmp_path, kind, text):
    with carrier(tmp_path, templates={"T1": "{1}"}) as it:
        sent = route(kind, it.http.port).send(sms(text=text, params={"1": text}))
        assert it.record.of_provider(sent.provider_id).entry["text"] == f"【兰汀消费】{text}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_carrier_that_is_down_has_got_nothing(tmp_path, kind):
    with carrier(tmp_path) as it:
        it.turn({"down": True})
        refused = route(kind, it.http.port).send(sms())
        assert (refused.why, refused.retry, refused.route) == ("no_connection", True, True)
        it.turn({"down": False})
        assert isinstance(route(kind, it.http.port).send(sms()), Sent)
        assert len(it.record.all()) == 1


def test_a_name_that_does_not_exist_has_got_nothing():
    from arrears.desk.contacts.delivery import http_generic
    from arrears.sandbox.tests.kit import now

    settings = http_generic.Settings("https://sms.invalid", "sandbox", "x", Limits(2, 2))
    assert http_generic.HttpGeneric(settings, now).send(sms()).why == "no_connection"


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_cut_after_sending_is_uncertain_and_the_carrier_knows(tmp_path, kind):
    with carrier(tmp_path, {"cut": 1.0}) as it:
        result = route(kind, it.http.port).send(sms())
        assert isinstance(result, Uncertain)
        assert result.how == "cut"
        assert len(wait_for(lambda: isinstance(found := asked(it, kind), Known) and found).fates) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_cut_before_keeping_is_uncertain_and_only_the_plain_form_is_sure_of_a_no(tmp_path, kind):
    with carrier(tmp_path, {"cut_early": 1.0}) as it:
        assert isinstance(route(kind, it.http.port).send(sms()), Uncertain)
        assert asked(it, kind) == NotKnown(sure=kind == "http_generic")
        assert it.record.all() == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_slow_carrier_is_uncertain(tmp_path, kind):
    with carrier(tmp_path, {"slow": 1.0, "slow_s": 1.5}) as it:
        result = route(kind, it.http.port, limits=Limits(2, 0.2)).send(sms())
        assert isinstance(result, Uncertain)
        assert result.how == "slow"
        assert isinstance(wait_for(lambda: isinstance(found := asked(it, kind), Known) and found), Known)


@pytest.mark.parametrize("kind", KINDS)
def test_nonsense_is_uncertain_never_sent(tmp_path, kind):
    with carrier(tmp_path, {"nonsense": 1.0}) as it:
        results = [route(kind, it.http.port).send(sms(f"n-{number}")) for number in range(12)]
        assert {type(each) for each in results} == {Uncertain}
        assert {each.how for each in results} == {"nonsense"}
        assert len(it.record.all()) == 12


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_key_is_the_routes_fault(tmp_path, kind):
    with carrier(tmp_path) as it:
        refused = route(kind, it.http.port, secret="other").send(sms())
        assert (refused.why, refused.retry, refused.route) == ("bad_key", True, True)
        assert isinstance(route(kind, it.http.port, secret="other").ask("a-1", to=TO, sent_on=DAY), Refused)
        assert it.record.all() == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_throttled_message_may_come_again_later(tmp_path, kind):
    with carrier(tmp_path, {"throttle": 1.0, "retry_after_s": 7}) as it:
        results = [route(kind, it.http.port).send(sms(f"t-{number}")) for number in range(12)]
        assert {each.why for each in results} == {"throttled"}
        assert {each.after_s for each in results} == {"http_generic": {7}, "aliyun": {60}, "tencent": {1, 30}}[kind]
        assert it.record.all() == []
        it.turn({"throttle": 0.0})
        assert isinstance(route(kind, it.http.port).send(sms("t-0")), Sent)


@pytest.mark.parametrize("kind", ["aliyun", "tencent"])
def test_a_cloud_that_reads_a_bad_word_refuses(tmp_path, kind):
    with carrier(tmp_path, templates={"T1": "催款{1}"}) as it:
        refused = route(kind, it.http.port).send(sms())
        assert (refused.why, refused.retry) == ("content", False)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"to": "13800000001"}, "bad_number"),
        ({"text": "【别人】您好"}, "content"),
        ({"text": " "}, "content"),
        ({"signature": ""}, "content"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_what_no_route_takes_does_not_leave(kind, changes, why):
    assert route(kind, 1).send(sms(**changes)).why == why


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"template": ""}, "setup"),
        ({"params": {"1": "https://a.cn/x"}}, "content"),
        ({"params": {"1": "请拨 13912345678"}}, "content"),
        ({"params": {"1": "¥5"}}, "content"),
        ({"params": {"1": "催款"}}, "content"),
    ],
)
@pytest.mark.parametrize("kind", ["aliyun", "tencent"])
def test_what_a_cloud_does_not_take_does_not_leave(kind, changes, why):
    assert route(kind, 1).send(sms(**changes)).why == why


def test_a_client_id_that_is_none_is_our_own_mistake():
    with pytest.raises(ValueError, match="client id"):
        route("http_generic", 1).send(sms("a b"))


def test_results_show_nothing_of_a_person(tmp_path):
    with carrier(tmp_path) as it:
        refused = route("aliyun", it.http.port, secret="other").send(sms())
    shown = f"{refused!r} {sms()!r}"
    assert "13800000001" not in shown
    assert "2824" not in shown


def test_a_carrier_that_drips_is_given_up_in_time():
    listener = socket.create_server(("127.0.0.1", 0))

    def drip():
        line, _ = listener.accept()
        with line:
            try:
                line.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n")
                for _ in range(100):
                    line.sendall(b" ")
                    time.sleep(0.05)
            except OSError:
                pass

    hand = threading.Thread(target=drip, daemon=True)
    hand.start()
    result = route("http_generic", listener.getsockname()[1], limits=Limits(1, 0.4)).send(sms())
    assert isinstance(result, Uncertain)
    assert result.how == "slow"
    hand.join(timeout=4)
    assert not hand.is_alive()
    listener.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n" + b"x" * 70_000,
        b"HTTP/1.1 202 Accepted\r\ncontent-length: 19\r\n\r\n" + b'{"provider_id": 12}',
        b"HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\n{}",
        b"\x00\x01\x02\r\n\r\n",
    ],
    ids=["redirect", "huge", "wrong_type", "not_found", "binary"],
)
def test_an_answer_of_no_known_form_is_uncertain(answer):
    listener = socket.create_server(("127.0.0.1", 0))

    def speak():
        line, _ = listener.accept()
        with line:
            line.recv(65536)
            line.sendall(answer)

    threading.Thread(target=speak, daemon=True).start()
    assert isinstance(route("http_generic", listener.getsockname()[1]).send(sms()), Uncertain)
    listener.close()


def test_a_message_sent_twice_is_known_twice(tmp_path):
    with carrier(tmp_path, {"lose": 1.0}) as it:
        for _ in range(2):
            route("http_generic", it.http.port).send(sms())
        known = asked(it, "http_generic")
        assert [each.outcome for each in known.fates] == ["sent", "sent"]
        assert isinstance(known.fates[0], Fate)
        assert it.record.doubled() == ["a-1"]

"""What the carrier calls back: signed, repeated, late, in every form; and what is not to be believed."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from arrears.desk.contacts.delivery.reports import ACKNOWLEDGED, Reply, Report, Unreadable, is_token, read
from arrears.desk.contacts.delivery.signing import is_signed, webhook_signature
from arrears.desk.contacts.delivery.tests.kit import KINDS, TO, route, sms
from arrears.sandbox.carrier import CALLBACK_SECRET
from arrears.sandbox.tests.kit import AT, Catcher, carrier, control, wait_for

FORM = {"http_generic": "generic", "aliyun": "aliyun", "tencent": "tencent"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_is_signed_and_read(tmp_path, kind):
    with Catcher() as catcher, carrier(tmp_path, callback_url=catcher.url) as it:
        sent = route(kind, it.http.port).send(sms())
        path, headers, body = wait_for(lambda: catcher.got)[0]
    assert path == f"/back/sms/{FORM[kind]}"
    assert is_signed(headers, body, ["old", CALLBACK_SECRET], AT)
    report = Report("sms", "a-1", sent.provider_id, TO, "delivered", "DELIVRD" if kind == "http_generic" else "", AT)
    assert read(FORM[kind], body) == (report,)


@pytest.mark.parametrize("kind", KINDS)
def test_what_did_not_arrive_is_told(tmp_path, kind):
    with Catcher() as catcher, carrier(tmp_path, {"fail": 1.0}, callback_url=catcher.url) as it:
        route(kind, it.http.port).send(sms())
        body = wait_for(lambda: catcher.got)[0][2]
    assert [(each.outcome, each.code) for each in read(FORM[kind], body)] == [("undeliverable", "UNDELIV")]


def test_a_repeated_report_has_the_same_id(tmp_path):
    with Catcher() as catcher, carrier(tmp_path, {"repeat": 1.0}, callback_url=catcher.url) as it:
        route("http_generic", it.http.port).send(sms())
        wait_for(lambda: len(catcher.got) == 2)
    first, second = catcher.got
    assert (first[1]["webhook-id"], first[2]) == (second[1]["webhook-id"], second[2])


def test_a_report_nobody_took_comes_again(tmp_path):
    with Catcher(refuse=2) as catcher, carrier(tmp_path, callback_url=catcher.url) as it:
        route("http_generic", it.http.port).send(sms())
        wait_for(lambda: len(catcher.got) == 3)
        wait_for(lambda: control(it.page.port)[1]["not_told"] == 0)
    assert len({headers["webhook-id"] for _, headers, _ in catcher.got}) == 1


def test_a_report_is_told_after_a_restart_if_nobody_took_it_before(tmp_path):
    with carrier(tmp_path) as it:
        route("http_generic", it.http.port).send(sms())
        wait_for(lambda: it.record.all()[0].states)
    with Catcher() as catcher, carrier(tmp_path, callback_url=catcher.url) as it:
        wait_for(lambda: catcher.got)
        wait_for(lambda: control(it.page.port)[1]["not_told"] == 0)
    with Catcher() as catcher, carrier(tmp_path, callback_url=catcher.url) as it:
        assert it.resend() == 0
        assert catcher.got == []


def test_a_lost_message_never_reports_and_a_delayed_one_does_later(tmp_path):
    fates = {"+8613800000009": "lost"}
    with Catcher() as catcher, carrier(tmp_path, {"delay_s": 0.4, "fates": fates}, callback_url=catcher.url) as it:
        route("http_generic", it.http.port).send(sms("late"))
        route("http_generic", it.http.port).send(sms("lost", to="+8613800000009"))
        assert catcher.got == []
        wait_for(lambda: catcher.got)
        assert [each.state for each in it.record.all()] == ["delivered", "accepted"]
    assert [read("generic", body)[0].client_id for _, _, body in catcher.got] == ["late"]


@pytest.mark.parametrize("form", ["generic", "aliyun", "tencent"])
def test_what_a_person_writes_back_is_passed_on(tmp_path, form):
    with Catcher() as catcher, carrier(tmp_path, callback_url=catcher.url) as it:
        assert control(it.page.port, "/reply", {"from": TO, "text": "TD 退订 😀", "form": form})[0] == 200
        _, headers, body = wait_for(lambda: catcher.got)[0]
    assert is_signed(headers, body, [CALLBACK_SECRET], AT)
    (reply,) = read(form, body)
    assert isinstance(reply, Reply)
    assert (reply.kind, reply.sender, reply.text, reply.at) == ("sms", TO, "TD 退订 😀", AT)
    assert reply.reply_id


def test_the_signature_is_that_of_standard_webhooks():
    # made by the reference library standardwebhooks 1.1.0
    key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    assert webhook_signature(key, "msg_1", "1764060000", b'{"test": 2432232314}') == "v1,5aVa7y4+jhH4otT3LarLxkZr+OhRF9ZljSTdW6fsc9U="


@pytest.mark.parametrize(
    "changes",
    [
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": ""},
        {"webhook-id": "other"},
        {"webhook-id": ""},
        {"webhook-timestamp": "0"},
        {"webhook-timestamp": "x"},
        {"webhook-timestamp": "²"},
    ],
)
def test_a_forged_callback_is_not_believed(changes):
    seconds = str(int(AT.timestamp()))
    true = {"webhook-id": "m", "webhook-timestamp": seconds, "webhook-signature": webhook_signature("s", "m", seconds, b"{}")}
    assert is_signed(true, b"{}", ["s"], AT)
    assert is_signed(true, b"{}", ["s"], AT + dt.timedelta(seconds=299))
    assert not is_signed(true, b"{}", ["s"], AT + dt.timedelta(seconds=301))
    assert not is_signed(true, b"{ }", ["s"], AT)
    assert not is_signed(true, b"{}", ["", "t"], AT)
    assert not is_signed(true | changes, b"{}", ["s"], AT)


@pytest.mark.parametrize(("given", "wanted", "fits"), [("a", "a", True), ("a", "b", False), ("", "", False), ("é", "a", False)])
def test_the_secret_part_of_an_address(given, wanted, fits):
    assert is_token(given, wanted) is fits


GOOD = {"type": "sms.report", "timestamp": AT.isoformat(), "data": {"client_id": "a", "provider_id": "S1", "to": TO, "state": "delivered"}}


@pytest.mark.parametrize(
    ("form", "body"),
    [
        ("generic", b"\xff"),
        ("generic", b"[" * 100_000),
        ("generic", b"[]"),
        ("generic", json.dumps(GOOD | {"type": "call.report"}).encode()),
        ("generic", json.dumps(GOOD | {"data": {"state": "delivered"}}).encode()),
        ("generic", json.dumps(GOOD | {"data": GOOD["data"] | {"state": "eaten"}}).encode()),
        ("generic", json.dumps(GOOD | {"data": GOOD["data"] | {"state": "answered"}}).encode()),
        ("generic", json.dumps(GOOD | {"data": GOOD["data"] | {"client_id": ["a"]}}).encode()),
        ("telephone", json.dumps(GOOD | {"type": "call.report"}).encode()),
        ("telephone", json.dumps(GOOD).encode()),
        ("smtp", b'{"type": "mail.report", "data": {"raw": "***"}}'),
        ("aliyun", b"[]"),
        ("aliyun", b"[1]"),
        ("aliyun", b'[{"phone_number": "13800000001", "biz_id": "b", "success": "true"}]'),
        ("tencent", b'[{"mobile": "13800000001", "sid": "s", "report_status": "MAYBE"}]'),
        ("tencent", json.dumps([{}] * 1001).encode()),
    ],
)
def test_a_body_of_no_known_form_is_refused_whole(form, body):
    with pytest.raises(Unreadable) as refused:
        read(form, body)
    assert "13800000001" not in str(refused.value)


def test_each_form_has_its_acknowledgement():
    assert json.loads(ACKNOWLEDGED["aliyun"])["code"] == 0
    assert json.loads(ACKNOWLEDGED["tencent"])["result"] == 0

"""The carrier's own page and orders."""

from __future__ import annotations

import base64
import http.client
from contextlib import closing
from email.message import EmailMessage

from arrears.sandbox.tests.kit import carrier, control
from arrears.sandbox.wire import Order


def order(**more):
    data = {"text": "【兰汀】<script>alert(1)</script>\u202e", "parts": 1}
    return Order(**({"kind": "sms", "form": "generic", "client_id": "a", "to": "+8613800000001", "data": data} | more))


def fetched(port, path, **headers):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as line:
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()


def test_the_page_shows_what_arrived_and_runs_nothing(tmp_path):
    with carrier(tmp_path) as it:
        it.take(order())
        it.take(order(kind="call", form="telephone", client_id="c", data={"extension": "801", "not_after": ""}))
        status, headers, page = fetched(it.page.port, "/")
        narrowed = fetched(it.page.port, "/?kind=call")[2]
    assert status == 200
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "+8613800000001" in narrowed
    assert "alert(1)" not in narrowed


def test_mail_is_shown_as_text(tmp_path):
    mail = EmailMessage()
    mail.set_content("您好")
    raw = base64.b64encode(mail.as_bytes()).decode()
    with carrier(tmp_path) as it:
        it.take(order(kind="email", form="smtp", to="a@b.cn", data={"from": "x@y.cn", "subject": "好", "message_id": "a@y", "raw": raw}))
        assert "您好" in fetched(it.page.port, "/")[2]


def test_the_weather_changes_by_order_and_wrong_orders_say_why(tmp_path):
    with carrier(tmp_path) as it:
        assert control(it.page.port, data={"lose": 0.5})[1]["weather"]["lose"] == 0.5
        status, told = control(it.page.port, data={"lose": 2})
        assert (status, it.weather.lose) == (400, 0.5)
        assert "a share from 0 to 1" in told["says"]
        assert control(it.page.port, "/reply", {"text": "x"})[0] == 400
        assert control(it.page.port, "/nothing", {})[0] == 404


def test_a_foreign_page_cannot_give_orders(tmp_path):
    with carrier(tmp_path) as it:
        with closing(http.client.HTTPConnection("127.0.0.1", it.page.port, timeout=10)) as line:
            line.request("POST", "/control", '{"down": true}', {"content-type": "text/plain"})
            assert line.getresponse().status == 415
        assert fetched(it.page.port, "/control", host="evil.example")[0] == 403
        assert it.weather.down is False


def test_what_was_taken_can_be_counted(tmp_path):
    with carrier(tmp_path, {"lose": 1.0}) as it:
        for client_id in ("a", "b", "a"):
            it.take(order(client_id=client_id))
        told = control(it.page.port)[1]
        assert (told["taken"], told["doubled"], told["counts"]) == (3, ["a"], {"sms.accepted": 3})
        assert len(control(it.page.port, "/messages?client_id=a")[1]) == 2

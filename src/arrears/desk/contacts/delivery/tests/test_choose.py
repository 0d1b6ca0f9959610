"""Settings become routes, or a sentence that says what is wrong with them."""

from __future__ import annotations

import datetime as dt

import pytest

from arrears.desk.contacts.delivery.choose import SMS, call_route, mail_route, sms_route
from arrears.desk.contacts.delivery.interface import SAYS, Refused
from arrears.desk.contacts.delivery.signing import aliyun_headers, tencent_headers
from arrears.gate.wording.phrases import load
from arrears.sandbox.tests.kit import now
from arrears.sandbox.tests.test_signatures import CAPTURED

GIVEN = {"url": "https://sms.example", "key_id": "k", "secret": "s", "app_id": "1", "path": "out.jsonl"}
MAIL = {"host": "localhost", "port": "587", "security": "starttls", "sender_name": "x", "sender": "a@b.cn", "domain": "b.cn"}


@pytest.mark.parametrize("name", SMS)
def test_a_route_is_made_by_its_name(name):
    needed, _, _ = SMS[name]
    route = sms_route(name, {each: GIVEN[each] for each in needed}, now)
    assert route.name == name
    assert route.lint("您好") == ()


def test_calls_and_mail():
    plain = {each: GIVEN[each] for each in ("url", "key_id", "secret")}
    assert call_route(plain | {"answer_s": "2.5"}, now).name == "http_calls"
    assert mail_route(MAIL, now, load()).name == "smtp"


@pytest.mark.parametrize(
    ("name", "told", "says"),
    [
        ("pigeon", {}, "allowed: http_generic"),
        ("file", {}, "missing: path"),
        ("file", {"path": "x", "colour": "red"}, "not known: colour"),
        ("http_generic", {"url": "http://sms.example", "key_id": "k", "secret": "s"}, "in the clear"),
        ("http_generic", {"url": "ftp://x", "key_id": "k", "secret": "s"}, "no address"),
        ("http_generic", {"url": "https://x", "key_id": "k", "secret": "s", "answer_s": "soon"}, "seconds"),
    ],
)
def test_wrong_settings_are_named(name, told, says):
    with pytest.raises(ValueError, match=says):
        sms_route(name, told, now)


@pytest.mark.parametrize("changes", [{"security": "maybe"}, {"port": "x"}, {"sender": "nobody"}])
def test_wrong_mail_settings_are_named(changes):
    with pytest.raises(ValueError, match=r"security|port|address"):
        mail_route(MAIL | changes, now, load())


def test_no_secret_is_shown():
    from arrears.desk.contacts.delivery import aliyun, http_generic, smtp, tencent

    shown = [
        http_generic.Settings("https://x", "k", "HIDDEN"),
        aliyun.Settings("k", "HIDDEN"),
        tencent.Settings("k", "HIDDEN", "1"),
        smtp.Settings("h", 1, "tls", "x", "a@b.cn", "b.cn", password="HIDDEN"),
    ]
    assert "HIDDEN" not in repr(shown)


@pytest.mark.parametrize("why", SAYS)
def test_a_refusal_speaks_both_languages(why):
    refused = Refused(why)
    assert refused.says_zh.endswith("。")
    assert refused.says_en.endswith(".")


def test_our_tencent_signature_is_that_of_its_sdk():
    raw = CAPTURED[1]
    at = dt.datetime.fromtimestamp(int(raw["headers"]["x-tc-timestamp"]), dt.UTC)
    made = tencent_headers(
        ("sandbox", "sandbox-secret"), raw["headers"]["host"], "SendSms", "2021-01-11", "ap-guangzhou", raw["body"].encode(), at
    )
    assert made["authorization"] == raw["headers"]["authorization"]


def test_our_aliyun_signature_is_that_of_its_sdk():
    from urllib.parse import parse_qsl

    raw = CAPTURED[0]
    given = raw["headers"]
    query = dict(parse_qsl(raw["target"].partition("?")[2]))
    at = dt.datetime.strptime(given["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
    more = {"accept": given["accept"], "user_agent": given["user-agent"], "x_acs_credentials_provider": given["x-acs-credentials-provider"]}
    call = ("SendSms", "2017-05-25", query, at, given["x-acs-signature-nonce"])
    _, made = aliyun_headers(("sandbox", "sandbox-secret"), given["host"], *call, **more)
    assert made["authorization"] == given["authorization"]

"""The clouds' signatures are checked from scratch: requests that their own SDKs made are taken, changed ones are not."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from arrears.sandbox.aliyun import Aliyun
from arrears.sandbox.record import Record
from arrears.sandbox.tencent import Tencent
from arrears.sandbox.weather import Weather
from arrears.sandbox.wire import Answer, Ground, Order, Request

CAPTURED = json.loads((Path(__file__).parent / "sdk-requests.json").read_text(encoding="utf-8"))
AT = dt.datetime(2026, 11, 25, 2, 42, 51, tzinfo=dt.UTC)


def request(number, **changes):
    raw = CAPTURED[number]
    path, _, query = raw["target"].partition("?")
    given = {"method": "POST", "path": path, "query": query, "headers": raw["headers"], "body": raw["body"].encode()}
    return Request(**(given | changes))


def form(kind, folder, at=AT, secret="sandbox-secret"):
    return kind(Ground(Record(folder), lambda: at, Weather, {"sandbox": secret}, {}))


def code(answer):
    told = json.loads(answer.body)
    return told.get("Code") or told["Response"]["Error"]["Code"]


def test_what_the_aliyun_sdk_signed_is_taken(tmp_path):
    order = form(Aliyun, tmp_path).read(request(0))
    assert isinstance(order, Order)
    assert (order.client_id, order.to) == ("a-1", "+8613800000001")
    assert order.data["text"] == "【兰汀消费金融】SMS_1 amount=2,824.41元 day=9月8日 ~*"


def test_what_the_tencent_sdk_signed_is_taken(tmp_path):
    order = form(Tencent, tmp_path).read(request(1))
    assert isinstance(order, Order)
    assert (order.client_id, order.to) == ("t-1", "+8613800000002")
    assert order.data["text"] == "【兰汀消费金融】T1 1=2,824.41元 2=9月8日"


@pytest.mark.parametrize(
    ("number", "changes", "expected"),
    [
        pytest.param(0, {"query": CAPTURED[0]["target"][2:].replace("13800000001", "13800000009")}, "SignatureDoesNotMatch", id="number"),
        pytest.param(0, {"body": b"x=1"}, "SignatureDoesNotMatch", id="body"),
        pytest.param(0, {"headers": CAPTURED[0]["headers"] | {"x-acs-action": "QuerySendDetails"}}, "SignatureDoesNotMatch", id="action"),
        pytest.param(0, {"headers": CAPTURED[0]["headers"] | {"authorization": "ACS3"}}, "IncompleteSignature", id="no signature"),
        pytest.param(1, {"body": CAPTURED[1]["body"].replace("000002", "000009").encode()}, "AuthFailure.SignatureFailure", id="t number"),
        pytest.param(1, {"headers": CAPTURED[1]["headers"] | {"host": "other"}}, "AuthFailure.SignatureFailure", id="t host"),
        pytest.param(
            1, {"headers": CAPTURED[1]["headers"] | {"x-tc-timestamp": "1795574571"}}, "AuthFailure.SignatureFailure", id="t time"
        ),
        pytest.param(1, {"headers": CAPTURED[1]["headers"] | {"authorization": ""}}, "AuthFailure.InvalidAuthorization", id="t none"),
    ],
)
def test_a_changed_request_is_refused(tmp_path, number, changes, expected):
    answer = form((Aliyun, Tencent)[number], tmp_path).read(request(number, **changes))
    assert isinstance(answer, Answer)
    assert code(answer) == expected


@pytest.mark.parametrize(
    ("number", "more", "expected"),
    [
        (0, {"secret": "other"}, "SignatureDoesNotMatch"),
        (0, {"at": AT + dt.timedelta(minutes=16)}, "InvalidTimeStamp.Expired"),
        (1, {"secret": "other"}, "AuthFailure.SignatureFailure"),
        (1, {"at": AT + dt.timedelta(minutes=6)}, "AuthFailure.SignatureExpire"),
    ],
)
def test_a_wrong_key_and_an_old_request_are_refused(tmp_path, number, more, expected):
    assert code(form((Aliyun, Tencent)[number], tmp_path, **more).read(request(number))) == expected


def test_a_nonce_serves_once(tmp_path):
    aliyun = form(Aliyun, tmp_path)
    assert isinstance(aliyun.read(request(0)), Order)
    assert code(aliyun.read(request(0))) == "SignatureNonceUsed"

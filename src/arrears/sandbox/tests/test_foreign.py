"""Whatever a sender writes gets an answer; nothing raises."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arrears.sandbox.aliyun import Aliyun, canonical
from arrears.sandbox.control import Control
from arrears.sandbox.generic import Generic, signed_headers
from arrears.sandbox.record import Record
from arrears.sandbox.telephone import Telephone
from arrears.sandbox.tencent import Tencent, signature
from arrears.sandbox.tests.kit import AT, carrier, now
from arrears.sandbox.weather import Weather
from arrears.sandbox.wire import Answer, Ground, Order, Request

TEXT = st.text(max_size=30) | st.sampled_from(["+8613800000001", "a-1", "13800000001", "20261125", "1", "9" * 5000, "\ud800", "【兰汀】好"])
LATIN = st.text(st.characters(max_codepoint=255), max_size=40)  # how the bytes of a header are read
VALUE = st.recursive(st.none() | st.booleans() | st.integers() | TEXT, lambda inner: st.lists(inner, max_size=3), max_leaves=4)
NAMES = ["client_id", "to", "text", "extension", "not_after"]
CLOUD = ["PhoneNumbers", "SignName", "TemplateCode", "TemplateParam", "OutId", "PhoneNumber", "SendDate", "PageSize", "CurrentPage"]
TENCENT = [
    "PhoneNumberSet",
    "SmsSdkAppId",
    "SignName",
    "TemplateId",
    "TemplateParamSet",
    "SessionContext",
    "PhoneNumber",
    "BeginTime",
    "EndTime",
]
OFTEN = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def ground(tmp_path):
    record = Record(tmp_path)
    yield Ground(record, now, Weather, {"sandbox": "sandbox-secret"}, {"T1": "您好{1}"})
    record.close()


def bodies(names):
    return st.dictionaries(st.sampled_from(names), VALUE).map(lambda data: json.dumps(data).encode()) | st.binary(max_size=60)


def answered(found):
    assert isinstance(found, Order | Answer)
    if isinstance(found, Answer):
        assert found.status < 500
        json.loads(found.body)


@OFTEN
@given(body=bodies(NAMES), path=st.sampled_from(["/sms/v1/send", "/sms/v1/ask", "/calls/v1/start", "/calls/v1/ask"]), id_=st.uuids())
def test_the_plain_form(ground, body, path, id_):
    headers = {"webhook-key": "sandbox", **signed_headers("sandbox-secret", str(id_), AT, body)}
    answered((Generic if path.startswith("/sms") else Telephone)(ground).read(Request("POST", path, "", headers, body)))


@OFTEN
@given(data=st.dictionaries(st.sampled_from(CLOUD), TEXT), action=st.sampled_from(["SendSms", "QuerySendDetails", "x"]), id_=st.uuids())
def test_the_aliyun_form(ground, data, action, id_):
    from urllib.parse import quote

    query = "&".join(f"{name}={quote(value, safe='', errors='replace')}" for name, value in data.items())
    headers = {"host": "h", "x-acs-action": action, "x-acs-version": "2017-05-25", "x-acs-date": "2026-11-25T01:00:00Z"}
    headers |= {"x-acs-signature-nonce": str(id_), "x-acs-content-sha256": hashlib.sha256(b"").hexdigest()}
    request = Request("POST", "/", query, headers, b"")
    names = sorted(headers)
    text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical(request, names).encode()).hexdigest()
    made = hmac.new(b"sandbox-secret", text.encode(), hashlib.sha256).hexdigest()
    signed = headers | {"authorization": f"ACS3-HMAC-SHA256 Credential=sandbox,SignedHeaders={';'.join(names)},Signature={made}"}
    found = Aliyun(ground).read(Request("POST", "/", query, signed, b""))
    answered(found)
    assert isinstance(found, Order) or b"SignatureDoesNotMatch" not in found.body


@OFTEN
@given(body=bodies(TENCENT), action=st.sampled_from(["SendSms", "PullSmsSendStatusByPhoneNumber", "x"]))
def test_the_tencent_form(ground, body, action):
    at = str(int(AT.timestamp()))
    headers = {"host": "h", "content-type": "application/json", "x-tc-action": action, "x-tc-version": "2021-01-11", "x-tc-timestamp": at}
    request, names = Request("POST", "/", "", headers, body), ["content-type", "host"]
    made = signature("sandbox-secret", request, names, ("2026-11-25", "sms"), at)
    scope = "Credential=sandbox/2026-11-25/sms/tc3_request"
    signed = headers | {"authorization": f"TC3-HMAC-SHA256 {scope}, SignedHeaders={';'.join(names)}, Signature={made}"}
    found = Tencent(ground).read(Request("POST", "/", "", signed, body))
    answered(found)
    assert isinstance(found, Order) or b"AuthFailure" not in found.body


@OFTEN
@given(
    headers=st.dictionaries(st.sampled_from(["authorization", "x-acs-action", "x-tc-action", "x-tc-timestamp", "webhook-timestamp"]), LATIN)
)
def test_headers_of_any_kind(ground, headers):
    for form in (Generic, Telephone, Aliyun, Tencent):
        found = form(ground).read(Request("POST", "/", "", headers, b"{}"))
        assert isinstance(found, Answer)


@pytest.mark.parametrize("path", ["/control", "/reply", "/resend"])
def test_orders_of_any_kind(tmp_path, path):
    it = carrier(tmp_path)
    names = ["lose", "fates", "down", "slow_s", "callback_url", "templates", "from", "text", "form", "seed"]

    @OFTEN
    @given(body=bodies(names))
    def ordered(body):
        headers = {"host": "127.0.0.1", "content-type": "application/json"}
        answered(Control(it).respond(Request("POST", path, "", headers, body)))

    ordered()
    it.http.shut()
    it.smtp.shut()
    it.record.close()

"""The Tencent form: SendSms and PullSmsSendStatusByPhoneNumber of 2021-01-11, signed by TC3-HMAC-SHA256, checked here from scratch."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

from arrears.sandbox.aliyun import rendered
from arrears.sandbox.generic import parts
from arrears.sandbox.record import Entry, Kept
from arrears.sandbox.weather import chance
from arrears.sandbox.wire import CLOUD_BARS, NUMBER, Answer, Ground, Order, Request, told

ALGORITHM = "TC3-HMAC-SHA256"
VERSION = "2021-01-11"
TOLERANCE_S = 300
_AUTHORIZATION = re.compile(
    ALGORITHM
    + r" Credential=([^/,]+)/([0-9]{4}-[0-9]{2}-[0-9]{2})/([a-z]+)/tc3_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})"
)


def signature(secret: str, request: Request, signed: list[str], scope: tuple[str, str], at: str) -> str:
    """Return the signature a request should carry: the key goes through day, service and `tc3_request`."""
    day, service = scope
    headers = "".join(f"{name}:{request.header(name).strip().lower()}\n" for name in signed)
    text = "\n".join([request.method, request.path, request.query, headers, ";".join(signed), hashlib.sha256(request.body).hexdigest()])
    to_sign = "\n".join([ALGORITHM, at, f"{day}/{service}/tc3_request", hashlib.sha256(text.encode()).hexdigest()])
    key = ("TC3" + secret).encode()
    for each in (day, service, "tc3_request"):
        key = hmac.new(key, each.encode(), hashlib.sha256).digest()
    return hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()


class Tencent:
    """`POST /` with `x-tc-action`; parameters as JSON."""

    name = "tencent"

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def takes(self, request: Request) -> bool:
        """See `Form`."""
        return request.path == "/" and bool(request.header("x-tc-action"))

    def read(self, request: Request) -> Order | Answer:
        """See `Form`."""
        refused = self._refusal(request)
        if refused:
            return refused
        try:
            data = json.loads(request.body)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict):
            return _error("FailedOperation.JsonParseFail", "the body is no JSON object")
        match request.header("x-tc-action"):
            case "SendSms":
                return self._order(data)
            case "PullSmsSendStatusByPhoneNumber":
                return self._pull(data)
        return _error("InvalidAction", "The request action is invalid.")

    def _refusal(self, request: Request) -> Answer | None:
        found = _AUTHORIZATION.fullmatch(request.header("authorization"))
        if not found:
            return _error("AuthFailure.InvalidAuthorization", "The authorization header does not conform to the standard.")
        key, day, service, names, given = found[1], found[2], found[3], found[4].split(";"), found[5]
        secret, at = self._ground.keys.get(key), request.header("x-tc-timestamp")
        if secret is None:
            return _error("AuthFailure.SecretIdNotFound", "The SecretId is not found.")
        if not at.isascii() or not at.isdecimal() or len(at) > 11 or dt.datetime.fromtimestamp(int(at), dt.UTC).strftime("%Y-%m-%d") != day:
            return _error("AuthFailure.SignatureFailure", "The day of the credential is not that of the timestamp.")
        wanted = signature(secret, request, names, (day, service), at)
        if not {"content-type", "host"} <= set(names) or service != "sms" or not hmac.compare_digest(given, wanted):
            return _error("AuthFailure.SignatureFailure", "The provided credentials could not be validated.")
        if abs(self._ground.now().timestamp() - int(at)) > TOLERANCE_S:
            return _error("AuthFailure.SignatureExpire", "The signature is too old, or of the future.")
        if request.header("x-tc-version") != VERSION:
            return _error("InvalidParameterValue", "The version is not known.")
        return None

    def _order(self, data: Mapping[str, Any]) -> Order | Answer:
        numbers, params = data.get("PhoneNumberSet"), data.get("TemplateParamSet") or []
        missing = [name for name in ("SmsSdkAppId", "TemplateId", "SignName") if not isinstance(data.get(name), str) or not data[name]]
        if missing or not isinstance(numbers, list) or len(numbers) != 1:
            return _error("MissingParameter", f"The request is missing {missing[0] if missing else 'a PhoneNumberSet of one number'}.")
        session = str(data.get("SessionContext") or "")
        if not isinstance(params, list) or not all(isinstance(each, str) for each in params):
            return _error("InvalidParameter", "TemplateParamSet is no list of texts.")
        if not isinstance(numbers[0], str) or not NUMBER.fullmatch(numbers[0]):
            return _row("InvalidParameterValue.IncorrectPhoneNumber", "phone number is incorrect", str(numbers[0]), session)
        text = rendered(
            self._ground.templates, data["TemplateId"], data["SignName"], {str(n): each for n, each in enumerate(params, start=1)}
        )
        if text is None:
            return _row(
                "FailedOperation.TemplateParamSetNotMatchApprovedTemplate", "parameters do not fit the template", numbers[0], session
            )
        if any(word in text for word in CLOUD_BARS):
            return _row("FailedOperation.ContainSensitiveWord", "the content holds words that are not allowed", numbers[0], session)
        kept = {"text": text, "template": data["TemplateId"], "params": params, "parts": parts(text)}
        return Order("sms", self.name, session, numbers[0], kept)

    def _pull(self, data: Mapping[str, Any]) -> Answer:
        begin, end, offset, limit = (data.get(name) for name in ("BeginTime", "EndTime", "Offset", "Limit"))
        times = [each for each in (begin, end, offset, limit) if isinstance(each, int) and not isinstance(each, bool)]
        if len(times) != 4 or not 0 < times[3] <= 100 or not isinstance(data.get("PhoneNumber"), str):
            return _error("InvalidParameterValue", "BeginTime, EndTime, Offset, Limit (1 to 100) and PhoneNumber are needed.")
        # as the cloud: a message without a report yet is not listed, so not being listed proves nothing
        found = [
            each
            for each in self._ground.record.to(data["PhoneNumber"])
            if each.states
            and each.entry["form"] == self.name
            and times[0] <= dt.datetime.fromisoformat(each.entry["at"]).timestamp() <= times[1]
        ]
        rows = [_status(each) for each in found[times[2] : times[2] + times[3]]]
        return told(200, {"Response": {"PullSmsSendStatusSet": rows, "RequestId": _request_id(data["PhoneNumber"])}})

    def accepted(self, order: Order, entry: Entry) -> Answer:
        """See `Form`."""
        return _row("Ok", "send success", order.to, order.client_id, serial=entry["provider_id"], fee=order.data["parts"])

    def throttled(self, order: Order, seconds: int) -> Answer:
        """See `Form`: one time in two the gateway refuses, else the limit of a number."""
        if chance(0, "which", order.client_id) < 1 / 2:
            return _error("RequestLimitExceeded", "The number of requests exceeds the frequency limit.")
        return _row(
            "LimitExceeded.PhoneNumberThirtySecondLimit", "the number of messages in 30 s exceeds the limit", order.to, order.client_id
        )


def _status(kept: Kept) -> dict[str, object]:
    last = kept.states[-1] if kept.states else None
    return {
        "UserReceiveTime": int(dt.datetime.fromisoformat(last["at"]).timestamp()) if last else 0,
        "CountryCode": "86",
        "SubscriberNumber": kept.entry["to"].removeprefix("+86"),
        "PhoneNumber": kept.entry["to"],
        "SerialNo": kept.entry["provider_id"],
        "ReportStatus": {"delivered": "SUCCESS", "accepted": ""}.get(kept.state, "FAIL"),
        "Description": last["code"] if last else "",
        "SessionContext": kept.entry["client_id"],
    }


def _row(code: str, says: str, number: str, session: str, serial: str = "", fee: int = 0) -> Answer:
    row = {"SerialNo": serial, "PhoneNumber": number, "Fee": fee, "SessionContext": session, "Code": code, "Message": says, "IsoCode": "CN"}
    return told(200, {"Response": {"SendStatusSet": [row], "RequestId": _request_id(number + serial)}})


def _error(code: str, says: str) -> Answer:
    return told(200, {"Response": {"Error": {"Code": code, "Message": says}, "RequestId": _request_id(code)}})


def _request_id(seed: str) -> str:
    raw = hashlib.sha256(seed.encode()).hexdigest()
    return f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:32]}"

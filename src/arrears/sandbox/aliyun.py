"""The Aliyun form: SendSms and QuerySendDetails of 2017-05-25, signed by ACS3-HMAC-SHA256, which is checked here from scratch."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote

from arrears.sandbox.generic import parts
from arrears.sandbox.record import Entry, Kept
from arrears.sandbox.weather import chance
from arrears.sandbox.wire import CLOUD_BARS, NUMBER, Answer, Ground, Once, Order, Request, told

ALGORITHM = "ACS3-HMAC-SHA256"
VERSION = "2017-05-25"
TOLERANCE_S = 900
_AUTHORIZATION = re.compile(ALGORITHM + r" Credential=([^,]+),SignedHeaders=([a-z0-9;-]+),Signature=([0-9a-f]{64})")
_MUST_SIGN = {"host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"}
_LOCAL = dt.timezone(dt.timedelta(hours=8))
_STATUS = {"delivered": 3, "undelivered": 2, "off": 2, "invalid": 2}


def canonical(request: Request, signed: list[str]) -> str:
    """Return the text that is hashed: method, path, sorted query, signed headers, hash of the body."""
    pairs = sorted((_quoted(name), _quoted(value)) for name, value in parse_qsl(request.query, keep_blank_values=True))
    query = "&".join(f"{name}={value}" for name, value in pairs)
    headers = "".join(f"{name}:{request.header(name).strip()}\n" for name in signed)
    digest = hashlib.sha256(request.body).hexdigest()
    return "\n".join([request.method, request.path, query, headers, ";".join(signed), digest])


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")


class Aliyun:
    """`POST /` with `x-acs-action`; parameters in the query."""

    name = "aliyun"

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._once = Once()

    def takes(self, request: Request) -> bool:
        """See `Form`."""
        return request.path == "/" and bool(request.header("x-acs-action"))

    def read(self, request: Request) -> Order | Answer:
        """See `Form`."""
        refused = self._refusal(request)
        if refused:
            return refused
        told_us = dict(parse_qsl(request.query, keep_blank_values=True)) | dict(
            parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
        )
        match request.header("x-acs-action"):
            case "SendSms":
                return self._order(told_us)
            case "QuerySendDetails":
                return self._details(told_us)
        return _error(404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method.")

    def _refusal(self, request: Request) -> Answer | None:
        found = _AUTHORIZATION.fullmatch(request.header("authorization"))
        if not found:
            return _error(400, "IncompleteSignature", "The request signature does not conform to standards.")
        key, names, signature = found[1], found[2].split(";"), found[3]
        secret = self._ground.keys.get(key)
        if secret is None:
            return _error(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
        text = canonical(request, names)
        wanted = hmac.new(secret.encode(), f"{ALGORITHM}\n{hashlib.sha256(text.encode()).hexdigest()}".encode(), hashlib.sha256).hexdigest()
        whole = set(names) >= _MUST_SIGN and names == sorted(names)
        body_fits = request.header("x-acs-content-sha256") == hashlib.sha256(request.body).hexdigest()
        if not whole or not body_fits or not hmac.compare_digest(signature, wanted):
            return _error(400, "SignatureDoesNotMatch", "Specified signature does not match our calculation.")
        try:
            at = dt.datetime.strptime(request.header("x-acs-date"), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
        except ValueError:
            return _error(400, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted.")
        if abs((self._ground.now() - at).total_seconds()) > TOLERANCE_S:
            return _error(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")
        if not self._once.first(request.header("x-acs-signature-nonce")):
            return _error(400, "SignatureNonceUsed", "Specified signature nonce was used already.")
        if request.header("x-acs-version") != VERSION:
            return _error(404, "InvalidVersion", "Specified parameter Version is not valid.")
        return None

    def _order(self, told_us: Mapping[str, str]) -> Order | Answer:
        missing = [name for name in ("PhoneNumbers", "SignName", "TemplateCode") if not told_us.get(name)]
        if missing:
            return _business("MissingParameter", f"The input parameter {missing[0]} that is mandatory is not supplied.")
        number = national(told_us["PhoneNumbers"])
        if number is None:
            return _business("isv.MOBILE_NUMBER_ILLEGAL", "Illegal mobile number")
        try:
            params = json.loads(told_us.get("TemplateParam") or "{}")
        except (ValueError, RecursionError):
            params = None
        if not isinstance(params, dict) or not all(isinstance(each, str) for each in params.values()):
            return _business("isv.INVALID_JSON_PARAM", "TemplateParam is no JSON object of texts")
        text = rendered(self._ground.templates, told_us["TemplateCode"], told_us["SignName"], params)
        if text is None:
            return _business("isv.TEMPLATE_MISSING_PARAMETERS", "A parameter of the template is missing")
        if any(word in text for word in CLOUD_BARS):
            return _business("isv.SMS_CONTENT_ILLEGAL", "The content holds words that are not allowed")
        data = {"text": text, "template": told_us["TemplateCode"], "params": params, "parts": parts(text)}
        return Order("sms", self.name, told_us.get("OutId", ""), number, data)

    def _details(self, told_us: Mapping[str, str]) -> Answer:
        number, day = national(told_us.get("PhoneNumber", "")), told_us.get("SendDate", "")
        size, page = (_count(told_us.get(name, "")) for name in ("PageSize", "CurrentPage"))
        if number is None or not re.fullmatch(r"[0-9]{8}", day) or not 1 <= size <= 50 or page < 1:
            return _business("isv.INVALID_PARAMETERS", "PhoneNumber, SendDate yyyyMMdd, PageSize 1 to 50 and CurrentPage are needed")
        found = [each for each in self._ground.record.to(number) if each.entry["form"] == self.name and _day(each) == day]
        first = (page - 1) * size
        rows = [_detail(each) for each in found[first : first + size]]
        return told(
            200,
            {
                "Code": "OK",
                "Message": "OK",
                "RequestId": _request_id(number + day),
                "TotalCount": len(found),
                "SmsSendDetailDTOs": {"SmsSendDetailDTO": rows},
            },
        )

    def accepted(self, order: Order, entry: Entry) -> Answer:
        """See `Form`."""
        return told(200, {"Code": "OK", "Message": "OK", "BizId": entry["provider_id"], "RequestId": _request_id(entry["provider_id"])})

    def throttled(self, order: Order, seconds: int) -> Answer:
        """See `Form`: one time in two the gateway refuses, else the limit of a number."""
        if chance(0, "which", order.client_id) < 1 / 2:
            return _error(400, "Throttling.User", "Request was denied due to user flow control.")
        return _business("isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控Permits:1")


def _count(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def national(given: str) -> str | None:
    """Return a number of the cloud's own form as +8613800000000; None where it is none."""
    number = given if given.startswith("+") else ("+86" + given if len(given) == 11 else "+" + given)
    return number if NUMBER.fullmatch(number) else None


def rendered(templates: Mapping[str, str], code: str, sign: str, params: Mapping[str, str]) -> str | None:
    """Return the text a person would see; where the template is not known, its code and parameters. None where one is missing."""
    known = templates.get(code)
    if known is None:
        return f"【{sign}】{code} " + " ".join(f"{name}={value}" for name, value in params.items())
    if any(name not in params for name in re.findall(r"\$?\{(\w+)\}", known)):
        return None
    return f"【{sign}】" + re.sub(r"\$?\{(\w+)\}", lambda found: params[found[1]], known)


def _day(kept: Kept) -> str:
    return dt.datetime.fromisoformat(kept.entry["at"]).astimezone(_LOCAL).strftime("%Y%m%d")


def _local(moment: str) -> str:
    return dt.datetime.fromisoformat(moment).astimezone(_LOCAL).strftime("%Y-%m-%d %H:%M:%S")


def _detail(kept: Kept) -> dict[str, object]:
    last = kept.states[-1] if kept.states else None
    row: dict[str, object] = {
        "PhoneNum": kept.entry["to"].removeprefix("+86"),
        "SendDate": _local(kept.entry["at"]),
        "SendStatus": _STATUS.get(kept.state, 1),
        "TemplateCode": kept.entry["template"],
        "Content": kept.entry["text"],
        "OutId": kept.entry["client_id"],
    }
    return row | ({"ReceiveDate": _local(last["at"]), "ErrCode": last["code"]} if last else {})


def _request_id(seed: str) -> str:
    raw = hashlib.sha256(seed.encode()).hexdigest().upper()
    return f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:32]}"


def _business(code: str, says: str) -> Answer:
    return told(200, {"Code": code, "Message": says, "RequestId": _request_id(code + says)})


def _error(status: int, code: str, says: str) -> Answer:
    return told(status, {"Code": code, "Message": says, "RequestId": _request_id(code), "HostId": "sandbox"})

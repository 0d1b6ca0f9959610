"""Short messages by Tencent Cloud: SendSms and PullSmsSendStatusByPhoneNumber of 2021-01-11, without its SDK."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from arrears.desk.contacts.delivery import lint as words
from arrears.desk.contacts.delivery.aliyun import LOCAL, wrong_cloud
from arrears.desk.contacts.delivery.http_generic import read_object
from arrears.desk.contacts.delivery.interface import (
    Asked,
    Fate,
    Finding,
    Known,
    NotKnown,
    Now,
    Refused,
    Result,
    Sent,
    Sms,
    Uncertain,
    Why,
    detail,
    wrong_sms,
)
from arrears.desk.contacts.delivery.segments import segments
from arrears.desk.contacts.delivery.signing import tencent_headers
from arrears.desk.contacts.delivery.wire import Limits, Reply, address, post

URL = "https://sms.tencentcloudapi.com"
VERSION = "2021-01-11"
PAGE = 100
PAGES = 20
# The first beginning that fits decides: why, retry, the route is at fault, seconds to wait.
_CODES: tuple[tuple[str, Why, bool, bool, int | None], ...] = (
    ("RequestLimitExceeded", "throttled", True, False, 1),
    ("LimitExceeded.PhoneNumberThirtySecondLimit", "throttled", True, False, 30),
    ("LimitExceeded.PhoneNumberOneHourLimit", "throttled", True, False, 3_600),
    ("LimitExceeded.PhoneNumberDailyLimit", "throttled", True, False, 86_400),
    ("LimitExceeded.PhoneNumberSameContentDailyLimit", "throttled", True, False, 86_400),
    ("LimitExceeded.DailyLimit", "throttled", True, True, 86_400),
    ("LimitExceeded.AppDailyLimit", "throttled", True, True, 86_400),
    ("LimitExceeded", "throttled", True, False, 60),
    ("AuthFailure", "bad_key", True, True, None),
    ("UnauthorizedOperation", "bad_key", True, True, None),
    ("InternalError.RequestTimeException", "bad_key", True, True, None),
    ("InternalError.SigVerificationFail", "bad_key", True, True, None),
    ("InternalError.SigFieldMissing", "bad_key", True, True, None),
    ("FailedOperation.InsufficientBalanceInSmsPackage", "no_balance", True, True, None),
    ("FailedOperation.ContainSensitiveWord", "content", False, False, None),
    ("InvalidParameter.DirtyWordFound", "content", False, False, None),
    ("InvalidParameterValue.ContentLengthLimit", "content", False, False, None),
    ("InvalidParameterValue.TemplateParameterFormatError", "content", False, False, None),
    ("InvalidParameterValue.TemplateParameterLengthLimit", "content", False, False, None),
    ("InvalidParameterValue.ProhibitedUseUrlInTemplateParameter", "content", False, False, None),
    ("InvalidParameterValue.IncorrectPhoneNumber", "bad_number", False, False, None),
    ("FailedOperation.PhoneNumberParseFail", "bad_number", False, False, None),
    ("FailedOperation.PhoneNumberInBlacklist", "rejected", False, False, None),
    ("FailedOperation.Template", "setup", False, True, None),
    ("FailedOperation.Signature", "setup", False, True, None),
    ("FailedOperation.MissingTemplate", "setup", False, True, None),
    ("FailedOperation.MissingSignature", "setup", False, True, None),
    ("FailedOperation.JsonParseFail", "setup", False, True, None),
    ("MissingParameter", "setup", False, True, None),
    ("InvalidParameter", "setup", False, True, None),
    ("InvalidAction", "setup", False, True, None),
    ("UnsupportedOperation", "setup", False, True, None),
    ("UnknownParameter", "setup", False, True, None),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """An account with Tencent Cloud.

    Attributes
    ----------
    secret_id, secret : of a sub-account that may send short messages and nothing else
    app_id : SmsSdkAppId
    region : of the service
    url, limits : where, and how long to wait
    """

    secret_id: str
    secret: str = field(repr=False)
    app_id: str
    region: str = "ap-guangzhou"
    url: str = URL
    limits: Limits = field(default_factory=Limits)


class Tencent:
    """Sends approved templates; see `SmsRoute`.

    It lists only what has a report, and our id only where that is switched on for the account: `ask` is never sure of a no.
    """

    name = "tencent"

    def __init__(self, settings: Settings, now: Now) -> None:
        self._to = address(settings.url)
        self._settings, self._now = settings, now

    def send(self, message: Sms) -> Result:
        """See `SmsRoute`."""
        wrong = wrong_sms(message) or wrong_cloud(self.name, message)
        if wrong:
            return wrong
        data = {
            "PhoneNumberSet": [message.to],
            "SmsSdkAppId": self._settings.app_id,
            "SignName": message.signature,
            "TemplateId": message.template,
            "TemplateParamSet": list(message.params.values()),
            "SessionContext": message.client_id,
        }
        reply = self._call("SendSms", data)
        if not isinstance(reply, Reply):
            return reply
        told = _response(reply)
        rows = told.get("SendStatusSet")
        row = rows[0] if isinstance(rows, list) and len(rows) == 1 and isinstance(rows[0], dict) else {}
        if reply.status == 200 and row.get("Code") == "Ok" and isinstance(row.get("SerialNo"), str) and row["SerialNo"]:
            fee = row.get("Fee")
            return Sent(row["SerialNo"], fee if isinstance(fee, int) and fee > 0 else segments(message.whole).parts)
        return _refused(reply, told.get("Error") or row)

    def ask(self, client_id: str, *, to: str, sent_on: dt.date) -> Asked:
        """See `SmsRoute`: looks through the reports about the number from that day on, a hundred at a time."""
        begin = dt.datetime.combine(sent_on, dt.time(), LOCAL)
        end = min(begin + dt.timedelta(days=2), self._now())
        times = {"BeginTime": int(begin.timestamp()), "EndTime": int(end.timestamp())}
        fates: list[Fate] = []
        for page in range(PAGES):
            told_us = {**times, "Offset": page * PAGE, "Limit": PAGE, "PhoneNumber": to, "SmsSdkAppId": self._settings.app_id}
            reply = self._call("PullSmsSendStatusByPhoneNumber", told_us)
            if not isinstance(reply, Reply):
                return reply
            told = _response(reply)
            rows = told.get("PullSmsSendStatusSet")
            if reply.status != 200 or not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
                return _refused(reply, told.get("Error") or {})
            fates += [_fate(each) for each in rows if each.get("SessionContext") == client_id]
            if len(rows) < PAGE:
                break
        return Known(tuple(fates)) if fates else NotKnown(sure=False)

    def lint(self, text: str, signature: str = "") -> tuple[Finding, ...]:
        """See `SmsRoute`."""
        return words.lint(self.name, text, signature)

    def _call(self, action: str, data: Mapping[str, object]) -> Reply | Refused | Uncertain:
        body = json.dumps(data, ensure_ascii=False).encode()
        key = (self._settings.secret_id, self._settings.secret)
        headers = tencent_headers(key, self._to.named, action, VERSION, self._settings.region, body, self._now())
        return post(self._to, "/", {**headers, "connection": "close"}, body, self._settings.limits)


def _response(reply: Reply) -> Mapping[str, Any]:
    told = read_object(reply).get("Response")
    return told if isinstance(told, dict) else {}


def _refused(reply: Reply, error: object) -> Refused | Uncertain:
    told = error if isinstance(error, dict) else {}
    code, says = str(told.get("Code", "")), str(told.get("Message", ""))
    for beginning, why, retry, route, after in _CODES:
        if code.startswith(beginning):
            return Refused(why, retry, after, route, detail(code, says))
    return Uncertain("error" if code and code != "Ok" else "nonsense", detail(reply.status, code, says or reply.body[:80]))


def _fate(told: Mapping[str, Any]) -> Fate:
    outcome = {"SUCCESS": "delivered", "FAIL": "undeliverable"}.get(str(told.get("ReportStatus")), "sent")
    seconds = told.get("UserReceiveTime")
    at = dt.datetime.fromtimestamp(seconds, dt.UTC) if isinstance(seconds, int) and 0 < seconds < 2**33 else None
    return Fate(str(told.get("SerialNo", "")), outcome, detail(told.get("Description", "")), at)

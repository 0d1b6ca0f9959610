"""Short messages by Aliyun: SendSms and QuerySendDetails of 2017-05-25, without its SDK."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from arrears.desk.contacts.delivery import lint as words
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
from arrears.desk.contacts.delivery.signing import aliyun_headers
from arrears.desk.contacts.delivery.wire import Limits, Reply, address, post

URL = "https://dysmsapi.aliyuncs.com"
VERSION = "2017-05-25"
PAGE = 50
PAGES = 20
LOCAL = dt.timezone(dt.timedelta(hours=8))
_OUTCOMES = {"1": "sent", "2": "undeliverable", "3": "delivered"}
# The first beginning that fits decides: why, retry, the route is at fault.
_CODES: tuple[tuple[str, Why, bool, bool], ...] = (
    ("isv.BUSINESS_LIMIT_CONTROL", "throttled", True, False),
    ("isv.DAY_LIMIT_CONTROL", "throttled", True, True),
    ("isv.MONTH_LIMIT_CONTROL", "throttled", True, True),
    ("Throttling", "throttled", True, False),
    ("isv.AMOUNT_NOT_ENOUGH", "no_balance", True, True),
    ("isv.OUT_OF_SERVICE", "no_balance", True, True),
    ("isv.ACCOUNT", "no_balance", True, True),
    ("isv.PRODUCT_UN", "no_balance", True, True),
    ("InvalidAccessKeyId", "bad_key", True, True),
    ("SignatureDoesNotMatch", "bad_key", True, True),
    ("IncompleteSignature", "bad_key", True, True),
    ("InvalidTimeStamp", "bad_key", True, True),
    ("isp.RAM_PERMISSION_DENY", "bad_key", True, True),
    ("Forbidden", "bad_key", True, True),
    ("isv.MOBILE_NUMBER_ILLEGAL", "bad_number", False, False),
    ("isv.SMS_CONTENT_ILLEGAL", "content", False, False),
    ("isv.BLACK_KEY_CONTROL_LIMIT", "content", False, False),
    ("isv.PARAM_LENGTH_LIMIT", "content", False, False),
    ("isv.PARAM_NOT_SUPPORT_URL", "content", False, False),
    ("isv.SMS_TEMPLATE_ILLEGAL", "setup", False, True),
    ("isv.SMS_SIGN", "setup", False, True),
    ("isv.TEMPLATE", "setup", False, True),
    ("isv.INVALID", "setup", False, False),
    ("MissingParameter", "setup", False, True),
    ("InvalidVersion", "setup", False, True),
    ("InvalidAction", "setup", False, True),
    ("isv.", "rejected", False, False),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """An account with Aliyun.

    Attributes
    ----------
    access_key_id, secret : of a RAM user that may send short messages and nothing else
    url : of the service
    limits : how long to wait
    """

    access_key_id: str
    secret: str = field(repr=False)
    url: str = URL
    limits: Limits = field(default_factory=Limits)


class Aliyun:
    """Sends approved templates; see `SmsRoute`. What is not listed yet may still have been taken: `ask` is never sure of a no."""

    name = "aliyun"

    def __init__(self, settings: Settings, now: Now) -> None:
        self._to = address(settings.url)
        self._settings, self._now = settings, now

    def send(self, message: Sms) -> Result:
        """See `SmsRoute`."""
        wrong = wrong_sms(message) or wrong_cloud(self.name, message)
        if wrong:
            return wrong
        query = {
            "PhoneNumbers": national(message.to),
            "SignName": message.signature,
            "TemplateCode": message.template,
            "TemplateParam": json.dumps(dict(message.params), ensure_ascii=False),
            "OutId": message.client_id,
        }
        reply = self._call("SendSms", query)
        if not isinstance(reply, Reply):
            return reply
        told = read_object(reply)
        if reply.status == 200 and told.get("Code") == "OK" and isinstance(told.get("BizId"), str) and told["BizId"]:
            return Sent(told["BizId"], segments(message.whole).parts)
        return _refused(reply, told)

    def ask(self, client_id: str, *, to: str, sent_on: dt.date) -> Asked:
        """See `SmsRoute`: looks through what the number got on that day, and on the next, as midnight may lie between two clocks."""
        today = self._now().astimezone(LOCAL).date()
        fates: list[Fate] = []
        for day in (sent_on, sent_on + dt.timedelta(days=1)):
            found = self._on_day(client_id, to, day) if day <= today and not fates else []
            if not isinstance(found, list):
                return found
            fates += found
        return Known(tuple(fates)) if fates else NotKnown(sure=False)

    def _on_day(self, client_id: str, to: str, day: dt.date) -> list[Fate] | Refused | Uncertain:
        fates: list[Fate] = []
        for page in range(1, PAGES + 1):
            query = {"PhoneNumber": national(to), "SendDate": day.strftime("%Y%m%d"), "PageSize": str(PAGE), "CurrentPage": str(page)}
            reply = self._call("QuerySendDetails", query)
            if not isinstance(reply, Reply):
                return reply
            told = read_object(reply)
            inner = told.get("SmsSendDetailDTOs")
            rows = inner.get("SmsSendDetailDTO") if isinstance(inner, dict) else None
            if (
                reply.status != 200
                or told.get("Code") != "OK"
                or not isinstance(rows, list)
                or not all(isinstance(each, dict) for each in rows)
            ):
                return _refused(reply, told)
            fates += [_fate(each) for each in rows if each.get("OutId") == client_id]
            if len(rows) < PAGE:
                break
        return fates

    def lint(self, text: str, signature: str = "") -> tuple[Finding, ...]:
        """See `SmsRoute`."""
        return words.lint(self.name, text, signature)

    def _call(self, action: str, query: Mapping[str, str]) -> Reply | Refused | Uncertain:
        key = (self._settings.access_key_id, self._settings.secret)
        nonce = secrets.token_hex(16)
        text, headers = aliyun_headers(key, self._to.named, action, VERSION, query, self._now(), nonce, accept="application/json")
        return post(self._to, f"/?{text}", {**headers, "connection": "close"}, b"", self._settings.limits)


def wrong_cloud(route: str, message: Sms) -> Refused | None:
    """Return why a message is no filled template that a cloud takes."""
    if not message.template:
        return Refused("setup", route=True, detail="the wording has no template code of this provider")
    found = words.lint_params(route, message.params)
    return Refused("content", detail=detail(found[0].says_en)) if found else None


def national(number: str) -> str:
    """Return a number as Aliyun wants it: 11 digits at home, country code and digits abroad."""
    return number.removeprefix("+86") if number.startswith("+86") else number.removeprefix("+")


def _refused(reply: Reply, told: Mapping[str, Any]) -> Refused | Uncertain:
    code, says = str(told.get("Code", "")), str(told.get("Message", ""))
    # a nonce that was used before means that this very request came before: it may have been taken then
    for beginning, why, retry, route in _CODES:
        if code.startswith(beginning):
            return Refused(why, retry, _wait(code, says) if why == "throttled" else None, route, detail(code, says))
    return Uncertain("error" if code and code != "OK" else "nonsense", detail(reply.status, code, says or reply.body[:80]))


def _wait(code: str, says: str) -> int:
    """Seconds until the limit that was met is over; the cloud names it in words only."""
    if "MONTH" in code or "DAY" in code or "天" in says:
        return 86_400
    return 3_600 if "小时" in says else 60


def _fate(told: Mapping[str, Any]) -> Fate:
    outcome = _OUTCOMES.get(str(told.get("SendStatus")), "sent")
    return Fate("", outcome, detail(told.get("ErrCode", "")), local_moment(told.get("ReceiveDate")))


def local_moment(text: object) -> dt.datetime | None:
    """Return an instant of `2026-11-25 09:00:00` on the clock of China, or None."""
    try:
        return dt.datetime.strptime(str(text), "%Y-%m-%d %H:%M:%S").replace(tzinfo=LOCAL)
    except ValueError:
        return None

"""The plain form: JSON over HTTPS, signed as Standard Webhooks. What a contracted industry route is asked to speak (`docs/delivery.md`)."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from arrears.desk.contacts.delivery import lint as words
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
from arrears.desk.contacts.delivery.signing import webhook_headers
from arrears.desk.contacts.delivery.wire import Limits, Reply, address, post

LATEST_S = 86_400
_WHY: Mapping[tuple[int, str], tuple[Why, bool, bool]] = {
    # (status, error) -> why, retry, the route is at fault
    (400, "bad_request"): ("rejected", False, False),
    (400, "bad_number"): ("bad_number", False, False),
    (400, "too_long"): ("content", False, False),
    (400, "no_signature"): ("content", False, False),
    (400, "content"): ("content", False, False),
    (401, "bad_signature"): ("bad_key", True, True),
    (401, "bad_time"): ("bad_key", True, True),
    (402, "no_balance"): ("no_balance", True, True),
    (410, "too_late"): ("late", False, False),
    (429, "throttled"): ("throttled", True, False),
    (503, "unavailable"): ("down", True, True),
}
SMS_STATES: Mapping[str, str] = {
    "accepted": "sent",
    "delivered": "delivered",
    "undelivered": "undeliverable",
    "off": "off",
    "invalid": "invalid",
}
CALL_STATES: Mapping[str, str] = {
    "accepted": "pending",
    "started": "pending",
    "answered": "answered",
    "ended": "answered",
    "declined": "declined",
    "no_answer": "no_answer",
    "busy": "busy",
    "off": "off",
    "invalid": "invalid",
}
"""A state of the plain form as an outcome of `gate.facts`."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a provider of the plain form is reached.

    Attributes
    ----------
    url : https://..., to which `/sms/v1/send` and the like are added
    key_id, secret : of the signature; a secret may be `whsec_` and base64
    limits : how long to wait
    """

    url: str
    key_id: str
    secret: str = field(repr=False)
    limits: Limits = field(default_factory=Limits)


class Plain:
    """Signed JSON to one provider: what short messages and calls share."""

    def __init__(self, settings: Settings, now: Now, states: Mapping[str, str]) -> None:
        self._to = address(settings.url)
        self._settings, self._now, self._states = settings, now, states

    def send(self, path: str, data: Mapping[str, str]) -> Result:
        """Post one order and read the answer."""
        reply = self._post(path, data)
        if not isinstance(reply, Reply):
            return reply
        told = read_object(reply)
        if reply.status in (200, 202) and isinstance(told.get("provider_id"), str) and told["provider_id"]:
            parts = told.get("parts", 0)
            return Sent(told["provider_id"], parts if isinstance(parts, int) and parts >= 0 else 0)
        return self._refused(reply, told)

    def ask(self, path: str, client_id: str) -> Asked:
        """Ask what the provider knows of an id."""
        reply = self._post(path, {"client_id": client_id})
        if not isinstance(reply, Reply):
            return reply
        told = read_object(reply)
        if reply.status != 200 or not isinstance(told.get("known"), bool):
            return self._refused(reply, told)
        messages = told.get("messages")
        if not told["known"]:
            return NotKnown(sure=True)
        if (
            not isinstance(messages, list)
            or not messages
            or not all(isinstance(each, dict) and each.get("state") in self._states for each in messages)
        ):
            return Uncertain("nonsense", detail(reply.status, reply.body[:80]))
        return Known(tuple(_fate(each, self._states) for each in messages))

    def _post(self, path: str, data: Mapping[str, str]) -> Reply | Refused | Uncertain:
        body = json.dumps(data, ensure_ascii=False).encode()
        signed = webhook_headers(self._settings.key_id, self._settings.secret, secrets.token_hex(16), self._now(), body)
        headers = {"host": self._to.named, "content-type": "application/json; charset=utf-8", "connection": "close", **signed}
        return post(self._to, self._to.path + path, headers, body, self._settings.limits)

    def _refused(self, reply: Reply, told: Mapping[str, Any]) -> Refused | Uncertain:
        known = _WHY.get((reply.status, str(told.get("error"))))
        if known is None:
            return Uncertain("nonsense", detail(reply.status, reply.body[:80]))
        why, retry, route = known
        wait = reply.headers.get("retry-after", "")
        after = min(int(wait), LATEST_S) if wait.isascii() and wait.isdecimal() and len(wait) < 10 else (60 if why == "throttled" else None)
        return Refused(why, retry, after if retry else None, route, detail(told["error"], told.get("says", "")))


def read_object(reply: Reply) -> Mapping[str, Any]:
    """Return the JSON object of an answer; an empty one where there is none."""
    try:
        told = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _fate(told: Mapping[str, Any], states: Mapping[str, str]) -> Fate:
    return Fate(str(told.get("provider_id", "")), states[told["state"]], detail(told.get("code", "")), moment(told.get("state_at")))


def moment(text: object) -> dt.datetime | None:
    """Return an aware instant of a text in ISO form, or None."""
    try:
        found = dt.datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.utcoffset() is not None else None


class HttpGeneric:
    """Short messages over the plain form; see `SmsRoute`."""

    name = "http_generic"

    def __init__(self, settings: Settings, now: Now) -> None:
        self._plain = Plain(settings, now, SMS_STATES)

    def send(self, message: Sms) -> Result:
        """See `SmsRoute`."""
        wrong = wrong_sms(message)
        return wrong or self._plain.send("/sms/v1/send", {"client_id": message.client_id, "to": message.to, "text": message.whole})

    def ask(self, client_id: str, *, to: str, sent_on: dt.date) -> Asked:
        """See `SmsRoute`; the plain form needs neither number nor day, and promises that what it took is known at once."""
        return self._plain.ask("/sms/v1/ask", client_id)

    def lint(self, text: str, signature: str = "") -> tuple[Finding, ...]:
        """See `SmsRoute`."""
        return words.lint(self.name, text, signature)

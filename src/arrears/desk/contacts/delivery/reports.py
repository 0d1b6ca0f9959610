"""What providers call back: reports about messages and calls, and what people wrote, read from the bodies of their requests.

Whoever receives the request first looks at its signature (`signing.is_signed`). The two clouds do not sign: their address must hold a
secret part (`is_token`), and what they say is believed only about an id that we gave out.
"""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from arrears.desk.contacts.delivery.http_generic import CALL_STATES, SMS_STATES, moment
from arrears.desk.contacts.delivery.interface import detail

Form = Literal["generic", "telephone", "smtp", "aliyun", "tencent"]
ACKNOWLEDGED: Mapping[Form, bytes] = {
    "generic": b"{}",
    "telephone": b"{}",
    "smtp": b"{}",
    "aliyun": '{"code": 0, "msg": "接收成功"}'.encode(),
    "tencent": b'{"result": 0, "errmsg": "OK"}',
}
"""What to answer when a body was stored."""
_LOCAL = dt.timezone(dt.timedelta(hours=8))
_MOST = 1000


class Unreadable(ValueError):
    """A body that is not of its form; the sentence says what is wrong and repeats nothing of a person."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one message or call.

    Attributes
    ----------
    kind : sms | call | email
    client_id, provider_id : ours, theirs; either may be empty, not both
    to : the address as they say it
    outcome : a word of `gate.facts.Outcome`; pending: under way, or tried again by the relay
    code : the provider's own
    at : when it was so
    seconds, recording : of a call that has ended
    """

    kind: Literal["sms", "call", "email"]
    client_id: str
    provider_id: str
    to: str = field(repr=False)
    outcome: str
    code: str = ""
    at: dt.datetime | None = None
    seconds: int | None = None
    recording: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person wrote back.

    Attributes
    ----------
    kind : sms | email
    reply_id : theirs, to take each in once
    sender : number or address
    text : as written
    at : when
    answers : client id of the mail it answers; empty where nobody says
    """

    kind: Literal["sms", "email"]
    reply_id: str
    sender: str = field(repr=False)
    text: str = field(repr=False)
    at: dt.datetime | None = None
    answers: str = ""


def is_token(given: str, wanted: str) -> bool:
    """Return whether the secret part of a callback's address fits; an empty secret fits nothing."""
    return bool(wanted) and hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def read(form: Form, body: bytes, domain: str = "") -> tuple[Report | Reply, ...]:
    """Read one body.

    Parameters
    ----------
    form : whose; the address it came to says so
    body : the bytes
    domain : ours, for what comes by mail

    Raises
    ------
    Unreadable; then nothing of the body counts, and the answer is 400.
    """
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("the body is no JSON") from None
    if form in ("aliyun", "tencent"):
        rows = told if isinstance(told, list) else [told]
        if not 0 < len(rows) <= _MOST or not all(isinstance(each, dict) for each in rows):
            raise Unreadable(f"the body is no list of 1 to {_MOST} objects")
        return tuple((_aliyun if form == "aliyun" else _tencent)(each) for each in rows)
    data = told.get("data") if isinstance(told, dict) else None
    if not isinstance(data, dict):
        raise Unreadable("the body is no object with type, timestamp and data")
    return _typed(form, str(told.get("type")), data, moment(told.get("timestamp")), domain)


def _typed(form: Form, kind: str, data: Mapping[str, Any], at: dt.datetime | None, domain: str) -> tuple[Report | Reply, ...]:
    match form, kind:
        case "generic", "sms.report":
            return (
                Report(
                    "sms",
                    _text(data, "client_id"),
                    _text(data, "provider_id"),
                    _text(data, "to"),
                    _state(data, SMS_STATES),
                    _code(data),
                    at,
                ),
            )
        case "generic", "sms.reply":
            return (Reply("sms", _text(data, "reply_id"), _text(data, "from"), _text(data, "text", longest=5000), at),)
        case "telephone", "call.report":
            seconds = data.get("seconds")
            lasted = seconds if isinstance(seconds, int) and not isinstance(seconds, bool) and 0 <= seconds < 86_400 else None
            ids = _text(data, "client_id"), _text(data, "provider_id"), _text(data, "to")
            return (Report("call", *ids, _state(data, CALL_STATES), _code(data), at, lasted, _text(data, "recording", needed=False)),)
        case "smtp", "mail.report" | "mail.received":
            from arrears.desk.contacts.delivery.bounces import read_mail

            try:
                raw = base64.b64decode(_text(data, "raw", longest=2 << 20), validate=True)
            except ValueError:
                raise Unreadable("raw is no base64") from None
            return read_mail(raw, domain)
    raise Unreadable("type is not one of sms.report, sms.reply, call.report, mail.report, mail.received, at its own address")


def _aliyun(row: Mapping[str, Any]) -> Report | Reply:
    number = _home(_text(row, "phone_number"))
    if "content" in row:
        return Reply("sms", str(row.get("sequence_id", ""))[:64], number, _text(row, "content", longest=5000), _local(row.get("send_time")))
    ids = _text(row, "out_id", needed=False), _text(row, "biz_id")
    if not isinstance(row.get("success"), bool):
        raise Unreadable("success is not true or false")
    code = "" if row["success"] else detail(row.get("err_code", ""))
    return Report("sms", *ids, number, "delivered" if row["success"] else "undeliverable", code, _local(row.get("report_time")))


def _tencent(row: Mapping[str, Any]) -> Report | Reply:
    country, mobile = str(row.get("nationcode", "86")), _text(row, "mobile")
    number = mobile if mobile.startswith("+") else f"+{country}{mobile}"
    if "report_status" not in row:
        seconds = row.get("time")
        at = dt.datetime.fromtimestamp(seconds, dt.UTC) if isinstance(seconds, int) and 0 < seconds < 2**33 else None
        return Reply("sms", f"{number}-{seconds}", number, _text(row, "text", longest=5000), at)
    outcome = {"SUCCESS": "delivered", "FAIL": "undeliverable"}.get(str(row["report_status"]))
    if outcome is None:
        raise Unreadable("report_status is not SUCCESS or FAIL")
    code = "" if outcome == "delivered" else detail(row.get("errmsg", ""))
    return Report("sms", _text(row, "ext", needed=False), _text(row, "sid"), number, outcome, code, _local(row.get("user_receive_time")))


def _text(data: Mapping[str, Any], name: str, needed: bool = True, longest: int = 320) -> str:
    value = data.get(name, "" if not needed else None)
    if not isinstance(value, str) or len(value) > longest or (needed and not value):
        raise Unreadable(f"{name} is no text of 1 to {longest} characters")
    return value


def _state(data: Mapping[str, Any], states: Mapping[str, str]) -> str:
    outcome = states.get(str(data.get("state")))
    if outcome is None:
        raise Unreadable(f"state is not one of {', '.join(states)}")
    return outcome


def _code(data: Mapping[str, Any]) -> str:
    return detail(data.get("code", ""))


def _home(number: str) -> str:
    return number if number.startswith("+") else ("+86" + number if len(number) == 11 else "+" + number)


def _local(text: object) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(str(text), "%Y-%m-%d %H:%M:%S").replace(tzinfo=_LOCAL)
    except ValueError:
        return None

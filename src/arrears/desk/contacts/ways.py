"""The ways out of this installation, from `routes.json` in its data folder: routes, the lender's own lines, secrets of callbacks.

    {"signature": "兰汀消费金融",
     "lines": {"zh_Hans": {"lender": ..., "pay": ..., "help": ..., "complain": ..., "sign_in": ...}, "en": {...}},
     "sms": {"route": "http_generic", "url": ..., "key_id": ..., "secret": ...},
     "mail": {"host": ..., "port": "465", "security": "tls", "sender_name": ..., "sender": ..., "domain": ...},
     "calls": {"url": ..., "key_id": ..., "secret": ...},
     "callback_secrets": ["..."], "callback_token": "...", "per_second": {"sms": 50}, "look_after_s": 180}

Without the file short messages and letters go into files of the data folder, and there is no mail and no telephone system.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from arrears.desk import clock
from arrears.desk.contacts import texts
from arrears.desk.contacts.delivery.calls import CallRoute
from arrears.desk.contacts.delivery.choose import call_route, mail_route, sms_route
from arrears.desk.contacts.delivery.interface import SmsRoute
from arrears.desk.contacts.delivery.smtp import MailRoute

FILE = "routes.json"
_LINES: Mapping[str, Mapping[str, str]] = {
    "zh_Hans": {"pay": "登录本公司app还款", "help": "400-000-0001", "complain": "400-000-0002", "sign_in": "https://lanting.example/my"},
    "en": {"pay": "in the app", "help": "400-000-0001", "complain": "400-000-0002", "sign_in": "https://lanting.example/my"},
}
_NAMES = {"zh_Hans": "", "en": "Lanting Consumer Finance"}
_held: dict[str, Any] = {}


@dataclass(frozen=True)
class Ways:
    """What is set up.

    Attributes
    ----------
    sms_name, sms, mail, calls : routes; None: not set up
    lines : locale -> what the lender fills into every wording
    callback_secrets, callback_token : how callbacks prove themselves
    per_second : route of a channel -> the most messages a second
    look_after : when an attempt without a result is taken for uncertain
    domain : right side of our Message-IDs
    """

    sms_name: str
    sms: SmsRoute | None
    mail: MailRoute | None
    calls: CallRoute | None
    lines: Mapping[str, Mapping[str, str]] = field(repr=False)
    callback_secrets: tuple[str, ...] = field(repr=False)
    callback_token: str = field(repr=False)
    per_second: Mapping[str, int]
    look_after: dt.timedelta
    domain: str

    def name_of(self, channel: str) -> str:
        """The name under which a channel's way is paused and counted."""
        return {"sms": self.sms_name, "email": "mail", "call": "calls", "letter": "letters"}.get(channel, channel)

    def has(self, channel: str) -> bool:
        """Is there a way for this channel?"""
        return {"sms": self.sms, "email": self.mail, "call": self.calls, "letter": True}.get(channel) is not None


def ways() -> Ways:
    """The ways as they are set up now; read again when the file changes."""
    path = settings.PLACES.root / FILE
    stamp = (path.stat().st_mtime_ns, os.getpid()) if path.exists() else (0, os.getpid())
    if _held.get("stamp") != stamp:
        _held["ways"], _held["stamp"] = _read(json.loads(path.read_text("utf-8")) if stamp[0] else {}), stamp
    made: Ways = _held["ways"]
    return made


def _read(told: Mapping[str, Any]) -> Ways:
    sms = {str(name): str(value) for name, value in told.get("sms", {}).items()}
    name = sms.pop("route", "file")
    if name == "file":
        sms.setdefault("path", str(settings.PLACES.root / "outbox-sms.jsonl"))
    mail = {str(name): str(value) for name, value in told.get("mail", {}).items()}
    calls = {str(name): str(value) for name, value in told.get("calls", {}).items()}
    given = told.get("lines", {})
    signature = str(told.get("signature") or settings.LENDER)
    lines = {
        locale: {"lender": _NAMES[locale] or settings.LENDER, **_LINES[locale], **given.get(locale, {}), "signature": signature}
        for locale in texts.LOCALES
    }
    return Ways(
        name,
        sms_route(name, sms, clock.now),
        mail_route(mail, clock.now, texts.phrases()) if mail else None,
        call_route(calls, clock.now) if calls else None,
        lines,
        tuple(map(str, told.get("callback_secrets", ()))),
        str(told.get("callback_token", "")),
        {str(key): int(value) for key, value in told.get("per_second", {}).items()},
        dt.timedelta(seconds=float(told.get("look_after_s", 180))),
        mail.get("domain", "localhost"),
    )


def for_sandbox(http: int, smtp: int, **more: Any) -> dict[str, Any]:
    """What `routes.json` holds where the ways lead to a sandbox carrier on this machine."""
    plain = {"url": f"http://127.0.0.1:{http}", "key_id": "sandbox", "secret": "sandbox-secret"}
    mail = {
        "host": "127.0.0.1", "port": str(smtp), "security": "none", "sender_name": settings.LENDER, "sender": "service@lanting.example",
        "domain": "mail.lanting.example",
    }  # fmt: skip
    return {
        "sms": {"route": "http_generic", **plain},
        "mail": mail,
        "calls": plain,
        "callback_secrets": ["sandbox-callback-secret"],
        **more,
    }

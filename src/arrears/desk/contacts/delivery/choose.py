"""From settings to routes: the one place that names every route."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import get_args

from arrears.desk.contacts.delivery import aliyun, http_generic, smtp, tencent
from arrears.desk.contacts.delivery.calls import CallRoute, HttpCalls
from arrears.desk.contacts.delivery.file import FileRoute
from arrears.desk.contacts.delivery.interface import Now, SmsRoute
from arrears.desk.contacts.delivery.wire import Limits
from arrears.gate.wording.phrases import Phrases

Told = Mapping[str, str]
_LIMITS = ("connect_s", "answer_s")


def _limits(told: Told, usual: Limits) -> Limits:
    try:
        return Limits(float(told.get("connect_s", usual.connect_s)), float(told.get("answer_s", usual.answer_s)))
    except ValueError:
        raise ValueError("connect_s and answer_s are seconds, as 5 or 2.5") from None


def _plain(told: Told) -> http_generic.Settings:
    return http_generic.Settings(told["url"], told["key_id"], told["secret"], _limits(told, Limits()))


def _aliyun(told: Told, now: Now) -> SmsRoute:
    return aliyun.Aliyun(aliyun.Settings(told["key_id"], told["secret"], told.get("url", aliyun.URL), _limits(told, Limits())), now)


def _tencent(told: Told, now: Now) -> SmsRoute:
    region, url = told.get("region", "ap-guangzhou"), told.get("url", tencent.URL)
    return tencent.Tencent(tencent.Settings(told["key_id"], told["secret"], told["app_id"], region, url, _limits(told, Limits())), now)


# name: needed settings, further ones, how it is made
SMS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], Callable[[Told, Now], SmsRoute]]] = {
    "http_generic": (("url", "key_id", "secret"), _LIMITS, lambda told, now: http_generic.HttpGeneric(_plain(told), now)),
    "file": (("path",), (), lambda told, now: FileRoute(Path(told["path"]), now)),
    "aliyun": (("key_id", "secret"), ("url", *_LIMITS), _aliyun),
    "tencent": (("key_id", "secret", "app_id"), ("region", "url", *_LIMITS), _tencent),
}
_MAIL = ("host", "port", "security", "sender_name", "sender", "domain")


def sms_route(name: str, told: Told, now: Now) -> SmsRoute:
    """Make a route for short messages; ValueError names the setting that is missing, unknown or wrong."""
    if name not in SMS:
        raise ValueError(f"{name!r} is no route for short messages; allowed: {', '.join(SMS)}")
    needed, further, make = SMS[name]
    _check(name, told, needed, further)
    return make(told, now)


def call_route(told: Told, now: Now) -> CallRoute:
    """Make the route for calls; ValueError as for `sms_route`."""
    _check("calls", told, ("url", "key_id", "secret"), _LIMITS)
    return HttpCalls(_plain(told), now)


def mail_route(told: Told, now: Now, phrases: Phrases) -> smtp.SmtpRoute:
    """Make the route for mail; ValueError as for `sms_route`."""
    _check("mail", told, _MAIL, ("bounces", "user", "password", "trust", *_LIMITS))
    security = next((each for each in get_args(smtp.Security) if each == told["security"]), None)
    if security is None or not told["port"].isdecimal():
        raise ValueError(f"mail: security is one of {', '.join(get_args(smtp.Security))}, port a number")
    more = {name: told[name] for name in ("bounces", "user", "password", "trust") if name in told}
    limits = _limits(told, Limits(connect_s=10, answer_s=60))
    settings = smtp.Settings(
        told["host"], int(told["port"]), security, told["sender_name"], told["sender"], told["domain"], limits=limits, **more
    )
    return smtp.SmtpRoute(settings, now, phrases)


def _check(name: str, told: Told, needed: tuple[str, ...], further: tuple[str, ...]) -> None:
    missing = [each for each in needed if not told.get(each)]
    surplus = sorted(told.keys() - {*needed, *further})
    if missing or surplus:
        wrong = [f"missing: {', '.join(missing)}"] * bool(missing) + [f"not known: {', '.join(surplus)}"] * bool(surplus)
        raise ValueError(f"{name}: {'; '.join(wrong)}; allowed: {', '.join((*needed, *further))}")

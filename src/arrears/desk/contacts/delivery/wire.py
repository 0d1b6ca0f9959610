"""One HTTP exchange that knows whether anything may have left: before the connection stands, nothing has; after that, it may."""

from __future__ import annotations

import http.client
import ipaddress
import smtplib
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from arrears.desk.contacts.delivery.interface import Refused, Uncertain, detail


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much.

    Attributes
    ----------
    connect_s : until the connection stands, with its TLS
    answer_s : from there until the whole answer is here
    largest : bytes of an answer
    """

    connect_s: float = 5.0
    answer_s: float = 15.0
    largest: int = 1 << 16


@dataclass(frozen=True, slots=True)
class Address:
    """Where a provider listens.

    Attributes
    ----------
    secure : by TLS
    host, port, path : path without a slash at its end
    """

    secure: bool
    host: str
    port: int
    path: str

    @property
    def named(self) -> str:
        """The value of the Host header."""
        return self.host if self.port == (443 if self.secure else 80) else f"{self.host}:{self.port}"


def address(url: str) -> Address:
    """Read an address of the settings; ValueError for one that is none, or that would send in the clear over a network."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
        raise ValueError(f"{url!r} is no address of a provider; write it as https://sms.example.com/path")
    if not secure and not is_loopback(parts.hostname):
        raise ValueError(f"{url!r} would send in the clear; allowed: https://, or http:// to this machine itself")
    return Address(secure, parts.hostname, parts.port or (443 if secure else 80), parts.path.rstrip("/"))


def is_loopback(host: str) -> bool:
    """Return whether a name is this machine itself."""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whole; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def post(to: Address, target: str, headers: Mapping[str, str], body: bytes, limits: Limits) -> Reply | Refused | Uncertain:
    """Post once; no redirect is followed, no proxy asked, nothing tried again."""
    if to.secure:
        line: http.client.HTTPConnection = http.client.HTTPSConnection(
            to.host, to.port, timeout=limits.connect_s, context=ssl.create_default_context()
        )
    else:
        line = http.client.HTTPConnection(to.host, to.port, timeout=limits.connect_s)
    try:
        with Watch(line, limits.connect_s):
            try:
                line.connect()
            except (OSError, UnicodeError) as error:
                return Refused("no_connection", retry=True, route=True, detail=detail(type(error).__name__, error))
        return _exchange(line, target, headers, body, limits)
    finally:
        line.close()


class Watch:
    """Ends a conversation when its time is over: a socket's own time-out is for each piece, and a byte a second never meets it.

    Parameters
    ----------
    line : whose `sock` is shut down then
    seconds : from entering the context
    """

    def __init__(self, line: http.client.HTTPConnection | smtplib.SMTP, seconds: float) -> None:
        self._line = line
        self._over = threading.Event()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    @property
    def is_over(self) -> bool:
        """Whether it was ended so."""
        return self._over.is_set()

    def _end(self) -> None:
        self._over.set()
        held: socket.socket | None = self._line.sock
        if held is not None:
            with suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Watch:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()


def _exchange(line: http.client.HTTPConnection, target: str, headers: Mapping[str, str], body: bytes, limits: Limits) -> Reply | Uncertain:
    if line.sock is not None:
        line.sock.settimeout(limits.answer_s)
    with Watch(line, limits.answer_s) as watch:
        try:
            line.request("POST", target, body, dict(headers))
            answer = line.getresponse()
            raw = answer.read(limits.largest + 1)
            names = {name.lower(): value for name, value in answer.getheaders()}
        except (OSError, http.client.HTTPException) as error:
            return Uncertain("slow" if watch.is_over or isinstance(error, TimeoutError) else "cut", detail(type(error).__name__, error))
        if watch.is_over:
            return Uncertain("slow", "the answer did not end in time")
    if len(raw) > limits.largest:
        return Uncertain("nonsense", f"an answer of more than {limits.largest} bytes")
    return Reply(answer.status, names, raw)

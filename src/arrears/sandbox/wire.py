"""A request, an answer, and what a form of request must be able to say."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from arrears.sandbox.record import Entry, Record
from arrears.sandbox.weather import Weather

Now = Callable[[], dt.datetime]
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
CLIENT_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
CLOUD_BARS = ("贷款", "催款", "催收", "征信")
"""Words for which the two clouds refuse a message here, as the real ones do when they read it."""


@dataclass(frozen=True)
class Request:
    """What came over the wire; names of headers in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """Return one header, or an empty text."""
        return self.headers.get(name, "")


@dataclass(frozen=True)
class Answer:
    """What goes back."""

    status: int
    body: bytes
    kind: str = "application/json"  # the Tencent SDK looks for an error only under exactly this
    headers: tuple[tuple[str, str], ...] = ()


def told(status: int, data: object, *headers: tuple[str, str]) -> Answer:
    """Return an answer of JSON."""
    return Answer(status, json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"), headers=headers)


@dataclass(frozen=True)
class Order:
    """One message or call that a sender wants to be taken.

    Attributes
    ----------
    kind, form : sms | call | email; generic | aliyun | tencent | telephone | smtp
    client_id, to : the sender's own id, which may be empty; the address
    data : what else is kept
    """

    kind: str
    form: str
    client_id: str
    to: str
    data: Mapping[str, Any]


class Form(Protocol):
    """A way of asking the carrier for something: reads requests, checks signatures, words answers."""

    name: str

    def takes(self, request: Request) -> bool:
        """Return whether a request is of this form."""
        ...

    def read(self, request: Request) -> Order | Answer:
        """Return what is to be taken, or the answer where the request is refused or only asks."""
        ...

    def accepted(self, order: Order, entry: Entry) -> Answer:
        """Return the answer to what was taken."""
        ...

    def throttled(self, order: Order, seconds: int) -> Answer:
        """Return the answer to what is refused for now."""
        ...


@dataclass(frozen=True)
class Ground:
    """What the forms stand on: memory, clock, weather of now, keys (id to secret), approved texts by code."""

    record: Record
    now: Now
    weather: Callable[[], Weather]
    keys: Mapping[str, str]
    templates: Mapping[str, str]


class Once:
    """Remembers the last so many names, to refuse one that comes again."""

    def __init__(self, size: int = 100_000) -> None:
        self._names: dict[str, object] = {}
        self._size = size

    def first(self, name: str) -> bool:
        """Return whether a name is new, and remember it. Safe among threads: one dictionary step decides."""
        mine = object()
        fresh = self._names.setdefault(name, mine) is mine
        while len(self._names) > self._size:
            self._names.pop(next(iter(self._names)), None)
        return fresh


def fields_of(body: bytes, needed: tuple[str, ...], allowed: tuple[str, ...] = ()) -> dict[str, Any] | str:
    """Return the object of a JSON body, or what is wrong with it."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return "the body is no JSON"
    if not isinstance(data, dict):
        return "the body is no JSON object"
    missing = [name for name in needed if not isinstance(data.get(name), str) or not data[name]]
    if missing:
        return f"missing or no text: {', '.join(missing)}"
    surplus = sorted(data.keys() - {*needed, *allowed})
    return f"not known here: {', '.join(surplus)}" if surplus else data

"""The carrier put together: takes orders from its two sides, keeps them, lets the weather at them, reports what became of them."""

from __future__ import annotations

import ssl
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from arrears.sandbox.aliyun import Aliyun
from arrears.sandbox.callbacks import Callbacks, body_of, reply_body
from arrears.sandbox.front import Front
from arrears.sandbox.generic import Generic
from arrears.sandbox.post import Post
from arrears.sandbox.record import Entry, Kept, Record
from arrears.sandbox.rounds import Rounds, Step, steps
from arrears.sandbox.telephone import Telephone
from arrears.sandbox.tencent import Tencent
from arrears.sandbox.weather import Weather, chance
from arrears.sandbox.wire import Answer, Form, Ground, Now, Order, Request, told

KEYS = {"sandbox": "sandbox-secret"}
CALLBACK_SECRET = "sandbox-callback-secret"  # noqa: S105 - known to all, as nothing behind it is real
_LETTERS = {"sms": "S", "email": "M", "call": "C"}
_NONSENSE = (
    Answer(200, b"<html><body>It works!</body></html>", "text/html"),
    Answer(200, b'{"provider_id": "S0000', "application/json"),
    Answer(200, b"[]", "application/json"),
    Answer(502, b"\x00\xff\xfe not for you", "application/octet-stream"),
)


@dataclass(frozen=True)
class Settings:
    """How a carrier is set up.

    Attributes
    ----------
    folder : of its file
    port_http, port_smtp, port_page : 0 takes one that is free
    keys : id to secret of those who may ask
    callback_url, callback_secret : where reports go, and what signs them; an empty address: nowhere
    templates : the clouds' approved texts by code, so that the page shows what a person reads
    tls, login : of the mail server
    """

    folder: Path
    port_http: int = 0
    port_smtp: int = 0
    port_page: int = 0
    keys: Mapping[str, str] = field(default_factory=lambda: dict(KEYS), repr=False)
    callback_url: str = ""
    callback_secret: str = field(default=CALLBACK_SECRET, repr=False)
    templates: Mapping[str, str] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    login: tuple[str, str] | None = field(default=None, repr=False)


class Carrier:
    """A carrier that can be started and stopped; use it as a context manager in tests."""

    def __init__(self, settings: Settings, now: Now, weather: Weather | None = None) -> None:
        from arrears.sandbox.control import Control

        self.settings, self.now = settings, now
        self.weather = weather or Weather()
        self.record = Record(settings.folder)
        self.rounds = Rounds()
        self.callbacks = Callbacks(self.record, self.rounds, now, settings.callback_secret)
        self.callbacks.url = settings.callback_url
        self.templates = dict(settings.templates)
        self._counted = threading.Lock()
        self._tries: Counter[str] = Counter()
        for kept in self.record.all():
            self._tries[kept.entry["client_id"]] += 1
        ground = Ground(self.record, now, lambda: self.weather, settings.keys, self.templates)
        self._forms: tuple[Form, ...] = (Generic(ground), Telephone(ground), Aliyun(ground), Tencent(ground))
        self.http = Front(settings.port_http, self._respond)
        self.smtp = Post(settings.port_smtp, (self.take, lambda: self.weather, self.tried), settings.tls, settings.login)
        self.page = Front(settings.port_page, Control(self).respond)
        self._doors = threading.Lock()

    def __enter__(self) -> Carrier:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Open the doors, and take up again what was not reported before the last end."""
        self.rounds.start()
        self.page.open()
        if not self.weather.down:
            self.http.open()
            self.smtp.open()
        for kept in self.record.all():
            self._follow(kept)

    def stop(self) -> None:
        """Shut the doors and put the file away."""
        for door in (self.page, self.http, self.smtp):
            door.shut()
        self.rounds.stop()
        self.callbacks.stop()
        self.record.close()

    def turn(self, changes: Mapping[str, Any]) -> Weather:
        """Change the weather; ValueError names what is not allowed. Going down shuts both doors, coming back opens them."""
        with self._doors:
            self.weather = self.weather.changed(changes)
            for door in (self.http, self.smtp):
                if self.weather.down:
                    door.shut()
                else:
                    door.open()
        return self.weather

    def tried(self, client_id: str) -> int:
        """Count a try under a sender's id and return how many there were before: each try throws its own troubles."""
        with self._counted:
            self._tries[client_id] += 1
            return self._tries[client_id] - 1

    def take(self, order: Order) -> Entry:
        """Keep one message or call for good, and let it take its course."""
        copy = len(self.record.of_client(order.client_id))
        kept = {"is": "kept", "kind": order.kind, "form": order.form, "letter": _LETTERS[order.kind], "at": self.now().isoformat()}
        entry = self.record.append(kept | {"client_id": order.client_id, "to": order.to, "copy": copy} | dict(order.data))
        found = self.record.of_provider(entry["provider_id"])
        if found is not None:
            self._follow(found)
        return entry

    def reply(self, sender: str, text: str, form: str) -> Entry:
        """Let a person write back, and pass it on."""
        entry = self.record.append({"is": "reply", "at": self.now().isoformat(), "from": sender, "text": text, "form": form})
        self.callbacks.tell(f"reply-{entry['n']}", form, reply_body(form, entry))
        return entry

    def resend(self) -> int:
        """Tell again every report that nobody acknowledged; return how many."""
        left = [(kept, number) for kept in self.record.all() for number in range(len(kept.states)) if not self._is_told(kept, number)]
        for kept, number in left:
            self._tell(kept, number)
        return len(left)

    def _respond(self, request: Request) -> Answer | None:
        form = next((each for each in self._forms if each.takes(request)), None)
        if form is None:
            return told(404, {"error": "not_found", "says": "docs/delivery.md lists what can be asked here"})
        order = form.read(request)
        return order if isinstance(order, Answer) else self._serve(form, order)

    def _serve(self, form: Form, order: Order) -> Answer | None:
        weather, key = self.weather, f"{order.client_id}#{self.tried(order.client_id)}"
        if weather.throws("throttle", key):
            return form.throttled(order, weather.retry_after_s)
        if weather.throws("cut_early", key):
            return None
        entry = self.take(order)
        if weather.throws("slow", key):
            time.sleep(weather.slow_s)
        if weather.throws("cut", key):
            return None
        if weather.throws("nonsense", key):
            return _NONSENSE[int(chance(weather.seed, "which nonsense", key) * len(_NONSENSE))]
        return form.accepted(order, entry)

    def _follow(self, kept: Kept) -> None:
        """Schedule what becomes of a message from where it stands, and tell again what nobody acknowledged."""
        for number in range(len(kept.states)):
            if not self._is_told(kept, number):
                self._tell(kept, number)
        wait = self.weather.wait_s(f"{kept.entry['client_id']}#{kept.entry['copy']}")
        for step in steps(kept.entry, self.weather)[len(kept.states) :]:
            self.rounds.after(step[0] * wait, self._happening(kept, step))

    def _happening(self, kept: Kept, step: Step) -> Any:
        def happen() -> None:
            state: Entry = {"is": "state", "provider_id": kept.entry["provider_id"], "state": step[1], "code": step[2]}
            if step[1] == "ended":
                state |= {"seconds": 5 + int(chance(self.weather.seed, "seconds", kept.entry["provider_id"]) * 240)}
                state |= {"recording": f"sandbox-recording/{kept.entry['provider_id']}"}
            self.record.append(state | {"at": self.now().isoformat()})
            self._tell(kept, len(kept.states) - 1)

        return happen

    def _is_told(self, kept: Kept, number: int) -> bool:
        return self.record.is_told(_callback_id(kept, number))

    def _tell(self, kept: Kept, number: int) -> None:
        times = 2 if self.weather.throws("repeat", _callback_id(kept, number)) else 1
        self.callbacks.tell(_callback_id(kept, number), kept.entry["form"], body_of(kept.entry, kept.states[number]), times)


def _callback_id(kept: Kept, number: int) -> str:
    return f"{kept.entry['provider_id']}-{number + 1}"

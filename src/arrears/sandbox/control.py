"""What a person or a test asks the carrier itself: the page, the weather, what was taken."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from arrears.sandbox.callbacks import PATHS
from arrears.sandbox.page import STYLE, page
from arrears.sandbox.record import Kept
from arrears.sandbox.wire import Answer, Request, told

if TYPE_CHECKING:
    from arrears.sandbox.carrier import Carrier

_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_LOCAL = ("127.0.0.1", "localhost")


class Control:
    """`GET /` the page; `GET` and `POST /control` the weather; `GET /messages?client_id=` what was taken; `POST /reply`, `POST /resend`."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def respond(self, request: Request) -> Answer:
        """Answer one request."""
        if request.header("host").partition(":")[0] not in _LOCAL:
            return told(403, {"error": "not_here", "says": "only from this machine, as 127.0.0.1"})
        query = {name: values[-1] for name, values in parse_qs(request.query).items()}
        match request.method, request.path:
            case "GET", "/":
                shown = page(self._carrier.record.all(), self._carrier.record.doubled(), self._carrier.weather.as_dict(), query)
                safe = (("Content-Security-Policy", _POLICY), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"))
                return Answer(200, shown.encode("utf-8", "replace"), "text/html; charset=utf-8", safe)
            case "GET", "/page.css":
                return Answer(200, STYLE.encode(), "text/css; charset=utf-8")
            case "GET", "/control":
                return told(200, self._standing())
            case "GET", "/messages":
                record = self._carrier.record
                return told(200, [_told(each) for each in (record.of_client(query["client_id"]) if "client_id" in query else record.all())])
            case "POST", _:
                return self._order(request)
        return told(404, {"error": "not_found"})

    def _order(self, request: Request) -> Answer:
        # a form on a foreign page cannot send this kind of body without being asked first
        if not request.header("content-type").startswith("application/json"):
            return told(415, {"error": "json_only"})
        try:
            data = json.loads(request.body or b"{}")
            if not isinstance(data, dict):
                raise TypeError("the body is no JSON object")
            match request.path:
                case "/control":
                    where, templates = data.pop("callback_url", None), data.pop("templates", {})
                    if not isinstance(templates, dict) or not all(isinstance(each, str) for each in templates.values()):
                        raise ValueError("templates is no object of code to text")
                    if where is not None and (urlsplit(str(where)).scheme != "http" or not urlsplit(str(where)).hostname):
                        raise ValueError("callback_url is written as http://127.0.0.1:18000/back")
                    self._carrier.turn(data)
                    self._carrier.templates.update(templates)
                    if where is not None:
                        self._carrier.callbacks.url = str(where)
                    return told(200, self._standing())
                case "/reply":
                    form = str(data.get("form", "generic"))
                    if form not in PATHS:
                        raise ValueError(f"form is {form!r}; allowed: {', '.join(PATHS)}")
                    return told(200, self._carrier.reply(str(data["from"]), str(data["text"]), form))
                case "/resend":
                    return told(200, {"told_again": self._carrier.resend()})
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            return told(400, {"error": "bad_request", "says": str(error)})
        return told(404, {"error": "not_found"})

    def _standing(self) -> dict[str, Any]:
        kept = self._carrier.record.all()
        counts = Counter(f"{each.entry['kind']}.{each.state}" for each in kept)
        return {
            "ports": {"http": self._carrier.http.port, "smtp": self._carrier.smtp.port, "page": self._carrier.page.port},
            "weather": self._carrier.weather.as_dict(),
            "callback_url": self._carrier.callbacks.url,
            "taken": len(kept),
            "counts": dict(sorted(counts.items())),
            "doubled": self._carrier.record.doubled(),
            "not_told": sum(
                not self._carrier.record.is_told(f"{each.entry['provider_id']}-{n}")
                for each in kept
                for n in range(1, len(each.states) + 1)
            ),
        }


def _told(kept: Kept) -> dict[str, Any]:
    return {name: value for name, value in kept.entry.items() if name != "raw"} | {"state": kept.state, "states": kept.states}

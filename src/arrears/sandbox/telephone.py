"""The telephone system: `POST /calls/v1/start` and `POST /calls/v1/ask`, signed as in `generic.py`; what happens is called back."""

from __future__ import annotations

import datetime as dt

from arrears.sandbox.generic import Signed, known
from arrears.sandbox.record import Entry
from arrears.sandbox.wire import CLIENT_ID, NUMBER, Answer, Ground, Order, Request, fields_of, told


class Telephone:
    """Starts a call from a desk's extension to a number, before a moment after which it must not ring."""

    name = "telephone"

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._signed = Signed(ground)

    def takes(self, request: Request) -> bool:
        """See `Form`."""
        return request.method == "POST" and request.path in ("/calls/v1/start", "/calls/v1/ask")

    def read(self, request: Request) -> Order | Answer:
        """See `Form`."""
        refused = self._signed.refusal(request)
        if refused:
            return refused
        asks = request.path.endswith("/ask")
        data = fields_of(request.body, ("client_id",) if asks else ("client_id", "to", "extension", "not_after"))
        if isinstance(data, str):
            return told(400, {"error": "bad_request", "says": data})
        if asks:
            return known(self._ground.record.of_client(data["client_id"]))
        if not CLIENT_ID.fullmatch(data["client_id"]):
            return told(400, {"error": "bad_request", "says": "client_id: 1 to 64 of letters, digits and . _ : -"})
        if not NUMBER.fullmatch(data["to"]):
            return told(400, {"error": "bad_number", "says": "to: a number as +8613800000000"})
        if not _still(data["not_after"], self._ground.now()):
            return told(410, {"error": "too_late", "says": "not_after has passed, or is no moment with its offset; nothing rang"})
        return Order("call", self.name, data["client_id"], data["to"], {"extension": data["extension"], "not_after": data["not_after"]})

    def accepted(self, order: Order, entry: Entry) -> Answer:
        """See `Form`."""
        return told(202, {"provider_id": entry["provider_id"], "state": "accepted"})

    def throttled(self, order: Order, seconds: int) -> Answer:
        """See `Form`."""
        return told(429, {"error": "throttled", "says": "all lines are busy; nothing rang"}, ("Retry-After", str(seconds)))


def _still(not_after: str, now: dt.datetime) -> bool:
    try:
        moment = dt.datetime.fromisoformat(not_after)
    except ValueError:
        return False
    return moment.utcoffset() is not None and now <= moment

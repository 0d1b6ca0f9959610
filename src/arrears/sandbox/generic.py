"""The plain form of short messages: JSON, signed by HMAC as in the Standard Webhooks specification (`docs/delivery.md`)."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping

from arrears.sandbox.record import Entry, Kept
from arrears.sandbox.wire import CLIENT_ID, NUMBER, Answer, Ground, Once, Order, Request, fields_of, told

TOLERANCE_S = 300
LONGEST = 1000


def stamp(key: str, message_id: str, at: str, body: bytes) -> str:
    """Return the signature `v1,...` of a body under a secret."""
    made = hmac.new(key.encode(), f"{message_id}.{at}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(made).decode()


def signed_headers(secret: str, message_id: str, at: dt.datetime, body: bytes) -> Mapping[str, str]:
    """Return the three headers of a signed body."""
    seconds = str(int(at.timestamp()))
    return {"webhook-id": message_id, "webhook-timestamp": seconds, "webhook-signature": stamp(secret, message_id, seconds, body)}


class Signed:
    """Checks who asks: key, signature, age, and that the same request does not come twice."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._once = Once()

    def refusal(self, request: Request) -> Answer | None:
        """Return the answer to a request that is not to be believed, or None."""
        secret = self._ground.keys.get(request.header("webhook-key"))
        given = request.header("webhook-signature").split()
        at, message_id = request.header("webhook-timestamp"), request.header("webhook-id")
        wanted = stamp(secret or "", message_id, at, request.body)
        if not secret or not message_id or not any(hmac.compare_digest(each.encode(), wanted.encode()) for each in given):
            return told(401, {"error": "bad_signature", "says": "unknown key, or the signature is not of this body"})
        age = self._ground.now().timestamp() - int(at) if at.isascii() and at.isdecimal() and len(at) < 15 else TOLERANCE_S + 1
        if abs(age) > TOLERANCE_S:
            return told(401, {"error": "bad_time", "says": f"webhook-timestamp is more than {TOLERANCE_S} s away from now"})
        if not self._once.first(message_id):
            return told(409, {"error": "replayed", "says": "this webhook-id was used before"})
        return None


def known(kept: list[Kept]) -> Answer:
    """Return what the carrier knows of a sender's id."""
    messages = [
        {"provider_id": each.entry["provider_id"], "state": each.state, "taken_at": each.entry["at"], **_last(each)} for each in kept
    ]
    return told(200, {"known": bool(messages), "messages": messages})


def _last(kept: Kept) -> dict[str, object]:
    return {"state_at": kept.states[-1]["at"], "code": kept.states[-1]["code"]} if kept.states else {}


class Generic:
    """`POST /sms/v1/send` and `POST /sms/v1/ask`."""

    name = "generic"

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._signed = Signed(ground)

    def takes(self, request: Request) -> bool:
        """See `Form`."""
        return request.method == "POST" and request.path in ("/sms/v1/send", "/sms/v1/ask")

    def read(self, request: Request) -> Order | Answer:
        """See `Form`."""
        refused = self._signed.refusal(request)
        if refused:
            return refused
        asks = request.path.endswith("/ask")
        data = fields_of(request.body, ("client_id",) if asks else ("client_id", "to", "text"))
        if isinstance(data, str):
            return told(400, {"error": "bad_request", "says": data})
        if asks:
            return known(self._ground.record.of_client(data["client_id"]))
        wrong = _wrong(data)
        if wrong:
            return told(400, {"error": wrong[0], "says": wrong[1]})
        return Order("sms", self.name, data["client_id"], data["to"], {"text": data["text"], "parts": parts(data["text"])})

    def accepted(self, order: Order, entry: Entry) -> Answer:
        """See `Form`."""
        return told(202, {"provider_id": entry["provider_id"], "state": "accepted", "parts": order.data["parts"]})

    def throttled(self, order: Order, seconds: int) -> Answer:
        """See `Form`."""
        return told(
            429, {"error": "throttled", "says": f"too many messages; not taken, ask again in {seconds} s"}, ("Retry-After", str(seconds))
        )


def _wrong(data: Mapping[str, str]) -> tuple[str, str] | None:
    if not CLIENT_ID.fullmatch(data["client_id"]):
        return "bad_request", "client_id: 1 to 64 of letters, digits and . _ : -"
    if not NUMBER.fullmatch(data["to"]):
        return "bad_number", "to: a number as +8613800000000"
    if len(data["text"]) > LONGEST:
        return "too_long", f"text: at most {LONGEST} characters"
    if not data["text"].startswith("【") or "】" not in data["text"]:
        return "no_signature", "text: begins with the sender's name as 【name】"
    return None


def parts(text: str) -> int:
    """Count the parts a text is billed as: UTF-16 units, 70 alone or 67 each; carriers count a signed Chinese text no other way."""
    units = len(text.encode("utf-16-be", "surrogatepass")) // 2
    return 1 if units <= 70 else -(-units // 67)

"""Calls: a link that a telephone on the desk dials, or a signed request to a telephone system that rings both sides."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Protocol

from arrears.desk.contacts.delivery.http_generic import CALL_STATES, Plain, Settings
from arrears.desk.contacts.delivery.interface import CLIENT_ID, NUMBER, Asked, Now, Refused, Result


@dataclass(frozen=True, slots=True)
class Call:
    """One call.

    Attributes
    ----------
    client_id : ours, of this attempt
    to : a number as +8613800000000
    extension : of the collector, which rings first
    not_after : the end of the permit; the telephone system must not ring later
    """

    client_id: str
    to: str = field(repr=False)
    extension: str
    not_after: dt.datetime


class CallRoute(Protocol):
    """A way for calls. A call that is uncertain is asked about and never dialled again by a machine."""

    name: str

    def start(self, call: Call) -> Result:
        """Try once to have a call rung; what happens then is called back (`reports.py`)."""
        ...

    def ask(self, client_id: str) -> Asked:
        """Ask what the telephone system knows of a call."""
        ...


def tel_link(number: str) -> str:
    """Return the link that a telephone dials; ValueError for what is no number."""
    if not NUMBER.fullmatch(number):
        raise ValueError("a number is written as +8613800000000")
    return f"tel:{number}"


class HttpCalls:
    """A telephone system of the plain form; see `CallRoute`."""

    name = "http_calls"

    def __init__(self, settings: Settings, now: Now) -> None:
        self._plain, self._now = Plain(settings, now, CALL_STATES), now

    def start(self, call: Call) -> Result:
        """See `CallRoute`."""
        if not CLIENT_ID.fullmatch(call.client_id):
            raise ValueError(f"client id {call.client_id!r}: allowed are 1 to 64 of letters, digits and . _ : -")
        if not NUMBER.fullmatch(call.to):
            return Refused("bad_number", detail="not a number as +8613800000000")
        if self._now() > call.not_after:
            return Refused("late")
        ends = call.not_after.isoformat()
        return self._plain.send(
            "/calls/v1/start", {"client_id": call.client_id, "to": call.to, "extension": call.extension, "not_after": ends}
        )

    def ask(self, client_id: str) -> Asked:
        """See `CallRoute`."""
        return self._plain.ask("/calls/v1/ask", client_id)

"""The clock of the Desk: the one function that says what time it is.

Views, jobs and commands call `now()` and hand the instant down. A demonstration may run at another time of day: the supervisor sets
ARREARS_CLOCK_SHIFT (whole seconds) for all of its processes alike. A test stops the clock with `at(instant)`.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
SHIFT = "ARREARS_CLOCK_SHIFT"
_stopped: ContextVar[dt.datetime | None] = ContextVar("stopped", default=None)


def now() -> dt.datetime:
    """The instant, aware, in the zone of the law."""
    stopped = _stopped.get()
    if stopped is not None:
        return stopped
    return dt.datetime.now(ZONE) + dt.timedelta(seconds=shift())


def today() -> dt.date:
    """The calendar day of the law."""
    return now().date()


def shift() -> int:
    """Seconds by which this installation's clock is moved; 0 in earnest."""
    return int(os.environ.get(SHIFT, "0"))


@contextmanager
def at(instant: dt.datetime) -> Iterator[dt.datetime]:
    """Stop the clock of this thread at an aware instant."""
    if instant.tzinfo is None:
        raise ValueError("the instant has no offset; write it as 2026-11-24T09:00:00+08:00")
    token = _stopped.set(instant.astimezone(ZONE))
    try:
        yield instant
    finally:
        _stopped.reset(token)

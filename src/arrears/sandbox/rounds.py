"""What happens later: jobs that fall due, and what becomes of each message."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable

from arrears.sandbox.record import Entry
from arrears.sandbox.weather import Weather, chance

Step = tuple[float, str, str]
"""(share of the report's wait, state, code)"""
_SMS = {
    "delivered": "DELIVRD",
    "undelivered": "UNDELIV",
    "off": "EXPIRED",
    "invalid": "MK:0001",
}
_MAIL = {"delivered": "2.0.0", "undelivered": "4.4.7", "invalid": "5.1.1"}
_CALLS = (("answered", 0.55), ("no_answer", 0.75), ("declined", 0.85), ("busy", 0.92), ("off", 0.97), ("invalid", 1.0))


def steps(entry: Entry, weather: Weather) -> list[Step]:
    """Return what becomes of a message or call, in order; nothing for what is lost. Always the same for the same message and weather."""
    key = f"{entry['client_id']}#{entry['copy']}"
    fate = weather.fates.get(entry["to"], "")
    if fate == "lost" or (not fate and weather.throws("lose", key)):
        return [(0.0, "started", "")] if entry["kind"] == "call" else []
    if entry["kind"] == "call":
        thrown = chance(weather.seed, "call", key)
        state = fate if fate in dict(_CALLS) else next(name for name, below in _CALLS if thrown < below)
        ring: list[Step] = [(0.0, "started", ""), (0.5, state, "")]
        return [*ring, (1.0, "ended", "")] if state == "answered" else ring
    codes = _SMS if entry["kind"] == "sms" else _MAIL
    state = fate or ("undelivered" if weather.throws("fail", key) else "delivered")
    state = state if state in codes else "undelivered"
    return [(1.0, state, codes[state])]


class Rounds:
    """Runs jobs when they fall due, on one thread, in order of time."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._wake = threading.Condition()
        self._stopped = self._busy = False
        self._thread = threading.Thread(target=self._run, name="sandbox-rounds", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def after(self, seconds: float, job: Callable[[], None]) -> None:
        """Run a job once, so many seconds from now."""
        with self._wake:
            heapq.heappush(self._due, (time.monotonic() + seconds, next(self._order), job))
            self._wake.notify()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is due, now or later, and nothing is running."""
        with self._wake:
            return not self._due and not self._busy

    def stop(self) -> None:
        """End; what is not due yet is left."""
        with self._wake:
            self._stopped = True
            self._wake.notify()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while (job := self._next()) is not None:
            try:
                job()
            except Exception as error:  # noqa: BLE001 - a mistake in one job is told as any thread's, and the others still run
                threading.excepthook(threading.ExceptHookArgs((type(error), error, error.__traceback__, threading.current_thread())))

    def _next(self) -> Callable[[], None] | None:
        with self._wake:
            self._busy = False
            while not self._stopped:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    self._busy = True
                    return heapq.heappop(self._due)[2]
                self._wake.wait(wait)
        return None

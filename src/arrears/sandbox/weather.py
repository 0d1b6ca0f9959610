"""What goes wrong at the carrier, and when: chances thrown by a seed, so that the same run has the same troubles."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any

STATES = ("delivered", "undelivered", "lost", "answered", "declined", "no_answer", "busy", "off", "invalid")
"""What may become of a message or call to an address whose fate is set."""
_CHANCES = ("lose", "repeat", "fail", "throttle", "nonsense", "cut", "cut_early", "slow")


@dataclass(frozen=True)
class Weather:
    """The troubles of now. Chances are shares from 0 to 1.

    Attributes
    ----------
    seed : which run of troubles
    lose : taken and acknowledged, but never arrives and never reports
    repeat : a report is told twice
    fail : ends undelivered
    throttle : refused for now, with the form's own code
    nonsense : kept, but the answer is no answer of the form
    cut : kept, but the connection breaks before the answer
    cut_early : not kept, and the connection breaks
    slow, slow_s : kept, and the answer comes so many seconds late
    delay_s : seconds from taking to reporting, on average
    retry_after_s : what a throttled sender is told to wait
    down : nobody listens
    fates : address to what becomes of everything sent there; see `STATES`
    """

    seed: int = 0
    lose: float = 0.0
    repeat: float = 0.0
    fail: float = 0.0
    throttle: float = 0.0
    nonsense: float = 0.0
    cut: float = 0.0
    cut_early: float = 0.0
    slow: float = 0.0
    slow_s: float = 0.0
    delay_s: float = 0.0
    retry_after_s: int = 1
    down: bool = False
    fates: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def changed(self, told: Mapping[str, Any]) -> Weather:
        """Return the weather with some of it changed; ValueError names what is not allowed."""
        allowed = {each.name: each.type for each in fields(self)}
        for name, value in told.items():
            if name not in allowed:
                raise ValueError(f"{name!r} is no trouble; allowed: {', '.join(allowed)}")
            _check(name, value)
        return replace(self, **told)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {each.name: getattr(self, each.name) for each in fields(self)} | {"fates": dict(self.fates)}

    def throws(self, what: str, key: str) -> bool:
        """Return whether a trouble meets this message: the same for the same seed, trouble and key, whatever else happens."""
        share = float(getattr(self, what))
        return share > 0 and chance(self.seed, what, key) < share

    def wait_s(self, key: str) -> float:
        """Return how long a report waits: between half and one and a half of `delay_s`."""
        return self.delay_s * (0.5 + chance(self.seed, "delay", key)) if self.delay_s else 0.0


def _check(name: str, value: object) -> None:
    if name in _CHANCES:
        fits, allowed = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1, "a share from 0 to 1"
    elif name in ("slow_s", "delay_s"):
        fits, allowed = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 3600, "seconds from 0 to 3600"
    elif name == "down":
        fits, allowed = isinstance(value, bool), "true or false"
    elif name == "fates":
        fits = isinstance(value, Mapping) and all(each in STATES for each in value.values())
        allowed = f"an object of address to one of {', '.join(STATES)}"
    else:
        fits, allowed = isinstance(value, int) and not isinstance(value, bool) and value >= 0, "a whole number from 0"
    if not fits:
        raise ValueError(f"{name} is {value!r}; allowed: {allowed}")


def chance(seed: int, what: str, key: str) -> float:
    """Return a number in [0, 1) that depends on nothing but its arguments."""
    digest = hashlib.sha256(f"{seed}\0{what}\0{key}".encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:7], "big") / 2**56

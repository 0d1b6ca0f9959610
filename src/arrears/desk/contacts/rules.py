"""The law and the house this process decides by: loaded once, and again when a file of the house changes."""

from __future__ import annotations

import threading
import time
from typing import Any, NamedTuple

from django.conf import settings

from arrears.law.values import Law, load

_LOOK_EVERY_S = 1.0
_LOCK = threading.Lock()
_held: dict[str, Any] = {}


class InForce(NamedTuple):
    """The packs and their version."""

    law: Law
    version: str


def in_force() -> InForce:
    """The law as it is now, with the house that the Book keeps. Refused where the house does not load: then nothing is permitted."""
    held: InForce | None = _held.get("law")
    if held is not None and time.monotonic() - _held["looked"] < _LOOK_EVERY_S:
        return held
    with _LOCK:
        at_book = settings.PLACES.book / "house"
        folder = at_book if at_book.is_dir() else None
        stamp = tuple(sorted((each.name, each.stat().st_mtime_ns) for each in folder.glob("*.yaml"))) if folder else ()
        if held is None or stamp != _held.get("stamp"):
            law = load(folder)
            _held["law"] = InForce(law, law.version())
        _held["stamp"], _held["looked"] = stamp, time.monotonic()
        made: InForce = _held["law"]
        return made

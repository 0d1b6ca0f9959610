"""Short messages into a file instead of the air: for a first trial, or for a machine without a network."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
from contextlib import suppress
from pathlib import Path

from arrears.desk.contacts.delivery import lint as words
from arrears.desk.contacts.delivery.interface import (
    Asked,
    Fate,
    Finding,
    Known,
    NotKnown,
    Now,
    Refused,
    Result,
    Sent,
    Sms,
    detail,
    wrong_sms,
)
from arrears.desk.contacts.delivery.segments import segments


class FileRoute:
    """Appends a JSON line a message and is sure of it: written and on the disk, or refused; see `SmsRoute`.

    Parameters
    ----------
    path : of the file; its folder is made
    now : the clock
    """

    name = "file"

    def __init__(self, path: Path, now: Now) -> None:
        self._path, self._now = path, now

    def send(self, message: Sms) -> Result:
        """See `SmsRoute`."""
        wrong = wrong_sms(message)
        if wrong:
            return wrong
        parts = segments(message.whole).parts
        line = {"client_id": message.client_id, "to": message.to, "text": message.whole, "parts": parts, "at": self._now().isoformat()}
        try:
            return Sent(f"F{self._append(json.dumps(line, ensure_ascii=True).encode())}", parts)
        except OSError as error:
            return Refused("disk", retry=True, route=True, detail=detail(type(error).__name__, error.strerror or ""))

    def ask(self, client_id: str, *, to: str, sent_on: dt.date) -> Asked:
        """See `SmsRoute`."""
        try:
            lines = self._path.read_bytes().split(b"\n")[:-1] if self._path.exists() else []
        except OSError as error:
            return Refused("disk", retry=True, route=True, detail=detail(type(error).__name__, error.strerror or ""))
        fates: list[Fate] = []
        place = 0
        for line in lines:
            with suppress(ValueError):
                if json.loads(line).get("client_id") == client_id:
                    fates.append(Fate(f"F{place}", "sent"))
            place += len(line) + 1
        return Known(tuple(fates)) if fates else NotKnown(sure=True)

    def lint(self, text: str, signature: str = "") -> tuple[Finding, ...]:
        """See `SmsRoute`."""
        return words.lint(self.name, text, signature)

    def _append(self, line: bytes) -> int:
        """Write one line whole or not at all; return where it begins, which is its number."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        held = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
            size = os.fstat(held).st_size
            # a line without its end is the trace of a crash: nobody was told of it
            start = os.pread(held, size, 0).rfind(b"\n") + 1 if size and os.pread(held, 1, size - 1) != b"\n" else size
            os.truncate(held, start)
            try:
                left = line + b"\n"
                while left:
                    left = left[os.write(held, left) :]
                os.fsync(held)
            except OSError:
                os.truncate(held, start)
                raise
            return start
        finally:
            os.close(held)

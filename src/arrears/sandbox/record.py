"""The carrier's memory: a file of JSON lines that only grows. What it acknowledged is there, whatever happens next."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Entry = dict[str, Any]
NAME = "messages.jsonl"


class BrokenRecord(ValueError):
    """The file holds a line that no carrier wrote; the sentence names it."""


@dataclass(slots=True)
class Kept:
    """One message or call as it was taken, and what became of it.

    Attributes
    ----------
    entry : the line of the file
    states : (state, detail of the line) in order
    """

    entry: Entry
    states: list[Entry] = field(default_factory=list)

    @property
    def state(self) -> str:
        """The last state; `accepted` while nothing is known."""
        return str(self.states[-1]["state"]) if self.states else "accepted"


class Record:
    """Appends lines and finds what they say. One process at a time; many threads.

    A message is on the disk when `append` returns: many at once share one fsync. A line without its end is the trace of a crash in the
    middle of writing; nobody was told of it, and it is cut off.

    Parameters
    ----------
    folder : made if it is missing; the file is `messages.jsonl`

    Raises
    ------
    BrokenRecord for a broken line inside the file, BlockingIOError where another carrier has the folder.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / NAME
        self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._write, self._sync = threading.Lock(), threading.Lock()
        self._written = self._synced = 0
        self._kept: list[Kept] = []
        self._by_client: dict[str, list[Kept]] = {}
        self._by_provider: dict[str, Kept] = {}
        self._told: set[str] = set()
        self._numbers = 0
        self._closed = False
        self._read()

    def _read(self) -> None:
        raw = self.path.read_bytes()
        whole = raw.rfind(b"\n") + 1
        if whole != len(raw):
            os.truncate(self._fd, whole)
            os.fsync(self._fd)
        for number, line in enumerate(raw[:whole].splitlines(), start=1):
            try:
                entry = json.loads(line)
                self._index(entry)
            except (ValueError, KeyError, TypeError) as error:
                raise BrokenRecord(f"{self.path.name}, line {number} is no line of a carrier: {error}") from None

    def _index(self, entry: Entry) -> None:
        self._numbers = int(entry["n"])
        what: str = entry["is"]
        if what == "kept":
            kept = Kept(entry)
            self._kept.append(kept)
            self._by_client.setdefault(entry["client_id"], []).append(kept)
            self._by_provider[entry["provider_id"]] = kept
        elif what == "state":
            self._by_provider[entry["provider_id"]].states.append(entry)
        elif what == "told":
            self._told.add(entry["callback_id"])

    def append(self, entry: Entry) -> Entry:
        """Write one line and return it with its number `n`; what is kept is on the disk by then.

        A kept message gets its provider id here, as both are counted under one lock.
        """
        with self._write:
            if self._closed:  # the number of a closed file may belong to another one by now
                raise ValueError("the record is closed")
            line: Entry = {"n": self._numbers + 1, **entry}
            if line["is"] == "kept":
                line["provider_id"] = f"{line['letter']}{line['n']:09d}"
            self._put(json.dumps(line, ensure_ascii=True, separators=(",", ":")).encode() + b"\n")
            self._written += 1
            mine = self._written
            self._index(line)
        if line["is"] != "kept":  # what became of a message follows from the seed again; only what was taken was promised
            return line
        with self._sync:
            if self._synced < mine and not self._closed:
                reached = self._written
                os.fdatasync(self._fd)
                self._synced = reached
        return line

    def _put(self, line: bytes) -> None:
        """Write a whole line or nothing: a full disk must not leave half a line in the way of the next."""
        before = os.fstat(self._fd).st_size
        try:
            while line:
                line = line[os.write(self._fd, line) :]
        except OSError:
            os.truncate(self._fd, before)
            raise

    def of_client(self, client_id: str) -> list[Kept]:
        """Return what was taken under a sender's id: more than one where the sender sent twice."""
        with self._write:
            return list(self._by_client.get(client_id, ()))

    def of_provider(self, provider_id: str) -> Kept | None:
        """Return what was taken under the carrier's own id."""
        with self._write:
            return self._by_provider.get(provider_id)

    def to(self, address: str) -> list[Kept]:
        """Return what was taken for an address, oldest first."""
        with self._write:
            return [each for each in self._kept if each.entry["to"] == address]

    def all(self) -> list[Kept]:
        """Return everything taken, oldest first."""
        with self._write:
            return list(self._kept)

    def is_told(self, callback_id: str) -> bool:
        """Return whether the sender acknowledged a report."""
        with self._write:
            return callback_id in self._told

    def doubled(self) -> list[str]:
        """Return the sender's ids under which more than one message was taken."""
        with self._write:
            return sorted(client_id for client_id, kept in self._by_client.items() if client_id and len(kept) > 1)

    def close(self) -> None:
        """Give the folder back."""
        with self._write, self._sync:
            self._closed = True
            os.fdatasync(self._fd)
            os.close(self._fd)

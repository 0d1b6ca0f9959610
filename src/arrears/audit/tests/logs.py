"""A small log with a rotation of its key, its export, and ways to damage an export."""

from __future__ import annotations

import base64
import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arrears.audit.folder import Folder
from arrears.audit.keys import Signer, signed
from arrears.audit.log import Log
from arrears.audit.prove import root_of
from arrears.audit.verify import Key, leaf_hash

ORIGIN = "lanting.example/audit"
DAY = dt.date(2026, 9, 1)


def leaf(number: int, **other: Any) -> dict[str, Any]:
    """The leaf of an invented close."""
    told = {"book": "lanting", "day": "2026-09-01", "manifest_sha256": f"{number:064x}"}
    return {"id": f"close/lanting/{number}", "kind": "close_manifest", **told, **other}


@dataclass
class Made:
    """A log with its keys, and the checkpoint of its first 20 leaves as somebody kept it."""

    log: Log
    old: Signer
    new: Signer
    kept: bytes


def make(root: Path) -> Made:
    """Leaf 0 opens it, 1-29 are closes, 30 rotates the key, 31-39 are closes; checkpoints of 20, 31 and 40 leaves."""
    old, new = Signer.new(ORIGIN), Signer.new(ORIGIN)
    log = Log.open_with(Folder.make(root), old, DAY)
    log.append([leaf(number) for number in range(1, 20)])
    kept = log.checkpoint([old])
    log.append([leaf(number) for number in range(20, 30)])
    log.rotate(old, new, DAY)
    log.append([leaf(number) for number in range(31, 40)])
    log.checkpoint([new])
    return Made(log, old, new, kept)


def opened(key: Key) -> dict[str, Any]:
    """The leaf that opens a log."""
    return {"id": "key/0", "kind": "log_opened", "origin": ORIGIN, "key": str(key), "opened_on": "2026-09-01"}


def rotated(old: Key, new: Key) -> dict[str, Any]:
    """The leaf that goes over from one key to another."""
    return {"id": "key/1", "kind": "key_rotated", "old": str(old), "new": str(new), "rotated_on": "2026-09-02"}


def forge(export: Path, leaves: list[bytes], signers: list[Signer], keys: list[Key]) -> None:
    """Write an export anew, consistent in itself: these leaves, one checkpoint over them, this list of keys."""
    hashes = [leaf_hash(each) for each in leaves]
    root, size = base64.b64encode(root_of(hashes)).decode(), len(leaves)
    shutil.rmtree(export)
    (export / "checkpoints").mkdir(parents=True)
    (export / "leaves.jsonl").write_bytes(b"".join(each + b"\n" for each in leaves))
    (export / "hashes.txt").write_bytes(b"".join(each.hex().encode() + b"\n" for each in hashes))
    (export / "checkpoints" / f"000001-{size}.note").write_bytes(signed(f"{ORIGIN}\n{size}\n{root}\n", signers))
    (export / "keys.txt").write_text("".join(f"{key}\n" for key in keys))


Lines = list[bytes]
Damage = Callable[[Lines], Lines]


def edit(file: Path, damage: Damage) -> None:
    """Do something to the lines of a file (each with its newline)."""
    file.write_bytes(b"".join(damage(file.read_bytes().splitlines(keepends=True))))


def changed(at: int) -> Damage:
    """One letter of a line is another."""
    return lambda lines: [*lines[:at], lines[at][:-3] + (b"b" if lines[at][-3:-2] == b"a" else b"a") + lines[at][-2:], *lines[at + 1 :]]


def dropped(at: int) -> Damage:
    """A line is gone."""
    return lambda lines: [*lines[:at], *lines[at + 1 :]]


def repeated(at: int) -> Damage:
    """A line stands twice."""
    return lambda lines: [*lines[: at + 1], *lines[at:]]


def swapped(at: int) -> Damage:
    """A line and the next one have changed places."""
    return lambda lines: [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]


def cut(at: int) -> Damage:
    """The file ends in the middle of a line."""
    return lambda lines: [*lines[:at], lines[at][: len(lines[at]) // 2]]


def ended(at: int) -> Damage:
    """The file ends before a line."""
    return lambda lines: lines[:at]


def put(at: int, line: bytes) -> Damage:
    """Another line stands there."""
    return lambda lines: [*lines[:at], line, *lines[at + 1 :]]

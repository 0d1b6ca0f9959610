"""A log as a folder: files that only grow, and one small file that says how far they count.

`HEAD` names the acknowledged leaves and their bytes; it is replaced last. What stands behind it after a crash was never acknowledged and is
cut off by the next append; a file shorter than it says has lost leaves, and nothing more is written. `index.sqlite` finds a leaf by its
id; it can be deleted at any time.
"""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

from arrears.audit.verify import HASH, RECORD, AuditError, leaf_hash, parse

LEAVES, HASHES, HEAD = "leaves.jsonl", "hashes.txt", "HEAD"


class Folder:
    """A storage of a log in a folder.

    Parameters
    ----------
    root : the folder, made by `make`

    Errors: AuditError where it is no log.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        if not (root / HEAD).is_file():
            raise AuditError(f"{root} 不是审计日志（缺少 HEAD）", f"{root} is no audit log (HEAD is missing)")

    @classmethod
    def make(cls, root: Path) -> Folder:
        """Make an empty log, or go on with one that a crash left before its first leaf. AuditError where something else is."""
        if not (root / HEAD).exists():
            known = {LEAVES, HASHES, ".lock", "checkpoints", f".{HEAD}.new"}
            left = sorted(path.name for path in root.iterdir()) if root.exists() else []
            if not set(left) <= known or any((root / name).exists() and (root / name).stat().st_size for name in (LEAVES, HASHES)):
                raise AuditError(f"{root} 不是空文件夹", f"{root} is not empty")
            (root / "checkpoints").mkdir(parents=True, exist_ok=True)
            for name in (LEAVES, HASHES):
                (root / name).touch()
            replace(root / HEAD, _head(0, 0))
        return cls(root)

    # -- reading ---------------------------------------------------------------

    def size(self) -> int:
        """How many leaves are acknowledged."""
        return self._told()[0]

    def find(self, name: str) -> int | None:
        """Number of the leaf with this id."""
        try:
            with closing(self._index()) as index:
                found = index.execute("SELECT number FROM leaf WHERE id = ?", (name,)).fetchone()
                return int(found[0]) if found else None
        except sqlite3.OperationalError:  # a disk that cannot be written, and no index that is up to date
            numbers = (number for number, line in enumerate(self.leaves(0, self.size())) if _id_of(line) == name)
            return next(numbers, None)

    def leaves(self, first: int, last: int) -> Iterator[bytes]:
        """Bytes of the leaves from `first` up to `last`."""
        with (self.root / LEAVES).open("rb") as file:
            for line in islice(file, first, last):
                yield line.removesuffix(b"\n")

    def hashes(self, first: int, last: int) -> Iterator[bytes]:
        """Hashes of the same leaves. AuditError names the first that is no hash."""
        with (self.root / HASHES).open("rb") as file:
            file.seek(first * RECORD)
            for number in range(first, last):
                record = file.read(RECORD)
                if not HASH.fullmatch(record):
                    raise AuditError(f"{HASHES} 第 {number} 条损坏或缺失", f"record {number} of {HASHES} is broken or missing", number)
                yield bytes.fromhex(record[:-1].decode())

    def checkpoints(self) -> list[int]:
        """Sizes of the checkpoints, in their order."""
        return [int(path.stem.partition("-")[2]) for path in self._notes()]

    def checkpoint(self, size: int) -> bytes:
        """The signed note of a checkpoint. AuditError where there is none of this size."""
        path = next((path for path in self._notes() if path.stem.endswith(f"-{size}")), None)
        if path is None:
            told = ", ".join(map(str, self.checkpoints()[-5:])) or "-"
            raise AuditError(f"没有 {size} 条的检查点；最近的：{told}", f"there is no checkpoint of {size} leaves; the latest: {told}")
        return path.read_bytes()

    def _notes(self) -> list[Path]:
        return sorted((self.root / "checkpoints").glob("[0-9]*-*.note"))

    # -- writing ---------------------------------------------------------------

    def append(self, leaves: Sequence[tuple[str, bytes]]) -> list[int]:
        """Add leaves; see `Store.append`."""
        with self._lock(), closing(self._index()) as index:
            size, length = self._mend()
            numbers, fresh = self._place(index, leaves, size)
            if fresh:
                lines = b"".join(data + b"\n" for data in fresh.values())
                self._write(LEAVES, length, lines)
                self._write(HASHES, size * RECORD, b"".join(leaf_hash(data).hex().encode() + b"\n" for data in fresh.values()))
                replace(self.root / HEAD, _head(size + len(fresh), length + len(lines)))
                _put(index, list(fresh), size)
        return numbers

    def add_checkpoint(self, size: int, note: bytes) -> None:
        """Keep a checkpoint, larger than every one before."""
        with self._lock():
            known = self.checkpoints()
            if known and known[-1] >= size:
                raise AuditError(f"已有 {known[-1]} 条的检查点", f"there is a checkpoint of {known[-1]} leaves already")
            replace(self.root / "checkpoints" / f"{len(known) + 1:06d}-{size}.note", note)

    def _place(self, index: sqlite3.Connection, leaves: Sequence[tuple[str, bytes]], size: int) -> tuple[list[int], dict[str, bytes]]:
        """The number of each leaf, and those that are new."""
        numbers: list[int] = []
        fresh: dict[str, bytes] = {}
        places: dict[str, int] = {}
        for name, data in leaves:
            found = index.execute("SELECT number FROM leaf WHERE id = ?", (name,)).fetchone()
            here: int | None = found[0] if found else places.get(name)
            stands = next(self.hashes(found[0], found[0] + 1)) if found else leaf_hash(fresh.get(name, data))
            if stands != leaf_hash(data):
                raise AuditError(f"id {name} 已用于另一条叶（{here}）", f"the id {name} is taken by another leaf ({here})")
            if here is None:
                here = places[name] = size + len(fresh)
                fresh[name] = data
            numbers.append(here)
        return numbers, fresh

    def _write(self, name: str, at: int, data: bytes) -> None:
        with (self.root / name).open("r+b") as file:
            file.seek(at)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def _mend(self) -> tuple[int, int]:
        """Cut off what was never acknowledged; AuditError where something that was is lost."""
        size, length = self._told()
        for name, told in ((LEAVES, length), (HASHES, size * RECORD)):
            path = self.root / name
            stands = path.stat().st_size if path.exists() else 0
            if stands < told:
                raise AuditError(
                    f"{name} 只有 {stands} 字节，应有 {told}：已确认的叶丢失；先用备份恢复，不再写入",
                    f"{name} has {stands} of {told} bytes: acknowledged leaves are lost. Restore it from a copy; nothing was written",
                )
            if stands > told:
                os.truncate(path, told)
        return size, length

    def _told(self) -> tuple[int, int]:
        try:
            told = json.loads((self.root / HEAD).read_bytes())
            return int(told["size"]), int(told["bytes"])
        except (ValueError, KeyError, TypeError):
            raise AuditError(f"{self.root / HEAD} 损坏", f"{self.root / HEAD} is broken") from None

    def _index(self) -> sqlite3.Connection:
        """The index, made up to the acknowledged leaves; made anew where it is broken."""
        path = self.root / "index.sqlite"
        index = sqlite3.connect(path)
        try:
            self._catch_up(index)
        except sqlite3.OperationalError:
            index.close()
            raise
        except sqlite3.DatabaseError:
            index.close()
            path.unlink()
            index = sqlite3.connect(path)
            self._catch_up(index)
        return index

    def _catch_up(self, index: sqlite3.Connection) -> None:
        made = index.execute("SELECT count(*) FROM sqlite_master WHERE name = 'leaf'").fetchone()[0]
        if not made:
            index.execute("CREATE TABLE leaf (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE)")
        known = index.execute("SELECT coalesce(max(number) + 1, 0) FROM leaf").fetchone()[0]
        size = self.size()  # after the index: a writer moves HEAD first
        if known > size:
            index.execute("DELETE FROM leaf WHERE number >= ?", (size,))
            index.commit()
        elif known < size:
            _put(index, [_id_of(line) or f"\0{known + at}" for at, line in enumerate(self.leaves(known, size))], known)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with (self.root / ".lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AuditError(
                    f"{self.root} 正由另一程序写入", f"another writer is at work on {self.root}; wait until it has ended"
                ) from None
            yield


def _put(index: sqlite3.Connection, names: Sequence[str], first: int) -> None:
    index.executemany("INSERT OR IGNORE INTO leaf VALUES (?, ?)", [(first + at, name) for at, name in enumerate(names)])
    index.commit()


def _id_of(line: bytes) -> str | None:
    try:
        told = parse(line)
    except AuditError:
        return None
    name = told.get("id") if isinstance(told, dict) else None
    return name if isinstance(name, str) else None


def _head(size: int, length: int) -> bytes:
    return json.dumps({"bytes": length, "size": size}).encode() + b"\n"


def replace(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never half, and a crash keeps one of them."""
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

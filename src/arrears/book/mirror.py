"""A Book in an object store: `push` copies what is missing there, `pull` copies what is missing here.

A Book's files are written once and named by a record that comes after them: an import by `batches/NNNN.json`, a close by its
MANIFEST.json, the last close by CURRENT. They are copied in that order, so whoever reads the copy at any moment sees whole
imports and whole closes, whatever became of the copying. Each file is checked against the sha256 of its record while it is
copied. Files of equal content (what a close did not touch) travel once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from arrears.book.places import Folder, Place, place
from arrears.book.store import KINDS, Book, BookError

_DATA = frozenset({*KINDS, "schedule", "events", "batches", "closes"})
_BLOCK = 4 * 2**20
_AT_ONCE = 4


@dataclass
class Mirrored:
    """What a push or pull did.

    Attributes
    ----------
    files, bytes : copied
    linked : files not copied because the same content was there already
    removed : files of closes that the source no longer keeps, and settings that it no longer has
    closes, batches : in the copy now
    current : day of its last close, or None
    """

    files: int = 0
    bytes: int = 0
    linked: int = 0
    removed: int = 0
    closes: int = 0
    batches: int = 0
    current: str | None = None


def push(book: Book, url: str) -> Mirrored:
    """Copy to the mirror what it lacks of the Book; the Book is locked meanwhile.

    Errors: BookError where the mirror holds another Book or a later state, or a file here is not what its record says.
    """
    target = place(url)
    with book.lock():
        return _mirror(Folder(book.root), target)


def pull(url: str, root: Path) -> Mirrored:
    """Copy from the mirror what the Book at `root` lacks (or make it); every file is checked against its record.

    Errors: BookError where the mirror holds no Book, another one or an earlier state, or a file is not what its record says.
    """
    source = place(url)
    if root.exists() and any(root.iterdir()) and not (root / "book.json").exists():
        raise BookError(f"{root} is not empty and no Book. Choose a new folder, or the Book that was pulled before.")
    if "book.json" not in source.listing():
        raise BookError(f"{source.name} holds no Book. Push one there first, or correct the address.")
    here = Folder(root)
    if not (root / "book.json").exists():
        here.put("book.json", [source.read("book.json")])
        for name in _DATA:
            (root / name).mkdir(exist_ok=True)
    with Book(root).lock():
        return _mirror(source, here, check=True)


# -- one way, whichever it is -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Unit:
    """An import or a close: its files with their sha256, and the record that makes them true."""

    record: str
    says: bytes
    files: Mapping[str, str]


@dataclass(frozen=True)
class _State:
    """What a place holds: units by the name of their record, the day of the last close, every other file."""

    sizes: dict[str, int]
    batches: dict[str, _Unit]
    closes: dict[str, _Unit]
    current: str | None
    others: list[str]


def _state(at: Place) -> _State:
    """Read a place: its listing, and every record."""
    sizes = at.listing()
    current = at.read("CURRENT").decode().strip() if "CURRENT" in sizes else None
    records = sorted(name for name in sizes if _is_batch(name)) + sorted(name for name in sizes if _is_close(name))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        units = [_unit(name, says) for name, says in zip(records, pool.map(at.read, records), strict=True)]
    others = [name for name in sizes if name.split("/")[0] not in _DATA and name != "CURRENT" and not _hidden(name)]
    return _State(
        sizes,
        {unit.record: unit for unit in units if _is_batch(unit.record)},
        {unit.record: unit for unit in units if _is_close(unit.record)},
        current,
        sorted(others),
    )


def _is_batch(name: str) -> bool:
    return name.startswith("batches/") and name.endswith(".json") and not _hidden(name)


def _is_close(name: str) -> bool:
    return name.startswith("closes/") and name.endswith("/MANIFEST.json") and not _hidden(name)


def _hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/"))


def _unit(record: str, says: bytes) -> _Unit:
    """What a record names: an import its files from the root, a close those of its folder."""
    below = record.rpartition("/")[0] + "/" if _is_close(record) else ""
    try:
        files = {below + name: str(digest) for name, digest in json.loads(says)["files"].items()}
    except (ValueError, KeyError, AttributeError) as error:
        raise BookError(f"{record} cannot be read: {error!r}") from None
    return _Unit(record, says, files)


def _day(record: str) -> str:
    return record.split("/")[1]


class _Copy:
    """Copies units and files from one place to the other, and counts."""

    def __init__(self, source: Place, target: Place, there: _State, check: bool) -> None:
        self.source, self.target, self.check = source, target, check
        self.sizes = there.sizes
        self.done = Mirrored()
        self.by_content: dict[str, str] = {}
        for unit in (*there.batches.values(), *there.closes.values()):
            self.by_content |= {digest: name for name, digest in unit.files.items() if name in there.sizes}

    def unit(self, unit: _Unit, old: _Unit | None, sizes: Mapping[str, int]) -> None:
        """The files of a unit, then its record."""
        if old is not None and old.says != unit.says:  # left by a push that did not end; nothing named it yet
            self.target.remove(old.record)
            old = None
        wanted = [name for name in unit.files if old is None or not self._stands(name, unit.files[name], sizes[name])]
        sent: dict[str, str] = {}
        same = []
        for name in wanted:
            there = self.by_content.get(unit.files[name]) or sent.setdefault(unit.files[name], name)
            if there != name:
                same.append((name, there))
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            sizes_sent = list(pool.map(lambda name: self._send(name, unit.files[name]), sent.values()))
            list(pool.map(lambda pair: self.target.again(*pair), same))
        self._count(sizes_sent)
        self.done.linked += len(same)
        self.by_content |= {digest: name for name, digest in unit.files.items()}
        if old is None or wanted:
            self.target.put(unit.record, [unit.says])

    def _stands(self, name: str, digest: str, size: int) -> bool:
        """Is the file there already, whole; where files are checked, by its content."""
        if self.sizes.get(name) != size:
            self.by_content.pop(digest, None)
            return False
        if not self.check or _digest(self.target, name) == digest:
            return True
        self.by_content.pop(digest, None)
        return False

    def file(self, name: str) -> None:
        """A file that no record names."""
        self._count([self._send(name, None)])

    def _count(self, sizes: list[int]) -> None:
        self.done.files += len(sizes)
        self.done.bytes += sum(sizes)

    def _send(self, name: str, digest: str | None) -> int:
        """Copy one file and return its size; BookError where it is not what its record says."""
        size = 0

        def blocks() -> Iterator[bytes]:
            nonlocal size
            seen = hashlib.sha256()
            with self.source.open(name) as stream:
                while block := stream.read(_BLOCK):
                    seen.update(block)
                    size += len(block)
                    yield block
            if digest is not None and seen.hexdigest() != digest:
                raise BookError(f"{name} at {self.source.name} is not the file that its record names (its sha256 differs): not copied.")

        self.target.put(name, blocks())
        return size


def _digest(at: Place, name: str) -> str:
    seen = hashlib.sha256()
    with at.open(name) as stream:
        while block := stream.read(_BLOCK):
            seen.update(block)
    return seen.hexdigest()


def _mirror(source: Place, target: Place, check: bool = False) -> Mirrored:
    """Make the target equal to the source, in an order that leaves it whole at every moment."""
    here, there = _state(source), _state(target)
    _refuse(source, target, here, there)
    copy = _Copy(source, target, there, check)
    for name in ("book.json", *(name for name in here.others if name != "book.json")):
        if name not in there.sizes or source.read(name) != target.read(name):
            copy.file(name)
    for record, unit in here.batches.items():
        copy.unit(unit, there.batches.get(record), here.sizes)
    published = {record: unit for record, unit in here.closes.items() if here.current and _day(record) <= here.current}
    for record, unit in published.items():
        copy.unit(unit, there.closes.get(record), here.sizes)
    if here.current != there.current:
        copy.file("CURRENT")
    gone = [name for name in there.others if name.startswith("house/") and name not in here.others]
    # a close that the source no longer keeps: its manifest first, so that it is whole or not there
    old = [name for name in sorted(there.closes) if name not in published]
    kept = {_day(record) for record in published}
    old += [name for name in there.sizes if name.startswith("closes/") and _day(name) not in kept and name not in old]
    for name in (*gone, *old):
        target.remove(name)
    copy.done.removed = len(gone) + len(old)
    copy.done.closes, copy.done.batches, copy.done.current = len(published), len(here.batches), here.current
    return copy.done


def _refuse(source: Place, target: Place, here: _State, there: _State) -> None:
    """BookError where the target is another Book, or knows what the source does not."""
    if "book.json" not in here.sizes:
        raise BookError(f"{source.name} holds no Book.")
    if there.sizes and "book.json" not in there.sizes:
        raise BookError(f"{target.name} is not empty and holds no Book. Choose an empty place.")
    if "book.json" not in there.sizes:
        return
    ours, theirs = (json.loads(at.read("book.json")) for at in (source, target))
    other = [key for key in ("currency", "zone", "country") if ours.get(key) != theirs.get(key)]
    other += [name for name, unit in there.batches.items() if name in here.batches and here.batches[name].says != unit.says]
    told = [record for record in there.closes if there.current and _day(record) <= there.current and record in here.closes]
    other += [record for record in told if here.closes[record].says != there.closes[record].says]
    if other:
        raise BookError(f"{target.name} holds another Book, or another history of this one ({other[0]} differs). Choose another place.")
    more = sorted(set(there.batches) - set(here.batches))
    if more:
        raise BookError(f"{target.name} holds {more[0]}, which {source.name} does not know: it would go back in time. Nothing was copied.")
    if there.current and (here.current is None or there.current > here.current):
        raise BookError(
            f"the last close at {target.name} is {there.current}, at {source.name} {here.current or 'none'}: "
            "it would go back in time. Nothing was copied."
        )

"""The files of a Book under one root: where they are, how a batch or a close becomes true at one moment.

A batch of an import writes its files under a number nobody reads yet; `batches/NNNN.json`, renamed into place last,
makes them part of the Book. A close is built in `closes/.DATE`, verified, renamed, and then CURRENT moves. Whatever a
crash leaves behind is not named by either and is overwritten by the next try.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FORMAT = 1
# files in the folder of a close: its positions were removed after their time; the Desk has taken its proposals
PRUNED, TAKEN = "PRUNED", "TAKEN.json"
KINDS = ("loans", "schedule_by_loan", "opening_due", "standing")


# Rows in a row group of a file that is sorted by loan: small, so that one loan costs little to find.
ROW_GROUP = 8_192


@dataclass(frozen=True)
class Settings:
    """What a Book is: written once at init, and by the first tape that says that the book has only months.

    Attributes
    ----------
    currency : ISO code; its minor unit is the Book's money
    zone : IANA name of the lender's time zone
    country : the law pack
    monthly : closes at month ends only
    house : settings of this book, id -> value, over the shipped house pack
    """

    currency: str = "CNY"
    zone: str = "Asia/Shanghai"
    country: str = "cn"
    monthly: bool = False
    house: dict[str, Any] = field(default_factory=dict)
    format: int = FORMAT


class Book:
    """A Book on disk.

    Parameters
    ----------
    root : its folder; must hold book.json
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        try:
            told = json.loads((root / "book.json").read_text())
        except FileNotFoundError:
            raise BookError(f"{root} is no Book (book.json is missing). Make one: arrears init {root}") from None
        except (OSError, ValueError) as error:
            raise BookError(f"{root / 'book.json'} cannot be read: {error}") from None
        if told.get("format", 0) > FORMAT:
            raise BookError(f"{root} was written by a newer version (format {told['format']}; this one reads {FORMAT}). Upgrade arrears.")
        self.settings = Settings(**told)

    @classmethod
    def init(cls, root: Path, settings: Settings) -> Book:
        """Make an empty Book; refused where something else is."""
        if root.exists() and any(root.iterdir()):
            raise BookError(f"{root} is not empty. Choose a new folder, or use the Book that is there.")
        root.mkdir(parents=True, exist_ok=True)
        for name in (*KINDS, "schedule", "events", "batches", "closes"):
            (root / name).mkdir(exist_ok=True)
        write_json(root / "book.json", asdict(settings))
        return cls(root)

    def change(self, settings: Settings) -> None:
        """Write changed settings (a tape's mapping sets them before the first close)."""
        write_json(self.root / "book.json", asdict(settings))
        self.settings = settings

    # -- closes -------------------------------------------------------------

    @property
    def current(self) -> dt.date | None:
        """Day of the last complete close."""
        file = self.root / "CURRENT"
        return dt.date.fromisoformat(file.read_text().strip()) if file.exists() else None

    def closes(self) -> list[dt.date]:
        """Days of complete closes up to CURRENT whose positions are kept, in order."""
        return [day for day in self.published() if not (self.close_dir(day) / PRUNED).exists()]

    def point(self, day: dt.date) -> None:
        """Make CURRENT name the close of `day`."""
        pointer = self.root / ".CURRENT.new"
        pointer.write_text(day.isoformat() + "\n")
        with pointer.open() as handle:
            os.fsync(handle.fileno())
        pointer.replace(self.root / "CURRENT")
        sync_dir(self.root)

    def published(self) -> list[dt.date]:
        """Days of all complete closes up to CURRENT, those whose positions were pruned included."""
        last = self.current
        names = sorted(path.name for path in (self.root / "closes").iterdir() if not path.name.startswith("."))
        return [day for day in map(dt.date.fromisoformat, names) if last is not None and day <= last]

    def close_dir(self, day: dt.date) -> Path:
        """Folder of a close."""
        return self.root / "closes" / day.isoformat()

    def close_files(self, day: dt.date, table: str) -> list[Path]:
        """Parquet files of one table of a close."""
        return sorted(self.close_dir(day).glob(f"{table}*.parquet"))

    def manifest(self, day: dt.date) -> dict[str, Any]:
        """MANIFEST.json of a close."""
        try:
            told: dict[str, Any] = json.loads((self.close_dir(day) / "MANIFEST.json").read_text())
        except (OSError, ValueError) as error:
            raise BookError(f"the manifest of the close of {day} cannot be read: {error}") from None
        return told

    # -- batches ------------------------------------------------------------

    def batches(self) -> list[str]:
        """Numbers of complete imports, in order."""
        return sorted(path.stem for path in (self.root / "batches").glob("[0-9]*.json"))

    def batch_records(self) -> list[dict[str, Any]]:
        """What each complete import says of itself."""
        return [json.loads((self.root / "batches" / f"{number}.json").read_text()) for number in self.batches()]

    def files(self, kind: str, below: str = "") -> list[Path]:
        """Files of complete imports of one kind (`below`: a partition folder, such as due_month=2026-09)."""
        known = set(self.batches())
        folder = self.root / kind / below
        return sorted(path for path in folder.rglob("*.parquet") if path.stem in known) if folder.exists() else []

    def months(self, first: dt.date, last: dt.date) -> list[str]:
        """Folders of the schedule whose month meets the days from `first` to `last`."""
        return [f"due_month={n // 12}-{n % 12 + 1:02d}" for n in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)]

    @contextmanager
    def lock(self) -> Iterator[None]:
        """One writer at a time; a second is refused at once and told so."""
        with (self.root / ".lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BookError(f"another import or close is running on {self.root}. Wait until it has ended.") from None
            yield


class BookError(Exception):
    """Something about a Book that a person can mend; the message says what and how."""


def write_json(path: Path, told: Any) -> None:
    """Write JSON so that a reader sees the old file or the new one, never half."""
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("w") as handle:
        json.dump(told, handle, ensure_ascii=False, indent=1, sort_keys=True)
        handle.write("\n")
        handle.flush()
        os.fsync(handle.fileno())
    fresh.replace(path)
    sync_dir(path.parent)


def sync_dir(path: Path) -> None:
    """Make a rename durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def fresh_dir(path: Path) -> Path:
    """An empty folder, whatever a crashed run left there."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path

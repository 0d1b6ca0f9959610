"""Where the files of a Book may lie: a folder, or a prefix of an object store, under one small interface."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import parse_qsl, urlsplit

from pyarrow import fs

from arrears.book.store import BookError, sync_dir

_PART = ".part"


class Place(Protocol):
    """Where files lie under names with slashes."""

    name: str

    def listing(self) -> dict[str, int]:
        """Name -> size of every file."""

    def read(self, name: str) -> bytes:
        """A small file."""

    def open(self, name: str) -> IO[bytes]:
        """A file to read block by block."""

    def put(self, name: str, blocks: Iterable[bytes]) -> None:
        """Write a file; nobody sees it before its last block, nor at all where the blocks end in an error."""

    def again(self, name: str, there: str) -> None:
        """Let `name` have the content of `there`, without sending it."""

    def remove(self, name: str) -> None:
        """Take a file away."""


class Folder:
    """A folder of this machine (or of a file system that it mounts)."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.name = str(root)

    def listing(self) -> dict[str, int]:
        """See `Place.listing`; what a writer has not finished is no file."""
        found = (path for path in self.root.rglob("*") if path.is_file() and not path.name.endswith(_PART))
        return {path.relative_to(self.root).as_posix(): path.stat().st_size for path in found}

    def read(self, name: str) -> bytes:
        """See `Place.read`."""
        return (self.root / name).read_bytes()

    def open(self, name: str) -> IO[bytes]:
        """See `Place.open`."""
        return (self.root / name).open("rb")

    def put(self, name: str, blocks: Iterable[bytes]) -> None:
        """See `Place.put`."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}{_PART}")
        try:
            with fresh.open("wb") as handle:
                for block in blocks:
                    handle.write(block)
                handle.flush()
                os.fsync(handle.fileno())
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
        fresh.replace(path)
        sync_dir(path.parent)

    def again(self, name: str, there: str) -> None:
        """See `Place.again`."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        try:
            path.hardlink_to(self.root / there)
        except OSError:  # a file system without links
            shutil.copy2(self.root / there, path)

    def remove(self, name: str) -> None:
        """See `Place.remove`; a folder goes with its last file."""
        path = self.root / name
        path.unlink(missing_ok=True)
        with suppress(OSError):
            path.parent.rmdir()


class Bucket:
    """A prefix of an object store, by pyarrow's file systems.

    Parameters
    ----------
    files : the file system
    base : bucket and prefix, without a slash at the end
    name : what messages call it
    """

    def __init__(self, files: fs.FileSystem, base: str, name: str) -> None:
        self.files = files
        self.base = base
        self.name = name

    def listing(self) -> dict[str, int]:
        """See `Place.listing`."""
        found = self.files.get_file_info(fs.FileSelector(self.base, recursive=True, allow_not_found=True))
        return {info.path[len(self.base) + 1 :]: info.size for info in found if info.type == fs.FileType.File}

    def read(self, name: str) -> bytes:
        """See `Place.read`."""
        with self.files.open_input_stream(f"{self.base}/{name}") as stream:
            return bytes(stream.read())

    def open(self, name: str) -> IO[bytes]:
        """See `Place.open`."""
        stream: IO[bytes] = self.files.open_input_stream(f"{self.base}/{name}")
        return stream

    def put(self, name: str, blocks: Iterable[bytes]) -> None:
        """See `Place.put`. An upload cannot be given up, only ended: what came in part is removed, and no record names it yet."""
        path = f"{self.base}/{name}"
        try:
            with self.files.open_output_stream(path) as stream:
                for block in blocks:
                    stream.write(block)
        except BaseException:
            with suppress(OSError):
                self.files.delete_file(path)
            raise

    def again(self, name: str, there: str) -> None:
        """See `Place.again`."""
        self.files.copy_file(f"{self.base}/{there}", f"{self.base}/{name}")

    def remove(self, name: str) -> None:
        """See `Place.remove`."""
        self.files.delete_file(f"{self.base}/{name}")


def place(url: str) -> Place:
    """The place that a URL names: s3://BUCKET/PREFIX with endpoint_override, region, scheme; or file:///FOLDER.

    Errors: BookError for another scheme, a missing bucket or prefix, or credentials inside the URL.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        if parts.netloc or not parts.path.strip("/"):
            raise BookError(f"{url} names no folder; write file:///FOLDER")
        return Folder(Path(parts.path))
    if parts.scheme != "s3":
        raise BookError(f"{url} is no address of a mirror; allowed: s3://BUCKET/PREFIX and file:///FOLDER")
    named = {key for key, _ in parse_qsl(parts.query)}
    if "@" in parts.netloc or named & {"access_key", "secret_key", "session_token"}:
        raise BookError("credentials do not belong into an address. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.")
    if not parts.netloc or not parts.path.strip("/"):
        raise BookError(f"{url} must name a bucket and a prefix: s3://BUCKET/PREFIX")
    try:
        files, base = fs.FileSystem.from_uri(url)
    except (ValueError, OSError) as error:
        raise BookError(f"{url} cannot be used: {error}") from None
    return Bucket(files, base.rstrip("/"), url.partition("?")[0])

"""Files encrypted at rest, a block at a time: a file of any size is never held whole.

A file is `ARRDOC1` and a zero byte, then blocks: length (4 bytes), cipher text with its tag. Each document has a key of its own; the
nonce of a block is its number, its associated data the document's id and whether it is the last: a block cut off, changed, moved or taken
from another file is found.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from arrears.desk.people.documents.kind import NotTaken
from arrears.desk.people.keys import KeyProblem

MAGIC = b"ARRDOC1\0"
BLOCK = 1 << 20
_TAG = 16


@dataclass(frozen=True)
class Put:
    """What was put on the shelf: bytes and SHA-256 of the clear content."""

    size: int
    sha256: str


class Shelf:
    """The folder of documents of an installation."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, document: UUID) -> Path:
        """Where a document lies."""
        return self.root / document.hex[:2] / document.hex

    def put(self, document: UUID, key: bytes, stream: BinaryIO, limit: int) -> Put:
        """Encrypt a stream to its place; NotTaken beyond `limit` bytes. Nothing is left behind where it does not end."""
        place = self.path(document)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = place.with_name(f".{place.name}.new")
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                told = _write(out, AESGCM(key), document, stream, limit)
                out.flush()
                os.fsync(out.fileno())
            beside.replace(place)
        finally:
            with suppress(FileNotFoundError):
                beside.unlink()
        return told

    def blocks(self, document: UUID, key: bytes) -> Iterator[bytes]:
        """The content, block by block; KeyProblem at the first that is not as it was written, FileNotFoundError where there is none."""
        cipher = AESGCM(key)
        with self.path(document).open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise _changed(document)
            number, following = 0, _next(file)
            while following:
                block, following = following, _next(file)
                try:
                    yield cipher.decrypt(_nonce(number), block, _bound(document, last=not following))
                except InvalidTag:
                    raise _changed(document) from None
                number += 1
            if number == 0:
                raise _changed(document)

    def remove(self, document: UUID) -> bool:
        """Delete a document's file; False where there was none."""
        try:
            self.path(document).unlink()
        except FileNotFoundError:
            return False
        return True

    def everything(self) -> Iterator[Path]:
        """Every file on the shelf, half-written ones too."""
        yield from (each for each in self.root.glob("*/*") if each.is_file())


def _write(out: BinaryIO, cipher: AESGCM, document: UUID, stream: BinaryIO, limit: int) -> Put:
    digest = hashlib.sha256()
    out.write(MAGIC)
    size = number = 0
    block = _full(stream)
    while True:
        following = _full(stream) if len(block) == BLOCK else b""
        size += len(block)
        if size > limit:
            raise NotTaken(f"文件超过 {limit >> 20} MB", f"it is larger than {limit >> 20} MB")
        digest.update(block)
        sealed = cipher.encrypt(_nonce(number), block, _bound(document, last=not following))
        out.write(struct.pack(">I", len(sealed)) + sealed)
        number += 1
        if not following:
            return Put(size, digest.hexdigest())
        block = following


def _full(stream: BinaryIO) -> bytes:
    """A whole block, unless the stream ends: some streams give less than they are asked for."""
    out = bytearray()
    while len(out) < BLOCK and (part := stream.read(BLOCK - len(out))):
        out += part
    return bytes(out)


def _next(file: BinaryIO) -> bytes:
    head = file.read(4)
    if len(head) < 4:
        return b""
    (length,) = struct.unpack(">I", head)
    return file.read(min(length, BLOCK + _TAG))


def _nonce(number: int) -> bytes:
    return struct.pack(">IQ", 0, number)


def _bound(document: UUID, last: bool) -> bytes:
    return document.bytes + (b"last" if last else b"more")


def _changed(document: UUID) -> KeyProblem:
    return KeyProblem(f"文件 {document} 已被改动，或不完整", f"the file of document {document} was changed, or is not whole")

"""What a text file is written in: its encoding and its delimiter, guessed from the bytes and never from the name.

Encodings are tried strictly in one order: UTF-8 (with or without a byte order mark), then GB18030 (which holds GBK and
GB2312). A file that is none of them is refused with the byte at which each attempt failed.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from arrears.book.tape.problems import refuse_file

ENCODINGS = ("utf-8", "gb18030")
DELIMITERS = (",", "\t", ";")
_BLOCK = 1 << 20
_HEAD = 1 << 16
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Writing:
    """How a CSV file is written: encoding (utf-8, gb18030), delimiter, and the cells of its header as they stand."""

    encoding: str
    delimiter: str
    header: list[str]


def open_bytes(path: Path) -> BinaryIO:
    """Open a file for its bytes; .gz is unpacked on the way."""
    return cast(BinaryIO, gzip.open(path, "rb")) if path.name.lower().endswith(".gz") else path.open("rb")


def writing_of(path: Path) -> Writing:
    """Guess how a CSV file is written.

    Errors: Refused (TAPE_FILE) for a file in another encoding, without a header, or with a header that names one column twice.
    """
    encoding = encoding_of(path)
    with open_bytes(path) as stream:
        head = stream.read(_HEAD)
    # the block may end inside a character; what the whole file is was told above
    text = head.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="ignore")
    delimiter = _delimiter_of(text)
    header = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    check_header(str(path), [name.strip() for name in header])
    return Writing(encoding, delimiter, header)


def encoding_of(path: Path) -> str:
    """Return the first of `ENCODINGS` in which the whole file decodes; Refused (TAPE_FILE) naming the bytes otherwise."""
    with open_bytes(path) as stream:
        if stream.read(2) in _UTF16:
            raise refuse_file(str(path), "it is written in UTF-16; save it as CSV UTF-8")
    faults = []
    for encoding in ENCODINGS:
        at = _first_fault(path, encoding)
        if at is None:
            return encoding
        faults.append(f"{'UTF-8' if encoding == 'utf-8' else 'GB18030'} fails at byte {at}")
    raise refuse_file(str(path), f"it is in no known encoding: {', '.join(faults)} (counted from 0)")


def check_header(file: str, header: list[str], where: str = "") -> None:
    """Refuse a header that is missing, holds an empty name, or names a column twice.

    Parameters
    ----------
    file, where : of the message; `where` adds a sheet's name
    """
    if not any(header):
        raise refuse_file(file, f"{where}it has no header row")
    if "\x00" in "".join(header):
        raise refuse_file(file, f"{where}its header is not text")
    empty = [str(place) for place, name in enumerate(header, start=1) if not name]
    if empty:
        raise refuse_file(file, f"{where}row 1 must name every column; column {', '.join(empty)} has no name")
    double = sorted({name for name in header if header.count(name) > 1})
    if double:
        raise refuse_file(file, f"{where}columns stand twice: {', '.join(double)}")


def _first_fault(path: Path, encoding: str) -> int | None:
    """Return the offset of the first byte that does not decode, or None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    read = 0
    with open_bytes(path) as stream:
        while block := stream.read(_BLOCK):
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                return read - held + error.start
            read += len(block)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            return read - len(error.object) + error.start
    return None


def _delimiter_of(text: str) -> str:
    """Return the delimiter that cuts the header line into most columns; a comma when none does."""
    first = next(iter(text.splitlines()), "")
    counts = {mark: len(next(csv.reader([first], delimiter=mark), [])) for mark in DELIMITERS}
    return max(DELIMITERS, key=lambda mark: counts[mark])

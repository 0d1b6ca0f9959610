"""Exhibit 102 of SEC Form ABS-EE: XML with one `assets` element a loan and month, read as a stream.

A filing of one deal and month is 260 to 350 MB; it is never held whole. Document types and entities are refused before
they are expanded. An element that stands several times in one record is kept as its values joined by "+".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Set
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError

import pyarrow as pa
from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]

from arrears.book.tape.problems import refuse_file
from arrears.book.tape.rejects import Ledger
from arrears.book.tape.rows import Gathered
from arrears.book.tape.text import open_bytes

ROOT, RECORD = "assetData", "assets"
_TELL_EVERY = 1 << 22  # bytes


class _Counted:
    """A stream that counts the bytes read from the file behind it and tells of them now and then."""

    def __init__(self, stream: BinaryIO, size: int, told: Callable[[int, int], None]) -> None:
        self._stream, self._size, self._told = stream, size, told
        self._read = self._next = 0

    def read(self, count: int = -1) -> bytes:
        block = self._stream.read(count)
        self._read += len(block)
        if self._read >= self._next:
            self._told(self._read, self._size)
            self._next = self._read + _TELL_EVERY
        return block


def read_ex102(path: Path, wanted: Set[str], ledger: Ledger, told: Callable[[int, int], None]) -> pa.Table:
    """Read one filing.

    Parameters
    ----------
    path : .xml or .xml.gz
    wanted : elements to keep
    ledger : takes one notice with the elements that were kept out
    told : is called with bytes read and the size of the file (0 for .gz)

    Returns
    -------
    One row a record: the wanted elements as text, and `ROW` counting records from 1.

    Errors: Refused (TAPE_FILE) for a document type, an entity, another root, or a file that ends inside; nothing is kept then.
    """
    rows = Gathered()
    kept_out: Counter[str] = Counter()
    size = 0 if path.name.lower().endswith(".gz") else path.stat().st_size
    try:
        with open_bytes(path) as stream:
            for record in _records(_Counted(stream, size, told), str(path)):
                rows.add(_texts(record, wanted, kept_out))
    except DefusedXmlException as error:
        fact = f"it holds a document type or an entity, which no filing needs ({type(error).__name__})"
        raise refuse_file(str(path), fact) from error
    except ParseError as error:
        fact = f"the XML breaks off or is damaged after {rows.count} whole records, and none of them is kept ({error})"
        raise refuse_file(str(path), fact) from error
    except EOFError as error:
        raise refuse_file(str(path), f"the packed file ends after {rows.count} whole records, and none of them is kept") from error
    if not rows.count:
        raise refuse_file(str(path), f"it holds no {RECORD} element")
    if kept_out:
        ledger.notices.append(f"{path}: elements kept out: {', '.join(sorted(kept_out))}")
    return rows.table()


def _records(stream: Any, file: str) -> Iterator[Element]:
    """Yield each record, and free it and everything before it when it has been used."""
    root: Element | None = None
    depth = 0
    for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True, forbid_entities=True, forbid_external=True):
        if event == "start":
            if root is None:
                root = element
                if _local(element.tag) != ROOT:
                    raise refuse_file(file, f"its root is {_local(element.tag)}; a filing of Exhibit 102 has {ROOT}")
            depth += 1
            continue
        depth -= 1
        if depth == 1 and root is not None:
            if _local(element.tag) == RECORD:
                yield element
            root.clear()


def _texts(record: Element, wanted: Set[str], kept_out: Counter[str]) -> dict[str, str]:
    """Return the wanted elements of one record; one that repeats has its values joined by "+"."""
    out: dict[str, str] = {}
    for element in record:
        name = _local(element.tag)
        if name not in wanted:
            kept_out[name] += 1
            continue
        text = (element.text or "").strip()
        out[name] = f"{out[name]}+{text}" if name in out else text
    return out


def _local(tag: str) -> str:
    """Return a name without its namespace."""
    return tag.rpartition("}")[2]

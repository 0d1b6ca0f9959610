"""Files to columns: CSV and XML (also .gz), XLSX and Parquet. A damaged file is refused by name; a crooked row leaves with its reason.

The kind of file is told by its name. Text becomes text columns, Parquet keeps its own types, a spreadsheet gives text and
days. Nothing is read twice: a file that changes while it is read is refused (`fingerprint`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Set
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import ParseError

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from arrears.book.tape.ex102 import read_ex102
from arrears.book.tape.problems import refuse_file
from arrears.book.tape.rejects import Ledger
from arrears.book.tape.rows import ROW
from arrears.book.tape.shape import keep, mask_of
from arrears.book.tape.sheet import read_sheet
from arrears.book.tape.text import writing_of

# What a reader tells of its work: bytes done and bytes in all (0 where it cannot know).
Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Fingerprint:
    """What a file was when it was looked at: name, size in bytes, time of its last change, SHA-256 of its content."""

    name: str
    size: int
    changed_ns: int
    sha256: str


def fingerprint(path: Path) -> Fingerprint:
    """Look at a file; Refused (TAPE_FILE) where it is missing or cannot be read."""
    if not path.is_file():
        raise refuse_file(str(path), "there is no such file")
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        stat = path.stat()
    except OSError as error:
        raise refuse_file(str(path), f"it cannot be opened ({error.strerror})") from error
    return Fingerprint(path.name, stat.st_size, stat.st_mtime_ns, digest)


def read_columns(path: Path, ledger: Ledger, wanted: Set[str] = frozenset(), sheet: str = "", told: Told = lambda *_: None) -> pa.Table:
    """Read one file whole, and `ROW`: every cell of CSV and XML as text, Parquet in its own types.

    Parameters
    ----------
    wanted : columns a mapping reads; only these are kept of XML, and only these can reject a row of a spreadsheet
    sheet : name of the sheet of a workbook; the first one where empty
    told : is called as bytes are done

    Errors: Refused (TAPE_FILE) for a missing, damaged, cut off or empty file, and for one in an unknown encoding.
    """
    if not path.is_file():
        raise refuse_file(str(path), "there is no such file")
    name = path.name.lower().removesuffix(".gz")
    told(0, path.stat().st_size)
    try:
        if name.endswith((".parquet", ".pq")):
            return _read_parquet(path)
        if name.endswith((".xlsx", ".xlsm")):
            return read_sheet(path, sheet, wanted, ledger)
        if name.endswith(".xls"):
            raise refuse_file(str(path), "the old .xls form is not read; save it as .xlsx or CSV UTF-8")
        if name.endswith(".xml"):
            return read_ex102(path, wanted, ledger, told)
        return _read_csv(path, ledger)
    except (pa.ArrowException, OSError, EOFError, ParseError) as error:
        raise refuse_file(str(path), f"it is damaged, cut off or not of its kind ({_short(error)})") from error


def _read_parquet(path: Path) -> pa.Table:
    """Read Parquet; dictionary columns become plain, large strings become strings."""
    table = pq.ParquetFile(path).read()
    for place, each in enumerate(table.schema):
        kind = each.type.value_type if pa.types.is_dictionary(each.type) else each.type
        plain = pa.string() if pa.types.is_large_string(kind) else kind
        if plain != each.type:
            table = table.set_column(place, each.name, table.column(place).cast(plain))
    return table.append_column(ROW, pa.array(np.arange(1, table.num_rows + 1)))


def _read_csv(path: Path, ledger: Ledger) -> pa.Table:
    """Read CSV as text. Rows are counted as a spreadsheet does: the header is row 1; blank rows count and are left out."""
    written = writing_of(path)
    if written.encoding != "utf-8":
        ledger.notices.append(f"{path}: read as GB18030, which is no UTF-8: look at a few names")
    crooked: list[int] = []

    def leave_out(bad: pacsv.InvalidRow) -> str:
        if bad.text.strip():
            reason = f"the row has {bad.actual_columns} cells, the header has {bad.expected_columns}"
            ledger.reject(str(path), bad.number or 0, "", bad.text[:200], reason)
        crooked.append(bad.number or 0)
        return "skip"

    names = written.header
    with pa.input_stream(str(path), compression="gzip" if path.name.lower().endswith(".gz") else None) as stream:
        table = pacsv.read_csv(
            stream,
            read_options=pacsv.ReadOptions(use_threads=False, block_size=1 << 24, encoding=written.encoding),
            parse_options=pacsv.ParseOptions(
                delimiter=written.delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=leave_out
            ),
            convert_options=pacsv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    count = table.num_rows + len(crooked)
    rows = np.setdiff1d(np.arange(2, count + 2), crooked)
    table = table.append_column(ROW, pa.array(rows))
    return _without_blank_rows(table.rename_columns([*(name.strip() for name in names), ROW]), [name.strip() for name in names])


def _without_blank_rows(table: pa.Table, header: list[str]) -> pa.Table:
    """Leave out rows in which every cell is empty."""
    filled = np.zeros(table.num_rows, dtype=np.bool_)
    for name in header:
        if filled.all():
            return table
        filled |= mask_of(pc.not_equal(table.column(name), ""))
    return keep(table, filled)


def _short(error: BaseException) -> str:
    """Return the first sentence of a library's message."""
    return str(error).splitlines()[0].rstrip(".")[:200] if str(error) else type(error).__name__

"""Files to columns: CSV (also .gz) and Parquet. A damaged file is refused by name; a crooked CSV row leaves with its reason."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from arrears.book.tape.problems import refuse_file
from arrears.book.tape.rejects import Ledger
from arrears.book.tape.shape import keep, mask_of

ROW = "\x00row"  # our own column beside those of the file; no CSV header can hold this name


def read_columns(path: Path, ledger: Ledger) -> pa.Table:
    """Read one file whole: every CSV cell as text, Parquet in its own types, and `ROW`.

    Errors: Refused (TAPE_FILE) for a missing, damaged, cut off, empty or non-UTF-8 file.
    """
    if not path.is_file():
        raise refuse_file(str(path), "there is no such file")
    name = path.name.lower()
    try:
        if name.endswith((".parquet", ".pq")):
            return _read_parquet(path)
        return _read_csv(path, "gzip" if name.endswith(".gz") else None, ledger)
    except (pa.ArrowException, OSError, EOFError) as error:
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


def _read_csv(path: Path, compression: str | None, ledger: Ledger) -> pa.Table:
    """Read CSV as text. Rows are counted as a spreadsheet does: the header is row 1; blank rows count and are left out."""
    header = _header(path, compression)
    crooked: list[int] = []

    def leave_out(bad: pacsv.InvalidRow) -> str:
        if bad.text.strip():
            reason = f"the row has {bad.actual_columns} cells, the header has {bad.expected_columns}"
            ledger.reject(str(path), bad.number or 0, "", bad.text[:200], reason)
        crooked.append(bad.number or 0)
        return "skip"

    with pa.input_stream(str(path), compression=compression) as stream:
        table = pacsv.read_csv(
            stream,
            read_options=pacsv.ReadOptions(use_threads=False, block_size=1 << 24),
            parse_options=pacsv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=leave_out),
            convert_options=pacsv.ConvertOptions(column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False),
        )
    count = table.num_rows + len(crooked)
    rows = np.setdiff1d(np.arange(2, count + 2), crooked)
    table = table.append_column(ROW, pa.array(rows))
    return _without_blank_rows(table, header)


def _without_blank_rows(table: pa.Table, header: list[str]) -> pa.Table:
    """Leave out rows in which every cell is empty."""
    filled = np.zeros(table.num_rows, dtype=np.bool_)
    for name in header:
        if filled.all():
            return table
        filled |= mask_of(pc.not_equal(table.column(name), ""))
    return keep(table, filled)


def _header(path: Path, compression: str | None) -> list[str]:
    """Return the column names of a CSV file."""
    with pa.input_stream(str(path), compression=compression) as stream:
        first = io.TextIOWrapper(io.BytesIO(stream.read(1 << 16)), encoding="utf-8-sig", errors="replace", newline="")
        header = next(csv.reader(first), [])
    if not header or "\ufffd" in "".join(header):
        raise refuse_file(str(path), "it has no header row in UTF-8")
    double = sorted({name for name in header if header.count(name) > 1})
    if double:
        raise refuse_file(str(path), f"columns stand twice: {', '.join(double)}")
    return header


def _short(error: BaseException) -> str:
    """Return the first sentence of a library's message."""
    return str(error).splitlines()[0].rstrip(".")[:200] if str(error) else type(error).__name__

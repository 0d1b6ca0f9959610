"""Files to rows of text: CSV (UTF-8 or GB 18030), XLSX, Parquet. A damaged file is refused by name."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
from collections.abc import Iterator
from pathlib import Path

from arrears.desk.people.files.mapping import FileProblem, Table

Row = tuple[int, dict[str, str]]
"""Number of a row in its file (the first behind the header is 2 in CSV and XLSX, 1 in Parquet), and its fields as text."""


def rows_of(path: Path, table: Table) -> Iterator[Row]:
    """The rows of a file with the fields that the mapping knows. FileProblem for a missing column or a file that cannot be read."""
    name = path.name.lower()
    try:
        if name.endswith(".parquet"):
            yield from _parquet(path, table)
        elif name.endswith(".xlsx"):
            yield from _sheet(path, table)
        elif name.endswith((".csv", ".csv.gz")):
            yield from _csv(path, table)
        else:
            raise FileProblem(f"{path.name}: allowed are .csv, .csv.gz, .xlsx and .parquet")
    except (OSError, csv.Error, EOFError) as error:
        raise FileProblem(f"{path.name} cannot be read: {error}") from None


def _named(path: Path, table: Table, header: list[str]) -> list[tuple[str, int]]:
    """(field, place of its column); columns that the mapping does not name are left alone."""
    places = {each.strip().lstrip("\ufeff"): at for at, each in enumerate(header)}
    if len(places) != len(header):
        raise FileProblem(f"{path.name}: a column stands twice")
    from arrears.desk.people.files.tables import TABLES

    fields = TABLES[table.name]
    lacks = [
        column for field, column in table.columns.items() if fields[field].needed and column not in places and field not in table.constants
    ]
    if lacks:
        raise FileProblem(f"{path.name} has no column {', '.join(lacks)}; its columns are {', '.join(places)}")
    return [(field, places[column]) for field, column in table.columns.items() if column in places]


def _filled(table: Table, told: dict[str, str]) -> dict[str, str]:
    out = dict(table.constants)
    for field, text in told.items():
        value = text.strip()
        if value or field not in out:
            out[field] = table.words.get(field, {}).get(value, value)
    return out


def _parquet(path: Path, table: Table) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        named = _named(path, table, file.schema_arrow.names)
        number = 0
        for batch in file.iter_batches(batch_size=5_000, columns=[table.columns[field] for field, _ in named]):
            columns = [[_text(value) for value in batch.column(table.columns[field]).to_pylist()] for field, _ in named]
            for values in zip(*columns, strict=True):
                number += 1
                yield number, _filled(table, dict(zip([field for field, _ in named], values, strict=True)))
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise FileProblem(f"{path.name} is no Parquet file that can be read: {str(error).splitlines()[0]}") from None


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def _sheet(path: Path, table: Table) -> Iterator[Row]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, ValueError, IndexError) as error:
        raise FileProblem(f"{path.name} is no XLSX file that can be read: {error}") from None
    if not rows:
        raise FileProblem(f"{path.name} is empty")
    named = _named(path, table, [str(each) for each in rows[0]])
    for number, values in enumerate(rows[1:], 2):
        told = {field: _text(values[at]) for field, at in named}
        if any(told.values()):
            yield number, _filled(table, told)


def _csv(path: Path, table: Table) -> Iterator[Row]:
    raw = gzip.decompress(path.read_bytes()) if path.name.endswith(".gz") else path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise FileProblem(f"{path.name} is neither UTF-8 nor GB 18030")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = next(reader, None)
    if not header:
        raise FileProblem(f"{path.name} is empty")
    named = _named(path, table, header)
    for values in reader:
        if not any(values):
            continue
        if len(values) != len(header):
            yield reader.line_num, {"": f"{len(values)} cells"}
            continue
        yield reader.line_num, _filled(table, {field: values[at] for field, at in named})

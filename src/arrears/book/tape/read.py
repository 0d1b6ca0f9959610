"""One file through its mapping: which kind of table it is, its fields in our types, and the rows that leave."""

from __future__ import annotations

import json
from collections.abc import Mapping as Dict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.tape import values as v
from arrears.book.tape.fields import ARROW, TABLES, Field, schema_of
from arrears.book.tape.files import ROW, read_columns
from arrears.book.tape.mapping import Mapping, Source
from arrears.book.tape.problems import refuse_columns
from arrears.book.tape.rejects import Ledger
from arrears.book.tape.shape import Mask, keep, mask_of


def read_file(path: Path, mapping: Mapping, ledger: Ledger) -> tuple[str, pa.Table, int]:
    """Read one file.

    Returns
    -------
    The kind of table (loans, schedule, events, months); its good rows with the columns of `fields.schema_of(kind)`; the
    number of rows in the file. A row with a bad cell is left out and stands in the ledger, one line a bad cell.

    Errors: Refused (TAPE_FILE, TAPE_COLUMNS) naming the file and the columns.
    """
    before = len(ledger.rejects)
    raw = read_columns(path, ledger)
    count = raw.num_rows + len(ledger.rejects) - before
    kind = kind_of(str(path), [name for name in raw.column_names if name != ROW], mapping, ledger)
    return kind, convert(raw, kind, str(path), mapping, ledger), count


def kind_of(file: str, columns: list[str], mapping: Mapping, ledger: Ledger) -> str:
    """Tell by its columns which kind of table a file is: every needed column is there, and of those the most is read.

    Columns that the mapping does not read are kept out with a notice. Errors: Refused (TAPE_COLUMNS).
    """
    have = set(columns)
    reads = {kind: len(have & mapping.known_columns(kind)) for kind in mapping.tables}
    fitting = [kind for kind in mapping.tables if have.issuperset(mapping.needed_columns(kind))]
    if not fitting:
        nearest = max(reads, key=lambda kind: reads[kind])
        missing = [name for name in mapping.needed_columns(nearest) if name not in have]
        others = ", ".join(mapping.tables)
        raise refuse_columns(file, mapping.name, f"read as {nearest}, it lacks {', '.join(missing)} (kinds of table: {others})")
    kind = max(fitting, key=lambda each: reads[each])
    extra = [name for name in columns if name not in mapping.known_columns(kind)]
    if extra:
        ledger.notices.append(f"{file}: read as {kind}; columns kept out: {', '.join(extra)}")
    return kind


def convert(raw: pa.Table, kind: str, file: str, mapping: Mapping, ledger: Ledger) -> pa.Table:
    """Turn the columns of one file into the fields of its kind; rows with a bad or missing cell leave."""
    schema = schema_of(kind)
    bad: Mask = np.zeros(raw.num_rows, dtype=np.bool_)
    columns: dict[str, pa.Array] = {}
    for name, field in TABLES[kind].items():
        source = mapping.tables[kind].get(name)
        if source is None or (source.column and source.column not in raw.column_names):
            parsed, cells = v.Parsed(pa.nulls(raw.num_rows, ARROW[field.kind]), {}), None
        else:
            parsed, cells = _parse_or_refuse(raw, field, source, mapping, file), source.column
        bad |= _report(raw, file, cells or name, parsed.reasons, ledger)
        if field.needed:
            bad |= _report(raw, file, cells or name, _missing(parsed, field), ledger)
        columns[name] = _filled(parsed.values, field)
    columns["file"] = pa.array([file] * raw.num_rows, type=pa.string())
    columns["row"] = raw.column(ROW).combine_chunks().cast(pa.int64())
    return keep(pa.table([columns[each.name] for each in schema], schema=schema), ~bad)


def _missing(parsed: v.Parsed, field: Field) -> v.Reasons:
    """Name the cells that are empty though every row needs them."""
    empty = mask_of(pc.is_null(parsed.values))
    if pa.types.is_string(parsed.values.type):
        empty |= mask_of(pc.equal(parsed.values, ""))
    return {int(place): "missing" for place in np.flatnonzero(empty) if int(place) not in parsed.reasons}


def _report(raw: pa.Table, file: str, column: str, reasons: v.Reasons, ledger: Ledger) -> Mask:
    """Write the bad cells of one column into the ledger with the text that stood there."""
    bad: Mask = np.zeros(raw.num_rows, dtype=np.bool_)
    at = sorted(reasons)
    bad[at] = True
    taken = raw.take(pa.array(at, type=pa.int64()))
    cells = taken.column(column).to_pylist() if column in raw.column_names else [""] * len(at)
    for place, row, cell in zip(at, taken.column(ROW).to_pylist(), cells, strict=True):
        ledger.reject(file, row, column, cell, reasons[place])
    return bad


def _filled(values: pa.Array, field: Field) -> pa.Array:
    """Put the field's default where there is nothing."""
    if field.default is None:
        return values
    if pa.types.is_string(values.type) and field.default != "":
        values = pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)
    return pc.fill_null(values, pa.scalar(field.default, type=values.type))


def _parse_or_refuse(raw: pa.Table, field: Field, source: Source, mapping: Mapping, file: str) -> v.Parsed:
    """Read one field; refuse the file when a Parquet column is of a type that cannot mean it."""
    try:
        return _parse(raw, field, source, mapping.currency)
    except pa.ArrowException as error:
        columns = ", ".join(f"{name} ({raw.schema.field(name).type})" for name in source.columns() if name in raw.column_names)
        raise refuse_columns(file, mapping.name, f"{columns} cannot be read as {field.kind}") from error


def _parse(raw: pa.Table, field: Field, source: Source, currency: str) -> v.Parsed:
    """Read one field from its source."""
    if source.object or source.fees or source.list:
        return _parse_made(raw, source, currency)
    if source.column:
        return _parse_column(raw.column(source.column), field.kind, source, currency)
    constant = pa.chunked_array([[str(source.constant)] * raw.num_rows], type=pa.string())
    return _parse_column(constant, field.kind, source, currency)


def _parse_column(column: pa.ChunkedArray, kind: str, source: Source, currency: str) -> v.Parsed:
    """Read one column as a kind of field."""
    match kind:
        case "id":
            return v.parse_id(column)
        case "amount":
            return v.parse_amounts(column, source.unit, currency)
        case "rate":
            return v.parse_rates(column)
        case "day":
            return v.parse_days(column, source.form, source.day)
        case "whole":
            return v.parse_whole(column)
        case "bool":
            return v.parse_bools(column)
        case "instant":
            return v.parse_instants(column)
        case "json":
            return v.parse_json(column)
    return v.parse_text(column)


def _parse_made(raw: pa.Table, source: Source, currency: str) -> v.Parsed:
    """Make a JSON field of simple columns: an object, a list of fees, or a list of liens."""
    if source.object:
        made, reasons = _records(raw, source.object, source, currency)
        return v.Parsed(pa.array([json.dumps(each, ensure_ascii=False) if each else "" for each in made], type=pa.string()), reasons)
    lists: list[list[dict[str, object]]] = [[] for _ in range(raw.num_rows)]
    reasons = {}
    if source.fees:
        made, reasons = _records(raw, {f"{code}_fen": column for code, column in source.fees.items()}, source, currency)
        lists = [[{"code": key.removesuffix("_fen"), "max_fen": fen} for key, fen in each.items()] for each in made]
    for ours, columns in source.list:
        made, faults = _records(raw, columns, source, currency)
        reasons |= faults
        for row, each in zip(lists, made, strict=True):
            row.extend([{**each, "ours": ours}] if each else [])
    return v.Parsed(pa.array([json.dumps(each, ensure_ascii=False) if each else "" for each in lists], type=pa.string()), reasons)


def _records(raw: pa.Table, columns: Dict[str, str], source: Source, currency: str) -> tuple[list[dict[str, object]], v.Reasons]:
    """Read the columns of a record by the ends of their names: _fen amounts, _on days, rank a whole number, others text."""
    rows: list[dict[str, object]] = [{} for _ in range(raw.num_rows)]
    reasons: v.Reasons = {}
    for key, column in columns.items():
        if column not in raw.column_names:
            continue
        kind = "amount" if key.endswith("_fen") else "day" if key.endswith("_on") else "whole" if key == "rank" else "text"
        parsed = _parse_column(raw.column(column), kind, source, currency)
        reasons |= {place: f"{column}: {reason}" for place, reason in parsed.reasons.items()}
        for row, value in zip(rows, parsed.values.to_pylist(), strict=True):
            if value not in (None, ""):
                row[key] = value.isoformat() if kind == "day" else value
    return rows, reasons

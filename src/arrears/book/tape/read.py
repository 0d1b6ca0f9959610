"""One file through its mapping: which kind of table it is, its fields in our types, and the rows that leave."""

from __future__ import annotations

import json
from collections.abc import Mapping as Dict
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.tape import values as v
from arrears.book.tape.fields import ARROW, TABLES, Field, schema_of
from arrears.book.tape.files import Told, read_columns
from arrears.book.tape.mapping import Mapping, Source
from arrears.book.tape.problems import refuse_columns
from arrears.book.tape.rejects import ENOUGH, Ledger
from arrears.book.tape.rows import ROW
from arrears.book.tape.shape import Mask, keep, mask_of
from arrears.book.tape.sheet import SHEET


@dataclass(frozen=True)
class ReadFile:
    """One file as read.

    kind : loans, schedule, events, months, or filing (each row a loan and one of its months)
    tables : by kind of table its good rows, with the columns of `fields.schema_of`; a filing has loans and months
    count : rows in the file
    """

    kind: str
    tables: Dict[str, pa.Table]
    count: int


def read_file(path: Path, mapping: Mapping, ledger: Ledger, deal: str = "", told: Told = lambda *_: None) -> ReadFile:
    """Read one file.

    Parameters
    ----------
    deal : the deal of a file that does not name it itself, where the mapping asks for one
    told : is called with bytes done and bytes in all

    Returns
    -------
    ReadFile. A row with a bad cell is left out and stands in the ledger, one line a bad cell.

    Errors: Refused (TAPE_FILE, TAPE_COLUMNS) naming the file and the columns.
    """
    before = len(ledger.rejects)
    raw = read_columns(path, ledger, mapping.all_columns(), mapping.sheet, told)
    count = raw.num_rows + len({row for _, row, *_ in ledger.rejects[before:]})
    file = str(path)
    raw = _with_deal(raw, mapping, file, deal, ledger)
    kind = kind_of(file, [name for name in raw.column_names if name != ROW], mapping, ledger)
    if kind != "filing":
        return ReadFile(kind, {kind: convert(raw, kind, file, mapping, ledger)}, count)
    tables = {each: convert(raw, each, file, mapping, ledger) for each in ("months", "loans")}
    # both tables read some columns: a bad cell stands in the ledger once, and its row leaves both
    ledger.rejects[before:] = list(dict.fromkeys(ledger.rejects[before:]))
    gone = np.array(sorted({row for _, row, *_ in ledger.rejects[before:]}), dtype=np.int64)
    return ReadFile(kind, {each: keep(table, ~np.isin(table.column("row").to_numpy(), gone)) for each, table in tables.items()}, count)


def _with_deal(raw: pa.Table, mapping: Mapping, file: str, deal: str, ledger: Ledger) -> pa.Table:
    """Give a file the deal that it does not name."""
    if not mapping.deal:
        return raw
    if mapping.deal in raw.column_names:
        if deal:
            ledger.notices.append(f"{file}: it names its deals in {mapping.deal}; the deal given ({deal}) is not used")
        return raw
    if not deal:
        ledger.notices.append(f"{file}: it names no deal, so a loan is known by its number alone; give --deal NAME to tell deals apart")
    return raw.append_column(mapping.deal, pa.array([deal] * raw.num_rows, type=pa.string()))


def kind_of(file: str, columns: list[str], mapping: Mapping, ledger: Ledger) -> str:
    """Tell by its columns which kind of table a file is: every needed column is there, and of those the most is read.

    Columns that the mapping does not read are kept out with a notice. Errors: Refused (TAPE_COLUMNS).
    """
    have = set(columns)
    known, needed = _readings(mapping)
    fitting = [kind for kind in known if have.issuperset(needed[kind])]
    if not fitting:
        nearest = max(known, key=lambda kind: len(have & known[kind]))
        missing = [name for name in needed[nearest] if name not in have]
        others = ", ".join(known)
        raise refuse_columns(file, mapping.name, f"read as {nearest}, it lacks {', '.join(missing)} (kinds of table: {others})")
    kind = max(fitting, key=lambda each: len(have & known[each]))
    extra = [name for name in columns if name not in known[kind]]
    if extra:
        ledger.notices.append(f"{file}: read as {kind}; columns kept out: {', '.join(extra)}")
    return kind


def _readings(mapping: Mapping) -> tuple[dict[str, set[str]], dict[str, list[str]]]:
    """Return the columns that are read and those that are needed, by kind of file; a filing is of one kind only."""
    known = {kind: mapping.known_columns(kind) for kind in mapping.tables}
    needed = {kind: mapping.needed_columns(kind) for kind in mapping.tables}
    if mapping.filing:
        return {"filing": set().union(*known.values())}, {"filing": sorted(set().union(*map(set, needed.values())))}
    return known, needed


def convert(raw: pa.Table, kind: str, file: str, mapping: Mapping, ledger: Ledger) -> pa.Table:
    """Turn the columns of one file into the fields of its kind; rows with a bad or missing cell leave."""
    schema = schema_of(kind)
    bad: Mask = np.zeros(raw.num_rows, dtype=np.bool_)
    columns: dict[str, pa.Array] = {}
    for name, field in TABLES[kind].items():
        source = mapping.tables[kind].get(name)
        if source is None or (source.told_as() and source.told_as() not in raw.column_names):
            parsed, cells = v.Parsed(pa.nulls(raw.num_rows, ARROW[field.kind]), {}), None
        else:
            parsed, cells = _parse_or_refuse(raw, field, source, mapping, file), source.told_as()
            if cells and raw.num_rows >= ENOUGH and _says_nothing(raw.column(cells)):
                ledger.looks.append(f"{kind}: column {cells} is empty in all {raw.num_rows} rows")
        bad |= _report(raw, file, cells or name, parsed.reasons, ledger)
        # a panel counts its months; a filing has none to count before it is known where each loan begins
        if field.needed or (kind == "months" and name == "k" and not mapping.filing):
            missing = _missing(parsed, field)
            if mapping.filing and kind == "loans":  # a later month may leave the terms out
                bad[list(missing)] = True
            else:
                bad |= _report(raw, file, cells or name, missing, ledger)
        columns[name] = _filled(parsed.values, field)
    columns["file"] = pa.array([file] * raw.num_rows, type=pa.string())
    columns["row"] = raw.column(ROW).combine_chunks().cast(pa.int64())
    return keep(pa.table([columns[each.name] for each in schema], schema=schema), ~bad)


def _says_nothing(column: pa.ChunkedArray) -> bool:
    """Say whether every cell is empty; only text can be empty without being null."""
    return column.null_count == len(column) or (pa.types.is_string(column.type) and bool(v.is_blank(column).all()))


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
    if source.join:
        return v.parse_id(v.joined([raw.column(name) for name in source.join if name in raw.column_names]))
    if source.column:
        if field.kind == "day" and SHEET in (raw.schema.metadata or {}):  # a day among other text of a spreadsheet is ISO
            source = replace(source, form="|".join(dict.fromkeys([*(source.form.split("|") if source.form else []), "YYYY-MM-DD"])))
        return _parse_column(raw.column(source.column), field.kind, source, currency)
    constant = pa.chunked_array([[str(source.constant)] * raw.num_rows], type=pa.string())
    return _parse_column(constant, field.kind, source, currency)


def _parse_column(column: pa.ChunkedArray, kind: str, source: Source, currency: str) -> v.Parsed:
    """Read one column as a kind of field."""
    match kind:
        case "id":
            return v.parse_id(column)
        case "amount":
            return v.parse_amounts(column, source.unit, currency, source.round)
        case "rate":
            return v.parse_rates(column, source.unit, source.round)
        case "score":
            return v.parse_score(column)
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
    return v.parse_text(v.translated(column, source.values) if source.values else column)


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

"""Spreadsheets (.xlsx) to columns: one sheet, its first row the header. What a spreadsheet has already lost is not guessed back.

Numbers become text as the sheet shows them (15 digits), whole ones without ".0"; a column of days stays days. A number of
more than 15 digits, an error, a formula that was never computed and a merged cell reject their row, where the column is read.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator, Set
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pyarrow as pa
from defusedxml.ElementTree import fromstring, iterparse  # type: ignore[import-untyped]
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from arrears.book.tape.problems import refuse_file
from arrears.book.tape.rejects import Ledger
from arrears.book.tape.rows import ROW
from arrears.book.tape.text import check_header

SHEET = b"sheet"  # key of the table's metadata: the name of the sheet; days in its text columns are ISO
_DIGITS = 15  # what a spreadsheet keeps of a number
_LARGEST_BYTES = 2 << 30  # unpacked; beyond it a workbook is a bomb or belongs into CSV
_CELL = re.compile(r"([A-Z]+)([0-9]+)")


def read_sheet(path: Path, sheet: str, wanted: Set[str], ledger: Ledger) -> pa.Table:
    """Read one sheet of a workbook.

    Parameters
    ----------
    path : .xlsx; sheet : its name, the first one where empty
    wanted : columns a mapping reads; a bad cell elsewhere rejects nothing (all columns where empty)
    ledger : takes a line for each row that cannot be read

    Returns
    -------
    The columns of the header as text or days, and `ROW` as the spreadsheet counts.

    Errors: Refused (TAPE_FILE) naming the sheet: damaged, protected, too large, no such sheet, merged cells in the header,
    a column without a name or with the name of another.
    """
    _check_size(path)
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            name = _sheet_name(path, book, sheet)
            found = book.get_sheet_by_name(name)
            cells: list[list[Any]] = found.to_python(skip_empty_area=False)
            merged = _merged(found)
    except (CalamineError, zipfile.BadZipFile) as error:
        raise refuse_file(str(path), f"it is damaged, protected or no workbook ({error})") from error
    where = f"sheet {name}: "
    _check_merged_header(path, where, merged)
    header = [_plain(cell).strip() for cell in cells[0]] if cells else []
    while header and not header[-1] and not any(_plain(row[len(header) - 1]) for row in cells):
        header.pop()
    check_header(str(path), header, where)
    bad = _bad_cells(path, name, merged)
    read = wanted or frozenset(header)
    rows = [number for number, row in enumerate(cells[1:], start=2) if any(_plain(cell) for cell in row)]
    rows = sorted({*rows, *(number for number, _ in bad if number <= len(cells))})
    gone = _reject(path, where, header, cells, rows, bad, read, ledger)
    good = [number for number in rows if number not in gone]
    columns = {each: _column([cells[number - 1][place] for number in good]) for place, each in enumerate(header)}
    table = pa.table({**columns, ROW: pa.array(good, type=pa.int64())})
    return table.replace_schema_metadata({SHEET: name})


def _sheet_name(path: Path, book: CalamineWorkbook, asked: str) -> str:
    """Return the sheet asked for, or the first."""
    if asked and asked not in book.sheet_names:
        raise refuse_file(str(path), f"it has no sheet {asked!r}; it has {', '.join(book.sheet_names)}")
    if not book.sheet_names:
        raise refuse_file(str(path), "it has no sheet")
    return asked or book.sheet_names[0]


def _check_size(path: Path) -> None:
    """Refuse a workbook that unpacks to more than a spreadsheet program would open."""
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(each.file_size for each in packed.infolist())
    except zipfile.BadZipFile as error:
        raise refuse_file(str(path), f"it is damaged, protected or no workbook ({error})") from error
    if size > _LARGEST_BYTES:
        raise refuse_file(str(path), f"it unpacks to {size >> 20} MiB; give a table of this size as CSV or Parquet")


def _merged(sheet: CalamineSheet) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return merged ranges as (first row, first column), (last row, last column), from 0."""
    return list(sheet.merged_cell_ranges or [])


def _check_merged_header(path: Path, where: str, merged: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Refuse merged cells in the first row: which column each name stands for would be a guess."""
    names = [f"{_letters(start[1])}{start[0] + 1}:{_letters(end[1])}{end[0] + 1}" for start, end in merged if start[0] == 0]
    if names:
        raise refuse_file(
            str(path), f"{where}cells of the header row are merged ({', '.join(names)}); every column needs a name of its own"
        )


def _bad_cells(path: Path, sheet: str, merged: list[tuple[tuple[int, int], tuple[int, int]]]) -> dict[tuple[int, int], str]:
    """Return row (from 1) and column (from 0) of each cell that holds no value of its own, with the reason."""
    out: dict[tuple[int, int], str] = {}
    for start, end in merged:
        span = f"{_letters(start[1])}{start[0] + 1}:{_letters(end[1])}{end[0] + 1}"
        for row in range(start[0], end[0] + 1):
            out |= {(row + 1, column): f"merged with other cells ({span}); unmerge it" for column in range(start[1], end[1] + 1)}
    for cell in _cells_to_look_at(path, sheet):
        value = next((each.text or "" for each in cell if each.tag.endswith("}v")), "")
        formula = any(each.tag.endswith("}f") for each in cell)
        place = _place(cell.get("r", ""))
        if cell.get("t") == "e":
            out[place] = f"the cell holds the error {value or '#N/A'}"
        elif formula and not value and not any(each.tag.endswith("}is") for each in cell):
            out[place] = "the cell holds a formula that was never computed; open the file, save it, or paste the value"
    return out


def _cells_to_look_at(path: Path, sheet: str) -> Iterator[Element]:
    """Yield the cells of a sheet with a formula or an error; a sheet without any is not walked."""
    with zipfile.ZipFile(path) as packed:
        member = _member(packed, sheet)
        if member is None:
            return
        text = packed.read(member)
        if b"<f" not in text and b't="e"' not in text:
            return
        with packed.open(member) as stream:
            for _, element in iterparse(stream, events=("end",), forbid_dtd=True):
                if element.tag.endswith("}c") and (element.get("t") == "e" or any(each.tag.endswith("}f") for each in element)):
                    yield element
                if element.tag.endswith("}row"):
                    element.clear()


def _member(packed: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the name of a sheet's file inside the workbook."""
    names = set(packed.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    targets = {each.get("Id"): each.get("Target", "") for each in fromstring(packed.read("xl/_rels/workbook.xml.rels"))}
    for each in fromstring(packed.read("xl/workbook.xml")).iter():
        if each.tag.endswith("}sheet") and each.get("name") == sheet:
            link = next((value for key, value in each.attrib.items() if key.endswith("}id")), "")
            target = targets.get(link, "").removeprefix("/")
            return next((name for name in (target, f"xl/{target}") if name in names), None)
    return None


def _reject(
    path: Path,
    where: str,
    header: list[str],
    cells: list[list[Any]],
    rows: list[int],
    bad: dict[tuple[int, int], str],
    read: Set[str],
    ledger: Ledger,
) -> set[int]:
    """Write the rows with a cell that cannot be used into the ledger; return them."""
    gone: set[int] = set()
    for number in rows:
        for place, name in enumerate(header):
            if name not in read:
                continue
            cell = cells[number - 1][place]
            reason = bad.get((number, place)) or _lost(cell)
            if reason:
                ledger.reject(str(path), number, name, _plain(cell), f"{where}{_letters(place)}{number}: {reason}")
                gone.add(number)
    return gone


def _lost(cell: Any) -> str:
    """Return why a number cannot be what was typed, or nothing."""
    if isinstance(cell, float | int) and not isinstance(cell, bool) and abs(cell) >= 10**_DIGITS:
        return f"a number of more than {_DIGITS} digits: the spreadsheet has already lost the last ones; make the column text"
    return ""


def _plain(cell: Any) -> str:
    """Return a cell as text: a whole number without ".0", others as the sheet shows them, days as ISO."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float | int):
        return str(int(cell)) if cell == int(cell) else format(Decimal(f"{cell:.{_DIGITS}g}"), "f")
    if isinstance(cell, dt.datetime) and (cell.hour, cell.minute, cell.second) == (0, 0, 0):
        return cell.date().isoformat()
    return str(cell.isoformat()) if isinstance(cell, dt.date | dt.time) else str(cell)


def _column(cells: list[Any]) -> pa.Array:
    """Return days as days where a column holds nothing else, otherwise text."""
    filled = [cell for cell in cells if cell not in (None, "")]
    if filled and all(isinstance(cell, dt.date) for cell in filled):
        days = [(cell.date() if isinstance(cell, dt.datetime) else cell) if isinstance(cell, dt.date) else None for cell in cells]
        return pa.array(days, type=pa.date32())
    return pa.array([_plain(cell) for cell in cells], type=pa.string())


def _place(name: str) -> tuple[int, int]:
    """Return row from 1 and column from 0 of a cell's name such as C5."""
    found = _CELL.fullmatch(name)
    if not found:
        return (0, 0)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column - 1


def _letters(column: int) -> str:
    """Return the letters of a column counted from 0."""
    out, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        out = chr(ord("A") + rest) + out
    return out

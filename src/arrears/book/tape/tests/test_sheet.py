"""Spreadsheets: what comes in, and what a spreadsheet has lost leaves with sheet, row and column."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from arrears.book.tape.mapping import read_mapping
from arrears.book.tape.tests.builders import LOAN, reasons, take
from arrears.kernel.problems import Refused

HEADER = list(LOAN)
TYPED: list[Any] = ["B01", "P01", "equal_instalment", 60000, 0.12, 24, dt.date(2026, 2, 5), dt.datetime(2026, 3, 5)]  # noqa: DTZ001 - a spreadsheet has no zones


def book(path: Path, *rows: list[Any], sheet: str = "loans", merge: str = "", header: list[Any] | None = None) -> Path:
    """Write a workbook: a header and rows."""
    work = Workbook()
    page = work.active
    assert page is not None
    page.title = sheet
    for row in (header or HEADER, *rows):
        page.append(row)
    if merge:
        page.merge_cells(merge)
    work.save(path)
    return path


def changed(**change: Any) -> list[Any]:
    """The good row with other cells."""
    return [change.get(name, cell) for name, cell in zip(HEADER, TYPED, strict=True)]


def test_a_sheet_reads_the_same_as_csv(tmp_path: Path) -> None:
    loan = take(book(tmp_path / "loans.xlsx", TYPED)).loans.to_pylist()[0]
    assert (loan["loan_id"], loan["principal_fen"], loan["rate_ppm"], loan["term_count"]) == ("B01", 6_000_000, 120_000, 24)
    assert (loan["disbursed_on"], loan["first_due_on"]) == (dt.date(2026, 2, 5), dt.date(2026, 3, 5))


def test_a_number_that_is_an_id_is_text_without_a_point(tmp_path: Path) -> None:
    tape = take(book(tmp_path / "loans.xlsx", changed(loan_id=20240017.0, borrower_id=123456789012345)))
    assert tape.loans.select(["loan_id", "borrower_id"]).to_pylist() == [{"loan_id": "20240017", "borrower_id": "123456789012345"}]


def test_a_long_number_in_a_number_cell_has_lost_digits_and_one_in_a_text_cell_has_not(tmp_path: Path) -> None:
    tape = take(book(tmp_path / "loans.xlsx", changed(loan_id=6217000010001234567), changed(loan_id="6217000010001234567")))
    assert tape.loans.column("loan_id").to_pylist() == ["6217000010001234567"]
    ((row, field, _, reason),) = reasons(tape)
    assert (row, field) == (2, "loan_id")
    assert "sheet loans: A2: a number of more than 15 digits: the spreadsheet has already lost the last ones" in reason


def test_sums_of_a_spreadsheet_bring_no_dust(tmp_path: Path) -> None:
    tape = take(book(tmp_path / "loans.xlsx", changed(principal=0.1 + 0.2 + 60000)))
    assert tape.loans.column("principal_fen").to_pylist() == [6_000_030]


def test_days_among_text_are_read_in_both_forms(tmp_path: Path) -> None:
    rows = [changed(), changed(loan_id="B02", disbursed_on="2026-02-06"), changed(loan_id="B03", disbursed_on="6 Feb")]
    tape = take(book(tmp_path / "loans.xlsx", *rows))
    assert tape.loans.column("disbursed_on").to_pylist() == [dt.date(2026, 2, 5), dt.date(2026, 2, 6)]
    assert [(row, field) for row, field, _, _ in reasons(tape)] == [(4, "disbursed_on")]


def test_blank_rows_count_and_are_left_out(tmp_path: Path) -> None:
    tape = take(book(tmp_path / "loans.xlsx", TYPED, [None] * 8, changed(loan_id="B02", rate=18)))
    assert (tape.loans.num_rows, [(row, field) for row, field, _, _ in reasons(tape)]) == (1, [(4, "rate")])


@pytest.mark.parametrize(
    ("cell", "says"),
    [("=A1", "D2: the cell holds a formula that was never computed"), ("#DIV/0!", "D2: the cell holds the error #DIV/0!")],
)
def test_a_cell_without_a_value_rejects_its_row(tmp_path: Path, cell: str, says: str) -> None:
    tape = take(book(tmp_path / "loans.xlsx", changed(principal=cell), changed(loan_id="B02")))
    assert tape.loans.column("loan_id").to_pylist() == ["B02"]
    assert [(row, field) for row, field, _, _ in reasons(tape)] == [(2, "principal")]
    assert says in reasons(tape)[0][3]


def test_a_formula_in_a_column_nobody_reads_rejects_nothing(tmp_path: Path) -> None:
    path = book(tmp_path / "loans.xlsx", [*TYPED, "=A1"], header=[*HEADER, "check"])
    assert (take(path).loans.num_rows, reasons(take(path))) == (1, [])


def test_a_merged_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"sheet loans: cells of the header row are merged \(D1:E1\)"):
        take(book(tmp_path / "loans.xlsx", TYPED, merge="D1:E1"))


def test_merged_cells_below_the_header_reject_their_rows(tmp_path: Path) -> None:
    tape = take(book(tmp_path / "loans.xlsx", TYPED, changed(loan_id="B02"), changed(loan_id="B03"), merge="B2:B3"))
    assert tape.loans.column("loan_id").to_pylist() == ["B03"]
    assert [(row, field) for row, field, _, _ in reasons(tape)] == [(2, "borrower_id"), (3, "borrower_id")]


@pytest.mark.parametrize(
    ("header", "says"),
    [
        pytest.param([*HEADER[:3], None, *HEADER[4:]], "row 1 must name every column; column 4 has no name", id="empty"),
        pytest.param([*HEADER[:3], "rate", *HEADER[4:]], "columns stand twice: rate", id="double"),
    ],
)
def test_a_header_with_a_gap_or_a_double_name_is_refused(tmp_path: Path, header: list[Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        take(book(tmp_path / "loans.xlsx", TYPED, header=header))


def test_a_mapping_names_the_sheet(tmp_path: Path) -> None:
    path = book(tmp_path / "loans.xlsx", TYPED, sheet="2026-02")
    tables = {
        "loans": {
            name if name not in ("principal", "rate") else {"principal": "principal_fen", "rate": "rate_ppm"}[name]: name for name in HEADER
        }
    }
    assert take(path, mapping=read_mapping({"sheet": "2026-02", "tables": tables}, "x")).loans.num_rows == 1
    with pytest.raises(Refused, match="it has no sheet 'March'; it has 2026-02"):
        take(path, mapping=read_mapping({"sheet": "March", "tables": tables}, "x"))


@pytest.mark.parametrize("content", [b"PK\x03\x04 half a workbook", b"no workbook at all"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "loans.xlsx"
    path.write_bytes(content)
    with pytest.raises(Refused, match="damaged, protected or no workbook"):
        take(path)


def test_a_workbook_cut_in_half_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "loans.xlsx", *[TYPED] * 50)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(Refused, match="damaged, protected or no workbook"):
        take(path)


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_unopened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arrears.book.tape.sheet._LARGEST_BYTES", 1 << 20)
    path = tmp_path / "loans.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (2 << 20))
    with pytest.raises(Refused, match="unpacks to 2 MiB"):
        take(path)

"""Files: what kind of table they are, what is missing, and what is damaged."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from arrears.book.tape.load import Existing
from arrears.book.tape.mapping import load_mapping
from arrears.book.tape.read import read_file
from arrears.book.tape.rejects import Ledger
from arrears.book.tape.tests.builders import LOAN, reasons, take, write_csv
from arrears.kernel.problems import Refused

ROW = {"loan_id": "B01", "due_on": "2026-03-05", "interest": "600.00", "principal": "2224.41"}


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (LOAN, "loans"),
        (ROW, "schedule"),
        ({"source_ref": "1", "loan_id": "B01", "kind": "accelerated", "value_on": "2026-03-05"}, "events"),
    ],
)
def test_the_columns_tell_the_kind_of_table(tmp_path: Path, row: dict[str, str], kind: str) -> None:
    found = read_file(write_csv(tmp_path / "x.csv", row), load_mapping("arrears"), Ledger())
    assert (found.kind, found.tables[kind].num_rows, found.count) == (kind, 1, 1)


def test_gz_and_parquet_read_the_same_as_csv(tmp_path: Path) -> None:
    plain = write_csv(tmp_path / "loans.csv", LOAN)
    packed = tmp_path / "loans.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    numbers = tmp_path / "loans.parquet"
    pq.write_table(pacsv.read_csv(plain), numbers)
    expected = take(plain).loans
    assert take(packed).loans.equals(expected)
    assert take(numbers).loans.equals(expected)


def test_missing_columns_are_refused_with_file_and_names(tmp_path: Path) -> None:
    short = {name: text for name, text in LOAN.items() if name not in ("principal", "rate")}
    with pytest.raises(Refused, match=r"loans\.csv does not fit the mapping arrears: read as loans, it lacks principal, rate"):
        take(write_csv(tmp_path / "loans.csv", short))


def test_extra_columns_are_kept_out_with_a_notice(tmp_path: Path) -> None:
    tape = take(write_csv(tmp_path / "loans.csv", {**LOAN, "shoe_size": "43"}))
    assert tape.loans.num_rows == 1
    assert tape.notices == [f"{tmp_path}/loans.csv: read as loans; columns kept out: shoe_size"]


def test_a_damaged_parquet_file_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "loans.parquet"
    pq.write_table(pa.table({"loan_id": ["B01"] * 1000}), path)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(Refused, match=r"loans\.parquet cannot be read: it is damaged"):
        take(path)


def test_a_cut_off_gz_is_refused_and_not_read_by_half(tmp_path: Path) -> None:
    path = tmp_path / "loans.csv.gz"
    path.write_bytes(gzip.compress(write_csv(tmp_path / "x.csv", LOAN, LOAN).read_bytes())[:-6])
    with pytest.raises(Refused, match=r"loans\.csv\.gz cannot be read: it is damaged"):
        take(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"loan_id,,rate\n1,2,3\n", b"loan_id,loan_id\n1,2\n", "loan_id\n".encode("utf-16"), b"loan_id\n\xff\xff\xff\n"],
    ids=["empty", "no_name", "double_column", "utf_16", "no_text"],
)
def test_a_file_without_a_usable_header_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "loans.csv"
    path.write_bytes(content)
    with pytest.raises(Refused, match="cannot be read"):
        take(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="there is no such file"):
        take(tmp_path / "none.csv")


def test_crooked_rows_leave_and_rows_are_counted_as_a_spreadsheet_counts_them(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "loans.csv", LOAN)
    good = path.read_text().splitlines()[1]
    path.write_text(
        path.read_text() + "B02,P02\n\n" + good.replace("B01", "B03").replace("0.12", "18") + "\n" + good.replace("B01", "B04") + "\n"
    )
    tape = take(path)
    assert tape.loans.column("loan_id").to_pylist() == ["B01", "B04"]
    assert [(row, field, value) for row, field, value, _ in reasons(tape)] == [(3, "", "B02,P02"), (5, "rate", "18")]


def test_one_bad_file_of_two_brings_nothing_in(tmp_path: Path) -> None:
    good = write_csv(tmp_path / "loans.csv", LOAN)
    with pytest.raises(Refused):
        take(good, tmp_path / "none.csv", existing=Existing())


def test_a_parquet_column_of_a_hopeless_type_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "loans.parquet"
    pq.write_table(pa.table({**{name: [text] for name, text in LOAN.items()}, "principal": [[1, 2]]}), path)
    with pytest.raises(Refused, match=r"principal \(list.* cannot be read as amount"):
        take(path)

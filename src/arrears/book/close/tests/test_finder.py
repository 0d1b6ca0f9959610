"""Rows of a loan out of files of any order, each row group read once, and a file made again is read again."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from arrears.book.close.finder import Finder, Mark, marked

COLUMNS = {"loan_id": "string", "due_on": "day", "amount_fen": "int64"}


class Counting(Finder):
    """Counts the row groups read whole."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0

    def _read(self, mark: Mark, groups: list[int], columns: list[str]) -> pa.Table:
        self.reads += len(groups) if len(columns) > 1 else 0
        return super()._read(mark, groups, columns)


def write(path: Path, loans: list[str], amount: int = 1) -> Path:
    table = pa.table(
        {
            "amount_fen": pa.array([amount + n for n in range(len(loans))], pa.int64()),
            "loan_id": loans,
            "due_on": pa.array([20_000 + n for n in range(len(loans))], pa.int32()).cast(pa.date32()),
        }
    )
    pq.write_table(table, path, row_group_size=3)
    return path


@pytest.mark.parametrize(
    ("loans", "reads"),
    [
        pytest.param(["a", "a", "b", "b", "c", "c", "d"], 2, id="sorted"),
        pytest.param(["d", "b", "a", "a", "c", "b", "c"], 2, id="in_any_order"),
    ],
)
def test_only_row_groups_that_hold_the_loan_are_read(tmp_path: Path, loans: list[str], reads: int) -> None:
    finder, file = Counting(), write(tmp_path / "x.parquet", loans)
    found = finder.rows([marked(file)], ["b"], COLUMNS)
    assert found == [("b", 20_000 + n, 1 + n) for n, loan in enumerate(loans) if loan == "b"]
    assert finder.reads == reads
    assert finder.rows([marked(file)], ["b"], COLUMNS) == found
    assert finder.reads == reads


def test_several_loans_come_file_by_file_and_an_unknown_one_has_no_rows(tmp_path: Path) -> None:
    files = [write(tmp_path / "1.parquet", ["a", "b"]), write(tmp_path / "2.parquet", ["b", "c"], 10)]
    found = Finder().rows(map(marked, files), ["c", "b", "nobody", "b"], COLUMNS)
    assert [(row[0], row[2]) for row in found] == [("b", 2), ("c", 11), ("b", 10)]


def test_one_row_group_is_read_once_for_many_loans(tmp_path: Path) -> None:
    finder = Counting()
    finder.rows([marked(write(tmp_path / "x.parquet", ["a", "b", "c"]))], ["a", "b", "c"], COLUMNS)
    assert finder.reads == 1


def test_a_file_made_again_under_the_same_name_is_read_again(tmp_path: Path) -> None:
    finder, file = Finder(), write(tmp_path / "x.parquet", ["a"])
    assert [row[2] for row in finder.rows([marked(file)], ["a"], COLUMNS)] == [1]
    write(tmp_path / "y.parquet", ["a"], 7).replace(file)
    assert [row[2] for row in finder.rows([marked(file)], ["a"], COLUMNS)] == [7]


def test_a_file_without_rows_holds_no_loan(tmp_path: Path) -> None:
    file = tmp_path / "x.parquet"
    pq.write_table(pa.table({"loan_id": pa.array([], pa.string()), "due_on": pa.array([], pa.date32())}), file)
    assert Finder().rows([marked(file)], ["a"], {"loan_id": "string", "due_on": "day"}) == []

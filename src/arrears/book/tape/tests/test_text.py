"""Encodings and delimiters are told from the bytes; what is neither is refused with the byte."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from arrears.book.tape.tests.builders import LOAN, take, write_csv
from arrears.book.tape.text import encoding_of, writing_of
from arrears.kernel.problems import Refused

NAMED = {**LOAN, "product": "车贷𠮷"}  # the last sign has four bytes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_names_are_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    path = write_csv(tmp_path / "loans.csv", NAMED)
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    tape = take(path)
    assert tape.loans.column("product").to_pylist() == ["车贷𠮷"]
    assert tape.notices == ([f"{path}: read as GB18030, which is no UTF-8: look at a few names"] if encoding == "gb18030" else [])


def test_a_file_in_no_encoding_is_refused_with_the_byte_of_each_attempt(tmp_path: Path) -> None:
    path = tmp_path / "loans.csv"
    path.write_bytes("车,a\n".encode("gb18030") + b"x,\xff\n")
    with pytest.raises(Refused, match=r"UTF-8 fails at byte 0, GB18030 fails at byte 7"):
        take(path)


def test_a_fault_far_into_a_file_is_counted_from_its_start(tmp_path: Path) -> None:
    path = tmp_path / "loans.csv"
    path.write_bytes(b"a,b\n" + "车".encode() * 700_000 + b"\xff")
    with pytest.raises(Refused, match=rf"UTF-8 fails at byte {4 + 3 * 700_000}"):
        encoding_of(path)


def test_a_character_cut_at_the_end_of_a_file_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "loans.csv"
    path.write_bytes("a,车".encode() + b"\xe8\xbd")
    with pytest.raises(Refused, match="UTF-8 fails at byte 5"):
        encoding_of(path)


def test_utf_16_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "loans.csv"
    path.write_bytes(codecs.BOM_UTF16_LE + "loan_id\n".encode("utf-16-le"))
    with pytest.raises(Refused, match="written in UTF-16; save it as CSV UTF-8"):
        take(path)


@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_the_delimiter_is_the_one_that_cuts_the_header(tmp_path: Path, mark: str) -> None:
    path = write_csv(tmp_path / "loans.csv", LOAN)
    path.write_text(path.read_text().replace(",", mark))
    assert writing_of(path).delimiter == mark
    assert take(path).loans.num_rows == 1


def test_blanks_around_a_name_of_the_header_do_not_matter(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "loans.csv", {f" {name} ": text for name, text in LOAN.items()})
    assert take(path).loans.column("loan_id").to_pylist() == ["B01"]

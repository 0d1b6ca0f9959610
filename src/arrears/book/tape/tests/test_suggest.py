"""A first mapping guessed from a header and a sample: it loads, and says what it could not find."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import Workbook

from arrears.book.tape.mapping import load_mapping
from arrears.book.tape.suggest import suggest
from arrears.book.tape.tests.builders import reasons, take, write_csv
from arrears.kernel.problems import Refused

CHINESE = {
    "合同编号": "HT0001",
    "客户姓名": "某某",
    "客户号": "K001",
    "放款日期": "2026/2/5",
    "贷款金额": "６０，０００.00",
    "年利率(%)": "12",
    "期数": "24",
    "首期还款日": "2026/3/5",
    "还款方式": "等额本息",
}
PAID = {"交易流水号": "0001", "合同编号": "HT0001", "入账日期": "2026年3月5日", "还款金额": "2,824.41", "备注": ""}
ENGLISH = {
    "Loan Number": "007",
    "Customer ID": "P1",
    "Origination Date": "02/05/2026",
    "Amount Financed": "$60,000.00",
    "Interest Rate": "12.00%",
    "Term": "24",
    "First Payment Date": "03/05/2026",
}


def guessed(path: Path, **more: Any) -> tuple[Any, Any]:
    """The suggestion for a file, and the mapping it loads as."""
    found = suggest(path, **more)
    written = path.with_suffix(".yaml")
    written.write_text(found.text, encoding="utf-8")
    return found, load_mapping(written)


def test_a_chinese_header_becomes_a_mapping_that_takes_the_file_in(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "loans.csv", CHINESE, {**CHINESE, "合同编号": "HT0002"})
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    found, mapping = guessed(path)
    assert (found.kind, found.missing) == ("loans", [])
    assert found.fields == {
        "loan_id": "合同编号",
        "borrower_id": "客户号",
        "method": "还款方式",
        "principal_fen": "贷款金额",
        "rate_ppm": "年利率(%)",
        "term_count": "期数",
        "disbursed_on": "放款日期",
        "first_due_on": "首期还款日",
    }
    loan = take(path, mapping=mapping).loans.to_pylist()[0]
    assert (loan["loan_id"], loan["principal_fen"], loan["rate_ppm"], loan["instalment_fen"]) == ("HT0001", 6_000_000, 120_000, 282_441)


def test_a_file_of_payments_is_told_from_a_file_of_loans(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "paid.csv", PAID)
    found, mapping = guessed(path)
    assert (found.kind, found.missing) == ("events", [])
    assert "kind: {constant: payment_received}   # no column says the kind: a guess, check it" in found.text
    tape = take(path, mapping=mapping)
    assert [(row["kind"], row["amount_fen"], row["value_on"].isoformat()) for row in tape.waiting.to_pylist()] == [
        ("payment_received", 282_441, "2026-03-05")
    ]


def test_an_english_header_and_a_form_with_two_meanings(tmp_path: Path) -> None:
    found, mapping = guessed(write_csv(tmp_path / "loans.csv", ENGLISH), currency="USD")
    assert (mapping.currency, mapping.tables["loans"]["disbursed_on"].form) == ("USD", "MM/DD/YYYY")
    assert "month first or day first? every cell reads as DD/MM/YYYY too" in found.text
    assert "method: {constant: equal_instalment}   # no column says how the loans are repaid: a guess, check it" in found.text


def test_a_spreadsheet_is_guessed_too(tmp_path: Path) -> None:
    work = Workbook()
    page = work.create_sheet("放款")
    page.append(list(CHINESE))
    page.append(list(CHINESE.values()))
    work.save(tmp_path / "loans.xlsx")
    found, mapping = guessed(tmp_path / "loans.xlsx", sheet="放款")
    assert (found.missing, mapping.sheet) == ([], "放款")
    assert reasons(take(tmp_path / "loans.xlsx", mapping=mapping)) == []


def test_what_was_not_found_stands_as_a_comment_and_is_named(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "loans.csv", {name: text for name, text in CHINESE.items() if name not in ("贷款金额", "年利率(%)")})
    found = suggest(path)
    assert found.missing == ["principal_fen", "rate_ppm"]
    assert "    # principal_fen:   # NEEDED (amount), no column found" in found.text
    assert "# columns not used: 客户姓名" in found.text
    (tmp_path / "x.yaml").write_text(found.text, encoding="utf-8")
    with pytest.raises(Refused, match="no source for principal_fen, rate_ppm"):
        load_mapping(tmp_path / "x.yaml")


def test_minor_units_are_told_by_the_name_and_a_monthly_rate_is_pointed_at(tmp_path: Path) -> None:
    row = {name: text for name, text in CHINESE.items() if name not in ("贷款金额", "年利率(%)")}
    found = suggest(write_csv(tmp_path / "loans.csv", {**row, "贷款金额(分)": "6000000", "月利率": "0.01"}))
    assert 'principal_fen: {column: "贷款金额(分)", unit: minor}' in found.text
    assert "a rate a MONTH" in found.text


def test_every_word_of_the_synonyms_belongs_to_a_field_that_exists() -> None:
    from arrears.book.tape.fields import TABLES

    words = yaml.safe_load((Path(__file__).parents[1] / "synonyms.yaml").read_text(encoding="utf-8"))
    assert [(kind, name) for kind in ("loans", "schedule", "events") for name in words[kind] if name not in TABLES[kind]] == []


def test_xml_needs_no_guess(tmp_path: Path) -> None:
    (tmp_path / "x.xml").write_text("<assetData/>", encoding="utf-8")
    with pytest.raises(Refused, match="use the mapping abs-ee"):
        suggest(tmp_path / "x.xml")

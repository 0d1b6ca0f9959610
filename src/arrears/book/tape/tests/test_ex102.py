"""Exhibit 102 as XML: a stream of records, and nothing of a file that is broken or not what it should be."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from arrears.book.tape.ex102 import read_ex102
from arrears.book.tape.rejects import Ledger
from arrears.book.tape.rows import ROW
from arrears.book.tape.tests.builders import take
from arrears.kernel.problems import Refused

HEAD = '<?xml version="1.0" encoding="UTF-8"?><assetData xmlns="http://www.sec.gov/edgar/document/absee/autoloan/assetdata">\n'
RECORD = (
    "<assets><assetNumber>0042 - 1</assetNumber><reportingPeriodBeginningDate>07-01-2026</reportingPeriodBeginningDate>"
    "<reportingPeriodEndingDate>07-31-2026</reportingPeriodEndingDate><originationDate>12/2025</originationDate>"
    "<originalLoanAmount>12000.00000000</originalLoanAmount><originalLoanTerm>12</originalLoanTerm>"
    "<loanMaturityDate>12/2026</loanMaturityDate><originalInterestRatePercentage>0.15800000</originalInterestRatePercentage>"
    "<originalFirstPaymentDate>01/2026</originalFirstPaymentDate>"
    "<reportingPeriodBeginningLoanBalanceAmount>6000</reportingPeriodBeginningLoanBalanceAmount>"
    "<reportingPeriodActualEndBalanceAmount>5000</reportingPeriodActualEndBalanceAmount>"
    "<reportingPeriodScheduledPaymentAmount>1083.583721</reportingPeriodScheduledPaymentAmount>"
    "<totalActualAmountPaid>1083.58</totalActualAmountPaid><actualPrincipalCollectedAmount>1000</actualPrincipalCollectedAmount>"
    "<obligorCreditScore>NONE</obligorCreditScore><subvented>1</subvented><subvented>2</subvented></assets>\n"
)
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE bomb [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<assetData><assets><assetNumber>&b;</assetNumber></assets></assetData>"
)


def filing(path: Path, *records: str, tail: str = "</assetData>\n") -> Path:
    """Write a filing."""
    text = HEAD + "".join(records) + tail
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


@pytest.mark.parametrize("name", ["july.xml", "july.xml.gz"])
def test_a_record_is_a_loan_with_its_month(tmp_path: Path, name: str) -> None:
    tape = take(filing(tmp_path / name, RECORD), mapping="abs-ee")
    loan = tape.loans.to_pylist()[0]
    assert (loan["loan_id"], loan["principal_fen"], loan["rate_ppm"], loan["instalment_fen"]) == ("0042 - 1", 500_000, 158_000, 108_358)
    assert (loan["opened_on"].isoformat(), loan["history_paid_fen"], tape.rejects.num_rows) == ("2026-07-31", 108_358, 0)


def test_elements_that_no_field_reads_are_kept_out_with_one_notice(tmp_path: Path) -> None:
    odd = RECORD.replace("</assets>", "<shoeSize>43</shoeSize></assets>")
    tape = take(filing(tmp_path / "july.xml", odd, odd.replace("0042", "0043")), mapping="abs-ee")
    (notice,) = [each for each in tape.notices if "kept out" in each]
    assert notice.endswith("elements kept out: shoeSize, subvented")


def test_an_element_that_repeats_is_joined(tmp_path: Path) -> None:
    table = read_ex102(filing(tmp_path / "july.xml", RECORD), {"subvented", "assetNumber"}, Ledger(), lambda *_: None)
    assert table.to_pylist() == [{"assetNumber": "0042 - 1", "subvented": "1+2", ROW: 1}]


def test_a_column_that_some_records_lack_is_empty_there(tmp_path: Path) -> None:
    records = [
        f"<assets><assetNumber>{k}</assetNumber>{'<zeroBalanceCode>4</zeroBalanceCode>' if k % 2 else ''}</assets>" for k in range(9_000)
    ]
    table = read_ex102(filing(tmp_path / "july.xml", *records), {"zeroBalanceCode", "assetNumber"}, Ledger(), lambda *_: None)
    assert table.num_rows == 9_000
    assert table.column("zeroBalanceCode").to_pylist() == ["4" if k % 2 else "" for k in range(9_000)]


def test_xml_cut_in_half_keeps_nothing_and_says_how_far_it_came(tmp_path: Path) -> None:
    path = filing(tmp_path / "july.xml", RECORD, RECORD.replace("0042", "0043"), RECORD[:300], tail="")
    with pytest.raises(Refused, match="breaks off or is damaged after 2 whole records, and none of them is kept"):
        take(path, mapping="abs-ee")


def test_a_cut_off_gz_is_refused_too(tmp_path: Path) -> None:
    path = filing(tmp_path / "july.xml.gz", RECORD * 50)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(Refused, match="packed file ends after"):
        take(path, mapping="abs-ee")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(BOMB, "holds a document type or an entity", id="entity_bomb"),
        pytest.param('<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><assetData/>', "holds a document type or an entity", id="dtd"),
        pytest.param("<rss><assets/></rss>", "its root is rss; a filing of Exhibit 102 has assetData", id="other_root"),
        pytest.param(HEAD + "</assetData>", "holds no assets element", id="nothing_in_it"),
        pytest.param("", "damaged after 0 whole records", id="empty"),
    ],
)
def test_what_is_no_filing_is_refused(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "july.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match=says):
        take(path, mapping="abs-ee")


def test_the_work_is_told_in_bytes(tmp_path: Path) -> None:
    path = filing(tmp_path / "july.xml", RECORD)
    told: list[tuple[int, int]] = []
    read_ex102(path, {"assetNumber"}, Ledger(), lambda done, size: told.append((done, size)))
    assert told[0] == (path.stat().st_size, path.stat().st_size)

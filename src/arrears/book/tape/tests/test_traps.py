"""The ten traps of real filings, each on the real rows: 2,165 rows of Exhibit 102 of eight deals, two excerpts of XML, one panel."""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from arrears.book.tape.load import Existing, Tape
from arrears.book.tape.mapping import load_mapping
from arrears.book.tape.read import read_file
from arrears.book.tape.rejects import Ledger
from arrears.book.tape.tests.builders import reasons, take

ROWS = "ex102_rows_2016-12_2017-04.csv.gz"
Row = dict[str, str]
Key = tuple[str, str]  # loan, month as 2017-03


def loan_of(row: Row) -> str:
    """The id under which the Book knows the loan of a row."""
    return f"{row['securitizationKey']}:{row['assetNumber'].replace('/', '%2F')}"


def number(text: str) -> float:
    """A cell as a number; empty is 0."""
    return float(text or 0)


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "data" / "loans"


@pytest.fixture(scope="module")
def filed(folder: Path) -> dict[Key, Row]:
    """The rows as filed, each loan and month once, in order."""
    with gzip.open(folder / ROWS, "rt", encoding="utf-8") as file:
        rows = {(loan_of(row), row["reportingPeriodEndingDate"][:7]): row for row in csv.DictReader(file)}
    return dict(sorted(rows.items()))


@pytest.fixture(scope="module")
def tape(folder: Path) -> Tape:
    return take(folder / ROWS, mapping="abs-ee")


@pytest.fixture(scope="module")
def events(tape: Tape) -> dict[Key, dict[str, int]]:
    """Kind and amount of the events of each loan and month."""
    out: dict[Key, dict[str, int]] = defaultdict(dict)
    for row in tape.events.to_pylist():
        out[row["loan_id"], row["value_on"].isoformat()[:7]][row["kind"]] = row["amount_fen"]
    return out


def test_trap_1_a_charge_off_with_no_days_past_due_is_a_charge_off(filed: dict[Key, Row], events: dict[Key, dict[str, int]]) -> None:
    first: dict[str, str] = {}
    for (loan, month), row in filed.items():
        if row["zeroBalanceCode"] == "4.0":
            first.setdefault(loan, month)
    none_late = [
        key
        for key in first.items()
        if filed[key]["currentDelinquencyStatus"] == "0" and number(filed[key]["originalInterestRatePercentage"]) < 1
    ]
    assert len(none_late) == 97
    assert [key for key in none_late if "charged_off" not in events[key]] == []


def test_trap_1_what_is_absent_is_not_0(folder: Path) -> None:
    mapping = load_mapping("abs-ee")
    months = read_file(folder / "ex102_excerpt" / "exeter_2025_5_2026-06_excerpt.xml", mapping, Ledger()).tables["months"]
    assert months.column("recovered_fen").to_pylist() == [None]
    assert months.column("charged_off_fen").to_pylist() == [0]
    closed = read_file(folder / ROWS, mapping, Ledger()).tables["months"]
    assert closed.column("end_fen").null_count == 21


def test_trap_2_a_month_filed_twice_is_one_and_reported(tape: Tape) -> None:
    assert Counter(row["what"] for row in tape.duplicates.to_pylist()) == {"month": 217}


def test_trap_2_one_number_in_two_deals_is_two_loans(tape: Tape) -> None:
    twins = [loan for loan in tape.loans.column("loan_id").to_pylist() if loan.endswith(":769164")]
    assert twins == ["Nissan Auto Receivables 2017-A Owner Trust:769164", "Santander Drive Auto Receivables Trust 2017-1:769164"]


@pytest.mark.behaviour("S012")
def test_trap_2_loading_it_again_changes_nothing_and_lists_each_row(tape: Tape, folder: Path) -> None:
    again = take(folder / ROWS, existing=Existing(tape.loans, tape.events, tape.waiting), mapping="abs-ee")
    assert (again.loans.num_rows, again.schedule.num_rows, again.events.num_rows) == (0, 0, 0)
    assert Counter(row["what"] for row in again.duplicates.to_pylist()) == {"month": 217, "event": tape.events.num_rows}
    assert reasons(again) == reasons(tape)


def test_trap_3_a_month_that_is_not_there_makes_no_event(filed: dict[Key, Row], events: dict[Key, dict[str, int]]) -> None:
    loan = "Toyota Auto Receivables 2017-A Owner Trust:424151070"
    assert [month for each, month in filed if each == loan] == ["2017-01", "2017-03"]
    assert {month: kinds for (each, month), kinds in events.items() if each == loan} == {"2017-03": {"charged_off": 184_422}}


def test_trap_3_a_row_after_charge_off_holds_only_what_came_back(filed: dict[Key, Row], events: dict[Key, dict[str, int]]) -> None:
    key = ("Ford Credit Auto Owner Trust 2017-A:65739025747", "2017-03")
    assert (filed[key]["zeroBalanceCode"], filed[key]["reportingPeriodActualEndBalanceAmount"]) == ("", "")
    assert events[key] == {"recovered": 25_000}


def test_trap_4_an_end_that_is_not_begin_less_principal_is_a_dated_adjustment(
    filed: dict[Key, Row], events: dict[Key, dict[str, int]]
) -> None:
    names = ("reportingPeriodBeginningLoanBalanceAmount", "actualPrincipalCollectedAmount", "reportingPeriodActualEndBalanceAmount")
    off: dict[Key, int] = {}
    seen: set[str] = set()
    for key, row in filed.items():
        begin, principal, end = (round(100 * number(row[name])) for name in names)
        if key[0] in seen and begin and not row["zeroBalanceCode"] and end != begin - principal:
            off[key] = end - (begin - principal)
        seen.add(key[0])
    assert (len(off), sum(fen > 0 for fen in off.values())) == (12, 8)  # eight of them rise
    assert {key: events[key].get("balance_adjusted") for key in off} == off


def test_trap_4_negative_principal_is_no_payment(folder: Path) -> None:
    panel = take(folder / "aart_2017_3_loans.parquet", folder / "aart_2017_3_months.parquet", mapping="aart-panel")
    kinds = panel.sums["by_kind"]
    assert (kinds["credit_refunded"]["count"], panel.rejects.num_rows) == (1, 0)
    assert all(row["principal_fen"] is None or row["principal_fen"] >= 0 for row in panel.events.to_pylist())


def test_trap_5_negative_money_comes_in(tape: Tape) -> None:
    negative = [
        (row["kind"], row["amount_fen"]) for row in tape.events.to_pylist() if row["amount_fen"] < 0 and row["kind"] != "balance_adjusted"
    ]
    assert Counter(kind for kind, _ in negative) == {"collateral_proceeds_received": 6, "recovered": 1}
    assert ("collateral_proceeds_received", -30_000) in negative  # the expenses of a repossession
    assert ("recovered", -2_000_000) in negative  # a recovery taken back


def test_trap_5_a_negative_charge_off_that_is_net_of_recoveries_reverses_nothing(filed: dict[Key, Row], tape: Tape) -> None:
    assert sum(number(row["chargedoffPrincipalAmount"]) < 0 for row in filed.values()) == 3
    assert "charge_off_reversed" not in tape.sums["by_kind"]


def test_trap_6_ids_are_text_with_blanks_zeros_and_base64(tape: Tape, folder: Path) -> None:
    ids = tape.loans.column("loan_id").to_pylist()
    assert "CarMax Auto Owner Trust 2017-1:%2FC0+MNO%2F1HeyhXP50b4DLA==" in ids
    assert len(ids) == len(set(ids)) == 646
    spaced = take(folder / "ex102_excerpt" / "amcar_2024_1_2026-07_excerpt.xml", mapping="abs-ee")
    assert spaced.loans.column("loan_id").to_pylist() == ["0002020251 - 006715", "0002020251 - 006726"]


def test_trap_7_dates_in_three_forms_and_rates_as_fractions(tape: Tape, folder: Path) -> None:
    spaced = take(folder / "ex102_excerpt" / "amcar_2024_1_2026-07_excerpt.xml", mapping="abs-ee").loans.to_pylist()[0]
    assert (spaced["disbursed_on"].isoformat(), spaced["opened_on"].isoformat(), spaced["rate_ppm"]) == (
        "2018-12-01",
        "2026-07-31",
        158_000,
    )
    assert tape.sums["ranges"]["rate_ppm"] == [0, 264_200]
    bare = [value for _, field, value, _ in reasons(tape) if field == "originalInterestRatePercentage"]
    assert (len(bare), set(map(float, bare)) >= {12.99, 7.55}) == (18, True)  # one deal files percent: never divided


def test_trap_7_a_score_of_nothing_is_none(tape: Tape, filed: dict[Key, Row]) -> None:
    assert {"0.0", "9.0", "100.0"} <= {row["obligorCreditScore"] for row in filed.values()}
    assert tape.sums["scores"] == {"with": 1_886, "without": 259, "range": [394, 887]}


def test_trap_8_repeated_elements_reject_nothing(filed: dict[Key, Row], tape: Tape) -> None:
    assert sum(row["subvented"] == "['1', '2']" for row in filed.values()) == 154
    assert [field for _, field, _, _ in reasons(tape) if field != "originalInterestRatePercentage"] == []


def test_trap_9_a_loan_whose_rows_end_has_not_been_paid_off(filed: dict[Key, Row], events: dict[Key, dict[str, int]]) -> None:
    last = dict(filed.keys())
    open_still = {loan for loan, month in last.items() if not filed[loan, month]["zeroBalanceCode"]}
    gone = {loan for (loan, _), kinds in events.items() if kinds.keys() & {"charged_off", "transferred"}}
    assert len(open_still) == 2
    assert open_still & gone == {"Ford Credit Auto Owner Trust 2017-A:65739025747"}  # charged off in the month before its last


def test_trap_10_each_code_makes_its_event(filed: dict[Key, Row], events: dict[Key, dict[str, int]], tape: Tape) -> None:
    boarded = set(tape.loans.column("loan_id").to_pylist())
    first: dict[str, Key] = {}
    for key, row in filed.items():
        if row["zeroBalanceCode"] and key[0] in boarded:
            first.setdefault(key[0], key)
    charged = Counter((filed[key]["zeroBalanceCode"], "charged_off" in events[key]) for key in first.values())
    assert charged == {("1.0", False): 315, ("4.0", True): 330}
    assert "transferred" not in tape.sums["by_kind"]  # the code 3 of these rows follows a charge-off: nothing is left to hand over

"""Filings: one row a loan and month. Small loans by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from arrears.book.rules.schedule import make_schedules
from arrears.book.tape.filing import zero_codes
from arrears.book.tape.load import Existing, Tape, load
from arrears.book.tape.mapping import load_mapping
from arrears.book.tape.tests.builders import AS_OF, LIMITS, reasons, take, write_csv

DEAL = "D 2017-1"
TERMS = {
    "securitizationKey": DEAL,
    "assetNumber": "0042",
    "originationDate": "12/2016",
    "originalLoanAmount": "1200",
    "originalLoanTerm": "24",
    "loanMaturityDate": "12/2018",
    "originalInterestRatePercentage": "0.12",
    "originalFirstPaymentDate": "01/2017",
    "reportingPeriodScheduledPaymentAmount": "110.00",
}
BLANK = ("recoveredAmount", "repossessedProceedsAmount", "chargedoffPrincipalAmount", "zeroBalanceCode", "actualOtherCollectedAmount")
LAST = {1: "31", 2: "28", 3: "31", 4: "30", 5: "31"}


def month(number: int, begin: str, end: str, principal: str = "0", paid: str = "0", **more: str) -> dict[str, str]:
    """One row of loan 0042, a month of 2017."""
    row = {
        "reportingPeriodBeginningDate": f"{number:02d}-01-2017",
        "reportingPeriodEndingDate": f"{number:02d}-{LAST[number]}-2017",
        "reportingPeriodBeginningLoanBalanceAmount": begin,
        "reportingPeriodActualEndBalanceAmount": end,
        "actualPrincipalCollectedAmount": principal,
        "totalActualAmountPaid": paid,
        "currentDelinquencyStatus": "0",
        "nextReportingPeriodPaymentAmountDue": "110.00",
        "paymentExtendedNumber": "",
        "reportDate": "",
        **dict.fromkeys(BLANK, ""),
    }
    return {**TERMS, **row, **more}


JANUARY = month(1, "1100.00", "1000.00", "100.00", "110.00")


def filed(tmp_path: Path, *rows: dict[str, str], existing: Existing | None = None, name: str = "rows.csv") -> Tape:
    """Load rows as one filing."""
    return take(write_csv(tmp_path / name, *rows), existing=existing, mapping="abs-ee")


def told(tape: Tape) -> list[tuple[Any, ...]]:
    """Month, kind and amount of each event."""
    return [(row["value_on"].month, row["kind"], row["amount_fen"]) for row in tape.events.to_pylist()]


def due(table: pa.Table, count: int = 3) -> list[tuple[str, str, int]]:
    """Name, day and amount of the first instalments."""
    return [(row["obligation"], row["due_on"].isoformat(), row["principal_fen"]) for row in table.to_pylist()[:count]]


def test_the_first_month_opens_the_loan_and_later_ones_are_events(tmp_path: Path) -> None:
    tape = filed(tmp_path, month(2, "1000.00", "900.00", "100.00", "110.00"), JANUARY)
    loan = tape.loans.to_pylist()[0]
    assert (loan["loan_id"], loan["product"], loan["principal_fen"], loan["opened_on"]) == (
        "D 2017-1:0042", DEAL, 100_000, dt.date(2017, 1, 31))  # fmt: skip
    assert told(tape) == [(2, "payment_received", 11_000)]
    assert tape.events.column("event_id").to_pylist() == ["abs-ee/D 2017-1:0042/2017-02/payment_received"]
    assert due(tape.schedule) == [("I01", "2017-02-15", 11_000), ("I02", "2017-03-15", 11_000), ("I03", "2017-04-15", 11_000)]


def test_a_first_month_that_ends_the_loan_opens_it_the_day_before_so_that_the_end_is_an_event(tmp_path: Path) -> None:
    tape = filed(tmp_path, month(1, "1100.00", "1100.00", zeroBalanceCode="4", chargedoffPrincipalAmount="1100.00"))
    loan = tape.loans.to_pylist()[0]
    assert (loan["opened_on"], loan["principal_fen"], loan["history_paid_fen"]) == (dt.date(2016, 12, 31), 110_000, 0)
    assert told(tape) == [(1, "charged_off", 110_000)]


def test_a_loan_that_had_ended_before_is_boarded_with_nothing_owed(tmp_path: Path) -> None:
    tape = filed(tmp_path, month(1, "0", "0", zeroBalanceCode="1"))
    assert (tape.loans.column("principal_fen").to_pylist(), tape.events.num_rows, tape.schedule.num_rows) == ([0], 0, 0)


@pytest.mark.parametrize(
    ("code", "events"),
    [
        pytest.param("1", [(2, "balance_adjusted", -100_000)], id="prepaid_or_matured"),
        pytest.param("2", [(2, "balance_adjusted", -100_000), (2, "collateral_proceeds_received", 100_000)], id="third_party_sale"),
        pytest.param("3", [(2, "transferred", 0)], id="repurchased_or_replaced"),
        pytest.param("4", [(2, "charged_off", 100_000)], id="charged_off"),
        pytest.param("5", [(2, "transferred", 0)], id="servicing_transfer"),
        pytest.param("99", [(2, "balance_adjusted", -100_000)], id="unavailable"),
        pytest.param("1+4", [(2, "charged_off", 100_000)], id="repeated_as_joined"),
        pytest.param("['1', '4']", [(2, "charged_off", 100_000)], id="repeated_as_a_list"),
        pytest.param("4.0", [(2, "charged_off", 100_000)], id="a_float"),
    ],
)
def test_the_zero_balance_code_decides_whatever_the_balance_beside_it(tmp_path: Path, code: str, events: list[Any]) -> None:
    assert told(filed(tmp_path, JANUARY, month(2, "1000.00", "1000.00", zeroBalanceCode=code))) == events


def test_the_reasons_tell_a_sale_a_pay_off_and_an_unknown_end_apart(tmp_path: Path) -> None:
    def reason(code: str) -> str:
        rows = filed(tmp_path, JANUARY, month(2, "1000.00", "0", zeroBalanceCode=code)).events.to_pylist()
        return str(rows[0]["reason"])

    assert "(zero balance code 1)" in reason("1")
    assert "(zero balance code 2)" in reason("2")
    assert "does not say why" in reason("99")


def test_codes_of_every_writing() -> None:
    texts = ["", None, "4", "4.0", "1+99", "['3', '1']", "7"]
    assert zero_codes(pa.chunked_array([texts])).tolist() == [0, 0, 4, 4, 1, 3, 99]


@pytest.mark.parametrize(
    ("days", "next_due", "unpaid", "coming"),
    [
        pytest.param("0", "110.00", [], ("I01", "2017-02-15", 11_000), id="not_late"),
        pytest.param("12", "220.00", [("H01", "2017-01-19", 11_000)], ("I01", "2017-02-19", 11_000), id="due_day_of_the_oldest"),
        pytest.param(
            "47", "330.00", [("H01", "2016-12-15", 11_000), ("H02", "2017-01-15", 11_000)], ("I01", "2017-02-15", 11_000), id="two_unpaid"
        ),
        pytest.param("18", "146.00", [("H01", "2017-01-13", 3_600)], ("I01", "2017-02-13", 11_000), id="paid_in_part"),
        pytest.param("0", "30.00", [], ("I01", "2017-02-15", 3_000), id="paid_ahead_in_part"),
        pytest.param("0", "0", [], ("I02", "2017-03-15", 11_000), id="paid_ahead"),
        pytest.param("0", "215.00", [("H01", "2017-01-31", 10_500)], ("I01", "2017-02-28", 11_000), id="due_on_the_day_itself"),
        pytest.param(
            "31", "", [("H01", "2016-12-31", 11_000), ("H02", "2017-01-31", 11_000)], ("I01", "2017-02-28", 11_000), id="not_said"
        ),
    ],
)
def test_days_of_delinquency_and_what_is_due_next_make_the_opening(
    tmp_path: Path, days: str, next_due: str, unpaid: list[Any], coming: tuple[str, str, int]
) -> None:
    first = {**JANUARY, "currentDelinquencyStatus": days, "nextReportingPeriodPaymentAmountDue": next_due}
    tape = filed(tmp_path, first)
    assert due(tape.opening_due) == unpaid
    assert due(tape.schedule, 1) == [coming]


def test_a_deal_that_counts_thirty_days_to_the_month_is_read_so(tmp_path: Path) -> None:
    first = {
        **JANUARY,
        "securitizationKey": "Santander Drive 2017-1",
        "currentDelinquencyStatus": "24",
        "nextReportingPeriodPaymentAmountDue": "",
    }
    assert due(filed(tmp_path, first).opening_due) == [("H01", "2017-01-06", 11_000)]


def test_an_instalment_that_is_not_filed_follows_from_the_terms(tmp_path: Path) -> None:
    tape = filed(tmp_path, {**JANUARY, "reportingPeriodScheduledPaymentAmount": "0.00", "nextReportingPeriodPaymentAmountDue": ""})
    assert tape.loans.column("instalment_fen").to_pylist() == [5_649]  # 1,200 over 24 months at 12 %


def test_fees_are_no_part_of_the_payment(tmp_path: Path) -> None:
    paid = month(2, "1000.00", "900.00", "100.00", "125.00", actualOtherCollectedAmount="15.00")
    assert told(filed(tmp_path, JANUARY, paid)) == [(2, "payment_received", 11_000)]


def test_proceeds_told_three_times_are_one_event(tmp_path: Path) -> None:
    sold = {"repossessedProceedsAmount": "700.00", "recoveredAmount": "700.00", "zeroBalanceCode": "4"}
    tape = filed(tmp_path, JANUARY, month(2, "1000.00", "0", "700.00", "700.00", **sold))
    assert told(tape) == [(2, "charged_off", 100_000), (2, "collateral_proceeds_received", 70_000)]


def test_a_running_total_of_proceeds_is_counted_once(tmp_path: Path) -> None:
    rows = [
        JANUARY,
        month(2, "1000.00", "0", zeroBalanceCode="4", repossessedProceedsAmount="700.00", recoveredAmount="700.00"),
        month(3, "0", "0", zeroBalanceCode="4", repossessedProceedsAmount="700.00"),
        month(4, "0", "0", zeroBalanceCode="4", repossessedProceedsAmount="220.00", recoveredAmount="-480.00"),
    ]
    proceeds = [(2, "charged_off", 100_000), (2, "collateral_proceeds_received", 70_000), (4, "collateral_proceeds_received", -48_000)]
    assert told(filed(tmp_path, *rows)) == proceeds
    first = filed(tmp_path, *rows[:2])
    book = Existing(first.loans, first.events, first.waiting)
    assert told(filed(tmp_path, *rows[2:], existing=book)) == proceeds[2:]


def test_a_charge_off_taken_back_is_an_event_and_one_told_net_of_recoveries_is_not(tmp_path: Path) -> None:
    off = month(2, "1000.00", "0", zeroBalanceCode="4")
    net = month(3, "", "", zeroBalanceCode="4", chargedoffPrincipalAmount="-75.00", recoveredAmount="75.00")
    back = month(3, "", "", zeroBalanceCode="4", chargedoffPrincipalAmount="-75.00")
    assert told(filed(tmp_path, JANUARY, off, net))[1:] == [(3, "recovered", 7_500)]
    assert told(filed(tmp_path, JANUARY, off, back))[1:] == [(3, "charge_off_reversed", 7_500)]


def test_months_by_which_payments_were_extended_are_deferred_instalments(tmp_path: Path) -> None:
    tape = filed(tmp_path, JANUARY, month(2, "1000.00", "1000.00", paymentExtendedNumber="2.0"))
    assert [(row["kind"], row["count"]) for row in tape.events.to_pylist()] == [("instalments_deferred", 2)]


def test_the_later_filing_of_a_month_stands_and_the_earlier_one_is_a_reject(tmp_path: Path) -> None:
    early = month(2, "1000.00", "950.00", "50.00", "60.00", reportDate="20170315")
    late = month(2, "1000.00", "900.00", "100.00", "110.00", reportDate="20170415")
    tape = filed(tmp_path, JANUARY, early, late)
    assert told(tape) == [(2, "payment_received", 11_000)]
    assert [(row, field) for row, field, _, _ in reasons(tape)] == [(3, "reportingPeriodEndingDate")]
    assert "the later filing stands" in reasons(tape)[0][3]


def test_two_files_of_one_month_that_disagree_without_a_date_are_both_rejected(tmp_path: Path) -> None:
    one = write_csv(tmp_path / "a.csv", JANUARY, month(2, "1000.00", "950.00", "50.00", "60.00"))
    two = write_csv(tmp_path / "b.csv", JANUARY, month(2, "1000.00", "900.00", "100.00", "110.00"))
    tape = take(one, two, mapping="abs-ee")
    assert (tape.loans.num_rows, told(tape)) == (1, [])
    assert [(each["file"][-5:], each["row"]) for each in tape.rejects.to_pylist()] == [("a.csv", 3), ("b.csv", 3)]


def test_a_month_the_book_has_with_other_figures_is_a_reject(tmp_path: Path) -> None:
    first = filed(tmp_path, JANUARY, month(2, "1000.00", "900.00", "100.00", "110.00"))
    book = Existing(first.loans, first.events, first.waiting)
    again = filed(tmp_path, month(2, "1000.00", "900.00", "100.00", "120.00"), existing=book)
    assert (again.events.num_rows, again.rejects.num_rows) == (0, 1)
    assert "the Book has this reference with other content" in reasons(again)[0][3]


def test_month_by_month_comes_to_the_same_as_all_at_once(tmp_path: Path) -> None:
    rows = [JANUARY, month(2, "1000.00", "900.00", "100.00", "110.00"), month(3, "900.00", "0", "900.00", "909.00", zeroBalanceCode="1")]
    whole = filed(tmp_path, *rows)
    book, events = Existing(), []
    for row in rows:
        part = filed(tmp_path, row, existing=book)
        book = Existing(pa.concat_tables([book.loans, part.loans]), pa.concat_tables([book.events, part.events]))
        events += told(part)
    assert events == told(whole)
    assert book.loans.to_pylist() == whole.loans.to_pylist()


def test_a_month_before_the_opening_says_to_begin_with_the_oldest(tmp_path: Path) -> None:
    first = filed(tmp_path, month(2, "1000.00", "900.00", "100.00", "110.00"))
    again = filed(tmp_path, JANUARY, existing=Existing(first.loans, first.events))
    assert "take the files in from the oldest on" in reasons(again)[0][3]


def test_one_number_in_two_deals_is_two_loans(tmp_path: Path) -> None:
    tape = filed(tmp_path, JANUARY, {**JANUARY, "securitizationKey": "E 2017-1"})
    assert tape.loans.column("loan_id").to_pylist() == ["D 2017-1:0042", "E 2017-1:0042"]


def test_a_file_that_names_no_deal_takes_the_one_given_and_says_so_without(tmp_path: Path) -> None:
    row = {name: text for name, text in JANUARY.items() if name != "securitizationKey"}
    path = write_csv(tmp_path / "rows.csv", row)
    named = load([path], load_mapping("abs-ee"), AS_OF, Existing(), LIMITS, make_schedules, deal="D 2017-1")
    assert named.loans.column("loan_id").to_pylist() == ["D 2017-1:0042"]
    bare = take(path, mapping="abs-ee")
    assert bare.loans.column("loan_id").to_pylist() == ["0042"]
    assert any("give --deal NAME" in notice for notice in bare.notices)


def test_terms_come_from_the_first_month_that_has_them(tmp_path: Path) -> None:
    bare = {
        **month(2, "1000.00", "900.00", "100.00", "110.00"),
        **{name: "" for name in TERMS if name not in ("securitizationKey", "assetNumber")},
    }
    tape = filed(tmp_path, JANUARY, bare)
    assert (tape.loans.num_rows, told(tape), reasons(tape)) == (1, [(2, "payment_received", 11_000)], [])


def test_a_bad_cell_stands_in_the_rejects_once_and_its_row_leaves_whole(tmp_path: Path) -> None:
    tape = filed(tmp_path, JANUARY, {**month(2, "1000.00", "900.00", "100.00", "110.00"), "reportingPeriodScheduledPaymentAmount": "much"})
    assert [(row, field, value) for row, field, value, _ in reasons(tape)] == [(3, "reportingPeriodScheduledPaymentAmount", "much")]
    assert told(tape) == []

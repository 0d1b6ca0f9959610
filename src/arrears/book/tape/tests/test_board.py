"""Boarding: terms, given rows, openings, flags, and every row that leaves."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from arrears.book.tape.load import Existing, Tape
from arrears.book.tape.tests.builders import LOAN, reasons, take, write_csv

GIVEN = {**LOAN, "method": "given", "principal": "1000.00", "term_count": "", "first_due_on": ""}
ROWS = [
    {"loan_id": "B01", "due_on": "2026-03-05", "interest": "10.00", "principal": "400.00"},
    {"loan_id": "B01", "due_on": "2026-04-05", "interest": "6.00", "principal": "600.00"},
]


def one(tmp_path: Path, **change: str) -> Tape:
    """Load the loan of S001 with a change."""
    return take(write_csv(tmp_path / "loans.csv", {**LOAN, **change}))


def with_rows(tmp_path: Path, loan: dict[str, str], *rows: dict[str, str]) -> Tape:
    """Load one loan with rows of its own."""
    return take(write_csv(tmp_path / "loans.csv", loan), write_csv(tmp_path / "schedule.csv", *rows))


def as_book(tape: Tape) -> Existing:
    """The book after an import."""
    return Existing(tape.loans, tape.events, tape.waiting)


def test_terms_become_a_loan_with_its_schedule(tmp_path: Path) -> None:
    tape = one(tmp_path)
    loan = tape.loans.to_pylist()[0]
    assert (loan["instalment_fen"], loan["maturity_on"], loan["opened_on"], loan["signed_on"]) == (
        282441, dt.date(2028, 2, 5), dt.date(2026, 2, 5), dt.date(2026, 2, 5))  # fmt: skip
    assert tape.schedule.num_rows == 24
    assert sum(tape.schedule.column("principal_fen").to_pylist()) == 6_000_000
    assert tape.opening_due.num_rows == 0


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        pytest.param({"rate": "18"}, "rate", "never divided", id="rate_18_for_18_percent"),
        pytest.param({"disbursed_on": "2026-02-30"}, "disbursed_on", "not a possible day", id="impossible_date"),
        pytest.param({"disbursed_on": "2027-01-01", "first_due_on": "2027-02-01"}, "disbursed_on", "in the future", id="future_date"),
        pytest.param({"principal": "-60000"}, "principal", "negative principal", id="negative_principal"),
        pytest.param({"principal": "0"}, "principal", "zero principal", id="zero_principal"),
        pytest.param({"principal": "10000000.01"}, "principal", "above 1000000000 minor units", id="more_than_the_rules_hold"),
        pytest.param({"term_count": "0"}, "term_count", "at least one instalment", id="term_0"),
        pytest.param({"term_count": ""}, "term_count", "missing", id="no_term"),
        pytest.param({"term_count": "1201"}, "term_count", "longer than 1200 months", id="term_of_a_century"),
        pytest.param({"step_months": "0"}, "step_months", "at least one month", id="step_0"),
        pytest.param({"loan_id": ""}, "loan_id", "missing", id="no_id"),
        pytest.param({"method": "balloon"}, "method", "unknown method; allowed: equal_instalment", id="unknown_method"),
        pytest.param({"day_count": "30/365"}, "day_count", "unknown day count", id="unknown_day_count"),
        pytest.param({"first_due_on": "2026-02-05"}, "first_due_on", "not after the pay-out", id="due_on_the_day_of_pay_out"),
        pytest.param({"signed_on": "2026-02-06"}, "signed_on", "after the pay-out", id="signed_after_the_pay_out"),
        pytest.param({"opened_on": "2026-02-04"}, "opened_on", "before the pay-out", id="opened_before_the_pay_out"),
        pytest.param({"instalment": "2824.40"}, "instalment", "make a first instalment of 282441", id="another_instalment"),
        pytest.param({"cost_sheet": '[{"code": "gps"}]'}, "cost_sheet", "a cost sheet is a list", id="cost_sheet_without_max"),
        pytest.param({"cost_sheet": "gps 99"}, "cost_sheet", "not JSON", id="cost_sheet_not_json"),
        pytest.param({"liens": '[{"registered_on": "2024-02-30"}]'}, "liens", "is not a day", id="lien_on_an_impossible_day"),
    ],
)
def test_a_loan_that_no_contract_can_say_leaves_with_its_reason(tmp_path: Path, change: dict[str, str], field: str, says: str) -> None:
    tape = one(tmp_path, **change)
    assert tape.loans.num_rows == tape.schedule.num_rows == 0
    [(row, name, _, reason)] = reasons(tape)
    assert (row, name) == (2, field)
    assert says in reason


def test_two_faults_of_one_row_are_two_lines(tmp_path: Path) -> None:
    assert [name for _, name, _, _ in reasons(one(tmp_path, term_count="0", method="balloon"))] == ["method", "term_count"]


@pytest.mark.behaviour("S162")
def test_three_bad_rows_of_ten_thousand_are_listed_and_the_others_load(tmp_path: Path) -> None:
    rows = [{**LOAN, "loan_id": f"{number:05d}", "borrower_id": "", "principal": "1000.00"} for number in range(10_000)]
    for place, (name, text) in {17: ("rate", "18"), 4_000: ("term_count", "0"), 9_999: ("principal", "-5")}.items():
        rows[place] = {**rows[place], name: text}
    tape = take(write_csv(tmp_path / "loans.csv", *rows))
    assert tape.loans.num_rows == 9_997
    assert sorted((row, name) for row, name, _, _ in reasons(tape)) == [(19, "rate"), (4_002, "term_count"), (10_001, "principal")]
    assert tape.sums["principal_fen"] == 9_997 * 100_000
    assert tape.sums["rows_read"]["loans"] == tape.sums["loans"] + tape.sums["rejected_rows"] == 10_000


def test_given_rows_are_taken_as_they_are(tmp_path: Path) -> None:
    tape = with_rows(tmp_path, GIVEN, *reversed(ROWS))
    assert [(row["obligation"], row["interest_fen"], row["principal_fen"]) for row in tape.schedule.to_pylist()] == [
        ("I01", 1000, 40000),
        ("I02", 600, 60000),
    ]
    loan = tape.loans.to_pylist()[0]
    assert (loan["term_count"], loan["first_due_on"], loan["maturity_on"], loan["instalment_fen"]) == (
        2, dt.date(2026, 3, 5), dt.date(2026, 4, 5), 41000)  # fmt: skip


def test_given_rows_that_do_not_sum_to_the_principal_leave_with_their_loan(tmp_path: Path) -> None:
    tape = with_rows(tmp_path, GIVEN, ROWS[0], {**ROWS[1], "principal": "599.99"})
    assert tape.loans.num_rows == tape.schedule.num_rows == 0
    assert reasons(tape) == [(2, "principal", "1000.00", "the instalments hold 99999 of principal, -1 against 100000")]


def test_a_given_row_twice_is_reported_and_used_once(tmp_path: Path) -> None:
    tape = with_rows(tmp_path, GIVEN, *ROWS, ROWS[1])
    assert tape.schedule.num_rows == 2
    assert [each["what"] for each in tape.duplicates.to_pylist()] == ["instalment"]


def test_given_rows_of_a_loan_that_is_not_there_leave(tmp_path: Path) -> None:
    tape = with_rows(tmp_path, GIVEN, *ROWS, {**ROWS[0], "loan_id": "B99"})
    assert [(row, name, value) for row, name, value, _ in reasons(tape)] == [(4, "loan_id", "B99")]


def test_given_rows_for_a_loan_made_from_terms_leave(tmp_path: Path) -> None:
    tape = with_rows(tmp_path, LOAN, ROWS[0])
    assert tape.schedule.num_rows == 24
    assert "made from its terms" in reasons(tape)[0][3]


def test_two_rows_of_one_name_leave_with_their_loan(tmp_path: Path) -> None:
    tape = with_rows(tmp_path, GIVEN, *({**row, "obligation": "I01"} for row in ROWS))
    assert "bear one name" in reasons(tape)[0][3]


def test_a_loan_taken_over_later_keeps_what_is_still_to_come_and_what_is_unpaid(tmp_path: Path) -> None:
    # after #2 of S001: 60,000.00 - 2,224.41 - 2,246.65 = 55,528.94; 1,000.00 of #2's principal and its interest are unpaid
    opened = {**LOAN, "opened_on": "2026-04-30", "opening_principal": "56528.94", "history_paid": "4071.06"}
    unpaid = {"loan_id": "B01", "due_on": "2026-04-05", "interest": "577.76", "principal": "1000.00"}
    tape = with_rows(tmp_path, opened, unpaid)
    assert reasons(tape) == []
    assert [(row["obligation"], row["due_on"], row["principal_fen"]) for row in tape.opening_due.to_pylist()] == [
        ("H01", dt.date(2026, 4, 5), 100000)
    ]
    assert (tape.schedule.num_rows, tape.schedule.column("obligation").to_pylist()[0]) == (22, "I03")
    loan = tape.loans.to_pylist()[0]
    assert (loan["principal_fen"], loan["history_paid_fen"], loan["first_due_on"]) == (5_652_894, 407_106, dt.date(2026, 3, 5))


def test_an_opening_balance_that_the_instalments_do_not_hold_leaves(tmp_path: Path) -> None:
    tape = one(tmp_path, opened_on="2026-04-30", opening_principal="56528.94")
    assert reasons(tape) == [(2, "opening_principal", "56528.94", "the instalments hold 5552894 of principal, -100000 against 5652894")]


def test_only_a_boarded_loan_that_is_closed_may_have_nothing_owed(tmp_path: Path) -> None:
    tape = one(tmp_path, opened_on="2026-04-30", opening_principal="0")
    assert (tape.loans.num_rows, tape.loans.column("principal_fen").to_pylist(), tape.schedule.num_rows) == (1, [0], 0)


@pytest.mark.behaviour("S007")
@pytest.mark.parametrize(
    ("purpose", "principal", "flags"),
    [
        ("working capital", "200000.00", ""),
        ("working capital", "200000.01", "balance"),
        ("Buy a car", "1000.00", "purpose"),
        ("购房", "200000.01", "purpose+balance"),
    ],
)
def test_purpose_and_balance_are_flagged_for_review(tmp_path: Path, purpose: str, principal: str, flags: str) -> None:
    assert one(tmp_path, purpose=purpose, principal=principal).loans.column("flags").to_pylist() == [flags]


@pytest.mark.behaviour("S007")
def test_the_balance_of_a_borrower_is_that_of_all_loans(tmp_path: Path) -> None:
    first = one(tmp_path, principal="150000.00")
    assert first.loans.column("flags").to_pylist() == [""]
    second = take(write_csv(tmp_path / "more.csv", {**LOAN, "loan_id": "B02", "principal": "50000.01"}), existing=as_book(first))
    assert second.loans.column("flags").to_pylist() == ["balance"]


def test_the_same_loan_again_is_a_duplicate_and_changes_nothing(tmp_path: Path) -> None:
    first = one(tmp_path)
    again = take(tmp_path / "loans.csv", existing=as_book(first))
    assert (again.loans.num_rows, again.schedule.num_rows, again.rejects.num_rows) == (0, 0, 0)
    assert again.duplicates.to_pylist() == [{"file": f"{tmp_path}/loans.csv", "row": 2, "what": "loan", "key": "B01"}]


def test_a_duplicate_loan_with_other_terms_leaves(tmp_path: Path) -> None:
    again = take(write_csv(tmp_path / "more.csv", {**LOAN, "rate": "0.13"}), existing=as_book(one(tmp_path)))
    assert (again.loans.num_rows, again.duplicates.num_rows) == (0, 0)
    assert "duplicate loan with other terms" in reasons(again)[0][3]


def test_a_loan_twice_in_one_file_comes_in_once(tmp_path: Path) -> None:
    tape = take(write_csv(tmp_path / "loans.csv", LOAN, LOAN, {**LOAN, "rate": "0.13"}))
    assert (tape.loans.num_rows, tape.duplicates.num_rows) == (1, 1)
    assert [(row, name) for row, name, _, _ in reasons(tape)] == [(4, "loan_id")]


def test_cost_sheet_vehicle_and_liens_are_stored_as_given(tmp_path: Path) -> None:
    liens = '[{"holder": "a bank", "claim_fen": 5000000, "registered_on": "2024-03-01", "ours": false}]'
    loan = one(
        tmp_path, cost_sheet='[{"code": "gps", "max_fen": 9900}]', vehicle='{"plate": "沪A"}', liens=liens, vehicle_value="80000"
    ).loans.to_pylist()[0]
    assert (loan["vehicle"], loan["vehicle_value_fen"], loan["liens"]) == ('{"plate": "沪A"}', 8_000_000, liens)

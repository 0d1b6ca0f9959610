"""Months of performance: small loans by hand, then the real tape to the cent."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from arrears.book.tape.load import Existing, Tape
from arrears.book.tape.tests.builders import reasons, take, write_csv
from arrears.kernel.problems import Refused

TERMS = {
    "deal": "D1",
    "assetNumber": "0042",
    "originationDate": "02/2017",
    "originalLoanAmount": "1200",
    "originalLoanTerm": "60",
    "loanMaturityDate": "09/2017",
    "originalInterestRatePercentage": "0.12",
    "originalFirstPaymentDate": "03/2017",
    "vehicleManufacturerName": "HOND",
    "reportingPeriodScheduledPaymentAmount": "110.00",
    "initialDelinquencyDays": "0",
}


def month(k: int, end: str, principal: str = "0", paid: str = "0", begin: str = "", **more: str) -> dict[str, str]:
    """One month of loan 0042; k = 0 is 2017-05."""
    row = {"assetNumber": "0042", "k": str(k), "period": f"2017-{5 + k:02d}", "beginBalance": begin, "endBalance": end}
    return {**row, "principalPaid": principal, "totalPaid": paid, "recovered": "", "repoProceeds": "", **more}


HISTORY = month(0, "1000.00", "100.00", "110.00", "1100.00")


def panel(tmp_path: Path, *months: dict[str, str], existing: Existing | None = None, **terms: str) -> Tape:
    """Load loan 0042 with its months."""
    files = write_csv(tmp_path / "loans.csv", {**TERMS, **terms}), write_csv(tmp_path / "months.csv", *months)
    return take(*files, existing=existing, mapping="aart-panel")


def told(tape: Tape) -> list[tuple[Any, ...]]:
    """Month, kind, amount, interest, principal of each event."""
    rows = tape.events.to_pylist()
    return [(row["value_on"].month, row["kind"], row["amount_fen"], row["interest_fen"], row["principal_fen"]) for row in rows]


def test_the_history_month_opens_the_loan_and_pays_nothing(tmp_path: Path) -> None:
    tape = panel(tmp_path, HISTORY)
    loan = tape.loans.to_pylist()[0]
    assert (loan["loan_id"], loan["product"], loan["principal_fen"], loan["history_paid_fen"]) == ("0042", "D1", 100_000, 11_000)
    assert (loan["opened_on"], loan["instalment_fen"], loan["rate_ppm"], loan["first_due_on"]) == (
        dt.date(2017, 5, 31), 11_000, 120_000, dt.date(2017, 3, 15))  # fmt: skip
    assert (tape.events.num_rows, tape.opening_due.num_rows, tape.sums["payments_fen"]) == (0, 0, 11_000)


def test_one_whole_instalment_falls_due_on_the_15th_of_each_month_to_maturity(tmp_path: Path) -> None:
    rows = panel(tmp_path, HISTORY).schedule.to_pylist()
    assert [(row["obligation"], row["due_on"].isoformat()) for row in rows] == [
        ("I01", "2017-06-15"), ("I02", "2017-07-15"), ("I03", "2017-08-15"), ("I04", "2017-09-15")]  # fmt: skip
    assert {(row["interest_fen"], row["principal_fen"]) for row in rows} == {(0, 11_000)}


def test_instalments_go_on_to_the_last_month_of_the_tape(tmp_path: Path) -> None:
    assert panel(tmp_path, HISTORY, month(7, "1000.00")).schedule.to_pylist()[-1]["due_on"] == dt.date(2017, 12, 15)


@pytest.mark.parametrize(("days", "due"), [("0", []), ("1", ["2017-05-15"]), ("30", ["2017-05-15"]), ("31", ["2017-04-15", "2017-05-15"])])
def test_days_of_delinquency_at_the_cut_off_are_whole_instalments_unpaid(tmp_path: Path, days: str, due: list[str]) -> None:
    rows = panel(tmp_path, HISTORY, initialDelinquencyDays=days).opening_due.to_pylist()
    assert [row["due_on"].isoformat() for row in rows] == due
    assert [row["obligation"] for row in rows] == ["H01", "H02"][: len(due)]


def test_a_month_is_a_payment_on_its_last_day_as_the_source_splits_it(tmp_path: Path) -> None:
    tape = panel(tmp_path, HISTORY, month(1, "900.00", "100.00", "110.00"), month(2, "900.00"))
    assert told(tape) == [(6, "payment_received", 11_000, 1_000, 10_000)]
    row = tape.events.to_pylist()[0]
    assert (row["event_id"], row["value_on"], row["close_on"]) == (
        "aart-panel/D1/0042/2017-06/payment_received",
        dt.date(2017, 6, 30),
        dt.date(2017, 6, 30),
    )


def test_an_end_balance_that_is_not_begin_less_principal_is_adjusted_with_a_reason(tmp_path: Path) -> None:
    tape = panel(tmp_path, HISTORY, month(1, "925.50", "100.00", "110.00"))
    assert told(tape) == [(6, "balance_adjusted", 2_550, None, None), (6, "payment_received", 11_000, 1_000, 10_000)]
    assert tape.events.to_pylist()[0]["reason"] == "the end balance differs from begin less principal paid"


@pytest.mark.parametrize(
    ("principal", "kind", "amount"),
    [
        pytest.param("1000.00", None, 0, id="paid_off"),
        pytest.param("990.00", "balance_adjusted", -1_000, id="paid_off_but_ten"),
        pytest.param("989.99", "charged_off", 1_001, id="a_cent_more_is_a_charge_off"),
        pytest.param("0", "charged_off", 100_000, id="nothing_paid"),
    ],
)
def test_a_balance_that_reaches_nothing_is_paid_off_or_charged_off(tmp_path: Path, principal: str, kind: str | None, amount: int) -> None:
    events = told(panel(tmp_path, HISTORY, month(1, "0.00", principal, principal)))
    assert [(what, fen) for _, what, fen, _, _ in events if what != "payment_received"] == ([(kind, amount)] if kind else [])


def test_an_empty_end_balance_is_a_charge_off_and_later_rows_hold_recoveries(tmp_path: Path) -> None:
    months = [
        month(1, "900.00", "100.00", "110.00"),
        month(2, "", "", "", repoProceeds="-300.00"),
        month(3, "", "", "", recovered="50.00"),
        month(6, "", "", "", recovered="-20.00", repoProceeds="400.00"),
    ]
    assert told(panel(tmp_path, HISTORY, *months))[1:] == [
        (7, "charged_off", 90_000, None, None),
        (7, "collateral_proceeds_received", -30_000, None, None),
        (8, "recovered", 5_000, None, None),
        (11, "collateral_proceeds_received", 40_000, None, None),
        (11, "recovered", -2_000, None, None),
    ]


def test_money_after_the_end_is_kept_and_is_no_principal(tmp_path: Path) -> None:
    tape = panel(tmp_path, HISTORY, month(1, "0.00", "1000.00", "1010.00"), month(2, "0.00", "0", "7.00"))
    assert told(tape)[1] == (7, "payment_received", 700, 700, 0)


def test_an_overpaid_loan_owes_the_rest_back_and_creates_no_principal(tmp_path: Path) -> None:
    tape = panel(tmp_path, HISTORY, month(1, "-60.00", "1060.00", "1070.00"), month(2, "0.00", "-60.00", "0"))
    assert told(tape) == [(6, "payment_received", 107_000, 1_000, 100_000), (7, "credit_refunded", 6_000, None, None)]


def test_a_negative_principal_of_an_open_loan_raises_the_balance_with_a_reason(tmp_path: Path) -> None:
    tape = panel(tmp_path, HISTORY, month(1, "1020.00", "-20.00", "30.00"))
    assert told(tape) == [(6, "balance_adjusted", 2_000, None, None), (6, "payment_received", 3_000, 3_000, 0)]


def test_a_loan_that_ended_before_the_cut_off_is_boarded_with_nothing_owed(tmp_path: Path) -> None:
    tape = panel(tmp_path, month(0, "0.00", "1100.00", "1111.00", "1100.00"), initialDelinquencyDays="20")
    assert (tape.loans.column("principal_fen").to_pylist(), tape.schedule.num_rows, tape.opening_due.num_rows) == ([0], 0, 0)
    assert tape.sums["payments_fen"] == 111_100


def test_a_gap_makes_no_event(tmp_path: Path) -> None:
    assert told(panel(tmp_path, HISTORY, month(4, "900.00", "100.00", "110.00"))) == [(9, "payment_received", 11_000, 1_000, 10_000)]


def test_a_month_filed_twice_is_a_duplicate(tmp_path: Path) -> None:
    paid = month(1, "900.00", "100.00", "110.00")
    tape = panel(tmp_path, HISTORY, paid, paid)
    assert [row["what"] for row in tape.duplicates.to_pylist()] == ["month"]
    assert told(tape) == [(6, "payment_received", 11_000, 1_000, 10_000)]


def test_two_rows_of_one_month_that_disagree_are_both_rejected(tmp_path: Path) -> None:
    paid, other = month(1, "900.00", "100.00", "110.00"), month(1, "900.00", "100.00", "111.00")
    tape = panel(tmp_path, HISTORY, paid, other, paid)
    assert [(row, field) for row, field, _, _ in reasons(tape)] == [(3, "period"), (4, "period")]
    assert "nothing says which is right" in reasons(tape)[0][3]
    assert told(tape) == []


def test_a_month_of_another_deal_or_an_unknown_loan_leaves(tmp_path: Path) -> None:
    months = [{**HISTORY, "deal": "D1"}, {**month(1, "1000.00"), "deal": "D2"}, {**month(1, "1000.00"), "assetNumber": "0043"}]
    assert [(row, field) for row, field, _, _ in reasons(panel(tmp_path, *months))] == [(4, "assetNumber"), (3, "deal")]


def test_a_loan_without_its_history_month_leaves(tmp_path: Path) -> None:
    tape = panel(tmp_path, month(1, "900.00", "100.00", "110.00"))
    assert (tape.loans.num_rows, tape.events.num_rows) == (0, 0)
    assert "no month k = 0" in reasons(tape)[0][3]


def test_a_balance_after_the_end_leaves_for_a_person_to_post(tmp_path: Path) -> None:
    tape = panel(tmp_path, HISTORY, month(1, "0.00", "1000.00", "1010.00"), month(2, "500.00"))
    assert "a balance after the loan was closed" in reasons(tape)[0][3]


def test_loans_without_months_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="give the file of months with the file of loans"):
        take(write_csv(tmp_path / "loans.csv", TERMS), mapping="aart-panel")


def test_months_that_come_later_go_on_from_what_the_book_says(tmp_path: Path) -> None:
    first = panel(tmp_path, HISTORY, month(1, "925.50", "100.00", "110.00"))
    book = Existing(first.loans, first.events, first.waiting, dt.date(2017, 6, 30))
    later = take(
        write_csv(tmp_path / "more.csv", month(1, "925.50", "100.00", "110.00"), month(2, "", "", "")), existing=book, mapping="aart-panel"
    )
    assert told(later) == [(7, "charged_off", 92_550, None, None)]
    assert later.duplicates.num_rows == 2


@pytest.fixture(scope="module")
def real(shared: Path) -> Tape:
    """The real tape, loaded once."""
    folder = shared / "data" / "loans"
    return take(folder / "aart_2017_3_loans.csv.gz", folder / "aart_2017_3_months.csv.gz", mapping="aart-panel")


def test_the_real_tape_sums_to_the_cent(real: Tape) -> None:
    assert (real.loans.num_rows, real.rejects.num_rows, real.waiting.num_rows, real.duplicates.num_rows) == (3_513, 0, 0, 0)
    assert (real.sums["payments_fen"], real.sums["history_paid_fen"]) == (6_196_195_295, 250_880_391)
    kinds = {kind: (each["count"], each["amount_fen"]) for kind, each in real.sums["by_kind"].items()}
    assert kinds["collateral_proceeds_received"][1] == 82_344_512
    assert kinds["charged_off"] == (122, 156_018_784)
    assert kinds["recovered"] == (65, 9_108_093)


def test_the_real_tape_ends_with_the_outcomes_that_two_computations_agree_on(real: Tape) -> None:
    ids = real.loans.column("loan_id").combine_chunks()
    owed = real.loans.column("principal_fen").to_numpy().copy()
    off: np.ndarray[Any, np.dtype[np.bool_]] = np.zeros(len(owed), dtype=np.bool_)
    for kind, column, sign in (
        ("payment_received", "principal_fen", -1),
        ("balance_adjusted", "amount_fen", 1),
        ("charged_off", "amount_fen", -1),
    ):
        rows = real.events.filter(pc.equal(real.events.column("kind"), kind))
        at = pc.index_in(rows.column("loan_id"), value_set=ids).to_numpy()
        np.add.at(owed, at, sign * rows.column(column).to_numpy())
        off[at] |= kind == "charged_off"
    assert (int(((owed == 0) & ~off).sum()), int(off.sum()), int((owed > 0).sum()), int(owed.min())) == (1_883, 122, 1_508, 0)


def test_the_real_tape_opens_59_loans_with_nothing_owed(real: Tape) -> None:
    assert pc.sum(pc.equal(real.loans.column("principal_fen"), 0)).as_py() == 59
    assert real.schedule.column("due_on").to_pylist()[0] == dt.date(2017, 6, 15)
    assert pc.min_max(real.opening_due.column("due_on")).as_py() == {"min": dt.date(2017, 4, 15), "max": dt.date(2017, 5, 15)}


def test_the_real_tape_again_changes_nothing(real: Tape, shared: Path) -> None:
    folder = shared / "data" / "loans"
    book = Existing(real.loans, real.events, real.waiting, dt.date(2020, 12, 31))
    again = take(folder / "aart_2017_3_loans.parquet", folder / "aart_2017_3_months.parquet", existing=book, mapping="aart-panel")
    assert (again.loans.num_rows, again.events.num_rows, again.rejects.num_rows) == (0, 0, 0)
    assert again.duplicates.num_rows == 3_513 + real.events.num_rows
    assert isinstance(again.schedule, pa.Table)

"""Events held to the loan and to other events: fees, waivers, reversals."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from arrears.book.tape.tests.builders import event, loans, post, reasons, refs
from arrears.book.tape.tests.test_intake import PAID, fault

BOUNCED = event("x1", "payment_reversed", "2026-03-09", refers_to="bank/r1")


def fee(ref: str, amount: int, subject: str = "gps", **more: Any) -> dict[str, Any]:
    """A fee of loan L1, whose cost sheet allows gps up to 99.00."""
    return event(ref, "fee_charged", "2026-03-05", amount, subject=subject, **more)


def waiver(ref: str, amount: int, asker: str = "O1", **more: Any) -> dict[str, Any]:
    """A waiver of penalty."""
    return event(ref, "penalty_waived", "2026-03-05", amount, asker=asker, reason="goodwill", **more)


@pytest.mark.behaviour("S008")
def test_a_fee_that_is_not_on_the_signed_cost_sheet_is_refused() -> None:
    field, reason = fault(post(fee("f1", 100, "parking")))
    assert field == "subject"
    assert reason.startswith("DENY_FEE_NOT_DISCLOSED")
    assert fault(post(fee("f1", 100), book=loans(cost_sheet="[]")))[1].startswith("DENY_FEE_NOT_DISCLOSED")


@pytest.mark.behaviour("S008")
def test_a_fee_comes_in_up_to_what_was_signed_and_no_fen_more_in_sum() -> None:
    first = post(fee("f1", 9_000), fee("f2", 900), fee("f3", 1))
    assert refs(first.accepted) == ["f1", "f2"]
    assert "9900 charged so far and 1 now are above 9900" in fault(first)[1]
    assert fault(post(fee("f4", 1), known=first.accepted))[0] == "amount_fen"


def test_costs_a_court_awarded_need_no_cost_sheet_but_an_approver() -> None:
    assert fault(post(fee("f1", 50_000, "awarded_cost", asker="L1")))[0] == "approver"
    assert post(fee("f1", 50_000, "awarded_cost", asker="L1", approver="A1")).accepted.num_rows == 1


@pytest.mark.behaviour("S116")
@pytest.mark.parametrize(
    ("amount", "approver", "good"),
    [
        pytest.param(100_000, "", 1, id="at_the_limit_alone"),
        pytest.param(100_001, "", 0, id="one_fen_above_alone"),
        pytest.param(100_001, "O2", 1, id="above_with_another_person"),
        pytest.param(100_001, "O1", 0, id="above_approved_by_the_asker"),
    ],
)
def test_a_waiver_above_the_limit_needs_a_second_person(amount: int, approver: str, good: int) -> None:
    intake = post(waiver("w1", amount, approver=approver))
    assert intake.accepted.num_rows == good
    assert [field for _, field, _, _ in reasons(intake)] == ["approver"] * (1 - good)


@pytest.mark.behaviour("S116")
def test_a_waiver_needs_a_reason() -> None:
    assert fault(post({**waiver("w1", 100), "reason": ""}))[0] == "reason"


@pytest.mark.behaviour("S116")
def test_one_person_alone_waives_no_more_than_the_daily_limit() -> None:
    # the builders' limit is 1,500.00 a day and person
    first = post(waiver("w1", 90_000), waiver("w2", 60_000), waiver("w3", 1), waiver("w4", 60_000, "O2"), waiver("w5", 500, approver="O3"))
    assert refs(first.accepted) == ["w1", "w2", "w4", "w5"]
    assert "above 150000" in fault(first)[1]
    assert fault(post(waiver("w6", 1), known=first.accepted))[0] == "amount_fen"
    next_day = waiver("w7", 1, recorded_at="2026-03-06T09:00:00+08:00")
    assert post(next_day, known=first.accepted).accepted.num_rows == 1


@pytest.mark.behaviour("S013")
def test_a_reversal_takes_the_whole_receipt_back_from_its_own_value_date() -> None:
    paid = post(PAID).accepted
    [row] = post(BOUNCED, known=paid).accepted.to_pylist()
    assert (row["amount_fen"], row["value_on"], row["effect_on"], row["close_on"]) == (
        282_441, dt.date(2026, 3, 9), dt.date(2026, 3, 5), dt.date(2026, 3, 9))  # fmt: skip
    assert refs(post(PAID, BOUNCED).accepted) == ["r1", "x1"]


def test_a_reversal_again_is_a_duplicate_also_without_its_amount() -> None:
    known = post(PAID, BOUNCED).accepted
    again = post(BOUNCED, {**BOUNCED, "amount_fen": 282_441}, known=known)
    assert (again.accepted.num_rows, again.duplicates.num_rows, again.rejects.num_rows) == (0, 2, 0)


def test_a_reversal_is_not_seen_before_its_receipt() -> None:
    late = {**PAID, "recorded_at": "2026-03-12T09:00:00+08:00"}
    assert [row["close_on"] for row in post(late, BOUNCED).accepted.to_pylist()] == [dt.date(2026, 3, 12)] * 2
    assert post(BOUNCED, known=post(late).accepted).accepted.to_pylist()[0]["close_on"] == dt.date(2026, 3, 12)


def test_a_reversal_of_a_reversal_is_refused_with_the_way_out() -> None:
    known = post(PAID, BOUNCED).accepted
    field, reason = fault(post({**BOUNCED, "source_ref": "x2", "refers_to": "bank/x1"}, known=known))
    assert (field, reason) == ("refers_to", "a reversal cannot be reversed: post a new payment")


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        pytest.param({"refers_to": "bank/r9"}, "refers_to", "names no accepted event", id="unknown_payment"),
        pytest.param({"refers_to": ""}, "refers_to", "needs refers_to", id="no_name"),
        pytest.param({"amount_fen": 282_440}, "amount_fen", "the whole payment of 282441", id="part_of_a_payment"),
        pytest.param({"loan_id": "L2"}, "refers_to", "belongs to loan L1", id="another_loan"),
        pytest.param({"value_on": dt.date(2026, 3, 4)}, "value_on", "before the payment", id="before_the_payment"),
        pytest.param({"refers_to": "bank/p1"}, "refers_to", "names promise_made", id="no_payment"),
    ],
)
def test_a_reversal_that_does_not_fit_leaves(change: dict[str, Any], field: str, says: str) -> None:
    known = post(PAID, event("p1", "promise_made", "2026-03-05", 100, until_on=dt.date(2026, 3, 9))).accepted
    book = loans().to_pylist() + loans(loan_id="L2").to_pylist()
    found = fault(post({**BOUNCED, **change}, known=known, book=loans().from_pylist(book, schema=loans().schema)))
    assert found[0] == field
    assert says in found[1]


def test_a_payment_is_reversed_once() -> None:
    known = post(PAID, BOUNCED).accepted
    assert "reversed already" in fault(post({**BOUNCED, "source_ref": "x2"}, known=known))[1]
    assert [field for _, field, _, _ in reasons(post(PAID, BOUNCED, {**BOUNCED, "source_ref": "x2"}))] == ["refers_to"]


def test_a_reversal_of_a_payment_that_left_leaves_too() -> None:
    intake = post({**PAID, "amount_fen": -5}, BOUNCED)
    assert [field for _, field, _, _ in reasons(intake)] == ["amount_fen", "refers_to"]

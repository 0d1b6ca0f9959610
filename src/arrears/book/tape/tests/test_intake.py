"""Events: each once, for a loan the Book knows, or waiting, or out with a reason."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from arrears.book.columns import EVENTS
from arrears.book.tape.intake import Intake
from arrears.book.tape.shape import arrow_schema
from arrears.book.tape.tests.builders import event, loans, post, reasons

PAID = event("r1", "payment_received", "2026-03-05", 282_441)


def only(intake: Intake) -> dict[str, Any]:
    """The one event that came in."""
    [row] = intake.accepted.to_pylist()
    return dict(row)


def fault(intake: Intake) -> tuple[str, str]:
    """Field and reason of the one reject; nothing came in with it."""
    [(_, field, _, reason)] = reasons(intake)
    return field, reason


def test_a_payment_gets_its_id_and_its_days() -> None:
    row = only(post(PAID))
    assert (row["event_id"], row["close_on"], row["effect_on"]) == ("bank/r1", dt.date(2026, 3, 5), dt.date(2026, 3, 5))
    assert row["recorded_at"] == "2026-03-05T12:00:00+08:00"
    assert post(PAID).accepted.schema.equals(arrow_schema(EVENTS))


@pytest.mark.behaviour("S012")
def test_the_same_file_twice_adds_nothing_and_reports_each_duplicate() -> None:
    batch = [PAID, event("r2", "payment_received", "2026-04-05", 282_441)]
    first = post(*batch)
    second = post(*batch, known=first.accepted)
    assert (first.accepted.num_rows, second.accepted.num_rows, second.rejects.num_rows) == (2, 0, 0)
    assert [row["key"] for row in second.duplicates.to_pylist()] == ["bank/r1", "bank/r2"]


@pytest.mark.behaviour("S012")
def test_a_reference_twice_in_one_file_comes_in_once() -> None:
    intake = post(PAID, PAID)
    assert (intake.accepted.num_rows, intake.duplicates.num_rows, intake.rejects.num_rows) == (1, 1, 0)


def test_a_second_delivery_may_be_recorded_later_and_is_still_a_duplicate() -> None:
    again = post({**PAID, "recorded_at": "2026-03-09T09:00:00+08:00"}, known=post(PAID).accepted)
    assert (again.accepted.num_rows, again.duplicates.num_rows) == (0, 1)


def test_other_content_under_a_known_reference_leaves() -> None:
    assert fault(post({**PAID, "amount_fen": 1}, known=post(PAID).accepted))[0] == "source_ref"
    assert reasons(post(PAID, {**PAID, "payer": "her brother"}))[0][1] == "source_ref"


def test_the_same_reference_of_another_source_is_another_event() -> None:
    assert post(PAID, {**PAID, "source": "app"}).accepted.num_rows == 2


def test_an_event_of_an_unknown_loan_waits_with_a_reason_and_comes_in_when_the_loan_does() -> None:
    intake = post({**PAID, "loan_id": "L2"})
    assert (intake.accepted.num_rows, intake.rejects.num_rows) == (0, 0)
    [row] = intake.waiting.to_pylist()
    assert (row["loan_id"], row["waits_for"], row["file"]) == ("L2", "the loan is not in the Book", "bank.csv")
    both = post(row, {**PAID, "loan_id": "L2"}, book=pa.concat_tables([loans(), loans(loan_id="L2")]))
    assert (both.accepted.num_rows, both.duplicates.num_rows, both.waiting.num_rows) == (1, 1, 0)


@pytest.mark.parametrize(
    ("recorded_at", "last_close_on", "close_on"),
    [
        pytest.param("", None, "2026-03-05", id="nothing_closed"),
        pytest.param("", "2026-03-01", "2026-03-05", id="value_date_after_the_close_waits_for_its_day"),
        pytest.param("", "2026-03-05", "2026-03-06", id="day_closed_already"),
        pytest.param("2026-03-10T23:59:59+08:00", "2026-03-07", "2026-03-10", id="recorded_later"),
        pytest.param("2026-03-10T16:00:00+00:00", "2026-03-07", "2026-03-11", id="recorded_day_is_that_of_shanghai"),
        pytest.param("2026-03-10T09:00:00+08:00", "2026-03-20", "2026-03-21", id="closed_since"),
        pytest.param("2026-03-01T09:00:00+08:00", None, "2026-03-05", id="recorded_before_its_value_date"),
    ],
)
def test_an_event_waits_for_the_first_close_that_may_see_it(recorded_at: str, last_close_on: str | None, close_on: str) -> None:
    last = dt.date.fromisoformat(last_close_on) if last_close_on else None
    row = only(post({**PAID, "recorded_at": recorded_at}, last_close_on=last))
    assert (row["close_on"], row["effect_on"]) == (dt.date.fromisoformat(close_on), dt.date(2026, 3, 5))


def test_an_event_up_to_the_opening_day_leaves() -> None:
    assert "before the Book knows the loan" in fault(post({**PAID, "value_on": dt.date(2026, 2, 5)}))[1]
    assert post({**PAID, "value_on": dt.date(2026, 2, 6)}).accepted.num_rows == 1


@pytest.mark.parametrize(
    ("row", "field"),
    [
        pytest.param(event("e", "gift", "2026-03-05", 1), "kind", id="unknown_kind"),
        pytest.param(event("e", "payment_received", "2026-03-05"), "amount_fen", id="payment_of_nothing"),
        pytest.param(event("e", "payment_received", "2026-03-05", -5), "amount_fen", id="negative_payment"),
        pytest.param(event("e", "payment_received", "2026-03-05", 10**9 + 1), "amount_fen", id="above_the_bound"),
        pytest.param(event("", "payment_received", "2026-03-05", 5), "source_ref", id="no_reference"),
        pytest.param({**PAID, "source": "a/b"}, "source", id="slash_in_the_source"),
        pytest.param({**PAID, "interest_fen": 5}, "interest_fen", id="half_a_split"),
        pytest.param({**PAID, "interest_fen": 5, "principal_fen": 282_437}, "interest_fen", id="split_of_more_than_the_payment"),
        pytest.param(event("e", "promise_made", "2026-03-05", until_on=dt.date(2026, 3, 9)), "amount_fen", id="promise_of_nothing"),
        pytest.param(event("e", "promise_made", "2026-03-05", -1, until_on=dt.date(2026, 3, 9)), "amount_fen", id="negative_promise"),
        pytest.param(event("e", "promise_made", "2026-03-05", 9, until_on=dt.date(2026, 3, 4)), "until_on", id="promise_for_yesterday"),
        pytest.param(event("e", "balance_adjusted", "2026-03-05", -5), "reason", id="adjustment_without_reason"),
        pytest.param(event("e", "instalments_deferred", "2026-03-05", count=-1), "count", id="negative_count"),
        pytest.param(event("e", "hold_opened", "2026-03-05", subject="c1", stops="dpd"), "stops", id="hold_that_stops_days_past_due"),
        pytest.param(event("e", "hold_ended", "2026-03-05", subject="c1"), "subject", id="end_of_no_hold"),
        pytest.param(
            event("e", "contact_declined", "2026-03-05", until_on=dt.date(2026, 3, 4)), "approver", id="evidence_nobody_confirmed"
        ),
        pytest.param({**PAID, "asker": "O1", "approver": "O1"}, "approver", id="one_person_asks_and_approves"),
    ],
)
def test_an_event_that_cannot_be_leaves(row: dict[str, Any], field: str) -> None:
    intake = post(row)
    assert intake.accepted.num_rows == 0
    assert fault(intake)[0] == field


def test_negative_money_comes_in_where_real_tapes_have_it() -> None:
    kinds = ["recovered", "collateral_proceeds_received", "expense_paid", "charged_off"]
    assert post(*(event(f"n{at}", kind, "2026-03-05", -30_000) for at, kind in enumerate(kinds))).accepted.num_rows == 4


@pytest.mark.parametrize(("first_due_on", "good"), [("2026-03-04", 0), ("2026-03-05", 1)])
def test_an_agreement_does_not_fall_due_before_it_is_signed(first_due_on: str, good: int) -> None:
    signed = event("a", "agreement_signed", "2026-03-05", subject="arrears_plan", count=3, first_due_on=dt.date.fromisoformat(first_due_on))
    assert post(signed).accepted.num_rows == good
    assert fault(post({**signed, "subject": "handshake", "first_due_on": dt.date(2026, 4, 5)}))[0] == "subject"


def test_a_hold_ends_with_its_last_day_so_the_loan_changes_on_the_next() -> None:
    opened = event("h1", "hold_opened", "2026-03-05", subject="c1", stops="penalty+clock")
    rows = post(opened, event("h2", "hold_ended", "2026-03-20", subject="c1")).accepted.to_pylist()
    assert [(row["effect_on"], row["close_on"]) for row in rows] == [
        (dt.date(2026, 3, 5), dt.date(2026, 3, 5)), (dt.date(2026, 3, 21), dt.date(2026, 3, 20))]  # fmt: skip


def test_a_backdated_entry_by_hand_needs_two_people() -> None:
    late = {**PAID, "channel": "manual", "recorded_at": "2026-03-09T11:00:00+08:00"}
    assert "DENY_FOUR_EYES" in fault(post({**late, "asker": "O1"}))[1]
    assert post({**late, "asker": "O1", "approver": "O2"}).accepted.num_rows == 1
    assert post({**late, "value_on": dt.date(2026, 3, 9)}).accepted.num_rows == 1
    assert "DENY_FOUR_EYES" in fault(post({**late, "recorded_at": ""}, last_close_on=dt.date(2026, 3, 5)))[1]


def test_a_batch_without_rows_is_fine() -> None:
    intake = post()
    assert (intake.accepted.num_rows, intake.waiting.num_rows, intake.rejects.num_rows) == (0, 0, 0)

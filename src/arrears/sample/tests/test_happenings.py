"""What happens: every kind that a borrower's life brings, recorded on the day it counts or later, by people who exist."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from arrears.sample import moods, people
from arrears.sample.invent import Asked, invent
from arrears.sample.tests.conftest import LIMIT, OPENING

KINDS = {
    "payment_received", "payment_reversed", "fee_charged", "penalty_waived", "instalments_deferred", "term_extended", "due_date_changed",
    "agreement_signed", "borrower_contacted", "promise_made", "promise_evidence_confirmed", "evidence_excused", "contact_declined",
    "mail_refused", "hold_opened", "hold_ended", "accelerated", "charged_off", "recovered", "collateral_proceeds_received",
    "expense_paid", "demand_delivered",
}  # fmt: skip


@pytest.fixture(scope="module")
def year(maker: Any) -> list[dict[str, Any]]:
    """The events of 6,000 loans in a year."""
    rows: list[dict[str, Any]] = invent(Asked(6_000, 365, 5, OPENING), maker, LIMIT).events.to_pylist()
    return rows


def test_every_kind_happens(year: list[dict[str, Any]]) -> None:
    assert set(Counter(row["kind"] for row in year)) == KINDS
    assert {row["subject"] for row in year if row["kind"] == "agreement_signed"} == {"arrears_plan", "restructure"}
    reasons = {row["reason"] for row in year if row["kind"] == "hold_opened"}
    assert reasons == {"illness", "complaint", "dispute", "bereavement"}


def test_close_day_follows_value_day_and_recorded_day(year: list[dict[str, Any]]) -> None:
    for row in year:
        assert row["close_on"].isoformat() == max(row["value_on"].isoformat(), row["recorded_at"][:10])
    assert sum(row["recorded_at"][:10] > row["value_on"].isoformat() for row in year) > 100


def test_a_late_entry_by_hand_has_two_people(year: list[dict[str, Any]]) -> None:
    late = [row for row in year if row["channel"] == "manual"]
    assert late
    assert all(row["asker"] and row["approver"] and row["asker"] != row["approver"] for row in late)


def test_a_reversal_names_its_receipt_and_acts_on_its_day(year: list[dict[str, Any]]) -> None:
    receipts = {row["event_id"]: row for row in year if row["kind"] == "payment_received"}
    for row in (each for each in year if each["kind"] == "payment_reversed"):
        receipt = receipts[row["refers_to"]]
        same = ("loan_id", "amount_fen")
        assert [row[name] for name in same] == [receipt[name] for name in same]
        assert row["effect_on"] == receipt["value_on"] < row["value_on"]


def test_references_stand_once(year: list[dict[str, Any]]) -> None:
    assert len({row["event_id"] for row in year}) == len(year)


def test_who_asks_and_approves_is_staff(year: list[dict[str, Any]]) -> None:
    staff = set(people.made(5, np.arange(1, 3), OPENING)["staff"]["staff_id"].to_pylist())
    assert {row[name] for row in year for name in ("asker", "approver")} - {""} <= staff


def test_nothing_happens_after_the_last_day_or_before_a_loan_is_there(maker: Any) -> None:
    made = invent(Asked(2_000, 45, 5, OPENING), maker, LIMIT)
    opened = dict(zip(made.base.loans["loan_id"].to_pylist(), made.base.loans["opened_on"].to_pylist(), strict=True))
    for row in made.events.to_pylist():
        assert opened[row["loan_id"]] < row["value_on"] <= row["close_on"] <= Asked(2_000, 45, 5, OPENING).last


def test_the_same_seed_invents_the_same_and_another_does_not(maker: Any) -> None:
    first, again, other = (invent(Asked(300, 40, seed, OPENING), maker, LIMIT) for seed in (1, 1, 2))
    assert first.events.equals(again.events)
    assert first.base.loans.equals(again.base.loans)
    assert not first.base.loans.equals(other.base.loans)


def test_the_dead_stay_dead_and_the_chain_is_one_of_chances() -> None:
    rng = np.random.default_rng(1)
    dead = np.full(1_000, moods.DEAD)
    assert (moods.next_state(rng, moods.draw_types(rng, 1_000), dead) == moods.DEAD).all()
    moved = moods.next_state(rng, np.zeros(100_000, dtype=np.int64), np.zeros(100_000, dtype=np.int64))
    assert 0.95 < (moved == moods.USUAL).mean() < 0.975


def test_returned_debits_and_late_slips_are_entered_on_two_days_of_the_week(year: list[dict[str, Any]]) -> None:
    late = [row for row in year if row["channel"] == "manual" or row["kind"] == "payment_reversed"]
    assert {row["close_on"].weekday() for row in late} == {1, 4}

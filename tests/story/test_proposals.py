"""What the nights propose, on the days the story names: the close that writes it, and the day it is to be done."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("close_on", "loan", "kind", "subject", "do_on", "amount_fen"),
    [
        ("2026-09-01", "B01", "service_reminder", "I07", "2026-09-02", 282_441),
        ("2026-09-05", "B01", "overdue_notice", "I07", "2026-09-06", 282_441),
        ("2026-10-10", "B02", "overdue_notice", "I06", "2026-10-11", 321_000),
        ("2026-10-14", "B02", "case_opens", "-", "2026-10-15", 321_000),
        ("2026-10-16", "B02", "cured", "-", "2026-10-17", 0),
        ("2026-09-15", "B03", "overdue_notice", "I08", "2026-09-16", 385_617),
        ("2026-09-24", "B03", "promise_due", "-", "2026-09-25", 385_617),
        ("2026-09-26", "B03", "promise_broken", "-", "2026-09-27", 0),
        ("2026-09-30", "B03", "visit_candidate", "T3", "2026-10-01", 385_617),
        ("2026-10-12", "B03", "candidate_withdrawn", "-", "2026-10-13", 0),
        ("2026-10-20", "B04", "overdue_notice", "I01", "2026-10-21", 5_600_000),
        ("2026-10-24", "B04", "case_opens", "-", "2026-10-25", 5_600_000),
        ("2026-10-24", "B04", "visit_candidate", "T2", "2026-10-25", 5_600_000),
        ("2026-10-29", "B04", "candidate_withdrawn", "-", "2026-10-30", 5_000_000),
        ("2026-09-01", "B05", "overdue_notice", "I04", "2026-09-02", 436_000),
        ("2026-09-05", "B05", "case_opens", "-", "2026-09-06", 436_000),
        ("2026-10-01", "B05", "visit_candidate", "T1", "2026-10-02", 436_000),
        ("2026-10-16", "B05", "candidate_withdrawn", "-", "2026-10-17", 0),
        ("2026-09-29", "B07", "case_opens", "-", "2026-09-30", 355_395),
        ("2026-10-16", "B08", "case_opens", "-", "2026-10-17", 266_546),
        ("2026-10-30", "B09", "candidate_withdrawn", "-", "2026-10-31", 1_053_000),
        ("2026-11-29", "B09", "visit_candidate", "T1", "2026-11-30", 1_053_000),
        ("2026-09-06", "B10", "case_opens", "-", "2026-09-07", 214_400),
        ("2026-09-06", "B10", "credit_notice_due", "-", "2026-09-07", 214_400),
        ("2026-10-15", "B10", "credit_code_corrected", "-", "2026-10-16", 0),
    ],
)
def test_a_close_proposes(close_on: str, loan: str, kind: str, subject: str, do_on: str, amount_fen: int, proposal: Any) -> None:
    row = proposal(close_on, loan, kind, subject)
    assert (row["do_on"].isoformat(), row["do_at"], row["amount_fen"]) == (do_on, "09:00", amount_fen)


def test_the_notice_names_the_end_of_grace(proposal: Any) -> None:
    row = proposal("2026-09-05", "B01", "overdue_notice", "I07")
    assert row["oldest_due_on"] is None  # nothing is overdue yet at the end of the due day
    assert row["close_on"] + dt.timedelta(days=row["threshold"]) == dt.date(2026, 9, 8)


@pytest.mark.parametrize("loan", ["B01", "B06"])
def test_who_pays_within_grace_or_in_agreement_gets_no_case(loan: str, proposed: Any) -> None:
    kinds = {kind for _, name, kind, _ in proposed if name == loan}
    assert kinds & {"case_opens", "grace_ended", "visit_candidate", "credit_notice_due"} == set()


@pytest.mark.parametrize("loan", ["B01", "B02", "B06", "B07", "B08", "B10"])
def test_no_trigger_no_candidate(loan: str, proposed: Any) -> None:
    assert [found for found in proposed if found[1] == loan and found[2] == "visit_candidate"] == []


def test_a_trigger_that_stood_before_makes_no_second_candidate(proposed: Any) -> None:
    assert sorted(day for day, loan, kind, _ in proposed if (loan, kind) == ("B09", "visit_candidate")) == ["2026-11-29"]

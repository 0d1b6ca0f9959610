"""The explanation of penalty: ranges of days, and the Book's own sum where the segments do not fit."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from arrears.book.papers.figures import Pen
from arrears.book.papers.obligations import made_on
from arrears.book.papers.penalty import held_days, merged, overlap, penalty
from arrears.book.papers.sections_money import formula
from arrears.law.values import load

D = dt.date


def test_ranges_that_touch_become_one() -> None:
    ranges = [(D(2026, 10, 8), D(2026, 10, 15)), (D(2026, 10, 16), D(2026, 10, 20)), (D(2026, 10, 10), D(2026, 10, 12))]
    assert merged(ranges) == [(D(2026, 10, 8), D(2026, 10, 20))]


def test_both_ends_of_a_range_count() -> None:
    assert overlap((D(2026, 10, 1), D(2026, 10, 8)), (D(2026, 10, 8), D(2026, 10, 31))) == 1


def test_a_hold_counts_until_its_last_day_or_the_day_asked_for() -> None:
    opened = {"kind": "hold_opened", "subject": "h", "stops": "penalty+clock", "value_on": D(2026, 10, 8), "until_on": None}
    ended = {"kind": "hold_ended", "subject": "h", "stops": "", "value_on": D(2026, 10, 15), "until_on": None}
    assert held_days([opened, ended], "penalty", D(2026, 12, 31)) == [(D(2026, 10, 8), D(2026, 10, 15))]
    assert held_days([opened], "penalty", D(2026, 10, 10)) == [(D(2026, 10, 8), D(2026, 10, 10))]
    assert held_days([opened], "contact", D(2026, 10, 10)) == []


def _history(num: int, posted: int) -> Any:
    row = {
        "obligation": "I01", "due_on": D(2026, 9, 1), "grace_days": 3, "rate_num": 5, "rate_den": 10_000, "num": num,
        "principal_fen": 100_000, "posted_fen": posted, "paid_fen": 0, "waived_fen": 0, "cap_fen": 100_000, "covered": False,
    }  # fmt: skip
    position = {
        "penalty_posted_fen": posted, "penalty_paid_fen": 0, "penalty_waived_fen": 0, "penalty_cut_fen": 0, "state": "DELINQUENT",
        "plan_state": "", "charged_off_penalty_fen": 0,
    }  # fmt: skip
    return SimpleNamespace(
        on=D(2026, 9, 14), open_due=[row], lines=[], events=[], schedule=[], position=position, terms={"rate_ppm": 120_000}
    )


_ROW = {"obligation": "I01", "kind": "I", "due_on": "2026-09-01", "principal_fen": 100_000}


def test_segments_stand_where_they_give_the_posted_figure() -> None:
    (row,) = penalty(_history(num=5 * 100_000 * 10, posted=500), [_ROW], load())["rows"]  # ten days at 0.50
    assert (row["explained"], formula(row, Pen("CNY", "en"))) == (True, "1,000.00 × 0.0005 × 10 days = 5.00")


def test_a_wrong_formula_is_never_shown() -> None:
    (row,) = penalty(_history(num=5 * 100_000 * 8, posted=400), [_ROW], load())["rows"]  # the Book knows of two days less
    assert (row["explained"], row["segments"]) == (False, [])
    assert formula(row, Pen("CNY", "en")) == "8,000.00 money-days × 0.0005 = 4.00"


def test_an_obligation_that_an_act_made_takes_its_day_from_the_act() -> None:
    plan = {
        "kind": "agreement_signed",
        "subject": "arrears_plan",
        "first_due_on": D(2026, 11, 1),
        "step_months": 1,
        "effect_on": D(2026, 10, 16),
    }
    assert made_on("P03", [plan], D(2026, 12, 29)) == D(2027, 1, 1)

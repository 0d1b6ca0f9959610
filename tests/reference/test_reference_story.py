"""The reference against the ten-borrower story, number for number, and against itself on random loans."""

from __future__ import annotations

import datetime as dt
import json
import os
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from arrears.kernel.events import Event
from reference.arithmetic import due_days
from reference.generate import random_case, random_policy
from reference.policy import Known, Policy
from reference.replay import Reference
from reference.story import day, story_loan, story_schedule

SHARED = Path(os.environ.get("ARREARS_SHARED") or Path(__file__).resolve().parents[2].parent / "shared")
FILE = SHARED / "facts" / "demo-story.json"
needs_story = pytest.mark.skipif(not FILE.exists(), reason=f"no story file at {FILE}; set ARREARS_SHARED to the folder that holds facts/")
LOANS = [f"B{k:02d}" for k in range(1, 11)]


@cache
def book() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))


@cache
def loan(name: str) -> tuple[Reference, dict[str, Any]]:
    story = book()["loans"][name]
    return story_loan(name, story, day(book()["window"]["day_1"])), story


def facts_of(state: dict[str, Any]) -> dict[str, Any]:
    """A state in the shape of the story's checkpoints."""
    extra = {
        "date": state["date"].isoformat(),
        "overdue_amount": state["overdue_interest"] + state["overdue_principal"],
        "penalty_outstanding": state["penalty_accrued"] - state["penalty_paid"] - state["penalty_waived"],
    }
    return state | extra


@needs_story
@pytest.mark.parametrize("name", LOANS)
def test_schedule(name: str) -> None:
    story = loan(name)[1]
    assert [(due.isoformat(), i, p) for _, due, i, p in story_schedule(story)] == [
        (r["due"], r["interest"], r["principal"]) for r in story["schedule"]
    ]


@needs_story
@pytest.mark.parametrize("name", LOANS)
def test_daily(name: str) -> None:
    reference, story = loan(name)
    columns = book()["daily_columns"]
    assert len(story["daily"]) == 120
    for line in story["daily"]:
        on = day(line.split(",")[0])
        got = facts_of(reference.state(on, on)) | {"triggers": "+".join(reference.state(on, on)["triggers"])}
        assert ",".join(str(got[c]) for c in columns) == line


@needs_story
@pytest.mark.parametrize("name", LOANS)
def test_checkpoints(name: str) -> None:
    reference, story = loan(name)
    for expected in story["checkpoints"]:
        got = facts_of(reference.state(day(expected["date"]), day(expected["date"])))
        assert {k: got[k] for k in expected} == expected


@needs_story
@pytest.mark.parametrize("name", LOANS)
def test_applied_final_view(name: str) -> None:
    reference, story = loan(name)
    window = book()["window"]
    got = [line for line in reference.applied(day(window["day_120"])) if line["date"] >= day(window["day_1"])]
    expected = [line for line in story["applied"] if "plan_pot" not in line]
    assert json.loads(json.dumps(got, default=str)) == expected


@needs_story
@pytest.mark.parametrize("name", LOANS)
def test_triggers_and_credit_codes(name: str) -> None:
    reference, story = loan(name)
    window = book()["window"]
    days: dict[str, list[str]] = {}
    for state in reference.closes(day(window["day_1"]), day(window["day_120"])):
        for trigger in state["triggers"]:
            days.setdefault(trigger, []).append(state["date"].isoformat())
    assert {t: [d[0], d[-1], len(d)] for t, d in days.items()} == story["trigger_days"]
    got = {on: reference.state(day(on), day(on))["credit_code"] for on in story["credit_codes"]}
    assert got == story["credit_codes"]


@needs_story
def test_plan_parts_of_b05() -> None:
    reference, story = loan("B05")
    signed = story["acts"]["plan"][0]["date"]
    rows = reference.state(day(signed), day(signed))["rows"]
    got = [
        {"id": r["id"], "due": r["due"].isoformat(), "interest": r["interest"], "principal": r["principal"]}
        for r in rows
        if r["id"].startswith("P")
    ]
    assert got == story["plan_parts"]


@needs_story
@pytest.mark.parametrize("view", ["as_known", "after_replay"])
def test_two_views_of_b10(view: str) -> None:
    reference, story = loan("B10")
    for on, expected in story["extra"][view].items():
        known = day(on) if view == "as_known" else day("2026-10-15")
        got = facts_of(reference.state(day(on), known))
        assert {k: got[k] for k in expected} == expected
    assert reference.state(day("2026-10-15"), day("2026-10-15"))["credit_code"] == "N"  # 2026-09 corrected


@needs_story
def test_promise_and_cure_of_b03() -> None:
    reference, _ = loan("B03")
    at = {on: reference.state(day(on), day(on)) for on in ("2026-09-25", "2026-09-26", "2026-09-27", "2026-10-12")}
    assert [s["promise_state"] for s in at.values()] == ["pending", "broken", "broken", "broken"]
    assert [s["attitude_points"] for s in at.values()] == [0, 0, 2, 0]
    assert at["2026-10-12"]["cured_on"] == day("2026-10-12")
    assert at["2026-10-12"]["credit_removable_on"] == day("2031-10-12")


@needs_story
def test_portfolio_of_day_120() -> None:
    last = day(book()["window"]["day_120"])
    states = [facts_of(loan(name)[0].state(last, last)) for name in LOANS]
    expected = book()["portfolio_day_120"]
    assert {k: sum(s[k] for s in states) for k in expected} == expected


# -- by hand: what the story does not touch. One instalment of 1,000.00 principal due 2026-01-10 at 12 %: 0.50 a day.

OPENED = dt.date(2025, 12, 10)
ONE = [("I01", dt.date(2026, 1, 10), 1_000, 100_000)]


def hand(*events: tuple[str, str, dict[str, Any]], known: dict[int, str] | None = None, policy: Policy | None = None) -> Reference:
    """The loan ONE with events (kind, value day, fields); known: index -> day known, where later."""
    terms = {"opened_on": OPENED, "first_due_on": dt.date(2026, 1, 10), "rate_ppm": 120_000, "step_months": 1}
    made = []
    for n, (kind, on, fields) in enumerate(events):
        seen = day((known or {}).get(n, on))
        made.append(Known(Event("hand", str(n), "L1", kind, day(on), dt.datetime.combine(seen, dt.time(12), dt.UTC), **fields), seen))
    return Reference(terms, ONE, made, policy)


def at(reference: Reference, on: str, known: str | None = None) -> dict[str, Any]:
    return reference.state(day(on), day(known or on))


def test_plan_breaks_on_the_tenth_day() -> None:
    plan = {"subject": "arrears_plan", "count": 2, "first_due_on": day("2026-02-10")}
    reference = hand(("agreement_signed", "2026-02-01", plan))
    # penalty days 14..31 January: 18 x 0.50; none from the signing day to the break day
    assert [at(reference, d)["penalty_accrued"] for d in ("2026-01-31", "2026-02-20", "2026-02-21")] == [900, 900, 950]
    assert [at(reference, d)["plan_state"] for d in ("2026-02-13", "2026-02-14", "2026-02-19", "2026-02-20")] == [
        "active", "late", "late", "broken",
    ]  # fmt: skip
    assert [at(reference, d)["dpd"] for d in ("2026-02-10", "2026-02-11", "2026-02-19", "2026-02-20")] == [0, 1, 9, 41]


def test_half_paid_plan_breaks_ten_days_after_the_last_payment() -> None:
    plan = {"subject": "arrears_plan", "count": 2, "first_due_on": day("2026-02-10")}
    reference = hand(("agreement_signed", "2026-02-01", plan), ("payment_received", "2026-02-15", {"amount_fen": 20_000}))
    assert at(reference, "2026-02-24")["plan_state"] == "late"
    broken = at(reference, "2026-02-25")
    assert broken["plan_state"] == "broken"
    assert [(r["id"], r["interest"], r["principal"]) for r in broken["rows"]] == [("I01", 0, 81_000)]
    assert broken["principal_outstanding"] == 81_000


def test_completed_plan_waives_the_old_penalty() -> None:
    plan = {"subject": "arrears_plan", "count": 2, "first_due_on": day("2026-02-10")}
    pay = [("payment_received", d, {"amount_fen": 50_500}) for d in ("2026-02-10", "2026-03-10")]
    done = at(hand(("agreement_signed", "2026-02-01", plan), *pay), "2026-03-10")
    assert (done["plan_state"], done["penalty_waived"], done["penalty_paid"], done["rows"]) == ("completed", 900, 0, [])
    assert done["cured_on"] == day("2026-03-10")


def test_reversal_replays_from_the_receipts_own_day() -> None:
    events = [("payment_received", "2026-01-10", {"amount_fen": 101_000}), ("payment_reversed", "2026-01-20", {"refers_to": "hand/0"})]
    reference = hand(*events)
    assert (at(reference, "2026-01-19")["dpd"], at(reference, "2026-01-20")["dpd"]) == (0, 10)
    assert at(reference, "2026-01-20")["penalty_accrued"] == 350  # 14..20 January
    assert at(reference, "2026-01-19", known="2026-01-20")["dpd"] == 9


def test_penalty_is_free_in_grace_and_on_the_day_of_payment() -> None:
    for paid_on, penalty in (("2026-01-13", 0), ("2026-01-14", 0), ("2026-01-15", 50)):
        assert at(hand(("payment_received", paid_on, {"amount_fen": 101_000})), "2026-02-28")["penalty_accrued"] == penalty


def test_penalty_stops_at_its_cap() -> None:
    reference = hand(policy=Policy(total_cap_ratio=Fraction(1, 100)))  # 1 % of 1,000.00 = 10.00 = 20 days from 14 January
    assert [at(reference, d)["penalty_accrued"] for d in ("2026-02-01", "2026-02-02", "2026-02-03")] == [950, 1_000, 1_000]


def test_overlapping_holds_told_late_count_once() -> None:
    holds = [
        ("hold_opened", d, {"subject": d, "stops": "penalty+clock", "until_on": day("2026-01-20")}) for d in ("2026-01-15", "2026-01-18")
    ]
    reference = hand(*holds, known={0: "2026-01-25", 1: "2026-01-25"})
    assert at(reference, "2026-01-24")["penalty_accrued"] == 550  # 14..24 January
    assert at(reference, "2026-01-25")["penalty_accrued"] == 300  # 12 days less 15..20 January
    assert at(reference, "2026-01-25")["no_progress_days"] == 9


def test_due_day_31_returns() -> None:
    assert [d.isoformat() for d in due_days(day("2026-01-31"), 3, 1)] == ["2026-01-31", "2026-02-28", "2026-03-31"]


# -- at random


@pytest.mark.parametrize("seed", range(16))
def test_every_fen_is_somewhere(seed: int) -> None:
    """Random loans: what came in is used, credit, recovered or refunded; nothing is negative; caps hold."""
    case = random_case(seed, policy=random_policy(seed) if seed % 2 else None)
    reference = case.reference()
    refunded = 0
    for state in reference.closes(case.first_close, case.last_close):
        refunded = sum(k.event.amount_fen for k in case.events if k.event.kind == "credit_refunded" and k.event.value_on <= state["date"])
        used = state["interest_paid"] + state["principal_paid"] + state["penalty_paid"] + state["fee_paid"]
        recovered = state["received"] - used - state["unapplied_credit"]
        assert recovered == 0 or 0 <= recovered <= state["recovered"] + refunded
        for row in state["rows"]:
            owed = row["penalty_posted"] - row["penalty_paid"] - row["penalty_waived"]
            assert min(row["interest"], row["principal"], owed) >= 0
            assert row["penalty_posted"] <= (row["penalty_cap"] or 0)
            assert row["penalty_num"] == int(row["penalty_num"])


def test_close_then_is_a_fresh_replay() -> None:
    """A state as known then does not depend on what was asked before."""
    case = random_case(5)
    used = case.reference()
    used.closes(case.first_close, case.last_close)
    middle = case.first_close + (case.last_close - case.first_close) // 2
    assert used.state(middle, middle) == case.reference().state(middle, middle)
    assert isinstance(middle, dt.date)

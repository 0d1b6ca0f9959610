"""The page of the story's steps hangs together: names, addresses, order, wordings. What the gate answers is in tests/story."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest

from arrears.gate.facts import ACTS, CHANNELS, PURPOSES, Ask
from arrears.kernel.days import ZONE
from arrears.kernel.problems import DENY_CODES
from arrears.sample.steps import moment, page, steps_of, story_steps
from arrears.sample.story import FIRST, LAST, story

LOANS = list(page()["loans"])
STEPS = [step for loan in LOANS for step in steps_of(loan)]


def test_the_page_is_about_the_ten() -> None:
    assert sorted(story()["loans"]) == LOANS


def test_a_moment_is_of_the_storys_zone() -> None:
    assert moment("2026-10-15 07:59") == dt.datetime(2026, 10, 15, 7, 59, tzinfo=ZONE)
    assert moment("2026-10-15 07:59").utcoffset() == dt.timedelta(hours=8)


def test_steps_have_names_of_their_own_and_lie_in_the_story() -> None:
    asked = story_steps()
    assert len({step.id for step in asked}) == len(asked) > 70
    assert all(FIRST <= step.at.date() <= LAST for step in asked)
    assert [step for step in STEPS if step.expect is None and step.direction == "out" and step.at.date() >= FIRST] == []


@pytest.mark.parametrize("loan", LOANS)
def test_steps_of_a_loan_are_in_order_of_time(loan: str) -> None:
    assert all(before.at <= after.at for before, after in pairwise(steps_of(loan)))


@pytest.mark.parametrize("step", STEPS, ids=[step.id for step in STEPS])
def test_a_step_names_what_the_page_and_the_gate_know(step) -> None:  # type: ignore[no-untyped-def]
    ask, row = step.ask, page()["loans"][step.loan]
    assert set(ask) <= set(Ask.model_fields)
    assert ask.get("act", "contact") in ACTS
    assert ask.get("channel") in (None, *CHANNELS)
    assert ask.get("purpose") in (None, *PURPOSES)
    assert {*ask.get("team", ()), *(ask[name] for name in ("requested_by", "assessed_by", "decided_by") if name in ask)} <= set(
        page()["staff"]
    )
    assert step.expect in (True, None, *DENY_CODES)
    person = row["others"][step.to] if step.to else row
    if "address" in ask:
        assert ask["channel"] in person["addresses"][ask["address"]]["channels"]
    assert step.happened or not step.result


def test_every_wording_names_the_lender_or_nobody_at_all() -> None:
    for name, told in page()["wordings"].items():
        assert ("{lender}" in told) == (name != "locate"), name
    assert "兰汀" not in page()["wordings"]["locate"]
    assert not any(word in page()["wordings"]["locate"] for word in ("款", "逾期", "欠", "{amount}"))

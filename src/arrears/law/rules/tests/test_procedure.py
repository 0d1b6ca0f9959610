"""Days of the courts."""

from __future__ import annotations

import datetime as dt

import pytest

from arrears.law.rules.procedure import (
    STEPS,
    enforcement_until,
    last_day,
    may_realise_security,
    missing_for_payment_order,
    preservation_ruling_by,
)
from arrears.law.values import load

LAW = load()
BEGAN = dt.date(2026, 11, 2)
ALL = ("due_and_certain", "no_other_dispute", "in_china", "not_missing", "can_be_served", "nothing_preserved")


@pytest.mark.parametrize(
    ("step", "last"),
    [
        ("order.accept", "2026-11-07"),  # 5
        ("order.issue", "2026-11-17"),  # 15
        ("order.serve", "2026-12-02"),  # 30
        ("order.object", "2026-11-17"),  # 15
        ("security.decide", "2026-12-02"),  # 30
        ("security.object", "2026-11-07"),  # 5
        ("security.ruling", "2026-11-17"),  # 15
        ("preserve.sue", "2026-12-02"),  # 30
        ("service.public", "2026-12-02"),  # 30
        ("register.decide", "2026-11-03"),  # 1
    ],
)
def test_the_last_day_of_a_step(step, last):
    assert last_day(step, BEGAN, LAW) == dt.date.fromisoformat(last)


def test_every_step_has_a_rule():
    assert [step for step, (rule, _) in STEPS.items() if rule not in LAW.entries] == []


def test_before_the_present_statute_no_day_is_made_up():
    with pytest.raises(TypeError, match=r"cn\.proc\.order\.accept"):
        last_day("order.accept", dt.date(2023, 12, 31), LAW)


def test_an_urgent_preservation_is_ruled_on_in_two_days():
    asked = dt.datetime(2026, 11, 2, 15, 30, tzinfo=dt.UTC)
    assert preservation_ruling_by(asked, LAW) == dt.datetime(2026, 11, 4, 15, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(("effective", "until"), [("2026-11-02", "2028-11-02"), ("2024-02-29", "2026-02-28")])
def test_enforcement_is_asked_for_in_two_years(effective, until):
    assert enforcement_until(dt.date.fromisoformat(effective), LAW) == dt.date.fromisoformat(until)


@pytest.mark.behaviour("S102")
def test_without_an_address_the_payment_order_is_closed_and_realising_stays_open():
    met = [each for each in ALL if each != "can_be_served"]
    assert missing_for_payment_order(met, BEGAN, LAW) == ("can_be_served",)
    assert missing_for_payment_order(ALL, BEGAN, LAW) == ()
    assert may_realise_security(senior_realised=False, on=BEGAN, law=LAW)

"""Limitation: its end, what restarts it, what suspends it, what counts after it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arrears.law.rules.limitation import Obstacle, Restart, limitation_end
from arrears.law.values import load

LAW = load()
DUE = dt.date(2024, 5, 20)


def day(text):
    return dt.date.fromisoformat(text)


@pytest.mark.behaviour("S101")
@pytest.mark.parametrize(
    ("restarts", "end"),
    [
        pytest.param([], "2027-05-20", id="nothing_happened"),
        pytest.param([("demand_delivered", "2026-12-01")], "2029-12-01", id="a_demand_arrived"),
        pytest.param([("part_payment", "2027-05-20")], "2030-05-20", id="paid_on_the_last_day"),
        pytest.param([("part_payment", "2025-01-10"), ("demand_delivered", "2026-12-01")], "2029-12-01", id="the_latest_counts"),
        pytest.param([("demand_delivered", "2026-12-01"), ("part_payment", "2025-01-10")], "2029-12-01", id="in_any_order"),
    ],
)
def test_the_end_of_limitation(restarts, end):
    assert limitation_end(DUE, LAW, [Restart(kind, day(on)) for kind, on in restarts]) == day(end)


@pytest.mark.parametrize(
    ("kind", "end"),
    [
        pytest.param("demand_delivered", "2027-05-20", id="a_demand_after_the_end_revives_nothing"),
        pytest.param("part_payment", "2027-05-20", id="nor_does_a_part_payment"),
        pytest.param("consent_signed", "2030-05-21", id="signed_consent_gives_the_defence_up"),
        pytest.param("plan_signed", "2030-05-21", id="so_does_a_new_agreement"),
    ],
)
def test_after_the_end_only_consent_counts(kind, end):
    assert limitation_end(DUE, LAW, [Restart(kind, day("2027-05-21"))]) == day(end)


@pytest.mark.parametrize(
    ("obstacle", "end"),
    [
        pytest.param(("2026-01-01", "2026-11-20"), "2027-05-20", id="gone_before_the_last_six_months"),
        pytest.param(("2026-01-01", "2026-11-21"), "2027-05-21", id="gone_inside_them"),
        pytest.param(("2027-05-20", "2027-07-01"), "2028-01-01", id="begun_on_the_last_day"),
        pytest.param(("2027-05-21", "2027-07-01"), "2027-05-20", id="begun_too_late"),
        pytest.param(("2027-03-01", None), None, id="it_goes_on"),
    ],
)
def test_an_obstacle_in_the_last_months_suspends(obstacle, end):
    begun, gone = obstacle
    found = limitation_end(DUE, LAW, obstacles=[Obstacle(day(begun), gone and day(gone))])
    assert found == (end and day(end))


def test_a_demand_during_an_obstacle_restarts():
    found = limitation_end(DUE, LAW, [Restart("demand_delivered", day("2027-06-01"))], [Obstacle(day("2027-03-01"), day("2027-07-01"))])
    assert found == day("2030-06-01")


def test_nothing_lasts_beyond_the_longest_time():
    every_two_years = [Restart("demand_delivered", dt.date(2024 + year, 5, 1)) for year in range(2, 20, 2)]
    assert limitation_end(DUE, LAW, every_two_years) == day("2044-05-20")


def test_a_leap_day_ends_with_its_month():
    assert limitation_end(day("2024-02-29"), LAW) == day("2027-02-28")


def test_a_debt_older_than_the_rule_is_judged_by_its_first_value():
    assert limitation_end(day("2020-12-31"), LAW) == day("2023-12-31")


def test_an_unknown_restart_is_refused_with_what_is_allowed():
    with pytest.raises(ValueError, match="demand_delivered"):
        limitation_end(DUE, LAW, [Restart("a_call", day("2026-01-01"))])


_DAYS = st.dates(dt.date(2022, 1, 1), dt.date(2034, 1, 1))
_KINDS = LAW.words_at("cn.lim.interrupt", DUE)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.builds(Restart, st.sampled_from(_KINDS), _DAYS), max_size=6))
def test_a_further_restart_never_shortens_the_time(restarts):
    ends = [limitation_end(dt.date(2022, 1, 1), LAW, restarts[:count]) for count in range(len(restarts) + 1)]
    assert ends == sorted(ends)

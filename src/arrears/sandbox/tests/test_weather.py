"""Troubles come by chance of a seed, and only as they may."""

from __future__ import annotations

import pytest

from arrears.sandbox.rounds import steps
from arrears.sandbox.weather import Weather

ENTRY = {"kind": "sms", "client_id": "a", "copy": 0, "to": "+8613800000001"}


def test_the_same_seed_has_the_same_troubles():
    first, second, other = ([Weather(seed, lose=0.5).throws("lose", str(n)) for n in range(1000)] for seed in (1, 1, 2))
    assert first == second
    assert first != other
    assert 450 < sum(first) < 550


@pytest.mark.parametrize(
    "wrong",
    [{"lose": 1.1}, {"lose": True}, {"slow_s": -1}, {"down": 1}, {"fates": {"a": "eaten"}}, {"rain": 1}, {"seed": "x"}],
    ids=lambda each: next(iter(each)),
)
def test_what_is_no_weather_is_refused(wrong):
    with pytest.raises(ValueError, match="allowed"):
        Weather().changed(wrong)


@pytest.mark.parametrize(
    ("kind", "fate", "expected"),
    [
        ("sms", "delivered", ["delivered"]),
        ("sms", "invalid", ["invalid"]),
        ("sms", "lost", []),
        ("email", "off", ["undelivered"]),
        ("call", "answered", ["started", "answered", "ended"]),
        ("call", "declined", ["started", "declined"]),
        ("call", "lost", ["started"]),
    ],
)
def test_an_address_has_the_fate_that_was_set(kind, fate, expected):
    weather = Weather(fates={ENTRY["to"]: fate})
    assert [state for _, state, _ in steps(ENTRY | {"kind": kind}, weather)] == expected


def test_what_is_lost_never_reports():
    assert steps(ENTRY, Weather(lose=1.0)) == []

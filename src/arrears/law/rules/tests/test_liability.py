"""Heirs owe up to what they received; a spouse owes only on a ground."""

from __future__ import annotations

import datetime as dt

import pytest

from arrears.law.rules.liability import Heir, estate_claim, spouse_owes
from arrears.law.values import load

LAW = load()
ON = dt.date(2026, 11, 25)


@pytest.mark.behaviour("S164", part="that contact stops is the gate's, that penalty freezes the Book's")
def test_heirs_owe_at_most_what_they_received():
    claim = estate_claim(1_000_000, [Heir("a", 300_000), Heir("b", 200_000)], ON, LAW)
    assert (claim.limits, claim.most_fen, claim.lost_fen) == ({"a": 300_000, "b": 200_000}, 500_000, 500_000)


def test_heirs_owe_at_most_the_debt():
    claim = estate_claim(100_000, [Heir("a", 300_000), Heir("b", 200_000)], ON, LAW)
    assert (claim.limits, claim.most_fen, claim.lost_fen) == ({"a": 100_000, "b": 100_000}, 100_000, 0)


def test_who_renounced_owes_nothing_and_a_needy_heir_keeps_a_share():
    claim = estate_claim(1_000_000, [Heir("a", 300_000, renounced=True), Heir("b", 200_000, kept_fen=150_000)], ON, LAW)
    assert claim.limits == {"a": 0, "b": 50_000}


def test_without_heirs_nobody_owes():
    assert estate_claim(1_000_000, [], ON, LAW).lost_fen == 1_000_000


@pytest.mark.parametrize("heir", [Heir("a", -1), Heir("a", 100, kept_fen=101), Heir("a", 100, kept_fen=-1)])
def test_amounts_that_make_no_sense_are_refused(heir):
    with pytest.raises(ValueError, match="heir a"):
        estate_claim(1_000, [heir], ON, LAW)


@pytest.mark.behaviour("S164", part="that contact stops is the gate's, that penalty freezes the Book's")
@pytest.mark.parametrize(
    ("grounds", "owes"),
    [([], False), (["signed"], True), (["ratified"], True), (["daily_needs"], True), (["proven_joint_use"], True)],
)
def test_a_spouse_owes_only_on_a_ground(grounds, owes):
    assert spouse_owes(grounds, ON, LAW) is owes


def test_marriage_is_no_ground():
    with pytest.raises(ValueError, match="married; allowed: signed"):
        spouse_owes(["married"], ON, LAW)

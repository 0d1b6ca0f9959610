"""Money from the vehicle: ranks, ties, surplus and rest."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arrears.law.rules.collateral import Claim, distribute, is_registered, is_worth_selling, pro_rata, ranks
from arrears.law.values import load

LAW = load()
ON = dt.date(2026, 11, 25)
OFFICE = "vehicle_office"


def day(text):
    return dt.date.fromisoformat(text)


def mortgage(id_, fen, registered=None, registry=OFFICE, **more):
    return Claim(id_, fen, registered and day(registered), registry if registered else "", **more)


FIRST = mortgage("first", 7_000_000, "2024-03-01")
OURS = mortgage("ours", 3_767_500, "2025-06-10")


@pytest.mark.behaviour("S005")
def test_rank_comes_from_the_day_of_registration():
    assert ranks([OURS, FIRST], ON, LAW) == {"first": 1, "ours": 2}


@pytest.mark.behaviour("S005")
def test_unregistered_ranks_last():
    third = mortgage("third", 100, "2026-01-05")
    assert ranks([mortgage("ours", 3_767_500), FIRST, third], ON, LAW) == {"first": 1, "third": 2, "ours": 3}


@pytest.mark.behaviour("S006", part="that the screen says why is the desk's")
def test_a_filing_in_the_movables_register_is_no_registration():
    ours = mortgage("ours", 100, "2023-01-01", "movables_register")
    assert not is_registered(ours, ON, LAW)
    assert ranks([ours, FIRST], ON, LAW) == {"first": 1, "ours": 2}


def test_an_entry_of_a_later_day_does_not_bind_yet():
    assert is_registered(FIRST, day("2024-03-01"), LAW)
    assert not is_registered(FIRST, day("2024-02-29"), LAW)


@pytest.mark.behaviour("S106")
def test_the_second_lien_gets_what_the_first_leaves():
    # 100,000.00 - 4,000.00 = 96,000.00; - 70,000.00 = 26,000.00; 37,675.00 - 26,000.00 = 11,675.00
    shared = distribute(10_000_000, 400_000, [OURS, FIRST], ON, LAW)
    assert (shared.of("first").fen, shared.of("ours").fen, shared.owner_fen, shared.of("ours").rest_fen) == (
        7_000_000,
        2_600_000,
        0,
        1_167_500,
    )


@pytest.mark.behaviour("S107", part="the payment within its days is the desk's")
def test_the_surplus_is_the_owners():
    # 120,000.00 - 4,000.00 - 70,000.00 - 37,675.00 = 8,325.00
    shared = distribute(12_000_000, 400_000, [FIRST, OURS], ON, LAW)
    assert (shared.of("ours").fen, shared.of("ours").rest_fen, shared.owner_fen) == (3_767_500, 0, 832_500)


@pytest.mark.behaviour("S108", part="that nobody signs before is the desk's")
@pytest.mark.parametrize(("price_fen", "worth"), [(7_400_000, False), (7_400_001, True), (300_000, False)])
def test_a_sale_that_brings_us_nothing_is_advised_against(price_fen, worth):
    assert is_worth_selling("ours", price_fen, 400_000, [FIRST, OURS], ON, LAW) is worth


def test_costs_above_the_price_take_it_whole():
    shared = distribute(300_000, 400_000, [FIRST], ON, LAW)
    assert (shared.cost_fen, shared.cost_short_fen, shared.of("first").fen, shared.owner_fen) == (300_000, 100_000, 0, 0)


def test_registered_on_one_day_share_alike():
    other = mortgage("other", 3_500_000, "2024-03-01")
    shared = distribute(1_000, 0, [FIRST, other], ON, LAW)
    assert [(share.rank, share.fen) for share in shared.shares] == [(1, 667), (1, 333)]


def test_unregistered_ones_share_by_what_they_claim():
    shared = distribute(1_000, 0, [mortgage("a", 100), mortgage("b", 100), mortgage("c", 100)], ON, LAW)
    assert [share.fen for share in shared.shares] == [100, 100, 100]
    shared = distribute(100, 0, [mortgage("a", 100), mortgage("b", 100), mortgage("c", 100)], ON, LAW)
    assert [share.fen for share in shared.shares] == [34, 33, 33]


def test_a_repairer_comes_before_every_mortgage():
    garage = Claim("garage", 50_000, kind="repairers_lien")
    assert ranks([FIRST, OURS, garage], ON, LAW) == {"garage": 1, "first": 2, "ours": 3}


@pytest.mark.parametrize(("registered", "rank"), [("2025-06-20", 1), ("2025-06-21", 2)])
def test_a_mortgage_for_the_price_registered_in_ten_days_comes_first(registered, rank):
    price = mortgage("price", 100, registered, delivered_on=day("2025-06-10"))
    assert ranks([FIRST, price], ON, LAW)["price"] == rank


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param([FIRST, FIRST], id="twice"),
        pytest.param([mortgage("a", -1)], id="below_nothing"),
        pytest.param([Claim("a", 1, kind="pledge")], id="another_kind"),
    ],
)
def test_claims_that_make_no_sense_are_refused(claims):
    with pytest.raises(ValueError, match="an id stands once"):
        ranks(claims, ON, LAW)


def test_before_the_civil_code_no_order_is_made_up():
    with pytest.raises(TypeError, match=r"cn\.sec\.priority"):
        ranks([FIRST], day("2020-12-31"), LAW)


_CLAIMS = st.lists(
    st.builds(
        Claim,
        st.uuids().map(str),
        st.integers(0, 10**9),
        st.none() | st.dates(dt.date(2021, 1, 1), dt.date(2021, 1, 5)),
        st.sampled_from([OFFICE, "movables_register"]),
    ),
    max_size=6,
    unique_by=lambda claim: claim.id,
)


@settings(max_examples=200, deadline=None)
@given(price=st.integers(0, 10**9), cost=st.integers(0, 10**9), claims=_CLAIMS)
def test_every_fen_goes_somewhere_and_nobody_jumps_the_queue(price, cost, claims):
    shared = distribute(price, cost, claims, ON, LAW)
    assert shared.cost_fen + sum(share.fen for share in shared.shares) + shared.owner_fen == price
    assert all(share.fen >= 0 and share.rest_fen >= 0 for share in shared.shares)
    unpaid = [share.rank for share in shared.shares if share.rest_fen]
    assert all(share.fen == 0 for share in shared.shares if unpaid and share.rank > min(unpaid))
    assert shared.owner_fen == 0 or not unpaid


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=8).filter(any), st.integers(0, 10**12))
def test_shares_differ_from_their_exact_part_by_less_than_a_fen(weights, sum_fen):
    parts = pro_rata(sum_fen, weights)
    assert sum(parts) == sum_fen
    assert all(abs(part - Fraction(sum_fen * weight, sum(weights))) < 1 for part, weight in zip(parts, weights, strict=True))


def test_nothing_can_be_split_over_nothing():
    assert pro_rata(0, [0, 0]) == [0, 0]
    with pytest.raises(ValueError, match="split over nothing"):
        pro_rata(1, [0])

"""Who is paid from the vehicle: costs, liens by rank, the owner; what stays unsecured.

Source: cn.sec.attach, cn.sec.registry, cn.sec.priority, cn.sec.pledge, cn.sec.pmsi, cn.sec.surplus; S005, S006, S106-S108. Buyers
and creditors who beat an unregistered mortgage (cn.sec.unregistered) take the car out of this sum; a person finds that out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, auto
from itertools import groupby

from arrears.law.values import Law


class Group(IntEnum):
    """The groups of claims, first paid first: a repairer's lien, a mortgage for the price of the car, registered, unregistered."""

    LIEN = auto()
    PRICE = auto()
    REGISTERED = auto()
    UNREGISTERED = auto()


_REPAIRER = "repairers_lien"
_PRIORITY = ("registered_by_time", "unregistered_pro_rata")


@dataclass(frozen=True)
class Claim:
    """One claim that rests on the vehicle.

    Attributes
    ----------
    id : whose
    fen : how much
    registered_on : the day in the register; None: in none
    registry : where; only the register that the law names counts
    kind : mortgage, or repairers_lien
    delivered_on : for a mortgage that paid for the car, the day on which its buyer got it
    """

    id: str
    fen: int
    registered_on: dt.date | None = None
    registry: str = ""
    kind: str = "mortgage"
    delivered_on: dt.date | None = None


@dataclass(frozen=True)
class Share:
    """What one claim gets: its rank (1 is paid first, equal ranks share), the money, and the rest that stays unsecured."""

    id: str
    rank: int
    fen: int
    rest_fen: int


@dataclass(frozen=True)
class Distribution:
    """Where the price goes, to the fen; `cost_short_fen` is what the price did not cover of the costs."""

    cost_fen: int
    shares: tuple[Share, ...]
    owner_fen: int
    cost_short_fen: int

    def of(self, id_: str) -> Share:
        """Return the share of one claim; KeyError for one that is not there."""
        return {share.id: share for share in self.shares}[id_]


def is_registered(claim: Claim, on: dt.date, law: Law) -> bool:
    """Say whether a claim binds others by registration: in the register that the law names, on that day or before."""
    if claim.registered_on is None or claim.registered_on > on:
        return False
    # an entry made before the rule is judged by the rule's first value
    first = law.entry("cn.sec.registry").values[0].from_on or claim.registered_on
    return claim.registry == law.word_at("cn.sec.registry", max(claim.registered_on, first))


def ranks(claims: Sequence[Claim], on: dt.date, law: Law) -> dict[str, int]:
    """Return the rank of each claim, 1 first; claims that share alike have the same rank.

    Parameters
    ----------
    claims : all that rest on the vehicle
    on : the day asked
    law : the packs

    Returns
    -------
    Rank by id.

    Raises
    ------
    ValueError for an id that stands twice, a kind that is not known, an amount below 0; TypeError on a day whose law orders otherwise.
    """
    _check(claims)
    if law.words_at("cn.sec.priority", on) != _PRIORITY:
        raise TypeError(f"cn.sec.priority is {law.at('cn.sec.priority', on)!r} on {on}; this function knows only {_PRIORITY}")
    ordered = sorted(claims, key=lambda claim: _place(claim, on, law))
    out: dict[str, int] = {}
    for _, alike in groupby(ordered, key=lambda claim: _place(claim, on, law)):
        rank = len(out) + 1
        out |= {claim.id: rank for claim in alike}
    return out


def distribute(price_fen: int, cost_fen: int, claims: Sequence[Claim], on: dt.date, law: Law) -> Distribution:
    """Share the price of a vehicle out.

    Parameters
    ----------
    price_fen : what the sale brought
    cost_fen : what it cost; paid first
    claims : all that rest on the vehicle, ours among them
    on : the day of the sale
    law : the packs

    Returns
    -------
    The `Distribution`: costs, shares and the owner's part sum to the price.

    Raises
    ------
    ValueError as `ranks`, and for a price or cost below 0.
    """
    if min(price_fen, cost_fen) < 0:
        raise ValueError(f"price {price_fen} and costs {cost_fen} are at least 0 fen")
    cost = min(price_fen, cost_fen)
    left = price_fen - cost
    rank_of = ranks(claims, on, law)
    shares: list[Share] = []
    for rank in sorted(set(rank_of.values())):
        alike = [claim for claim in claims if rank_of[claim.id] == rank]
        paid = pro_rata(min(left, sum(claim.fen for claim in alike)), [claim.fen for claim in alike])
        shares += [Share(claim.id, rank, fen, claim.fen - fen) for claim, fen in zip(alike, paid, strict=True)]
        left -= sum(paid)
    if not law.flag_at("cn.sec.surplus", on):
        raise TypeError(f"cn.sec.surplus is false on {on}; this function gives the surplus to the owner")
    return Distribution(cost, tuple(shares), left, cost_fen - cost)


def is_worth_selling(id_: str, price_fen: int, cost_fen: int, claims: Sequence[Claim], on: dt.date, law: Law) -> bool:
    """Say whether a sale would bring one claim anything at all; where not, it is advised against before anyone signs (S108)."""
    return distribute(price_fen, cost_fen, claims, on, law).of(id_).fen > 0


def pro_rata(sum_fen: int, weights: Sequence[int]) -> list[int]:
    """Split a sum by weights to the fen: rounded down, then one fen each to the largest remainders, the earlier first.

    Parameters
    ----------
    sum_fen : at least 0
    weights : at least 0 each; where all are 0 the sum must be 0 too

    Returns
    -------
    Parts in the order of the weights that sum to `sum_fen`. ValueError where nothing can be split.
    """
    whole = sum(weights)
    if whole == 0:
        if sum_fen:
            raise ValueError(f"{sum_fen} fen cannot be split over nothing")
        return [0] * len(weights)
    parts = [sum_fen * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(sum_fen * weights[place] % whole), place))
    for place in by_remainder[: sum_fen - sum(parts)]:
        parts[place] += 1
    return parts


def _check(claims: Sequence[Claim]) -> None:
    ids = [claim.id for claim in claims]
    for claim in claims:
        if ids.count(claim.id) > 1 or claim.fen < 0 or claim.kind not in ("mortgage", _REPAIRER):
            raise ValueError(f"claim {claim.id}: an id stands once, an amount is at least 0 fen, a kind is mortgage or {_REPAIRER}")


def _place(claim: Claim, on: dt.date, law: Law) -> tuple[Group, dt.date]:
    """The group and, inside it, the day that sorts; equal places share."""
    if claim.kind == _REPAIRER and _REPAIRER in law.words_at("cn.sec.pledge", on):
        return Group.LIEN, dt.date.min
    if not is_registered(claim, on, law) or claim.registered_on is None:
        return Group.UNREGISTERED, dt.date.min
    if claim.delivered_on is not None:
        within = dt.timedelta(days=law.whole_at("cn.sec.pmsi", on))
        if claim.registered_on <= claim.delivered_on + within:
            return Group.PRICE, claim.registered_on
    return Group.REGISTERED, claim.registered_on

"""Who else owes, and how much at most: heirs and the spouse. Source: cn.estate.limit, cn.spouse.debt; S164."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from arrears.law.values import Law


@dataclass(frozen=True)
class Heir:
    """One heir: what they received, whether they renounced, and the share that must stay with them (a person says how much)."""

    id: str
    received_fen: int
    renounced: bool = False
    kept_fen: int = 0


@dataclass(frozen=True)
class EstateClaim:
    """What may be asked of the heirs: of each at most, and of all together; `lost_fen` is what nobody owes."""

    limits: dict[str, int]
    most_fen: int
    lost_fen: int


def estate_claim(debt_fen: int, heirs: Sequence[Heir], on: dt.date, law: Law) -> EstateClaim:
    """Return how much of a dead person's debt may be asked of whom.

    Parameters
    ----------
    debt_fen : what was owed
    heirs : everybody who inherits
    on : the day of the ask
    law : the packs

    Returns
    -------
    The limits; nobody owes more than they received, and nothing at all who renounced.

    Raises
    ------
    ValueError for a negative amount or a kept share above what was received.
    """
    limit = law.word_at("cn.estate.limit", on)
    if limit != "value_received":
        raise TypeError(f"cn.estate.limit is {limit} on {on}; this function knows only value_received")
    limits = {}
    for heir in heirs:
        if min(debt_fen, heir.received_fen, heir.kept_fen) < 0 or heir.kept_fen > heir.received_fen:
            raise ValueError(f"heir {heir.id}: amounts are at least 0, and the kept share is at most what was received")
        free = heir.renounced and law.flag_at("cn.estate.limit.renounced", on)
        kept = heir.kept_fen if law.flag_at("cn.estate.limit.needy", on) else 0
        limits[heir.id] = 0 if free else min(debt_fen, heir.received_fen - kept)
    most = min(debt_fen, sum(limits.values()))
    return EstateClaim(limits, most, debt_fen - most)


def spouse_owes(grounds: Collection[str], on: dt.date, law: Law) -> bool:
    """Say whether a spouse owes the debt: only on a ground that the law names and a person recorded with its proof.

    Parameters
    ----------
    grounds : what was recorded, in the words of cn.spouse.debt; nothing recorded means that the spouse does not owe
    on : the day of the ask
    law : the packs

    Returns
    -------
    True or False.

    Raises
    ------
    ValueError for a ground that the law does not name.
    """
    known = law.words_at("cn.spouse.debt", on)
    unknown = sorted(set(grounds) - set(known))
    if unknown:
        raise ValueError(f"no ground for a spouse's debt: {', '.join(unknown)}; allowed: {', '.join(known)}")
    return bool(grounds)

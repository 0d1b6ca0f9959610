"""Where our security stands among the liens on a car, and which facts about it are missing.

Source: Civil Code 414 (registered liens by time of registration, before those that are not registered), cn.sec.registry (a
vehicle lien is registered at the vehicle office; a filing elsewhere is none); S004, S005, S006.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

# what a lien's `registry` may say: registered at the vehicle office (the default), filed elsewhere, or nowhere
ELSEWHERE = ("中登网", "movables")
NOWHERE = ("none", "未登记")


@dataclass(frozen=True)
class Rank:
    """Our place among the liens.

    Attributes
    ----------
    place : 1 = before all others; None where a fact that decides it is missing
    registered : is ours registered at the vehicle office
    missing : facts to be found out: ours, registration, senior, senior_registration, claim, claim_on
    """

    place: int | None
    registered: bool
    missing: tuple[str, ...]


def rank(liens: Sequence[Mapping[str, Any]]) -> Rank:
    """Rank our lien from the registrations; a rank that somebody wrote down decides nothing."""
    ours = next((lien for lien in liens if lien.get("ours")), None)
    others = [lien for lien in liens if not lien.get("ours")]
    missing = [] if ours else ["ours"]
    unknown = ours is not None and not ours.get("registered_on") and not _unregistered(ours)
    if unknown:
        missing.append("registration")
    if not others and not (ours and ours.get("rank") == 1):
        missing.append("senior")
    if any(not lien.get("registered_on") and not _unregistered(lien) for lien in others):
        missing.append("senior_registration")
    missing += [key.removesuffix("_fen") for key in ("claim_fen", "claim_on") if any(lien.get(key) in (None, "") for lien in others)]
    if ours is None or unknown or "senior_registration" in missing or "senior" in missing:
        return Rank(None, False, tuple(missing))
    if _unregistered(ours):
        return Rank(1 + len(others), False, tuple(missing))
    # of two liens registered on one day ours is taken to be the later: nobody relies on a better place than is proved
    before = sum(not _unregistered(lien) and lien["registered_on"] <= ours["registered_on"] for lien in others)
    return Rank(1 + before, True, tuple(missing))


def _unregistered(lien: Mapping[str, Any]) -> bool:
    return lien.get("registry") in (*ELSEWHERE, *NOWHERE)


def columns(liens: pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    """The columns lien_rank and lien_missing of JSON lists of liens; each distinct text is ranked once."""
    texts = liens.to_pylist()
    ranks = {text: rank(json.loads(text or "[]")) for text in dict.fromkeys(texts)}
    places = pa.array([ranks[text].place for text in texts], pa.int32())
    return places, pa.array(["+".join(ranks[text].missing) for text in texts], pa.string())

"""What people say and what is told about them: promises, refusals, demands, illness, complaints, disputes, deaths."""

from __future__ import annotations

import numpy as np

from arrears.sample import moods
from arrears.sample.choice import Decision
from arrears.sample.dates import Ints
from arrears.sample.diary import NONE
from arrears.sample.life import Life, Month
from arrears.sample.rates import CURRENT, LATE60
from arrears.sample.terms import Mask

_PROMISES, _EMPTY_PROMISES, _CONFIRMED = 0.25, 0.15, 0.4
_DECLINES, _REFUSES_MAIL, _EXCUSED = 0.35, 0.10, 0.08
_CALLS_IN, _DEMANDS, _SICK_LEAVE, _COMPLAINS, _DISPUTES = 0.12, 0.12, 0.2, 0.006, 0.002
_STOPS = "penalty+clock+contact"


def speak(life: Life, month: Month, who: Ints, made: Decision, first_on: Ints) -> None:
    """Write what is said in a month, by and about the loans `who`; first_on : day of the first payment, or NONE."""
    late = (life.bucket[who] > CURRENT) & ~made.charged_off & ~made.prepaid
    _promise(life, month, who, late, first_on)
    _refuse(life, month, who, late)
    _hold(life, month, who, late, made)


def _some(life: Life, mask: Mask, chance: float) -> Ints:
    return np.flatnonzero(mask & (life.rng.random(len(mask)) < chance))


def _staff(life: Life, n: int) -> dict[str, Ints]:
    """A collector who asks and a lead who approves."""
    asks, leads = life.diary.codes([f"K{i:03d}" for i in range(1, 41)]), life.diary.codes([f"TL{i:03d}" for i in range(1, 9)])
    return {"asker": asks[life.rng.integers(0, len(asks), n)], "approver": leads[life.rng.integers(0, len(leads), n)]}


def _promise(life: Life, month: Month, who: Ints, late: Mask, first_on: Ints) -> None:
    """Promises that are kept, in part or in full, and some that are not; a person confirms that those count."""
    rng, numbers = life.rng, life.loans.number
    paid = first_on != NONE
    at = _some(life, late & paid & (first_on > month.first), _PROMISES)
    amount = life.rows.total[np.maximum(life.at[who] - 1, life.rows.start[who])]
    made_on = np.maximum(first_on[at] - rng.integers(1, 6, len(at)), month.first)
    until = first_on[at] + rng.integers(0, 2, len(at))
    life.diary.write("promise_made", numbers[who[at]], made_on, amount=amount[at], until=until, asker="K001")
    at = _some(life, late & ~paid, _EMPTY_PROMISES)
    made_on = month.first + rng.integers(0, 18, len(at))
    until = made_on + rng.integers(2, 7, len(at))
    life.diary.write("promise_made", numbers[who[at]], made_on, amount=amount[at], until=until, asker="K002")
    told = np.flatnonzero(rng.random(len(at)) < _CONFIRMED)
    judged = until[told] + 1
    life.diary.write(
        "promise_evidence_confirmed", numbers[who[at[told]]], judged + rng.integers(0, 3, len(told)), until=judged,
        **_staff(life, len(told)),
    )  # fmt: skip


def _refuse(life: Life, month: Month, who: Ints, late: Mask) -> None:
    """Declined calls and refused letters of those who evade; calls of those who do not; demands that arrived."""
    rng, numbers = life.rng, life.loans.number
    evades = late & (life.mood[who] == moods.EVADES)
    for kind, chance in (("contact_declined", _DECLINES), ("contact_declined", _DECLINES), ("mail_refused", _REFUSES_MAIL)):
        at = _some(life, evades, chance)
        day = rng.integers(month.first + 3, month.last + 1, len(at))
        refused = life.diary.write(kind, numbers[who[at]], day, until=day - rng.integers(0, 3, len(at)), **_staff(life, len(at)))
        excused = np.flatnonzero(rng.random(len(at)) < _EXCUSED)
        life.diary.write(
            "evidence_excused", numbers[who[at[excused]]], day[excused] + 3, refers=refused[excused], reason="in hospital that day",
            **_staff(life, len(excused)),
        )  # fmt: skip
    at = _some(life, late & np.isin(life.mood[who], (moods.SHORT, moods.ILL, moods.OUT_OF_WORK, moods.RECOVERS)), _CALLS_IN)
    life.diary.write("borrower_contacted", numbers[who[at]], rng.integers(month.first, month.last + 1, len(at)), channel="phone")
    at = _some(life, late & (life.bucket[who] >= LATE60), _DEMANDS)
    life.diary.write("demand_delivered", numbers[who[at]], rng.integers(month.first, month.last + 1, len(at)), subject="letter")


def _hold(life: Life, month: Month, who: Ints, late: Mask, made: Decision) -> None:
    """Illness, complaints, disputes and deaths stop contact, penalty and clock for a while."""
    mood = life.mood[who]
    dead = (mood == moods.DEAD) & ~life.mourned[who] & ~made.charged_off & ~made.prepaid
    life.mourned[who[dead]] = True
    _open(life, month, who[dead], f"{_STOPS}+plan_break", "bereavement", (60, 120), open_end=True)
    _open(life, month, who[_some(life, late & (mood == moods.ILL), _SICK_LEAVE)], _STOPS, "illness", (8, 35))
    _open(life, month, who[_some(life, late, _COMPLAINS)], _STOPS, "complaint", (5, 30), open_end=True)
    _open(life, month, who[_some(life, late, _DISPUTES)], _STOPS, "dispute", (6, 20), open_end=True)


def _open(life: Life, month: Month, loan: Ints, stops: str, reason: str, lasts: tuple[int, int], open_end: bool = False) -> None:
    """Open a hold for some loans and end it later: illness by its own last day or before, others by the office."""
    rng, n, numbers = life.rng, len(loan), life.loans.number[loan]
    day = rng.integers(month.first, month.last + 1, n)
    holds = life.diary.codes([f"{reason}-{life.diary.serial + place}" for place in range(n)])
    until = np.full(n, NONE) if open_end else day + lasts[1]
    life.diary.write("hold_opened", numbers, day, subject=holds, stops=stops, until=until, reason=reason, asker="H001")
    ended = np.flatnonzero(rng.random(n) < 0.8)
    last = day[ended] + rng.integers(lasts[0], lasts[1], len(ended))
    life.diary.write("hold_ended", numbers[ended], last, subject=holds[ended], asker="H001")

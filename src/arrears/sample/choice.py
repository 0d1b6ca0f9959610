"""Who pays what in a month: the published rates say how many loans of each bucket go where, the scores say which.

A loan can only go where its due days let it: with two instalments unpaid it may pay two, one or none, and each leaves another
number of days past due at the month's end. `left_by` works that out; `choose` fills the places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from arrears.sample.dates import Ints
from arrears.sample.rates import CHARGED_OFF, CURRENT, LATE, LATE30, LATE90, PAID_OFF, PUBLISHED, buckets
from arrears.sample.terms import Floats, Mask

MOST_LEFT = 6  # instalments left unpaid that are told apart
SLIPS, OPEN = -1, -2  # goals beside the buckets: unpaid on its due day at the month's end; not decided yet
PAYS_A_ROW = 0.15  # of the loans that stay at 90+
# No rates are published from 90+: our own, so that one in seven is charged off a month and few come back.
_FROM_90 = [6.0, 2.5, 2.5, 4.0, 69.0, 15.0, 1.0]
TARGETS = np.vstack([PUBLISHED, _FROM_90]) / 100.0


@dataclass
class Decision:
    """What each open loan does: `pays` rows are paid in the month; charged off and paid off early are marked apart."""

    pays: Ints
    charged_off: Mask
    prepaid: Mask


def left_by(due: Ints, at: Ints, upto: Ints, last: int) -> Ints:
    """Bucket of each loan on day `last` if its latest 0, 1, ... MOST_LEFT rows due by then stay unpaid (more than it owes: all).

    Parameters
    ----------
    due : due days, flat; at, upto : first unpaid place and the place after the last one due, one a loan
    """
    columns = [np.zeros(len(at), dtype=np.int64)]
    for left in range(1, MOST_LEFT + 1):
        oldest = np.minimum(np.maximum(upto - left, at), len(due) - 1)
        columns.append(np.where(upto > at, buckets(np.maximum(last - due[oldest], 0)), CURRENT))
    return np.stack(columns, axis=1)


def choose(rng: np.random.Generator, bucket: Ints, owed: Ints, leaves: Ints, score: Floats, simple: Mask, ends: Mask) -> Decision:
    """Decide for every loan.

    Parameters
    ----------
    bucket : at the end of the month before; owed : rows due by the end of this one and unpaid; leaves : of `left_by`
    score : low pays less; simple : may be paid off early; ends : the last row is among those owed
    """
    n = len(bucket)
    left = np.zeros(n, dtype=np.int64)
    off, early = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    worst = leaves[np.arange(n), np.minimum(owed, MOST_LEFT)]
    for source in range(CURRENT, LATE90 + 1):
        pool = np.flatnonzero(bucket == source)
        pool = pool[np.argsort(score[pool], kind="stable")]  # the weakest first
        places = _places(rng, TARGETS[source] * len(pool))
        off[pool[: places[CHARGED_OFF]]] = True
        pool = pool[places[CHARGED_OFF] :]
        goal = _miss(owed[pool], worst[pool], places) if source == CURRENT else _fall_behind(leaves[pool], places)
        paid = int(places[PAID_OFF]) - int((ends[pool] & (goal == CURRENT)).sum())
        early[pool[np.flatnonzero(simple[pool] & (goal == CURRENT))[::-1][: max(paid, 0)]]] = True
        left[pool] = _left(goal, owed[pool], leaves[pool], rng.random(len(pool)))
    return Decision(pays=np.where(off, 0, np.maximum(owed - left, 0)), charged_off=off, prepaid=early)


def _places(rng: np.random.Generator, wanted: Floats) -> Ints:
    """Whole numbers of loans; what is left over is drawn, so that small samples keep the rates on average."""
    return np.floor(wanted + rng.random(len(wanted))).astype(np.int64)


def _miss(owed: Ints, worst: Ints, places: Ints) -> Ints:
    """The goals of current loans: the weakest that can miss do. Most become 1-29, those due on a month's first day 30-59."""
    goal = np.full(len(owed), CURRENT)
    for target in (LATE, LATE30):
        able = np.flatnonzero((worst == target) & (owed > 0))
        goal[able[: places[target]]] = target
    # due on the month's last day: unpaid, but not late before the next month; left to chance of the same size
    able = np.flatnonzero((worst == CURRENT) & (owed > 0))
    goal[able[: int(len(able) * TARGETS[CURRENT, LATE])]] = SLIPS
    return goal


def _fall_behind(leaves: Ints, places: Ints) -> Ints:
    """The goals of late loans: the strongest come back, the weakest fall further, each where its due days let it go."""
    can = np.stack([(leaves == target).any(axis=1) for target in range(LATE90 + 1)], axis=1)
    lowest = LATE90 - can[:, ::-1].argmax(axis=1)
    goal = np.full(len(leaves), OPEN)
    room = places[: LATE90 + 1].copy()
    room[CURRENT] += places[PAID_OFF]  # who pays all of it has caught up first
    # without a due day in the month a loan comes back or falls, nothing between: it has twice the chance of coming back
    narrow = np.flatnonzero(can.sum(axis=1) <= 2)
    falls = len(narrow) - round(len(narrow) * min(1.0, 2 * int(room[CURRENT]) / max(int(room.sum()), 1)))
    goal[narrow[:falls]] = lowest[narrow[:falls]]
    goal[narrow[falls:]] = CURRENT
    room -= np.bincount(goal[narrow], minlength=LATE90 + 1)
    for target in range(LATE90 + 1):
        free = np.flatnonzero((goal == OPEN) & can[:, target])[::-1]  # the strongest first
        goal[free[: max(int(room[target]), 0)]] = target
    rest = goal == OPEN  # no place left: most stay a month behind
    goal[rest] = np.where(can[rest, LATE], LATE, lowest[rest])
    return goal


def _left(goal: Ints, owed: Ints, leaves: Ints, luck: Floats) -> Ints:
    """Rows left unpaid for each goal: as many as still end in it; of those far behind a few pay a row all the same."""
    left = np.zeros(len(goal), dtype=np.int64)
    for count in range(1, MOST_LEFT + 1):
        fits = (goal > CURRENT) & (leaves[:, count] == goal) & (owed >= count)
        left[fits] = count
    nothing = (goal == LATE90) & (luck > PAYS_A_ROW)
    left[nothing] = owed[nothing]
    return np.where(goal == SLIPS, np.minimum(1, owed), left)

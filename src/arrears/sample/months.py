"""Month after month of the borrowers' lives: who owes what, who pays, what else happens; written into the diary.

The months before the opening are lived in silence, so that the loans are boarded as they would then stand; after it each
month writes its events. `choice` decides who pays, `paying` when and how, `acts` what people sign, `happenings` what they say.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from arrears.sample import acts, happenings, moods, paying
from arrears.sample.choice import choose, left_by
from arrears.sample.dates import first_and_last
from arrears.sample.life import CHARGED_OFF as CHARGED
from arrears.sample.life import COMING, OPEN, PAID_OFF, Life, Month, advance
from arrears.sample.rates import CHARGED_OFF as WRITTEN_OFF
from arrears.sample.rates import LATE90, buckets
from arrears.sample.rates import PAID_OFF as ENDED
from arrears.sample.terms import SIMPLE


def live(life: Life, number: int, told: bool) -> None:
    """Live through month `number`; `told`: it is after the opening and written down."""
    month = Month(*first_and_last(number))
    advance(life, month.last)
    there = life.status == OPEN
    if told:
        there &= life.loans.opened < month.first
    there[list(life.broken)] = False
    life.mood = moods.next_state(life.rng, life.kind, life.mood)
    life.score = moods.score(life.rng, life.kind, life.mood)
    if told:
        acts.before(life, month, there)
    who = np.flatnonzero(there)
    # who is bound by an agreement keeps it, and who has paid already need not pay
    bound = life.planned[who] | life.twice[who]
    score = np.where(bound, np.inf, life.score[who])
    leaves = left_by(life.rows.due, life.at[who], life.upto[who], month.last)
    leaves[life.called[who]] = LATE90
    ends = life.upto[who] == life.rows.stop[who]
    simple = (life.loans.method[who] == SIMPLE) & ~life.called[who] if told else np.zeros(len(who), dtype=np.bool_)
    made = choose(life.rng, life.bucket[who], life.upto[who] - life.at[who], leaves, score, simple, ends)
    made.pays[life.called[who]] = 0
    if told:
        acts.sign(life, month, who, made)
        first_on = paying.pay(life, month, who, made)
        acts.call_in(life, month, who, made)
        happenings.speak(life, month, who, made, first_on)
        acts.charge_off(life, month, who[made.charged_off])
        acts.forget(life, month)
    else:
        paying.quietly(life, who, made)
    _end(life, month)


def stood(life: Life) -> npt.NDArray[np.int8]:
    """Where each loan stands at the end of the month lived last, as a place in `rates.TO`; -1 before it is signed."""
    place = np.select([life.status == OPEN, life.status == PAID_OFF, life.status == CHARGED], [life.bucket, ENDED, WRITTEN_OFF], -1)
    return place.astype(np.int8)


def _end(life: Life, month: Month) -> None:
    """The end of a month: days past due, who is done, who is new."""
    late = life.at < life.upto
    oldest = life.rows.due[np.minimum(life.at, len(life.rows.due) - 1)]
    life.bucket = np.where(late, buckets(np.maximum(month.last - oldest, 0)), 0)
    life.bucket[life.called] = LATE90
    life.status[(life.status == OPEN) & (life.at >= life.rows.stop) & ~life.called] = PAID_OFF
    life.status[(life.status == COMING) & (life.loans.opened <= month.last)] = OPEN

"""When the time to sue for a debt ends: restarts, suspension, the longest time, and what counts after the end.

Source: cn.lim.years, cn.lim.years.longest, cn.lim.interrupt, cn.lim.suspend, cn.lim.effect.waiver; S101. A close reckons the
plain period with its restarts for every loan (`limitation_end_on`); obstacles and waivers are events of one matter and stand here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from arrears.kernel.days import add_months
from arrears.law.values import Law


@dataclass(frozen=True)
class Restart:
    """Something that starts the period anew.

    `kind` is a word of cn.lim.interrupt (a demand that arrived, a part payment, ...) or of cn.lim.effect.waiver; `on` the day on
    which it happened, of a suit the day on which it ended.
    """

    kind: str
    on: dt.date


@dataclass(frozen=True)
class Obstacle:
    """Something the statute names that kept the creditor from acting, first and last day included; None: it goes on."""

    from_on: dt.date
    to_on: dt.date | None


def period_end(from_on: dt.date, months: int) -> dt.date:
    """Return the last day of a period of months: the same date, or the last of its month where there is none."""
    return add_months(from_on, months)


def limitation_end(last_due_on: dt.date, law: Law, restarts: Sequence[Restart] = (), obstacles: Sequence[Obstacle] = ()) -> dt.date | None:
    """Return the last day on which the debt can be sued for without meeting the defence of time.

    Parameters
    ----------
    last_due_on : due date of the last instalment, or of the called-in claim
    law : the rule of each event's day counts; before the first rule, its first value
    restarts : in any order; one after the end counts only when it gives the defence up
    obstacles : in any order

    Returns
    -------
    The day; None while an obstacle in the last months goes on, so that no end is known.

    Raises
    ------
    ValueError for a kind of restart that the law does not name.
    """
    longest = period_end(last_due_on, 12 * _first_known(law, "cn.lim.years.longest", last_due_on))
    end = _suspended(_years_later(law, last_due_on), obstacles, law)
    for each in sorted(restarts, key=lambda restart: restart.on):
        if _counts(law, each, open_=end is None or each.on <= end):
            end = _suspended(_years_later(law, each.on), obstacles, law)
    return None if end is None else min(end, longest)


def _counts(law: Law, restart: Restart, open_: bool) -> bool:
    restarts, waivers = (law.words_at(rule, _known_day(law, rule, restart.on)) for rule in ("cn.lim.interrupt", "cn.lim.effect.waiver"))
    if restart.kind not in restarts + waivers:
        allowed = ", ".join(sorted({*restarts, *waivers}))
        raise ValueError(f"{restart.kind!r} on {restart.on} restarts no limitation; allowed: {allowed}")
    # consent in writing is consent before the end as well
    return open_ or restart.kind in waivers


def _suspended(end: dt.date, obstacles: Sequence[Obstacle], law: Law) -> dt.date | None:
    for each in sorted(obstacles, key=lambda obstacle: obstacle.from_on):
        months = _first_known(law, "cn.lim.suspend", each.from_on)
        if each.from_on > end or (each.to_on is not None and each.to_on <= period_end(end, -months)):
            continue
        if each.to_on is None:
            return None
        end = max(end, period_end(each.to_on, months))
    return end


def _years_later(law: Law, day: dt.date) -> dt.date:
    return period_end(day, 12 * _first_known(law, "cn.lim.years", day))


def _first_known(law: Law, rule: str, day: dt.date) -> int:
    return law.whole_at(rule, _known_day(law, rule, day))


def _known_day(law: Law, rule: str, day: dt.date) -> dt.date:
    """The day itself, or the rule's first one where it came later."""
    return max(day, law.entry(rule).values[0].from_on or day)

"""What borrower and lender sign: plans, deferrals, extensions, other due days, new terms; and how it ends: called in, written off.

Such acts are few, so they go loan by loan. Each rewrites the rows of its loan as the Book will, so that later months pay what
is then due.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from arrears.sample.choice import Decision
from arrears.sample.dates import Ints, days_in, months_of
from arrears.sample.life import CHARGED_OFF, Life, Month, advance, summed
from arrears.sample.paying import penalty_of
from arrears.sample.rates import CURRENT, LATE30, LATE90
from arrears.sample.terms import BULLET, SIMPLE, Mask

_PLAN, _BROKEN_PLAN, _DEFERRAL = 0.14, 0.04, 0.14  # of those who come back from 30 days and more
_EXTENDS, _MOVES, _RENEWS = 0.0008, 0.0012, 0.0004  # of the current loans, a month
_CALLED = 0.10  # of the loans at 90 days and more, a month
_SOLD, _REPAYS, _COSTS = 0.5, 0.4, 0.45  # of the loans charged off

NewRows = tuple[Ints, Ints, Ints, Ints]  # due, interest, principal, free


def _rewrite(life: Life, loans: list[int], new: list[NewRows]) -> None:
    """Put the rows of some loans behind all others, as they are from now on."""
    if not loans:
        return
    rows, start = life.rows, len(life.rows.due)
    for name, part in zip(("due", "interest", "principal", "free"), range(4), strict=True):
        kept = getattr(rows, name)
        setattr(rows, name, np.concatenate([kept, *(each[part].astype(kept.dtype) for each in new)]))
    lengths = np.array([len(each[0]) for each in new])
    stops = start + np.cumsum(lengths)
    at = np.array(loans)
    rows.start[at], rows.stop[at] = stops - lengths, stops
    life.at[at] = life.upto[at] = stops - lengths
    life.plan_end[at] = 0
    life.before = summed(rows)


def _rest(life: Life, loan: int, place: int | None = None) -> NewRows:
    """The rows of a loan from a place on."""
    part = slice(int(life.at[loan]) if place is None else place, int(life.rows.stop[loan]))
    return life.rows.due[part], life.rows.interest[part], life.rows.principal[part], life.rows.free[part].astype(np.int64)


def _each(rows: NewRows, change: Callable[[Ints], Ints]) -> NewRows:
    """The same change to each column."""
    due, interest, principal, free = rows
    return change(due), change(interest), change(principal), change(free)


def before(life: Life, month: Month, there: Mask) -> None:
    """Acts of loans that are not late, in the first days of a month: nothing of theirs is due before the day."""
    rng, rows = life.rng, life.rows
    day = month.first + 2
    at = np.minimum(life.at, len(rows.due) - 1)
    able = there & (life.at < rows.stop) & (life.bucket == CURRENT) & (rows.due[at] >= day) & (life.part == 0) & (life.penalty == 0)
    able &= ~life.planned & ~life.twice & ~life.called & ~np.isin(life.loans.method, (SIMPLE, BULLET)) & (life.loans.step == 1)
    able &= rows.stop - life.at >= 3
    luck = rng.random(len(able))
    edges = np.cumsum([_EXTENDS, _MOVES, _RENEWS])
    changed: list[int] = np.flatnonzero(able & (luck < edges[2])).tolist()
    new: list[NewRows] = []
    for loan in changed:
        number = life.loans.number[[loan]]
        if luck[loan] < edges[0]:
            count = int(rng.integers(1, 4))
            life.diary.write("term_extended", number, np.array([day]), count=count, asker="H001", approver="TL001", reason="hardship")
            due, interest, principal, free = _rest(life, loan)
            own = due - days_in(months_of(due), np.ones(len(due), dtype=np.int64)) + 1
            ends = due == days_in(months_of(due), np.full(len(due), 31))
            moved = days_in(months_of(due) + count, np.where(ends, life.loans.due_day[loan], own))
            new.append((moved, interest, principal, free))
        elif luck[loan] < edges[1]:
            days = int(rng.integers(3, 16))
            life.diary.write("due_date_changed", number, np.array([day]), days=days, asker="K001", approver="TL002", reason="pay day moved")
            due, interest, principal, free = _rest(life, loan)
            new.append((due + days, interest, principal, free))
        else:
            new.append(_renew(life, loan, day))
    _rewrite(life, changed, new)
    advance(life, month.last)


def _renew(life: Life, loan: int, day: int) -> NewRows:
    """New terms: what is left in more and smaller instalments, at the contract's rate."""
    due, _, principal, _ = _rest(life, loan)
    count, first = len(due) + int(life.rng.integers(3, 13)), int(due[0])
    one = np.array([first])
    life.diary.write(
        "agreement_signed", life.loans.number[[loan]], np.array([day]), subject="restructure", count=count, first_due=one, asker="H001",
        approver="TL003", reason="less income",
    )  # fmt: skip
    day_of_month = first - int(days_in(months_of(one), np.array([1]))[0]) + 1
    made = life.make(
        pa.table(
            {
                "loan_id": ["R"],
                "method": ["equal_instalment"],
                "day_count": ["30/360"],
                "principal_fen": [int(principal.sum())],
                "rate_ppm": [int(life.loans.rate_ppm[loan])],
                "term_count": pa.array([count], pa.int32()),
                "step_months": pa.array([1], pa.int32()),
                "disbursed_on": pa.array([first], pa.int32()).cast(pa.date32()),
                "first_due_on": pa.array([first], pa.int32()).cast(pa.date32()),
                "due_day": pa.array([day_of_month], pa.int32()),
            }
        )
    )
    due_on = made["due_on"].cast(pa.int32()).to_numpy().astype(np.int64)
    return due_on, made["interest_fen"].to_numpy(), made["principal_fen"].to_numpy(), np.zeros(count, dtype=np.int64)


def sign(life: Life, month: Month, who: Ints, made: Decision) -> None:
    """Of those who come back from 30 days and more, some do it by an agreement: what is overdue goes into parts or to the end.

    They pay nothing else this month; `made.pays` says so.
    """
    rows = life.rows
    owed = life.upto[who] - life.at[who]
    back = (life.bucket[who] >= LATE30) & (made.pays == owed) & (owed > 0) & ~made.charged_off & ~made.prepaid
    back &= (life.part[who] == 0) & ~life.called[who] & ~life.planned[who] & ~np.isin(life.loans.method[who], (SIMPLE, BULLET))
    back &= (life.loans.step[who] == 1) & (rows.stop[who] - life.upto[who] >= 3)
    back &= rows.due[np.maximum(life.upto[who] - 1, 0)] < month.last
    luck = life.rng.random(len(who))
    edges = np.cumsum([_PLAN, _BROKEN_PLAN, _DEFERRAL])
    changed: list[int] = []
    new: list[NewRows] = []
    kept: list[tuple[int, int]] = []
    forgotten: list[tuple[int, tuple[int, int]]] = []
    for place in np.flatnonzero(back & (luck < edges[2])).tolist():
        loan = int(who[place])
        day = int(life.rng.integers(int(rows.due[life.upto[loan] - 1]) + 1, month.last + 1))
        made.pays[place] = 0
        changed.append(loan)
        if luck[place] < edges[1]:
            new.append(_plan(life, loan, day))
            if luck[place] >= edges[0]:
                forgotten.append((loan, (int(life.at[loan]), int(rows.stop[loan]))))
            else:
                kept.append((loan, int(np.flatnonzero(new[-1][3])[-1]) + 1))
        else:
            new.append(_defer(life, loan, day))
    _rewrite(life, changed, new)
    life.broken |= dict(forgotten)
    for loan, length in kept:
        life.plan_end[loan] = life.rows.start[loan] + length


def _plan(life: Life, loan: int, day: int) -> NewRows:
    """The overdue rows in equal parts beside the coming instalments, from the next due day on."""
    first, stop = int(life.at[loan]), int(life.upto[loan])
    total, count = int(life.before[stop] - life.before[first]), int(life.rng.integers(3, 7))
    due, interest, principal, free = _rest(life, loan, stop)
    part_due = days_in(months_of(due[:1]) + np.arange(count), np.repeat(due[:1] - days_in(months_of(due[:1]), np.array([1])) + 1, count))
    part = np.full(count, total // count)
    part[-1] = total - part[:-1].sum()
    life.diary.write(
        "agreement_signed", life.loans.number[[loan]], np.array([day]), subject="arrears_plan", count=count, first_due=due[:1],
        asker="H001", approver="TL001", reason="arrears in parts",
    )  # fmt: skip
    all_due = np.concatenate([due, part_due])
    order = np.argsort(all_due, kind="stable")  # a contract instalment before a part of the same day
    none, ones = np.zeros(count, dtype=np.int64), np.ones(count, dtype=np.int64)
    whole = (all_due, np.concatenate([interest, none]), np.concatenate([principal, part]), np.concatenate([free, ones]))
    return _each(whole, lambda part: part[order])


def _defer(life: Life, loan: int, day: int) -> NewRows:
    """The overdue rows behind the last one, a month apart; the penalty they bore stays owed."""
    first, stop = int(life.at[loan]), int(life.upto[loan])
    places = np.arange(first, stop)
    life.penalty[loan] += int(penalty_of(life, np.full(len(places), loan), places, np.full(len(places), day)).sum())
    moves = len(places)
    due, interest, principal, free = _each(_rest(life, loan, first), lambda part: np.concatenate([part[moves:], part[:moves]]))
    last = due[-moves - 1 :][:1]
    wished = np.repeat(life.loans.due_day[[loan]], len(places))
    moved = days_in(months_of(last) + np.arange(1, len(places) + 1), wished)
    life.diary.write(
        "instalments_deferred", life.loans.number[[loan]], np.array([day]), count=len(places), asker="H001", approver="TL002",
        reason="hardship, income returns",
    )  # fmt: skip
    return np.concatenate([due[:-moves], moved]), interest, principal, free


def forget(life: Life, month: Month) -> None:
    """Plans that nobody kept: the arrears are back at their own due days."""
    for loan, (first, stop) in list(life.broken.items()):
        if life.rows.due[life.rows.start[loan]] <= month.last - 10:
            life.at[loan] = life.upto[loan] = life.rows.start[loan] = first
            life.rows.stop[loan] = stop
            del life.broken[loan]
    advance(life, month.last)


def call_in(life: Life, month: Month, who: Ints, made: Decision) -> None:
    """Some loans at 90 days and more are called in: all that is left falls due when the notice arrives."""
    able = (life.bucket[who] == LATE90) & (made.pays == 0) & ~made.charged_off & ~life.called[who] & (life.status[who] == 0)
    able &= (life.upto[who] - life.at[who] >= 3) & (life.rows.stop[who] > life.upto[who])
    chosen = who[able & (life.rng.random(len(who)) < _CALLED)]
    day = life.rng.integers(month.first, month.last + 1, len(chosen))
    life.diary.write("demand_delivered", life.loans.number[chosen], day, subject="acceleration notice", asker="L001")
    life.diary.write(
        "accelerated", life.loans.number[chosen], day, reason="notice received, signed receipt", asker="L001", approver="TL001"
    )
    life.called[chosen] = True


def charge_off(life: Life, month: Month, chosen: Ints) -> None:
    """Write loans off; afterwards some vehicles are sold, some borrowers pay on, some loans only cost money."""
    rng, n, numbers = life.rng, len(chosen), life.loans.number[chosen]
    day = rng.integers(month.first + 1, month.last + 1, n)
    life.diary.write("charged_off", numbers, day, reason="no prospect of payment", asker="F001", approver="F002")
    life.status[chosen] = CHARGED_OFF
    owed = np.array([int(life.rows.principal[a:b].sum()) for a, b in zip(life.at[chosen], life.rows.stop[chosen], strict=True)], np.int64)
    sold = rng.random(n) < _SOLD
    share = np.clip(rng.beta(1.6, 2.2, n), 0.02, 1.0)
    proceeds = np.maximum((owed * share).astype(np.int64) // 10_000 * 10_000, 10_000)
    later = day + rng.integers(3, 60, n)
    life.diary.write(
        "collateral_proceeds_received", numbers[sold], later[sold], amount=proceeds[sold], subject="apply",
        reason="agreed sale, after the first lienholder", asker="L001", approver="F002",
    )  # fmt: skip
    costs = rng.random(n) < _COSTS
    life.diary.write(
        "expense_paid", numbers[costs], day[costs] + 2, amount=rng.integers(3, 40, int(costs.sum())) * 10_000, reason="legal costs"
    )
    for turn in range(3):
        repays = rng.random(n) < _REPAYS * 0.6**turn
        amount = np.minimum(rng.integers(2, 30, n) * 10_000, np.maximum(owed // 10, 10_000))
        life.diary.write("recovered", numbers[repays], day[repays] + 30 * (turn + 1) + turn, amount=amount[repays], reason="paid on")

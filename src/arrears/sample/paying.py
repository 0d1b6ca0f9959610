"""When and how a month's instalments are paid: on the day by debit, early, a little late, in two goes, twice, or bounced.

A loan pays its oldest rows first and whole rows only, but for a part now and then. Penalty is paid or waived when all is
caught up: our own reckoning of it meets the Book's to the fen where no hold, plan or part payment lies between.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from arrears.sample.choice import Decision
from arrears.sample.dates import Ints, office_day
from arrears.sample.diary import NONE
from arrears.sample.life import PAID_OFF, Life, Month
from arrears.sample.rates import CURRENT
from arrears.sample.terms import EQUAL_INSTALMENT, SIMPLE, Floats, Mask

# What the Book's rules say of penalty, for the amounts that people bring: the Book itself decides what they meet.
_GRACE = 3
_PENALTY_PPM = 180_000  # a year, and at most 1.5 times the contract's rate
_YEAR = 360
_BOUNCES, _TOLD_LATE, _TWICE, _PARTLY, _WAIVED, _FEE = 0.008, 0.009, 0.002, 0.12, 0.2, 0.004
GPS_FEE = 9_900  # on the cost sheet of `collateral`


@dataclass
class _Rows:
    """Rows that are paid in a month: their loan's place among `who`, their own place, and the day."""

    owner: Ints
    place: Ints
    day: Ints


@dataclass
class _Paid:
    """Money for rows: the loan, the day, what it pays of the row and of penalty, and the loan's place among `who`."""

    loan: Ints
    day: Ints
    amount: Ints
    penalty: Ints
    owner: Ints


def quietly(life: Life, who: Ints, made: Decision) -> None:
    """Before the opening: rows are paid, nobody is charged off, nothing is written."""
    pays = np.where(made.charged_off, life.upto[who] - life.at[who], made.pays)
    life.at[who] += pays


def pay(life: Life, month: Month, who: Ints, made: Decision) -> Ints:
    """Write a month's payments and move the loans on; returns the day of each loan's first payment (NONE: none)."""
    first_on = np.full(len(who), NONE, dtype=np.int64)
    made.pays[made.prepaid] = 0
    rows = _days_of_rows(life, month, who, made.pays)
    _bounce(life, month, who, rows)
    _take_rows(life, month, who, rows, made, first_on)
    _partly(life, month, who, made, first_on)
    _early_end(life, month, who[made.prepaid])
    return first_on


def penalty_of(life: Life, loan: Ints, place: Ints, day: Ints) -> Ints:
    """Penalty that a whole row has borne when it is paid on `day`: half-even, none within grace."""
    days = np.maximum(day - life.rows.due[place] - _GRACE - 1, 0)
    yearly = np.minimum(_PENALTY_PPM, life.loans.rate_ppm[loan] * 3 // 2)
    # from the day of a part on, only what that left of the principal bears penalty
    parted = np.where(place == life.at[loan], np.maximum(life.part[loan] - life.rows.interest[place], 0), 0)
    less = parted * np.maximum(day - np.maximum(life.part_on[loan], life.rows.due[place] + _GRACE + 1), 0)
    whole, rest = np.divmod((life.rows.principal[place] * days - less) * yearly, _YEAR * 1_000_000)
    up = (2 * rest > _YEAR * 1_000_000) | ((2 * rest == _YEAR * 1_000_000) & (whole % 2 == 1))
    return np.where(life.rows.free[place], 0, whole + up)


def _days_of_rows(life: Life, month: Month, who: Ints, pays: Ints) -> _Rows:
    """A day for each row that is paid this month."""
    rng = life.rng
    owner = np.repeat(np.arange(len(who)), pays)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(pays) - pays, pays)
    place = life.at[who][owner] + step
    due = life.rows.due[place]
    luck, late = rng.random(len(owner)), rng.integers(4, 21, len(owner))
    late = np.where(life.planned[who][owner], 3, late)  # ten days without money would end the plan
    day = due + np.where(luck < 0.72, 0, np.where(luck < 0.92, rng.integers(1, 4, len(owner)), late))
    # early: only who owes no penalty, or the money would go there first
    early = (luck < 0.16) & (pays[owner] == 1) & (life.penalty[who][owner] == 0)
    day = np.where(early, due - rng.integers(1, 6, len(owner)), day)
    # an older row of a loan that counts as current: paid in the first days
    day = np.where(due < month.first, month.first + rng.integers(0, 4, len(owner)), day)
    behind = life.bucket[who] > CURRENT
    once = rng.random(len(who)) < 0.65
    start = month.first + (rng.random(len(who)) * (month.last - month.first + 1)).astype(np.int64)
    again = start + (rng.random(len(who)) * (month.last - start + 1)).astype(np.int64)
    chosen = np.where(once[owner] | (step == 0), start[owner], again[owner])
    day = np.where(behind[owner], chosen, day)
    # the last row of all ends the loan: not before its day, so that nothing is left over as credit
    day = np.where(life.rows.stop[who][owner] == place + 1, np.maximum(day, due), day)
    return _Rows(owner, place, np.clip(day, month.first, np.maximum(month.last, due)))


def _bounce(life: Life, month: Month, who: Ints, rows: _Rows) -> None:
    """Some debits come back after a day or two; the money comes again a little later."""
    alone = np.bincount(rows.owner, minlength=len(who))[rows.owner] == 1
    returned = office_day(rows.day + 1)
    hit = alone & (life.rng.random(len(rows.owner)) < _BOUNCES) & (returned <= month.last) & (life.part[who][rows.owner] == 0)
    at = np.flatnonzero(hit & ~life.twice[who][rows.owner])
    loan, place, day = who[rows.owner[at]], rows.place[at], rows.day[at]
    amount = life.rows.total[place]
    paid = life.diary.write("payment_received", life.loans.number[loan], day, amount=amount, channel="debit", payer="borrower")
    back = returned[at]
    life.diary.write("payment_reversed", life.loans.number[loan], back, effect=day, amount=amount, refers=paid, reason="debit returned")
    rows.day[at] = np.minimum(back + life.rng.integers(0, 6, len(at)), month.last)


def _take_rows(life: Life, month: Month, who: Ints, rows: _Rows, made: Decision, first_on: Ints) -> None:
    """One payment a loan and day, with the penalty at the last of them where everything is caught up."""
    loan = who[rows.owner]
    final = life.upto[who][rows.owner] == rows.place + 1
    life.penalty += np.bincount(loan, penalty_of(life, loan, rows.place, rows.day), len(life.at)).astype(np.int64)
    amount = life.rows.total[rows.place] - np.where(rows.place == life.at[loan], life.part[loan], 0)
    moved = np.unique(loan)
    life.part[moved] = 0
    skips = life.twice[loan] & (rows.place == life.at[loan])
    life.twice[loan[skips]] = False
    np.add.at(life.at, loan, 1)
    brought = _penalty_brought(life, who, rows, final)
    comes = ~skips
    paid = _Paid(loan[comes], rows.day[comes], amount[comes], brought[comes], rows.owner[comes])
    _receive(life, month, paid, first_on)
    _ending(life, loan, rows, final)


def _penalty_brought(life: Life, who: Ints, rows: _Rows, final: Mask) -> Ints:
    """Penalty paid with the last row; some of it is waived instead, on the same day."""
    loan = who[rows.owner]
    owed = np.where(final, life.penalty[loan], 0)
    ends = life.rows.stop[loan] == rows.place + 1  # with the last row of all the rest is always let go
    chosen = ends | (life.rng.random(len(loan)) < _WAIVED)
    waived = np.flatnonzero((owed > 0) & chosen & (rows.day >= life.rows.due[rows.place]))
    life.diary.write(
        "penalty_waived",
        life.loans.number[loan[waived]],
        rows.day[waived],
        amount=owed[waived],
        asker=_staff(life, "K", len(waived)),
        approver=_staff(life, "TL", len(waived), 8),
        reason="caught up in full",
    )
    brought = owed.copy()
    brought[waived] = 0
    life.penalty[loan[final]] = 0
    return brought


def _staff(life: Life, prefix: str, n: int, count: int = 40) -> Ints:
    """Codes of members of staff, drawn for each of n events."""
    codes = life.diary.codes([f"{prefix}{number:03d}" for number in range(1, count + 1)])
    return codes[life.rng.integers(0, count, n)]


def _receive(life: Life, month: Month, paid: _Paid, first_on: Ints) -> None:
    """Write payments: rows of one loan and day together; some are told late, some made twice, some carry a fee."""
    if not len(paid.loan):
        return
    _, index, group = np.unique(paid.loan * 100 + (paid.day - month.first), return_index=True, return_inverse=True)
    loan, day, owner = paid.loan[index], paid.day[index], paid.owner[index]
    of_rows = np.bincount(group, paid.amount).astype(np.int64)
    total = of_rows + np.bincount(group, paid.penalty).astype(np.int64)
    n, rng, numbers = len(loan), life.rng, life.loans.number
    on_day = (life.bucket[loan] == CURRENT) & (life.penalty[loan] == 0)
    fee = on_day & ~life.fee_charged[loan] & (rng.random(n) < _FEE) & (life.loans.method[loan] == EQUAL_INSTALMENT) & (day <= month.last)
    life.fee_charged[loan[fee]] = True
    life.diary.write("fee_charged", numbers[loan[fee]], day[fee], amount=GPS_FEE, subject="gps")
    total += np.where(fee, GPS_FEE, 0)
    entered = office_day(day + rng.integers(1, 8, n))
    late = (rng.random(n) < _TOLD_LATE) & (entered <= month.last)
    recorded = np.where(late, entered, day)
    ways = life.diary.codes(["debit", "debit", "debit", "debit", "app", "app", "transfer", "counter"])
    payers = life.diary.codes(["borrower"] * 22 + ["spouse", "guarantor"])
    told = {
        "recorded": recorded,
        "channel": np.where(late, life.diary.code("manual"), ways[rng.integers(0, len(ways), n)]),
        "payer": payers[rng.integers(0, len(payers), n)],
        "asker": np.where(late, _staff(life, "O", n, 6), 0),
        "approver": np.where(late, _staff(life, "TL", n, 8), 0),
        "reason": np.where(late, life.diary.code("bank slip; the channel file was late"), 0),
    }
    life.diary.write("payment_received", numbers[loan], day, amount=total, **told)
    _settle(life, loan, day, of_rows)
    first_on[owner] = np.where(first_on[owner] == NONE, day, np.minimum(first_on[owner], day))
    single = np.bincount(owner, minlength=len(first_on))[owner] == 1
    rest = life.rows.stop[loan] - life.at[loan]
    again = on_day & single & ~fee & (rng.random(n) < _TWICE) & (life.loans.method[loan] == EQUAL_INSTALMENT) & (rest > 2)
    again &= (day < month.last) & ~life.planned[loan]
    at = np.flatnonzero(again)
    at = at[life.rows.total[life.at[loan[at]]] == total[at]]
    life.twice[loan[at]] = True
    life.diary.write("payment_received", numbers[loan[at]], day[at] + 1, amount=total[at], channel="transfer", payer="borrower")


def _settle(life: Life, loan: Ints, day: Ints, amount: Ints) -> None:
    """Simple interest: what the payments leave of the balance; payments of one loan are taken in order of their days."""
    mine = life.loans.method[loan] == SIMPLE
    loan, day, amount = loan[mine], day[mine], amount[mine]
    while len(loan):
        _, index = np.unique(loan, return_index=True)
        interest = _accrue(life, loan[index], day[index])
        paid = np.minimum(amount[index], interest)
        life.accrued[loan[index]] -= paid * _basis(life, loan[index])
        life.balance[loan[index]] -= np.minimum(amount[index] - paid, life.balance[loan[index]])
        rest = np.ones(len(loan), dtype=np.bool_)
        rest[index] = False
        loan, day, amount = loan[rest], day[rest], amount[rest]


def _basis(life: Life, loan: Ints) -> Ints:
    return np.where(life.loans.day_count[loan] == 2, 365_000_000, 360_000_000)


def _accrue(life: Life, loan: Ints, day: Ints) -> Ints:
    """Interest of simple-interest loans owed on a day, half-even."""
    life.accrued[loan] += life.balance[loan] * life.loans.rate_ppm[loan] * np.maximum(day - life.since[loan], 0)
    life.since[loan] = np.maximum(day, life.since[loan])
    basis = _basis(life, loan)
    whole, rest = np.divmod(life.accrued[loan], basis)
    owed: Ints = whole + ((2 * rest > basis) | ((2 * rest == basis) & (whole % 2 == 1)))
    return owed


def _early_end(life: Life, month: Month, loan: Ints) -> None:
    """A simple-interest loan paid off before its end: balance and interest to the day, and the penalty still owed."""
    rows = life.rows
    day = month.first + life.rng.integers(0, month.last - month.first + 1, len(loan))
    late = [np.arange(a, b) for a, b in zip(life.at[loan].tolist(), life.upto[loan].tolist(), strict=True)]
    penalty = [int(penalty_of(life, np.full(len(p), i), p, np.full(len(p), d)).sum()) for i, p, d in zip(loan, late, day, strict=True)]
    amount = _accrue(life, loan, day) + life.balance[loan] + life.penalty[loan] + np.array(penalty, dtype=np.int64)
    life.diary.write(
        "payment_received", life.loans.number[loan], day, amount=amount, channel="transfer", payer="borrower", reason="early end"
    )
    life.penalty[loan] = 0
    life.status[loan] = PAID_OFF
    life.at[loan] = life.upto[loan] = rows.stop[loan]


def _ending(life: Life, loan: Ints, rows: _Rows, final: Mask) -> None:
    """The last instalment of a simple-interest loan: what lateness left over is brought as well, on the same day."""
    mine = final & (life.rows.stop[loan] == rows.place + 1) & (life.loans.method[loan] == SIMPLE)
    at = np.flatnonzero(mine)
    at = at[life.balance[loan[at]] > 0]
    amount = life.balance[loan[at]] + _accrue(life, loan[at], rows.day[at])
    life.diary.write("payment_received", life.loans.number[loan[at]], rows.day[at], amount=amount, channel="transfer", payer="borrower")
    life.balance[loan[at]] = 0


def _partly(life: Life, month: Month, who: Ints, made: Decision, first_on: Ints) -> None:
    """Some of those who pay no whole row pay a part of the oldest."""
    loan = who
    at = np.minimum(life.at[loan], len(life.rows.due) - 1)
    some = (made.pays == 0) & ~made.charged_off & ~made.prepaid & (life.at[loan] < life.upto[loan]) & (life.part[loan] == 0)
    some &= (life.rows.due[at] < month.last) & ~life.planned[loan] & ~life.twice[loan]
    some &= life.rng.random(len(loan)) < _PARTLY
    chosen = np.flatnonzero(some)
    share: Floats = life.rng.uniform(0.15, 0.6, len(chosen))
    amount = np.maximum((life.rows.total[at[chosen]] * share).astype(np.int64) // 1_000 * 1_000, 1_000)
    start = np.maximum(life.rows.due[at[chosen]], month.first)
    day = start + (life.rng.random(len(chosen)) * (month.last - start + 1)).astype(np.int64)
    fits = amount < life.rows.total[at[chosen]]
    chosen, amount, day = chosen[fits], amount[fits], day[fits]
    life.diary.write("payment_received", life.loans.number[loan[chosen]], day, amount=amount, channel="app", payer="borrower")
    _settle(life, loan[chosen], day, amount)
    life.part[loan[chosen]] = np.where(life.called[loan[chosen]], 0, amount)
    life.part_on[loan[chosen]] = day
    first_on[chosen] = day

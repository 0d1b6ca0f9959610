"""The state of the sample's loans while they are lived through: what each owes, how each borrower is, what was agreed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from arrears.book.door import ScheduleMaker
from arrears.sample import moods
from arrears.sample.dates import Ints
from arrears.sample.diary import Diary
from arrears.sample.terms import SIMPLE, Floats, Loans, Mask, Rows

OPEN, PAID_OFF, CHARGED_OFF, COMING = range(4)


@dataclass
class Life:
    """The sample's loans with all that changes; one place a loan.

    Attributes
    ----------
    at, upto : first unpaid row, and the place after the last row due so far
    part, part_on : fen paid on the row `at`, and the day
    status : OPEN, PAID_OFF, CHARGED_OFF, COMING (not signed yet)
    bucket : at the end of the month lived last
    penalty : penalty owed on rows that are paid, fen
    called : accelerated; plan_end : place after the last part of a running plan, 0 without one
    balance, accrued, since : principal, interest numerator and day of the last settlement (simple interest)
    twice : the coming instalment is paid already; fee_charged, mourned : a fee was charged, a death was told
    before : sum of all rows before each place
    broken : plans that will not be kept, with the rows to go back to
    """

    loans: Loans
    rows: Rows
    make: ScheduleMaker
    rng: np.random.Generator
    diary: Diary
    at: Ints
    upto: Ints
    part: Ints
    part_on: Ints
    status: Ints
    bucket: Ints
    penalty: Ints
    kind: Ints
    mood: Ints
    score: Floats
    called: Mask
    plan_end: Ints
    mourned: Mask
    twice: Mask
    fee_charged: Mask
    balance: Ints
    accrued: Ints
    since: Ints
    before: Ints
    broken: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def planned(self) -> Mask:
        """Loans with parts of a plan still to pay."""
        return self.at < self.plan_end


@dataclass(frozen=True)
class Month:
    """A month that is lived: its first and last day."""

    first: int
    last: int


def begin(loans: Loans, rows: Rows, make: ScheduleMaker, rng: np.random.Generator, diary: Diary, opening: int) -> Life:
    """Everybody before the first month: what was due earlier is paid."""
    n = loans.count
    none, no = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.bool_)
    return Life(
        loans=loans,
        rows=rows,
        make=make,
        rng=rng,
        diary=diary,
        at=rows.start.copy(),
        upto=rows.start.copy(),
        part=none.copy(),
        part_on=none.copy(),
        status=np.where(loans.opened > opening, COMING, OPEN),
        bucket=none.copy(),
        penalty=none.copy(),
        kind=moods.draw_types(rng, n),
        mood=none.copy(),
        score=none.astype(np.float64),
        called=no.copy(),
        plan_end=none.copy(),
        mourned=no.copy(),
        twice=no.copy(),
        fee_charged=no.copy(),
        balance=none.copy(),
        accrued=none.copy(),
        since=none.copy(),
        before=summed(rows),
    )


def summed(rows: Rows) -> Ints:
    """The sum of all rows before each place."""
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(rows.total)])


def owed_sum(life: Life, at: Ints, stop: Ints) -> Ints:
    """Interest and principal of the rows at .. stop - 1."""
    return life.before[stop] - life.before[at]


def advance(life: Life, last: int) -> None:
    """Move `upto` behind every row that is due by day `last`."""
    while True:
        more = (life.upto < life.rows.stop) & (life.rows.due[np.minimum(life.upto, len(life.rows.due) - 1)] <= last)
        if not more.any():
            return
        life.upto += more


def open_books(life: Life, opening: int) -> None:
    """The opening: what is unpaid now bears no penalty of the time before, and simple interest runs from here."""
    rows, loans = life.rows, life.loans
    at = np.repeat(np.arange(loans.count), rows.stop - rows.start)
    ahead = np.arange(len(rows.due)) >= life.at[at]
    life.balance = np.bincount(at[ahead], rows.principal[ahead], loans.count).astype(np.int64)
    life.since = loans.opened.copy()
    rows.free[:] = rows.due <= opening
    simple = loans.method[at] == SIMPLE
    level = rows.total[rows.start][at]
    rows.principal[:] = np.where(simple, level, rows.principal)
    rows.interest[:] = np.where(simple, 0, rows.interest)
    life.before = summed(rows)

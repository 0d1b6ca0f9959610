"""The loans of the sample: what was agreed, what falls due, and how each stands on the day the Book takes them over.

10,000 to 200,000 yuan, 12 to 60 months, every repayment method, due days up to the 31st. A young lender that grows: most loans
are at most 20 months old. Some are signed inside the days that the sample plays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from arrears.book.door import ScheduleMaker
from arrears.sample.dates import Ints, days_in, months_of

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

METHODS = ("equal_instalment", "equal_principal", "interest_first", "bullet", "simple_interest", "given")
EQUAL_INSTALMENT, EQUAL_PRINCIPAL, INTEREST_FIRST, BULLET, SIMPLE, GIVEN = range(len(METHODS))
DAY_COUNTS = ("30/360", "actual/360", "actual/365")

_METHOD_SHARES = (0.60, 0.12, 0.08, 0.03, 0.12, 0.05)
_DAY_COUNT_SHARES = (0.86, 0.10, 0.04)
_TERMS, _TERM_SHARES = (12, 18, 24, 36, 48, 60), (0.03, 0.03, 0.12, 0.42, 0.24, 0.16)
_SHORT, _SHORT_SHARES = (12, 18, 24), (0.2, 0.2, 0.6)  # a balloon is not lent for long
_RATES = np.arange(84_000, 186_000, 6_000)  # a year, ppm
_QUARTERLY = 0.12  # of the loans in equal principal
OLDEST = 20  # months on the book at the opening
_GROWTH_DAYS = 900  # days in which the lender signs as many loans as it began with


@dataclass
class Loans:
    """Terms as arrays, one place a loan. Days are day numbers, money is fen."""

    number: Ints
    borrower: Ints
    method: Ints
    day_count: Ints
    principal: Ints
    rate_ppm: Ints
    months: Ints
    step: Ints
    due_day: Ints
    first_due: Ints
    disbursed: Ints
    signed: Ints
    opened: Ints

    @property
    def count(self) -> int:
        """Number of loans."""
        return len(self.number)

    @property
    def instalments(self) -> Ints:
        """Instalments agreed; a bullet loan counts the months of its one period."""
        return self.months // self.step

    def ids(self) -> pa.Array:
        """Loan ids: LT0000001."""
        return numbered("LT", self.number)

    def borrower_ids(self) -> pa.Array:
        """Pseudonymous borrower ids: P0000001. Names stand in the people files only."""
        return numbered("P", self.borrower)


@dataclass
class Rows:
    """Instalments, flat: those of loan i are the places start[i] .. stop[i] - 1, in order of their due days.

    `before` has one place more than the others: the sum of all rows before each.
    """

    due: Ints
    interest: Ints
    principal: Ints
    free: Mask  # bears no penalty
    start: Ints
    stop: Ints

    @property
    def total(self) -> Ints:
        """Interest and principal."""
        return self.interest + self.principal


def numbered(prefix: str, numbers: Ints, width: int = 7) -> pa.Array:
    """Ids from a prefix and numbers of a fixed width."""
    import pyarrow.compute as pc

    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width=width, padding="0")
    return pc.binary_join_element_wise(prefix, digits, "")


def signed_inside(loans: int, days: int) -> int:
    """How many of the loans are signed inside the days played; at least one stands at the opening."""
    return min(loans * days // (days + _GROWTH_DAYS), loans - 1)


def draw_loans(rng: np.random.Generator, first: int, old: int, new: int, opening: int, days: int) -> Loans:
    """Draw `old` loans that stand at the opening and `new` ones signed in the `days` after it; numbers from `first` on."""
    n = old + new
    fresh = np.arange(n) >= old
    method = rng.choice(len(METHODS), n, p=_METHOD_SHARES)
    balloon = (method == BULLET) | (method == INTEREST_FIRST)
    months = np.where(balloon, rng.choice(_SHORT, n, p=_SHORT_SHARES), rng.choice(_TERMS, n, p=_TERM_SHARES)).astype(np.int64)
    step = np.where((method == EQUAL_PRINCIPAL) & (rng.random(n) < _QUARTERLY), 3, 1).astype(np.int64)
    due_day = _due_days(rng, n)
    age = np.minimum((OLDEST * rng.random(n) ** 1.15).astype(np.int64) + 1, months - 2)
    # the first due day of an old loan lies so far back that `age` months of dues have passed
    this_month = int(months_of(np.array([opening]))[0])
    old_first = days_in(this_month - age + step, due_day)
    paid_out = opening + 1 + rng.integers(0, max(days, 1), n)
    new_month = np.maximum(months_of(paid_out + 20), months_of(paid_out) + 1)
    new_month += (days_in(new_month, due_day) < paid_out + 20) + step - 1
    first_due = np.where(fresh, days_in(new_month, due_day), old_first)
    old_paid_out = np.minimum(days_in(months_of(old_first) - step, due_day) - rng.integers(0, 6, n), opening - 1)
    disbursed = np.where(fresh, paid_out, old_paid_out)
    first_due = np.where(method == BULLET, days_in(months_of(first_due), due_day), first_due)
    second = rng.random(n) < 0.03  # a borrower with two loans
    second[0] = False
    return Loans(
        number=first + np.arange(n),
        borrower=first + np.maximum.accumulate(np.where(second, 0, np.arange(n))),
        method=method.astype(np.int64),
        day_count=np.where(method == BULLET, 0, rng.choice(len(DAY_COUNTS), n, p=_DAY_COUNT_SHARES)).astype(np.int64),
        principal=np.clip(np.exp(rng.normal(11.1, 0.62, n)) // 1_000 * 1_000, 10_000, 200_000).astype(np.int64) * 100,
        rate_ppm=rng.choice(_RATES, n).astype(np.int64),
        months=months,
        step=step,
        due_day=due_day,
        first_due=first_due,
        disbursed=disbursed,
        signed=disbursed - rng.integers(0, 4, n),
        opened=np.where(fresh, disbursed, opening),
    )


def _due_days(rng: np.random.Generator, n: int) -> Ints:
    """Days of the month: pay days are liked best, the last three are rare."""
    weights = np.ones(31)
    weights[[4, 9, 14, 19, 24]] = 3.0
    weights[0] = 0.6
    weights[28:] = 0.35
    return (rng.choice(31, n, p=weights / weights.sum()) + 1).astype(np.int64)


def lay_out(loans: Loans, make: ScheduleMaker) -> Rows:
    """Make the instalments of every loan's whole contract."""
    maker_method = np.where(loans.method == GIVEN, EQUAL_PRINCIPAL, loans.method)
    # a simple-interest loan is level instalments whose split is made by day; its plan stands for the balance at the opening
    maker_method = np.where(loans.method == SIMPLE, EQUAL_INSTALMENT, maker_method)
    names = np.array(METHODS)[maker_method].tolist()
    day_count = np.where(loans.method == SIMPLE, 0, loans.day_count)
    rows = make(
        pa.table(
            {
                "loan_id": loans.ids(),
                "method": pa.array(names),
                "day_count": pa.array(np.array(DAY_COUNTS)[day_count].tolist()),
                "principal_fen": loans.principal,
                "rate_ppm": loans.rate_ppm,
                "term_count": pa.array(loans.instalments, pa.int32()),
                "step_months": pa.array(loans.step, pa.int32()),
                "disbursed_on": pa.array(loans.disbursed.astype(np.int32)).cast(pa.date32()),
                "first_due_on": pa.array(loans.first_due.astype(np.int32)).cast(pa.date32()),
                "due_day": pa.array(loans.due_day, pa.int32()),
            }
        )
    )
    counts = np.where(loans.method == BULLET, 1, loans.instalments)
    stop = np.cumsum(counts)
    laid = Rows(
        due=rows["due_on"].cast(pa.int32()).to_numpy().astype(np.int64),
        interest=rows["interest_fen"].to_numpy().copy(),
        principal=rows["principal_fen"].to_numpy().copy(),
        free=np.zeros(int(stop[-1]), dtype=np.bool_),
        start=stop - counts,
        stop=stop,
    )
    _step_up(loans, laid)
    return laid


def _step_up(loans: Loans, rows: Rows) -> None:
    """Give the loans of method "given" a plan of the lender's own: little principal in the first half, more in the second."""
    counts = rows.stop - rows.start
    at = np.repeat(np.arange(loans.count), counts)
    place = np.arange(len(rows.due)) - rows.start[at]
    mine = loans.method[at] == GIVEN
    half = counts[at] // 2
    # what the first half leaves out, the mirrored row of the second half adds
    moved = np.where(place < half, -(rows.principal // 2), 0)
    mirror = rows.start[at] + counts[at] - 1 - place
    moved = np.where(place >= counts[at] - half, -moved[mirror], moved)
    rows.principal += np.where(mine, moved, 0)
    paid = np.cumsum(rows.principal)
    owed = loans.principal[at] - (paid - rows.principal - (paid - rows.principal)[rows.start][at])
    even = np.round(owed * loans.rate_ppm[at] / 12_000_000 * loans.step[at]).astype(np.int64)
    rows.interest[:] = np.where(mine, even, rows.interest)

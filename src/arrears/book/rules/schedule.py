"""The schedule maker: what falls due, and when, for a million loans at once.

Made once at boarding and stored, because the contract's own rows are the truth and no closed form gives them: interest
is rounded each period on the rounded balance. So one step a period number runs over all loans at once, in int64 numpy,
exact to the fen (see `_half_even_product` and `_levels` for why nothing overflows and no tie is missed).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.columns import SCHEDULE
from arrears.kernel.money import half_even

Ints = npt.NDArray[np.int64]

METHODS = ("equal_instalment", "equal_principal", "interest_first", "bullet", "simple_interest")
EQUAL_INSTALMENT, EQUAL_PRINCIPAL, _INTEREST_FIRST, BULLET, SIMPLE_INTEREST = range(len(METHODS))
# Interest of a period = balance x rate_ppm x units / divisor; a unit is a month under 30/360 and a day otherwise.
DIVISORS = {"30/360": 12_000_000, "actual/360": 360_000_000, "actual/365": 365_000_000}
DAY_COUNTS = tuple(DIVISORS)

MAX_PRINCIPAL_FEN = 10**10
MAX_RATE_PPM = 10**6
MAX_MONTHS = 1200
MONTHS_PPM = DIVISORS["30/360"]
# The annuity factor is kept with 54 binary places in two halves of 27: principal x half stays below 2**62.
HALF = 27
MASK = 2**HALF - 1
TIE = 2 ** (2 * HALF - 1)

_TYPES = {"string": pa.string(), "int64": pa.int64(), "day": pa.date32()}
SCHEMA = pa.schema([(name, _TYPES[kind]) for name, kind in SCHEDULE.items()])


def make_schedules(terms: pa.Table, prefix: str = "I") -> pa.Table:
    """Make every instalment of every loan.

    Parameters
    ----------
    terms : one row a loan: loan_id string, method string, day_count string, principal_fen int64, rate_ppm int64,
        term_count int32, step_months int32, disbursed_on date32, first_due_on date32, due_day int32 (the day of the month
        from the second due date on; 0 = the day of first_due_on)
    prefix : first letter of the obligation: I (contract) or R (restructured)

    Returns
    -------
    One row an instalment, sorted by loan_id, then number: loan_id, obligation (I01, I02, ... I100), due_on date32,
    interest_fen, principal_fen int64. A bullet loan has one row, at the end of term_count periods.

    Rules: level amount A half-even from the exact annuity under 30/360; interest half-even on the balance; the last
    instalment takes the remainder; principal is never below 0 nor above the balance. Simple interest: every row is A, as
    principal, because its split is made by day when money comes.

    Errors: ValueError naming the first loan and what is allowed: an unknown method or day count ("given" rows are not made
    here), a null, a duplicate loan, a principal outside 0..10**10, a rate outside 0..10**6 ppm or over 100 % a period, a
    term outside 1..1200 months, a due_day outside 0..31, or actual days with disbursed_on missing or after first_due_on.

    Source: glossary 4-7, S001, S002, S003.
    """
    return pa.concat_tables([SCHEMA.empty_table(), *iter_schedules(terms, prefix=prefix)])


def iter_schedules(terms: pa.Table, chunk: int = 250_000, prefix: str = "I") -> Iterator[pa.Table]:
    """Make the schedules of `make_schedules` loan by loan in the same order, one table for each `chunk` loans.

    Memory follows the chunk: about 60 bytes an instalment. Terms are checked whole before the first table.
    """
    loans = _read(terms)
    for start in range(0, len(loans.ids), chunk):
        yield _lay_out(loans.cut(slice(start, start + chunk)), prefix)


def restructured(loans: pa.Table) -> pa.Table:
    """Make the instalments of a signed extension: n equal instalments on the unpaid principal, R01, R02, ...

    Parameters
    ----------
    loans : one row a loan: loan_id string, principal_fen int64, rate_ppm int64, count int32, step_months int32,
        first_due_on date32; optionally due_day int32 (0, the day of first_due_on, where the column is absent)

    Returns
    -------
    As `make_schedules`. The first period bears one full period's interest, whatever its number of days.

    Errors: as `make_schedules`. Source: glossary 48.
    """
    rows = loans.num_rows
    columns: dict[str, object] = {name: loans[name] for name in ("loan_id", "principal_fen", "rate_ppm", "step_months", "first_due_on")}
    columns |= {"term_count": loans["count"], "disbursed_on": loans["first_due_on"]}
    columns |= {"method": pa.repeat("equal_instalment", rows), "day_count": pa.repeat("30/360", rows)}
    columns["due_day"] = loans["due_day"] if "due_day" in loans.column_names else pa.repeat(pa.scalar(0, pa.int32()), rows)
    return make_schedules(pa.table(columns), prefix="R")


@dataclass(frozen=True)
class _Loans:
    """Terms as arrays, one place a loan, sorted by loan id; days are day numbers, method and day count their indices."""

    ids: pa.Array
    method: Ints
    day_count: Ints
    principal_fen: Ints
    rate_ppm: Ints
    term_count: Ints
    step_months: Ints
    disbursed_on: Ints
    first_due_on: Ints
    due_day: Ints

    def numbers(self) -> dict[str, Ints]:
        """Every column but the ids."""
        return {name: column for name, column in vars(self).items() if name != "ids"}

    def cut(self, part: slice) -> _Loans:
        """A run of loans."""
        return replace(self, ids=self.ids[part], **{name: column[part] for name, column in self.numbers().items()})

    def ordered(self, order: Ints) -> _Loans:
        """The same loans in another order (ids are left alone: they are not needed in the loop)."""
        return replace(self, **{name: column[order] for name, column in self.numbers().items()})

    @property
    def rows(self) -> Ints:
        """Instalments of each loan."""
        return np.where(self.method == BULLET, 1, self.term_count)

    @property
    def actual(self) -> npt.NDArray[np.bool_]:
        """Loans whose interest counts real days."""
        return self.day_count > 0


def _read(terms: pa.Table) -> _Loans:
    """Sort the terms by loan id, turn them into arrays and check every bound the arithmetic relies on."""
    names = [name for name in _Loans.__dataclass_fields__ if name != "ids"]
    table = terms.select(["loan_id", *names]).sort_by("loan_id")
    ids = table["loan_id"].cast(pa.string()).combine_chunks()
    columns: dict[str, Ints] = {}
    for name in names:
        column = table[name]
        if name in ("method", "day_count"):
            allowed = METHODS if name == "method" else DAY_COUNTS
            column = pc.index_in(column, value_set=pa.array(allowed))
            _refuse(ids, pc.is_null(column).to_numpy(zero_copy_only=False), f"{name} must be one of {', '.join(allowed)}", table[name])
        elif name.endswith("_on"):
            column = column.cast(pa.date32()).cast(pa.int32())
        if name == "disbursed_on":  # needed for actual days only; a missing one is put after every due date, and refused there
            column = column.fill_null(np.iinfo(np.int32).max)
        _refuse(ids, pc.is_null(column).to_numpy(zero_copy_only=False), f"{name} is missing", table[name])
        columns[name] = column.cast(pa.int64()).to_numpy()
    loans = _Loans(ids=ids, **columns)
    _check(loans)
    return loans


def _check(loans: _Loans) -> None:
    """Refuse terms outside the bounds, naming the first loan."""

    def inside(name: str, low: int, high: int) -> None:
        column = getattr(loans, name)
        _refuse(loans.ids, (column < low) | (column > high), f"{name} must be {low}..{high}", column)

    inside("principal_fen", 0, MAX_PRINCIPAL_FEN)
    inside("rate_ppm", 0, MAX_RATE_PPM)
    inside("term_count", 1, MAX_MONTHS)
    inside("step_months", 1, MAX_MONTHS)
    inside("due_day", 0, 31)
    months = loans.term_count * loans.step_months
    _refuse(loans.ids, months > MAX_MONTHS, f"term_count x step_months must be at most {MAX_MONTHS}", months)
    period = loans.rate_ppm * loans.step_months
    _refuse(loans.ids, period > MONTHS_PPM, "rate_ppm x step_months must be at most 12000000 (100 % a period)", period)
    late = loans.actual & (loans.disbursed_on > loans.first_due_on)
    _refuse(loans.ids, late, "disbursed_on must be given and not after first_due_on where interest counts actual days", loans.disbursed_on)
    twice = np.zeros(len(loans.ids), dtype=bool)
    if len(loans.ids) > 1:
        twice[1:] = pc.equal(loans.ids[1:], loans.ids[:-1]).to_numpy(zero_copy_only=False)
    _refuse(loans.ids, twice, "a loan may stand once only", loans.ids)


def _refuse(ids: pa.Array, bad: npt.NDArray[np.bool_], rule: str, values: Ints | pa.Array | pa.ChunkedArray) -> None:
    """Raise ValueError for the first loan marked bad."""
    places = np.flatnonzero(bad)
    if len(places):
        first = int(places[0])
        raise ValueError(f"loan {ids[first]}: {rule}, got {values[first]} ({len(places)} such loans)")


def _lay_out(loans: _Loans, prefix: str) -> pa.Table:
    """Compute all instalments of a run of loans, one pass a period number, and lay them out loan by loan."""
    rows = loans.rows
    ends = np.cumsum(rows)
    starts = ends - rows
    total = int(ends[-1])
    due, interest, principal = np.empty(total, np.int32), np.empty(total, np.int64), np.empty(total, np.int64)
    # Longest loans first: those that still have a k-th instalment are then a prefix, and a slice costs no copy.
    order = np.argsort(-rows, kind="stable")
    places, alive = starts[order], np.searchsorted(-rows[order], -np.arange(1, int(rows.max()) + 1), side="right")
    book = loans.ordered(order)
    share, balance, before = _shares(book), book.principal_fen, book.disbursed_on
    for k, count in enumerate(alive.tolist(), start=1):
        part, at = book.cut(slice(0, count)), places[:count] + (k - 1)
        day = _due_days(part, k)
        cost = _interest(part, balance[:count], day, before[:count])
        paid = _principal(part, k, share[:count], balance[:count], cost)
        due[at], interest[at], principal[at] = day, cost, paid
        balance, before = balance[:count] - paid, day
    labels = pa.array([f"{prefix}{number:02d}" for number in range(1, len(alive) + 1)])
    columns = [
        loans.ids.take(pa.array(np.repeat(np.arange(len(rows)), rows))),
        labels.take(pa.array(np.arange(total) - np.repeat(starts, rows))),
        pa.array(due).cast(pa.date32()),
        pa.array(interest),
        pa.array(principal),
    ]
    return pa.table(columns, schema=SCHEMA)


def _due_days(loans: _Loans, k: int) -> Ints:
    """Day numbers of the k-th due dates, always counted from the first one so that a clamped day comes back."""
    if k == 1 and not (loans.method == BULLET).any():
        return loans.first_due_on
    first = loans.first_due_on.astype("datetime64[D]")
    month = first.astype("datetime64[M]")
    steps = np.where(loans.method == BULLET, loans.term_count - 1, k - 1)
    target = month + (steps * loans.step_months).astype("timedelta64[M]")
    start = target.astype("datetime64[D]").astype(np.int64)
    length = (target + np.timedelta64(1, "M")).astype("datetime64[D]").astype(np.int64) - start
    own_day = loans.first_due_on - month.astype("datetime64[D]").astype(np.int64) + 1
    wished = np.where(loans.due_day > 0, loans.due_day, own_day)
    return np.where(steps == 0, loans.first_due_on, start + np.minimum(wished, length) - 1)


def _interest(loans: _Loans, balance: Ints, day: Ints, before: Ints) -> Ints:
    """Interest of the period that ends on `day`; a bullet loan's one period is the whole term."""
    months = np.where(loans.method == BULLET, loans.term_count, 1) * loans.step_months
    # The days are real or, where they are not asked for, replaced before they can be large.
    units = np.where(loans.actual, day - np.where(loans.actual, before, day), months)
    cost = _half_even_product(balance, loans.rate_ppm, units, np.array(list(DIVISORS.values()))[loans.day_count])
    return np.where(loans.method == SIMPLE_INTEREST, 0, cost)


def _principal(loans: _Loans, k: int, share: Ints, balance: Ints, cost: Ints) -> Ints:
    """Principal of the k-th instalment: the share less interest where the level covers both; the last takes the rest.

    Kept inside 0..balance: a month of 31 actual days may cost more than a level amount made from months of 30, and
    half-even shares of a very small loan may reach its end early.
    """
    wished = np.where(loans.method == EQUAL_INSTALMENT, share - cost, share)
    rest = np.where(loans.rows == k, balance, np.clip(wished, 0, balance))
    return np.where(loans.method == SIMPLE_INTEREST, share, rest)


def _shares(loans: _Loans) -> Ints:
    """What each method repeats every period: the level amount A, P / n, or nothing before the end."""
    share = np.zeros_like(loans.principal_fen)
    even = loans.method == EQUAL_PRINCIPAL
    one = np.ones_like(share[even])
    share[even] = _half_even_product(loans.principal_fen[even], one, one, loans.term_count[even])
    level = (loans.method == EQUAL_INSTALMENT) | (loans.method == SIMPLE_INTEREST)
    share[level] = _levels(loans.principal_fen[level], (loans.rate_ppm * loans.step_months)[level], loans.term_count[level])
    return share


def _half_even_product(a: Ints, b: Ints, c: Ints, den: Ints) -> Ints:
    """half_even(a x b x c / den) for values >= 0, exact without a number above int64.

    a x b <= 10**16 by the bounds of `_check`; then a x b = q x den + r, so the result is q x c + half_even(r x c / den), with
    q x c <= 10**16 / 12e6 x 1200 and r x c < 365e6 x 36,600 days: all far below 2**63. Parity is taken of the whole quotient.
    """
    quotient, rest = np.divmod(a * b, den)
    more, rest = np.divmod(rest * c, den)
    whole = quotient * c + more
    rounded: Ints = whole + ((2 * rest > den) | ((2 * rest == den) & (whole % 2 == 1)))
    return rounded


def _levels(principal: Ints, period: Ints, count: Ints) -> Ints:
    """Level instalment A = half_even(P i (1+i)^n / ((1+i)^n - 1)), i = period / 12,000,000; P / n where i is 0.

    One exact factor for each distinct (i, n), cut to F = floor(factor x 2**54). With T = P x F the true A x 2**54 lies in
    [T, T + P). Where the tie (fraction 1/2) is outside that range, rounding T rounds A; where it may be inside (about one loan
    in 10**7, and all true ties) the loan is done again in whole numbers. factor <= 2 keeps each half of F x P below 2**63.
    """
    terms, group = np.unique(np.stack([period, count]), axis=1, return_inverse=True)
    exact = [_factor(int(i), int(n)) for i, n in terms.T]
    fixed = [divmod(divmod(num << (2 * HALF), den)[0], 1 << HALF) for num, den in exact]
    high, low = np.array(fixed, dtype=np.int64).reshape(-1, 2)[group.ravel()].T
    lower = principal * low
    upper = principal * high + (lower >> HALF)
    fraction = ((upper & MASK) << HALF) + (lower & MASK)
    level: Ints = (upper >> HALF) + (fraction > TIE)
    for place in np.flatnonzero((fraction <= TIE) & (fraction + principal > TIE)):
        num, den = exact[group.ravel()[place]]
        level[place] = half_even(int(principal[place]) * num, den)
    return level


def _factor(period: int, count: int) -> tuple[int, int]:
    """The annuity factor i (1+i)^n / ((1+i)^n - 1) as a fraction of whole numbers."""
    if period == 0:
        return 1, count
    common = math.gcd(period, MONTHS_PPM)
    i, one = period // common, MONTHS_PPM // common
    growth = (one + i) ** count
    return i * growth, one * (growth - one**count)

"""An invented lender from a seed: loans with their instalments and opening state, and every event of its days.

Made in parts of 50,000 loans, each with a generator of its own that follows from the seed and the part's number, so that memory
holds one part's working arrays and the same seed gives the same content whatever the machine.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.columns import LOANS, SCHEDULE, Columns
from arrears.book.door import Batch, ScheduleMaker
from arrears.kernel.days import day_number
from arrears.sample.collateral import COST_SHEET, vehicles
from arrears.sample.dates import Ints, first_and_last, month_number
from arrears.sample.diary import SCHEMA as EVENTS_SCHEMA
from arrears.sample.diary import Diary
from arrears.sample.life import Life, begin, open_books, summed
from arrears.sample.months import live, stood
from arrears.sample.rates import FROM, TO, Counts, moves
from arrears.sample.terms import DAY_COUNTS, METHODS, Loans, Mask, draw_loans, lay_out, signed_inside

PART = 50_000
_SILENT_MONTHS = 8  # lived before the opening, until the buckets have settled
_PURPOSES = ("装修", "医疗", "教育", "家电", "旅行", "婚庆")
_TYPES = {"string": pa.string(), "int64": pa.int64(), "int32": pa.int32(), "bool": pa.bool_(), "day": pa.date32()}


@dataclass(frozen=True)
class Asked:
    """What was asked for: the same four give the same content.

    Attributes
    ----------
    loans, days, seed : as on the command line
    opening : the day of the first close; the loans are boarded as they stand at its end, and the days played follow it
    """

    loans: int
    days: int
    seed: int
    opening: dt.date

    @property
    def last(self) -> dt.date:
        """The last day played."""
        return self.opening + dt.timedelta(days=self.days)


@dataclass(frozen=True)
class Lender:
    """What is invented.

    Attributes
    ----------
    base : loans and instalments, no events
    events : columns of EVENTS, by close day
    borrowers : numbers of the pseudonyms
    stood : where each loan stands at each month end by our own reckoning (`months.stood`), by day number; the first is the opening
    """

    base: Batch
    events: pa.Table
    borrowers: Ints
    stood: dict[int, npt.NDArray[np.int8]]

    @property
    def moves(self) -> Counts:
        """Moves between the month ends by our own reckoning; the Book's are those of `rates.rolled`."""
        places = [self.stood[day] for day in sorted(self.stood)]
        return sum((moves(old, new) for old, new in pairwise(places)), np.zeros((len(FROM), len(TO)), dtype=np.int64))


def invent(asked: Asked, make: ScheduleMaker, balance_flag_fen: int) -> Lender:
    """Invent the lender.

    Parameters
    ----------
    make : the Book's schedule maker
    balance_flag_fen : limits.balance_flag_fen; borrowers whose loans together are above it are flagged, as an import does
    """
    parts = [_part(asked, make, balance_flag_fen, number) for number in range(-(-asked.loans // PART))]
    loans, schedule, opening_due, events = (pa.concat_tables([getattr(each.base, name) for each in parts]) for name in _TABLES)
    events = events.sort_by([("close_on", "ascending"), ("loan_id", "ascending"), ("event_id", "ascending")])
    stood = {day: np.concatenate([each.stood[day] for each in parts]) for day in parts[0].stood}
    base = Batch(loans, schedule, opening_due, EVENTS_SCHEMA.empty_table())
    return Lender(base, events, np.unique(np.concatenate([each.borrowers for each in parts])), stood)


_TABLES = ("loans", "schedule", "opening_due", "events")


def _part(asked: Asked, make: ScheduleMaker, balance_flag_fen: int, number: int) -> Lender:
    """One part of the lender, its events within `base`."""
    first = number * PART
    count = min(PART, asked.loans - first)
    rng = np.random.default_rng([asked.seed, number])
    new = signed_inside(count, asked.days)
    loans = draw_loans(rng, first + 1, count - new, new, day_number(asked.opening), asked.days)
    life, board = _boarded(loans, make, rng, Diary(f"S{number:02d}-"), asked, balance_flag_fen)
    places = {day_number(asked.opening): stood(life)}
    for month in range(month_number(asked.opening) + 1, month_number(asked.last) + 1):
        live(life, month, told=True)
        if (end := first_and_last(month)[1]) <= day_number(asked.last):
            places[end] = stood(life)
    base = Batch(board.loans, board.schedule, board.opening_due, life.diary.table(day_number(asked.last)))
    return Lender(base, base.events, loans.borrower, places)


def _boarded(
    loans: Loans, make: ScheduleMaker, rng: np.random.Generator, diary: Diary, asked: Asked, balance_flag_fen: int
) -> tuple[Life, Batch]:
    """The loans as they stand at the opening, ready to live on, and as the Book takes them over."""
    opening = day_number(asked.opening)
    rows = lay_out(loans, make)
    life = begin(loans, rows, make, rng, diary, opening)
    now = month_number(asked.opening)
    for month in range(now - _SILENT_MONTHS, now + 1):
        live(life, month, told=False)
    behind = summed(rows)[life.at] - summed(rows)[rows.start]
    open_books(life, opening)
    return life, _batch(life, behind, vehicles(rng, loans), rng, balance_flag_fen)


def _batch(life: Life, behind: Ints, collateral: dict[str, pa.Array], rng: np.random.Generator, balance_flag_fen: int) -> Batch:
    """Loans and instalments in the Book's columns. `behind`: what was paid before the opening."""
    loans, rows, n = life.loans, life.rows, life.loans.count
    at = np.repeat(np.arange(n), rows.stop - rows.start)
    place = np.arange(len(rows.due))
    ahead = place >= life.at[at]
    passed = rows.due <= loans.opened[at]
    owner, names = loans.ids(), _obligations(place - rows.start[at] + 1)
    schedule = {
        "loan_id": owner.take(pa.array(at)),
        "obligation": names,
        "due_on": _days(rows.due),
        "interest_fen": pa.array(rows.interest),
        "principal_fen": pa.array(rows.principal),
    }
    whole = _table(schedule, SCHEDULE)
    purposes = pa.array(_PURPOSES).take(pa.array(rng.integers(0, len(_PURPOSES), n)))
    told = {
        "loan_id": owner,
        "borrower_id": loans.borrower_ids(),
        "product": pa.array(["车辆二押"] * n),
        "method": pa.array(METHODS).take(pa.array(loans.method)),
        "day_count": pa.array(DAY_COUNTS).take(pa.array(loans.day_count)),
        "principal_fen": pa.array(life.balance.copy()),  # an Arrow array would see what the months make of it
        "rate_ppm": pa.array(loans.rate_ppm),
        "term_count": pa.array(loans.instalments, pa.int32()),
        "step_months": pa.array(loans.step, pa.int32()),
        "signed_on": _days(loans.signed),
        "disbursed_on": _days(loans.disbursed),
        "first_due_on": _days(rows.due[rows.start]),
        "maturity_on": _days(rows.due[rows.stop - 1]),
        "instalment_fen": pa.array(rows.total[rows.start]),
        "opened_on": _days(loans.opened),
        "history_paid_fen": pa.array(behind),
        "purpose": purposes,
        "acceleration_clause": pa.array([True] * n),
        "cost_sheet": pa.array([COST_SHEET] * n),
        "flags": _flags(loans, life.balance, balance_flag_fen),
        **collateral,
    }
    coming, unpaid = ahead & ~passed, ahead & passed
    none = EVENTS_SCHEMA.empty_table()
    return Batch(_table(told, LOANS), whole.filter(pa.array(coming)), whole.filter(pa.array(unpaid)), none)


def _flags(loans: Loans, balance: Ints, limit: int) -> pa.Array:
    """ "balance" where a borrower's loans together are above the limit."""
    _, whose = np.unique(loans.borrower, return_inverse=True)
    over: Mask = np.bincount(whose, balance)[whose] > limit
    return pc.if_else(pa.array(over), "balance", "")


def _obligations(numbers: Ints) -> pa.Array:
    """I01, I02, ... I100."""
    most = int(numbers.max(initial=1))
    return pa.array([f"I{number:02d}" for number in range(1, most + 1)]).take(pa.array(numbers - 1))


def _table(columns: dict[str, pa.Array], names: Columns) -> pa.Table:
    return pa.table([columns[name] for name in names], schema=pa.schema([(name, _TYPES[kind]) for name, kind in names.items()]))


def _days(numbers: Ints) -> pa.Array:
    return pa.array(numbers.astype(np.int32)).cast(pa.date32())

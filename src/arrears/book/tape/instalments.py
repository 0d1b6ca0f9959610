"""Instalments of boarded loans: made from terms, or the lender's own rows checked against the principal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.columns import SCHEDULE
from arrears.book.tape.rejects import Ledger
from arrears.book.tape.shape import (
    Mask,
    Whole,
    days_of,
    empty,
    first_places,
    in_columns,
    keep,
    mask_of,
    nulls,
    numbers,
    places,
    sums_by,
    with_column,
)
from arrears.book.tape.terms import LARGEST_FEN, is_boarded_later

# The rules make schedules and the tape may not import them (they are neighbours), so the caller hands the maker in:
# terms (loan_id, method, day_count, principal_fen, rate_ppm, term_count, step_months, disbursed_on, first_due_on, due_day)
# -> rows of SCHEDULE for the whole contract.
ScheduleMaker = Callable[[pa.Table], pa.Table]

_MAKER = ("loan_id", "method", "day_count", "principal_fen", "rate_ppm", "disbursed_on", "first_due_on")


@dataclass(frozen=True)
class Instalments:
    """What falls due, and what was unpaid at the opening (columns of SCHEDULE); then one value a loan, in the loans' order.

    fits : the rows agree with the loan's principal. first_fen, first_on, last_on, count : of the whole contract, null
    where the loan has no instalment.
    """

    schedule: pa.Table
    opening_due: pa.Table
    fits: Mask
    first_fen: pa.Array
    first_on: pa.Array
    last_on: pa.Array
    count: pa.Array

    def of(self, loans: pa.Table) -> Instalments:
        """Return the instalments of the loans that fit; `loans` holds just these."""
        if self.fits.all():
            return self
        ids, fits = loans.column("loan_id"), pa.array(self.fits)
        rows = [keep(each, places(each.column("loan_id"), ids) >= 0) for each in (self.schedule, self.opening_due)]
        values = [each.filter(fits) for each in (self.first_fen, self.first_on, self.last_on, self.count)]
        return Instalments(rows[0], rows[1], np.ones(loans.num_rows, dtype=np.bool_), *values)


@dataclass(frozen=True)
class _Loans:
    """What the checks ask of each loan, worked out once: the table and, per loan, masks and the day it was opened."""

    table: pa.Table
    given: Mask
    later: Mask
    closed: Mask
    opened: Whole


@dataclass(frozen=True)
class _Rows:
    """Instalments sorted by loan and due day (columns of SCHEDULE) and the place of each one's loan."""

    table: pa.Table
    at: Whole

    def where(self, mask: Mask) -> _Rows:
        """The rows of a mask."""
        return self if mask.all() else _Rows(keep(self.table, mask), self.at[mask])


def make_instalments(loans: pa.Table, rows: pa.Table | None, make_schedules: ScheduleMaker, ledger: Ledger) -> Instalments:
    """Make or take the instalments of each loan and check them.

    Parameters
    ----------
    loans : checked, one row a loan; rows : columns of `fields.SCHEDULE` or None
    make_schedules : the rules' schedule maker
    ledger : takes a line for each row that no loan needs, and for each loan whose rows do not agree with its principal

    Returns
    -------
    Instalments due after opened_on, and rows due up to it (unpaid then, given by the lender).
    """
    book = _Loans(
        table=loans,
        given=mask_of(pc.equal(loans.column("method"), "given")),
        later=is_boarded_later(loans),
        closed=is_boarded_later(loans) & (numbers(loans.column("opening_principal_fen"), -1) == 0),
        opened=numbers(loans.column("opened_on")),
    )
    made = _made_rows(book, make_schedules)
    given = _given_rows(book, rows, ledger)
    coming = made.where(~_up_to_opening(book, made) & ~book.closed[made.at])
    early = _up_to_opening(book, given)
    added, opening = _named(given.where(~early), "I"), _named(given.where(early), "H")
    fits = _check_sums(book, (coming, added, opening), ledger) & ~_check_names(book, added, opening, ledger)
    first_fen, first_on, last_on, count = _ends(book, made, given.where(book.given[given.at]))
    fits &= ~_check_instalment(loans, first_fen, fits, ledger)
    schedule = coming.table
    if added.table.num_rows:
        schedule = pa.concat_tables([schedule, added.table]).sort_by([("loan_id", "ascending"), ("due_on", "ascending")])
    return Instalments(schedule, opening.table, fits, first_fen, first_on, last_on, count)


def _made_rows(book: _Loans, make_schedules: ScheduleMaker) -> _Rows:
    """Make the whole contract schedule of the loans whose method we compute; a fixed instalment given for simple interest stands."""
    own = keep(book.table, ~book.given)
    if own.num_rows == 0:
        return _Rows(empty(SCHEDULE), np.zeros(0, dtype=np.int64))
    terms = {name: own.column(name) for name in _MAKER}
    terms |= {name: own.column(name).cast(pa.int32()) for name in ("term_count", "step_months", "due_day")}
    rows = make_schedules(pa.table(terms))
    at = places(rows.column("loan_id"), book.table.column("loan_id"))
    simple = mask_of(pc.equal(book.table.column("method"), "simple_interest")) & ~nulls(book.table, "instalment_fen")
    if simple.any():
        fixed = np.where(simple[at], numbers(book.table.column("instalment_fen"))[at], numbers(rows.column("principal_fen")))
        rows = with_column(rows, "principal_fen", pa.array(fixed))
    return _Rows(in_columns(rows, SCHEDULE), at)


def _given_rows(book: _Loans, rows: pa.Table | None, ledger: Ledger) -> _Rows:
    """Check given rows one by one and return those that a loan needs, each once."""
    none = _Rows(empty(SCHEDULE), np.zeros(0, dtype=np.int64))
    if rows is None or rows.num_rows == 0:
        return none
    at = places(rows.column("loan_id"), book.table.column("loan_id"))
    unknown = ledger.reject_where(rows, at < 0, "loan_id", "no such loan among the good rows of these files")
    rows, at = keep(rows, ~unknown), at[~unknown]
    if rows.num_rows == 0:
        return none
    bad: Mask = np.zeros(rows.num_rows, dtype=np.bool_)
    for name in ("interest_fen", "principal_fen"):
        amount = numbers(rows.column(name))
        bad |= ledger.reject_where(rows, amount < 0, name, "negative")
        bad |= ledger.reject_where(rows, amount > LARGEST_FEN, name, f"above {LARGEST_FEN} minor units")
    due = numbers(rows.column("due_on"))
    bad |= ledger.reject_where(rows, due <= numbers(book.table.column("disbursed_on"))[at], "due_on", "not after the pay-out")
    made = ~book.given[at] & ~(book.later[at] & (due <= book.opened[at]))
    bad |= ledger.reject_where(rows, made, "due_on", "this loan's instalments are made from its terms; only method given takes rows")
    good = in_columns(_without_repeats(keep(rows, ~bad), ledger), SCHEDULE)
    good = good.sort_by([("loan_id", "ascending"), ("due_on", "ascending"), ("obligation", "ascending")]).combine_chunks()
    return _Rows(good, places(good.column("loan_id"), book.table.column("loan_id")))


def _without_repeats(rows: pa.Table, ledger: Ledger) -> pa.Table:
    """Keep one of the rows that are the same in every column; report the others."""
    key = pc.binary_join_element_wise(*(rows.column(name).cast(pa.string()) for name in SCHEDULE), "\x1f")
    again = first_places(key) != np.arange(rows.num_rows)
    ledger.repeat(rows, again, "instalment", rows.column("loan_id"))
    return keep(rows, ~again)


def _up_to_opening(book: _Loans, rows: _Rows) -> Mask:
    """Say which rows were due before the Book knew the loan, of loans taken over after their pay-out."""
    out: Mask = book.later[rows.at] & (numbers(rows.table.column("due_on")) <= book.opened[rows.at])
    return out


def _named(rows: _Rows, prefix: str) -> _Rows:
    """Name the rows that have no name: I01, I02, ... (H01, ... what was unpaid at the opening) in order of their due days."""
    table = rows.table
    if not mask_of(pc.equal(table.column("obligation"), "")).any():
        return rows
    number = np.arange(table.num_rows) - first_places(table.column("loan_id")) + 1
    names = [name or f"{prefix}{k:02d}" for name, k in zip(table.column("obligation").to_pylist(), number.tolist(), strict=True)]
    return _Rows(with_column(table, "obligation", pa.array(names, type=pa.string())), rows.at)


def _check_sums(book: _Loans, parts: tuple[_Rows, ...], ledger: Ledger) -> Mask:
    """Check that the principal of all instalments is what is owed; simple interest has whole instalments and is left out."""
    loans = book.table
    total = sum(
        (sums_by(part.at, numbers(part.table.column("principal_fen")), loans.num_rows) for part in parts), np.zeros(1, dtype=np.int64)
    )
    owed = np.where(book.later, numbers(loans.column("opening_principal_fen")), numbers(loans.column("principal_fen")))
    off: Mask = (total != owed) & ~mask_of(pc.equal(loans.column("method"), "simple_interest"))
    for name, chosen in (("principal_fen", off & ~book.later), ("opening_principal_fen", off & book.later)):
        reason = "the instalments hold {} of principal, {:+d} against {}"
        ledger.reject_at(loans, {int(i): reason.format(total[i], total[i] - owed[i], owed[i]) for i in np.flatnonzero(chosen)}, name)
    return ~off


def _check_names(book: _Loans, added: _Rows, opening: _Rows, ledger: Ledger) -> Mask:
    """Reject loans in which two given instalments bear one name."""
    rows = pa.concat_tables([added.table, opening.table])
    key = pc.binary_join_element_wise(rows.column("loan_id"), rows.column("obligation"), "\x1f")
    twice = first_places(key) != np.arange(rows.num_rows)
    bad: Mask = np.zeros(book.table.num_rows, dtype=np.bool_)
    bad[np.concatenate([added.at, opening.at])[twice]] = True
    return ledger.reject_where(book.table, bad, "loan_id", "two of its instalments bear one name")


def _ends(book: _Loans, *parts: _Rows) -> tuple[pa.Array, pa.Array, pa.Array, pa.Array]:
    """Return per loan the total and day of the first instalment, the day of the last and their number; rows are in due order."""
    size = book.table.num_rows
    count, total, first, last = (np.zeros(size, dtype=np.int64) for _ in range(4))
    for part in parts:
        due = numbers(part.table.column("due_on"))
        money = numbers(part.table.column("interest_fen")) + numbers(part.table.column("principal_fen"))
        count += np.bincount(part.at, minlength=size)
        first[part.at[::-1]], total[part.at[::-1]] = due[::-1], money[::-1]
        last[part.at] = due
    none = count == 0
    return pa.array(total, mask=none), days_of(first, none), days_of(last, none), pa.array(count)


def _check_instalment(loans: pa.Table, first_fen: pa.Array, fits: Mask, ledger: Ledger) -> Mask:
    """Reject a stated instalment that the terms do not make; the lender's own rows then say what was agreed."""
    stated = numbers(loans.column("instalment_fen"), -1)
    made = first_fen.fill_null(0).to_numpy(zero_copy_only=False)
    computed = ~mask_of(pc.is_in(loans.column("method"), value_set=pa.array(["given", "simple_interest"])))
    off = fits & computed & (stated >= 0) & (stated != made)
    reason = "these terms make a first instalment of {} minor units; if the contract differs, use method given"
    reasons = {int(i): reason.format(made[i]) for i in np.flatnonzero(off)}
    return ledger.reject_at(loans, reasons, "instalment_fen")

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
        ids, fits = loans.column("loan_id"), pa.array(self.fits)
        rows = [keep(each, places(each.column("loan_id"), ids) >= 0) for each in (self.schedule, self.opening_due)]
        values = [each.filter(fits) for each in (self.first_fen, self.first_on, self.last_on, self.count)]
        return Instalments(rows[0], rows[1], np.ones(loans.num_rows, dtype=np.bool_), *values)


def make_instalments(loans: pa.Table, rows: pa.Table | None, make_schedules: ScheduleMaker, ledger: Ledger) -> Instalments:
    """Make or take the instalments of each loan and check them.

    Parameters
    ----------
    loans : checked, one row a loan; rows : columns of `fields.SCHEDULE` or None
    ledger : takes a line for each row that no loan needs, and for each loan whose rows do not agree with its principal

    Returns
    -------
    Instalments due after opened_on, and rows due up to it (unpaid then, given by the lender).
    """
    given = _given_rows(loans, rows, ledger)
    made = _made_rows(loans, make_schedules)
    contract = pa.concat_tables([made, keep(given, _is_given(loans, given) | ~_up_to_opening(loans, given))])
    contract = contract.sort_by([("loan_id", "ascending"), ("due_on", "ascending"), ("obligation", "ascending")])
    early = _up_to_opening(loans, contract)
    unpaid = keep(given, _up_to_opening(loans, given) & ~_is_given(loans, given))
    opening = pa.concat_tables([keep(contract, early & _is_given(loans, contract)), unpaid])
    opening = opening.sort_by([("loan_id", "ascending"), ("due_on", "ascending"), ("obligation", "ascending")])
    schedule = keep(contract, ~early & ~_is_closed(loans, contract))
    schedule, opening = _named(schedule, "I"), _named(opening, "H")
    fits = _check_sums(loans, schedule, opening, ledger)
    first_fen, first_on, last_on, count = _firsts(loans, contract)
    fits &= ~_check_instalment(loans, first_fen, fits, ledger)
    return Instalments(in_columns(schedule, SCHEDULE), in_columns(opening, SCHEDULE), fits, first_fen, first_on, last_on, count)


def _made_rows(loans: pa.Table, make_schedules: ScheduleMaker) -> pa.Table:
    """Make the whole contract schedule of the loans whose method we compute; a fixed instalment given for simple interest stands."""
    own = keep(loans, ~mask_of(pc.equal(loans.column("method"), "given")))
    if own.num_rows == 0:
        return empty(SCHEDULE)
    terms = {name: own.column(name) for name in _MAKER}
    terms |= {name: own.column(name).cast(pa.int32()) for name in ("term_count", "step_months", "due_day")}
    rows = make_schedules(pa.table(terms))
    at = places(rows.column("loan_id"), own.column("loan_id"))
    simple = mask_of(pc.equal(own.column("method"), "simple_interest")) & ~nulls(own, "instalment_fen")
    fixed = np.where(simple[at], numbers(own.column("instalment_fen"))[at], numbers(rows.column("principal_fen")))
    return in_columns(rows.set_column(4, "principal_fen", pa.array(fixed)), SCHEDULE)


def _given_rows(loans: pa.Table, rows: pa.Table | None, ledger: Ledger) -> pa.Table:
    """Check given rows one by one and return those that a loan needs, with the columns of SCHEDULE."""
    if rows is None or rows.num_rows == 0:
        return empty(SCHEDULE)
    at = places(rows.column("loan_id"), loans.column("loan_id"))
    bad = ledger.reject_where(rows, at < 0, "loan_id", "no such loan among the good rows of these files")
    for name in ("interest_fen", "principal_fen"):
        amount = numbers(rows.column(name))
        bad |= ledger.reject_where(rows, (at >= 0) & (amount < 0), name, "negative")
        bad |= ledger.reject_where(rows, (at >= 0) & (amount > LARGEST_FEN), name, f"above {LARGEST_FEN} minor units")
    due, paid_out = numbers(rows.column("due_on")), numbers(loans.column("disbursed_on"))
    place = np.where(at < 0, 0, at)
    if loans.num_rows:
        bad |= ledger.reject_where(rows, (at >= 0) & (due <= paid_out[place]), "due_on", "not after the pay-out")
        made = (at >= 0) & ~_is_given(loans, rows) & ~_up_to_opening(loans, rows)
        bad |= ledger.reject_where(rows, made, "due_on", "this loan's instalments are made from its terms; only method given takes rows")
    good = keep(rows, ~bad)
    return in_columns(_without_repeats(good, ledger), SCHEDULE)


def _without_repeats(rows: pa.Table, ledger: Ledger) -> pa.Table:
    """Keep one of the rows that are the same in every column; report the others."""
    names = list(SCHEDULE)
    key = pc.binary_join_element_wise(*(rows.column(name).cast(pa.string()) for name in names), "\x1f")
    again = first_places(key) != np.arange(rows.num_rows)
    ledger.repeat(rows, again, "instalment", rows.column("loan_id"))
    return keep(rows, ~again)


def _is_given(loans: pa.Table, rows: pa.Table) -> Mask:
    """Say which rows belong to a loan of method given."""
    return _of_loan(loans, rows, mask_of(pc.equal(loans.column("method"), "given")))


def _is_closed(loans: pa.Table, rows: pa.Table) -> Mask:
    """Say which rows belong to a loan that was boarded with nothing owed."""
    closed = is_boarded_later(loans) & (numbers(loans.column("opening_principal_fen"), -1) == 0)
    return _of_loan(loans, rows, closed)


def _up_to_opening(loans: pa.Table, rows: pa.Table) -> Mask:
    """Say which rows were due before the Book knew the loan, of loans taken over after their pay-out."""
    at = places(rows.column("loan_id"), loans.column("loan_id"))
    if loans.num_rows == 0:
        return np.zeros(rows.num_rows, dtype=np.bool_)
    opened = numbers(loans.column("opened_on"))[np.where(at < 0, 0, at)]
    return _of_loan(loans, rows, is_boarded_later(loans)) & (numbers(rows.column("due_on")) <= opened)


def _of_loan(loans: pa.Table, rows: pa.Table, loan_mask: Mask) -> Mask:
    """Spread a mask of loans over their rows."""
    at = places(rows.column("loan_id"), loans.column("loan_id"))
    if loans.num_rows == 0:
        return np.zeros(rows.num_rows, dtype=np.bool_)
    out: Mask = (at >= 0) & loan_mask[np.where(at < 0, 0, at)]
    return out


def _named(rows: pa.Table, prefix: str) -> pa.Table:
    """Name the rows that have no name: I01, I02, ... (H01, ... what was unpaid at the opening) in order of their due days."""
    unnamed = mask_of(pc.equal(rows.column("obligation"), ""))
    if not unnamed.any():
        return rows
    first = first_places(rows.column("loan_id"))
    number = np.arange(rows.num_rows) - first + 1
    names = [name or f"{prefix}{k:02d}" for name, k in zip(rows.column("obligation").to_pylist(), number.tolist(), strict=True)]
    return rows.set_column(rows.column_names.index("obligation"), "obligation", pa.array(names, type=pa.string()))


def _check_sums(loans: pa.Table, schedule: pa.Table, opening: pa.Table, ledger: Ledger) -> Mask:
    """Check that the principal of all instalments is what is owed; simple interest has whole instalments and is left out."""
    both = pa.concat_tables([schedule.select(list(SCHEDULE)), opening.select(list(SCHEDULE))])
    at = places(both.column("loan_id"), loans.column("loan_id"))
    total = sums_by(at, numbers(both.column("principal_fen")), loans.num_rows)
    later = is_boarded_later(loans)
    owed = np.where(later, numbers(loans.column("opening_principal_fen")), numbers(loans.column("principal_fen")))
    simple = mask_of(pc.equal(loans.column("method"), "simple_interest"))
    off: Mask = (total != owed) & ~simple
    field = np.where(later, "opening_principal_fen", "principal_fen")
    for name in ("principal_fen", "opening_principal_fen"):
        chosen = np.flatnonzero(off & (field == name))
        reasons = {int(i): f"the instalments hold {total[i]} of principal, {total[i] - owed[i]:+d} against {owed[i]}" for i in chosen}
        ledger.reject_at(loans, reasons, name)
    return ~off & ~_check_names(loans, both, ledger)


def _check_names(loans: pa.Table, rows: pa.Table, ledger: Ledger) -> Mask:
    """Reject loans in which two instalments bear one name."""
    key = pc.binary_join_element_wise(rows.column("loan_id"), rows.column("obligation"), "\x1f")
    twice = first_places(key) != np.arange(rows.num_rows)
    at = places(rows.column("loan_id"), loans.column("loan_id"))
    bad: Mask = np.zeros(loans.num_rows, dtype=np.bool_)
    bad[at[twice]] = True
    return ledger.reject_where(loans, bad, "loan_id", "two of its instalments bear one name")


def _firsts(loans: pa.Table, contract: pa.Table) -> tuple[pa.Array, pa.Array, pa.Array, pa.Array]:
    """Return per loan the total and day of the first instalment, the day of the last and their number; rows are in due order."""
    at = places(contract.column("loan_id"), loans.column("loan_id"))
    count = np.bincount(at[at >= 0], minlength=loans.num_rows).astype(np.int64)
    first, last = np.zeros(loans.num_rows, dtype=np.int64), np.zeros(loans.num_rows, dtype=np.int64)
    index = np.arange(contract.num_rows)
    first[at[::-1]] = index[::-1]
    last[at] = index
    none = count == 0
    if contract.num_rows == 0:
        return (pa.nulls(len(none), pa.int64()), pa.nulls(len(none), pa.date32()), pa.nulls(len(none), pa.date32()), pa.array(count))
    total, due = numbers(contract.column("interest_fen")) + numbers(contract.column("principal_fen")), numbers(contract.column("due_on"))
    return pa.array(total[first], mask=none), days_of(due[first], none), days_of(due[last], none), pa.array(count)


def _check_instalment(loans: pa.Table, first_fen: pa.Array, fits: Mask, ledger: Ledger) -> Mask:
    """Reject a stated instalment that the terms do not make; the lender's own rows then say what was agreed."""
    stated = numbers(loans.column("instalment_fen"), -1)
    made = first_fen.fill_null(0).to_numpy(zero_copy_only=False)
    computed = ~mask_of(pc.is_in(loans.column("method"), value_set=pa.array(["given", "simple_interest"])))
    off = fits & computed & (stated >= 0) & (stated != made)
    reason = "these terms make a first instalment of {} minor units; if the contract differs, use method given"
    reasons = {int(i): reason.format(made[i]) for i in np.flatnonzero(off)}
    return ledger.reject_at(loans, reasons, "instalment_fen")

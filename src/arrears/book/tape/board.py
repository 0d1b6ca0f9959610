"""Boarding: checked terms become LOANS rows, their instalments, and what was already unpaid when the Book took them over."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.columns import LOANS
from arrears.book.tape import liens
from arrears.book.tape.instalments import Instalments, ScheduleMaker, make_instalments
from arrears.book.tape.rejects import Ledger
from arrears.book.tape.shape import Mask, first_places, in_columns, keep, mask_of, nulls, places, same_rows, with_column
from arrears.book.tape.terms import check_terms, is_boarded_later

# Words of a purpose for which a loan on a car may not be given; the source is weak, so they flag and do not refuse (S007).
NOT_FOR = (
    "buy car",
    "buy a car",
    "buy house",
    "buy a house",
    "car purchase",
    "house purchase",
    "home purchase",
    "购车",
    "买车",
    "购房",
    "买房",
)


@dataclass(frozen=True)
class Boarded:
    """Loans new to the Book. `loans` has the columns of LOANS, the two others those of SCHEDULE."""

    loans: pa.Table
    schedule: pa.Table
    opening_due: pa.Table


def board(
    loans: pa.Table,
    rows: pa.Table | None,
    as_of_on: dt.date,
    known: pa.Table,
    balance_flag_fen: int,
    make_schedules: ScheduleMaker,
    ledger: Ledger,
) -> Boarded:
    """Board the loans of a tape.

    Parameters
    ----------
    loans : columns of `fields.LOANS`; rows : given instalments, columns of `fields.SCHEDULE`, or None
    as_of_on : the day of the import
    known : the loans the Book has (LOANS)
    balance_flag_fen : limits.balance_flag_fen; one borrower's loans together above it are flagged for review
    make_schedules : the rules' schedule maker
    ledger : takes rejects and duplicates

    Returns
    -------
    Only loans new to the Book. One that is there with the same terms is a duplicate; with other terms a reject.
    """
    good = drop_repeats(check_terms(loans, as_of_on, ledger), ledger)
    made = make_instalments(good, rows, make_schedules, ledger)
    good = keep(good, made.fits)
    return finish(good, made.of(good), known, balance_flag_fen, ledger)


def drop_repeats(loans: pa.Table, ledger: Ledger) -> pa.Table:
    """Keep the first row of each loan; report the same terms again as a duplicate, other terms as a reject."""
    first = first_places(loans.column("loan_id"))
    again: Mask = first != np.arange(loans.num_rows)
    if not again.any():
        return loans
    names = [name for name in loans.column_names if name not in ("file", "row")]
    same = same_rows(loans, loans.take(pa.array(first)), names)
    ledger.repeat(loans, again & same, "loan", loans.column("loan_id"))
    ledger.reject_where(loans, again & ~same, "loan_id", "duplicate loan with other terms in these files")
    return keep(loans, ~again)


def finish(loans: pa.Table, made: Instalments, known: pa.Table, balance_flag_fen: int, ledger: Ledger) -> Boarded:
    """Turn checked loans with their instalments into rows of the Book, without those it already has."""
    agreed, opening = (loans.column(name).combine_chunks() for name in ("principal_fen", "opening_principal_fen"))
    loans = with_column(loans, "principal_fen", pc.if_else(pa.array(is_boarded_later(loans)), opening, agreed))
    for name, column in (("instalment_fen", made.first_fen), ("maturity_on", made.last_on), ("first_due_on", made.first_on)):
        loans = with_column(loans, name, pc.coalesce(loans.column(name), column))
    loans = with_column(loans, "term_count", pc.coalesce(loans.column("term_count"), made.count))
    rows = in_columns(loans, LOANS)
    fresh = ~_known(loans, rows, known, ledger)
    loans, rows = keep(loans, fresh), keep(rows, fresh)
    for name, column in zip(("lien_rank", "lien_missing"), liens.columns(rows.column("liens")), strict=True):
        rows = with_column(rows, name, column)
    rows = with_column(rows, "flags", flags_of(rows, known, balance_flag_fen))
    ids = rows.column("loan_id")
    order = pc.sort_indices(ids)
    schedule, opening = made.schedule, made.opening_due
    if not fresh.all():
        schedule, opening = (keep(each, places(each.column("loan_id"), ids) >= 0) for each in (schedule, opening))
    return Boarded(rows.take(order).combine_chunks(), schedule, opening)


def _known(loans: pa.Table, rows: pa.Table, known: pa.Table, ledger: Ledger) -> Mask:
    """Say which loans the Book has, and report them."""
    at = places(rows.column("loan_id"), known.column("loan_id"))
    there: Mask = at >= 0
    if not there.any():
        return there
    # flags and ranks are our own finding and not a term; a loan whose opening is not in these files is compared on its terms
    opening = ("opened_on", "principal_fen", "history_paid_fen")
    match = in_columns(known, LOANS).take(pa.array(np.where(there, at, 0)))
    same = same_rows(rows, match, [name for name in LOANS if name not in ("flags", "lien_rank", "lien_missing", *opening)])
    same &= same_rows(rows, match, list(opening)) | nulls(loans, "opened_on")
    ledger.repeat(loans, there & same, "loan", rows.column("loan_id"))
    ledger.reject_where(loans, there & ~same, "loan_id", "duplicate loan with other terms than the Book has; terms change by events")
    return there


def flags_of(loans: pa.Table, known: pa.Table, balance_flag_fen: int) -> pa.Array:
    """Return the review flags of each loan, joined by "+" (S007).

    purpose: the stated purpose is to buy a car or a house. balance: the borrower's loans together, those the Book has
    included as they were boarded, are over the limit.
    """
    purposes = pc.utf8_lower(loans.column("purpose"))
    purpose: Mask = np.zeros(loans.num_rows, dtype=np.bool_)
    for words in NOT_FOR:
        purpose |= mask_of(pc.match_substring(purposes, words))
    names = ["borrower_id", "principal_fen"]
    both = pa.concat_tables([loans.select(names), in_columns(known, LOANS).select(names)])
    owed = both.filter(pc.not_equal(both.column("borrower_id"), "")).group_by("borrower_id").aggregate([("principal_fen", "sum")])
    over = owed.filter(pc.greater(owed.column("principal_fen_sum"), balance_flag_fen)).column("borrower_id")
    balance = places(loans.column("borrower_id"), over) >= 0
    flags = np.where(purpose & balance, "purpose+balance", np.where(purpose, "purpose", np.where(balance, "balance", "")))
    return pa.array(flags.tolist(), type=pa.string())

"""Months of performance, first part: their order, and the opening of each loan from its history month (k = 0).

The loan is boarded with that month's end balance; what was paid in it is history and pays no instalment; the days of
delinquency reported for it make whole instalments unpaid at the opening. From the next month on one instalment falls due
on the due day of each month. `performance.py` turns the months after it into events.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.columns import SCHEDULE
from arrears.book.tape.instalments import Instalments
from arrears.book.tape.mapping import Performance
from arrears.book.tape.rejects import Ledger
from arrears.book.tape.shape import (
    Mask,
    Whole,
    days_of,
    empty,
    first_places,
    in_columns,
    keep,
    nulls,
    numbers,
    places,
    same_rows,
    with_column,
)


@dataclass(frozen=True)
class History:
    """Loans with their opening filled in (fields.LOANS), and their instalments; only loans whose history month is there."""

    loans: pa.Table
    made: Instalments


def order_months(months: pa.Table, ledger: Ledger) -> pa.Table:
    """Sort months by loan and month, each (deal, loan, month) once.

    The same figures filed twice are a duplicate. Where the figures differ, the later filing stands if the files say when each
    was filed; otherwise nobody can tell which is right, and all rows of that month are rejected.
    """
    months = _latest_first(months)
    key = pc.binary_join_element_wise(
        months.column("deal"), months.column("loan_id"), pc.cast(months.column("period_on"), pa.string()), "\x1f"
    )
    first = first_places(key)
    again: Mask = first != np.arange(months.num_rows)
    if again.any():
        names = [name for name in months.column_names if name not in ("file", "row", "filed_on")]
        match = months.take(pa.array(first))
        same = same_rows(months, match, names)
        ids = pc.binary_join_element_wise(months.column("loan_id"), pc.cast(months.column("period_on"), pa.string()), "/")
        ledger.repeat(months, again & same, "month", ids)
        earlier = again & ~same & (numbers(months.column("filed_on"), -1) < numbers(match.column("filed_on"), -1))
        ledger.reject_where(months, earlier, "period_on", "filed again later with other figures: the later filing stands")
        open_question: Mask = again & ~same & ~earlier
        lost = np.isin(first, first[open_question]) & ~earlier & (open_question | ~again)
        reason = "this month of this loan stands in these files with other figures, and nothing says which is right: none is taken"
        ledger.reject_where(months, lost, "period_on", reason)
        again |= lost
    return keep(months, ~again).sort_by([("loan_id", "ascending"), ("period_on", "ascending")]).combine_chunks()


def _latest_first(months: pa.Table) -> pa.Table:
    """Put later filings first, in the order of the files where nothing says when they were filed."""
    filed = numbers(months.column("filed_on"), -1)
    if not len(filed) or (filed == filed[0]).all():
        return months
    return months.take(pa.array(np.argsort(-filed, kind="stable"))).combine_chunks()


def open_loans(loans: pa.Table, months: pa.Table, plan: Performance, known: pa.Table, ledger: Ledger) -> History:
    """Fill the opening of each loan from its history month and lay out its instalments.

    Parameters
    ----------
    loans : checked rows, columns of `fields.LOANS`; months : of `order_months`
    plan : due day and the days of delinquency that make one unpaid instalment
    known : the Book's loans; one of these needs no history month
    ledger : takes a line for a loan that cannot be opened

    Returns
    -------
    History: opened_on = the history month's last day, opening principal = its end balance, history paid = its total paid;
    H01.. = unpaid instalments up to it, I01.. = one a month from the next month to the later of the maturity month and the
    last month of the tape, whole instalments as principal. A loan with nothing owed at the opening has no instalments.
    """
    history = keep(months, numbers(months.column("k")) == 0)
    at = places(loans.column("loan_id"), history.column("loan_id"))
    known_already = places(loans.column("loan_id"), known.column("loan_id")) >= 0
    bad = ledger.reject_where(
        loans, (at < 0) & ~known_already, "loan_id", "no month k = 0 in these files: the loan's opening balance is not known"
    )
    # history is taken by place; a loan without it borrows place 0 and is dropped or left unopened below
    end = numbers(history.column("end_fen"), -1)[at] if history.num_rows else np.full(len(at), -1, dtype=np.int64)
    bad |= ledger.reject_where(loans, (at >= 0) & (end < 0), "loan_id", "its month k = 0 has no end balance, or a negative one")
    bad |= ledger.reject_where(loans, numbers(loans.column("instalment_fen")) <= 0, "instalment_fen", "no instalment")
    loans, at, end = keep(loans, ~bad), at[~bad], end[~bad]
    opened = days_of(numbers(history.column("period_on"))[at], at < 0) if history.num_rows else pa.nulls(len(at), pa.date32())
    paid = numbers(history.column("paid_fen"))[at] if history.num_rows else np.zeros(len(at), dtype=np.int64)
    loans = with_column(loans, "opened_on", opened)
    loans = with_column(loans, "opening_principal_fen", pa.array(end, mask=at < 0))
    loans = with_column(loans, "history_paid_fen", pa.array(np.where(at < 0, 0, paid)))
    return History(loans, _instalments(loans, last_month(months), plan))


def last_month(months: pa.Table) -> int:
    """Return the last month of the tape, in months since 1970-01."""
    return int(months_of(numbers(months.column("period_on"))).max(initial=0))


def months_of(days: Whole) -> Whole:
    """Return months since 1970-01 of day numbers."""
    out: Whole = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return out


def _instalments(loans: pa.Table, last_month: int, plan: Performance) -> Instalments:
    """Lay out what was unpaid at the opening and one instalment a month after it."""
    opened = months_of(numbers(loans.column("opened_on")))
    owes = (numbers(loans.column("opening_principal_fen")) > 0) & ~nulls(loans, "opened_on")
    unpaid = np.where(owes, -(-numbers(loans.column("delinquency_days")) // plan.delinquency_step_days), 0)
    until = np.maximum(months_of(numbers(loans.column("maturity_on"))), last_month)
    coming = np.where(owes, np.maximum(until - opened, 0), 0)
    none = np.zeros(loans.num_rows, dtype=np.bool_)
    return Instalments(
        schedule=monthly(loans, opened + 1, coming, "I", np.full(loans.num_rows, plan.due_day)),
        opening_due=monthly(loans, opened - unpaid + 1, unpaid, "H", np.full(loans.num_rows, plan.due_day)),
        fits=~none,
        first_fen=loans.column("instalment_fen").combine_chunks(),
        first_on=loans.column("first_due_on").combine_chunks(),
        last_on=loans.column("maturity_on").combine_chunks(),
        count=loans.column("term_count").combine_chunks(),
    )


def monthly(loans: pa.Table, first_month: Whole, count: Whole, prefix: str, due_day: Whole, first_fen: Whole | None = None) -> pa.Table:
    """Write `count` whole instalments a loan, one a month from `first_month` on its due day or, in a shorter month, the last.

    `first_fen` : amount of each loan's first one where it is not a whole instalment; one of nothing is left out.
    """
    total = int(count.sum())
    if total == 0:
        return empty(SCHEDULE)
    loan = np.repeat(np.arange(loans.num_rows), count)
    number = np.arange(total) - np.repeat(np.cumsum(count) - count, count)
    month = first_month[loan] + number
    first, after = (each.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) for each in (month, month + 1))
    due = np.minimum(first + due_day[loan], after) - 1
    amount = numbers(loans.column("instalment_fen"))[loan]
    if first_fen is not None:
        amount = np.where(number == 0, first_fen[loan], amount)
    names = pa.array([f"{prefix}{k:02d}" for k in range(1, int(count.max()) + 1)])
    table = {
        "loan_id": loans.column("loan_id").take(pa.array(loan)),
        "obligation": names.take(pa.array(number)),
        "due_on": days_of(due),
        "interest_fen": pa.array(np.zeros(total, dtype=np.int64)),
        "principal_fen": pa.array(amount),
    }
    out = in_columns(pa.table(table), SCHEDULE)
    return out if amount.all() else keep(out, amount != 0)

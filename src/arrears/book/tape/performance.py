"""Months of performance, second part: what a month reports becomes events of its last day.

The book's principal follows the reported end balances exactly. Where the tape's own arithmetic differs (an end balance
that is not begin less principal, more principal than was owed, a negative principal), the difference is an event with a
reason, never a silent repair. Months that are absent say nothing: a gap makes no event.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.tape.filing import CHARGED_OFF, PAID_OFF, REPURCHASED, SERVICING_MOVED, SOLD, UNAVAILABLE, zero_codes
from arrears.book.tape.intake import ARRIVING
from arrears.book.tape.rejects import Ledger
from arrears.book.tape.shape import Mask, Whole, first_places, in_columns, keep, mask_of, nulls, numbers, places, with_column


@dataclass(frozen=True)
class Months:
    """Months as arrays, sorted by loan and month; the state of the book at the start and at the end of each.

    begin, end : the book's principal; reported : the tape's end balance of the month before (may be below 0)
    paid, principal : as reported, 0 where empty; split : the part of the payment that is principal of the book
    empty : the end balance is empty
    open : the loan is open at the start of the month; ends : the loan closes in this month; off : it is charged off
    code : why the balance is zero (`filing.zero_codes`), 0 where nothing is said; it comes before any figure
    """

    table: pa.Table
    begin: Whole
    end: Whole
    reported: Whole
    paid: Whole
    principal: Whole
    split: Whole
    empty: Mask
    open: Mask
    ends: Mask
    off: Mask
    code: Whole


def month_events(
    months: pa.Table, loans: pa.Table, known: pa.Table, source: str, tolerance_fen: int, ledger: Ledger, filing: bool = False
) -> pa.Table:
    """Turn months after the history month into events.

    Parameters
    ----------
    months : of `order_months`; loans : the Book's loans, those of this import included (LOANS)
    known : accepted events (EVENTS), from which a loan that is in the Book already gets its balance at its first month here
    source : the mapping's name
    tolerance_fen : a balance that reaches 0 with less principal paid than this short of it is a charge-off
    ledger : takes a line for each month that cannot be an event
    filing : a loan's id holds its deal, so months name none

    Returns
    -------
    Columns of `intake.ARRIVING` with file and row, in order of loan and day. The reference is deal/loan/month/kind.
    """
    read = _with_balances(_usable(months, loans, filing, ledger), loans, known, tolerance_fen)
    again = ~read.open & ~read.empty & (read.code == 0) & (numbers(read.table.column("end_fen")) > 0)
    ledger.reject_where(read.table, again, "end_fen", "a balance after the loan was closed: post what happened by hand")
    after = (numbers(read.table.column("k")) > 0) & ~again
    live, late = after & read.open, after & ~read.open
    interest = np.clip(read.paid - read.principal, 0, read.paid - read.split)
    left = read.begin - read.split
    moved = live & read.ends & np.isin(read.code, (REPURCHASED, SERVICING_MOVED))
    change = np.where(read.off | moved, 0, read.end - left)
    recovered, proceeds = (numbers(read.table.column(name)) for name in ("recovered_fen", "proceeds_fen"))
    proceeds = np.where(live & read.ends & (read.code == SOLD) & (proceeds == 0), left, proceeds)
    deferred, reversed_ = numbers(read.table.column("deferred_count")), -numbers(read.table.column("charged_off_fen"))
    # a charge-off that shrinks by exactly what came back is told net of it, and nothing was reversed
    reversed_ = np.where((reversed_ > 0) & (reversed_ != recovered + proceeds), reversed_, 0)
    refund = np.where(late & (read.reported < 0) & (read.principal < 0), np.minimum(-read.principal, -read.reported), 0)
    parts = [
        _events(read, live & (read.paid > 0), "payment_received", read.paid, source, (interest, read.split)),
        _events(read, late & (read.paid > 0), "payment_received", read.paid, source, (read.paid, np.zeros_like(read.paid))),
        *(_events(read, live & (change != 0) & mask, "balance_adjusted", change, source, reason=reason) for reason, mask in _why(read)),
        _events(read, live & read.off, "charged_off", left, source),
        _events(read, late & (reversed_ > 0), "charge_off_reversed", reversed_, source),
        _events(read, moved, "transferred", np.zeros_like(left), source, reason="zero balance code 3 or 5"),
        _events(read, live & ~read.ends & (deferred > 0), "instalments_deferred", np.zeros_like(left), source, count=deferred),
        _events(read, refund > 0, "credit_refunded", refund, source, reason="principal paid is negative after an overpayment"),
        _events(read, after & (recovered != 0), "recovered", recovered, source),
        _events(read, after & (proceeds != 0), "collateral_proceeds_received", proceeds, source),
    ]
    table = pa.concat_tables(parts)
    return table.sort_by([("loan_id", "ascending"), ("value_on", "ascending"), ("kind", "ascending")]).combine_chunks()


def _why(read: Months) -> list[tuple[str, Mask]]:
    """Say why a balance is adjusted, each row once."""
    ended = read.ends & (read.code > 0)
    sold, paid, unknown = ended & (read.code == SOLD), ended & (read.code == PAID_OFF), ended & (read.code == UNAVAILABLE)
    return [
        ("sold to a third party (zero balance code 2): the proceeds settle it", sold),
        ("paid off with a rest given up (zero balance code 1)", paid),
        ("the balance is zero and the source does not say why (zero balance code 99)", unknown),
        ("the end balance differs from begin less principal paid", ~(sold | paid | unknown)),
    ]


def _usable(months: pa.Table, loans: pa.Table, filing: bool, ledger: Ledger) -> pa.Table:
    """Leave out months of unknown loans, of another deal, before the opening, and those that no event can say."""
    at = places(months.column("loan_id"), loans.column("loan_id"))
    bad = ledger.reject_where(months, at < 0, "loan_id", "no such loan in the Book or among the good rows of these files")
    if loans.num_rows and not filing:
        deal = months.column("deal")
        product = loans.column("product").take(pa.array(np.where(at < 0, 0, at)))
        other = (at >= 0) & mask_of(pc.and_(pc.not_equal(deal, ""), pc.not_equal(deal, product)))
        bad |= ledger.reject_where(months, other, "deal", "the loan of that number is of another deal")
        months = with_column(months, "deal", pc.if_else(pc.equal(deal, ""), product, deal))
    if filing:
        months = with_column(months, "deal", pa.array([""] * months.num_rows, type=pa.string()))
    paid, k = numbers(months.column("paid_fen")), numbers(months.column("k"))
    bad |= ledger.reject_where(months, ~bad & (paid < 0), "paid_fen", "negative total paid: post the reversal by hand")
    old = ~bad & (k == 0) & ((numbers(months.column("recovered_fen")) != 0) | (numbers(months.column("proceeds_fen")) != 0))
    ledger.reject_where(
        months, old & (not filing), "proceeds_fen", "recoveries and proceeds of the history month are before the Book knows the loan"
    )
    return keep(months, ~bad)


def _with_balances(months: pa.Table, loans: pa.Table, known: pa.Table, tolerance_fen: int) -> Months:
    """Work out the principal of the book at the start and end of each month, and the month in which a loan closes."""
    rows = months.num_rows
    index = np.arange(rows)
    start = first_places(months.column("loan_id")) if rows else index
    first = index == start
    history = numbers(months.column("k")) == 0
    code = zero_codes(months.column("zero_codes"))
    empty_end = nulls(months, "end_fen") & (code == 0)
    # a code says that the loan has ended, whatever the balance beside it
    end = np.where(code > 0, 0, numbers(months.column("end_fen")))
    # the latest reported balance before each row, in its own loan; at the first row what the Book says
    last = np.maximum.accumulate(np.where(empty_end, -1, index)) if rows else index
    before = np.concatenate([[-1], last[:-1]]).astype(np.int64)[:rows]
    carried = _carried(months, first & ~history, loans, known)
    reported = np.where(before >= start, end[before], carried[start])
    begin = np.maximum(reported, 0)
    paid, principal = (numbers(months.column(name)) for name in ("paid_fen", "principal_fen"))
    split = np.clip(principal, 0, np.minimum(begin, np.maximum(paid, 0)))
    closing = empty_end | (end <= 0)
    # closed from the month after the first closing one on, or closed in the Book already
    ends = closing & _is_first_of(closing, start) & ((carried[start] > 0) | history[start])
    closed_at = np.full(rows, rows, dtype=np.int64)
    np.minimum.at(closed_at, start[closing], index[closing])
    is_open = (index <= closed_at[start]) & ((carried[start] > 0) | history[start])
    split = np.where(is_open & ~history, split, 0)
    by_figures = empty_end | (principal < reported - tolerance_fen) | (numbers(months.column("charged_off_fen")) > tolerance_fen)
    off = ends & ~history & np.where(code > 0, (code == CHARGED_OFF) & (begin > split), by_figures)
    return Months(
        months, begin, np.where(empty_end, 0, np.maximum(end, 0)), reported, paid, principal, split, empty_end, is_open, ends, off, code
    )


def _is_first_of(mask: Mask, start: Whole) -> Mask:
    """Say which rows are the first of their loan inside a mask."""
    rows = len(mask)
    first = np.full(rows, rows, dtype=np.int64)
    np.minimum.at(first, start[mask], np.flatnonzero(mask))
    out: Mask = np.arange(rows) == first[start]
    return out


def _carried(months: pa.Table, wanted: Mask, loans: pa.Table, known: pa.Table) -> Whole:
    """Return the Book's principal at the start of the wanted rows: as boarded, less what earlier events took; elsewhere 0."""
    out = np.zeros(months.num_rows, dtype=np.int64)
    at = np.flatnonzero(wanted)
    if len(at) == 0:
        return out
    ids = months.column("loan_id").take(pa.array(at))
    day = numbers(months.column("period_on"))[at].astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    owed = numbers(loans.column("principal_fen"))[places(ids, loans.column("loan_id"))]
    loan = places(known.column("loan_id"), ids)
    earlier = (loan >= 0) & (numbers(known.column("value_on")) < day[np.where(loan < 0, 0, loan)])
    for kind, column, sign in (
        ("payment_received", "principal_fen", -1),
        ("balance_adjusted", "amount_fen", 1),
        ("charged_off", "amount_fen", -1),
        ("charge_off_reversed", "amount_fen", 1),
    ):
        chosen = earlier & mask_of(pc.equal(known.column("kind"), kind))
        np.add.at(owed, loan[chosen], sign * numbers(known.column(column))[chosen])
    out[at] = owed
    return out


def _of_deal(rows: pa.Table) -> pa.ChunkedArray:
    """Return deal/loan, or the loan alone where its id holds the deal already."""
    deal, loan = rows.column("deal"), rows.column("loan_id")
    return pc.if_else(pc.equal(deal, ""), loan, pc.binary_join_element_wise(deal, loan, "/"))


def _events(
    read: Months,
    mask: Mask,
    kind: str,
    amount: Whole,
    source: str,
    split: tuple[Whole, Whole] | None = None,
    reason: str = "",
    count: Whole | None = None,
) -> pa.Table:
    """Write one event for each month of the mask."""
    rows = keep(read.table, mask)
    size = rows.num_rows
    day = pc.cast(rows.column("period_on"), pa.string())
    month = pc.utf8_slice_codeunits(day, 0, 7)
    columns: dict[str, pa.Array | pa.ChunkedArray] = {
        "source": pa.array([source] * size, type=pa.string()),
        "source_ref": pc.binary_join_element_wise(_of_deal(rows), month, kind, "/"),
        "loan_id": rows.column("loan_id"),
        "kind": pa.array([kind] * size, type=pa.string()),
        "value_on": rows.column("period_on"),
        # a tape of months says nothing of when it was learned: as if on the day itself, so that a past month closes as it was
        "recorded_at": pa.array([""] * size, type=pa.string()),
        "amount_fen": pa.array(amount[mask]),
        "step_months": pa.array(np.ones(size, dtype=np.int32)),
        "progress": pa.array(np.ones(size, dtype=np.bool_)),
        "channel": pa.array(["tape"] * size, type=pa.string()),
        "reason": pa.array([reason] * size, type=pa.string()),
        "file": rows.column("file"),
        "row": rows.column("row"),
    }
    if split is not None:
        columns |= {"interest_fen": pa.array(split[0][mask]), "principal_fen": pa.array(split[1][mask])}
    columns["count"] = pa.array(np.zeros(size, dtype=np.int32) if count is None else count[mask].astype(np.int32))
    columns["days"] = pa.array(np.zeros(size, dtype=np.int32))
    for name in ("subject", "refers_to", "stops", "payer", "asker", "approver"):
        columns[name] = pa.array([""] * size, type=pa.string())
    return in_columns(pa.table(columns), {**ARRIVING, "file": "string", "row": "int64"})

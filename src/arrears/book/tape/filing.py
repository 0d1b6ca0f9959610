"""Filings: files in which each row holds a loan's terms and one of its months (SEC Form ABS-EE, Exhibit 102).

A loan is opened from the first month that the files hold of it. Where that month leaves it open, the loan stands at the
month's end balance and the reported days of delinquency are its unpaid instalments; where that month already ends it, the
loan is opened the day before the month at its begin balance, so that the end is an event. `months.py` and `performance.py`
do the rest as for any months of performance.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.tape.instalments import Instalments
from arrears.book.tape.mapping import Performance
from arrears.book.tape.months import History, last_month, monthly, months_of
from arrears.book.tape.rejects import Ledger
from arrears.book.tape.shape import Mask, Whole, days_of, first_places, keep, mask_of, nulls, numbers, places, with_column

# zeroBalanceCode: 1 prepaid or matured, 2 third-party sale, 3 repurchased or replaced, 4 charged off, 5 servicing transfer,
# 99 unavailable. Where one record holds several, the first of this list counts.
PAID_OFF, SOLD, REPURCHASED, CHARGED_OFF, SERVICING_MOVED, UNAVAILABLE = 1, 2, 3, 4, 5, 99
_STRONGEST_FIRST = (CHARGED_OFF, REPURCHASED, SERVICING_MOVED, SOLD, PAID_OFF, UNAVAILABLE)
_CODE = re.compile(r"(?<![0-9.])([0-9]+)(?:\.0+)?(?![0-9.])")
_EXACT = Context(prec=60)


def zero_codes(column: pa.ChunkedArray) -> Whole:
    """Return the code of each row, 0 where there is none: "4", "4.0", "1+4", "['1', '4']"; an unknown number counts as 99."""
    texts = pc.fill_null(column, "")
    distinct = pc.unique(texts)
    codes = np.array([_strongest(int(each) for each in _CODE.findall(text)) for text in distinct.to_pylist()], dtype=np.int64)
    out: Whole = codes[numbers(pc.index_in(texts, value_set=distinct))] if len(codes) else np.zeros(0, dtype=np.int64)
    return out


def _strongest(codes: Iterable[int]) -> int:
    """Return the code that counts among those of one record."""
    known = {code if code in _STRONGEST_FIRST else UNAVAILABLE for code in codes}
    return next((code for code in _STRONGEST_FIRST if code in known), 0)


def terms_of(loans: pa.Table, months: pa.Table, known: pa.Table) -> pa.Table:
    """Return one row of terms a loan that the Book does not have: that of its earliest month with terms.

    Parameters
    ----------
    loans : rows of terms (`fields.LOANS`), one a row of the files; months : of `order_months`, from the same rows
    known : the Book's loans, whose terms stand
    """
    fresh = keep(loans, places(loans.column("loan_id"), known.column("loan_id")) < 0)
    at = places(_origin(fresh), _origin(months))
    fresh, at = keep(fresh, at >= 0), at[at >= 0]
    fresh = fresh.take(pa.array(np.argsort(at, kind="stable"))).combine_chunks()
    return keep(fresh, first_places(fresh.column("loan_id")) == np.arange(fresh.num_rows))


def _origin(table: pa.Table) -> pa.ChunkedArray:
    """Return file and row of each row as one text."""
    return pc.binary_join_element_wise(table.column("file"), table.column("row").cast(pa.string()), "\x1f")


def open_filing(loans: pa.Table, months: pa.Table, plan: Performance, ledger: Ledger) -> History:
    """Fill the opening of each loan from its first month and lay out its instalments.

    Parameters
    ----------
    loans : checked terms of new loans; months : of `order_months`
    plan : the due day where the filing does not show one
    ledger : takes a line for a loan that owes something and has no instalment

    Returns
    -------
    History. See `_standing` for what was unpaid, or paid ahead, at the opening.
    """
    first = months.take(pa.array(places(loans.column("loan_id"), months.column("loan_id"))))
    ended = (zero_codes(first.column("zero_codes")) > 0) | nulls(first, "end_fen") | (numbers(first.column("end_fen")) <= 0)
    begin, end = numbers(first.column("begin_fen")), np.maximum(numbers(first.column("end_fen")), 0)
    before = ended & (begin > 0)
    period = numbers(first.column("period_on"))
    start = np.where(nulls(first, "begin_on"), _first_of_month(period), numbers(first.column("begin_on")))
    opened = np.maximum(np.where(before, start - 1, period), numbers(loans.column("disbursed_on")))
    owed = np.where(before, begin, np.where(ended, 0, end))
    paid = np.where(before, 0, np.maximum(numbers(first.column("paid_fen")), 0))
    loans = with_column(loans, "instalment_fen", pa.array(_instalment(loans, months, owed)))
    none = ledger.reject_where(
        loans,
        (owed > 0) & (numbers(loans.column("instalment_fen")) <= 0),
        "instalment_fen",
        "no instalment, and none follows from the terms",
    )
    loans = with_column(loans, "opened_on", days_of(opened))
    loans = with_column(loans, "opening_principal_fen", pa.array(owed))
    loans = with_column(loans, "history_paid_fen", pa.array(paid))
    good = ~none
    first, loans = keep(first, good), keep(loans, good)
    standing = _standing(loans, first, (before | ended)[good], opened[good], plan)
    return History(loans, _instalments(loans, opened[good], owed[good], standing, last_month(months)))


@dataclass(frozen=True)
class _Standing:
    """Where each loan stands at its opening: its due day, unpaid instalments, what is left of the oldest, what falls due next."""

    due_day: Whole
    unpaid: Whole
    oldest_fen: Whole
    next_fen: Whole


def _standing(loans: pa.Table, first: pa.Table, ended: Mask, opened: Whole, plan: Performance) -> _Standing:
    """Read the reported days of delinquency, and the amount due next, as unpaid instalments.

    The due day is that of the oldest unpaid instalment, `status_days` before the opening; of a loan that is not late it is
    not known, and the plan's stands in. What is due next, less one instalment, is what is unpaid: the oldest may be paid in
    part. A loan that is not late and has two instalments due next has one that fell due on the opening's own day; one with
    less than an instalment due next is paid ahead.
    """
    instalment, due_next = numbers(loans.column("instalment_fen")), numbers(first.column("next_due_fen"))
    told = ~nulls(first, "next_due_fen") & ~ended
    late = np.where(ended, 0, np.maximum(numbers(first.column("status_days")), 0))
    oldest = np.where(_counts_thirty(first, plan), _thirty_days_before(opened, late), opened - late)
    on_the_day = told & (late == 0) & (10 * due_next >= 19 * instalment)  # two, of which a tenth of one may be missing
    month = months_of(opened)
    unpaid = np.where(late > 0, month - months_of(oldest) + 1, np.where(on_the_day, 1, 0))
    part = due_next - unpaid * instalment
    oldest_fen = np.where(told & (part > 0), np.minimum(part, instalment), instalment)
    due_day = np.where(late > 0, oldest - _first_of_month(oldest) + 1, np.where(on_the_day, 31, plan.due_day))
    next_fen = np.where(told & (late == 0), np.minimum(np.maximum(due_next, 0), instalment), instalment)
    return _Standing(due_day, unpaid, oldest_fen, next_fen)


def _counts_thirty(first: pa.Table, plan: Performance) -> Mask:
    """Say which loans are of deals that count 30 days to every month."""
    deals = pc.fill_null(first.column("deal"), "")
    out: Mask = np.zeros(first.num_rows, dtype=np.bool_)
    for start in plan.thirty_day_months:
        out |= mask_of(pc.starts_with(deals, start))
    return out


def _thirty_days_before(opened: Whole, late: Whole) -> Whole:
    """Return the day so many days before the end of a month, in months of 30 days; in a shorter month its last."""
    count = months_of(opened) * 30 + 29 - late
    month, day = count // 30, count % 30
    first, after = (each.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) for each in (month, month + 1))
    out: Whole = np.minimum(first + day, after - 1)
    return out


def _first_of_month(days: Whole) -> Whole:
    """Return the day number of the first day of each day's month."""
    out: Whole = months_of(days).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return out


def _instalment(loans: pa.Table, months: pa.Table, owed: Whole) -> Whole:
    """Return each loan's instalment: the first that is filed above zero, else the equal one that the terms make."""
    filed = keep(months, numbers(months.column("instalment_fen")) > 0)
    at = places(loans.column("loan_id"), filed.column("loan_id"))
    amounts = numbers(filed.column("instalment_fen"))
    out: Whole = np.where(at >= 0, amounts[at], 0) if len(amounts) else np.zeros(loans.num_rows, dtype=np.int64)
    names = ("principal_fen", "rate_ppm", "term_count")
    missing = np.flatnonzero((out == 0) & (owed > 0))
    terms = list(zip(*(numbers(loans.column(name))[missing].tolist() for name in names), strict=True))
    equal = {each: _equal_instalment(*each) for each in set(terms)}
    out[missing] = [equal[each] for each in terms]
    return out


def _equal_instalment(principal_fen: int, rate_ppm: int, term_count: int) -> int:
    """Return the instalment that repays a principal in equal parts, half-even; 0 without a term."""
    if term_count < 1:
        return 0
    if rate_ppm == 0:
        return int((Decimal(principal_fen) / term_count).to_integral_value(ROUND_HALF_EVEN))
    step = _EXACT.divide(Decimal(rate_ppm), Decimal(12_000_000))
    growth = _EXACT.power(1 + step, term_count)
    return int(_EXACT.divide(_EXACT.multiply(principal_fen * step, growth), growth - 1).to_integral_value(ROUND_HALF_EVEN))


def _instalments(loans: pa.Table, opened: Whole, owed: Whole, standing: _Standing, until_month: int) -> Instalments:
    """Lay out what was unpaid at the opening and one instalment a month after it."""
    owes, month = owed > 0, months_of(opened)
    unpaid = np.where(owes, standing.unpaid, 0)
    until = np.maximum(months_of(numbers(loans.column("maturity_on"))), until_month)
    coming = np.where(owes, np.maximum(until - month, 0), 0)
    return Instalments(
        schedule=monthly(loans, month + 1, coming, "I", standing.due_day, standing.next_fen),
        opening_due=monthly(loans, month - unpaid + 1, unpaid, "H", standing.due_day, standing.oldest_fen),
        fits=np.ones(loans.num_rows, dtype=np.bool_),
        first_fen=loans.column("instalment_fen").combine_chunks(),
        first_on=loans.column("first_due_on").combine_chunks(),
        last_on=loans.column("maturity_on").combine_chunks(),
        count=loans.column("term_count").combine_chunks(),
    )


def number_months(months: pa.Table, loans: pa.Table, ledger: Ledger) -> pa.Table:
    """Count each month from its loan's opening (k); leave out months before it.

    Parameters
    ----------
    loans : every loan of the Book and of this import (LOANS); ledger : takes a line for each month before the opening
    """
    at = places(months.column("loan_id"), loans.column("loan_id"))
    if not loans.num_rows:
        return with_column(months, "k", pa.array(np.zeros(months.num_rows, dtype=np.int64)))
    k = months_of(numbers(months.column("period_on"))) - months_of(numbers(loans.column("opened_on")))[np.where(at < 0, 0, at)]
    k = np.where(at < 0, 0, k)
    early = ledger.reject_where(
        months, k < 0, "period_on", "before the Book knows the loan: it was opened from a later month; take the files in from the oldest on"
    )
    return keep(with_column(months, "k", pa.array(k)), ~early)


def count_money_once(months: pa.Table, known: pa.Table, ledger: Ledger) -> pa.Table:
    """Take out what a filing tells twice, so that each dollar is one event.

    Parameters
    ----------
    months : of `order_months`; known : the Book's events, for the proceeds that a loan had before
    ledger : takes one notice for each rule that changed something

    Returns
    -------
    The months with: paid_fen without fees and other charges; proceeds_fen as the money of the month where the filing gives a
    running total; recovered_fen without the proceeds it holds; paid_fen and principal_fen without proceeds booked as a payment.
    """
    paid, other, principal = (numbers(months.column(name)) for name in ("paid_fen", "other_fen", "principal_fen"))
    recovered, filed = (numbers(months.column(name)) for name in ("recovered_fen", "proceeds_fen"))
    net = np.where((paid >= 0) & (other > paid), paid, paid - other)  # where the total does not hold the fees
    rows = months.num_rows
    index, start = np.arange(rows), first_places(months.column("loan_id")) if rows else np.arange(0)
    before = np.where(index > start, np.concatenate([[0], filed[:-1]])[:rows], _proceeds_before(months, known))
    running = (before != 0) & (filed != 0) & ((filed == before) | (recovered == filed - before))
    proceeds = np.where(running, filed - before, filed)
    held = (proceeds != 0) & (((proceeds > 0) & (recovered >= proceeds)) | (running & (recovered == proceeds)))
    paid_too = (proceeds > 0) & (net == proceeds)
    told = (
        (net != paid, "fees and other charges of {} rows ({}) are no part of the payment", paid - net),
        (running, "proceeds of {} rows are a running total: what the month before had ({}) is taken off", filed - proceeds),
        (held, "recoveries of {} rows hold the proceeds ({}): counted once, as proceeds", proceeds),
        (paid_too, "payments of {} rows are the proceeds ({}): counted once, as proceeds", proceeds),
    )
    for mask, words, amount in told:
        if mask.any():
            ledger.notices.append(words.format(int(mask.sum()), f"{int(amount[mask].sum())} minor units"))
    months = with_column(months, "paid_fen", pa.array(np.where(paid_too, 0, net), mask=nulls(months, "paid_fen")))
    months = with_column(months, "principal_fen", pa.array(np.where(paid_too, 0, principal)))
    months = with_column(months, "recovered_fen", pa.array(np.where(held, recovered - proceeds, recovered)))
    return with_column(months, "proceeds_fen", pa.array(proceeds))


def _proceeds_before(months: pa.Table, known: pa.Table) -> Whole:
    """Return the proceeds that the Book had of each row's loan before the row's month."""
    out = np.zeros(months.num_rows, dtype=np.int64)
    chosen = keep(known, mask_of(pc.equal(known.column("kind"), "collateral_proceeds_received")))
    if not chosen.num_rows:
        return out
    # few loans of a book have proceeds: each of their rows is asked by itself
    loans = chosen.column("loan_id").to_pylist()
    days, amounts = numbers(chosen.column("value_on")).tolist(), numbers(chosen.column("amount_fen")).tolist()
    by_loan: dict[str, list[tuple[int, int]]] = {}
    for loan, day, amount in zip(loans, days, amounts, strict=True):
        by_loan.setdefault(loan, []).append((day, amount))
    starts = _first_of_month(numbers(months.column("period_on")))
    ids = months.column("loan_id")
    for place in np.flatnonzero(mask_of(pc.is_in(ids, value_set=pa.array(list(by_loan))))).tolist():
        out[place] = sum(amount for day, amount in by_loan[ids[place].as_py()] if day < starts[place])
    return out

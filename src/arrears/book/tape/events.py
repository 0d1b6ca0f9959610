"""Row checks of events: what the row itself must say, by its kind. Whole columns at once."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.tape.rejects import Ledger
from arrears.book.tape.shape import Mask, Whole, mask_of, nulls, numbers
from arrears.book.tape.terms import LARGEST_FEN
from arrears.kernel.days import business_day, day_number
from arrears.kernel.events import KINDS
from arrears.kernel.ids import check_part
from arrears.kernel.problems import problem

STOPS = ("penalty", "clock", "contact", "plan_break")
AGREEMENTS = ("arrears_plan", "restructure")


def check_rows(rows: pa.Table, ledger: Ledger) -> Mask:
    """Reject rows whose own content cannot be; return the mask of those rows.

    Parameters
    ----------
    rows : columns of `intake.ARRIVING` with file and row
    ledger : takes one line a fault
    """
    kinds = rows.column("kind")
    unknown = ~mask_of(pc.is_in(kinds, value_set=pa.array(list(KINDS))))
    bad = ledger.reject_where(rows, unknown, "kind", f"unknown kind; allowed: {', '.join(KINDS)}")
    bad |= _check_refs(rows, ledger) | _check_needs(rows, kinds, ledger) | _check_amounts(rows, kinds, ledger)
    return bad | _check_terms(rows, kinds, ledger) | _check_people(rows, ledger)


def recorded_days(rows: pa.Table) -> Whole:
    """Return the business day on which each row was recorded, as a day number; each distinct instant is read once.

    A row without a recorded time gets a day before all others: the Book has not said yet when it learned of it.
    """
    recorded = pc.dictionary_encode(rows.column("recorded_at").combine_chunks())
    recorded = recorded.combine_chunks() if isinstance(recorded, pa.ChunkedArray) else recorded
    known = [day_number(business_day(dt.datetime.fromisoformat(each))) if each else -(2**31) for each in recorded.dictionary.to_pylist()]
    out: Whole = np.array([*known, -(2**31)], dtype=np.int64)[numbers(pa.chunked_array([recorded.indices]), -1)]
    return out


def is_kind(rows: pa.Table, *kinds: str) -> Mask:
    """Say which rows are of one of the kinds."""
    return mask_of(pc.is_in(rows.column("kind"), value_set=pa.array(kinds)))


def _check_refs(rows: pa.Table, ledger: Ledger) -> Mask:
    """Source and reference must fit into an event id."""
    bad: Mask = np.zeros(rows.num_rows, dtype=np.bool_)
    for name, plain, last in (("source", r"^[!-.0-~]([ -.0-~]*[!-.0-~])?$", False), ("source_ref", r"^[!-~]([ -~]*[!-~])?$", True)):
        odd = np.flatnonzero(~mask_of(pc.match_substring_regex(rows.column(name), plain)))
        texts = rows.column(name).take(pa.array(odd)).to_pylist()
        faults = {text: _part_fault(name, text or "", last) for text in dict.fromkeys(texts)}
        bad |= ledger.reject_at(rows, {int(i): faults[text] for i, text in zip(odd, texts, strict=True) if faults[text]}, name)
    return bad


def _part_fault(name: str, text: str, last: bool) -> str:
    """Return why a text cannot be part of an id, or nothing."""
    try:
        check_part(name, text, last)
    except ValueError as error:
        return str(error)
    return ""


def _check_needs(rows: pa.Table, kinds: pa.ChunkedArray, ledger: Ledger) -> Mask:
    """Fields that a kind needs: not empty, not zero."""
    bad: Mask = np.zeros(rows.num_rows, dtype=np.bool_)
    empty = {name: _is_empty(rows, name) for name in sorted({name for kind in KINDS.values() for name in kind.needs})}
    for kind in pc.unique(kinds).to_pylist():
        chosen = is_kind(rows, kind)
        for name in KINDS[kind].needs if kind in KINDS else ():
            bad |= ledger.reject_where(rows, chosen & empty[name], name, f"{kind} needs {name}")
    return bad


def _is_empty(rows: pa.Table, name: str) -> Mask:
    """Say where a field says nothing: null, empty text or zero."""
    column = rows.column(name)
    if pa.types.is_string(column.type):
        return nulls(rows, name) | mask_of(pc.equal(column, ""))
    zero: Mask = numbers(column, 1) == 0
    return nulls(rows, name) | (zero & (not pa.types.is_date32(column.type)))


def _check_amounts(rows: pa.Table, kinds: pa.ChunkedArray, ledger: Ledger) -> Mask:
    """Sign and size of the amount, and the source's own split of a payment."""
    amount = numbers(rows.column("amount_fen"))
    signed = [kind for kind, meaning in KINDS.items() if meaning.negative]
    bad = ledger.reject_where(rows, (amount < 0) & ~mask_of(pc.is_in(kinds, value_set=pa.array(signed))), "amount_fen", "negative")
    bad |= ledger.reject_where(rows, np.abs(amount) > LARGEST_FEN, "amount_fen", f"above {LARGEST_FEN} minor units")
    interest, principal = numbers(rows.column("interest_fen")), numbers(rows.column("principal_fen"))
    half = nulls(rows, "interest_fen") != nulls(rows, "principal_fen")
    bad |= ledger.reject_where(rows, half, "interest_fen", "a split names interest and principal, both or neither")
    split = ~nulls(rows, "interest_fen") & ~half
    bad |= ledger.reject_where(rows, split & ~is_kind(rows, "payment_received"), "interest_fen", "only a payment_received has a split")
    over = split & is_kind(rows, "payment_received") & ((interest < 0) | (principal < 0) | (interest + principal > amount))
    return bad | ledger.reject_where(rows, over, "interest_fen", "the split is negative or more than the payment")


def _check_terms(rows: pa.Table, kinds: pa.ChunkedArray, ledger: Ledger) -> Mask:
    """Counts, days and words of agreements, promises and holds."""
    bad = ledger.reject_where(rows, numbers(rows.column("count")) < 0, "count", "negative")
    bad |= ledger.reject_where(rows, numbers(rows.column("step_months"), 1) < 1, "step_months", "at least one month")
    value = numbers(rows.column("value_on"))
    agreed = is_kind(rows, "agreement_signed")
    other = agreed & ~mask_of(pc.is_in(rows.column("subject"), value_set=pa.array(AGREEMENTS)))
    bad |= ledger.reject_where(rows, other, "subject", f"unknown agreement; allowed: {', '.join(AGREEMENTS)}")
    first = numbers(rows.column("first_due_on"), 2**31)
    bad |= ledger.reject_where(rows, agreed & (first < value), "first_due_on", "before the day of signing")
    until = numbers(rows.column("until_on"), 2**31)
    ahead = is_kind(rows, "promise_made", "hold_opened") & (until < value)
    bad |= ledger.reject_where(rows, ahead, "until_on", "before the value date")
    held = is_kind(rows, "hold_opened")
    pattern = f"^({'|'.join(STOPS)})([+]({'|'.join(STOPS)}))*$"
    wrong = held & ~mask_of(pc.match_substring_regex(rows.column("stops"), pattern)) & ~_is_empty(rows, "stops")
    return bad | ledger.reject_where(rows, wrong, "stops", f"unknown; allowed, joined by +: {', '.join(STOPS)}")


def _check_people(rows: pa.Table, ledger: Ledger) -> Mask:
    """Whoever asked does not approve."""
    asker, approver = rows.column("asker"), rows.column("approver")
    alone = mask_of(pc.and_(pc.not_equal(approver, ""), pc.equal(asker, approver)))
    reason = str(problem("DENY_FOUR_EYES", fact="asker and approver are one person"))
    return ledger.reject_where(rows, alone, "approver", reason)


def check_backdated(rows: pa.Table, ledger: Ledger) -> Mask:
    """Reject entries by hand (channel manual) for a day before their posting that name no asker and approver (glossary 10)."""
    none = mask_of(pc.or_(pc.equal(rows.column("asker"), ""), pc.equal(rows.column("approver"), "")))
    backdated = mask_of(pc.equal(rows.column("channel"), "manual")) & (numbers(rows.column("value_on")) < recorded_days(rows))
    reason = str(problem("DENY_FOUR_EYES", fact="an entry by hand with a value date before its posting needs an asker and an approver"))
    return ledger.reject_where(rows, backdated & none, "approver", reason)

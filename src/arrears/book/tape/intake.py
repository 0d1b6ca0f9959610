"""Events come in: each once, for a loan the Book knows, or they wait, or they leave with a reason.

The order is one list (`accept`): what is known already, what a row must have, what stands twice in the batch, what has no
loan yet, and then the checks that look at the loan. A fault found early hides the later ones of that row.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.columns import EVENTS, Columns
from arrears.book.tape.claims import Accepted, check_claims
from arrears.book.tape.events import check_backdated, check_rows, recorded_days
from arrears.book.tape.rejects import Ledger
from arrears.book.tape.shape import (
    Mask,
    Whole,
    days_of,
    first_places,
    in_columns,
    keep,
    mask_of,
    numbers,
    places,
    same_rows,
    with_column,
)
from arrears.kernel.days import day_number

# An event as it arrives: the Book adds its id, close_on and effect_on. A waiting event keeps where it came from and why.
ARRIVING: Columns = {name: kind for name, kind in EVENTS.items() if name not in ("event_id", "close_on", "effect_on")}
WAITING: Columns = {**ARRIVING, "file": "string", "row": "int64", "waits_for": "string"}

# What makes two deliveries of one reference the same event. When we learned of it is the first delivery's matter.
_CONTENT = [name for name in ARRIVING if name not in ("source", "source_ref", "recorded_at")]


@dataclass(frozen=True)
class Limits:
    """Settings of the house that the intake holds, in minor units.

    Attributes
    ----------
    balance_flag_fen : limits.balance_flag_fen
    waiver_four_eyes_fen : waiver.four_eyes_fen; a waiver above it needs an approver other than the asker
    waiver_daily_limit_fen : waiver.daily_limit_fen; what one person may waive on one day without an approver
    """

    balance_flag_fen: int
    waiver_four_eyes_fen: int
    waiver_daily_limit_fen: int


@dataclass(frozen=True)
class Intake:
    """What became of a batch: `accepted` has the columns of EVENTS, `waiting` of WAITING; duplicates and rejects of the ledger."""

    accepted: pa.Table
    waiting: pa.Table
    duplicates: pa.Table
    rejects: pa.Table


def accept(
    events: pa.Table, loans: pa.Table, known: pa.Table, last_close_on: dt.date | None, limits: Limits, ledger: Ledger | None = None
) -> Intake:
    """Take events in.

    Parameters
    ----------
    events : columns of ARRIVING with file and row; further columns are left out
    loans : every loan the Book knows, those of this import included (LOANS)
    known : every event accepted before (EVENTS)
    last_close_on : the last close, or None; nothing can change a day that was closed, so close_on comes after it
    limits : settings of the house
    ledger : takes rejects and duplicates; a new one when not given

    Returns
    -------
    Intake. close_on = the latest of value day, recorded business day and the day after the last close (a reversal: not before
    its receipt). effect_on = the value day; of a reversal, that of its receipt; of a write-back, that of the charge-off; of
    hold_ended, the day after the hold's last.

    Source: S008, S012, S013, S116, glossary 10.
    """
    ledger = ledger or Ledger()
    rows = _arriving(events)
    rows = keep(rows, ~_known_already(rows, known, ledger))
    rows = keep(rows, ~check_rows(rows, ledger))
    rows = keep(rows, ~_twice_here(rows, ledger))
    at = places(rows.column("loan_id"), loans.column("loan_id"))
    waiting = with_column(
        keep(rows, at < 0), "waits_for", pa.array(["the loan is not in the Book"] * int((at < 0).sum()), type=pa.string())
    )
    rows = keep(rows, at >= 0)
    rows = keep(rows, ~_too_early(rows, loans, ledger))
    rows = _recorded(rows, last_close_on)
    rows = keep(rows, ~check_backdated(rows, ledger))
    claims = check_claims(rows, loans, known, limits.waiver_four_eyes_fen, limits.waiver_daily_limit_fen, ledger)
    accepted = _dated(keep(rows, claims.good), known, claims, last_close_on)
    return Intake(accepted, in_columns(waiting, WAITING), ledger.duplicates_table(), ledger.rejects_table())


def event_ids(table: pa.Table) -> pa.ChunkedArray:
    """Return `source/source_ref` of each row."""
    return pc.binary_join_element_wise(table.column("source"), table.column("source_ref"), "/")


def _arriving(events: pa.Table) -> pa.Table:
    """Bring a batch into the declared columns, with file and row."""
    return in_columns(events, {**ARRIVING, "file": "string", "row": "int64"})


def _known_already(rows: pa.Table, known: pa.Table, ledger: Ledger) -> Mask:
    """Report what the Book has: the same content as a duplicate, other content under the same reference as a reject."""
    ids = event_ids(rows)
    at = places(ids, known.column("event_id"))
    there: Mask = at >= 0
    if there.any():
        match = in_columns(known.take(pa.array(np.where(there, at, 0))), ARRIVING)
        _settle(rows, match, there, ids, "the Book has", ledger)
    return there


def _twice_here(rows: pa.Table, ledger: Ledger) -> Mask:
    """Report references that stand twice in this batch, waiting events included."""
    ids = event_ids(rows)
    first = first_places(ids)
    again: Mask = first != np.arange(rows.num_rows)
    if again.any():
        _settle(rows, rows.take(pa.array(first)), again, ids, "these files have", ledger)
    return again


def _settle(rows: pa.Table, match: pa.Table, there: Mask, ids: pa.ChunkedArray, who: str, ledger: Ledger) -> None:
    """Compare the rows of a mask with their match, column by column."""
    content = [name for name in _CONTENT if name != "amount_fen"]
    same = same_rows(rows, match, content)
    # a reversal may leave its amount out: it is the receipt's
    open_amount = mask_of(pc.equal(rows.column("kind"), "payment_reversed")) & (numbers(rows.column("amount_fen")) == 0)
    same &= same_rows(rows, match, ["amount_fen"]) | open_amount
    ledger.repeat(rows, there & same, "event", ids)
    ledger.reject_where(rows, there & ~same, "source_ref", f"{who} this reference with other content; a correction is a further event")


def _too_early(rows: pa.Table, loans: pa.Table, ledger: Ledger) -> Mask:
    """Reject what counts on a day on which the Book did not yet know the loan: the opening state holds it already."""
    at = places(rows.column("loan_id"), loans.column("loan_id"))
    if rows.num_rows == 0:
        return np.zeros(0, dtype=np.bool_)
    early = numbers(rows.column("value_on")) <= numbers(loans.column("opened_on"))[at]
    return ledger.reject_where(
        rows, early, "value_on", "before the Book knows the loan: the opening state is that of the end of its opened_on"
    )


def _recorded(rows: pa.Table, last_close_on: dt.date | None) -> pa.Table:
    """Fill the recorded time where the source gives none: noon of the first day on which the Book can still take the event in."""
    recorded = rows.column("recorded_at")
    day = np.maximum(numbers(rows.column("value_on")), _open_day(last_close_on))
    noon = pc.binary_join_element_wise(pc.cast(days_of(day), pa.string()), "T12:00:00+08:00", "")
    return with_column(rows, "recorded_at", pc.if_else(pc.equal(recorded, ""), pa.chunked_array([noon]), recorded))


def _open_day(last_close_on: dt.date | None) -> int:
    """Return the number of the first day that no close has closed."""
    return day_number(last_close_on) + 1 if last_close_on else -(2**31)


def _charge_off_days(tables: list[pa.Table]) -> dict[str, int]:
    """Return the value day of each loan's latest charge-off."""
    days: dict[str, int] = {}
    for table in tables:
        chosen = keep(table, mask_of(pc.equal(table.column("kind"), "charged_off")))
        for loan, day in zip(chosen.column("loan_id").to_pylist(), numbers(chosen.column("value_on")).tolist(), strict=True):
            days[loan] = max(day, days.get(loan, day))
    return days


def _dated(rows: pa.Table, known: pa.Table, claims: Accepted, last_close_on: dt.date | None) -> pa.Table:
    """Add id, close_on and effect_on, and put the receipt's amount and day on reversals."""
    good = np.flatnonzero(claims.good)
    value = numbers(rows.column("value_on"))
    effect: Whole = np.where(mask_of(pc.equal(rows.column("kind"), "hold_ended")), value + 1, value)
    amount = numbers(rows.column("amount_fen")).copy()
    back = np.flatnonzero(mask_of(pc.equal(rows.column("kind"), "charge_off_reversed")))
    if len(back):
        written_off = _charge_off_days([known, rows])
        loans = rows.column("loan_id").take(pa.array(back)).to_pylist()
        effect[back] = [min(written_off.get(loan, int(day)), int(day)) for loan, day in zip(loans, value[back], strict=True)]
    close = np.maximum(np.maximum(value, recorded_days(rows)), _open_day(last_close_on))
    place = {int(row): new for new, row in enumerate(good)}
    for row, receipt in claims.receipts.items():
        new = place[row]
        effect[new], amount[new] = receipt.effect_on, receipt.amount_fen
        paid = receipt.close_on if receipt.row is None else int(close[place[receipt.row]])
        close[new] = max(int(close[new]), paid)
    table = with_column(rows, "amount_fen", pa.array(amount))
    for name, column in (("event_id", event_ids(rows)), ("close_on", days_of(close)), ("effect_on", days_of(effect))):
        table = with_column(table, name, column)
    return in_columns(table, EVENTS).combine_chunks()

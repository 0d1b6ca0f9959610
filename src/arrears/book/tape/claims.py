"""Checks of events against the loan and against other events: fees, waivers, holds, reversals.

These kinds are few among many events, so they are walked row by row in the order of arrival; all others pass untouched.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.tape.events import is_kind, recorded_days
from arrears.book.tape.rejects import Ledger
from arrears.book.tape.shape import Mask, keep, places
from arrears.kernel.days import day_number
from arrears.kernel.problems import problem

WAIVERS = ("penalty_waived", "fee_waived")
HOLDS = ("hold_opened", "hold_ended")
AWARDED_COST = "awarded_cost"


@dataclass(frozen=True)
class Receipt:
    """The payment that a reversal takes back: amount, days as day numbers, and its row when it is in the same batch."""

    loan_id: str
    amount_fen: int
    value_on: int
    effect_on: int
    close_on: int
    row: int | None = None


@dataclass(frozen=True)
class Accepted:
    """Which rows are good, and the receipt of each reversal by row."""

    good: Mask
    receipts: dict[int, Receipt] = field(default_factory=dict)


def check_claims(rows: pa.Table, loans: pa.Table, known: pa.Table, four_eyes_fen: int, daily_limit_fen: int, ledger: Ledger) -> Accepted:
    """Reject what the loan or an earlier event does not allow.

    Parameters
    ----------
    rows : columns of `intake.ARRIVING` with file and row, each row of a loan in `loans` and with its recorded time
    loans, known : the Book's loans (LOANS) and accepted events (EVENTS)
    four_eyes_fen, daily_limit_fen : waiver.four_eyes_fen, waiver.daily_limit_fen
    ledger : takes one line a fault

    Source: S008 (fees), S013 (reversals), S116 (waivers).
    """
    faults: dict[int, tuple[str, str]] = {}
    faults |= _check_fees(rows, loans, known)
    faults |= _check_waivers(rows, known, four_eyes_fen, daily_limit_fen)
    faults |= _check_holds(rows, known)
    found, more = _find_receipts(rows, known, faults)
    faults |= more
    for name in sorted({name for name, _ in faults.values()}):
        ledger.reject_at(rows, {place: reason for place, (at, reason) in faults.items() if at == name}, name)
    good: Mask = np.ones(rows.num_rows, dtype=np.bool_)
    good[list(faults)] = False
    return Accepted(good, found)


def _walk(rows: pa.Table, *kinds: str) -> list[tuple[int, dict[str, Any]]]:
    """Return the rows of some kinds with their places, in order."""
    at = np.flatnonzero(is_kind(rows, *kinds))
    return list(zip(at.tolist(), rows.take(pa.array(at)).to_pylist(), strict=True))


def _check_fees(rows: pa.Table, loans: pa.Table, known: pa.Table) -> dict[int, tuple[str, str]]:
    """Hold every fee to the signed cost sheet; what was charged under a code before counts. Costs a court awarded need an approver."""
    fees = _walk(rows, "fee_charged")
    if not fees:
        return {}
    sheets = _sheets(loans, [row["loan_id"] for _, row in fees])
    charged: dict[tuple[str, str], int] = defaultdict(int)
    for _, row in _walk(known, "fee_charged"):
        charged[row["loan_id"], row["subject"]] += row["amount_fen"]
    faults: dict[int, tuple[str, str]] = {}
    for place, row in fees:
        loan_id, code, amount = row["loan_id"], row["subject"], row["amount_fen"]
        most = sheets[loan_id].get(code)
        if code == AWARDED_COST:
            if not row["approver"]:
                faults[place] = ("approver", str(problem("DENY_FOUR_EYES", fact="costs awarded by a court need an approver")))
        elif most is None:
            faults[place] = ("subject", str(problem("DENY_FEE_NOT_DISCLOSED", fact=f"fee {code} of loan {loan_id}")))
        elif charged[loan_id, code] + amount > most:
            fact = f"fee {code} of loan {loan_id}: {charged[loan_id, code]} charged so far and {amount} now are above {most} minor units"
            faults[place] = ("amount_fen", str(problem("DENY_FEE_NOT_DISCLOSED", fact=fact)))
        if place not in faults:
            charged[loan_id, code] += amount
    return faults


def _sheets(loans: pa.Table, loan_ids: list[str]) -> dict[str, dict[str, int]]:
    """Return the cost sheet of some loans: code -> most."""
    ids = pa.array(sorted(set(loan_ids)))
    chosen = loans.filter(pc.is_in(loans.column("loan_id"), value_set=ids))
    pairs = zip(chosen.column("loan_id").to_pylist(), chosen.column("cost_sheet").to_pylist(), strict=True)
    return {loan_id: {each["code"]: each["max_fen"] for each in json.loads(sheet or "[]")} for loan_id, sheet in pairs}


def _check_waivers(rows: pa.Table, known: pa.Table, four_eyes_fen: int, daily_limit_fen: int) -> dict[int, tuple[str, str]]:
    """Hold waivers to four eyes above a limit, and one person's own waivers of a day to another (the day they were recorded)."""
    waivers = _walk(rows, *WAIVERS)
    if not waivers:
        return {}
    given: dict[tuple[str, int], int] = defaultdict(int)
    earlier = keep(known, is_kind(known, *WAIVERS))
    for day, row in zip(recorded_days(earlier).tolist(), earlier.to_pylist(), strict=True):
        given[row["asker"], day] += 0 if row["approver"] else row["amount_fen"]
    days = recorded_days(rows)
    faults: dict[int, tuple[str, str]] = {}
    for place, row in waivers:
        who, amount = (row["asker"], int(days[place])), row["amount_fen"]
        if row["approver"]:
            continue
        if amount > four_eyes_fen:
            fact = f"a waiver of {amount} minor units is above {four_eyes_fen} and has no approver"
            faults[place] = ("approver", str(problem("DENY_FOUR_EYES", rule_id="waiver.four_eyes_fen", fact=fact)))
        elif given[who] + amount > daily_limit_fen:
            fact = f"{row['asker']} waived {given[who]} minor units alone that day; with {amount} it is above {daily_limit_fen}"
            faults[place] = ("amount_fen", str(problem("DENY_FOUR_EYES", rule_id="waiver.daily_limit_fen", fact=fact)))
        else:
            given[who] += amount
    return faults


def _check_holds(rows: pa.Table, known: pa.Table) -> dict[int, tuple[str, str]]:
    """An end names a hold that was opened on its loan, here or before, and not after its own last day."""
    ends = _walk(rows, "hold_ended")
    if not ends:
        return {}
    opened: dict[tuple[str, str], int] = {}
    for _, row in [*_walk(known, "hold_opened"), *_walk(rows, "hold_opened")]:
        day = day_number(row["value_on"])
        opened[row["loan_id"], row["subject"]] = min(day, opened.get((row["loan_id"], row["subject"]), day))
    faults: dict[int, tuple[str, str]] = {}
    for place, row in ends:
        start = opened.get((row["loan_id"], row["subject"]))
        if start is None:
            faults[place] = ("subject", "this loan has no hold of that name")
        elif day_number(row["value_on"]) < start - 1:
            faults[place] = ("value_on", "before the hold began")
    return faults


def _find_receipts(
    rows: pa.Table, known: pa.Table, faults: dict[int, tuple[str, str]]
) -> tuple[dict[int, Receipt], dict[int, tuple[str, str]]]:
    """Find what each reversal takes back: an accepted payment of its loan, not taken back before, for the same amount."""
    reversals = _walk(rows, "payment_reversed")
    found: dict[int, Receipt] = {}
    wrong: dict[int, tuple[str, str]] = {}
    if not reversals:
        return found, wrong
    receipts, kinds = _named_events(rows, known, {row["refers_to"] for _, row in reversals}, faults)
    gone = set(keep(known, is_kind(known, "payment_reversed")).column("refers_to").to_pylist())
    for place, row in reversals:
        name = row["refers_to"]
        receipt, fault = receipts.get(name), ("refers_to", "")
        if kinds.get(name) == "payment_reversed":
            fault = ("refers_to", "a reversal cannot be reversed: post a new payment")
        elif receipt is None:
            fault = (
                "refers_to",
                f"it names {kinds.get(name, 'no accepted event')}; a reversal names an accepted payment_received as source/source_ref",
            )
        elif receipt.loan_id != row["loan_id"]:
            fault = ("refers_to", f"that payment belongs to loan {receipt.loan_id}")
        elif name in gone:
            fault = ("refers_to", "that payment was reversed already")
        elif row["amount_fen"] not in (0, receipt.amount_fen):
            fault = ("amount_fen", f"a reversal takes back the whole payment of {receipt.amount_fen} minor units")
        elif day_number(row["value_on"]) < receipt.value_on:
            fault = ("value_on", "before the payment it takes back")
        if fault[1]:
            wrong[place] = fault
            continue
        assert receipt is not None
        found[place] = receipt
        gone.add(name)
    return found, wrong


def _named_events(
    rows: pa.Table, known: pa.Table, names: set[str], faults: dict[int, tuple[str, str]]
) -> tuple[dict[str, Receipt], dict[str, str]]:
    """Return the payments among the named events, and the kind of every one that exists; rejected rows do not exist."""
    wanted = pa.array(sorted(names), type=pa.string())
    receipts: dict[str, Receipt] = {}
    kinds: dict[str, str] = {}
    for row in known.filter(pc.is_in(known.column("event_id"), value_set=wanted)).to_pylist():
        kinds[row["event_id"]] = row["kind"]
        if row["kind"] == "payment_received":
            value, effect, close = (day_number(row[name]) for name in ("value_on", "effect_on", "close_on"))
            receipts[row["event_id"]] = Receipt(row["loan_id"], row["amount_fen"], value, effect, close)
    here = pc.binary_join_element_wise(rows.column("source"), rows.column("source_ref"), "/")
    for place in np.flatnonzero(places(here, pa.chunked_array([wanted])) >= 0).tolist():
        if place in faults:
            continue
        row = rows.slice(place, 1).to_pylist()[0]
        name = f"{row['source']}/{row['source_ref']}"
        kinds[name] = row["kind"]
        if row["kind"] == "payment_received":
            value = day_number(row["value_on"])
            receipts[name] = Receipt(row["loan_id"], row["amount_fen"], value, value, value, place)
    return receipts, kinds

"""Row checks of loans: what no contract can say leaves with a reason, before anything is computed from it."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.tape.rejects import Ledger
from arrears.book.tape.shape import Mask, keep, mask_of, nulls, numbers, with_column
from arrears.kernel.days import day_number

# The rules hold penalty numerators in int64 and are exact up to here (10 million units of a currency with two decimals).
LARGEST_FEN = 10**9
LONGEST_MONTHS = 1200
METHODS = ("equal_instalment", "equal_principal", "interest_first", "bullet", "simple_interest", "given")
DAY_COUNTS = ("30/360", "actual/360", "actual/365")


def check_terms(loans: pa.Table, as_of_on: dt.date, rejects: Ledger) -> pa.Table:
    """Check every loan row and fill what a row may leave out.

    Parameters
    ----------
    loans : columns of `fields.LOANS` with file and row
    as_of_on : the day of the import; nothing was signed or paid out after it
    rejects : takes one line a fault

    Returns
    -------
    The rows without fault. signed_on and opened_on default to disbursed_on. The principal stays as agreed; the balance
    at opened_on, where the loan was boarded later, is opening_principal_fen.
    """
    bad = _check_money(loans, rejects) | _check_days(loans, as_of_on, rejects) | _check_count(loans, rejects) | _check_lists(loans, rejects)
    good = keep(loans, ~bad)
    for name in ("signed_on", "opened_on"):
        good = with_column(good, name, pc.coalesce(good.column(name), good.column("disbursed_on")))
    return good


def is_boarded_later(loans: pa.Table) -> Mask:
    """Say which loans the Book takes over after their pay-out, with an opening state."""
    return ~nulls(loans, "opened_on") & (numbers(loans.column("opened_on")) > numbers(loans.column("disbursed_on")))


def _check_money(loans: pa.Table, rejects: Ledger) -> Mask:
    """Amounts and rate."""
    later = is_boarded_later(loans)
    principal, opening = numbers(loans.column("principal_fen")), numbers(loans.column("opening_principal_fen"))
    no_opening = nulls(loans, "opening_principal_fen")
    bad = rejects.reject_where(loans, principal < 0, "principal_fen", "negative principal")
    # A loan that was closed before boarding may carry nothing at all; every other loan was paid out.
    closed = later & ~no_opening & (opening == 0)
    zero = "zero principal; allowed only for a boarded loan that is already closed"
    bad |= rejects.reject_where(loans, (principal == 0) & ~closed, "principal_fen", zero)
    bad |= rejects.reject_where(loans, opening < 0, "opening_principal_fen", "negative opening principal")
    owed = "opened after the pay-out: give the principal owed at the end of opened_on"
    bad |= rejects.reject_where(loans, later & no_opening, "opening_principal_fen", owed)
    early = "an opening balance needs opened_on after the pay-out"
    bad |= rejects.reject_where(loans, ~later & ~no_opening & (opening != principal), "opening_principal_fen", early)
    for name in ("principal_fen", "opening_principal_fen", "instalment_fen", "history_paid_fen", "vehicle_value_fen"):
        amount = numbers(loans.column(name))
        bad |= rejects.reject_where(
            loans, amount > LARGEST_FEN, name, f"above {LARGEST_FEN} minor units, the most the Book computes exactly"
        )
        if not name.endswith("principal_fen"):
            bad |= rejects.reject_where(loans, amount < 0, name, "negative")
    rate = numbers(loans.column("rate_ppm"))
    return bad | rejects.reject_where(loans, (rate < 0) | (rate > 1_000_000), "rate_ppm", "a yearly rate is between 0 and 100 %")


def _check_days(loans: pa.Table, as_of_on: dt.date, rejects: Ledger) -> Mask:
    """Order of the days: signed, paid out, opened; none after the import's day; due days after the pay-out."""
    as_of = day_number(as_of_on)
    bad: Mask = np.zeros(loans.num_rows, dtype=np.bool_)
    for name in ("signed_on", "disbursed_on", "opened_on"):
        after = numbers(loans.column(name), as_of) > as_of
        bad |= rejects.reject_where(loans, after, name, f"in the future: the import is as of {as_of_on}")
    paid_out = numbers(loans.column("disbursed_on"))
    opened = np.where(nulls(loans, "opened_on"), paid_out, numbers(loans.column("opened_on")))
    bad |= rejects.reject_where(loans, opened < paid_out, "opened_on", "before the pay-out")
    signed = np.where(nulls(loans, "signed_on"), paid_out, numbers(loans.column("signed_on")))
    bad |= rejects.reject_where(loans, signed > paid_out, "signed_on", "after the pay-out")
    first_due = numbers(loans.column("first_due_on"), 2**31)
    bad |= rejects.reject_where(loans, first_due <= paid_out, "first_due_on", "not after the pay-out")
    made = mask_of(pc.not_equal(loans.column("method"), "given"))
    none = "missing; only method given takes its due days from rows"
    return bad | rejects.reject_where(loans, made & nulls(loans, "first_due_on"), "first_due_on", none)


def _check_count(loans: pa.Table, rejects: Ledger) -> Mask:
    """Method, day count, number of instalments and their step."""
    method, day_count = loans.column("method"), loans.column("day_count")
    unknown = ~mask_of(pc.is_in(method, value_set=pa.array(METHODS)))
    bad = rejects.reject_where(loans, unknown, "method", f"unknown method; allowed: {', '.join(METHODS)}")
    wrong = ~mask_of(pc.is_in(day_count, value_set=pa.array(DAY_COUNTS)))
    bad |= rejects.reject_where(loans, wrong, "day_count", f"unknown day count; allowed: {', '.join(DAY_COUNTS)}")
    made = mask_of(pc.not_equal(method, "given"))
    term, step = numbers(loans.column("term_count")), numbers(loans.column("step_months"))
    none = nulls(loans, "term_count")
    bad |= rejects.reject_where(loans, made & none, "term_count", "missing; only method given takes it from rows")
    bad |= rejects.reject_where(loans, ~none & (term < 1), "term_count", "a loan has at least one instalment")
    long = (term > LONGEST_MONTHS) | (step > LONGEST_MONTHS) | (term * step > LONGEST_MONTHS)
    bad |= rejects.reject_where(loans, long, "term_count", f"longer than {LONGEST_MONTHS} months")
    bad |= rejects.reject_where(loans, step < 1, "step_months", "at least one month")
    period = step * numbers(loans.column("rate_ppm"))
    bad |= rejects.reject_where(loans, ~long & (period > 12_000_000), "step_months", "interest above 100 % a period")
    due_day = numbers(loans.column("due_day"))
    outside = "a day of the month is 1 to 31, or 0 for that of first_due_on"
    return bad | rejects.reject_where(loans, (due_day < 0) | (due_day > 31), "due_day", outside)


def _check_lists(loans: pa.Table, rejects: Ledger) -> Mask:
    """Shape of the cost sheet, the liens and the vehicle, each distinct text once."""
    bad: Mask = np.zeros(loans.num_rows, dtype=np.bool_)
    for name, check in (("cost_sheet", _cost_sheet_fault), ("liens", _liens_fault), ("vehicle", _vehicle_fault)):
        texts = loans.column(name).to_pylist()
        faults = {text: check(json.loads(text)) for text in dict.fromkeys(texts)}
        bad |= rejects.reject_at(loans, {place: faults[text] for place, text in enumerate(texts) if faults[text]}, name)
    return bad


def _cost_sheet_fault(sheet: object) -> str:
    """Return what is wrong with a cost sheet, or nothing."""
    if not (isinstance(sheet, list) and all(isinstance(each, dict) and set(each) >= {"code", "max_fen"} for each in sheet)):
        return 'a cost sheet is a list such as [{"code": "gps", "max_fen": 9900}]'
    if not all(type(each["max_fen"]) is int and 0 <= each["max_fen"] <= LARGEST_FEN for each in sheet):
        return f"max_fen is a whole number of minor units from 0 to {LARGEST_FEN}"
    codes = [each["code"] for each in sheet]
    return "" if len(codes) == len(set(codes)) else "a code stands twice on the cost sheet"


def _liens_fault(liens: object) -> str:
    """Return what is wrong with a list of liens, or nothing."""
    if not (isinstance(liens, list) and all(isinstance(each, dict) for each in liens)):
        return 'liens are a list such as [{"holder": "a bank", "claim_fen": 5000000, "registered_on": "2024-03-01", "ours": false}]'
    for each in liens:
        for key in ("claim_on", "registered_on"):
            try:
                dt.date.fromisoformat(each.get(key) or "2000-01-01")
            except (TypeError, ValueError):
                return f"{key} {each[key]!r} is not a day of the form YYYY-MM-DD"
        claim = each.get("claim_fen")
        if claim is not None and not (type(claim) is int and claim >= 0):
            return "claim_fen is a whole number of minor units"
    return ""


def _vehicle_fault(vehicle: object) -> str:
    """Return what is wrong with a vehicle, or nothing."""
    return "" if isinstance(vehicle, dict) else 'a vehicle is an object such as {"make": "...", "plate": "..."}'

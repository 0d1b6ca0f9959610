"""A loan's statement: what was agreed, what fell due, what was paid and where each fen went, what is owed, what next.

`statement` gathers plain data from the door, `statement_text` and `statement_html` write it for people.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from arrears.book.door import Door, History
from arrears.book.papers.cost import cost
from arrears.book.papers.figures import iso
from arrears.book.papers.happenings import happenings
from arrears.book.papers.obligations import ENDED, obligations
from arrears.book.papers.penalty import penalty
from arrears.book.papers.receipts import receipts
from arrears.book.papers.statement_page import statement_html, statement_text

__all__ = ["statement", "statement_html", "statement_text"]

AHEAD_DAYS = (0, 7, 30)  # S125: what paying today, in 7 and in 30 days takes
_TERMS = (
    "loan_id", "borrower_id", "product", "method", "day_count", "principal_fen", "rate_ppm", "term_count", "step_months", "instalment_fen",
)  # fmt: skip
_DATES = ("signed_on", "disbursed_on", "first_due_on", "maturity_on", "opened_on")
_STATE = (
    "state", "dpd", "dpd_without_plan", "bucket", "recency_bucket", "five_class", "principal_fen", "overdue_interest_fen",
    "overdue_principal_fen", "overdue_count", "credit_fen", "ahead_fen", "received_fen", "history_paid_fen", "interest_paid_fen",
    "principal_paid_fen", "penalty_paid_fen", "fee_paid_fen", "adjusted_fen", "charged_off_fen", "charged_off_interest_fen",
    "charged_off_penalty_fen", "charged_off_fee_fen",
    "recovered_fen", "proceeds_fen", "after_charge_off_fen", "refunded_fen", "plan_state", "promise_state", "promise_fen",
)  # fmt: skip
_STATE_DATES = ("oldest_due_on", "cured_on", "resumed_on", "last_receipt_on", "promise_due_on", "out_of_grace_on")


def statement(door: Door, loan_id: str, on: dt.date | None = None) -> dict[str, Any]:
    """Gather a loan's statement at the end of a closed day, as known at the last close.

    Parameters
    ----------
    door : the Book
    loan_id : the loan
    on : a day that was closed; the last close unless told otherwise

    Returns
    -------
    Plain dict ready for JSON, money in minor units of `currency`, days as text: loan_id, as_of, known_on, currency, country;
    terms (what was agreed, with cost_sheet, vehicle, liens); state; obligations (see `obligations`); receipts (see
    `receipts`); happenings; penalty (see `penalty`); cost (see `cost`); owed: what it takes to be current on the morning after the
    close, 7 and 30 days later (S125): on, days, interest_fen, principal_fen, penalty_fen, fee_fen, credit_fen, total_fen, more_fen and
    more_penalty_fen against the first, newly_due_fen (falls due in between); empty for a day before the last close, and for a loan
    that ended; limitation_end_on; credit: code, code_on, removable_on; next: keys of what the reader can do.

    Errors: BookError for an unknown loan or a day that was not closed.
    """
    day = on or door.current
    history = door.history(loan_id, day)
    zone = door.book.settings.zone
    rows = obligations(history)
    owed = _owed(door, history)
    position = history.position
    return {
        "loan_id": loan_id,
        "as_of": day.isoformat(),
        "known_on": door.current.isoformat(),
        "currency": door.book.settings.currency,
        "country": door.book.settings.country,
        "terms": _terms(history),
        "state": {
            **{name: position[name] for name in _STATE},
            **{name: iso(position[name]) for name in _STATE_DATES},
            "grace_until_on": _grace_until(history),
        },
        "obligations": rows,
        "receipts": receipts(history, zone),
        "happenings": happenings(history, zone),
        "penalty": penalty(history, rows, door.law),
        "cost": cost(history, door.law),
        "owed": owed,
        "limitation_end_on": None if position["state"] == "SETTLED" else iso(position["limitation_end_on"]),
        "credit": {
            "code": position["credit_code"],
            "code_on": iso(position["credit_code_on"]) if position["credit_code"] else None,
            "removable_on": iso(position["credit_removable_on"]),
        },
        "next": _next(history, owed),
    }


def _terms(history: History) -> dict[str, Any]:
    terms = history.terms
    return {
        **{name: terms[name] for name in _TERMS},
        **{name: iso(terms[name]) for name in _DATES},
        "cost_sheet": json.loads(terms["cost_sheet"] or "[]"),
        "vehicle": json.loads(terms["vehicle"] or "{}"),
        "vehicle_value_fen": terms["vehicle_value_fen"],
        "vehicle_valued_on": iso(terms["vehicle_valued_on"]),
        "liens": json.loads(terms["liens"] or "[]"),
    }


def _grace_until(history: History) -> str | None:
    """Last day of grace of the oldest unpaid obligation, while it runs."""
    if history.position["state"] != "GRACE":
        return None
    oldest = history.position["oldest_due_on"]
    grace = [row["grace_days"] for row in history.open_due if row["due_on"] == oldest and row["kind"] != "F"]
    return iso(oldest + dt.timedelta(days=max(grace))) if grace else None


def _owed(door: Door, history: History) -> list[dict[str, Any]]:
    """The quote of the morning after the close, and of 7 and 30 days later; a payment of a day pays penalty to the day before."""
    if history.on != door.current or history.position["state"] in ENDED:
        return []
    today = history.on + dt.timedelta(days=1)
    days = [today + dt.timedelta(days=ahead) for ahead in AHEAD_DAYS]
    out: list[dict[str, Any]] = []
    for ahead, quote in zip(AHEAD_DAYS, door.quote(history.terms["loan_id"], days), strict=True):
        first = out[0] if out else quote
        due = [each["interest_fen"] + each["principal_fen"] for each in (quote, first)]
        told = {
            "days": ahead,
            "more_fen": quote["total_fen"] - first["total_fen"],
            "more_penalty_fen": quote["penalty_fen"] - first["penalty_fen"],
            "newly_due_fen": due[0] - due[1],
        }
        out.append({**quote, "on": iso(quote["on"]), **told})
    return out


def _next(history: History, owed: list[dict[str, Any]]) -> list[str]:
    """Keys of what the reader can do, in order."""
    position = history.position
    state = position["state"]
    first = [{"SETTLED": "settled", "WRITTEN_OFF": "written_off", "TRANSFERRED": "transferred"}[state]] if state in ENDED else []
    if state == "SETTLED" and position["credit_fen"] > 0:
        first.append("refund")
    late = position["dpd"] > 0 or any(row["total_fen"] for row in owed[:1])
    if state not in ENDED:
        first += ["pay", "help"] if late else ["nothing_due", "help_early"]
        if position["plan_state"] in ("ACTIVE", "LATE"):
            first.append("plan")
    return [*first, "object", "complain"]

"""Put random cases into a Book and compare its rows with the reference, field by field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from arrears.book import columns as c
from arrears.book.batch import Batch
from arrears.book.close.engine import arrow_schema
from arrears.book.door import Door, Settings
from reference.generate import Case

# column of POSITION -> key of the reference's state
SAME = {
    "dpd": "dpd",
    "dpd_without_plan": "dpd_without_plan",
    "bucket": "bucket",
    "five_class": "five_class",
    "overdue_interest_fen": "overdue_interest",
    "overdue_principal_fen": "overdue_principal",
    "penalty_posted_fen": "penalty_accrued",
    "penalty_paid_fen": "penalty_paid",
    "penalty_waived_fen": "penalty_waived",
    "no_progress_days": "no_progress_days",
    "triggers": "triggers",
    "principal_fen": "principal_outstanding",
    "credit_fen": "unapplied_credit",
    "attitude_points": "attitude_points",
    "high_risk": "high_risk",
    "plan_state": "plan_state",
    "promise_state": "promise_state",
    "limitation_end_on": "limitation_end_on",
    "cured_on": "cured_on",
    "received_fen": "received",
    "interest_paid_fen": "interest_paid",
    "principal_paid_fen": "principal_paid",
    "fee_paid_fen": "fee_paid",
    "credit_code": "credit_code",
}
_WORDS = {"": "none", "PARTLY_KEPT": "partly"}


def boarded(root: Path, cases: Iterable[Case], house: Path | None = None) -> Door:
    """A Book that holds the cases; nothing is closed yet."""
    cases = list(cases)
    door = Door.init(root, Settings(), house)
    loans = [_loan(case) for case in cases]
    schedule = [
        {"loan_id": case.loan_id, "obligation": name, "due_on": due, "interest_fen": interest, "principal_fen": principal}
        for case in cases
        for name, due, interest, principal in case.schedule
    ]
    events = [row for case in cases for row in _events(case)]
    none = arrow_schema(c.SCHEDULE).empty_table()
    tables = [
        pa.Table.from_pylist(rows, arrow_schema(shape)) for rows, shape in ((loans, c.LOANS), (schedule, c.SCHEDULE), (events, c.EVENTS))
    ]
    door.take_batch(Batch(tables[0], tables[1], none, tables[2]), {})
    return door


def _loan(case: Case) -> dict[str, Any]:
    first = case.schedule[0]
    blank: dict[str, Any] = {name: "" for name, kind in c.LOANS.items() if kind == "string"}
    return {
        **blank,
        **case.terms,
        "day_count": "30/360",
        "disbursed_on": case.terms["opened_on"],
        "signed_on": case.terms["opened_on"],
        "maturity_on": case.schedule[-1][1],
        "instalment_fen": first[2] + first[3],
        "history_paid_fen": 0,
        "acceleration_clause": True,
    }


def _events(case: Case) -> Iterable[dict[str, Any]]:
    paid = {f"{known.event.source}/{known.event.source_ref}": known.event for known in case.events}
    for known in case.events:
        event = known.event
        row = {name: getattr(event, name, None) for name in c.EVENTS}
        effect, amount = event.value_on, event.amount_fen
        if event.kind == "payment_reversed":
            effect, amount = paid[event.refers_to].value_on, paid[event.refers_to].amount_fen
        elif event.kind == "hold_ended":
            effect = event.value_on + dt.timedelta(days=1)
        yield {
            **row,
            "event_id": f"{event.source}/{event.source_ref}",
            "recorded_at": event.recorded_at.isoformat(),
            "close_on": known.known_on,
            "effect_on": effect,
            "amount_fen": amount,
        }


def differences(case: Case, row: dict[str, Any], expected: dict[str, Any], fields: Iterable[str] = SAME) -> dict[str, tuple[Any, Any]]:
    """Fields in which a row of POSITION differs from the reference: name -> (Book, reference)."""
    found = {}
    for name in fields:
        ours, theirs = row[name], expected[SAME[name]]
        if name == "triggers":
            theirs = "+".join(theirs)
        elif name in ("plan_state", "promise_state"):
            ours = _WORDS.get(ours, ours.lower())
        elif name == "credit_code":
            ours = ours or None
        if ours != theirs:
            found[name] = (ours, theirs)
    return found

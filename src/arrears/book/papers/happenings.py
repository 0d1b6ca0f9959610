"""What happened on a loan besides payments: agreements, holds, promises, fees, waivers; as data, words come later."""

from __future__ import annotations

from typing import Any

from arrears.book.door import History
from arrears.book.papers.figures import iso
from arrears.book.papers.receipts import posted_day

Row = dict[str, Any]
# Told elsewhere (receipts), within another entry (the end of a hold), or none of the borrower's concern (the lender's own cost).
_ELSEWHERE = ("payment_received", "payment_reversed", "recovered", "hold_ended", "expense_paid")


def happenings(history: History, zone: str) -> list[Row]:
    """List what was agreed, stopped, promised, charged or waived, by value day.

    Returns
    -------
    One dict an event: kind, on, posted_on, subject, amount_fen, until_on (of a hold its last day, null while it runs), count,
    step_months, first_due_on, days, stops (list), reason.
    """
    ends = {row["subject"]: row["value_on"] for row in history.events if row["kind"] == "hold_ended"}
    out = []
    for event in history.events:
        applied = event["kind"] == "collateral_proceeds_received" and event["subject"] == "apply"
        if event["kind"] in _ELSEWHERE or applied:
            continue
        until = event["until_on"]
        if event["kind"] == "hold_opened":
            until = min([day for day in (until, ends.get(event["subject"])) if day], default=None)
        out.append(
            {
                "kind": event["kind"],
                "on": iso(event["value_on"]),
                "posted_on": iso(posted_day(event, zone)),
                "until_on": iso(until),
                "first_due_on": iso(event["first_due_on"]),
                "stops": [stop for stop in event["stops"].split("+") if stop],
                **{name: event[name] for name in ("subject", "amount_fen", "count", "step_months", "days", "reason")},
            }
        )
    return out

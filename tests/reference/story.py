"""The ten-borrower story (MISSION.md part 4) as terms, schedule and events."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from arrears.kernel.events import Event
from reference.arithmetic import ScheduleRow, add_months, contract
from reference.policy import Known
from reference.replay import Reference

ZONE = ZoneInfo("Asia/Shanghai")
STOPS = "penalty+clock+contact"


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def story_schedule(loan: dict[str, Any]) -> list[ScheduleRow]:
    """The contract schedule of a loan of the story."""
    t = loan["terms"]
    return contract(t["method"], t["principal"], rate_of(loan), t["n"], t["step_months"], day(t["first_due"]))


def rate_of(loan: dict[str, Any]) -> int:
    """Contract rate in parts per million a year."""
    return int(Decimal(loan["terms"]["rate"]) * 1_000_000)


def story_loan(loan_id: str, loan: dict[str, Any], day_1: dt.date) -> Reference:
    """One loan of the story, its acts and receipts as events.

    Instalments up to `paid_upto` are paid on their due days. One of them, I03 of B08, falls due inside the window and
    yet is paid on day 1 of the expected rows: what falls due from day 1 on is boarded as paid, with nothing unpaid.
    """
    t, events = loan["terms"], []
    first_due, step, rate_ppm = day(t["first_due"]), t["step_months"], rate_of(loan)
    schedule, before = [], story_schedule(loan)[: t["paid_upto"]]
    for row in story_schedule(loan):
        schedule.append((row[0], row[1], 0, 0) if row in before and row[1] >= day_1 else row)
    terms = {"opened_on": add_months(first_due, -step), "first_due_on": first_due, "rate_ppm": rate_ppm, "step_months": step}

    def add(kind: str, value_on: dt.date, known_on: dt.date | None = None, **fields: Any) -> None:
        known = known_on or value_on
        at = dt.datetime.combine(known, dt.time(12), ZONE)
        events.append(Known(Event("story", f"{loan_id}-{len(events):03d}", loan_id, kind, value_on, at, **fields), known))

    for _, due, interest, principal in before:
        if due < day_1:
            add("payment_received", due, amount_fen=interest + principal)
    for r in loan["receipts"]:
        add("payment_received", day(r["value"]), day(r["posted"]), amount_fen=r["fen"], progress=r.get("progress", True))
    acts = loan["acts"]
    for a in acts.get("plan", ()):
        add("agreement_signed", day(a["date"]), subject="arrears_plan", count=a["parts"], first_due_on=day(a["first_due"]))
    for a in acts.get("restructure", ()):
        add("agreement_signed", day(a["date"]), subject="restructure", count=a["n"], first_due_on=day(a["first_due"]))
    for a in acts.get("accelerate", ()):
        add("accelerated", day(a["date"]))
    for k, a in enumerate(acts.get("holds", ())):
        add("hold_opened", day(a["from"]), subject=f"H{k}", stops=STOPS)
        add("hold_ended", day(a["to"]), subject=f"H{k}")
    if "attitude_from" in acts:  # the broken promise of B03
        add("promise_made", day("2026-09-20"), amount_fen=385_617, until_on=day("2026-09-25"))
        add("promise_evidence_confirmed", day(acts["attitude_from"]), until_on=day("2026-09-26"), approver="TL1")
    return Reference(terms, schedule, events)

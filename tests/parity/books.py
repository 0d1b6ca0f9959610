"""A small book in which every kind of event happens within a few closes around the end of September 2026.

Each loan has one theme and few own days, so that a close from the openings takes few turns. `late(door)` brings what is
learned only after the first close: receipts and a reversal dated back, one loan corrected twice, a new loan.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa

from arrears.book import columns as c
from arrears.book.batch import Batch
from arrears.book.close.engine import arrow_schema
from arrears.book.door import Door, Settings
from arrears.book.rules.schedule import make_schedules
from arrears.kernel.days import add_months

D = dt.date.fromisoformat
FIRST = D("2026-09-28")
DAYS = [FIRST + dt.timedelta(days=n) for n in range(4)]  # to 1 October, over the month end

_LOANS: dict[str, tuple[str, int, int, str]] = {
    # method, principal, count of months, first due day
    "L01": ("equal_instalment", 10_000_00, 12, "2026-07-15"),
    "L02": ("equal_instalment", 12_345_67, 12, "2026-07-15"),
    "L03": ("equal_instalment", 20_000_00, 10, "2026-07-20"),
    "L04": ("equal_instalment", 18_000_01, 9, "2026-07-31"),
    "L05": ("equal_principal", 30_000_00, 12, "2026-07-08"),
    "L06": ("equal_instalment", 9_999_99, 24, "2026-08-15"),
    "L07": ("equal_instalment", 24_000_00, 12, "2026-09-10"),
    "L08": ("equal_instalment", 24_000_00, 12, "2026-09-10"),
    "L09": ("equal_instalment", 900_000_00, 36, "2026-08-20"),
    "L10": ("simple_interest", 15_000_00, 12, "2026-08-28"),
    "L11": ("bullet", 8_000_00, 3, "2026-07-30"),
    "L12": ("interest_first", 40_000_00, 6, "2026-08-01"),
    "L13": ("equal_principal", 36_000_00, 6, "2026-08-10"),
    "L14": ("equal_instalment", 7_000_00, 12, "2026-07-05"),
    "L15": ("equal_instalment", 1_000_00, 2, "2026-08-30"),
    "L16": ("equal_instalment", 11_000_00, 12, "2026-08-25"),
    "L17": ("equal_instalment", 13_000_00, 12, "2026-09-05"),
    "L18": ("equal_instalment", 14_000_00, 12, "2026-10-02"),
    "L20": ("equal_instalment", 16_000_00, 12, "2026-07-12"),
    "L22": ("equal_instalment", 19_000_00, 12, "2026-07-18"),
    "L21": ("equal_instalment", 17_000_00, 12, "2026-09-29"),
    "L23": ("equal_instalment", 21_000_00, 12, "2026-07-25"),
    "L24": ("equal_instalment", 15_000_00, 12, "2026-09-08"),
    "L25": ("equal_principal", 26_000_00, 12, "2026-08-18"),
    "L26": ("equal_instalment", 8_500_00, 12, "2026-06-20"),
    "L27": ("equal_instalment", 33_000_00, 12, "2026-08-05"),
    "L28": ("equal_instalment", 6_000_00, 12, "2026-09-26"),
    "L29": ("equal_instalment", 27_000_00, 12, "2026-08-14"),
}


def loan_rows(loan_id: str, method: str, principal: int, count: int, first_due: str) -> tuple[dict[str, Any], pa.Table]:
    """A row of LOANS and the loan's schedule."""
    due = D(first_due)
    opened = add_months(due, -1)
    terms = {
        "loan_id": [loan_id],
        "method": [method],
        "day_count": ["30/360"],
        "principal_fen": pa.array([principal], pa.int64()),
        "rate_ppm": pa.array([144_000], pa.int64()),
        "term_count": pa.array([count], pa.int32()),
        "step_months": pa.array([1], pa.int32()),
        "disbursed_on": [opened],
        "first_due_on": [due],
        "due_day": pa.array([0], pa.int32()),
    }
    schedule = make_schedules(pa.table(terms)).select(list(c.SCHEDULE)).cast(arrow_schema(c.SCHEDULE))
    blank: dict[str, Any] = {name: "" for name, kind in c.LOANS.items() if kind == "string"}
    last = max(schedule["due_on"].to_pylist())
    row = {
        **blank,
        **{name: values[0] for name, values in terms.items() if name in ("loan_id", "method", "day_count", "disbursed_on", "first_due_on")},
        "principal_fen": principal,
        "rate_ppm": 144_000,
        "term_count": count,
        "step_months": 1,
        "borrower_id": f"B-{loan_id}",
        "signed_on": opened,
        "opened_on": opened,
        "maturity_on": last,
        "instalment_fen": schedule["interest_fen"][0].as_py() + schedule["principal_fen"][0].as_py(),
        "history_paid_fen": 0,
        "acceleration_clause": True,
    }
    return row, schedule


def event(loan_id: str, kind: str, value: str, known: str | None = None, effect: str | None = None, **more: Any) -> dict[str, Any]:
    """A row of EVENTS; `known` is the first close that sees it, `effect` the day it changes the loan."""
    ref = f"{loan_id}-{kind}-{value}-{more.get('subject', '')}"
    row: dict[str, Any] = {name: "" if shape == "string" else None for name, shape in c.EVENTS.items()}
    on = max(D(value), D(known or value))
    row |= {
        "event_id": f"test/{ref}",
        "source": "test",
        "source_ref": ref,
        "loan_id": loan_id,
        "kind": kind,
        "value_on": D(value),
        "recorded_at": f"{on}T12:00:00+08:00",
        "close_on": on,
        "effect_on": D(effect or value),
        "amount_fen": 0,
        "count": 0,
        "step_months": 1,
        "days": 0,
        "progress": True,
    }
    return row | more


def pay(loan_id: str, value: str, fen: int, known: str | None = None, **more: Any) -> dict[str, Any]:
    """A payment."""
    return event(loan_id, "payment_received", value, known, amount_fen=fen, **more)


def known_events() -> list[dict[str, Any]]:
    """What the book knows from the start; days after the first close come with their own close."""
    return [
        pay("L01", "2026-09-15", 2_800_00),
        pay("L01", "2026-09-29", 50_00),
        pay("L01", "2026-10-01", 30_00, progress=False),
        pay("L02", "2026-09-20", 1_000_00),
        event("L03", "agreement_signed", "2026-09-10", subject="arrears_plan", count=3, first_due_on=D("2026-09-20")),
        event("L04", "agreement_signed", "2026-09-12", subject="restructure", count=7, first_due_on=D("2026-09-30")),
        event("L05", "accelerated", "2026-09-08"),
        pay("L05", "2026-09-29", 4_321_00),
        event("L06", "hold_opened", "2026-08-31", subject="h1", stops="penalty+clock"),
        event("L06", "hold_opened", "2026-08-31", subject="h2", stops="clock+contact", until_on=D("2026-09-05")),
        event("L06", "hold_ended", "2026-09-02", effect="2026-09-03", subject="h1"),
        event("L07", "promise_made", "2026-09-26", amount_fen=1_000_00, until_on=D("2026-09-28")),
        event("L08", "promise_made", "2026-09-26", amount_fen=1_000_00, until_on=D("2026-09-30")),
        pay("L08", "2026-09-30", 1_000_00),
        pay("L10", "2026-09-28", 1_400_00),
        pay("L10", "2026-10-02", 700_00),
        event("L12", "instalments_deferred", "2026-09-18", count=2),
        event("L13", "term_extended", "2026-09-18", count=1),
        event("L13", "due_date_changed", "2026-09-29", days=5),
        event("L14", "charged_off", "2026-09-25"),
        event("L14", "recovered", "2026-09-30", amount_fen=600_00),
        event("L14", "expense_paid", "2026-09-30", amount_fen=45_00),
        pay("L15", "2026-09-29", 1_050_00),
        event("L16", "fee_charged", "2026-09-25", subject="late_letter", amount_fen=20_00),
        event("L16", "fee_charged", "2026-09-29", subject="awarded_cost", amount_fen=90_00),
        event("L16", "penalty_waived", "2026-09-30", amount_fen=1_00, asker="desk", reason="goodwill"),
        event("L16", "fee_waived", "2026-10-01", amount_fen=5_00, asker="desk", reason="goodwill"),
        event("L17", "contact_declined", "2026-09-25", until_on=D("2026-09-23"), approver="lead", subject="call-1"),
        event("L17", "contact_declined", "2026-09-25", until_on=D("2026-09-24"), approver="lead", subject="call-2"),
        event("L17", "mail_refused", "2026-09-25", until_on=D("2026-09-24"), approver="lead"),
        event("L17", "demand_delivered", "2026-09-25", subject="letter"),
        pay("L21", "2026-09-28", 100_00),
        event("L22", "agreement_signed", "2026-09-10", subject="arrears_plan", count=1, first_due_on=D("2026-09-30")),
        event("L22", "borrower_contacted", "2026-09-29"),
        pay("L22", "2026-09-30", 6_000_00),
        event("L23", "agreement_signed", "2026-09-12", subject="arrears_plan", count=3, first_due_on=D("2026-10-05")),
        event("L23", "agreement_ended", "2026-09-29", reason="asked by the borrower"),
        event("L24", "promise_made", "2026-09-20", amount_fen=500_00, until_on=D("2026-09-22")),
        event("L24", "promise_evidence_confirmed", "2026-09-25", until_on=D("2026-09-23"), approver="lead"),
        event("L24", "evidence_excused", "2026-09-30", refers_to="test/L24-promise_evidence_confirmed-2026-09-25-", approver="lead"),
        event("L25", "disbursed", "2026-09-29", amount_fen=2_000_00),
        event("L25", "balance_adjusted", "2026-09-30", amount_fen=-150_00, reason="counted twice"),
        event("L26", "charged_off", "2026-09-20"),
        event("L27", "collateral_proceeds_received", "2026-09-29", amount_fen=3_000_00, subject="apply"),
        event("L27", "collateral_proceeds_received", "2026-09-30", amount_fen=400_00, subject="kept"),
        pay("L28", "2026-09-28", 2_000_00),
        event("L28", "credit_refunded", "2026-09-30", amount_fen=800_00),
        event("L29", "transferred", "2026-09-30"),
    ]


def late_events() -> list[dict[str, Any]]:
    """Learned after the first close: dated back, bounced, one loan (L20) corrected twice."""
    bounced = f"test/{pay('L02', '2026-09-20', 1)['source_ref']}"
    return [
        event("L02", "payment_reversed", "2026-10-01", effect="2026-09-20", amount_fen=1_000_00, refers_to=bounced),
        pay("L20", "2026-09-29", 1_500_00, known="2026-09-30"),
        pay("L20", "2026-09-30", 77_77, known="2026-10-01"),
        event("L06", "hold_opened", "2026-09-29", known="2026-10-01", subject="h3", stops="contact"),
        event("L26", "charge_off_reversed", "2026-09-30", effect="2026-09-20", amount_fen=3_000_00),
    ]


def _table(rows: list[dict[str, Any]], columns: c.Columns) -> pa.Table:
    return pa.Table.from_pylist(rows, arrow_schema(columns))


def batch(loans: dict[str, tuple[str, int, int, str]], events: list[dict[str, Any]]) -> Batch:
    """What an import of these loans and events brings."""
    made = [loan_rows(name, *terms) for name, terms in loans.items()]
    schedule = pa.concat_tables([rows for _, rows in made]) if made else arrow_schema(c.SCHEDULE).empty_table()
    return Batch(_table([row for row, _ in made], c.LOANS), schedule, arrow_schema(c.SCHEDULE).empty_table(), _table(events, c.EVENTS))


def mixed(root: Path) -> Door:
    """The book before its first close."""
    door = Door.init(root, Settings())
    door.take_batch(batch(_LOANS, known_events()), {"mapping": "test"})
    return door


def late(door: Door) -> None:
    """What comes after the first close."""
    door.take_batch(batch({"L19": ("equal_instalment", 5_000_00, 6, "2026-10-29")}, late_events()), {"mapping": "test"})

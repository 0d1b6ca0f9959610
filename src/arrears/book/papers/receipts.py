"""What was paid and where each fen went: receipts with the lines of the waterfall that they filled."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from arrears.book.door import History
from arrears.book.papers.figures import iso
from arrears.kernel.days import business_day

Row = dict[str, Any]


def receipts(history: History, zone: str) -> list[Row]:
    """List money that came in, in order of its value day, and days on which credit was used.

    A day's money fills the lines in their order, credit first, then receipt by receipt; so each line is divided among
    them exactly. A reversed receipt stands there with its reversal and fills nothing.

    Returns
    -------
    One dict an entry: kind (payment, proceeds, recovery, credit), event_id, value_on, posted_on, backdated, amount_fen, channel, payer,
    reversed_on (the value day of the reversal), lines (obligation, part, amount_fen; part "instalment" for simple interest),
    rest_fen and rest_as (credit, ahead, after_charge_off): what no line took; told_interest_fen, told_principal_fen: the
    source's own split, or null.
    """
    reversals = {row["refers_to"]: row for row in history.events if row["kind"] == "payment_reversed"}
    days: dict[dt.date, list[Row]] = defaultdict(list)
    for event in history.events:
        kind = _kind(event)
        if kind:
            days[event["effect_on"]].append(_entry(event, kind, reversals.get(event["event_id"]), zone))
    lines: dict[dt.date, list[Row]] = defaultdict(list)
    for line in history.lines:
        lines[line["taken_on"]].append(line)
    simple = history.terms["method"] == "simple_interest"
    out: list[Row] = []
    for day in sorted({*days, *lines}):
        out += _day(history, day, days[day], lines[day], simple)
    return out


def _kind(event: Row) -> str:
    kinds = {"payment_received": "payment", "recovered": "recovery"}
    if event["kind"] == "collateral_proceeds_received":
        return "proceeds" if event["subject"] == "apply" else ""
    return kinds.get(event["kind"], "")


def posted_day(event: Row, zone: str) -> dt.date:
    """Return the business day on which an event was recorded."""
    return business_day(dt.datetime.fromisoformat(event["recorded_at"]), ZoneInfo(zone))


def _entry(event: Row, kind: str, reversal: Row | None, zone: str) -> Row:
    posted = posted_day(event, zone)
    return {
        "kind": kind,
        "event_id": event["event_id"],
        "value_on": iso(event["value_on"]),
        "posted_on": iso(posted),
        "backdated": posted > event["value_on"],
        "amount_fen": event["amount_fen"],
        "channel": event["channel"],
        "payer": event["payer"],
        "reversed_on": iso(reversal["value_on"]) if reversal else None,
        "lines": [],
        "rest_fen": 0,
        "rest_as": "",
        "told_interest_fen": event["interest_fen"],
        "told_principal_fen": event["principal_fen"],
        "recorded_at": event["recorded_at"],
    }


def _day(history: History, day: dt.date, entries: list[Row], lines: Iterable[Row], simple: bool) -> list[Row]:
    """Divide a day's lines among the credit and its receipts in posting order."""
    entries.sort(key=lambda entry: (entry["recorded_at"], entry["event_id"]))
    credit = _credit(day)
    filling = [entry for entry in entries if entry["kind"] in ("payment", "proceeds") and not entry["reversed_on"]]
    left = {id(entry): max(entry["amount_fen"], 0) for entry in filling}
    for line in sorted(lines, key=lambda row: row["rank"]):
        part = "instalment" if simple and line["part"] == "principal" else line["part"]
        _add(credit, line["obligation"], part, line["from_credit_fen"])
        wanted = line["taken_fen"] - line["from_credit_fen"]
        for entry in filling:
            took = min(left[id(entry)], wanted)
            left[id(entry)] -= took
            wanted -= took
            _add(entry, line["obligation"], part, took)
        _add(credit, line["obligation"], part, wanted)  # what no receipt of the day covers came from credit
    for entry in filling:
        entry["rest_fen"] = left[id(entry)]
        entry["rest_as"] = _rest(history, day, simple) if left[id(entry)] else ""
    credit["amount_fen"] = sum(line["amount_fen"] for line in credit["lines"])
    both = [credit] if credit["lines"] else []
    return [{name: value for name, value in entry.items() if name != "recorded_at"} for entry in [*both, *entries]]


def _credit(day: dt.date) -> Row:
    empty = {"event_id": "", "channel": "", "payer": "", "reversed_on": None, "rest_as": "", "rest_fen": 0, "backdated": False}
    told: Row = {"told_interest_fen": None, "told_principal_fen": None}
    return {"kind": "credit", "value_on": iso(day), "posted_on": iso(day), "amount_fen": 0, "lines": [], **empty, **told}


def _add(entry: Row, obligation: str, part: str, amount: int) -> None:
    if amount:
        entry["lines"].append({"obligation": obligation, "part": part, "amount_fen": amount})


def _rest(history: History, day: dt.date, simple: bool) -> str:
    """What the rest of a receipt is: unapplied credit, paid ahead, or money after a charge-off."""
    off = [row["effect_on"] for row in history.events if row["kind"] == "charged_off"]
    if off and min(off) < day and history.position["after_charge_off_fen"]:
        return "after_charge_off"
    return "ahead" if simple else "credit"

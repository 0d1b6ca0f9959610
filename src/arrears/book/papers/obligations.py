"""What fell due on a loan and what became of it: one row an obligation, from the history alone."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from typing import Any

from arrears.book.door import History
from arrears.book.papers.figures import iso
from arrears.kernel.days import add_months

Row = dict[str, Any]
ENDED = ("SETTLED", "WRITTEN_OFF", "TRANSFERRED")
_NAME = re.compile(r"(?P<letter>[A-Z])(?:(?P<again>[0-9]+)-)?(?P<number>[0-9]+)")


class Taken:
    """What each obligation took, by part, and when it last took interest, principal or a fee."""

    def __init__(self, history: History) -> None:
        self.sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.last_on: dict[str, dt.date] = {}
        for line in history.lines:
            name, part = line["obligation"], "fee" if line["part"] == "cost" else line["part"]
            self.sums[name][part] += line["taken_fen"]
            if part != "penalty":
                self.last_on[name] = line["taken_on"]

    def part(self, name: str, part: str) -> int:
        """Minor units that an obligation took for a part."""
        return self.sums[name][part] if name in self.sums else 0

    def debt(self, name: str) -> int:
        """Minor units that an obligation took for interest, principal and fees."""
        return sum(self.part(name, part) for part in ("interest", "principal", "fee"))


def obligations(history: History) -> list[Row]:
    """List every obligation of a loan in order of its due day.

    Returns
    -------
    One dict an obligation: obligation, kind (I, H, P, R, X, F), due_on, moved_from_on (the contract's day, if another), interest_fen,
    principal_fen, fee_fen (as it fell due), amount_fen (their sum), paid_fen, unpaid_fen, paid_on, status, days_late.
    status: paid, paid_by_plan, open (a fee), overdue, due_today, coming, in_plan, replaced, called, written_off, transferred, before,
    nothing, settled, no_longer_due. Simple interest has the whole instalment in principal_fen.
    """
    taken = Taken(history)
    live = {row["obligation"]: row for row in history.open_due}
    contract = {row["obligation"]: row for row in history.schedule}
    names = [*contract, *[name for name in live if name not in contract]]
    names += [name for name in taken.sums if name not in contract and name not in live]
    rows = [_row(history, taken, name, contract.get(name), live.get(name)) for name in names]
    return sorted(rows, key=lambda row: (row["due_on"], row["kind"] == "P", row["obligation"]))


def _row(history: History, taken: Taken, name: str, agreed: Row | None, live: Row | None) -> Row:
    """One obligation: as it was made, what was paid on it, what is left."""
    parts = {part: taken.part(name, part) + (live[f"{part}_fen"] if live else 0) for part in ("interest", "principal", "fee")}
    if agreed is not None:
        parts = {"interest": agreed["interest_fen"], "principal": agreed["principal_fen"], "fee": 0}
    unpaid = sum(live[f"{part}_fen"] for part in parts) if live else 0
    amount = sum(parts.values())
    due_on = live["due_on"] if live else agreed["due_on"] if agreed else made_on(name, history.events, history.on)
    status = _status(history, taken.debt(name), amount, due_on, live, unpaid)
    done = status in ("paid", "paid_by_plan")
    paid_on = taken.last_on.get(name)
    until = paid_on if done and paid_on else history.on
    return {
        "obligation": name,
        "kind": live["kind"] if live else kind_of(name),
        "due_on": iso(due_on),
        "moved_from_on": iso(agreed["due_on"]) if agreed and agreed["due_on"] != due_on else None,
        **{f"{part}_fen": value for part, value in parts.items()},
        "amount_fen": amount,
        "paid_fen": amount - unpaid if live or status == "paid_by_plan" else taken.debt(name),
        "unpaid_fen": unpaid,
        "paid_on": iso(paid_on) if paid_on and unpaid < amount else None,
        "status": status,
        "days_late": max((until - due_on).days, 0) if status == "overdue" or (done and paid_on) else 0,
    }


def _status(history: History, paid: int, amount: int, due_on: dt.date, live: Row | None, unpaid: int) -> str:
    """What became of an obligation; the first answer that fits."""
    position, on = history.position, history.on
    if live and unpaid:
        if live["covered"]:
            return "in_plan"
        if live["kind"] == "F":
            return "open"
        return "overdue" if due_on < on else "due_today" if due_on == on else "coming"
    if amount == 0:
        return "nothing"
    if paid >= amount:
        return "paid"
    if due_on >= position["contract_until_on"]:
        return _replaced(history.events, due_on)
    if position["state"] in ("WRITTEN_OFF", "TRANSFERRED"):
        return "no_longer_due" if due_on > on else str(position["state"]).lower()
    if due_on > on:
        return "no_longer_due" if position["state"] == "SETTLED" else "coming"
    if due_on <= history.terms["opened_on"]:
        return "before"
    return "paid_by_plan" if position["plan_count"] else "settled"


def _replaced(events: list[Row], due_on: dt.date) -> str:
    """Did an instalment go into the called amount, or give way to a new agreement: what came first."""
    acts = [row for row in events if row["kind"] == "accelerated" or row["subject"] == "restructure"]
    first = min((row for row in acts if row["effect_on"] <= due_on), key=lambda row: row["effect_on"], default=None)
    return "called" if first and first["kind"] == "accelerated" else "replaced"


def kind_of(name: str) -> str:
    """Return the kind of an obligation that is no longer open, by its name."""
    return name[0]


def made_on(name: str, events: list[Row], on: dt.date) -> dt.date:
    """Return the due day of an obligation that an act made, from that act; `on` where no act is known."""
    if name.startswith("F:"):
        return next((row["value_on"] for row in events if row["event_id"] == name[2:]), on)
    found = _NAME.fullmatch(name)
    if found is None:
        return on
    acts = {"P": "arrears_plan", "R": "restructure"}
    letter, place = found["letter"], int(found["again"] or 1) - 1
    chosen = [row for row in events if (row["subject"] == acts.get(letter, "") if letter in acts else row["kind"] == "accelerated")]
    if letter not in "PRX" or place >= len(chosen):
        return on
    act = chosen[place]
    if letter == "X":
        return act["effect_on"]  # type: ignore[no-any-return]
    return add_months(act["first_due_on"], (int(found["number"]) - 1) * act["step_months"])

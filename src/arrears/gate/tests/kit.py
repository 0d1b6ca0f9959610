"""Plain builders of facts: a borrower out of grace, noticed and overdue, whom a trained collector of the lender may call at ten."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from arrears.gate.answer import Answer
from arrears.gate.decide import decide
from arrears.gate.facts import Facts
from arrears.law.values import Law, load

DAY = dt.date(2026, 10, 20)
DUE = dt.date(2026, 10, 1)


def at(text: str, day: dt.date = DAY) -> str:
    """A moment of the story's zone: `10:00` on DAY, or `2026-10-21 10:00`."""
    whole = text if "-" in text else f"{day} {text}"
    return f"{whole.replace(' ', 'T')}+08:00"


@lru_cache(maxsize=1)
def law() -> Law:
    """The shipped packs."""
    return load()


def person(**changes: Any) -> dict[str, Any]:
    """Lin Yuan, the borrower."""
    number = {"id": "138", "channels": ["call", "robot_call", "sms", "messenger"], "owner": "B01", "confirmed": True, "valid": True}
    mail = {"id": "mail", "channels": ["email"], "owner": "B01", "valid": True}
    home = {"id": "home", "channels": ["visit", "letter"], "owner": "B01", "confirmed": True, "valid": True}
    told = {"id": "B01", "relation": "debtor", "zones": ["Asia/Shanghai"], "region": "CN-GD-GZ", "addresses": [number, mail, home]}
    told |= {"consents": [], "refusals": [], "capacity": "full", "vulnerability": []}
    return told | changes


def third(**changes: Any) -> dict[str, Any]:
    """A friend named as a contact, who does not owe."""
    number = {"id": "139", "channels": ["call", "sms"], "owner": "F01", "valid": True}
    return person(id="F01", relation="third_party", addresses=[number]) | changes


def loan(**changes: Any) -> dict[str, Any]:
    """A loan nineteen days past due, with a delivered notice."""
    notice = {"kind": "overdue_notice", "channel": "sms", "sent_at": at("2026-10-02 09:00"), "delivered_at": at("2026-10-02 09:01")}
    told = {
        "id": "L01",
        "overdue_fen": 282_441,
        "live_at": at("09:59"),
        "oldest_due_on": DUE,
        "days_past_due": 18,
        "close_on": "2026-10-19",
    }
    told |= {"notices": [notice], "limitation_ends_on": "2029-10-01", "acceleration_clause": True, "lien_known": True, "registered": True}
    return told | changes


def staff(name: str = "K1", **changes: Any) -> dict[str, Any]:
    """A trained collector of the lender."""
    told = {"id": name, "person": name, "roles": ["collector"], "trained_on": "2026-06-01", "barred_from": [], "visits_barred": False}
    told |= {"record_late": False, "id_valid_until": "2027-01-01", "device_registered": True, "record_clean": True, "confidentiality": True}
    return told | changes


def agency(**changes: Any) -> dict[str, Any]:
    """An agency with everything in order."""
    told = {
        "id": "AG1",
        "name": "安和服务",
        "listed": True,
        "evaluated_on": "2026-05-01",
        "contract_until": "2027-05-01",
        "data_contract": True,
    }
    return told | {"notice_delivered_at": at("2026-10-05 09:00")} | changes


def contact(when: str, outcome: str = "no_answer", **changes: Any) -> dict[str, Any]:
    """A call to the borrower's number."""
    told = {
        "at": at(when),
        "person": "B01",
        "channel": "call",
        "outcome": outcome,
        "purpose": "collection",
        "address": "138",
        "staff": "K1",
    }
    return told | changes


def ask(when: str = "10:00", **changes: Any) -> dict[str, Any]:
    """A collection call by K1 to the borrower's number."""
    told: dict[str, Any] = {
        "act": "contact",
        "at": at(when),
        "loan": "L01",
        "channel": "call",
        "purpose": "collection",
        "address": "138",
        "team": ["K1"],
    }
    return told | changes


def raw(**changes: Any) -> dict[str, Any]:
    """Facts as plain data; a key replaces that part."""
    told: dict[str, Any] = {
        "id": "case",
        "ask": ask(),
        "person": person(),
        "loans": [loan()],
        "history": [],
        "staff": [staff()],
        "holds": [],
    }
    return told | changes


def facts(**changes: Any) -> Facts:
    """Facts as the gate takes them; the live figure is read a minute before the ask unless a test says otherwise."""
    told = raw(**changes)
    if "loans" not in changes:
        moment = dt.datetime.fromisoformat(told["ask"]["at"]) - dt.timedelta(minutes=1)
        told["loans"] = [loan(live_at=moment.isoformat())]
    return Facts.model_validate(told)


def answer(**changes: Any) -> Answer:
    """The gate's answer to the kit's case with some parts replaced."""
    return decide(facts(**changes), law())


def codes(**changes: Any) -> list[str]:
    """Only the refusal codes of that answer."""
    return [each.code for each in answer(**changes).findings]

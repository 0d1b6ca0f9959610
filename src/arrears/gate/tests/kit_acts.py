"""Plain builders for steps of a visit and of the claim: everything in order on kit.DAY, so that one change decides."""

from __future__ import annotations

import datetime as dt
from typing import Any

from arrears.gate.answer import Answer
from arrears.gate.case import Case, heard
from arrears.gate.decide import days_of, decide
from arrears.gate.facts import Facts
from arrears.gate.tests import kit

PARTS = ["contract_copy", "repayment_detail", "collection_record", "visitor_ids", "plan_options", "complaint_card"]


def officer(name: str, **changes: Any) -> dict[str, Any]:
    """A field officer of the lender."""
    return kit.staff(name, roles=["field_officer"]) | changes


def pair(**changes: Any) -> list[dict[str, Any]]:
    """Two field officers; a change goes to the second."""
    return [officer("V1"), officer("V2", **changes)]


def tried() -> list[dict[str, Any]]:
    """Three attempts on three days over two channels, after the grace of kit.DUE."""
    calls = [kit.contact("2026-10-06 10:00"), kit.contact("2026-10-10 10:00")]
    return [*calls, kit.contact("2026-10-08 10:00", "delivered", channel="sms")]


def approval(**changes: Any) -> dict[str, Any]:
    """An approval of five days ago by a third person."""
    told = {"loan": "L01", "reason": "T2", "reason_holds": True, "requested_by": "R1", "assessed_by": "A1", "approved_by": "P1"}
    return told | {"approved_on": "2026-10-15"} | changes


def appointment(**changes: Any) -> dict[str, Any]:
    """Ten to twelve at home, agreed two days before."""
    told = {"opens_at": kit.at("10:00"), "closes_at": kit.at("12:00"), "place": "home", "agreed_at": kit.at("2026-10-18 10:00")}
    return told | changes


def announced(**changes: Any) -> dict[str, Any]:
    """Ten to twelve at home, announced after three tries by a letter that arrived three days before."""
    told = {
        "agreed_at": None,
        "tries_on": ["2026-10-13", "2026-10-14", "2026-10-15"],
        "letter_delivered_on": "2026-10-17",
        "lead_agreed": True,
    }
    return appointment(**told) | changes


def step(act: str, when: str = "10:00", **changes: Any) -> dict[str, Any]:
    """A step that needs nothing but its act."""
    return {"act": act, "at": kit.at(when), "loan": "L01"} | changes


def start(when: str = "10:00", **changes: Any) -> dict[str, Any]:
    """The start of the visit by both officers."""
    told = {"team": ["V1", "V2"], "approval": approval(), "appointment": appointment(), "packet_parts": PARTS}
    return step("start_visit", when) | told | changes


def facts(asked: dict[str, Any], **changes: Any) -> Facts:
    """Facts of a step; the live figure is a minute old, the close of the day before."""
    moment = dt.datetime.fromisoformat(asked["at"])
    own = {"live_at": (moment - dt.timedelta(minutes=1)).isoformat(), "close_on": str(moment.date() - dt.timedelta(days=1))}
    loan = kit.loan(**own | changes.pop("loan", {}))
    return kit.facts(**{"ask": asked, "loans": [loan], "staff": pair(), "history": tried()} | changes)


def answer(asked: dict[str, Any], *, house: bool = True, **changes: Any) -> Answer:
    """The gate's answer to a step."""
    return decide(facts(asked, **changes), kit.law(), house=house)


def found(asked: dict[str, Any], *, house: bool = True, **changes: Any) -> list[tuple[str, str]]:
    """Code and rule of every finding."""
    return [(each.code, each.rule) for each in answer(asked, house=house, **changes).findings]


def day(text: str, days: int) -> str:
    """A day so many days later."""
    return str(dt.date.fromisoformat(text) + dt.timedelta(days=days))


def case(told: Facts, *, house: bool = True) -> Case:
    """The case that a check is given at the moment asked for."""
    return Case(told, days_of(kit.law(), house), told.ask.at, heard(told))

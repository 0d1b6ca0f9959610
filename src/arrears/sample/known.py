"""What people of the story did and said, as known at a moment: persons, contacts, notices, holds, staff. From the page alone."""

from __future__ import annotations

import datetime as dt

from arrears.sample.steps import Step, Told, moment, page, steps_of

_NOTICES = frozenset({"overdue_notice", "acceleration_notice", "credit_notice", "handoff_notice", "legal_notice"})
_DELIVERED = frozenset({"delivered", "read"})
# A message on its way is delivered within a minute; a letter says when it arrived.
_ON_ITS_WAY = dt.timedelta(minutes=1)


def person_id(loan: str, to: str = "") -> str:
    """Return the pseudonym of a borrower of the story, or of somebody beside them."""
    return f"{loan}-{to}" if to else loan


def person(loan: str, at: dt.datetime, to: str = "") -> Told:
    """Return a person with what is known of them at a moment: addresses, consents and refusals up to then."""
    row, me = page()["loans"][loan], person_id(loan, to)
    told = row["others"][to] if to else row
    fields = {name: told[name] for name in ("relation", "prefers", "liable_by") if name in told}
    addresses = [_address(me, name, each, at) for name, each in told["addresses"].items() if is_known(each, at)]
    return {
        **page()["everybody"],
        "id": me,
        "relation": "debtor",
        **fields,
        "addresses": addresses,
        "consents": [{**each, "given_at": moment(each["given_at"])} for each in told.get("consents", ()) if moment(each["given_at"]) <= at],
        "refusals": [{"said_at": moment(each["said_at"])} for each in told.get("refusals", ()) if moment(each["said_at"]) <= at],
    }


def is_known(told: Told, at: dt.datetime) -> bool:
    """Is an address of the page known at a moment?"""
    return "since" not in told or moment(told["since"]) <= at


def _address(owner: str, name: str, told: Told, at: dt.datetime) -> Told:
    dead = "invalid" in told and moment(told["invalid"]) <= at
    return {"id": f"{owner}/{name}", "channels": told["channels"], "owner": owner, "confirmed": told.get("confirmed"), "valid": not dead}


def _contacts(loan: str, at: dt.datetime) -> list[Step]:
    return [step for step in steps_of(loan) if step.happened and step.result and step.at < at]


def history(loan: str, at: dt.datetime) -> list[Told]:
    """Return the contacts before a moment, whichever way and with whomever of the loan."""
    return [_contact(step) for step in _contacts(loan, at)]


def _contact(step: Step) -> Told:
    me, ask = person_id(step.loan, step.to), step.ask
    team = ask.get("team", ())
    told = {"at": step.at, "person": me, "channel": ask["channel"], "direction": step.direction, "outcome": step.result}
    told |= {"purpose": ask.get("purpose"), "by": "agency" if any("agency" in page()["staff"][name] for name in team) else "own"}
    if not team and step.direction == "out":
        told["by"] = "machine"
    return told | ({"address": f"{me}/{ask['address']}"} if "address" in ask else {}) | ({"staff": team[0]} if team else {})


def liens_known(loan: str, at: dt.datetime) -> bool:
    """Has the first lienholder said since what the tape left open?"""
    told = page()["loans"][loan].get("liens_known")
    return told is not None and moment(told) <= at


def notices(loan: str, at: dt.datetime) -> list[Told]:
    """Return the notices sent before a moment, with their delivery as far as known then."""
    return [
        {"kind": step.ask["purpose"], "channel": step.ask["channel"], "sent_at": step.at, "delivered_at": _delivered(step, at)}
        for step in _contacts(loan, at)
        if step.ask.get("purpose") in _NOTICES
    ]


def _delivered(step: Step, at: dt.datetime) -> dt.datetime | None:
    """Return when a notice arrived, as far as known at a moment."""
    arrived = step.delivered_at or (step.at + _ON_ITS_WAY if step.result in _DELIVERED else None)
    return arrived if arrived is not None and arrived <= at else None


def agency_told_at(loan: str, at: dt.datetime) -> dt.datetime | None:
    """Return when the borrower was told of the hand-over."""
    return next((each["delivered_at"] for each in notices(loan, at) if each["kind"] == "handoff_notice"), None)


def holds(loan: str, at: dt.datetime) -> list[Told]:
    """Return the holds begun; the last day of one is known once somebody ended it."""
    told = [each for each in page()["loans"][loan].get("holds", ()) if moment(each["since"]) <= at]
    return [
        {"kind": each["kind"], "from_on": each["from_on"], "loan": each.get("loan")}
        | ({"to_on": each["to_on"]} if "ended" in each and moment(each["ended"]) <= at else {})
        for each in told
    ]


def staff(loan: str, at: dt.datetime, ask: Told) -> list[Told]:
    """Return everybody named in the ask, with the day on which they last worked this case."""
    named = [*ask.get("team", ()), *(ask[name] for name in ("requested_by", "assessed_by", "decided_by") if name in ask)]
    barred = page()["loans"][loan].get("barred", {})
    found = []
    for name in dict.fromkeys(named):
        told = {"id": name, "person": name, **page()["staff"][name]}
        if name in barred and moment(barred[name]) <= at:
            told["barred_from"] = [person_id(loan)]
        worked = [step.at.date() for step in _contacts(loan, at) if name in step.ask.get("team", ())]
        found.append(told | ({"worked_case_on": max(worked)} if worked else {}))
    return found

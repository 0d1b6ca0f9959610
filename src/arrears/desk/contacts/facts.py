"""What the gate is told, read from the database in two statements: the lock, then everything else.

The two are apart on purpose. Under READ COMMITTED a statement sees what was committed when it began; one that locks and counts at once has
counted before it waited (`tests/test_many_at_once.py` shows what comes of it). Both stand in one function of the database
(migrations/0003), each with a snapshot of its own: one round trip, and plans that are made once a connection.

Types are those of the database's columns and constraints, so the models of `gate.facts` are made without being checked again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from arrears.gate import facts as gate
from arrears.kernel.days import ZONE

SEEN = "select seen, salt from contacts_seen($1, $2, $3, $4, $5)"
"""Locks, then loads: person, loan, moment, what does not count, team; gives the facts and the person's salt.

The statements stand in migrations/0003.
"""

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to do.

    Attributes
    ----------
    person, loan : whom it reaches, and about which loan
    channel, purpose, act : words of `gate.facts`
    address : id of one of the person's addresses; empty where the channel needs none
    team : accounts that act; empty: a machine
    asked_by : the account that asks
    wording, digest : what would be said, and its digest, to which the permit is bound
    minutes, amount_fen : as in `gate.facts.Ask`
    by : own | agency | machine
    """

    person: UUID
    loan: str
    channel: str
    purpose: str
    address: str = ""
    team: tuple[UUID, ...] = ()
    asked_by: UUID | None = None
    wording: gate.Wording | None = None
    digest: str = ""
    minutes: int | None = None
    amount_fen: int | None = None
    act: str = "contact"
    by: str = "own"

    def as_text(self, at: dt.datetime) -> str:
        """The ask as it is kept; of the wording its template and digest only, for the text is personal."""
        kept = [
            at.isoformat(),
            str(self.person),
            self.loan,
            self.act,
            self.channel,
            self.purpose,
            self.address,
            [str(each) for each in self.team],
            self.minutes,
            self.amount_fen,
            self.by,
            self.wording.template if self.wording else None,
            self.digest,
        ]
        return json.dumps(kept, ensure_ascii=False)


def parameters(question: Question, now: dt.datetime, own: UUID | None = None) -> list[Any]:
    """What SEEN is given; `own` is a permit about to be used, or a contact on its way: it does not stand in its own way."""
    return [question.person, question.loan, now, own, list(question.team)]


def build(question: Question, at: dt.datetime, text: str) -> gate.Facts:
    """Make the facts of what was loaded.

    Parameters
    ----------
    question : what is asked
    at : the moment, read when the lock was held
    text : of LOAD
    """
    debtor_id, people, party, loans, history, holds, staff, agency = json.loads(text)
    known = {each[0]: each for each in people or ()}
    me = str(question.person)
    relation = _relation(me, debtor_id, party)
    person = (
        _person(known[me], relation, party if relation != "debtor" else None)
        if me in known
        else _make(gate.Person, {"id": me, "relation": relation})
    )
    debtor = None if debtor_id in (None, me) else _person(known[debtor_id], "debtor", None)
    ask = {
        "act": question.act,
        "at": at.astimezone(ZONE),
        "loan": question.loan,
        "channel": question.channel or None,
        "purpose": question.purpose or None,
        "address": question.address or None,
        "minutes": question.minutes,
        "team": tuple(map(str, question.team)),
        "wording": question.wording,
        "amount_fen": question.amount_fen,
    }
    return _make(
        gate.Facts,
        {
            "ask": _make(gate.Ask, ask),
            "person": person,
            "debtor": debtor,
            "loans": tuple(_loan(each, at) for each in loans or ()),
            "history": tuple(_contact(each) for each in history or () if each[9] is None or dt.datetime.fromisoformat(each[9]) > at),
            "staff": tuple(_staff(each) for each in staff or ()),
            "agency": _agency(agency),
            "holds": tuple(
                _make(gate.Hold, {"kind": kind, "from_on": _day(from_on), "to_on": _day(to_on), "loan": loan})
                for kind, from_on, to_on, loan in holds or ()
            ),
        },
    )


@cache
def _defaults(cls: type[gate.Model]) -> tuple[dict[str, Any], frozenset[str]]:
    fields = cls.model_fields
    return {name: each.get_default(call_default_factory=True) for name, each in fields.items() if not each.is_required()}, frozenset(fields)


def _make[M: gate.Model](cls: type[M], told: Mapping[str, Any]) -> M:
    """A model without a second look at its values: `model_construct`, three times as quick, for the types are the database's."""
    made = cls.__new__(cls)
    fill = object.__setattr__
    fill(made, "__dict__", {**_defaults(cls)[0], **told})
    fill(made, "__pydantic_fields_set__", set(told))
    fill(made, "__pydantic_extra__", None)
    fill(made, "__pydantic_private__", None)
    return made


def _moment(text: str | None) -> dt.datetime | None:
    return None if text is None else dt.datetime.fromisoformat(text).astimezone(ZONE)


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def _relation(me: str, debtor_id: str | None, party: list[Any] | None) -> str:
    """What the person is to this loan; whoever stands nowhere is a third party."""
    if me == debtor_id:
        return "debtor"
    role = party[0] if party else "reference"
    return "third_party" if role == "reference" else str(role)


def _person(row: list[Any], relation: str, party: list[Any] | None) -> gate.Person:
    id_, zones, region, prefers, capacity, died, offered, helped, declined, addresses, consents, refusals, named, insolvency, signs = row
    told: dict[str, Any] = {
        "id": id_,
        "relation": relation,
        "zones": None if zones is None else tuple(zones),
        "region": region,
        "prefers": prefers,
        "capacity": capacity,
        "died_on": _day(died),
        "offered_to_pay_at": _moment(offered),
        "asked_for_help_at": _moment(helped),
        "declined_visit_at": _moment(declined),
        "vulnerability": tuple(signs or ()),
    }
    told["addresses"] = tuple(
        _make(
            gate.Address,
            {"id": each[0], "channels": tuple(each[1]), "owner": id_, "confirmed": each[2], "valid": each[3], "under_review": each[4]},
        )
        for each in addresses or ()
    )
    told["consents"] = tuple(
        _make(
            gate.Consent,
            {
                "id": each[0],
                "kind": each[1],
                "channel": each[2],
                "opens": each[3],
                "closes": each[4],
                "given_at": _moment(each[5]),
                "withdrawn_at": _moment(each[6]),
            },
        )
        for each in consents or ()
    )
    told["refusals"] = tuple(
        _make(gate.Refusal, {"channel": each[0], "said_at": _moment(each[1]), "withdrawn_at": _moment(each[2])}) for each in refusals or ()
    )
    if named:
        told["representative"] = _make(
            gate.Representative, {"id": named[0], "kind": named[1], "since_at": _moment(named[2]), "until_at": _moment(named[3])}
        )
    if insolvency:
        court, accepted, where, ended = insolvency
        told["insolvency"] = _make(
            gate.Insolvency, {"court": court, "accepted_on": _day(accepted), "region": where, "ended_on": _day(ended)}
        )
    if party:
        told |= {"liable_by": party[1], "estate_fen": party[2], "renounced": party[3]}
    return _make(gate.Person, told)


def _loan(row: list[Any], at: dt.datetime) -> gate.Loan:
    id_, overdue, close_on, oldest, days, live_at, made_at, by_on, limitation, clause, notices = row
    close = _day(close_on)
    told: dict[str, Any] = {
        "id": id_,
        "overdue_fen": overdue,
        "live_at": _live(at, close, _moment(live_at)),
        "oldest_due_on": _day(oldest),
        "days_past_due": days,
        "close_on": close,
        "limitation_ends_on": _day(limitation),
        "acceleration_clause": clause,
    }
    told["notices"] = tuple(
        _make(gate.Notice, {"kind": each[0], "channel": each[1], "sent_at": _moment(each[2]), "delivered_at": _moment(each[3])})
        for each in notices or ()
    )
    if by_on is not None:
        told["promise"] = _make(gate.Promise, {"made_at": _moment(made_at), "by_on": _day(by_on)})
    return _make(gate.Loan, told)


def _live(at: dt.datetime, close_on: dt.date | None, live_at: dt.datetime | None) -> dt.datetime | None:
    """When the figure was live.

    Payments known to the Desk change it in their own transaction, so on top of yesterday's close it is as of now. On top of an older close
    it is as old as its last change.
    """
    here = at.astimezone(ZONE)
    if close_on is not None and close_on >= here.date() - _DAY:
        return here
    return live_at


def _contact(row: list[Any]) -> gate.Contact:
    at, person, channel, direction, outcome, purpose, address, by, account, _ = row
    return _make(
        gate.Contact,
        {
            "at": _moment(at),
            "person": person,
            "channel": channel,
            "direction": direction,
            "outcome": outcome,
            "purpose": purpose,
            "address": address or None,
            "by": by,
            "staff": account,
        },
    )


def _staff(row: list[Any]) -> gate.Staff:
    id_, person, roles, trained, agency, barred, shown, clean, quiet, device, known, bars = row
    return _make(
        gate.Staff,
        {
            "id": id_,
            "person": person,
            "roles": tuple(roles),
            "trained_on": _day(trained),
            "agency": agency,
            "visits_barred": barred,
            "id_valid_until": _day(shown),
            "record_clean": clean,
            "confidentiality": quiet,
            "device_registered": device,
            "barred_from": tuple(bars or ()) if known else None,
        },
    )


def _agency(row: list[Any] | None) -> gate.Agency | None:
    if row is None:
        return None
    id_, name, listed, evaluated, until, data, told_at = row
    return _make(
        gate.Agency,
        {
            "id": id_,
            "name": name,
            "listed": listed,
            "evaluated_on": _day(evaluated),
            "contract_until": _day(until),
            "data_contract": data,
            "notice_delivered_at": _moment(told_at),
        },
    )

"""Asking, and using what was permitted: each one transaction, over psycopg.

`ask` locks the person, loads the facts, lets the gate decide, and writes the answer, the permit and the staged leaf. `use` does the same
again without the permit's own place: a permit dies when facts change, whoever changed them and however. `send_now` is both at once, for a
machine: answer, used permit, contact and attempt are one commit, and only then may anything leave.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection
from psycopg.pq import TransactionStatus
from psycopg.types.json import Jsonb

from arrears.audit.leaves import check
from arrears.audit.seal import SALT_BYTES, sealed
from arrears.desk.contacts.facts import SEEN, Question, build, parameters
from arrears.desk.contacts.kept import asked, plain
from arrears.desk.contacts.rules import in_force
from arrears.gate.answer import Answer
from arrears.gate.decide import decide
from arrears.law.values import Law

Now = Callable[[], dt.datetime]
"""The clock; it is read when the lock is held, for who waited must not be judged by the time at which the waiting began."""


@dataclass(frozen=True, slots=True)
class _Statement:
    """Text with numbered places, and the names of its values in that order: taken apart once, not at every use."""

    text: str
    names: tuple[str, ...]


def _statement(text: str) -> _Statement:
    names = tuple(dict.fromkeys(re.findall(r"(?<!:):(\w+)", text)))
    return _Statement(re.sub(r"(?<!:):(\w+)", lambda hit: f"${names.index(hit[1]) + 1}", text), names)


_WORDS: Mapping[Any, str] = {True: "yes", False: "no", "person": "person"}
_ANSWER = """with answer as (
  insert into contacts_answer (id, at, person, loan, act, channel, purpose, address, asked_by, by, allowed, codes, rules, findings,
    required, next_allowed, law, facts, facts_hash, wording_hash)
  values (:id, :at, :person, :loan, :act, :channel, :purpose, :address, :asked_by, :by, :allowed, :codes, :rules, :findings,
    :required, :next, :law, :facts, :facts_hash, :digest)
), leaf as (
  insert into journal_stagedleaf (leaf_id, kind, body, staged_at) values (:leaf_id, 'gate_answer', :leaf, :at)
)"""
_PERMIT = """, permit as (
  insert into contacts_permit (id, person, loan, channel, purpose, address, wording_hash, granted_at, expires_at, state, state_at, why)
  values (:id, :person, :loan, :channel, :purpose, :address, :digest, :at, :expires, :state, :at, '')
)"""
_CONTACT = """, contact as (
  insert into contacts_contact (id, permit_state, person, loan, channel, purpose, address, wording_hash, by, account, at, outcome)
  values (:id, 'used', :person, :loan, :channel, :purpose, :address, :digest, :by, :asked_by, :at, 'pending')
)"""
_ATTEMPT = """, attempt as (
  insert into contacts_attempt (id, client_id, intent_id, channel, route, wording, sealed, state, state_at, hands, asks, next_at,
    provider_id, parts, why)
  values (:id, :client_id, :intent, :channel, :route, :wording, :sealed, 'sending', :at, 1, 0, :look_at, '', 0, '')
)"""
_ONLY_ANSWER = _statement(_ANSWER + " select 1")
_WITH_PERMIT = _statement(_ANSWER + _PERMIT + " select 1")
_WITH_ATTEMPT = _statement(_ANSWER + _PERMIT + _CONTACT + _ATTEMPT + " select 1")
_WITH_CONTACT = _statement("with nothing as (select 1)" + _CONTACT + " select 1")
_WITH_BOTH = _statement("with nothing as (select 1)" + _CONTACT + _ATTEMPT + " select 1")
_MOVED = _statement("update contacts_permit set state = :state, state_at = :at, why = :why where id = :id and state = 'granted'")
_FIND = _statement("""
select p.person, p.loan, p.channel, p.purpose, p.address, p.wording_hash, p.granted_at, p.expires_at, p.state, a.asked_by, a.facts
from contacts_permit p join contacts_answer a on a.id = p.id where p.id = :id
""")
_STATE = _statement("select state from contacts_permit where id = :id")


class NotThisPermit(Exception):
    """The permit cannot be used; the text says why: used already, expired, withdrawn, or for something else."""


@dataclass(frozen=True, slots=True)
class Permit:
    """What was granted. It is used once, until `expires_at`, for just this question."""

    id: UUID
    question: Question
    granted_at: dt.datetime
    expires_at: dt.datetime
    required: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """Not permitted.

    Attributes
    ----------
    id : of the answer in the journal
    answer : the gate's, with every finding and the next moment
    """

    id: UUID
    answer: Answer


@dataclass(frozen=True, slots=True)
class Going:
    """Committed to leave: the id of the answer, the permit and the contact, which are one."""

    id: UUID
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What the outbox needs to know of a machine's sending, see `models.outbox.Attempt`; `seal` closes the text for the row it is given."""

    route: str
    wording: str
    seal: Callable[[UUID], bytes]
    intent: UUID | None
    look_after: dt.timedelta


def ask(question: Question, now: Now, pg: psycopg.Connection[Any] | None = None) -> Permit | Refused:
    """Ask whether somebody may be contacted; a yes reserves its place under the caps for the permit's minutes.

    Parameters
    ----------
    question : what, whom, how
    now : the clock
    pg : a connection of psycopg; None: Django's

    Returns
    -------
    The permit, or the refusal with its reasons. Either is in the journal and on its way to the audit log when this returns (with the
    caller's own transaction, where there is one).
    """
    raw = pg or _django()
    with _transaction(raw):
        told = _judge(raw, question, now, None)
        if told.answer.allowed is not True or question.act != "contact":
            _run(raw, _ONLY_ANSWER, told.values)
            return Refused(told.id, told.answer)
        expires = told.at + _minutes(told)
        _run(raw, _WITH_PERMIT, told.values | {"expires": expires, "state": "granted"})
        return Permit(told.id, question, told.at, expires, told.answer.required)


def use(
    permit: Permit | UUID,
    now: Now,
    wording: Any = None,
    pg: psycopg.Connection[Any] | None = None,
    out: Outgoing | None = None,
) -> Going | Refused:
    """Use a permit: it becomes a contact, or dies because the facts have changed since it was granted.

    Parameters
    ----------
    permit : as granted, or its id
    wording : `gate.facts.Wording`, where the permit is bound to one and only its id is at hand
    out : for the outbox, where a provider carries it

    Returns
    -------
    What is going now; or the refusal that withdrew the permit.

    Raises
    ------
    NotThisPermit for one that is used, expired or withdrawn, or that was granted for something else.
    """
    raw = pg or _django()
    id_ = permit if isinstance(permit, UUID) else permit.id
    with raw.transaction():
        found = _run(raw, _FIND, {"id": id_}).fetchone()
        if found is None:
            raise NotThisPermit(f"no permit {id_}")
        question = permit.question if isinstance(permit, Permit) else _question(found, wording)
        wanted = (question.person, question.loan, question.channel, question.purpose, question.address, question.digest)
        if tuple(found[:6]) != wanted:
            raise NotThisPermit(f"permit {id_} was granted for something else")
        told = _judge(raw, question, now, id_)
        state = _run(raw, _STATE, {"id": id_}).fetchone()
        if state is None or state[0] != "granted":
            raise NotThisPermit(f"permit {id_} is {state[0] if state else 'gone'} already")
        done = _settle(raw, id_, told, not found[6] <= told.at <= found[7], out)
    if done is None:
        raise NotThisPermit(f"permit {id_} expired at {found[7]:%H:%M:%S}")
    return done


def _settle(raw: psycopg.Connection[Any], id_: UUID, told: _Told, late: bool, out: Outgoing | None) -> Going | Refused | None:
    """Move a granted permit on: used, withdrawn, or (None) expired."""
    values = told.values | {"id": id_, "why": ""}
    if late:
        _run(raw, _MOVED, values | {"state": "expired"})
        return None
    if told.answer.allowed is not True:
        why = ", ".join(told.values["codes"])[:120]
        _run(raw, _MOVED, values | {"state": "withdrawn", "why": why})
        _run(raw, _ONLY_ANSWER, told.values)
        return Refused(told.id, told.answer)
    _run(raw, _MOVED, values | {"state": "used"})
    _run(raw, _WITH_CONTACT, values) if out is None else _run(raw, _WITH_BOTH, values | _outgoing(id_, told.at, out))
    return Going(id_, told.at)


def _outgoing(id_: UUID, at: dt.datetime, out: Outgoing) -> dict[str, Any]:
    return {
        "client_id": id_.hex,
        "route": out.route,
        "wording": out.wording,
        "sealed": out.seal(id_),
        "intent": out.intent,
        "look_at": at + out.look_after,
    }


def send_now(question: Question, out: Outgoing, now: Now, pg: psycopg.Connection[Any] | None = None) -> Going | Refused:
    """Ask, use and write into the outbox in one commit. Only when it has returned may the message be handed over, once."""
    raw = pg or _django()
    with _transaction(raw):
        told = _judge(raw, question, now, None)
        if told.answer.allowed is not True:
            _run(raw, _ONLY_ANSWER, told.values)
            return Refused(told.id, told.answer)
        more = {"expires": told.at + _minutes(told), "state": "used"} | _outgoing(told.id, told.at, out)
        _run(raw, _WITH_ATTEMPT, told.values | more)
        return Going(told.id, told.at)


def still_allowed(question: Question, contact: UUID, now: Now) -> Answer:
    """Whether something that is on its way already would be permitted now: judged without itself; nothing is granted or written."""
    raw = _django()
    with raw.transaction():
        text: str = psycopg.RawCursor(raw).execute(SEEN, parameters(question, now(), contact)).fetchone()[0]  # type: ignore[index]
    at = now()
    return decide(build(question, at, text), in_force().law)


@contextmanager
def _transaction(raw: psycopg.Connection[Any]) -> Iterator[None]:
    """One transaction of two round trips; a savepoint where the caller has one open already.

    Begin and the first statement travel together, and so do the last one and the commit: psycopg's own block would wait for each.
    """
    if not raw.autocommit or raw.info.transaction_status != TransactionStatus.IDLE:
        with raw.transaction():
            yield
        return
    try:
        with raw.pipeline():
            psycopg.RawCursor(raw).execute("begin", prepare=False)
            yield
            psycopg.RawCursor(raw).execute("commit", prepare=False)
    except BaseException:
        _undo(raw)
        raise


def _undo(raw: psycopg.Connection[Any]) -> None:
    if not raw.closed and raw.info.transaction_status != TransactionStatus.IDLE:
        raw.rollback()


@dataclass(frozen=True, slots=True)
class _Told:
    id: UUID
    at: dt.datetime
    answer: Answer
    values: dict[str, Any]
    law: Law


def _django() -> psycopg.Connection[Any]:
    connection.ensure_connection()
    raw: psycopg.Connection[Any] | None = connection.connection
    assert raw is not None
    if raw.prepare_threshold is None:
        raw.prepare_threshold = 2  # the same few statements again and again
    if connection.in_atomic_block and raw.info.transaction_status == TransactionStatus.IDLE:
        raw.execute("select 1")  # Django begins with its first statement: ours must be a savepoint of that, not a transaction of its own
    return raw


def _judge(raw: psycopg.Connection[Any], question: Question, now: Now, own: UUID | None) -> _Told:
    """Lock, then load in a statement of its own, then decide."""
    text, salt = psycopg.RawCursor(raw).execute(SEEN, parameters(question, now(), own)).fetchone()  # type: ignore[misc]
    at = now()  # the lock is held from here: nobody else's contact with this person can be later and uncounted
    law, version = in_force()
    answer = decide(build(question, at, text), law)
    id_ = _new_id(at)
    kept = f'{{"ask": {question.as_text(at)}, "seen": {text}}}'
    return _Told(id_, at, answer, _values(id_, question, at, answer, (kept, version, salt)), law)


def _values(id_: UUID, question: Question, at: dt.datetime, answer: Answer, ground: tuple[str, str, Any]) -> dict[str, Any]:
    kept, version, salt = ground
    digest = hashlib.sha256(kept.encode()).hexdigest()
    codes = list(dict.fromkeys(each.code for each in answer.findings))
    rules = list(dict.fromkeys(each.rule for each in answer.findings))
    values: dict[str, Any] = {
        "id": id_,
        "at": at,
        "person": question.person,
        "loan": question.loan,
        "act": question.act,
        "channel": question.channel,
        "purpose": question.purpose,
        "address": question.address,
        "asked_by": question.asked_by,
        "by": question.by,
        "allowed": _WORDS[answer.allowed],
        "codes": codes,
        "rules": rules,
        "findings": Jsonb([plain(each) for each in answer.findings]),
        "required": list(answer.required),
        "next": answer.next_allowed,
        "law": version,
        "facts": kept,
        "facts_hash": digest,
        "digest": question.digest,
    }
    values["leaf_id"], values["leaf"] = check(_leaf(values, answer, salt))
    return values


def _leaf(values: Mapping[str, Any], answer: Answer, kept: Any) -> dict[str, Any]:
    """The answer as the audit log keeps it: whom, where and by whom only sealed. Of somebody erased nothing can be shown any more."""
    salt = bytes(kept) if kept else os.urandom(SALT_BYTES)
    return {
        "id": f"answer:{values['id']}",
        "kind": "gate_answer",
        "asked_at": values["at"].isoformat(),
        "act": values["act"],
        "person": sealed(str(values["person"]), salt),
        "address": sealed(values["address"], salt) if values["address"] else None,
        "asked_by": sealed(str(values["asked_by"]), salt) if values["asked_by"] else None,
        "facts": sealed(values["facts_hash"], salt),
        "channel": values["channel"],
        "purpose": values["purpose"],
        "allowed": answer.allowed,
        "codes": values["codes"],
        "rule_ids": values["rules"],
        "next_allowed": answer.next_allowed.isoformat() if answer.next_allowed else None,
        "law": values["law"],
    }


def _question(found: tuple[Any, ...], wording: Any) -> Question:
    _, question = asked(json.loads(found[10])["ask"], wording)
    return Question(**{**{name: getattr(question, name) for name in Question.__slots__}, "asked_by": found[9]})


def _minutes(told: _Told) -> dt.timedelta:
    return dt.timedelta(minutes=told.law.whole_at("permit.minutes", told.answer.day))


def _run(raw: psycopg.Connection[Any], statement: _Statement, values: Mapping[str, Any]) -> psycopg.RawCursor[Any]:
    return psycopg.RawCursor(raw).execute(statement.text, [values[name] for name in statement.names])


def _new_id(at: dt.datetime) -> UUID:
    """An id in order of time (the form of UUID version 7): neighbours in time are neighbours on the page of an index."""
    head = int(at.timestamp() * 1000).to_bytes(6, "big")
    raw = bytearray(head + os.urandom(10))
    raw[6], raw[8] = 0x70 | raw[6] & 0x0F, 0x80 | raw[8] & 0x3F
    return UUID(bytes=bytes(raw))

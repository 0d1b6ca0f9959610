"""One thing of team one for each address that names something: what another team asks for in vain.

An address whose row reaches `team` or `own` and that names a thing needs its line here; a test says so.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

from arrears.desk import clock
from arrears.desk.people.testing import LinYuan

Name = Callable[[LinYuan], dict[str, Any]]


def _document(lin: LinYuan) -> dict[str, Any]:
    from arrears.desk.people.documents.services import add_document

    made, _ = add_document(io.BytesIO(b"%PDF-1.4\n%%EOF\n"), "contract.pdf", "contract", clock.now(), loan=lin.loan)
    return {"document": made.pk}


def _intent(lin: LinYuan) -> dict[str, Any]:
    from arrears.desk.contacts.models import Intent

    when = clock.now()
    told = {"key": "k", "person": lin.person.pk, "loan": lin.loan.pk, "purpose": "collection", "channels": ["sms"], "state": "dead"}
    return {"intent": Intent.objects.create(**told, made_at=when, next_at=when, state_at=when).pk}


def _attempt(lin: LinYuan) -> dict[str, Any]:
    from arrears.desk.contacts.standing import put
    from arrears.desk.contacts.testing import DUE_ON, MORNING, notice

    put("B01", MORNING, overdue_fen=282_441, oldest_due_on=DUE_ON, days_past_due=10, close_on=MORNING.date() - dt.timedelta(days=1))
    return {"attempt": notice(lin, dt.datetime(2026, 9, 6, 9, tzinfo=clock.ZONE)).pk}


def _task(lin: LinYuan) -> dict[str, Any]:
    from arrears.desk.contacts.models import Task

    return {"task": Task.objects.create(kind="reply", key="k", person=lin.person.pk, loan=lin.loan.pk, made_at=clock.now()).pk}


def _hold(lin: LinYuan) -> dict[str, Any]:
    from arrears.desk.contacts.models import Hold

    told = {"person": lin.person.pk, "kind": "dispute", "from_on": clock.today(), "opened_at": clock.now()}
    return {"hold": Hold.objects.create(**told).pk}


THINGS: dict[str, Name] = {
    "contacts:send_again": _intent,
    "contacts:close_attempt": _attempt,
    "contacts:done": _task,
    "contacts:holds": lambda lin: {"person": lin.person.pk},
    "contacts:end_hold": _hold,
    "people:show": lambda lin: {"person": lin.person.pk},
    "people:add_document": lambda lin: {"person": lin.person.pk},
    "people:reveal": lambda lin: {"field": "address.value", "row": lin.phone.pk},
    "people:confirm_address": lambda lin: {"address": lin.phone.pk},
    "people:document": _document,
}

# What is hers and must not be read by another team, on any page.
HERS: tuple[Callable[[LinYuan], str], ...] = (
    lambda lin: str(lin.person.pk),
    lambda lin: lin.person.pseudonym,
    lambda lin: str(lin.phone.pk),
)

"""The stage of tests: Lin Yuan is late and may be called; a collector who is trained; approved wordings."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from arrears.desk.contacts import texts
from arrears.desk.contacts.approve import ask_approval, decide
from arrears.desk.contacts.ask import Outgoing, send_now
from arrears.desk.contacts.facts import Question
from arrears.desk.contacts.models import Contact
from arrears.desk.contacts.receipts import note
from arrears.desk.contacts.standing import put
from arrears.desk.people.services import put_staff
from arrears.desk.people.testing import LinYuan, lin_yuan
from arrears.gate.facts import Wording

ZONE = ZoneInfo("Asia/Shanghai")
MORNING = dt.datetime(2026, 9, 15, 10, 0, tzinfo=ZONE)
DUE_ON = dt.date(2026, 9, 5)


def late(at: dt.datetime = MORNING, noticed: bool = True) -> LinYuan:
    """Lin Yuan, ten days late; a notice about it arrived on the day after the due date unless `noticed` is false."""
    lin = lin_yuan(dt.datetime(2026, 8, 1, 9, 0, tzinfo=ZONE))
    put("B01", at, overdue_fen=282_441, oldest_due_on=DUE_ON, days_past_due=10, close_on=at.date() - dt.timedelta(days=1))
    if noticed:
        notice(lin, dt.datetime(2026, 9, 6, 9, 0, tzinfo=ZONE))
    return lin


def notice(lin: LinYuan, at: dt.datetime, purpose: str = "overdue_notice") -> Contact:
    """An overdue notice by short message that was permitted, sent and delivered."""
    wording = next(each for each in texts.shelf() if each.kind == purpose and each.locale == "zh_Hans")
    from arrears.desk.contacts.ways import ways

    text = wording.filled("sms", {**texts.EXAMPLE["zh_Hans"], **ways().lines["zh_Hans"]})
    question = Question(lin.person.pk, "B01", "sms", purpose, str(lin.phone.pk), wording=text.said(), digest=text.digest, by="machine")
    going = send_now(question, Outgoing("file", wording.name, lambda _: b"", None, dt.timedelta(seconds=180)), lambda: at)
    contact = Contact.objects.get(pk=going.id)
    note(contact, "delivered", at + dt.timedelta(seconds=5), "receipt", "1")
    contact.attempt.state = "sent"
    contact.attempt.save()
    return contact


def trained(user: Any, at: dt.datetime = MORNING) -> Any:
    """A collector with a training of this summer and a registered telephone."""
    put_staff(user, "K" + user.username[:8], at, trained_on=dt.date(2026, 6, 1), device_registered=True, visits_barred=False)
    return user


def call(lin: LinYuan, user: Any, **more: Any) -> Question:
    """A call of the collector to Lin Yuan's telephone, to collect."""
    told: dict[str, Any] = {"channel": "call", "purpose": "collection", "address": str(lin.phone.pk), "minutes": 5}
    return Question(lin.person.pk, "B01", team=(user.pk,), asked_by=user.pk, **{**told, **more})


def approve_all(asker: Any, other: Any, at: dt.datetime = MORNING) -> None:
    """Every shipped wording asked for by one and approved by another."""
    for each in texts.shelf():
        decide(ask_approval(each.name, at, asker), at, other, yes=True)


SAID = Wording(body="您好，我是兰汀消费金融工号K1。")

"""What people write back: kept, threaded to what it answers, and acted on at once where it says stop, complains, or tells of trouble."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
import uuid
from typing import Any

from django.db import transaction

from arrears.desk.contacts import texts
from arrears.desk.contacts.delivery.reports import Reply
from arrears.desk.contacts.holds import open_hold, open_task
from arrears.desk.contacts.models import Attempt, Contact, Inbound
from arrears.desk.journal.services import record
from arrears.desk.people import cipher
from arrears.desk.people.models import Address
from arrears.desk.people.services import ask_for_help, at_number, refuse
from arrears.gate.wording.lint import distress

_COLUMN = "contacts_inbound.sealed"
_STOP = re.compile(
    r"(?i)^\W*(?:t|td|tt|n|r|0000|stop|unsubscribe|退订?|拒收)\W*$|退订|取消订阅"
    r"|(?:不要|别|请勿|停止)再?(?:给我)?(?:发|联系|打电话|短信|骚扰)|\b(?:stop|unsubscribe|opt out)\b"
)
_COMPLAINT = re.compile(r"(?i)投诉|举报|12378|12315|骚扰|恐吓|威胁|辱骂|爆通讯录|暴力催收|\b(?:complain\w*|harass\w*|threat\w*)\b")
_HARDSHIP = re.compile(
    r"(?i)困难|失业|下岗|裁员|住院|生病|重病|手术|没(?:有)?(?:钱|工作|收入)|还不(?:上|起)|无力(?:偿还|还款)"
    r"|延期|展期|分期还|减免|\b(?:hardship|unemploy\w*|lost my job|hospital|cannot pay|can't pay|need help)\b"
)
_THREAD = dt.timedelta(days=14)


def found_in(text: str, on: dt.date) -> list[str]:
    """Which of stop, complaint, hardship, distress the words say. A list of words misses much; a person reads what they do not know."""
    plain = unicodedata.normalize("NFKC", text)
    said = [name for name, words in (("stop", _STOP), ("complaint", _COMPLAINT), ("hardship", _HARDSHIP)) if words.search(plain)]
    return said + (["distress"] if distress(text, on=on, phrases=texts.phrases()) else [])


@transaction.atomic
def take(reply: Reply, now: dt.datetime) -> list[Inbound]:
    """Take one reply in, for everybody whose number or mailbox it came from; the same reply twice changes nothing.

    A number of two people speaks for both: what it stops is stopped for both, until a person finds out whose it is.
    """
    kind, channel = ("email", "email") if reply.kind == "email" else ("phone", "sms")
    addresses = list(at_number(kind, reply.sender))
    found = found_in(reply.text, now.date())
    rows: list[Inbound] = []
    for number, address in enumerate(addresses or [None]):
        ref = f"{reply.kind}:{reply.reply_id}:{number}" if reply.reply_id else f"{reply.kind}:{uuid.uuid4()}"
        row = _kept(reply, ref, channel, address, found, now)
        if row is None:
            return []
        rows.append(row)
        if address is not None:
            _act(address, channel, found, row, now)
    if len(addresses) > 1:
        open_task("number_of_two", f"number_of_two:{rows[0].pk}", now, person=addresses[0].person_id, subject=f"inbound:{rows[0].pk}")
    return rows


def _kept(reply: Reply, ref: str, channel: str, address: Address | None, found: list[str], now: dt.datetime) -> Inbound | None:
    id_ = uuid.uuid4()
    at = min(reply.at, now) if reply.at is not None else now
    row, is_new = Inbound.objects.get_or_create(
        ref=ref,
        defaults={
            "id": id_, "at": at, "person": address.person_id if address else None, "channel": channel,
            "address": str(address.pk) if address else "", "sealed": cipher.close(reply.text[:20_000], _COLUMN, id_),
            "answers": _answered(reply, address, now), "found": found,
        },
    )  # fmt: skip
    if not is_new:
        return None
    record("reply_received", now, person=row.person, subject=f"inbound:{row.pk}", data={"channel": channel, "found": found})
    return row


def _answered(reply: Reply, address: Address | None, now: dt.datetime) -> Any:
    """What it answers: the mail it names, else the last thing sent to that address."""
    if reply.answers:
        return Attempt.objects.filter(client_id=reply.answers).values_list("pk", flat=True).first()
    if address is None:
        return None
    sent = Contact.objects.filter(address=str(address.pk), at__gte=now - _THREAD, at__lte=now).order_by("-at")
    return sent.values_list("pk", flat=True).first()


def _act(address: Address, channel: str, found: list[str], row: Inbound, now: dt.datetime) -> None:
    person, subject = address.person, f"inbound:{row.pk}"
    loan = Contact.objects.filter(pk=row.answers).values_list("loan", flat=True).first() or ""
    if "stop" in found:
        refuse(person, channel, now, source=subject)
    if "complaint" in found:
        open_hold(person.pk, "conduct_complaint", now, reason="words of a complaint in a reply", subject=subject)
        open_task("complaint", f"complaint:{row.pk}", now, person=person.pk, loan=loan, subject=subject)
    if "hardship" in found:
        ask_for_help(person, now)
        open_hold(person.pk, "hardship", now, reason="words of trouble in a reply", subject=subject)
        open_task("hardship", f"hardship:{row.pk}", now, person=person.pk, loan=loan, subject=subject)
    if "distress" in found:
        open_hold(person.pk, "distress", now, reason="words of distress in a reply", subject=subject)
        open_task("distress", f"distress:{row.pk}", now, person=person.pk, loan=loan, subject=subject)


def text_of(row: Inbound) -> str:
    """What was written, in clear: for the person who answers it."""
    return cipher.open_(row.sealed, _COLUMN, row.pk)

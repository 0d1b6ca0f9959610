"""What nobody is sure of: taken for uncertain, asked about, and in the end shown to a person.

A short message or call is never handed over a second time; a mail may be, under its own Message-ID, while it would still be permitted.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from uuid import UUID

from django.db import transaction

from arrears.desk.clock import ZONE
from arrears.desk.contacts import ask
from arrears.desk.contacts.delivery.interface import Asked, Known, NotKnown, Refused
from arrears.desk.contacts.facts import Question
from arrears.desk.contacts.holds import open_task
from arrears.desk.contacts.models import Attempt
from arrears.desk.contacts.receipts import note
from arrears.desk.contacts.send import COLUMN, NEVER_LEFT, Now, doubt, handed, international, left, settle, stayed
from arrears.desk.contacts.ways import ways
from arrears.desk.people import cipher
from arrears.desk.people.models import Address
from arrears.gate.facts import Wording

MOST_ASKS = 6
MOST_HANDS = 3


@transaction.atomic
def sweep(now: Now) -> int:
    """Take attempts without a result for uncertain: their worker died. Returns how many."""
    at, found = now(), 0
    for attempt in (
        Attempt.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("contact")
        .filter(state="sending", next_at__lt=at)[:500]
    ):
        doubt(attempt, at, "its worker ended before it was known whether it left")
        attempt.next_at = at
        attempt.save()
        found += 1
    return found


def ask_about(contact: UUID, now: Now) -> str:
    """Ask the provider about an uncertain attempt; returns the attempt's state afterwards."""
    with transaction.atomic():
        attempt = (
            Attempt.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("contact")
            .filter(pk=contact, state="uncertain")
            .first()
        )
        if attempt is None or (attempt.next_at is not None and attempt.next_at > now()):
            return "busy" if attempt is None else attempt.state
        attempt.asks += 1
        attempt.next_at = now() + dt.timedelta(seconds=min(3600, 5 * 4**attempt.asks))
        attempt.save()
    if attempt.channel == "email":
        return _mail_again(attempt, now)
    if attempt.channel == "letter":
        return settle(contact, handed(attempt), now)
    return _told(contact, _provider_says(attempt), now)


def _provider_says(attempt: Attempt) -> Asked:
    here, address = ways(), Address.objects.filter(pk=attempt.contact.address).first()
    to = international(address.value.clear()) if address is not None and address.value is not None else ""
    if attempt.channel == "sms" and here.sms is not None:
        return here.sms.ask(attempt.client_id, to=to, sent_on=attempt.contact.at.astimezone(ZONE).date())
    if attempt.channel == "call" and here.calls is not None:
        return here.calls.ask(attempt.client_id)
    return NotKnown(sure=False)


@transaction.atomic
def _told(contact: UUID, said: Asked, now: Now) -> str:
    attempt = Attempt.objects.select_for_update(of=("self",)).select_related("contact", "intent").get(pk=contact)
    at = now()
    if attempt.state != "uncertain":
        return attempt.state
    if isinstance(said, Known):
        left(attempt, said.fates[0].provider_id, 0, at)
        if len(said.fates) > 1:
            _show(attempt, at, f"the provider took it {len(said.fates)} times")
        for fate in said.fates:
            note(attempt.contact, fate.outcome, fate.at or at, "asked", f"{fate.provider_id}:{fate.outcome}", code=fate.code)
    elif isinstance(said, NotKnown) and said.sure:
        stayed(attempt, Refused("no_connection", retry=True, detail="the provider does not know it"), at)
    elif attempt.asks >= MOST_ASKS or (isinstance(said, NotKnown) and attempt.asks >= 3):
        _show(attempt, at, "the provider cannot say whether it left")
    attempt.save()
    return attempt.state


def _show(attempt: Attempt, at: dt.datetime, why: str) -> None:
    attempt.state, attempt.state_at, attempt.next_at, attempt.why = "shown", at, None, why[:300]
    open_task(
        "uncertain",
        f"uncertain:{attempt.pk}",
        at,
        person=attempt.contact.person,
        loan=attempt.contact.loan,
        subject=f"contact:{attempt.pk}",
        note=why,
    )


def _mail_again(attempt: Attempt, now: Now) -> str:
    """A mail goes again under its own Message-ID, a few times, as long as it would be permitted now."""
    contact = attempt.contact
    question = Question(contact.person, contact.loan, "email", contact.purpose, contact.address, by="machine")
    told = json.loads(cipher.open_(attempt.sealed, COLUMN, attempt.pk))
    said = Wording(
        body=told["text"], subject=told["subject"], preview=told["subject"], template=attempt.wording, fills=ways().lines["zh_Hans"]
    )
    answer = ask.still_allowed(
        Question(**{**{name: getattr(question, name) for name in Question.__slots__}, "wording": said}), contact.pk, now
    )
    with transaction.atomic():
        kept = Attempt.objects.select_for_update(of=("self",)).select_related("contact").get(pk=attempt.pk)
        if kept.state != "uncertain":
            return kept.state
        if kept.hands >= MOST_HANDS or (answer.allowed is not True and kept.asks >= MOST_ASKS):
            _show(kept, now(), "it may have left; handing it over again did not settle it")
        elif answer.allowed is True:
            kept.hands, kept.state, kept.state_at, kept.next_at = kept.hands + 1, "sending", now(), now() + ways().look_after
        kept.save()
        if kept.state != "sending":
            return kept.state
    return settle(attempt.pk, handed(attempt), now)


@transaction.atomic
def close_attempt(attempt: Attempt, outcome: str, at: dt.datetime, by: Any) -> bool:
    """A person has found out what became of an uncertain one: `delivered`, `undeliverable` or `not_sent`. Nothing is sent for it."""
    kept = Attempt.objects.select_for_update(of=("self",)).select_related("contact").get(pk=attempt.pk)
    if kept.state not in ("shown", "uncertain") or outcome not in ("delivered", "undeliverable", NEVER_LEFT):
        return False
    kept.state, kept.state_at, kept.next_at = "closed", at, None
    kept.save()
    note(kept.contact, outcome, at, "person", f"closed:{outcome}", account=by.pk)
    return True


def doubtful(at: dt.datetime, most: int = 200) -> list[UUID]:
    """Ids of the uncertain attempts that may be asked about now."""
    return list(Attempt.objects.filter(state="uncertain", next_at__lte=at).order_by("next_at").values_list("pk", flat=True)[:most])

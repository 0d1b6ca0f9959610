"""The worker's side of sending: one intent, one permit, one attempt, then the hand-over; and what came of it.

The attempt is committed with the use of its permit before anything leaves. So a worker that dies leaves an attempt in `sending`: it may
have left (`doubts.py`). It becomes `uncertain`, is asked about, and in the end shown to a person. A short message or call is never handed
over a second time; a mail may be, under the same Message-ID, when it would still be permitted.
"""

from __future__ import annotations

import datetime as dt
import html
import json
import logging
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from arrears.desk.contacts import ask, texts
from arrears.desk.contacts.approve import in_use
from arrears.desk.contacts.delivery.calls import Call
from arrears.desk.contacts.delivery.interface import Refused, Result, Sent, Sms
from arrears.desk.contacts.delivery.smtp import Email
from arrears.desk.contacts.facts import Question
from arrears.desk.contacts.holds import open_task
from arrears.desk.contacts.intents import filled
from arrears.desk.contacts.models import Answer, Attempt, Contact, Intent, Route, Task
from arrears.desk.contacts.receipts import note
from arrears.desk.contacts.ways import ways
from arrears.desk.journal.services import record
from arrears.desk.people import cipher
from arrears.desk.people.models import Address

Now = Callable[[], dt.datetime]
_LOG = logging.getLogger("arrears.desk.contacts")
COLUMN = "contacts_attempt.sealed"
MOST_TRIES = 5
_OTHER_WAY = frozenset({"DENY_CHANNEL_OPT_OUT", "DENY_THIRD_PARTY", "DENY_FACTS_MISSING"})
_OVER = frozenset({"DENY_NOT_OVERDUE"})
NEVER_LEFT = "not_sent"


def send_intent(intent_id: UUID, now: Now) -> str:
    """Try what is due once.

    Returns what came of it: sent, failed, uncertain, waiting, refused, dropped, dead, or busy (another worker has it).
    """
    with transaction.atomic():
        intent = Intent.objects.select_for_update(skip_locked=True).filter(pk=intent_id, state="waiting").first()
        if intent is None:
            return "busy"
        going = _prepared(intent, now)
        if going is None:
            intent.save()
            return intent.state
        intent.state, intent.state_at, intent.answer = "done", going.at, going.id
        intent.used.append(Contact.objects.values_list("address", flat=True).get(pk=going.id))
        intent.save()
    return hand_over(going.id, now)


def _prepared(intent: Intent, now: Now) -> ask.Going | None:
    """Find a way and ask for it; None with the intent's own state changed where there is none now."""
    at = now()
    if at < intent.next_at:
        return None
    if intent.until is not None and at > intent.until:
        return _end(intent, "dropped", at, "its time has passed")
    if intent.tries >= MOST_TRIES:
        return _end(intent, "dead", at, f"{intent.tries} tries: {intent.why}")
    wording = in_use(intent.purpose, intent.locale, at.date())
    if wording is None:
        return _wait(intent, at + dt.timedelta(hours=1), f"no approved wording for {intent.purpose} ({intent.locale})")
    last: ask.Refused | None = None
    for channel in intent.channels:
        if channel not in wording.channels or not ways().has(channel):
            continue
        for address in _addresses(intent, channel):
            free_at = _slot(channel, at)
            if free_at > at + dt.timedelta(seconds=2):
                return _wait(intent, free_at, f"the way for {channel} is paused or full")
            if free_at > at:
                time.sleep((free_at - at).total_seconds())
            told = _asked(intent, channel, address, wording, now)
            if isinstance(told, ask.Going):
                return told
            if isinstance(told, str):
                return _wait(intent, at + dt.timedelta(hours=1), told)
            last = told
            if not {each.code for each in told.answer.findings} <= _OTHER_WAY:
                return _refused(intent, last, now())
    if last is not None:
        return _refused(intent, last, now())
    return _end(intent, "refused", at, "no way that reaches the person")


def _asked(intent: Intent, channel: str, address: str, wording: texts.Wording, now: Now) -> ask.Going | ask.Refused | str:
    try:
        text = filled(intent, channel, wording)
    except texts.WordingProblem as problem:
        return str(problem)
    question = Question(intent.person, intent.loan, channel, intent.purpose, address, wording=text.said(), digest=text.digest, by="machine")
    kept = json.dumps({"subject": text.subject, "text": text.text, "signature": text.signature}, ensure_ascii=False)
    out = ask.Outgoing(ways().name_of(channel), wording.name, lambda id_: cipher.close(kept, COLUMN, id_), intent.pk, ways().look_after)
    return ask.send_now(question, out, now)


def _addresses(intent: Intent, channel: str) -> list[str]:
    """Ids of the person's addresses for a channel, the confirmed first; not those that were used already or are dead."""
    rows = Address.objects.filter(person_id=intent.person, ended_at=None, channels__contains=[channel]).exclude(valid=False)
    known = sorted(rows.values_list("id", "confirmed", "under_review", "made_at"), key=lambda each: (each[2], not each[1], each[3]))
    return [str(each[0]) for each in known if str(each[0]) not in intent.used]


def _slot(channel: str, at: dt.datetime) -> dt.datetime:
    """The moment at which the way of a channel takes the next message: its pause and its provider's limit are kept by its row."""
    here = ways()
    name = here.name_of(channel)
    per_second = max(1, here.per_second.get(channel, 50))
    Route.objects.get_or_create(name=name)
    route = Route.objects.select_for_update().get(name=name)
    if route.paused_until is not None and route.paused_until > at:
        return route.paused_until
    free = max(route.free_at or at, at)
    if free - at <= dt.timedelta(seconds=2):
        Route.objects.filter(name=name).update(free_at=free + dt.timedelta(seconds=1) / per_second)
    return free


def _wait(intent: Intent, until: dt.datetime, why: str) -> None:
    intent.next_at, intent.why, intent.state_at = until, why[:300], intent.state_at
    return


def _end(intent: Intent, state: str, at: dt.datetime, why: str) -> None:
    intent.state, intent.state_at, intent.why = state, at, why[:300]
    record(
        "intent_ended", at, person=intent.person, loan=intent.loan, subject=f"intent:{intent.pk}", data={"state": state, "why": why[:200]}
    )
    kind = {"dead": "dead_letter", "refused": "unreachable"}.get(state)
    if kind:
        open_task(kind, f"{kind}:{intent.pk}", at, person=intent.person, loan=intent.loan, subject=f"intent:{intent.pk}", note=why)
    return


def _refused(intent: Intent, told: ask.Refused, at: dt.datetime) -> None:
    codes = {each.code for each in told.answer.findings}
    intent.answer = told.id
    later, why = told.answer.next_allowed, ", ".join(sorted(codes))
    if codes & _OVER:
        return _end(intent, "dropped", at, why)
    if told.answer.allowed is False and later is not None and later > at:
        return _wait(intent, later, why)
    return _end(intent, "refused", at, why)


def hand_over(contact: UUID, now: Now) -> str:
    """Hand one committed attempt to its provider, once, and write down what came of it. Returns the attempt's state."""
    attempt = Attempt.objects.select_related("contact").get(pk=contact)
    if attempt.state != "sending":
        return attempt.state
    # who comes late may have been taken for dead, and the provider asked: such a one hands nothing over any more
    if now() > attempt.state_at + ways().look_after / 3:
        result: Result = Refused("late", retry=True)
    else:
        result = handed(attempt)
    return settle(contact, result, now)


def handed(attempt: Attempt) -> Result:
    here, told = ways(), json.loads(cipher.open_(attempt.sealed, COLUMN, attempt.pk))
    address = Address.objects.filter(pk=attempt.contact.address).first()
    to = address.value.clear() if address is not None and address.value is not None else ""
    if attempt.channel == "sms" and here.sms is not None:
        return here.sms.send(Sms(attempt.client_id, international(to), told["signature"], told["text"]))
    if attempt.channel == "email" and here.mail is not None:
        lines = "".join(f"<p>{html.escape(each)}</p>" for each in told["text"].split("\n\n"))
        return here.mail.send(
            Email(attempt.client_id, to, told["subject"], told["text"], f"<html><body>{lines}</body></html>", attempt.contact.purpose)
        )
    if attempt.channel == "letter":
        return _posted(attempt, to, told["text"])
    return Refused("setup", retry=True, route=True, detail=f"no way for {attempt.channel}")


def dial(permit: ask.Permit, extension: str, now: Now) -> ask.Going | ask.Refused:
    """Use a permit and have the telephone system ring both sides, once; it must not ring after the permit's time.

    Returns what is going, or the refusal that withdrew the permit; NotThisPermit as `ask.use`. How it went is called back.
    """
    here = ways()
    going = ask.use(permit, now, out=ask.Outgoing(here.name_of("call"), "", lambda _: b"", None, here.look_after))
    if isinstance(going, ask.Refused):
        return going
    address = Address.objects.get(pk=permit.question.address)
    to = international(address.value.clear()) if address.value is not None else ""
    order = Call(going.id.hex, to, extension, permit.expires_at)
    result: Result = here.calls.start(order) if here.calls is not None else Refused("setup", route=True, detail="no telephone system")
    settle(going.id, result, now)
    return going


def international(number: str) -> str:
    """A number of a people file in the form routes take; a mobile number of this country gets its code."""
    return number if number.startswith("+") else (f"+86{number}" if len(number) == 11 and number.startswith("1") else f"+{number}")


def _posted(attempt: Attempt, to: str, text: str) -> Result:
    """Put a letter into the day's batch; the same letter again changes nothing."""
    folder = settings.PLACES.root / "letters" / f"{attempt.state_at:%Y-%m-%d}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{attempt.client_id}.json"
        beside = path.with_suffix(".new")
        beside.write_text(
            json.dumps({"client_id": attempt.client_id, "to": to, "text": text, "wording": attempt.wording}, ensure_ascii=False), "utf-8"
        )
        beside.chmod(0o600)
        beside.replace(path)
    except OSError as error:
        return Refused("disk", retry=True, route=True, detail=type(error).__name__)
    return Sent(f"letter-{attempt.client_id}")


@transaction.atomic
def settle(contact: UUID, result: Result, now: Now) -> str:
    """Write down what a hand-over came to; what is settled already stays (a receipt may have been quicker)."""
    attempt = Attempt.objects.select_for_update(of=("self",)).select_related("contact", "intent").get(pk=contact)
    at = now()
    if attempt.state not in ("sending", "uncertain"):
        return attempt.state
    if isinstance(result, Sent):
        left(attempt, result.provider_id, result.parts, at)
    elif isinstance(result, Refused):
        stayed(attempt, result, at)
    else:
        doubt(attempt, at, f"{result.how} {result.detail}".strip())
    attempt.save()
    return attempt.state


def left(attempt: Attempt, provider_id: str, parts: int, at: dt.datetime) -> None:
    attempt.state, attempt.state_at, attempt.next_at, attempt.why = "sent", at, None, ""
    attempt.provider_id, attempt.parts = provider_id[:120], parts
    if attempt.channel != "call":  # a call under way counts as answered until its end is known
        note(attempt.contact, "sent", at, "route", "sent", code=provider_id[:120])
    Route.objects.filter(name=attempt.route).update(failures=0, paused_until=None, why="")
    about = {"client_id": attempt.client_id, "channel": attempt.channel, "purpose": attempt.contact.purpose}
    record("message_left", at, person=attempt.contact.person, loan=attempt.contact.loan, subject=f"contact:{attempt.pk}", data=about)


def stayed(attempt: Attempt, result: Refused, at: dt.datetime) -> None:
    """It surely did not leave: the place under the caps is given back, and what was due waits again where trying again can help."""
    attempt.state, attempt.state_at, attempt.next_at = "failed", at, None
    attempt.why = f"{result.why} {result.detail}".strip()[:300]
    note(attempt.contact, NEVER_LEFT, at, "route", "failed", code=result.why)
    after = dt.timedelta(
        seconds=result.after_s if result.after_s is not None else min(3600, 10 * 2 ** min(attempt.intent.tries if attempt.intent else 0, 6))
    )
    if result.route:
        _pause(attempt.route, attempt.why, at, after)
    about = {"why": result.why, "client_id": attempt.client_id, "channel": attempt.channel}
    record("message_failed", at, person=attempt.contact.person, loan=attempt.contact.loan, subject=f"contact:{attempt.pk}", data=about)
    intent = attempt.intent
    if intent is None or intent.state != "done":
        return
    again = result.retry or result.why in ("bad_number", "bad_address")
    if not result.retry and again:
        pass  # another address or channel: the used one stays on the list of used ones
    elif result.retry:
        intent.used = [each for each in intent.used if each != attempt.contact.address]
    # the route's own trouble is no try of this message
    intent.tries += 0 if result.route else 1
    intent.state, intent.state_at, intent.next_at, intent.why = "waiting", at, at + after, attempt.why
    if not again or intent.tries >= MOST_TRIES:
        _end(intent, "dead", at, attempt.why)
    intent.save()


def _pause(name: str, why: str, at: dt.datetime, after: dt.timedelta) -> None:
    route, _ = Route.objects.get_or_create(name=name)
    route = Route.objects.select_for_update().get(name=name)
    route.failures += 1
    route.why = why[:300]
    route.paused_until = at + max(
        after if route.failures == 1 else dt.timedelta(), dt.timedelta(seconds=min(1800, 5 * 2 ** min(route.failures, 9)))
    )
    route.save()


def doubt(attempt: Attempt, at: dt.datetime, why: str) -> None:
    attempt.state, attempt.state_at, attempt.why = "uncertain", at, why[:300]
    attempt.next_at = at + dt.timedelta(seconds=min(3600, 5 * 4**attempt.asks))
    about = {"client_id": attempt.client_id, "channel": attempt.channel, "why": why[:100]}
    record("message_uncertain", at, person=attempt.contact.person, loan=attempt.contact.loan, subject=f"contact:{attempt.pk}", data=about)


@transaction.atomic
def send_again(intent: Intent, at: dt.datetime, by: Any) -> bool:
    """A person wants what is dead or refused tried again. False where it is under way."""
    changed = Intent.objects.filter(pk=intent.pk, state__in=("dead", "refused")).update(
        state="waiting", state_at=at, next_at=at, tries=0, used=[], why=""
    )
    if changed:
        keys = [f"{kind}:{intent.pk}" for kind in ("dead_letter", "unreachable")]
        Task.objects.filter(key__in=keys, done_at=None).update(done_at=at, done_by=by.pk)
        record(
            "intent_queued",
            at,
            by=by,
            person=intent.person,
            loan=intent.loan,
            subject=f"intent:{intent.pk}",
            data={"purpose": intent.purpose},
        )
    return bool(changed)


def due(at: dt.datetime, most: int = 500) -> list[UUID]:
    """Ids of the intents whose time has come, the longest waiting first."""
    return list(Intent.objects.filter(state="waiting", next_at__lte=at).order_by("next_at").values_list("pk", flat=True)[:most])


def answer_of(intent: Intent) -> Answer | None:
    """The last answer of the gate about an intent."""
    return Answer.objects.filter(pk=intent.answer).first() if intent.answer else None

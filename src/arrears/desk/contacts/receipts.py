"""What became of a contact: told by a provider, found out by asking, or recorded by whoever made it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, get_args
from uuid import UUID

from django.db import transaction

from arrears.desk.contacts.delivery.reports import Report
from arrears.desk.contacts.models import Attempt, Contact, Intent, Outcome
from arrears.desk.journal.services import record
from arrears.desk.people.models import Address
from arrears.desk.people.services import mark_invalid
from arrears.gate.facts import Outcome as Word

OUTCOMES = frozenset({*get_args(Word), "not_sent"})
_RANK: Mapping[str, int] = {"pending": 0, "sent": 1, "not_sent": 1}
"""What is known later does not make less known: reports come in any order. Everything else ranks above these."""
ARRIVED = frozenset({"delivered", "read", "answered", "met"})
LOST = frozenset({"bounced", "undeliverable", "invalid", "refused", "off"})


@transaction.atomic
def note(
    contact: Contact,
    outcome: str,
    at: dt.datetime,
    source: str,
    ref: str,
    *,
    code: str = "",
    seconds: int | None = None,
    recording: str = "",
    account: UUID | None = None,
) -> bool:
    """Put one report on record. False where the same was told before.

    Parameters
    ----------
    outcome : a word of `gate.facts.Outcome`, or not_sent: it surely never left
    source, ref : who says so, and their own name of this report; the pair is one row for ever
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"no outcome: {outcome}; allowed: {', '.join(sorted(OUTCOMES))}")
    told = {"at": at, "outcome": outcome, "code": code[:200], "seconds": seconds, "recording": recording[:200], "account": account}
    _, is_new = Outcome.objects.get_or_create(contact=contact, source=source, ref=ref[:120], defaults=told)
    if not is_new:
        return False
    kept = Contact.objects.select_for_update().get(pk=contact.pk)
    if _RANK.get(outcome, 2) >= _RANK.get(kept.outcome, 2) and not (kept.outcome in ARRIVED and outcome not in ARRIVED):
        kept.outcome, kept.outcome_at = outcome, at
        if outcome in ARRIVED and kept.delivered_at is None:
            kept.delivered_at = max(at, kept.at)
        kept.save(update_fields=["outcome", "outcome_at", "delivered_at"])
        contact.outcome, contact.outcome_at, contact.delivered_at = kept.outcome, kept.outcome_at, kept.delivered_at
    about = {"outcome": outcome, "source": source, "channel": kept.channel}
    record("outcome_recorded", at, person=kept.person, loan=kept.loan, subject=f"contact:{kept.pk}", data=about)
    return True


@transaction.atomic
def take(report: Report, now: dt.datetime) -> bool:
    """Take one report of a provider. False where it is about nothing of ours, or was told before.

    What did not arrive goes out on another way: what was due waits again, without the address that failed.
    """
    by_client = (
        Attempt.objects.filter(client_id=report.client_id) if report.client_id else Attempt.objects.filter(provider_id=report.provider_id)
    )
    attempt = by_client.select_for_update(of=("self",)).select_related("contact", "intent").first()
    if attempt is None or (not report.client_id and not report.provider_id):
        return False
    at = min(report.at, now) if report.at is not None and report.at >= attempt.contact.at else now
    ref = f"{report.provider_id or attempt.provider_id}:{report.outcome}:{report.seconds if report.seconds is not None else ''}"
    is_new = note(attempt.contact, report.outcome, at, "receipt", ref, code=report.code, seconds=report.seconds, recording=report.recording)
    if attempt.state in ("sending", "uncertain", "shown"):
        attempt.state, attempt.state_at, attempt.next_at, attempt.why = "sent", now, None, ""
        attempt.provider_id = report.provider_id or attempt.provider_id
        attempt.save()
    if is_new and report.outcome in LOST:
        _lost(attempt, report.outcome, now)
    return is_new


def _lost(attempt: Attempt, outcome: str, now: dt.datetime) -> None:
    address = Address.objects.filter(pk=attempt.contact.address).first()
    if address is not None and outcome in ("invalid", "bounced") and address.valid is not False:
        mark_invalid(address, now, why=f"contact:{attempt.pk}")
    intent = attempt.intent
    if intent is not None and intent.state == "done" and attempt.contact.outcome not in ARRIVED:
        Intent.objects.filter(pk=intent.pk).update(
            state="waiting", state_at=now, next_at=now, why=f"{attempt.channel}: {outcome}", tries=intent.tries + 1
        )


def record_call(contact: UUID, outcome: str, at: dt.datetime, by: Any, seconds: int | None = None) -> bool:
    """What the collector says of a call: answered, no_answer, busy, off, declined, invalid, wrong_person.

    False where it is recorded already; ValueError for another word. A wrong person puts the number under review: nobody is
    collected from there until it is known whose it is.
    """
    if outcome not in ("answered", "no_answer", "busy", "off", "declined", "invalid", "wrong_person"):
        raise ValueError(f"a call does not end {outcome}")
    with transaction.atomic():
        kept = Contact.objects.get(pk=contact)
        is_new = note(kept, outcome, at, "person", f"call:{by.pk}", seconds=seconds, account=by.pk)
        address = Address.objects.filter(pk=kept.address).first()
        if is_new and address is not None and outcome == "wrong_person":
            from arrears.desk.people.services import put_under_review

            put_under_review(address, "wrong_person", at, by)
        if is_new and address is not None and outcome == "invalid":
            mark_invalid(address, at, by, why=f"contact:{contact}")
        return is_new

"""What follows from what happened: one map from the kind of an event to the functions that are called with it.

`journal.record` queues the job in the event's own transaction; the worker calls the functions one by one, each in a transaction of its
own. Each is safe to repeat: a job whose worker was killed runs again from its start. A kind that nothing follows from has an empty row,
so that nobody has to ask whether it was forgotten.
"""

from __future__ import annotations

from collections.abc import Callable

from arrears.desk.journal import kinds
from arrears.desk.journal.models import Event

Consequence = Callable[[Event], None]

CONSEQUENCES: dict[str, tuple[Consequence, ...]] = {
    "access_refused": (),
    "account_made": (),
    "account_changed": (),
    "close_taken": (),
    "run_missed": (),
    # people
    "person_made": (),
    "person_changed": (),
    "person_died": (),
    "person_erased": (),
    "address_added": (),
    "address_confirmed": (),
    "address_ended": (),
    "address_invalid": (),
    "address_reviewed": (),
    "channel_refused": (),
    "refusal_withdrawn": (),
    "consent_given": (),
    "consent_withdrawn": (),
    "help_asked": (),
    "pay_offered": (),
    "visit_declined": (),
    "insolvency_recorded": (),
    "insolvency_ended": (),
    "representative_named": (),
    "representative_ended": (),
    "sign_seen": (),
    "sign_cleared": (),
    "party_added": (),
    "party_ended": (),
    "loan_given": (),
    "loan_ended": (),
    "loan_handed_off": (),
    "loan_recalled": (),
    "agency_changed": (),
    "staff_changed": (),
    "bar_opened": (),
    "document_added": (),
    "document_opened": (),
    "document_deleted": (),
    "field_revealed": (),
    "key_rotated": (),
    "people_imported": (),
    "retention_run": (),
    # contacts
    "hold_opened": (),
    "hold_ended": (),
    "intent_queued": (),
    "intent_ended": (),
    "permit_used": (),
    "message_left": (),
    "message_failed": (),
    "message_uncertain": (),
    "outcome_recorded": (),
    "reply_received": (),
    "task_opened": (),
    "task_done": (),
    "wording_asked": (),
    "wording_decided": (),
}


def follow(event_id: int) -> None:
    """Do what follows from one event."""
    from django.db import transaction

    event = Event.objects.get(pk=event_id)
    for does in CONSEQUENCES.get(event.kind, ()):
        with transaction.atomic():
            does(event)


def announce() -> None:
    """Tell the journal which kinds have consequences: only for them a job is queued."""
    kinds.FOLLOWED.update(kind for kind, does in CONSEQUENCES.items() if does)

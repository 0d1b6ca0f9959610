"""Writing to the journal, in the transaction in which something happens."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from arrears.audit.leaves import check
from arrears.desk.journal.kinds import FOLLOWED, KINDS
from arrears.desk.journal.models import Event, StagedLeaf


@transaction.atomic
def record(
    kind: str,
    at: dt.datetime,
    *,
    by: Any = None,
    person: UUID | None = None,
    loan: str = "",
    subject: str = "",
    data: dict[str, Any] | None = None,
    leaf: dict[str, Any] | None = None,
) -> Event:
    """Write one event; with `leaf`, stage its leaf of the audit log too.

    Parameters
    ----------
    kind : a key of `kinds.KINDS`
    at : when it happened: `clock.now()` of the view, job or command
    by : the account (User) that did it; None: the system
    person, loan : whom and which loan it is about
    subject : what it is about, as `kind:id`, such as `permit:8f1c...`
    data : what else; no personal data in the clear
    leaf : id, kind and fields as `audit.leaves` declares them

    Raises
    ------
    ValueError for an unknown kind; AuditError for a leaf that its kind does not allow.
    """
    if kind not in KINDS:
        raise ValueError(f"no kind of event: {kind}; add it to the kinds of its app")
    account = by if getattr(by, "pk", None) else None
    event = Event.objects.create(at=at, kind=kind, account=account, person=person, loan=loan, subject=subject, data=data or {})
    if leaf is not None:
        stage(leaf, at)
    if kind in FOLLOWED:
        app.configure_task("desk.follow", queue="follow").defer(event_id=event.pk)
    return event


def stage(leaf: dict[str, Any], at: dt.datetime) -> None:
    """Stage one leaf; the sequencer takes it to the audit log within a second of the commit."""
    name, body = check(leaf)
    StagedLeaf.objects.create(leaf_id=name, kind=leaf["kind"], body=body, staged_at=at)

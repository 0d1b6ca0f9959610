"""Stops, and what waits for a person.

A hold refers to the person's row, which every ask locks: after its commit nothing is permitted that it stops.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import transaction

from arrears.desk.contacts.models import Hold, Permit, Task
from arrears.desk.journal.services import record
from arrears.desk.people.models import Person


@transaction.atomic
def open_hold(
    person: UUID,
    kind: str,
    at: dt.datetime,
    *,
    by: Any = None,
    loan: str = "",
    reason: str = "",
    subject: str = "",
    from_on: dt.date | None = None,
    to_on: dt.date | None = None,
) -> Hold:
    """Open a hold; permits that were granted and not used die with it.

    Parameters
    ----------
    person : whom it silences contact with
    kind : a word of `gate.facts.HoldKind`
    at : now
    by : the account; None: the system
    loan : one loan; empty: everything of the person
    reason, subject : why, and what it belongs to, as `complaint:8f1c...`
    from_on, to_on : first and last day; today, and open

    Raises
    ------
    ValueError for a kind nobody knows.
    """
    if kind not in Hold.KINDS:
        raise ValueError(f"no kind of hold: {kind}; allowed: {', '.join(Hold.KINDS)}")
    whom = Person.objects.select_for_update().get(pk=person)  # whoever is being asked about this person ends first
    hold = Hold.objects.create(
        person=person, loan=loan, kind=kind, from_on=from_on or at.date(), to_on=to_on, reason=reason[:300], subject=subject, opened_at=at,
        opened_by=getattr(by, "pk", None),
    )  # fmt: skip
    Permit.objects.filter(person=person, state="granted").update(state="withdrawn", state_at=at, why=f"hold {kind}")
    data = {"kind": kind, "hold": str(hold.pk), "from_on": hold.from_on.isoformat()}
    record(
        "hold_opened",
        at,
        by=by,
        person=person,
        loan=loan,
        subject=subject or f"hold:{hold.pk}",
        data=data,
        leaf=_leaf(whom, hold, at, "opened", by),
    )
    return hold


@transaction.atomic
def end_hold(hold: Hold, at: dt.datetime, *, by: Any = None, reason: str = "") -> Hold:
    """End a hold. Its last day is today: contact is possible again from tomorrow. ValueError where it has ended."""
    whom = Person.objects.select_for_update().get(pk=hold.person)
    kept = Hold.objects.select_for_update().get(pk=hold.pk)
    if kept.ended_at is not None:
        raise ValueError(f"hold {kept.pk} ended on {kept.to_on}")
    kept.ended_at, kept.ended_by, kept.end_reason = at, getattr(by, "pk", None), reason[:300]
    kept.to_on = min(kept.to_on, at.date()) if kept.to_on else at.date()
    kept.save(update_fields=["ended_at", "ended_by", "end_reason", "to_on"])
    data = {"kind": kept.kind, "hold": str(kept.pk)}
    record(
        "hold_ended", at, by=by, person=kept.person, loan=kept.loan, subject=kept.subject or f"hold:{kept.pk}", data=data,
        leaf=_leaf(whom, kept, at, "ended", by),
    )  # fmt: skip
    return kept


def _leaf(whom: Person, hold: Hold, at: dt.datetime, state: str, by: Any) -> dict[str, Any]:
    return {
        "id": f"hold:{hold.pk}:{state}", "kind": "hold", "at": at.isoformat(), "person": whom.seal(str(hold.person)), "hold": hold.kind,
        "state": state, "by": whom.seal(str(by.pk)) if getattr(by, "pk", None) else None,
    }  # fmt: skip


@transaction.atomic
def open_task(
    kind: str, key: str, at: dt.datetime, *, person: UUID | None = None, loan: str = "", subject: str = "", note: str = ""
) -> Task:
    """Put something before a person; the same key twice is one task."""
    if kind not in Task.KINDS:
        raise ValueError(f"no kind of task: {kind}; allowed: {', '.join(Task.KINDS)}")
    told = {"kind": kind, "person": person, "loan": loan, "subject": subject, "made_at": at, "note": note[:300]}
    task, is_new = Task.objects.get_or_create(key=key, defaults=told)
    if not is_new and task.done_at is not None and kind in ("dead_letter", "unreachable"):
        # tried again and failed again: it is before a person again
        Task.objects.filter(pk=task.pk).update(made_at=at, done_at=None, done_by=None, note=note[:300])
        is_new = True
    if is_new:
        record("task_opened", at, person=person, loan=loan, subject=f"task:{task.pk}", data={"kind": kind, "about": subject})
    return task


@transaction.atomic
def end_task(task: Task, at: dt.datetime, by: Any, note: str = "") -> bool:
    """A person has looked. False where somebody was quicker."""
    done = Task.objects.filter(pk=task.pk, done_at=None).update(done_at=at, done_by=by.pk, note=note[:300])
    if done:
        record("task_done", at, by=by, person=task.person, loan=task.loan, subject=f"task:{task.pk}", data={"kind": task.kind})
    return bool(done)

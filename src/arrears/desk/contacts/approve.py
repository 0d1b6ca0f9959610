"""Approving wordings: asked by one, decided by another; what is in use is what was approved, to the byte."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from arrears.desk.contacts import texts
from arrears.desk.contacts.models import WordingApproval
from arrears.desk.contacts.ways import ways
from arrears.desk.journal.services import record


class NotApprovable(ValueError):
    """Why a wording cannot be asked for or approved, in a sentence."""


def judged(wording: texts.Wording, on: dt.date) -> tuple[texts.Judged, ...]:
    """What the linters say of it with this installation's lines and route."""
    here = ways()
    return texts.judge(wording, here.lines[wording.locale], on, here.sms_name)


@transaction.atomic
def ask_approval(name: str, at: dt.datetime, by: Any) -> WordingApproval:
    """Ask for a wording to be approved; NotApprovable where a linter refuses it or it was asked for already."""
    wording = texts.find(name)
    refused = [each.channel for each in judged(wording, at.date()) if each.allowed is False]
    if refused:
        raise NotApprovable(f"{name}: the linter refuses its text for {', '.join(refused)}")
    if WordingApproval.objects.filter(name=name, digest=wording.digest).exclude(state="refused").exists():
        raise NotApprovable(f"{name} was asked for already")
    made = WordingApproval.objects.create(name=name, digest=wording.digest, asked_at=at, asked_by=by, asked_person=by.person)
    record("wording_asked", at, by=by, subject=f"wording:{name}", data={"digest": wording.digest})
    return made


@transaction.atomic
def decide(approval: WordingApproval, at: dt.datetime, by: Any, yes: bool, note: str = "") -> WordingApproval:
    """Approve or refuse; NotApprovable for the one who asked, for a file that has changed since, or where it is decided."""
    kept = WordingApproval.objects.select_for_update().get(pk=approval.pk)
    if kept.state != "asked":
        raise NotApprovable(f"{kept.name} is {kept.state} already")
    if kept.asked_person == by.person:
        raise NotApprovable(f"{kept.name} was asked for by the same person: somebody else decides")
    if yes and texts.find(kept.name).digest != kept.digest:
        raise NotApprovable(f"{kept.name} has changed since it was asked for: ask again")
    kept.state, kept.note = ("approved" if yes else "refused"), note[:300]
    kept.decided_at, kept.decided_by, kept.decided_person = at, by, by.person
    kept.save()
    leaf = {
        "id": f"wording:{kept.pk}",
        "kind": "wording",
        "at": at.isoformat(),
        "name": kept.name,
        "digest": kept.digest,
        "state": kept.state,
    }
    record("wording_decided", at, by=by, subject=f"wording:{kept.name}", data={"state": kept.state, "digest": kept.digest}, leaf=leaf)
    return kept


def in_use(kind: str, locale: str, on: dt.date) -> texts.Wording | None:
    """The approved wording of a day: the latest that has begun, whose file is the one that was approved."""
    mine = [each for each in texts.shelf() if each.kind == kind and each.locale == locale and each.from_on <= on]
    approved = set(WordingApproval.objects.filter(state="approved", name__in=[each.name for each in mine]).values_list("name", "digest"))
    return max((each for each in mine if (each.name, each.digest) in approved), key=lambda each: each.from_on, default=None)


def state_of(wording: texts.Wording) -> WordingApproval | None:
    """The last approval, or what was asked, of the file as it stands."""
    return WordingApproval.objects.filter(name=wording.name, digest=wording.digest).order_by("-id").first()

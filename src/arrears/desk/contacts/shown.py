"""What pages say: names of channels, purposes, outcomes and states; sentences of answers in the language of the page."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from arrears.desk.clock import ZONE
from arrears.desk.contacts.delivery.interface import SAYS
from arrears.desk.contacts.kept import finding
from arrears.desk.contacts.models import Answer, Attempt, Contact, Intent, Task
from arrears.desk.contacts.receipts import ARRIVED
from arrears.desk.people.models import Person, User
from arrears.desk.people.reach import ALL, persons_of
from arrears.gate.naming import CHANNEL, PURPOSE

OUTCOMES = {
    "pending": _("under way"),
    "sent": _("sent"),
    "delivered": _("arrived"),
    "read": _("read"),
    "answered": _("answered"),
    "no_answer": _("no answer"),
    "busy": _("busy"),
    "off": _("switched off"),
    "declined": _("declined"),
    "invalid": _("number not valid"),
    "wrong_person": _("wrong person"),
    "bounced": _("came back"),
    "refused": _("refused by the person"),
    "undeliverable": _("undeliverable"),
    "met": _("met"),
    "not_met": _("not met"),
    "asked_to_leave": _("asked to leave"),
    "not_sent": _("did not leave"),
}
STATES = {
    "waiting": _("waiting"),
    "done": _("handed over"),
    "refused": _("refused"),
    "dropped": _("no longer needed"),
    "dead": _("failed for good"),
    "sending": _("being handed over"),
    "sent": _("sent"),
    "failed": _("did not leave"),
    "uncertain": _("uncertain"),
    "shown": _("for a person to look at"),
    "closed": _("settled by a person"),
}
TASKS = {
    "complaint": _("A reply complains"),
    "hardship": _("A reply tells of trouble"),
    "distress": _("A reply shows distress"),
    "number_of_two": _("A number of two people"),
    "uncertain": _("Nobody knows whether it left"),
    "dead_letter": _("It could not be sent"),
    "unreachable": _("No way reaches the person"),
    "free_text": _("A free text to be read"),
}


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


def channel_name(code: str) -> str:
    """A channel in the language of the page."""
    name = CHANNEL.get(code)
    return (name.zh if _chinese() else name.en) if name else code


def purpose_name(code: str) -> str:
    """A purpose in the language of the page."""
    name = PURPOSE.get(code)
    return (name.zh if _chinese() else name.en) if name else code


def reason(answer: Answer) -> str:
    """Why, in whole sentences; empty for a yes."""
    said = [finding(each).reason() for each in answer.findings]
    return "".join(each.zh for each in said) if _chinese() else " ".join(each.en for each in said)


_DOUBTS = {
    "cut": _("the line broke"),
    "slow": _("no answer in time"),
    "nonsense": _("an answer that says nothing"),
    "error": _("the provider does not know"),
}


def why(text: str) -> str:
    """Why something waits or failed, in the language of the page; refusal codes stay as they are."""
    word = text.split(" ", 1)[0].rstrip(",")
    if word in SAYS:
        return SAYS[word][0 if _chinese() else 1]  # type: ignore[index]
    return str(_DOUBTS[word]) if word in _DOUBTS else text


def midnight(day: dt.date) -> dt.datetime:
    """The first moment of a day on the clock of the law."""
    return dt.datetime.combine(day, dt.time(), ZONE)


def within(user: User, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the rows whose person the account may see."""
    return rows if user.has_role(*ALL) else rows.filter(person__in=persons_of(user).values("pk"))


def named(ids: set[Any]) -> dict[Any, Person]:
    """Persons by id; their names print masked."""
    return {each.pk: each for each in Person.objects.filter(pk__in=ids).only("pk", "pseudonym", "name")}


def counts(user: User, day: dt.date) -> dict[str, int]:
    """The day in figures: asked, permitted, refused, sent, arrived, in doubt."""
    answers = within(user, Answer.objects.filter(at__gte=midnight(day), at__lt=midnight(day + dt.timedelta(days=1))))
    contacts = within(user, Contact.objects.filter(at__gte=midnight(day), at__lt=midnight(day + dt.timedelta(days=1))))
    by_answer = Counter(answers.values_list("allowed", flat=True))
    by_outcome = Counter(contacts.values_list("outcome", flat=True))
    return {
        "permitted": by_answer["yes"],
        "refused": by_answer["no"],
        "person": by_answer["person"],
        "sent": sum(n for name, n in by_outcome.items() if name not in ("not_sent", "pending")),
        "arrived": sum(by_outcome[name] for name in ARRIVED),
        "under_way": by_outcome["pending"],
    }


def decisions(user: User, day: dt.date, only: str, after: dt.datetime | None, most: int = 100) -> list[dict[str, Any]]:
    """Answers of a day, newest first, each with its reason and what came of it."""
    rows = within(user, Answer.objects.filter(at__gte=midnight(day), at__lt=after or midnight(day + dt.timedelta(days=1))))
    if only in ("yes", "no", "person"):
        rows = rows.filter(allowed=only)
    found = list(rows.defer("facts").order_by("-at", "-id")[:most])
    contacts = {each.pk: each for each in Contact.objects.filter(pk__in=[each.pk for each in found])}
    people, accounts = named({each.person for each in found}), _accounts({each.asked_by for each in found if each.asked_by})
    return [
        {
            "answer": each,
            "person": people.get(each.person),
            "channel": channel_name(each.channel),
            "purpose": purpose_name(each.purpose),
            "reason": reason(each),
            "by": accounts.get(each.asked_by),
            "contact": contacts.get(each.pk),
            "outcome": OUTCOMES.get(contacts[each.pk].outcome) if each.pk in contacts else None,
        }
        for each in found
    ]


def _accounts(ids: set[Any]) -> dict[Any, User]:
    return {each.pk: each for each in User.objects.filter(pk__in=ids)}


_OF_ROWS = ("dead_letter", "unreachable", "uncertain")


def outbox(user: User, at: dt.datetime) -> dict[str, Any]:
    """What waits for a person, what is in doubt, what is due, and what left last."""
    attempts = Attempt.objects.select_related("contact")
    mine = attempts if user.has_role(*ALL) else attempts.filter(contact__person__in=persons_of(user).values("pk"))
    intents = within(user, Intent.objects.all())
    open_tasks = within(user, Task.objects.filter(done_at=None))
    about = {each.subject: each for each in open_tasks.filter(kind__in=_OF_ROWS)}
    tasks = open_tasks.exclude(kind__in=_OF_ROWS).order_by("made_at")[:100]
    shown = mine.filter(state="shown").order_by("state_at")[:100]
    doubt = mine.filter(Q(state="uncertain") | Q(state="sending")).order_by("state_at")[:50]
    dead = intents.filter(state__in=("dead", "refused"), pk__in=[each.split(":")[1] for each in about if each.startswith("intent:")])
    dead = dead.order_by("-state_at")[:100]
    waiting = intents.filter(state="waiting").order_by("next_at")[:50]
    last = mine.filter(state__in=("sent", "failed", "closed")).order_by("-state_at")[:50]
    groups = {"shown": list(shown), "doubt": list(doubt), "last": list(last)}
    people = named(
        {each.contact.person for rows in groups.values() for each in rows}
        | {each.person for rows in (dead, waiting, tasks) for each in rows}
    )
    return {
        **{name: [_attempt(each, people) for each in rows] for name, rows in groups.items()},
        "dead": [_intent(each, people) | {"task": about.get(f"intent:{each.pk}")} for each in dead],
        "waiting": [_intent(each, people) for each in waiting],
        "waiting_count": intents.filter(state="waiting").count(),
        "tasks": [{"task": each, "person": people.get(each.person), "says": TASKS[each.kind]} for each in tasks],
        "at": at,
    }


def _attempt(each: Attempt, people: dict[Any, Person]) -> dict[str, Any]:
    return {
        "attempt": each,
        "contact": each.contact,
        "person": people.get(each.contact.person),
        "channel": channel_name(each.channel),
        "purpose": purpose_name(each.contact.purpose),
        "state": STATES[each.state],
        "outcome": OUTCOMES.get(each.contact.outcome),
        "why": why(each.why),
    }


def _intent(each: Intent, people: dict[Any, Person]) -> dict[str, Any]:
    return {
        "intent": each,
        "person": people.get(each.person),
        "purpose": purpose_name(each.purpose),
        "state": STATES[each.state],
        "channels": [channel_name(one) for one in each.channels],
        "why": why(each.why),
    }

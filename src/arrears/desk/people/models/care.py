"""Who speaks for a person, insolvency, and signs that somebody needs care."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from arrears.desk.people.models.parties import Person

CAPACITIES = ("lawyer", "guardian", "agent")
CAPACITY_NAMES = {"lawyer": _("lawyer"), "guardian": _("guardian"), "agent": _("agent")}
SIGN_NAMES = {
    "illness": _("illness"), "disability": _("disability"), "pregnancy": _("pregnancy"), "age": _("old age"), "minor": _("a minor"),
    "bereavement": _("bereavement"), "disaster": _("a disaster"), "distress": _("distress"), "self_harm": _("danger to themselves"),
    "unemployment": _("out of work"), "carer": _("cares for somebody"), "other": _("another reason"),
}  # fmt: skip
SIGNS = tuple(SIGN_NAMES)


class Representation(models.Model):
    """Somebody who speaks for a person, from a moment on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="represented_by")
    representative = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="represents")
    kind = models.CharField(max_length=8)
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=CAPACITIES), name="representation_kind_is_known"),
            models.CheckConstraint(condition=~Q(representative=F("person")), name="representative_is_somebody_else"),
            models.CheckConstraint(condition=Q(until_at=None) | Q(until_at__gte=F("since_at")), name="representation_ends_later"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"

    @property
    def kind_name(self) -> Any:
        """The capacity in the language of the page."""
        return CAPACITY_NAMES[self.kind]


class Insolvency(models.Model):
    """A personal insolvency case that a court has accepted; the first and the last day are in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="insolvencies")
    court = models.CharField(max_length=120)
    region = models.CharField(max_length=16)
    accepted_on = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "court", "accepted_on"], name="insolvency_once"),
            models.CheckConstraint(condition=Q(ended_on=None) | Q(ended_on__gte=F("accepted_on")), name="insolvency_ends_later"),
        ]

    def __str__(self) -> str:
        return f"{self.court} {self.accepted_on}"


class Sign(models.Model):
    """A sign of vulnerability that somebody saw. Only a person of compliance clears it, and not the one who saw it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="signs")
    sign = models.CharField(max_length=16)
    seen_at = models.DateTimeField()
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(sign__in=SIGNS), name="sign_is_known"),
            models.CheckConstraint(
                condition=Q(cleared_at=None, cleared_by=None)
                | Q(cleared_at__isnull=False, cleared_by__isnull=False, cleared_at__gte=F("seen_at")),
                name="sign_cleared_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(cleared_by=None) | Q(seen_by=None) | ~Q(cleared_by=F("seen_by")), name="sign_cleared_by_another"
            ),
        ]

    def __str__(self) -> str:
        return self.sign

    @property
    def sign_name(self) -> Any:
        """The sign in the language of the page."""
        return SIGN_NAMES[self.sign]

"""What a person agreed to and what they refused: dated rows, never changed but by their end."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from arrears.desk.people.models.parties import CHANNEL_NAMES, CHANNELS, Person

CONSENTS = {
    "hours": _("to be reached outside the usual hours"),
    "location": _("that a location be used"),
    "record": _("that a contact be recorded"),
    "credit": _("that credit data be reported and asked for"),
    "entry": _("that the home be entered"),
    "message": _("to receive messages"),
    "third_party": _("that somebody else pass a message on"),
}
"""The first five are the gate's; the last two are kept as proof, the gate asks for the refusal."""
_CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


class Consent(models.Model):
    """One consent. Given again after it was taken back: a new row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    kind = models.CharField(max_length=12)
    channel = models.CharField(max_length=12, null=True)
    opens = models.CharField(max_length=5, null=True)
    closes = models.CharField(max_length=5, null=True)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "kind", "channel", "given_at"], name="consent_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(kind__in=list(CONSENTS)), name="consent_kind_is_known"),
            models.CheckConstraint(condition=Q(channel__in=CHANNELS) | Q(channel=None), name="consent_channel_is_known"),
            models.CheckConstraint(condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=models.F("given_at")), name="consent_ends_later"),
            models.CheckConstraint(
                condition=Q(opens=None, closes=None)
                | Q(opens__isnull=False, closes__isnull=False, opens__regex=_CLOCK, closes__regex=_CLOCK),
                name="consent_window_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"

    @property
    def says(self) -> Any:
        """What it is about, in the language of the page."""
        return CONSENTS[self.kind]

    @property
    def channel_name(self) -> Any:
        """The channel in the language of the page."""
        return CHANNEL_NAMES.get(self.channel or "", "")


class Refusal(models.Model):
    """A person's no to one channel, or (`channel` null) to being reached at all."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="refusals")
    channel = models.CharField(max_length=12, null=True)
    said_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "channel", "said_at"], name="refusal_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(channel__in=CHANNELS) | Q(channel=None), name="refusal_channel_is_known"),
            models.CheckConstraint(condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=models.F("said_at")), name="refusal_ends_later"),
        ]

    def __str__(self) -> str:
        return f"{self.channel or 'every channel'} of {self.person_id}"

    @property
    def channel_name(self) -> Any:
        """The channel in the language of the page."""
        return CHANNEL_NAMES.get(self.channel or "", "")

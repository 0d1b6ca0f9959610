"""What is due, what is on its way, and how the ways are."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from arrears.desk.contacts.models.touched import Contact


class Intent(models.Model):
    """Something that is due to be said: queued, without a permit. Its permit is asked just before its sending.

    waiting: to be asked when `next_at` has come. done: a contact was made of it. refused: waiting does not help, a task says what does.
    dropped: what it was for is over. dead: sending failed for good.
    """

    STATES = ("waiting", "done", "refused", "dropped", "dead")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    key = models.CharField(max_length=200, unique=True)
    person = models.UUIDField()
    loan = models.CharField(max_length=64)
    purpose = models.CharField(max_length=24)
    channels = ArrayField(models.CharField(max_length=16))
    fills = models.JSONField(default=dict)
    locale = models.CharField(max_length=8, default="zh_Hans")
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, default="waiting")
    state_at = models.DateTimeField()
    why = models.CharField(max_length=300, blank=True)
    tries = models.IntegerField(default=0)
    answer = models.UUIDField(null=True)
    used = ArrayField(models.CharField(max_length=64), default=list)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["next_at"], name="intent_due", condition=models.Q(state="waiting")),
            models.Index(fields=["person"], name="intent_person"),
            models.Index(fields=["state", "-state_at"], name="intent_state"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "done", "refused", "dropped", "dead"]), name="intent_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"


class Attempt(models.Model):
    """One message or call on its way by a provider: a row of the outbox, committed with the use of its permit.

    sending: its permit is used and it is being handed over. sent: the provider has it. failed: it surely did not leave.
    uncertain: it may have; it is asked about. shown: a person must look. closed: a person has.
    """

    STATES = ("sending", "sent", "failed", "uncertain", "shown", "closed")

    contact = models.OneToOneField(Contact, primary_key=True, db_column="id", on_delete=models.PROTECT, related_name="attempt")
    client_id = models.CharField(max_length=64, unique=True)
    intent = models.ForeignKey(Intent, null=True, on_delete=models.PROTECT, related_name="attempts")
    channel = models.CharField(max_length=16)
    route = models.CharField(max_length=24)
    wording = models.CharField(max_length=120, blank=True)
    sealed = models.BinaryField(default=bytes)
    state = models.CharField(max_length=10, default="sending")
    state_at = models.DateTimeField()
    hands = models.IntegerField(default=1)
    asks = models.IntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    provider_id = models.CharField(max_length=120, blank=True)
    parts = models.IntegerField(default=0)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["next_at"], name="attempt_due", condition=models.Q(state__in=["sending", "uncertain"])),
            models.Index(fields=["state", "-state_at"], name="attempt_state"),
            models.Index(fields=["provider_id"], name="attempt_provider", condition=~models.Q(provider_id="")),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # a short message or call is handed over once: a second hand cannot be written down
            models.CheckConstraint(condition=models.Q(hands__lte=1) | models.Q(channel="email"), name="attempt_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["sending", "sent", "failed", "uncertain", "shown", "closed"]), name="attempt_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.state}"


class Route(models.Model):
    """How a way of sending is: paused until when, and why; how fast it may go."""

    name = models.CharField(primary_key=True, max_length=24)
    paused_until = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    why = models.CharField(max_length=300, blank=True)
    per_second = models.IntegerField(default=50)
    free_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

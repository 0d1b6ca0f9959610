"""The append-only tables. `migrations/0002` puts the triggers on them that refuse a change, whoever asks."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Event(models.Model):
    """Something that happened. Never changed, never deleted; a correction is a further event."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=64)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.UUIDField(null=True)
    loan = models.CharField(max_length=64, blank=True)
    subject = models.CharField(max_length=120, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "-id"], name="event_kind"),
            models.Index(fields=["person", "-id"], name="event_person", condition=models.Q(person__isnull=False)),
            models.Index(fields=["loan", "-id"], name="event_loan", condition=~models.Q(loan="")),
            models.Index(fields=["subject", "-id"], name="event_subject", condition=~models.Q(subject="")),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.kind}"


class StagedLeaf(models.Model):
    """A leaf of the audit log, staged in the transaction of what it proves; `number` once the log has acknowledged it."""

    id = models.BigAutoField(primary_key=True)
    leaf_id = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=64)
    body = models.BinaryField()
    staged_at = models.DateTimeField()
    number = models.BigIntegerField(null=True)
    numbered_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["id"], name="leaf_waiting", condition=models.Q(number__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.leaf_id


class Run(models.Model):
    """One thing of the schedule on one day. Its row is made before its job is queued, once."""

    class State(models.TextChoices):
        """How far it is."""

        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    name = models.CharField(max_length=32)
    day = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    told = models.TextField(blank=True)
    alarmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["name", "day"], name="run_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.day} {self.state}"

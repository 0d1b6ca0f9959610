"""What people wrote to us, and who approved what we write."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


class Inbound(models.Model):
    """Something that came in: a reply, a call taken. Its text is encrypted; `found` says which words were in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    ref = models.CharField(max_length=400, unique=True)
    at = models.DateTimeField()
    person = models.UUIDField(null=True)
    channel = models.CharField(max_length=16)
    address = models.CharField(max_length=64, blank=True)
    sealed = models.BinaryField(default=bytes)
    answers = models.UUIDField(null=True)
    found = ArrayField(models.CharField(max_length=40), default=list)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["person", "-at"], name="inbound_person")]

    def __str__(self) -> str:
        return f"{self.channel} {self.at:%Y-%m-%d %H:%M}"


class WordingApproval(models.Model):
    """A second person's yes or no to one text as it stands in its file. A changed file has another hash, and no approval."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, default="asked")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_person = models.UUIDField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_person = models.UUIDField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["name", "digest"], name="wording_once", condition=~models.Q(state="refused")),
            models.CheckConstraint(condition=models.Q(state__in=["asked", "approved", "refused"]), name="wording_state"),
            models.CheckConstraint(
                condition=models.Q(decided_person__isnull=True) | ~models.Q(decided_person=models.F("asked_person")),
                name="wording_four_eyes",
            ),
            models.CheckConstraint(
                condition=models.Q(state="asked") | models.Q(decided_person__isnull=False, decided_at__isnull=False), name="wording_decided"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"

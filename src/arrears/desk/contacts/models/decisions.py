"""What was asked and answered, and what was permitted. One id runs from the answer to its permit, its contact and its attempt."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Answer(models.Model):
    """One ask with its answer; refusals too. Only grows.

    `facts` is the text the answer rests on: whoever reads it again with the law of `law` gets the same answer.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    at = models.DateTimeField()
    person = models.UUIDField()
    loan = models.CharField(max_length=64)
    act = models.CharField(max_length=24)
    channel = models.CharField(max_length=16, blank=True)
    purpose = models.CharField(max_length=24, blank=True)
    address = models.CharField(max_length=64, blank=True)
    asked_by = models.UUIDField(null=True)
    by = models.CharField(max_length=8, default="own")
    allowed = models.CharField(max_length=8)
    codes = ArrayField(models.CharField(max_length=40))
    rules = ArrayField(models.CharField(max_length=80))
    findings = models.JSONField()
    required = ArrayField(models.CharField(max_length=160))
    next_allowed = models.DateTimeField(null=True)
    law = models.CharField(max_length=12)
    facts = models.TextField()
    facts_hash = models.CharField(max_length=64)
    wording_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["at"], name="answer_at"),
            models.Index(fields=["person", "at"], name="answer_person"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(allowed__in=["yes", "no", "person"]), name="answer_allowed"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.allowed} {','.join(self.codes)}"


class Permit(models.Model):
    """Five minutes, one use, one channel, address, purpose and wording. While it is granted it holds its place under the caps."""

    STATES = ("granted", "used", "expired", "withdrawn")

    answer = models.OneToOneField(Answer, primary_key=True, db_column="id", on_delete=models.PROTECT, related_name="permit")
    person = models.UUIDField()
    loan = models.CharField(max_length=64)
    channel = models.CharField(max_length=16)
    purpose = models.CharField(max_length=24)
    address = models.CharField(max_length=64, blank=True)
    wording_hash = models.CharField(max_length=64, blank=True)
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="granted")
    state_at = models.DateTimeField()
    why = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person"], name="permit_live", condition=models.Q(state="granted")),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(state__in=["granted", "used", "expired", "withdrawn"]), name="permit_state"),
            # what a contact refers to: a used permit, for just this
            models.UniqueConstraint(
                fields=["answer", "state", "person", "loan", "channel", "purpose", "address", "wording_hash"], name="permit_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

"""What stops contact, what it rests on, and what waits for a person."""

from __future__ import annotations

import uuid
from typing import ClassVar, get_args

from django.db import models

from arrears.gate.facts import HoldKind


class Hold(models.Model):
    """A dated stop. It can be ended, once; nothing else about it changes."""

    KINDS = get_args(HoldKind)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.UUIDField()
    loan = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=24)
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    subject = models.CharField(max_length=120, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    end_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["person"], name="hold_person")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(kind__in=get_args(HoldKind)), name="hold_kind"),
            models.CheckConstraint(
                condition=models.Q(to_on__isnull=True) | models.Q(to_on__gte=models.F("from_on")) | models.Q(ended_at__isnull=False),
                name="hold_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.from_on}"


class Standing(models.Model):
    """The live figures of one loan, as the gate asks for them: of the last close taken, with every payment known since."""

    loan = models.CharField(primary_key=True, max_length=64)
    person = models.UUIDField()
    overdue_fen = models.BigIntegerField()
    oldest_due_on = models.DateField(null=True)
    days_past_due = models.IntegerField(null=True)
    close_on = models.DateField(null=True)
    live_at = models.DateTimeField(null=True)
    limitation_ends_on = models.DateField(null=True)
    acceleration_clause = models.BooleanField(null=True)
    promise_made_at = models.DateTimeField(null=True)
    promise_by_on = models.DateField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["person"], name="standing_person")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(overdue_fen__gte=0), name="standing_overdue"),
        ]

    def __str__(self) -> str:
        return f"{self.loan} {self.overdue_fen}"


class Task(models.Model):
    """Something that a person must look at."""

    KINDS = ("complaint", "hardship", "distress", "number_of_two", "uncertain", "dead_letter", "unreachable", "free_text")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=24)
    key = models.CharField(max_length=200, unique=True)
    person = models.UUIDField(null=True)
    loan = models.CharField(max_length=64, blank=True)
    subject = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["made_at"], name="task_open", condition=models.Q(done_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

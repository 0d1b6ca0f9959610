"""What was done to somebody, and what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from arrears.desk.contacts.models.decisions import Permit


class Contact(models.Model):
    """One delivery or attempt. It cannot exist without a used permit for just this: the database holds it (migrations/0002).

    Only `outcome`, `outcome_at` and `delivered_at` change; every change of them is an `Outcome`.
    """

    permit = models.OneToOneField(
        Permit, primary_key=True, db_column="id", on_delete=models.PROTECT, related_name="contact", db_constraint=False
    )
    permit_state = models.CharField(max_length=10, default="used")
    person = models.UUIDField()
    loan = models.CharField(max_length=64)
    channel = models.CharField(max_length=16)
    purpose = models.CharField(max_length=24)
    address = models.CharField(max_length=64, blank=True)
    wording_hash = models.CharField(max_length=64, blank=True)
    by = models.CharField(max_length=8)
    account = models.UUIDField(null=True)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=16, default="pending")
    outcome_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "-at"], name="contact_person"),
            models.Index(fields=["loan", "purpose"], name="contact_loan"),
            models.Index(fields=["at"], name="contact_at"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(permit_state="used"), name="contact_of_used_permit"),
            models.CheckConstraint(condition=models.Q(by__in=["own", "agency", "machine"]), name="contact_by"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.channel} {self.outcome}"


class Outcome(models.Model):
    """What somebody or some machine said became of a contact. Only grows; the same report twice is one row."""

    id = models.BigAutoField(primary_key=True)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="outcomes")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=16)
    source = models.CharField(max_length=12)
    ref = models.CharField(max_length=120)
    code = models.CharField(max_length=200, blank=True)
    seconds = models.IntegerField(null=True)
    recording = models.CharField(max_length=200, blank=True)
    account = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["contact", "source", "ref"], name="outcome_once"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} ({self.source})"

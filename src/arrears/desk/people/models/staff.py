"""What the gate asks of those who act: training, identification, leave, bars; agencies and what they were handed."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from arrears.desk.people.models.parties import Loan, Person


class Agency(models.Model):
    """An outside agency."""

    id = models.CharField(primary_key=True, max_length=64)
    name = models.CharField(max_length=120)
    listed = models.BooleanField(null=True)
    evaluated_on = models.DateField(null=True)
    contract_until = models.DateField(null=True)
    data_contract = models.BooleanField(null=True)

    def __str__(self) -> str:
        return self.name


class StaffProfile(models.Model):
    """One human who works here (`User.person`), however many accounts they have."""

    person = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=64, unique=True)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="staff")
    trained_on = models.DateField(null=True)
    id_valid_until = models.DateField(null=True)
    visits_barred = models.BooleanField(null=True)
    record_clean = models.BooleanField(null=True)
    confidentiality = models.BooleanField(null=True)
    device_registered = models.BooleanField(null=True)
    barred_known = models.BooleanField(default=True)
    left_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.number


class Bar(models.Model):
    """A person whom a member of staff may not reach any more."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(StaffProfile, on_delete=models.PROTECT, related_name="bars")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["staff", "person"], name="bar_once", condition=Q(until_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} from {self.person_id}"


class Leave(models.Model):
    """Days away; both in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(StaffProfile, on_delete=models.PROTECT, related_name="leaves")
    from_on = models.DateField()
    to_on = models.DateField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["staff", "from_on"], name="leave_once"),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="leave_ends_later"),
        ]

    def __str__(self) -> str:
        return f"{self.from_on} {self.to_on}"


class HandOff(models.Model):
    """A loan handed to an agency. Recalled: the agency sees nothing of it any more."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="handoffs")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="handoffs")
    since_at = models.DateTimeField()
    notice_delivered_at = models.DateTimeField(null=True)
    recalled_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["loan"], name="handoff_one_at_a_time", condition=Q(recalled_at=None)),
            models.CheckConstraint(condition=Q(recalled_at=None) | Q(recalled_at__gte=F("since_at")), name="handoff_ends_later"),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id} to {self.agency_id}"

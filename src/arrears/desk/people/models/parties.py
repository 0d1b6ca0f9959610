"""Persons, loans, and who is what to a loan."""

from __future__ import annotations

import os
import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from arrears.audit.seal import SALT_BYTES, sealed
from arrears.desk.people import cipher, names, normal
from arrears.desk.people.models.accounts import Team
from arrears.desk.people.secret import Secret

CHANNELS = ("call", "robot_call", "video", "sms", "email", "in_app", "messenger", "letter", "visit")
CAPACITIES = ("full", "limited", "none")
ROLES = {
    "co_debtor": _("co-debtor"),
    "guarantor": _("guarantor"),
    "spouse": _("spouse"),
    "heir": _("heir"),
    "representative": _("representative"),
    "reference": _("reference"),
}
CHANNEL_NAMES = {
    "call": _("call"), "robot_call": _("automatic call"), "video": _("video call"), "sms": _("text message"), "email": _("e-mail"),
    "in_app": _("message in the app"), "messenger": _("messenger"), "letter": _("letter"), "visit": _("visit"),
}  # fmt: skip
RELATIONS = {"spouse": _("spouse"), "parent": _("parent"), "colleague": _("colleague"), "friend": _("friend"), "brother": _("brother"),
             "sister": _("sister"), "child": _("child"), "neighbour": _("neighbour")}  # fmt: skip
LIABLE_BY = ("signed", "ratified", "daily_needs", "joint_use_proved", "guarantee_due", "none")


def fresh_salt() -> bytes:
    """What a person's values are sealed with in the audit log; once it is gone nobody can show whom a leaf speaks of."""
    return os.urandom(SALT_BYTES)


class Person(models.Model):
    """Somebody a loan speaks of. `pseudonym` is the name by which the Book and the gate know a borrower."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pseudonym = models.CharField(max_length=64, unique=True)
    name: Any = Secret(shown_as="name")
    name_marks = ArrayField(models.BinaryField(max_length=16), default=list)
    id_number: Any = Secret(shown_as="id_number")
    id_index = models.BinaryField(max_length=16, null=True)
    id_last_four = models.CharField(max_length=4, blank=True)
    born_on: Any = Secret(shown_as="born")
    employer: Any = Secret(shown_as="employer")
    gender = models.CharField(max_length=8, blank=True)
    language = models.CharField(max_length=8, default="zh")
    region = models.CharField(max_length=16, null=True)
    zones = ArrayField(models.CharField(max_length=40), null=True)
    prefers = models.CharField(max_length=12, null=True)
    capacity = models.CharField(max_length=8, null=True)
    died_on = models.DateField(null=True)
    offered_to_pay_at = models.DateTimeField(null=True)
    asked_for_help_at = models.DateTimeField(null=True)
    declined_visit_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=80, blank=True)
    salt = models.BinaryField(max_length=32, null=True, default=fresh_salt)
    made_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["id_index"], name="person_id_index", condition=Q(id_index__isnull=False)),
            models.Index(fields=["id_last_four"], name="person_id_four", condition=~Q(id_last_four="")),
            GinIndex(fields=["name_marks"], name="person_name_marks"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(prefers__in=CHANNELS) | Q(prefers=None), name="person_prefers_a_channel"),
            models.CheckConstraint(condition=Q(capacity__in=CAPACITIES) | Q(capacity=None), name="person_capacity_is_known"),
        ]

    def __str__(self) -> str:
        return self.pseudonym

    @property
    def prefers_name(self) -> Any:
        """The channel they prefer, in the language of the page."""
        return CHANNEL_NAMES.get(self.prefers or "", "")

    def seal(self, value: str) -> str:
        """A value about this person, as it may stand in a leaf of the audit log."""
        return sealed(value, bytes(self.salt or b""))

    def put_name(self, text: str) -> None:
        """Set the name with everything it is found by."""
        told = normal.plain(text)
        self.name = told or None
        self.name_marks = sorted(cipher.blind("name", each) for each in names.found_by(told))

    def put_id_number(self, text: str) -> None:
        """Set the identity number, its index and its last four."""
        told = normal.identity(text)
        self.id_number, self.id_index = (told, cipher.blind("id_number", told)) if told else (None, None)
        self.id_last_four = normal.last_four(told)


class Loan(models.Model):
    """A loan as the Desk knows it: whose, who works it. What it owes stands in the Book."""

    id = models.CharField(primary_key=True, max_length=64)
    debtor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="loans")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="loans")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number: Any = Secret(shown_as="loan")
    number_index = models.BinaryField(max_length=16, null=True)
    number_last_four = models.CharField(max_length=4, blank=True)
    plate: Any = Secret(shown_as="plate")
    plate_index = models.BinaryField(max_length=16, null=True)
    vin: Any = Secret(shown_as="vin")
    vin_index = models.BinaryField(max_length=16, null=True)
    vin_last_four = models.CharField(max_length=4, blank=True)
    made_at = models.DateTimeField()
    ended_on = models.DateField(null=True, help_text="paid off, or written off and claimed no more; retention counts from here")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=[f"{name}_index"], name=f"loan_{name}_index", condition=Q(**{f"{name}_index__isnull": False}))
            for name in ("number", "plate", "vin")
        ]

    def __str__(self) -> str:
        return self.id

    def put(self, **told: str) -> None:
        """Set number, plate or vin with what they are found by."""
        for name, text in told.items():
            kind = "loan" if name == "number" else name
            value = normal.FORMS[kind](text)
            setattr(self, name, value or None)
            setattr(self, f"{name}_index", cipher.blind(kind, value) if value else None)
            if name != "plate":
                setattr(self, f"{name}_last_four", normal.last_four(value))


class Party(models.Model):
    """What somebody other than the debtor is to a loan of theirs; `loan` null: to each of them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    debtor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="parties")
    loan = models.ForeignKey(Loan, null=True, on_delete=models.PROTECT, related_name="parties")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="stands_by")
    role = models.CharField(max_length=16)
    relation = models.CharField(max_length=24, blank=True)
    may_be_asked = models.BooleanField(null=True)
    liable_by = models.CharField(max_length=20, null=True)
    estate_fen = models.BigIntegerField(null=True)
    renounced = models.BooleanField(null=True)
    source = models.CharField(max_length=80, blank=True)
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["debtor", "loan", "person", "role"], name="party_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(role__in=list(ROLES)), name="party_role_is_known"),
            models.CheckConstraint(condition=~Q(person=models.F("debtor")), name="party_is_not_the_debtor"),
            models.CheckConstraint(condition=Q(liable_by__in=LIABLE_BY) | Q(liable_by=None), name="party_liability_is_known"),
            models.CheckConstraint(condition=Q(estate_fen__gte=0) | Q(estate_fen=None), name="party_estate_is_a_sum"),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.debtor_id}"

    @property
    def role_name(self) -> Any:
        """The role in the language of the page."""
        return ROLES[self.role]

    @property
    def relation_name(self) -> Any:
        """What they are to the debtor; nothing where the role says it."""
        return "" if self.relation == self.role else RELATIONS.get(self.relation, self.relation)

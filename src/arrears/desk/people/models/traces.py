"""Marks of the keys, how far a change of key has come, and who looked at what."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from arrears.desk.people.models.parties import Person

REASONS = {
    "call": _("to call the person"),
    "write": _("to write to the person"),
    "verify": _("to make sure who is speaking"),
    "court": _("for a court or an authority"),
    "complaint": _("to answer a complaint"),
    "correct": _("to correct the data"),
    "audit": _("for an audit"),
    "other": _("another reason, which I write down"),
}
FIELDS = {
    "person.name": _("name"),
    "person.id_number": _("identity number"),
    "person.born_on": _("day of birth"),
    "person.employer": _("employer"),
    "address.value": _("telephone, mailbox or address"),
    "loan.number": _("contract number"),
    "loan.plate": _("number plate"),
    "loan.vin": _("vehicle number"),
    "document.name": _("name of the file"),
}


class KeyMark(models.Model):
    """By what a key is known again; number 0 is the key of the blind indexes."""

    number = models.SmallIntegerField(primary_key=True)
    mark = models.BinaryField(max_length=16)

    def __str__(self) -> str:
        return str(self.number)


class Rewrite(models.Model):
    """How far the rewriting of a column under a key has come; a job that was stopped goes on behind `last`."""

    id = models.BigAutoField(primary_key=True)
    column = models.CharField(max_length=80)
    key = models.SmallIntegerField()
    last = models.CharField(max_length=64, blank=True)
    written = models.BigIntegerField(default=0)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["column", "key"], name="rewrite_once")]

    def __str__(self) -> str:
        return f"{self.column} to {self.key}"


class Reveal(models.Model):
    """Somebody looked at one value in clear, and said why. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reveals")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reveals")
    field = models.CharField(max_length=60)
    row = models.UUIDField()
    reason = models.CharField(max_length=20)
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    on = models.DateField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account", "on"], name="reveal_account_day"),
            models.Index(fields=["person", "-at"], name="reveal_person"),
        ]

    def __str__(self) -> str:
        return f"{self.field} by {self.account_id}"

    @property
    def field_name(self) -> Any:
        """What was looked at, in the language of the page."""
        return FIELDS[self.field]

    @property
    def reason_name(self) -> Any:
        """Why, in the language of the page."""
        return REASONS[self.reason]

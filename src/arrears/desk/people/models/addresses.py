"""Where somebody is reached."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from arrears.desk.people import cipher, normal
from arrears.desk.people.models.parties import CHANNELS, Person
from arrears.desk.people.secret import Secret

KINDS = {
    "phone": (_("telephone"), ("call", "robot_call", "video", "sms")),
    "email": (_("e-mail"), ("email",)),
    "postal": (_("postal address"), ("letter", "visit")),
    "messenger": (_("messenger"), ("messenger",)),
    "app": (_("app account"), ("in_app",)),
}
"""Kind of an address -> its name, and the channels it serves unless somebody says fewer."""
SOURCES = {
    "contract": _("the contract"),
    "person": _("told by the person"),
    "file": _("a people file"),
    "staff": _("found by staff"),
    "court": _("a court"),
    "agency": _("an agency"),
}
DATUMS = ("WGS84", "GCJ02", "BD09", "CGCS2000")


class Address(models.Model):
    """A number, mailbox, account or place of a person. Two persons on one number: both rows are under review until somebody confirms whose
    it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="addresses")
    kind = models.CharField(max_length=12)
    channels = ArrayField(models.CharField(max_length=12))
    value: Any = Secret(shown_as="")
    value_index = models.BinaryField(max_length=16, null=True)
    last_four = models.CharField(max_length=4, blank=True)
    source = models.CharField(max_length=12, default="file")
    confirmed = models.BooleanField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    valid = models.BooleanField(null=True)
    under_review = models.BooleanField(default=False)
    review_why = models.CharField(max_length=24, blank=True)
    place: Any = Secret(shown_as="place")
    datum = models.CharField(max_length=8, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["value_index"], name="address_value_index"),
            models.Index(fields=["last_four"], name="address_last_four", condition=~Q(last_four="")),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "kind", "value_index"], name="address_once"),
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="address_kind_is_known"),
            models.CheckConstraint(condition=Q(source__in=list(SOURCES)), name="address_source_is_known"),
            models.CheckConstraint(condition=Q(channels__contained_by=list(CHANNELS)), name="address_channels_are_known"),
            models.CheckConstraint(
                condition=Q(place__isnull=True) & Q(datum="") | Q(place__isnull=False) & Q(datum__in=DATUMS),
                name="address_place_has_a_datum",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"

    def put(self, text: str) -> None:
        """Set the value with what it is found by."""
        told = normal.plain(text)
        form = normal.FORMS[self.kind](told)
        self.value = form if self.kind != "postal" else told
        self.value_index = cipher.blind(self.kind, form)
        self.last_four = normal.last_four(form) if self.kind == "phone" else ""

    @property
    def shown(self) -> str:
        """The value, masked."""
        return normal.masked(self.kind, self.value.clear()) if self.value is not None else ""

    @property
    def kind_name(self) -> str:
        """Its kind in the language of the page."""
        return str(KINDS[self.kind][0])

    @property
    def source_name(self) -> str:
        """Its source in the language of the page."""
        return str(SOURCES[self.source])

"""Documents: what is known of a file that lies encrypted in the data folder."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from arrears.desk.people.models.parties import Loan, Person
from arrears.desk.people.secret import Secret

DOCUMENTS = {
    "contract": _("contract"),
    "lien": _("lien papers"),
    "cost_sheet": _("cost sheet"),
    "identity": _("identity paper"),
    "authority": _("power of attorney"),
    "proof": _("proof"),
    "other": _("other"),
}


class Document(models.Model):
    """One document. Its content is encrypted with a key of its own, which `secret` holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    loan = models.ForeignKey(Loan, null=True, on_delete=models.PROTECT, related_name="documents")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=12)
    name: Any = Secret(shown_as="file")
    secret: Any = Secret(shown_as="")
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    source = models.CharField(max_length=12, default="upload")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["sha256"], name="document_sha256")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=list(DOCUMENTS)), name="document_kind_is_known"),
            models.CheckConstraint(condition=Q(loan__isnull=False) | Q(person__isnull=False), name="document_is_about_something"),
            models.UniqueConstraint(
                fields=["loan", "person", "kind", "sha256"], name="document_once", condition=Q(deleted_at=None), nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def kind_name(self) -> Any:
        """Its kind in the language of the page."""
        return DOCUMENTS[self.kind]

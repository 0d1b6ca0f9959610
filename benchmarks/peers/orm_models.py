"""The tables of the second peer: Django models on PostgreSQL, as a loan system keeps them."""

from __future__ import annotations

from typing import Any, ClassVar

import pyarrow as pa
from django.db import models

from peers.paper import ACCOUNTS
from peers.tables import DATE, MONEY, POSITION, PROPOSALS, WHOLE, YES


def column(kind: pa.DataType) -> models.Field[Any, Any]:
    """A model field of a table's column."""
    if kind == MONEY:
        return models.DecimalField(max_digits=20, decimal_places=2)
    if kind == DATE:
        return models.DateField(null=True)
    if kind == WHOLE or pa.types.is_int64(kind):
        return models.BigIntegerField()
    return models.BooleanField() if kind == YES else models.CharField(max_length=120, blank=True)


def model(name: str, parent: type[models.Model], kinds: dict[str, pa.DataType]) -> type[models.Model]:
    """A model of these columns over an abstract one."""
    meta = type("Meta", (), {"app_label": "peers"})
    made: Any = type(name, (parent,), {"__module__": __name__, "Meta": meta, **{key: column(kind) for key, kind in kinds.items()}})
    return made  # type: ignore[no-any-return]


class Loan(models.Model):
    """Terms."""

    loan_id = models.CharField(max_length=40, primary_key=True)
    rate_ppm = models.IntegerField()
    principal = models.DecimalField(max_digits=20, decimal_places=2)
    instalment = models.DecimalField(max_digits=20, decimal_places=2)
    maturity_on = models.DateField()
    opened_on = models.DateField()

    class Meta:
        """Names."""

        app_label = "peers"


class Instalment(models.Model):
    """A contract instalment; `opening` ones were unpaid when the loan was opened."""

    loan = models.ForeignKey(Loan, models.CASCADE, related_name="instalments")
    obligation = models.CharField(max_length=12)
    due_on = models.DateField(db_index=True)
    interest = models.DecimalField(max_digits=20, decimal_places=2)
    principal = models.DecimalField(max_digits=20, decimal_places=2)
    opening = models.BooleanField(default=False)

    class Meta:
        """Names, and the order in which a job asks."""

        app_label = "peers"
        indexes: ClassVar = [models.Index(fields=["loan", "due_on"])]


class OpenRow(models.Model):
    """An obligation that is due or made by an agreement."""

    loan = models.ForeignKey(Loan, models.CASCADE, related_name="open_rows")
    obligation = models.CharField(max_length=12)
    kind = models.CharField(max_length=1)
    due_on = models.DateField()
    interest = models.DecimalField(max_digits=20, decimal_places=2)
    principal = models.DecimalField(max_digits=20, decimal_places=2)
    total = models.DecimalField(max_digits=20, decimal_places=2)
    grace_days = models.IntegerField()
    rate = models.DecimalField(max_digits=24, decimal_places=18)
    covered = models.BooleanField()
    counted = models.BooleanField()
    cap = models.DecimalField(max_digits=20, decimal_places=2)
    accrued = models.DecimalField(max_digits=36, decimal_places=18)
    posted = models.DecimalField(max_digits=20, decimal_places=2)
    paid = models.DecimalField(max_digits=20, decimal_places=2)
    waived = models.DecimalField(max_digits=20, decimal_places=2)

    class Meta:
        """Names."""

        app_label = "peers"


class Event(models.Model):
    """What happened to a loan, and the close that first knows it."""

    loan = models.ForeignKey(Loan, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=40)
    close_on = models.DateField()
    effect_on = models.DateField()
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    subject = models.CharField(max_length=120, blank=True)
    stops = models.CharField(max_length=60, blank=True)
    progress = models.BooleanField()
    until_on = models.DateField(null=True)
    count = models.IntegerField()
    step_months = models.IntegerField()
    first_due_on = models.DateField(null=True)

    class Meta:
        """Names, and the order in which a job asks."""

        app_label = "peers"
        indexes: ClassVar = [models.Index(fields=["loan", "close_on"])]


class _Dated(models.Model):
    loan = models.ForeignKey(Loan, models.CASCADE, related_name="%(class)ss")

    class Meta:
        """Abstract."""

        abstract = True


_STATE = {name: kind for name, kind in POSITION.items() if name != "loan_id"}
# a row a loan and day: what was known then stays, as a close of the Book stays
Position = model("Position", _Dated, {"day": DATE, **_STATE})
Journal = model("Journal", _Dated, {"posted_on": DATE, "backdated": YES, **dict.fromkeys(ACCOUNTS, MONEY)})
Proposal = model("Proposal", _Dated, {name: kind for name, kind in PROPOSALS.items() if name != "loan_id"})
EVERY = (Loan, Instalment, OpenRow, Event, Position, Journal, Proposal)

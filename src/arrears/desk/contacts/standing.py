"""The live figures of a loan: written by whoever takes a close, and by every payment, in the transaction in which it becomes known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from arrears.desk.contacts.models import Intent, Permit, Standing
from arrears.desk.people.models import Loan, Person

FIELDS = (
    "overdue_fen",
    "oldest_due_on",
    "days_past_due",
    "close_on",
    "live_at",
    "limitation_ends_on",
    "acceleration_clause",
    "promise_made_at",
    "promise_by_on",
)


@transaction.atomic
def put(loan: str, at: dt.datetime, **told: Any) -> Standing:
    """Change what is known of one loan, at once for every ask: the debtor's row is locked.

    Parameters
    ----------
    loan : its id
    at : now
    told : some of `FIELDS`

    Raises
    ------
    ValueError for another field; Loan.DoesNotExist for a loan nobody knows.
    """
    strange = told.keys() - set(FIELDS)
    if strange:
        raise ValueError(f"not figures of a loan: {', '.join(sorted(strange))}; allowed: {', '.join(FIELDS)}")
    debtor = Loan.objects.values_list("debtor_id", flat=True).get(pk=loan)
    Person.objects.select_for_update().get(pk=debtor)
    kept, _ = Standing.objects.update_or_create(
        loan=loan, defaults={**told, "changed_at": at}, create_defaults={"overdue_fen": 0, **told, "person": debtor, "changed_at": at}
    )
    if kept.overdue_fen == 0:
        Permit.objects.filter(loan=loan, state="granted", purpose__in=("collection", "appointment")).update(
            state="withdrawn", state_at=at, why="nothing is overdue"
        )
        Intent.objects.filter(loan=loan, state="waiting", purpose__in=("overdue_notice", "collection", "credit_notice")).update(
            state="dropped", state_at=at, why="nothing is overdue"
        )
    return kept


@transaction.atomic
def put_many(rows: Iterable[Mapping[str, Any]], at: dt.datetime) -> int:
    """Put the figures of a close, many at once; each row has `loan`, `person` and some of `FIELDS`. Returns how many."""
    made = [Standing(**{"overdue_fen": 0, **row, "changed_at": at}) for row in rows]
    Standing.objects.bulk_create(
        made,
        batch_size=5000,
        update_conflicts=True,
        unique_fields=["loan"],
        update_fields=[
            "person",
            "changed_at",
            *{name for row in made[:1] for name in FIELDS if getattr(row, name) is not None or name == "overdue_fen"},
        ],
    )
    return len(made)

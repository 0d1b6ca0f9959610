"""Staff, agencies, hand-overs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from arrears.desk.journal.services import record
from arrears.desk.people.models import Agency, Bar, HandOff, Loan, Person, StaffProfile, User


@transaction.atomic
def put_staff(user: User, number: str, at: dt.datetime, by: Any = None, **told: Any) -> StaffProfile:
    """Set what is known of the human behind an account; told: columns of StaffProfile."""
    profile = StaffProfile.objects.select_for_update().filter(person=user.person).first()
    made = profile is None
    profile = profile or StaffProfile(person=user.person, number=number)
    changed = _put(profile, {"number": number, **told})
    if made or changed:
        profile.save()
        record("staff_changed", at, by=by, subject=f"staff:{number}", data={"fields": sorted(changed), "new": made})
    return profile


@transaction.atomic
def put_agency(agency: str, at: dt.datetime, by: Any = None, **told: Any) -> Agency:
    """Set what is known of an agency; told: columns of Agency. A new one needs its name."""
    known = Agency.objects.select_for_update().filter(pk=agency).first()
    made = known is None
    known = known or Agency(pk=agency, name=told["name"])
    changed = _put(known, told)
    if made or changed:
        known.save()
        record("agency_changed", at, by=by, subject=f"agency:{agency}", data={"fields": sorted(changed), "new": made})
    return known


def _put(row: Any, told: dict[str, Any]) -> list[str]:
    changed = [name for name, value in told.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, told[name])
    return changed


@transaction.atomic
def bar(profile: StaffProfile, person: Person, at: dt.datetime, by: Any = None, why: str = "") -> Bar:
    """They may not reach this person any more."""
    made, new = Bar.objects.get_or_create(staff=profile, person=person, until_at=None, defaults={"since_at": at, "why": why})
    if new:
        record("bar_opened", at, by=by, person=person.pk, subject=f"staff:{profile.number}")
    return made


@transaction.atomic
def hand_off(loan: Loan, agency: Agency, at: dt.datetime, by: Any = None, why: str = "") -> HandOff:
    """Hand a loan to an agency: from now on its people see it. ValueError where another one has it; recall it first.

    Whether it may be handed off is the gate's answer (`hand_off`), asked before.
    """
    standing = HandOff.objects.select_for_update().filter(loan=loan, recalled_at=None).first()
    if standing is not None and standing.agency_id != agency.pk:
        raise ValueError(f"loan {loan.pk} is with {standing.agency_id}; recall it first")
    if standing is not None:
        return standing
    made = HandOff.objects.create(loan=loan, agency=agency, since_at=at, why=why)
    record("loan_handed_off", at, by=by, person=loan.debtor_id, loan=loan.pk, subject=f"agency:{agency.pk}")
    return made


@transaction.atomic
def recall(loan: Loan, at: dt.datetime, by: Any = None, why: str = "") -> bool:
    """Recall a loan: the agency sees nothing of it any more. False where nobody had it."""
    standing = HandOff.objects.select_for_update().filter(loan=loan, recalled_at=None).first()
    if standing is None:
        return False
    standing.recalled_at, standing.why = at, why
    standing.save(update_fields=["recalled_at", "why"])
    record("loan_recalled", at, by=by, person=loan.debtor_id, loan=loan.pk, subject=f"agency:{standing.agency_id}")
    return True

"""Whom an account may see.

Staff who work cases (collector, team lead, field officer) see the loans of their own team; an agency's people see the loans that are
handed to their agency now, and after a recall nothing; the other roles see all, as the table of permissions lets them in at all. A
borrower sees nobody here.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from arrears.desk import permissions
from arrears.desk.people.models import HandOff, Loan, Party, Person, User

TEAM = (permissions.COLLECTOR, permissions.TEAM_LEAD, permissions.FIELD_OFFICER)
ALL = (
    permissions.APPROVER, permissions.COMPLIANCE, permissions.COUNSELLOR, permissions.LEGAL, permissions.OPERATIONS, permissions.AUDITOR,
)  # fmt: skip


def loans_of(user: User) -> QuerySet[Loan]:
    """The loans an account may see."""
    if user.has_role(permissions.AGENCY):
        agency = user.team.agency if user.team else ""
        handed = HandOff.objects.filter(loan=OuterRef("pk"), agency=agency, recalled_at=None)
        return Loan.objects.filter(Exists(handed)) if agency else Loan.objects.none()
    if user.has_role(*ALL):
        return Loan.objects.all()
    if user.has_role(*TEAM) and user.team_id is not None:
        return Loan.objects.filter(team=user.team_id)
    return Loan.objects.none()


def persons_of(user: User) -> QuerySet[Person]:
    """The persons an account may see: debtors of those loans and who stands beside them."""
    if user.has_role(*ALL) and not user.has_role(permissions.AGENCY):
        return Person.objects.all()
    loans = loans_of(user)
    beside = Party.objects.filter(until_at=None).filter(Q(loan__in=loans) | Q(loan=None, debtor__loans__in=loans))
    return Person.objects.filter(Q(pk__in=loans.values("debtor")) | Q(pk__in=beside.values("person")))


def may_see_parties(user: User) -> bool:
    """Does the account see who else is on record? An agency sees only who owes: a reference is no business of theirs."""
    return not user.has_role(permissions.AGENCY)

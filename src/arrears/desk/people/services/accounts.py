"""Making accounts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from arrears.desk import clock
from arrears.desk.people.models import Team, User


@transaction.atomic
def make_account(
    username: str, name: str, roles: list[str], password: str | None = None, team: str = "", person: UUID | None = None, **fields: Any
) -> User:
    """Make an account.

    Parameters
    ----------
    username : what one signs in with
    roles : codes of `permissions.ROLES`
    password : checked against the rules for passwords; None: nobody can sign in until one is set
    team : name of the team; made where it is new; empty: none
    person : the human, where they have an account already

    Raises
    ------
    ValidationError for a bad name, an unknown role, a weak password, an account that exists.
    """
    if password is not None:
        validate_password(password, User(username=username, name=name))
    if person is not None:
        fields["person"] = person
    if team:
        fields["team"] = Team.objects.get_or_create(name=team)[0]
    return User.objects.create_user(username, password, name=name, roles=roles, made_at=clock.now(), **fields)

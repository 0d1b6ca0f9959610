"""Accounts and teams of those who work."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from arrears.desk.permissions import ROLES


class Team(models.Model):
    """People who work the same cases; an outside agency is a team of its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=80, unique=True)
    agency = models.CharField(_("agency"), max_length=64, blank=True, help_text=_("Id of the outside agency; empty: own staff."))

    def __str__(self) -> str:
        return self.name


class Accounts(BaseUserManager["User"]):
    """Makes accounts; `people.services` is the door for everybody else."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """A new account with a hashed password; without one nobody can sign in to it."""
        user = self.model(username=username.strip().lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user


def known_roles(held: list[str]) -> None:
    """ValidationError for a role that is none."""
    unknown = sorted(set(held) - ROLES.keys())
    if unknown:
        raise ValidationError(_("No role: %(roles)s."), params={"roles": ", ".join(unknown)})


class User(AbstractBaseUser):
    """One account. Two accounts of one human have one `person`: nobody approves as somebody else what they asked for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(
        _("account"),
        max_length=64,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9._-]*$", _("Small letters, digits, dot, dash; such as wang.min."))],
    )
    person = models.UUIDField(_("person"), default=uuid.uuid4, db_index=True)
    name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("e-mail"), blank=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="members")
    roles = ArrayField(models.CharField(max_length=24), default=list, validators=[known_roles])
    language = models.CharField(max_length=8, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    made_at = models.DateTimeField(null=True, editable=False)

    objects = Accounts()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(roles__contained_by=list(ROLES)), name="roles_are_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def has_role(self, *names: str) -> bool:
        """Does the account hold one of these roles?"""
        return bool(set(self.roles) & set(names))

    @property
    def held(self) -> frozenset[str]:
        """The roles of the account, as `permissions.may` takes them."""
        return frozenset(self.roles)

    @property
    def role_names(self) -> str:
        """Its roles in the language of the page."""
        number = 1 if (get_language() or "").startswith("zh") else 0
        return "、".join(ROLES[each][number] for each in self.roles) if number else ", ".join(ROLES[each][0] for each in self.roles)

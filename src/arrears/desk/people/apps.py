"""The app `people`."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    """See the doorplate of the package."""

    name = "arrears.desk.people"
    label = "people"

    def ready(self) -> None:
        """Make the kinds of events known; once the tables stand, write down by what the keys are known again."""
        from arrears.desk.people import kinds  # noqa: F401

        post_migrate.connect(_mark_keys, sender=self)


def _mark_keys(**_: Any) -> None:
    """Outside any transaction that may be taken back. Without keys nothing is marked: whoever needs them says what is wrong."""
    from django.db import connection

    from arrears.desk.people import cipher
    from arrears.desk.people.keys import KeyProblem

    if "people_keymark" in connection.introspection.table_names():
        cipher.forget()
        with suppress(KeyProblem):
            cipher.ring()

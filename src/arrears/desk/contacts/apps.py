"""The app `contacts`."""

from __future__ import annotations

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    """See the doorplate of the package."""

    name = "arrears.desk.contacts"
    label = "contacts"

    def ready(self) -> None:
        """Make its kinds of events known."""
        from arrears.desk.contacts import kinds  # noqa: F401

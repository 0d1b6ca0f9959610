"""The app `contacts`."""

from __future__ import annotations

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    """See the doorplate of the package."""

    name = "arrears.desk.contacts"
    label = "contacts"

"""The app `people`."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """See the doorplate of the package."""

    name = "arrears.desk.people"
    label = "people"

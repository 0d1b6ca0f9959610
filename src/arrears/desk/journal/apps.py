"""The app `journal`."""

from __future__ import annotations

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """See the doorplate of the package."""

    name = "arrears.desk.journal"
    label = "journal"

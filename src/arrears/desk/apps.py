"""The Desk as a Django app: its templates, static files, catalogue and commands."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Holds what belongs to no single feature."""

    name = "arrears.desk"
    label = "desk"

    def ready(self) -> None:
        """The first step of the nightly run is the close itself; rooms add theirs behind it."""
        from arrears.desk import consequences, schedule
        from arrears.desk.tasks import close_the_book

        consequences.announce()
        schedule.STEPS["close"].insert(0, close_the_book)

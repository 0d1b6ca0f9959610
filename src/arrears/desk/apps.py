"""The Desk as a Django app: its templates, static files, catalogue and commands."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Holds what belongs to no single feature."""

    name = "arrears.desk"
    label = "desk"

"""What rooms above people show on a person's page. A room adds its panel in its app's `ready`; people knows none of them.

panels.add("main", holds_of)      # holds_of(request, person) -> ("contacts/_holds.html", {...}), or None where there is nothing to show
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from django.http import HttpRequest
from django.template.loader import render_to_string

from arrears.desk.people.models import Person

Panel = Callable[[HttpRequest, Person], "tuple[str, dict[str, Any]] | None"]
_PANELS: dict[str, list[Panel]] = {"main": [], "right": []}


def add(where: Literal["main", "right"], panel: Panel) -> None:
    """Show a panel on every person's page, below those that were added before."""
    if panel not in _PANELS[where]:
        _PANELS[where].append(panel)


def shown(where: Literal["main", "right"], request: HttpRequest, person: Person) -> list[str]:
    """The panels of a place, rendered."""
    told = [panel(request, person) for panel in _PANELS[where]]
    return [render_to_string(each[0], each[1], request) for each in told if each is not None]

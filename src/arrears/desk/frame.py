"""What every page carries: the lender, the menu, the day of the data, the theme."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from arrears.desk import clock, permissions

THEMES = ("light", "dark")


@dataclass(frozen=True)
class Entry:
    """One word of the menu: shown to whom the table of permissions lets in."""

    url: str
    label: Any
    icon: str


MENU: list[Entry] = [
    Entry("today", _("Today"), "calendar-event"),
    Entry("people:list", _("People"), "users"),
    Entry("contacts:decisions", _("Contacts"), "message-2"),
]
"""In the order in which the head of the page shows it; an app's pages add their line here."""


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context of every page."""
    theme = request.COOKIES.get(settings.THEME_COOKIE_NAME, "")
    return {
        "lender": settings.LENDER,
        "menu": SimpleLazyObject(lambda: _menu(request)),
        "theme": theme if theme in THEMES else "",
        "data_day": SimpleLazyObject(data_day),
        "for_staff": bool(_held(request) & permissions.STAFF),
        "clock_shifted": clock.shift() != 0,
        "languages": settings.LANGUAGES,
    }


def _held(request: HttpRequest) -> frozenset[str]:
    user = getattr(request, "user", None)
    return user.held if user is not None and user.is_authenticated else frozenset()


def _menu(request: HttpRequest) -> list[dict[str, Any]]:
    held = _held(request)
    here = request.resolver_match.view_name if request.resolver_match else ""
    shown = []
    for entry in MENU:
        if not permissions.may(held, entry.url):
            continue
        try:
            address = reverse(entry.url)
        except NoReverseMatch as error:
            raise ImproperlyConfigured(f"the menu names {entry.url}, which is no page") from error
        near = entry.url == here or (":" in entry.url and here.startswith(entry.url.split(":")[0] + ":"))
        shown.append({"address": address, "label": entry.label, "icon": entry.icon, "here": near})
    return shown


@dataclass(frozen=True)
class DataDay:
    """The day whose close the page's figures come from; `late`: yesterday's is not there although it should be."""

    close_on: dt.date | None
    late: bool


STALE_FROM = dt.time(8, 0)


def data_day() -> DataDay:
    """The last close that was taken, and whether it is older than it may be at this hour."""
    from arrears.desk.journal.models import Event

    try:
        last = Event.objects.filter(kind="close_taken").order_by("-id").values_list("data__close_on", flat=True).first()
    except DatabaseError:
        return DataDay(None, False)
    close_on = dt.date.fromisoformat(last) if last else None
    now = clock.now()
    owed = now.date() - dt.timedelta(days=1 if now.time() >= STALE_FROM else 2)
    return DataDay(close_on, close_on is not None and close_on < owed)

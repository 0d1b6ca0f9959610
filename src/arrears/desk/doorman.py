"""The doorman: before any view runs, the table of permissions is asked. What has no row is refused, and every refusal is an event."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation

from arrears.desk import clock, permissions

_LOG = logging.getLogger(__name__)
_READING = {"GET", "HEAD"}
# where somebody without a second factor may go to set one up, or leave
_BEFORE_FACTOR = {
    "account_logout",
    "account_reauthenticate",
    "account_change_password",
    "mfa_activate_totp",
    "mfa_index",
    "set_language",
    "set_theme",
    "healthz",
}


class Doorman:
    """Middleware; the last one before the views."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Put the page in the language of the account, unless this browser chose one."""
        user = request.user
        if user.is_authenticated and user.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """None: the view may run; else the answer instead of it."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        line = permissions.TABLE.get(name)
        if line is None:
            return self._refuse(request, name, "no_row")
        writing = request.method not in _READING
        user = request.user
        held = user.held if user.is_authenticated else frozenset()
        if permissions.may(held, name, writing):
            return self._second_factor(request, name, line) if user.is_authenticated else None
        if not user.is_authenticated and (line.write if writing else line.read):
            return self._sign_in(request)
        return self._refuse(request, name, "role")

    def _sign_in(self, request: HttpRequest) -> HttpResponseBase:
        """To the sign-in page, and back to where one wanted to go; a fragment makes the whole page go there."""
        if request.headers.get("HX-Request"):
            here = urlsplit(request.headers.get("HX-Current-URL", "")).path
            answer = HttpResponse(status=401)
            answer["HX-Redirect"] = redirect_to_login(here or "/", reverse("account_login")).url
            return answer
        return redirect_to_login(request.get_full_path() if request.method in _READING else "/", reverse("account_login"))

    def _second_factor(self, request: HttpRequest, name: str, line: permissions.Row) -> HttpResponseBase | None:
        from allauth.mfa.utils import is_mfa_enabled

        if not settings.MFA_REQUIRED or name in _BEFORE_FACTOR or line.read == permissions.EVERYBODY:
            return None
        if request.session.get("second_factor_seen") or is_mfa_enabled(request.user):
            request.session["second_factor_seen"] = True
            return None
        return redirect("mfa_activate_totp")

    def _refuse(self, request: HttpRequest, name: str, why: str) -> HttpResponseBase:
        from arrears.desk.journal.services import record

        user = request.user if request.user.is_authenticated else None
        data = {"url": name or request.path[:120], "method": request.method, "why": why, "roles": sorted(user.roles) if user else []}
        event = record("access_refused", clock.now(), by=user, data=data)
        _LOG.warning("refused: %s %s to %s (%s)", request.method, data["url"], user.username if user else "nobody", why)
        context = {"why": why, "number": event.pk, "line": permissions.TABLE.get(name)}
        return render(request, "desk/refused.html", context, status=403)

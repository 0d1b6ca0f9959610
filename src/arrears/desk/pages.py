"""The pages that belong to no single feature: today, health, language and theme, and what went wrong."""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST, require_safe

from arrears.desk import clock
from arrears.desk.frame import THEMES

_YEAR = 365 * 24 * 3600


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """What was proposed, permitted, refused, sent and what arrived."""
    return render(request, "desk/today.html", {"now": clock.now()})


@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """It lives, and reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return JsonResponse({"alive": True})


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the machine has it."""
    answer = HttpResponseRedirect(_back(request))
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        answer.set_cookie(settings.THEME_COOKIE_NAME, theme, max_age=_YEAR, samesite="Lax", secure=settings.HTTPS, httponly=True)
    else:
        answer.delete_cookie(settings.THEME_COOKIE_NAME)
    return answer


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}) else "/"


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the token of this session: it stood open too long, or came from elsewhere."""
    return render(request, "desk/stale_form.html", status=403)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such page."""
    return render(request, "desk/missing.html", status=404)


def malformed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request that cannot be understood."""
    return render(request, "desk/malformed.html", status=400)


def failed(request: HttpRequest) -> HttpResponse:
    """Our own mistake. The page asks nothing of anybody: the database may be what is broken."""
    return HttpResponse(_FAILED, status=500, content_type="text/html; charset=utf-8")


_FAILED = """<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>出错了 / Something failed</title><h1>出错了</h1>
<p>这一步没有完成，已记入日志。请稍后重试；如再次出现，请告知系统管理员发生的时间。</p>
<h1 lang="en">Something failed</h1><p lang="en">This step was not done; it is in the log. Try again in a moment. If it happens again,
tell the administrator when.</p><p><a href="/">返回首页 / Back</a></p></html>"""

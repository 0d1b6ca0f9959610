"""A page that needs a key which is not at hand: nothing of it is shown, and it says what to do."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.html import escape

from arrears.desk.people.keys import KeyProblem

_LOG = logging.getLogger(__name__)
_PAGE = """<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>无法读取个人信息 / No key</title><h1>无法读取个人信息</h1><p>{zh}</p><p>没有显示任何内容。请告知系统管理员。</p>
<h1 lang="en">Personal data cannot be read</h1><p lang="en">{en}</p><p lang="en">Nothing was shown. Tell the administrator.</p></html>"""


class NoKey:
    """Middleware: KeyProblem of any view or template becomes a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """503 where a key is the matter."""
        if not isinstance(exception, KeyProblem):
            return None
        _LOG.error("no key: %s", exception.en)
        return HttpResponse(
            _PAGE.format(zh=escape(exception.zh), en=escape(exception.en)), status=503, content_type="text/html; charset=utf-8"
        )

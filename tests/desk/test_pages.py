"""The frame of every page: both languages, both themes, the policy of what may run."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from arrears.desk import catalog, clock
from arrears.desk.assets import VENDOR, icon_names
from arrears.desk.clock import ZONE
from arrears.desk.journal.services import record

DESK = Path(catalog.HERE)
TEMPLATES = sorted(DESK.rglob("*.html"))


@pytest.mark.django_db
def test_today_in_chinese(lead: Any, signed_in: Any) -> None:
    page = signed_in(lead).get("/").content.decode()
    assert '<html lang="zh-Hans"' in page
    assert "今天还没有动态" in page
    assert "王敏" in page


@pytest.mark.django_db
def test_today_in_english(lead: Any, signed_in: Any) -> None:
    page = signed_in(lead).get("/", headers={"accept-language": "en-GB"}).content.decode()
    assert '<html lang="en"' in page
    assert "Nothing has happened yet today" in page


@pytest.mark.django_db
def test_language_is_chosen_and_kept(lead: Any, signed_in: Any) -> None:
    browser = signed_in(lead)
    assert browser.post(reverse("set_language"), {"language": "en", "next": "/"}).status_code == 302
    assert "Nothing has happened yet today" in browser.get("/").content.decode()


@pytest.mark.django_db
def test_theme_is_chosen_and_kept(lead: Any, signed_in: Any) -> None:
    browser = signed_in(lead)
    browser.post(reverse("set_theme"), {"theme": "dark", "next": "/"})
    assert 'data-bs-theme="dark"' in browser.get("/").content.decode()


@pytest.mark.django_db
def test_choice_never_leads_to_another_site(lead: Any, signed_in: Any) -> None:
    assert signed_in(lead).post(reverse("set_theme"), {"theme": "dark", "next": "https://elsewhere.example/"}).url == "/"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/account/login/", "/no-such-page", "/account/signup/"])
def test_policy_allows_nothing_inline(address: str, lead: Any, signed_in: Any) -> None:
    policy = signed_in(lead).get(address)["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
@pytest.mark.parametrize(("now", "late"), [("2026-11-24T07:59:00+08:00", False), ("2026-11-24T08:00:00+08:00", True)])
def test_page_says_from_eight_that_yesterdays_close_is_not_here(now: str, late: bool, lead: Any, signed_in: Any) -> None:
    with clock.at(dt.datetime.fromisoformat(now)):
        record("close_taken", clock.now(), data={"close_on": "2026-11-22"})
        page = signed_in(lead).get("/").content.decode()
    assert "数据截至 11-22 日终" in page
    assert ("昨日日终到达之前" in page) is late


@pytest.mark.django_db
def test_close_of_yesterday_is_not_late(lead: Any, signed_in: Any) -> None:
    with clock.at(dt.datetime(2026, 11, 24, 12, tzinfo=ZONE)):
        record("close_taken", clock.now(), data={"close_on": "2026-11-23"})
        assert "desk-band" not in signed_in(lead).get("/").content.decode()


@pytest.mark.django_db
def test_missing_page_says_what_to_do() -> None:
    answer = Client(headers={"accept-language": "zh-CN"}).get("/no-such-page")
    assert answer.status_code == 404
    assert "没有这个页面" in answer.content.decode()


def test_mistake_of_ours_is_a_page_without_the_database() -> None:
    from django.test import RequestFactory

    from arrears.desk.pages import failed

    answer = failed(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "出错了" in answer.content.decode()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(DESK).as_posix())
def test_template_holds_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"\sstyle\s*=|<style|\son[a-z]+\s*=|hx-on|javascript:|<script(?![^>]*\bsrc=)(?![^>]*application/json)", text) == []


def test_charts_draw_their_tooltips_themselves() -> None:
    """The library's HTML tooltip writes inline styles, which the policy blocks."""
    scripts = [path for path in DESK.rglob("static/**/*.js") if VENDOR not in path.parents]
    drawn = [path for path in scripts if "tooltip" in path.read_text(encoding="utf-8")]
    assert [path.name for path in drawn if "richText" not in path.read_text(encoding="utf-8")] == []


def test_every_icon_of_a_template_is_in_the_set() -> None:
    used = {name for path in TEMPLATES for name in re.findall(r'{%\s*icon "([a-z0-9-]+)"', path.read_text(encoding="utf-8"))}
    assert used - set(icon_names()) == set()


def test_every_text_is_translated() -> None:
    assert catalog.missing() == []

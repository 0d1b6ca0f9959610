"""What templates write: icons, money, days. Numbers and days are formatted by Babel in the language of the page.

{% icon "phone" %}            an icon of the set; its name stands in desk/icons.txt
{{ row.overdue_fen|money }}   ¥3,260.00
{{ day|long_day }}            2026年11月23日 周一
{{ day|short_day }}           11-23 (dense tables)
{{ at|moment }}               11-23 09:05
"""

from __future__ import annotations

import datetime as dt

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language

register = template.Library()


def _locale() -> Locale:
    return Locale.parse("zh_Hans_CN" if (get_language() or "zh").startswith("zh") else "en_GB")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One icon; with a label it is read out, without one it is an ornament of the word beside it."""
    if label:
        words = '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"></use></svg>'
        return format_html(words, label, static("vendor/icons.svg"), name)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("vendor/icons.svg"), name)


@register.filter
def money(fen: int | None) -> str:
    """Minor units as money of the lender; a dash where there is none."""
    if fen is None:
        return "–"
    from decimal import Decimal

    return format_currency(Decimal(fen).scaleb(-2), "CNY", locale=_locale(), format="¤#,##0.00;-¤#,##0.00").replace("CN¥", "¥")


@register.filter
def count(number: int | None) -> str:
    """A whole number with its thousands parted."""
    return "–" if number is None else format_decimal(number, locale=_locale())


@register.filter
def long_day(day: dt.date | None) -> str:
    """A day in running text."""
    if day is None:
        return "–"
    locale = _locale()
    return format_date(day, "y年M月d日 EEE" if locale.language == "zh" else "EEE d MMM y", locale=locale)


@register.filter
def short_day(day: dt.date | None) -> str:
    """A day in a dense table; give the whole one as its title."""
    return "–" if day is None else f"{day:%m-%d}"


@register.filter
def moment(at: dt.datetime | None) -> str:
    """Day and time of an instant, in the zone of the law."""
    return "–" if at is None else f"{localtime(at):%m-%d %H:%M}"

"""From the text of a value to the value, by its unit. No float anywhere: a number is an int or an exact fraction."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from arrears.kernel.problems import Both


class Bucket(NamedTuple):
    """One bucket of days past due: its name and the first day that belongs to it; it ends where the next begins."""

    name: str
    from_days: int


Value = int | bool | str | dt.date | Fraction | tuple[str, ...] | tuple[int, ...] | tuple[Bucket, ...] | Mapping[str, str] | None
"""None: no such rule on that day (not yet, or ended)."""


class BadValue(ValueError):
    """The text does not fit the unit; `allowed` says what does, in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        self.allowed = Both(en, zh)
        super().__init__(en)


class UnquotedFloat(BadValue):
    """A number with a decimal point was written without quotes, so the reader would have to round it."""


_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")
# Sixteen digits fit an int64 with room to spare, and no text can ask for a number without end.
_WHOLE = re.compile(r"-?[0-9]{1,16}")
_DECIMAL = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?")
# Some laws speak in thirds, which no decimal says exactly.
_PARTS = re.compile(r"[0-9]{1,12}/[1-9][0-9]{0,11}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _whole(raw: object) -> int:
    # A bool is an int to Python; to a reader of a pack it is not.
    if not isinstance(raw, bool) and isinstance(raw, int | str) and _WHOLE.fullmatch(str(raw)):
        return int(raw)
    raise BadValue('a whole number in quotes, for example "30"', '带引号的整数，例如 "30"')


def _ratio(raw: object) -> Fraction:
    if not isinstance(raw, bool) and isinstance(raw, int | str) and (_DECIMAL.fullmatch(str(raw)) or _PARTS.fullmatch(str(raw))):
        return Fraction(str(raw))
    raise BadValue('a quoted decimal, a ratio and not percent, for example "0.24"', '带引号的小数（比例，非百分数），例如 "0.24"')


def _bool(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    raise BadValue("true or false, without quotes", "true 或 false，不带引号")


def _word(raw: object) -> str:
    if isinstance(raw, str) and raw.strip():
        return raw
    raise BadValue("a word", "一个词")


def _clock(raw: object) -> str:
    if isinstance(raw, str) and _CLOCK.fullmatch(raw):
        return raw
    raise BadValue('a quoted time "HH:MM" from "00:00" to "24:00"', '带引号的时间 "HH:MM"，"00:00" 至 "24:00"')


def _date(raw: object) -> dt.date:
    allowed = BadValue('a date "YYYY-MM-DD" that the calendar has', '日历上存在的日期 "YYYY-MM-DD"')
    if type(raw) is dt.date:
        return raw
    if not (isinstance(raw, str) and _DATE.fullmatch(raw)):
        raise allowed
    try:
        return dt.date.fromisoformat(raw)
    except ValueError as error:
        raise allowed from error


def _words(raw: object) -> tuple[str, ...]:
    # An empty list says that nothing passes.
    if isinstance(raw, list):
        return tuple(_word(each) for each in raw)
    raise BadValue("a list of words", "词的列表")


def _day_counts(raw: object) -> tuple[int, ...]:
    if isinstance(raw, list) and raw:
        return tuple(_whole(each) for each in raw)
    raise BadValue('a list of whole numbers in quotes, for example ["180", "90"]', '带引号整数的列表，例如 ["180", "90"]')


def _buckets(raw: object) -> tuple[Bucket, ...]:
    allowed = BadValue('a list of {name: NAME, from: "DAYS"}', '{name: 名称, from: "天数"} 的列表')
    if not isinstance(raw, list) or not raw:
        raise allowed
    if any(not isinstance(each, dict) or each.keys() != {"name", "from"} for each in raw):
        raise allowed
    return tuple(Bucket(_word(each["name"]), _whole(each["from"])) for each in raw)


def _window(raw: object) -> Mapping[str, str]:
    if not isinstance(raw, dict) or raw.keys() != {"opens", "closes"}:
        raise BadValue('{opens: "HH:MM", closes: "HH:MM"}', '{opens: "HH:MM", closes: "HH:MM"}')
    opens, closes = _clock(raw["opens"]), _clock(raw["closes"])
    if opens >= closes:
        raise BadValue("opens before closes", "opens 早于 closes")
    return MappingProxyType({"opens": opens, "closes": closes})


UNITS: dict[str, Callable[[object], Value]] = {
    "int": _whole,
    "hours": _whole,
    "days": _whole,
    "workdays": _whole,
    "months": _whole,
    "years": _whole,
    "fen": _whole,
    "ratio": _ratio,
    "bool": _bool,
    "date": _date,
    "choice": _word,
    "list": _words,
    "days_list": _day_counts,
    "buckets": _buckets,
    "local_time": _clock,
    "local_time_window": _window,
}


def is_unit(raw: object) -> bool:
    """Say whether what stands in a pack names a unit."""
    return isinstance(raw, str) and raw in UNITS


def _has_float(raw: object) -> bool:
    if isinstance(raw, dict):
        return any(_has_float(each) for each in raw.values())
    if isinstance(raw, list):
        return any(_has_float(each) for each in raw)
    return isinstance(raw, float)


def parse_value(unit: str, raw: object) -> Value:
    """Turn what stands in a pack into a value.

    Parameters
    ----------
    unit : a key of `UNITS`
    raw : a YAML scalar, list or mapping; None means that the rule ended

    Returns
    -------
    int (also hours, days, workdays, months, years, fen), Fraction (ratio), bool, date, str (choice, local_time), tuple of
    str (list), tuple of int (days_list), tuple of `Bucket`, read-only mapping opens/closes, or None.

    Raises
    ------
    UnquotedFloat, BadValue
    """
    if _has_float(raw):
        raise UnquotedFloat('a quoted decimal, for example "0.24"', '带引号的小数，例如 "0.24"')
    return None if raw is None else UNITS[unit](raw)


def value_text(value: Value) -> str:
    """Write a value as a person reads it: ratios as decimals, buckets with both edges, lists in order.

    Parameters
    ----------
    value : a value of any unit

    Returns
    -------
    Text; "no rule" for None, "none" for a list of nothing.
    """
    if value is None:
        return "no rule"
    if value == ():
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction):
        decimal = Decimal(value.numerator) / Decimal(value.denominator)
        return format(decimal, "f") if Fraction(decimal) == value else str(value)
    if isinstance(value, Mapping):
        return f"{value['opens']}-{value['closes']}"
    if isinstance(value, tuple):
        return ", ".join(_parts_text(value))
    return str(value)


def _parts_text(parts: tuple[str, ...] | tuple[int, ...] | tuple[Bucket, ...]) -> list[str]:
    texts = []
    for place, part in enumerate(parts):
        if not isinstance(part, Bucket):
            texts.append(str(part))
            continue
        following = parts[place + 1] if place + 1 < len(parts) else None
        last = following.from_days - 1 if isinstance(following, Bucket) else None
        edge = f"{part.from_days}+" if last is None else f"{part.from_days}" if last == part.from_days else f"{part.from_days}-{last}"
        texts.append(f"{part.name} {edge}")
    return texts


def plain_value(value: Value) -> object:
    """Return a value as JSON can hold it: a ratio as its text, a window and buckets as mappings, a date as YYYY-MM-DD.

    Parameters
    ----------
    value : a value of any unit

    Returns
    -------
    None, bool, int, str, list or dict.
    """
    if isinstance(value, Fraction):
        return value_text(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple):
        return [part._asdict() if isinstance(part, Bucket) else part for part in value]
    return value

"""Each cell of a row, checked and in our form; the first fault of a row sends it out."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from arrears.desk.people import normal
from arrears.desk.people.files.tables import TABLES, Field
from arrears.desk.people.tricks import ALLOWED, trick
from arrears.kernel.ids import check_part

_TRUE = frozenset({"true", "1", "yes", "y", "是", "有", "t"})
_FALSE = frozenset({"false", "0", "no", "n", "否", "无", "f"})
_DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_EMAIL = re.compile(r"[^@\s<>\"(),:;\\]{1,64}@[A-Za-z0-9\u4e00-\u9fff.-]{1,190}\.[A-Za-z\u4e00-\u9fff-]{2,24}")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_IDENTITY = re.compile(r"\d{17}[\dX]|\d{15}|[A-Z0-9]{6,20}")


@dataclass(frozen=True)
class Fault:
    """Why a row does not come in."""

    field: str
    reason: str
    allowed: str


class _BadCell(Exception):
    def __init__(self, reason: str, allowed: str) -> None:
        super().__init__(reason)
        self.reason, self.allowed = reason, allowed


def checked(table: str, told: dict[str, str]) -> dict[str, Any] | Fault:
    """A row of text in our types, empty cells as None; or its first fault. Values are not repeated in a fault: they are personal."""
    if "" in told:
        return Fault("", f"it has {told['']}", "as many cells as the header")
    out: dict[str, Any] = {}
    for name, field in TABLES[table].items():
        text = told.get(name, "")
        if not text:
            if field.needed:
                return Fault(name, "it is empty", _allowed(field))
            out[name] = None
            continue
        try:
            out[name] = _value(field, text)
        except _BadCell as error:
            return Fault(name, error.reason, error.allowed)
    return out


def _allowed(field: Field) -> str:
    if field.among:
        return ", ".join(field.among)
    return {
        "id": "an id without / and blanks around it", "day": "a day such as 2026-11-24", "bool": "true or false", "clock": "HH:MM",
        "number": "a number such as 120.155", "whole": "a whole number", "phone": "5 to 15 digits",
        "email": "a mailbox such as a@example.com",
        "identity": "18 characters, 15 digits, or the number of a passport",
    }.get(field.kind, f"{ALLOWED}; at most {field.limit} characters")  # fmt: skip


def _value(field: Field, text: str) -> Any:
    found = _READERS[field.kind](field, text)
    if found is None:
        raise _BadCell(f"it is no {field.kind}", _allowed(field))
    return found


def _read_text(field: Field, text: str) -> str:
    told = normal.plain(text)
    why = trick(told)
    if why:
        raise _BadCell(why, ALLOWED)
    if len(told) > field.limit:
        raise _BadCell(f"it has {len(told)} characters", f"at most {field.limit}")
    return told


def _read_name(field: Field, text: str) -> str:
    told = _read_text(field, text)
    if any(each.isdigit() for each in told) or not any(each.isalpha() for each in told):
        raise _BadCell("it holds digits, or no letter", "a name")
    if len(told) > 80:
        raise _BadCell(f"it has {len(told)} characters", "at most 80")
    return told


def _read_id(field: Field, text: str) -> str | None:
    why = trick(text)
    if why or len(text) > 64:
        raise _BadCell(why or f"it has {len(text)} characters", f"{ALLOWED}; at most 64 characters")
    try:
        return check_part("id", text)
    except ValueError:
        return None


def _read_phone(field: Field, text: str) -> str | None:
    if re.search(r"[^\d\s+()（）\-－—.]", normal.wide(text)):
        return None
    digits = normal.phone(text)
    return digits if 5 <= len(digits) <= 15 else None


def _read_email(field: Field, text: str) -> str | None:
    told = normal.email(text)
    return told if _EMAIL.fullmatch(told) and not trick(told) and ".." not in told else None


def _read_identity(field: Field, text: str) -> str | None:
    told = normal.identity(text)
    return told if _IDENTITY.fullmatch(told) else None


def _read_day(field: Field, text: str) -> dt.date | None:
    found = _DAY.fullmatch(normal.wide(text))
    try:
        day = dt.date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
    return day if day and 1900 <= day.year <= 2199 else None


def _read_bool(field: Field, text: str) -> bool | None:
    told = normal.wide(text).lower()
    return True if told in _TRUE else False if told in _FALSE else None


def _read_number(field: Field, text: str) -> float | None:
    told = normal.wide(text)
    return float(told) if re.fullmatch(r"-?\d{1,3}(\.\d{1,12})?", told) else None


def _read_whole(field: Field, text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,18}", text) else None


def _read_choice(field: Field, text: str) -> str | None:
    return text if text in field.among else None


def _read_channels(field: Field, text: str) -> list[str] | None:
    told = [each for each in re.split(r"[\s,;|、，]+", text) if each]
    return told if told and set(told) <= set(field.among) else None


def _read_clock(field: Field, text: str) -> str | None:
    return text if _CLOCK.fullmatch(text) else None


_READERS: dict[str, Any] = {
    "id": _read_id, "text": _read_text, "name": _read_name, "phone": _read_phone, "email": _read_email, "identity": _read_identity,
    "day": _read_day, "bool": _read_bool, "number": _read_number, "whole": _read_whole, "choice": _read_choice, "channels": _read_channels,
    "clock": _read_clock,
}  # fmt: skip

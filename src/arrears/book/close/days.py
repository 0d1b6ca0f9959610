"""Which days there are to close, and what must not have changed since the last one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from arrears.book.store import Book, BookError
from arrears.kernel.days import month_end
from arrears.law.values import Law


def settings_of(law: Law) -> dict[str, list[list[str]]]:
    """Every value in force or to come: id -> [first day, value], as text."""
    series = {name: law.series(name).values for name in sorted(law.entries)}
    return {name: [[str(start or ""), str(value)] for start, value in values] for name, values in series.items()}


def check_settings(manifest: Mapping[str, Any], law: Law, previous: dt.date) -> None:
    """Refuse a value that would change a day already closed: a changed setting holds from a day to come (S025)."""
    for name, new in settings_of(law).items():
        old = manifest["settings"].get(name, new)
        changed = [pair for pair in [*old, *new] if (pair in old) != (pair in new)]
        early = [start for start, _ in changed if not start or start <= previous.isoformat()]
        if early:
            raise BookError(f"{name} was changed from {min(early) or 'the start'}, but {previous} is closed already. Date it later.")


def days_to_close(book: Book, through: dt.date) -> list[dt.date]:
    """Days that `--through` closes, in order: each day after CURRENT, or each month end of a book of months.

    Before the first close only `through` itself: history up to the opening needs no closes of its own.
    """
    last = book.current
    if last is None:
        return [through]
    days = [last + dt.timedelta(days=n) for n in range(1, (through - last).days + 1)]
    return [day for day in days if day == month_end(day)] if book.settings.monthly else days


def check_order(book: Book, on: dt.date) -> bool:
    """Is `on` the next day to close. False when it is closed already; refused when a day lies between."""
    last = book.current
    if last is None:
        return True
    if on == last:
        return False
    if on < last:
        raise BookError(f"{on} is before the last close, {last}. A correction is a backdated event; the next close replays it.")
    due = days_to_close(book, on)
    if due and due[0] != on:
        raise BookError(f"the close of {due[0]} is missing before {on}. Use --through {on} to catch up day by day.")
    if not due:
        raise BookError(f"{on} is no month end, and this Book closes by months.")
    return True

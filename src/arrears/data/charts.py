"""The figures behind a report's charts, small enough to draw: bucket flow, roll rates and vintage curves as plain data."""

from __future__ import annotations

import datetime as dt
from typing import Any

from arrears.book.door import Door
from arrears.data.moves import roll_rates, standing, vintage
from arrears.data.source import Book, Day, closed_on, door_of, month_ends
from arrears.data.tables import loans

LATE_DAYS = 30
_MONTHS = 12  # of roll rates, and month ends of the flow
_CLOSES = 14  # of the flow, in a book too young for months
_LONG_YEARS = 2  # vintages by quarter up to here, by year beyond


def charts(book: Book, as_of: Day | None = None) -> dict[str, Any]:
    """Gather what a report draws beside its sums.

    Parameters
    ----------
    book, as_of : as in `arrears.data.positions`

    Returns
    -------
    Plain dict, money in minor units:
    flow: a list by day: on, places (bucket or end -> loans, principal, overdue); the last 13 month ends, or the last 14 closes of a
    book with fewer than 6, and always as_of itself;
    roll: first, last, months, rows (from, loans, principal, to: place -> loans); the last 12 months together, first null without any;
    vintage: by, late_days, curves (vintage, loans, principal, points: months, late_loans, charged_off).

    Errors: as in `arrears.data.positions`.
    """
    door = door_of(book)
    day = closed_on(door, as_of)
    return {"flow": _flow(door, day), "roll": _roll(door, day), "vintage": _vintage(door, day)}


def _flow(door: Door, day: dt.date) -> list[dict[str, Any]]:
    ends = month_ends(door, day)
    if len(ends) < _MONTHS // 2:
        days = [each for each in door.closes() if each <= day][-_CLOSES:]
    else:
        days = sorted({*ends[-_MONTHS - 1 :], day})
    found: dict[dt.date, dict[str, dict[str, int]]] = {each: {} for each in days}
    for row in standing(door, days).to_pyarrow().to_pylist():
        found[row["month_on"]][row["place"]] = {
            "loans": row["loans"],
            "principal": row["principal_fen"],
            "overdue": row["overdue_fen"],
        }
    return [{"on": each.isoformat(), "places": places} for each, places in found.items()]


def _roll(door: Door, day: dt.date) -> dict[str, Any]:
    ends = month_ends(door, day)[-_MONTHS - 1 :]
    if len(ends) < 2:
        return {"first": None, "last": None, "months": 0, "rows": []}
    found: dict[str, dict[str, Any]] = {}
    for row in roll_rates(door, day, first=ends[0]).to_pyarrow().to_pylist():
        start = {"from": row["from_place"], "loans": row["from_loans"], "principal": row["from_principal_fen"], "to": {}}
        found.setdefault(row["from_place"], start)["to"][row["to_place"]] = row["loans"]
    return {
        "first": ends[0].isoformat(),
        "last": ends[-1].isoformat(),
        "months": len(ends) - 1,
        "rows": [found[name] for name in sorted(found)],
    }


def _vintage(door: Door, day: dt.date) -> dict[str, Any]:
    terms = loans(door, day)
    first, last = terms.aggregate(first=terms.disbursed_on.min(), last=terms.disbursed_on.max()).to_pyarrow().to_pylist()[0].values()
    by = "year" if first and (last - first).days > _LONG_YEARS * 366 else "quarter"
    curves: dict[str, dict[str, Any]] = {}
    rows = vintage(door, day, by=by, late_days=LATE_DAYS).order_by("vintage_on", "month_count").to_pyarrow().to_pylist()
    for row in rows:
        name = row["vintage_on"].isoformat()
        whole = {"vintage": name, "loans": row["loans"], "principal": row["terms_principal_fen"], "points": []}
        curve = curves.setdefault(name, whole)
        curve["points"].append(
            {"months": row["month_count"], "loans": row["loans"], "late_loans": row["late_loans"], "charged_off": row["charged_off_fen"]}
        )
    return {"by": by, "late_days": LATE_DAYS, "curves": list(curves.values())}

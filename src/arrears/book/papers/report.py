"""The report of a close: totals, buckets, classes and what moved since the month before. Columns in, sums out.

`report_page.py` draws it as a page of HTML.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.door import Door
from arrears.book.papers.figures import Pen
from arrears.book.papers.report_figures import data_line
from arrears.book.papers.sheet import Page, bar, grid, heading, line
from arrears.book.papers.words import say
from arrears.kernel.days import month_end

ENDED = {"SETTLED": "paid_off", "WRITTEN_OFF": "charged_off", "TRANSFERRED": "transferred"}
_SUMS = ("loans", "principal", "overdue")
_NEEDED = (
    "loan_id", "state", "bucket", "recency_bucket", "five_class", "principal_fen", "overdue_interest_fen", "overdue_principal_fen",
    "received_fen", "history_paid_fen", "charged_off_fen", "proceeds_fen", "recovered_fen", "penalty_posted_fen", "penalty_paid_fen",
    "penalty_waived_fen", "resumed_on", "cured_on",
)  # fmt: skip


def report(door: Door, on: dt.date | None = None, asked_on: dt.date | None = None) -> dict[str, Any]:
    """Sum the Book at the end of a closed day; other programs rely on these names.

    Parameters
    ----------
    door : the Book
    on : a day that was closed; the last close unless told otherwise
    asked_on : the day on which it is asked, to tell how old the data are

    Returns
    -------
    Plain dict, money in minor units of `currency`:
    as_of; currency;
    data: close, state ("complete": only whole closes can be read), last_close, asked_on, age_days (nights that could have been closed
    since; null without asked_on) (S159);
    totals: loans, open (neither settled, written off nor transferred), paid_off, charged_off, payments (received, with what was
    paid before the opening), charged_off_principal, collateral_proceeds, recoveries, principal and overdue (interest + principal)
    of open loans, penalty_owed (posted less paid and waived, open loans);
    buckets, recency_buckets: bucket -> loans, principal, overdue of open loans, in the order of the market's edges;
    classes: "1" to "5" -> the same;
    roll: from, to, loans, principal (as it stood at the earlier close): every open loan then, and every loan that is new since;
    roll_from: the earlier close, the month end before, else the close before, else null;
    month: first, resumed, cured (loans that resumed payment or were cured in the month so far), by_bucket: the bucket at the earlier
    close -> loans then, resumed, cured, received (since that close), recovered (after charge-off) (S163).

    Errors: BookError where the Book has no such close.
    """
    day = on or door.current
    table = _positions(door, day, _NEEDED)
    live = table.filter(pc.equal(table["ended"], ""))
    names = bucket_names(door, day)
    before = _earlier_close(door, day)
    moved = _moved(door, table, before)
    return {
        "as_of": day.isoformat(),
        "currency": door.book.settings.currency,
        "data": data_state(door, day, asked_on),
        "totals": _totals(table, live),
        "buckets": _by(live, "bucket", names),
        "recency_buckets": _by(live, "recency_bucket", names),
        "classes": _by(live, "class", ["1", "2", "3", "4", "5"]),
        "roll": _roll(moved, [*names, *ENDED.values(), "new"]),
        "roll_from": before.isoformat() if before else None,
        "month": _month(moved, day, names),
    }


def data_state(door: Door, day: dt.date, asked_on: dt.date | None = None) -> dict[str, Any]:
    """Return of which close the data are and how old, as in `report`; BookError where its manifest cannot be read."""
    told = door.manifest(day)
    last = door.closes()[-1]
    # on the morning after the last close nothing is missing yet
    age = max((asked_on - dt.timedelta(days=1) - day).days, 0) if asked_on else None
    return {
        "close": told["day"],
        "state": "complete",
        "last_close": last.isoformat(),
        "asked_on": asked_on.isoformat() if asked_on else None,
        "age_days": age,
    }


def bucket_names(door: Door, day: dt.date) -> list[str]:
    """Return the names of the market's buckets in order of their days (house bucket.market)."""
    steps: Any = door.law.at(f"buckets.{door.law.word_at('bucket.market', day)}", day)
    return [step.name for step in steps]


def _positions(door: Door, day: dt.date, names: Sequence[str]) -> pa.Table:
    """Positions with `overdue`, `class` and `ended` ("" while the loan is open, else how it ended)."""
    table = door.positions(day, columns=names)
    table = table.append_column("ended", _ended(table["state"]))
    table = table.append_column("overdue", pc.add(table["overdue_interest_fen"], table["overdue_principal_fen"]))
    return table.append_column("class", pc.cast(table["five_class"], pa.string()))


def _ended(state: pa.ChunkedArray) -> pa.ChunkedArray:
    found = pc.index_in(state, pa.array(list(ENDED)))
    return pc.fill_null(pc.take(pa.array(list(ENDED.values())), found), "")


def _sum(column: pa.ChunkedArray) -> int:
    return int(pc.sum(column).as_py() or 0)


def _totals(table: pa.Table, live: pa.Table) -> dict[str, int]:
    def ended(how: str) -> int:
        return _sum(pc.equal(table["ended"], how))

    penalty = _sum(live["penalty_posted_fen"]) - _sum(live["penalty_paid_fen"]) - _sum(live["penalty_waived_fen"])
    return {
        "loans": table.num_rows,
        "open": live.num_rows,
        "paid_off": ended("paid_off"),
        "charged_off": ended("charged_off"),
        "payments": _sum(table["received_fen"]) + _sum(table["history_paid_fen"]),
        "charged_off_principal": _sum(table["charged_off_fen"]),
        "collateral_proceeds": _sum(table["proceeds_fen"]),
        "recoveries": _sum(table["recovered_fen"]),
        "principal": _sum(live["principal_fen"]),
        "overdue": _sum(live["overdue"]),
        "penalty_owed": penalty,
    }


def _by(live: pa.Table, key: str, names: Sequence[str]) -> dict[str, dict[str, int]]:
    """Sums by the value of a column; every name stands there, also with no loan."""
    grouped = live.group_by(key).aggregate([("loan_id", "count"), ("principal_fen", "sum"), ("overdue", "sum")])
    found = {row[key]: row for row in grouped.to_pylist()}
    out = {}
    for name in [*names, *sorted(set(found) - set(names))]:
        row = found.get(name, {"loan_id_count": 0, "principal_fen_sum": 0, "overdue_sum": 0})
        out[name] = dict(zip(_SUMS, (row["loan_id_count"], row["principal_fen_sum"], row["overdue_sum"]), strict=True))
    return out


def _earlier_close(door: Door, day: dt.date) -> dt.date | None:
    """The close of the month end before `day`; where it was not closed, the close before `day`."""
    wished = month_end(day.replace(day=1) - dt.timedelta(days=1))
    closes = [each for each in door.closes() if each < day]
    return wished if wished in closes else (closes[-1] if closes else None)


def _moved(door: Door, table: pa.Table, before: dt.date | None) -> pa.Table | None:
    """Where each loan stood then and stands now: from, to, principal, resumed_on, cured_on, received, recovered. None without a then."""
    if before is None:
        return None
    sums = ("received", "recovered")
    names = ("loan_id", "state", "bucket", "principal_fen", "five_class", "overdue_interest_fen", "overdue_principal_fen")
    old = _positions(door, before, [*names, *[f"{name}_fen" for name in sums]])
    old = pa.table(
        {"loan_id": old["loan_id"], "from": _place(old), "old_principal": old["principal_fen"]}
        | {f"old_{name}": old[f"{name}_fen"] for name in sums}
    )
    now = pa.table(
        {"loan_id": table["loan_id"], "to": _place(table), "now_principal": table["principal_fen"]}
        | {name: table[name] for name in ("resumed_on", "cured_on")}
        | {f"now_{name}": table[f"{name}_fen"] for name in sums}
    )
    both = now.join(old, "loan_id", join_type="left outer")
    both = both.append_column("principal", pc.coalesce(both["old_principal"], both["now_principal"]))
    for name in sums:
        both = both.append_column(name, pc.subtract(both[f"now_{name}"], pc.fill_null(both[f"old_{name}"], 0)))
    return both.set_column(both.column_names.index("from"), "from", pc.fill_null(both["from"], "new"))


def _place(table: pa.Table) -> pa.ChunkedArray:
    """The bucket of an open loan, how it ended for another."""
    return pc.if_else(pc.equal(table["ended"], ""), table["bucket"], table["ended"])


def _roll(moved: pa.Table | None, order: Sequence[str]) -> list[dict[str, Any]]:
    if moved is None:
        return []
    over = pa.array(list(ENDED.values()))
    still = pc.and_(pc.is_in(moved["from"], over), pc.equal(moved["from"], moved["to"]))
    grouped = moved.filter(pc.invert(still)).group_by(["from", "to"]).aggregate([("loan_id", "count"), ("principal", "sum")]).to_pylist()
    rank = {name: place for place, name in enumerate(order)}
    rows = [{"from": row["from"], "to": row["to"], "loans": row["loan_id_count"], "principal": row["principal_sum"]} for row in grouped]
    return sorted(rows, key=lambda row: (rank.get(row["from"], 99), rank.get(row["to"], 99), row["from"], row["to"]))


def _month(moved: pa.Table | None, day: dt.date, names: Sequence[str]) -> dict[str, Any]:
    """Resumed and cured in the month so far: two numbers, also by the bucket of the earlier close, with what came in."""
    first = day.replace(day=1)
    out: dict[str, Any] = {"first": first.isoformat(), "resumed": 0, "cured": 0, "by_bucket": {}}
    if moved is None:
        return out
    for word in ("resumed", "cured"):
        since = pc.fill_null(pc.greater_equal(moved[f"{word}_on"], pa.scalar(first, pa.date32())), False)
        moved = moved.append_column(word, pc.cast(since, pa.int64()))
        out[word] = _sum(moved[word])
    counted = ("resumed", "cured", "received", "recovered")
    grouped = moved.group_by("from").aggregate([("loan_id", "count"), *[(name, "sum") for name in counted]]).to_pylist()
    found = {row["from"]: {"loans": row["loan_id_count"]} | {name: row[f"{name}_sum"] for name in counted} for row in grouped}
    for name in [*names, *ENDED.values(), "new"]:
        row = found.get(name)
        if row and (name in names or any(row[key] for key in counted)):
            out["by_bucket"][name] = row
    return out


def report_text(report: dict[str, Any], locale: str = "zh") -> Page:
    """Write a report for people: a Rich page, `str()` of it is plain text.

    Parameters
    ----------
    report : what `report` returned
    locale : "zh" or "en"
    """
    pen = Pen(report["currency"], locale)
    totals = report["totals"]
    counts = ("loans", "open", "paid_off", "charged_off")
    told = [(say(locale, f"total.{name}"), f"{totals[name]:,}" if name in counts else pen.money(totals[name])) for name in totals]
    parts: list[Any] = [
        line(say(locale, "report.title", day=pen.day(report["as_of"])), "bold"),
        *warnings(report["data"], pen),
        grid(("", ""), told, [1]),
        heading(say(locale, "report.buckets")),
        bucket_grid(report["buckets"], pen),
        heading(say(locale, "report.classes")),
        grid(
            [say(locale, f"head.{name}") for name in ("class", *_SUMS)],
            [(class_name(name, locale), f"{row['loans']:,}", pen.plain(row["principal"]), pen.plain(row["overdue"]))
             for name, row in report["classes"].items()],
            [1, 2, 3],
        ),
    ]  # fmt: skip
    month = report["month"]
    if report["roll"]:
        parts += [heading(say(locale, "report.roll", day=pen.day(report["roll_from"]))), _roll_grid(report["roll"], pen)]
    parts.append(line("\n" + say(locale, "report.month", resumed=f"{month['resumed']:,}", cured=f"{month['cured']:,}")))
    return Page(*parts)


def warnings(data: dict[str, Any], pen: Pen) -> list[Any]:
    """Return a line where the data are not of the last night that could have been closed, else none (S159)."""
    told = data_line(data, pen)
    return [line(f"{told.day} · {told.state}. {told.more}", "yellow")] if told.warns else []


def class_name(number: str, locale: str) -> str:
    """Return "2 关注": the number of the five-class and its name."""
    return f"{number} {say(locale, f'class.{number}')}"


def place_name(name: str, locale: str) -> str:
    """Return the name of a bucket, or the words for how a loan ended."""
    return say(locale, f"place.{name}") if name in {*ENDED.values(), "new"} else name


def bucket_grid(buckets: dict[str, dict[str, int]], pen: Pen) -> Any:
    """Return buckets as a table, each with a bar of its principal."""
    most = max([row["principal"] for row in buckets.values()], default=0)
    rows = [
        (name, f"{row['loans']:,}", pen.plain(row["principal"]), pen.plain(row["overdue"]), bar(row["principal"], most))
        for name, row in buckets.items()
    ]
    return grid([*[say(pen.locale, f"head.{name}") for name in ("bucket", *_SUMS)], ""], rows, [1, 2, 3])


def _roll_grid(roll: list[dict[str, Any]], pen: Pen) -> Any:
    heads = [say(pen.locale, f"head.{name}") for name in ("from", "to", "loans", "principal")]
    rows = [
        (place_name(row["from"], pen.locale), place_name(row["to"], pen.locale), f"{row['loans']:,}", pen.plain(row["principal"]))
        for row in roll
    ]
    return grid(heads, rows, [2, 3])

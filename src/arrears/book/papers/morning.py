"""The morning at a glance: what the last close says, and what is to be done today, in order."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from rich.padding import Padding

from arrears.book.door import Door
from arrears.book.papers.explain import explain_proposal
from arrears.book.papers.figures import Pen
from arrears.book.papers.report import class_name, report, warnings
from arrears.book.papers.report_bars import bucket_bars, flow_bars, move_bars, vintage_bars
from arrears.book.papers.sheet import ACCENT, Page, grid, heading, line
from arrears.book.papers.words import say

__all__ = ["explain_proposal", "morning", "morning_text"]

# What protects a person comes first, then what has a date, then people's work, then news.
ORDER = (
    "opened_in_error", "candidate_withdrawn", "refund_due", "credit_code_corrected", "cap_reached", "limitation_ends",
    "service_reminder", "overdue_notice",
    "promise_due", "plan_part_late", "credit_notice_due", "case_opens", "promise_broken", "promise_partly_kept", "plan_broken",
    "visit_candidate", "cured", "promise_kept", "promise_suspended", "plan_completed", "class_changed", "grace_ended",
    "lien_facts_missing",
)  # fmt: skip
_CANDIDATES = 5


def morning(door: Door, on: dt.date | None = None, asked_on: dt.date | None = None) -> dict[str, Any]:
    """Gather what a lender wants to see in the morning after a close.

    Parameters
    ----------
    door : the Book
    on : a day that was closed; the last close unless told otherwise
    asked_on : the day on which it is asked, to tell how old the data are

    Returns
    -------
    Plain dict: as_of, do_on (the morning it is for), currency, totals, buckets, classes, roll, roll_from, month, data (as in `report`);
    proposals: kind,
    count, amount, loans of each kind in the order in which they are worked on; candidates: the first visit candidates by
    overdue amount, rows of PROPOSALS with days as text; candidates_count; waiting, rejects: rows of the import that wait
    or left; refunds: loans, amount (credit of settled loans that is owed back).

    Errors: BookError where the Book has no such close.
    """
    day = on or door.current
    told = report(door, day, asked_on)
    proposals = door.proposals(day)
    candidates = proposals.filter(pc.equal(proposals["kind"], "visit_candidate"))
    first = candidates.sort_by([("overdue_fen", "descending"), ("loan_id", "ascending"), ("subject", "ascending")]).slice(0, _CANDIDATES)
    return {
        **{name: told[name] for name in ("as_of", "currency", "data", "totals", "buckets", "classes", "roll", "roll_from", "month")},
        "do_on": (day + dt.timedelta(days=1)).isoformat(),
        "proposals": _kinds(proposals),
        "candidates": [_plain(row) for row in first.to_pylist()],
        "candidates_count": candidates.num_rows,
        "waiting": door.waiting().num_rows,
        "rejects": _rejects(door),
        "refunds": _refunds(door, day),
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in row.items()}


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its days as days again."""
    return {name: dt.date.fromisoformat(value) if name.endswith("_on") and value else value for name, value in row.items()}


def _kinds(proposals: pa.Table) -> list[dict[str, Any]]:
    grouped = proposals.group_by("kind").aggregate([("proposal_id", "count"), ("amount_fen", "sum"), ("loan_id", "count_distinct")])
    rank = {kind: place for place, kind in enumerate(ORDER)}
    rows = [
        {"kind": row["kind"], "count": row["proposal_id_count"], "loans": row["loan_id_count_distinct"], "amount": row["amount_fen_sum"]}
        for row in grouped.to_pylist()
    ]
    return sorted(rows, key=lambda row: (rank.get(row["kind"], len(rank)), row["kind"]))


def _rejects(door: Door) -> int:
    file = door.book.root / "rejects.csv"
    if not file.exists():
        return 0
    with file.open(encoding="utf-8-sig") as handle:
        return max(sum(1 for _ in handle) - 1, 0)


def _refunds(door: Door, day: dt.date) -> dict[str, int]:
    positions = door.positions(day, columns=["state", "credit_fen"])
    owed = positions.filter(pc.and_(pc.equal(positions["state"], "SETTLED"), pc.greater(positions["credit_fen"], 0)))
    return {"loans": owed.num_rows, "amount": int(pc.sum(owed["credit_fen"]).as_py() or 0)}


def morning_text(morning: dict[str, Any], locale: str = "zh", charts: dict[str, Any] | None = None) -> Page:
    """Write the morning for people: a Rich page with bars; `str()` of it is plain text.

    Parameters
    ----------
    morning : what `morning` returned
    locale : "zh" or "en"
    charts : flow and vintage as `arrears.data.charts` gathers them, drawn as bars too
    """
    pen = Pen(morning["currency"], locale)
    totals = morning["totals"]
    parts: list[Any] = [
        line(say(locale, "morning.title", day=pen.day(morning["as_of"])), f"bold {ACCENT}"),
        *warnings(morning["data"], pen),
        line(
            say(
                locale,
                "morning.sums",
                loans=f"{totals['loans']:,}",
                open=f"{totals['open']:,}",
                principal=pen.money(totals["principal"]),
                overdue=pen.money(totals["overdue"]),
                penalty=pen.money(totals["penalty_owed"]),
            )
        ),
        heading(say(locale, "report.buckets")),
        bucket_bars(morning["buckets"], pen),
        line(_classes(morning["classes"], locale)),
        *_movement(morning, charts, pen),
        *_to_do(morning, pen),
        *_candidates(morning, pen),
        *_notes(morning, pen),
    ]
    return Page(*parts)


def _movement(morning: dict[str, Any], charts: dict[str, Any] | None, pen: Pen) -> list[Any]:
    """How the book moves: the month's rolls, and with the charts' figures the flow and the vintages."""
    if charts is None:
        return []
    late = list(morning["buckets"])[1:]
    return [*move_bars(morning, pen), *flow_bars(charts["flow"], late, pen), *vintage_bars(charts["vintage"], pen)]


def _classes(classes: dict[str, dict[str, int]], locale: str) -> str:
    told = " · ".join(f"{class_name(name, locale)} {row['loans']:,}" for name, row in classes.items())
    return "\n" + say(locale, "morning.classes", told=told)


def _to_do(morning: dict[str, Any], pen: Pen) -> list[Any]:
    title = heading(say(pen.locale, "morning.todo", day=pen.day(morning["do_on"])))
    if not morning["proposals"]:
        return [title, line(say(pen.locale, "morning.nothing"))]
    rows = [
        (say(pen.locale, f"kind.{row['kind']}"), f"{row['count']:,}", say(pen.locale, f"todo.{row['kind']}"))
        for row in morning["proposals"]
    ]
    return [title, grid([say(pen.locale, f"head.{name}") for name in ("proposal", "count", "todo")], rows, [1])]


def _candidates(morning: dict[str, Any], pen: Pen) -> list[Any]:
    if not morning["candidates"]:
        return []
    out: list[Any] = [heading(say(pen.locale, "morning.candidates", count=f"{morning['candidates_count']:,}"))]
    for row in morning["candidates"]:
        why = explain_proposal(_dated(row), pen.locale, pen.currency)
        out += [line(f"{row['loan_id']}  {pen.money(row['overdue_fen'])}", "bold"), Padding(line(why), (0, 0, 0, 2))]
    missing = [part for part in morning["candidates"][0]["missing"].split("+") if part and part != "open_promise_ended"]
    if missing:
        gap = "、" if pen.locale == "zh" else ", "
        out.append(line(say(pen.locale, "morning.missing", what=gap.join(say(pen.locale, f"missing.{part}") for part in missing)), "dim"))
    return out


def _notes(morning: dict[str, Any], pen: Pen) -> list[Any]:
    out = [say(pen.locale, f"morning.{name}", count=f"{morning[name]:,}") for name in ("waiting", "rejects") if morning[name]]
    refunds = morning["refunds"]
    if refunds["loans"]:
        out.append(say(pen.locale, "morning.refunds", count=f"{refunds['loans']:,}", amount=pen.money(refunds["amount"])))
    return [line("")] + [line(text) for text in out] if out else []

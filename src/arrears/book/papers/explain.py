"""A proposal in one sentence that a reader can recompute: inputs, threshold, arithmetic (S063)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from arrears.book.papers.figures import Pen
from arrears.book.papers.words import say

Row = dict[str, Any]
Told = dict[str, Any]


def _idle(row: Row) -> Told:
    """Days without progress, and days past due, with the days they are counted from."""
    raw = (row["close_on"] - row["anchor_on"]).days if row["anchor_on"] else 0
    return {
        "close": row["close_on"].isoformat(),
        "anchor": row["anchor_on"].isoformat() if row["anchor_on"] else "–",
        "raw": raw,
        "paused": row["paused_days"],
        "idle": row["no_progress_days"],
        "threshold": row["threshold"],
        **_late(row),
    }


def _late(row: Row) -> Told:
    oldest = row["oldest_due_on"]
    return {"close": row["close_on"].isoformat(), "oldest": oldest.isoformat() if oldest else "–", "dpd": row["dpd"]}


def _visit(row: Row, pen: Pen) -> str:
    told = _idle(row)
    trigger = row["subject"]
    if trigger == "T2":
        sign = ">" if row["overdue_fen"] > row["threshold"] else "≥"
        told |= {"overdue": pen.plain(row["overdue_fen"]), "limit": pen.plain(row["threshold"]), "sign": sign}
    told |= {"points": row["attitude_points"], "trigger": trigger}
    return say(pen.locale, f"why.visit.{trigger}", **told)


def _notice(row: Row, pen: Pen) -> str:
    due: dt.date = row["close_on"]
    return say(
        pen.locale,
        "why.overdue_notice",
        subject=row["subject"],
        due=due.isoformat(),
        amount=pen.plain(row["amount_fen"]),
        grace=row["threshold"],
        until=(due + dt.timedelta(days=row["threshold"])).isoformat(),
    )


def _dated(row: Row, pen: Pen) -> Told:
    """What most sentences need."""
    anchor = row["anchor_on"]
    return {
        **_idle(row),
        "subject": row["subject"],
        "amount": pen.plain(row["amount_fen"]),
        "overdue": pen.plain(row["overdue_fen"]),
        "limit": pen.plain(row["threshold"]),
        "do": row["do_on"].isoformat(),
        "before": row["before"] or "–",
        "after": row["after"] or "–",
        "left": (anchor - row["close_on"]).days if anchor else 0,
    }


def _withdrawn(row: Row, pen: Pen) -> str:
    reason = say(pen.locale, f"withdrawn.{row['missing'] or 'reason_gone'}")
    return say(pen.locale, "why.candidate_withdrawn", **_dated(row, pen), reason=reason)


def _liens(row: Row, pen: Pen) -> str:
    facts = [say(pen.locale, f"lien.{fact}") for fact in row["missing"].split("+")]
    return say(pen.locale, "why.lien_facts_missing", facts=say(pen.locale, "list.comma").join(facts))


_OWN: dict[str, Callable[[Row, Pen], str]] = {
    "visit_candidate": _visit,
    "overdue_notice": _notice,
    "candidate_withdrawn": _withdrawn,
    "lien_facts_missing": _liens,
}


def explain_proposal(row: Row, locale: str = "zh", currency: str = "CNY") -> str:
    """Say why a proposal stands there, with the numbers in the order in which one would check them.

    Parameters
    ----------
    row : a row of PROPOSALS (days as `datetime.date`)
    locale : "zh" or "en"
    currency : of the book

    Returns
    -------
    One sentence without the loan's name: "T1：2026-10-01 − 2026-09-01 = 30 天，…".
    """
    pen = Pen(currency, locale)
    own = _OWN.get(row["kind"])
    return own(row, pen) if own else say(locale, f"why.{row['kind']}", **_dated(row, pen))

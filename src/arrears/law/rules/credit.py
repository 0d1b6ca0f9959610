"""Days of the credit record that no close computes: the answer to a dispute, the one-time repair.

Source: cn.cr.dispute (S120), cn.cr.repair2025. Month-end codes and the five years are in `arrears.book.rules.status`.
"""

from __future__ import annotations

import datetime as dt

from arrears.kernel.days import add_months, month_end
from arrears.law.values import Law


def dispute_answer_by(raised_on: dt.date, law: Law) -> dt.date:
    """Return the last day on which the written answer to a disputed item is in time.

    Parameters
    ----------
    raised_on : the day of the objection; the item is marked on it
    law : its rule of that day is used

    Returns
    -------
    The day. TypeError where no rule was in force.
    """
    return raised_on + dt.timedelta(days=law.whole_at("cn.cr.dispute", raised_on))


def repair_hides_from(overdue_fen: int, arisen_on: dt.date, repaid_on: dt.date | None, asked_on: dt.date, law: Law) -> dt.date | None:
    """Return the day by which the one-time repair hides an overdue item.

    Parameters
    ----------
    overdue_fen : the item's amount
    arisen_on : the day on which it arose
    repaid_on : the day on which it was paid in full; None: not yet
    asked_on : the day whose rule is asked
    law : the packs

    Returns
    -------
    The day from which it is hidden: the policy's first one when it was paid early enough, else the end of the month after the
    payment. None: the repair does not reach it.
    """
    if repaid_on is None or law.at("cn.cr.repair2025", asked_on) is None:
        return None
    first, last, early, latest = (
        law.date_at(f"cn.cr.repair2025.{part}", asked_on) for part in ("arisen_from", "arisen_to", "repaid_first", "repaid_by")
    )
    if overdue_fen > law.whole_at("cn.cr.repair2025", asked_on) or not first <= arisen_on <= last or repaid_on > latest:
        return None
    began = law.entry("cn.cr.repair2025").values[0].from_on
    return began if began and repaid_on <= early else month_end(add_months(repaid_on, 1))

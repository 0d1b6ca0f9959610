"""By when a complaint is decided. Source: cn.complaint.deadline, house complaint.days and complaint.alert_days; S137."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from arrears.law.values import Law

STAGES = ("plain", "complex", "special")


@dataclass(frozen=True)
class Deadline:
    """One stage of a complaint.

    Attributes
    ----------
    stage : plain; complex (the reason is told); special (a senior person approves)
    due_on : the last day on which it is in time
    alert_on : the day on which a warning is due
    """

    stage: str
    due_on: dt.date
    alert_on: dt.date


def complaint_deadlines(received_on: dt.date, law: Law) -> tuple[Deadline, ...]:
    """Return the deadlines of the three stages, all counted from the day of receipt.

    Parameters
    ----------
    received_on : the day on which the complaint came in on any channel; calendar days count from the next one
    law : its settings of that day are used; a house may be quicker than the law, never slower

    Returns
    -------
    Three deadlines in the order of `STAGES`.
    """
    days = law.counts_at("complaint.days", received_on)
    ahead = dt.timedelta(days=law.whole_at("complaint.alert_days", received_on))
    due = [received_on + dt.timedelta(days=each) for each in days]
    return tuple(Deadline(stage, on, on - ahead) for stage, on in zip(STAGES, due, strict=True))

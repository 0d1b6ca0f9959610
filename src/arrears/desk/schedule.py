"""What runs when, without anybody asking. One table; the scheduler runs it, `arrears desk check` reads it.

    close    00:30   the close of the day before, then its taking
    send     09:00   what is due to be sent that day is queued; each permit is asked at the sending

A run that was missed (the machine was off) is caught up: closes day by day, a sending only on its own day and only inside the lawful hours
that each permit asks for anyway. A run that did not happen is an alarm, an event `run_missed`, once a day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One thing to do each day.

    Attributes
    ----------
    name : as it stands in the table of runs
    says : what it does
    at : when it is due, in the zone of the law
    until : after this it is not begun any more on that day; None: it is caught up on later days too, one by one
    alarm_after : how long after `at` it is an alarm that it has not happened
    task : the job of the queue that does it
    """

    name: str
    says: str
    at: dt.time
    until: dt.time | None
    alarm_after: dt.timedelta
    task: str


SCHEDULE: tuple[Line, ...] = (
    Line("close", "close yesterday and take the close", dt.time(0, 30), None, dt.timedelta(hours=7, minutes=30), "desk.close"),
    Line("send", "queue what is due to be sent today", dt.time(9, 0), dt.time(21, 0), dt.timedelta(hours=1), "desk.send_due"),
)

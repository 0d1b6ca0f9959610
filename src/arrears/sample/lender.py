"""The invented lender as a Book on disk: boarded at the opening, then lived night by night; stopped anywhere, it goes on.

`sample.json` beside the Book says what was asked for. A folder that holds another Book, or a sample of other figures, is refused.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.door import Batch, BookError, Closed, Door, ScheduleMaker, Settings
from arrears.kernel.days import day_number
from arrears.sample import people
from arrears.sample.invent import Asked, Lender, invent
from arrears.sample.story import OPENING, take_in

NAMED = "sample"  # what the batches of a sample call themselves
MARK = "sample.json"
VERSION = 1  # of the content that a seed gives

# A sample's events are made in memory, all days at once: about 15 bytes a loan and day.
MOST_LOANS, MOST_DAYS, MOST_LOAN_DAYS = 1_000_000, 3_660, 200_000_000
MOST_SEED = 2**63 - 1


class NotAllowed(ValueError):
    """A sample that is not made; the message says what is allowed and why."""


def check(loans: int, days: int, seed: int) -> None:
    """Hold what was asked to what can be made. Errors: NotAllowed."""
    if not 1 <= loans <= MOST_LOANS:
        raise NotAllowed(
            f"--loans {loans}: allowed are 1 to {MOST_LOANS:,}. The events of all days are made in memory, and the Book keeps "
            "a close a day; for a larger book there is the benchmark of the close, which makes its own"
        )
    if not 1 <= days <= MOST_DAYS:
        raise NotAllowed(f"--days {days}: allowed are 1 to {MOST_DAYS:,}, ten years of closes")
    if loans * days > MOST_LOAN_DAYS:
        most = MOST_LOAN_DAYS // loans
        raise NotAllowed(
            f"--loans {loans:,} with --days {days:,}: together at most {MOST_LOAN_DAYS:,} loan-days, because the events of all days "
            f"are made in memory, about 15 bytes a loan-day. With so many loans --days {most:,} is the most"
        )
    if not 0 <= seed <= MOST_SEED:
        raise NotAllowed(f"--seed {seed}: allowed are 0 to {MOST_SEED}")


def asked_for(loans: int, days: int, seed: int) -> Asked:
    """What was asked for, checked. Errors: NotAllowed."""
    check(loans, days, seed)
    return Asked(loans, days, seed, OPENING)


def open_or_make(root: Path, asked: Asked, story: bool) -> Door:
    """Open the Book of this sample, or make it, empty. Errors: NotAllowed where the folder holds anything else."""
    told = {**asdict(asked), "opening": asked.opening.isoformat(), "story": story, "version": VERSION}
    mark = root / MARK
    if mark.exists():
        if json.loads(mark.read_text(encoding="utf-8")) != told:
            raise NotAllowed(f"{root} holds a sample of other figures ({mark.read_text(encoding='utf-8').strip()}). Choose a new folder")
        return Door(root)
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise NotAllowed(f"{root} is not empty and holds no sample. Choose a new folder")
    door = Door.init(root, Settings(currency="CNY"))
    mark.write_text(json.dumps(told, sort_keys=True) + "\n", encoding="utf-8")
    return door


def is_finished(door: Door, asked: Asked) -> bool:
    """Is every day closed."""
    return door.book.current is not None and door.book.current >= asked.last


def live_through(door: Door, asked: Asked, story: bool, told: Callable[[dt.date], None] = lambda _: None) -> Lender | None:
    """Board the loans and live through the days: each night takes in what was recorded that day and closes it.

    Parameters
    ----------
    door : of `open_or_make`
    story : the ten borrowers of the story stand among the others
    told : called with each day that is closed

    Returns
    -------
    What was invented, None where nothing was left to do.
    """
    if is_finished(door, asked):
        return None
    lender = invented(door, asked)
    if story and not any(each.get("mapping") == "arrears" for each in door.batches()):
        take_in(door)
    if not any(each.get("mapping") == NAMED for each in door.batches()):
        door.take_batch(lender.base, {"mapping": NAMED, "as_of_on": asked.opening.isoformat()})
    people.write(door.book.root / people.FOLDER, asked.seed, lender.borrowers, asked.opening)
    if door.book.current is None:
        closed(door.close(asked.opening), asked.opening, told)
    _nights(door, asked, lender, told)
    return lender


def invented(door: Door, asked: Asked) -> Lender:
    """Invent the lender by the settings of its Book."""
    maker = ScheduleMaker(door.law, door.book.root / "house" / "calendar.csv")
    return invent(asked, maker, door.law.whole_at("limits.balance_flag_fen", asked.opening))


def _nights(door: Door, asked: Asked, lender: Lender, told: Callable[[dt.date], None]) -> None:
    """Every night that is left."""
    taken = {each["night"] for each in door.batches() if "night" in each}
    recorded = lender.events["close_on"].cast(pa.int32()).to_numpy()
    day = door.current + dt.timedelta(days=1)
    while day <= asked.last:
        first, stop = np.searchsorted(recorded, [day_number(day), day_number(day) + 1]).tolist()
        if day.isoformat() not in taken and stop > first:
            events = lender.events.slice(first, stop - first)
            none = lender.base
            door.take_batch(
                Batch(none.loans.slice(0, 0), none.schedule.slice(0, 0), none.opening_due.slice(0, 0), events),
                {"mapping": NAMED, "night": day.isoformat()},
            )
        closed(door.close(day), day, told)
        day += dt.timedelta(days=1)


def closed(done: Closed | None, day: dt.date, told: Callable[[dt.date], None]) -> None:
    """Tell of a closed day."""
    if done is not None:
        told(day)


def delinquent(door: Door, among: str) -> str:
    """The loan of `among` (a prefix of ids) that is overdue longest but for what is called in or written off; BookError where none is."""
    table = door.positions(columns=["loan_id", "state", "dpd", "penalty_paid_fen"])
    late = table.filter(pc.and_(pc.starts_with(table["loan_id"], among), pc.is_in(table["state"], pa.array(["DELINQUENT", "HIGH_RISK"]))))
    if not late.num_rows:
        raise BookError(f"no loan of the sample is overdue on {door.current}")
    rows: list[dict[str, Any]] = late.sort_by(
        [("penalty_paid_fen", "descending"), ("dpd", "descending"), ("loan_id", "ascending")]
    ).to_pylist()
    return str(rows[0]["loan_id"])

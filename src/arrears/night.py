"""The order of a night, one list: take events in, close, hand over, remove what is past its time.

Scores and treatments will stand between the close and the hand-over.

A scheduler calls `night` once after midnight with yesterday's day; the commands of `cli` call its steps one by one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from arrears.book.door import Closed, Door, Imported


@dataclass
class Night:
    """What a night was asked to do and what it did.

    Attributes
    ----------
    door, on : the Book, and the last day to close
    files, mapping : what arrived, and how to read it
    taken : the imports that brought something or had something to say
    closed : the closes, in order
    handed_over : proposals for people, by close
    pruned : closes whose positions were past their time
    """

    door: Door
    on: dt.date
    files: Sequence[Path] = ()
    mapping: str = "arrears"
    taken: list[Imported] = field(default_factory=list)
    closed: list[Closed] = field(default_factory=list)
    handed_over: dict[dt.date, int] = field(default_factory=dict)
    pruned: list[dt.date] = field(default_factory=list)


def take_events_in(night: Night) -> None:
    """Today's files, or else only what waited: an import tries the waiting events as well."""
    done = take_in(night.door, night.on, night.files, night.mapping)
    if done is not None:
        night.taken.append(done)


def close_missing_days(night: Night) -> None:
    """Every day since the last close, one by one, each complete before the next."""
    night.door.close_through(night.on, night.closed.append)


def hand_over(night: Night) -> None:
    """The proposals each close has written: what the next room reads by their deterministic ids."""
    night.handed_over.update({closed.day: night.door.proposals(closed.day).num_rows for closed in night.closed})


def remove_old_closes(night: Night) -> None:
    """Positions of daily closes past their time; what was known on such a day can be made again."""
    if night.closed:
        night.pruned.extend(night.door.prune())


ORDER: tuple[Callable[[Night], None], ...] = (take_events_in, close_missing_days, hand_over, remove_old_closes)


def night(door: Door, on: dt.date, files: Sequence[Path] = (), mapping: str = "arrears") -> Night:
    """Do a night, step by step in `ORDER`.

    Parameters
    ----------
    door : an open Book
    on : the day that has ended; days before it that were missed are closed first
    files, mapping : what arrived, and how to read it

    Returns
    -------
    What was done. Doing the same night again does nothing.

    Errors: those of the door; what was complete before stands.
    """
    done = Night(door, on, files, mapping)
    for step in ORDER:
        step(done)
    return done


def take_in(door: Door, on: dt.date, files: Sequence[Path] = (), mapping: str = "arrears") -> Imported | None:
    """Import files, or only try the waiting events again; None where there is neither."""
    if files:
        return door.import_files(files, mapping, on)
    return door.retry(on) if door.waiting().num_rows else None

"""What one rule of law or one setting of the house is, once read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from arrears.law.units import Value


@dataclass(frozen=True)
class Source:
    """Where a value comes from: instrument, clause, how the clause is known (seen | inferred | memory), a note in both languages."""

    instrument: str
    clause: str = ""
    clause_is: str = ""
    note: str = ""
    note_zh: str = ""

    def __str__(self) -> str:
        clause = f", {self.clause}" if self.clause else ""
        known = f" ({self.clause_is})" if self.clause_is not in ("", "seen") else ""
        return f"{self.instrument}{clause}{known}"


@dataclass(frozen=True)
class Dated:
    """One value and the first day on which it holds (None: from the start)."""

    from_on: dt.date | None
    value: Value
    source: Source
    file: str


@dataclass(frozen=True)
class Floor:
    """The law that a setting may only tighten.

    `at_most`, `at_least`: against the law's own value, part by part in a list; true is more than false. `within`: a window inside
    the law's. `subset`: a list of nothing that the law's does not name.
    """

    law: str
    direction: str


@dataclass(frozen=True)
class Series:
    """The values of one id in order of their dates, as the Book compiles them into columns.

    Attributes
    ----------
    id, unit : as in the pack
    dated_by : the date that picks the value: action (the day of the act), signing, due, default
    values : (first day, value) in order; the day None comes first and means from the start; before the first day no rule
    """

    id: str
    unit: str
    dated_by: str
    values: tuple[tuple[dt.date | None, Value], ...]

    def at(self, day: dt.date) -> Value:
        """Return the value in force on a day.

        Parameters
        ----------
        day : the day that `dated_by` names

        Returns
        -------
        The value, or None where no rule was in force (not yet, or ended by a dated null).
        """
        found: Value = None
        for from_on, value in self.values:
            if from_on is None or from_on <= day:
                found = value
        return found


@dataclass(frozen=True)
class Entry:
    """One rule of law or one setting, with everything its pack says of it.

    Attributes
    ----------
    id : its name everywhere
    house : a setting of the lender (True) or law (False)
    file : the file that declares it
    says, says_zh : one or two plain sentences
    unit, dated_by, merge, exception : see STYLE of a law file in docs/law.md
    values : in order of their dates
    seen, confidence : law: how the text is known and how sure we are
    strength : law: what its instruments are: law | presumption (can be rebutted) | guidance | industry (binds members) | policy
    firm : house: decided | open | weak
    checked_on, checked_by : when it was last compared with its source, and the lawyer who confirmed it (None: nobody)
    choices : the values allowed, where they can be listed
    minimum, maximum : the edges allowed, where the unit is a number (for a list: of each part)
    tightens : the law it may only tighten
    mission : the open point of the mission that it settles
    """

    id: str
    house: bool
    file: str
    says: str
    says_zh: str
    unit: str
    dated_by: str
    values: tuple[Dated, ...]
    merge: str = "single"
    strength: str = ""
    exception: str = ""
    seen: str = ""
    confidence: str = ""
    firm: str = ""
    checked_on: dt.date | None = None
    checked_by: str | None = None
    choices: tuple[str | bool, ...] = ()
    minimum: Value = None
    maximum: Value = None
    tightens: Floor | None = None
    mission: str = ""

    def series(self) -> Series:
        """Return the dated values alone."""
        return Series(self.id, self.unit, self.dated_by, tuple((each.from_on, each.value) for each in self.values))

    def dated_at(self, day: dt.date) -> Dated | None:
        """Return the value in force on a day together with its source, or None before the first."""
        held = [each for each in self.values if each.from_on is None or each.from_on <= day]
        return held[-1] if held else None

"""What the rooms ask of the law: the value of a rule on a day, and its whole dated series."""

from __future__ import annotations

import datetime as dt
import difflib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

from arrears.kernel.problems import Refused
from arrears.law.check import PACKS, build
from arrears.law.entry import Entry, Series
from arrears.law.units import Bucket, Value, value_text

__all__ = ["Bucket", "Entry", "Law", "Series", "Value", "load"]


@dataclass(frozen=True, eq=False)  # one loaded law is itself: what is kept of it is kept by identity
class Law:
    """The law of one country and the settings of one house, read and checked.

    Attributes
    ----------
    country : whose law
    entries : every rule and setting by id, read-only, law first
    """

    country: str
    entries: Mapping[str, Entry]

    def entry(self, rule_id: str) -> Entry:
        """Return everything the packs say of one id.

        Parameters
        ----------
        rule_id : the name of a rule (`cn.rate.cap24`) or of a setting (`grace.days`)

        Returns
        -------
        The entry.

        Raises
        ------
        KeyError for an id that no pack has, naming the nearest ones: a mistake in our code.
        """
        if rule_id not in self.entries:
            raise KeyError(f"{rule_id} is in no pack; nearest: {', '.join(self.nearest(rule_id))}")
        return self.entries[rule_id]

    def nearest(self, rule_id: str) -> list[str]:
        """Return up to three ids that look like the one given."""
        return difflib.get_close_matches(rule_id, list(self.entries), 3, cutoff=0.4)

    def series(self, rule_id: str) -> Series:
        """Return the dated values of one id; see `entry` for errors."""
        return self.entry(rule_id).series()

    def at(self, rule_id: str, day: dt.date) -> Value:
        """Return the value of one id on a day.

        Parameters
        ----------
        rule_id : see `entry`
        day : the day that the entry's `dated_by` names: of the act, of the signing, of the due date

        Returns
        -------
        The value; None where no rule was in force. A setting always has one.
        """
        return self.series(rule_id).at(day)

    def whole_at(self, rule_id: str, day: dt.date) -> int:
        """Return a whole number (int, days, months, years, fen) in force on a day; TypeError where it is none."""
        value = self.at(rule_id, day)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise TypeError(f"{rule_id} is {value!r} on {day}, not a whole number")

    def ratio_at(self, rule_id: str, day: dt.date) -> Fraction:
        """Return a ratio in force on a day as an exact fraction; TypeError where it is none."""
        value = self.at(rule_id, day)
        if isinstance(value, Fraction):
            return value
        raise TypeError(f"{rule_id} is {value!r} on {day}, not a ratio")

    def flag_at(self, rule_id: str, day: dt.date) -> bool:
        """Return a yes or no in force on a day; TypeError where it is none."""
        value = self.at(rule_id, day)
        if isinstance(value, bool):
            return value
        raise TypeError(f"{rule_id} is {value!r} on {day}, not true or false")

    def word_at(self, rule_id: str, day: dt.date) -> str:
        """Return a choice or a local time in force on a day; TypeError where it is none."""
        value = self.at(rule_id, day)
        if isinstance(value, str):
            return value
        raise TypeError(f"{rule_id} is {value!r} on {day}, not a word")

    def words_at(self, rule_id: str, day: dt.date) -> tuple[str, ...]:
        """Return a list of words in force on a day; TypeError where it is none."""
        value = self.at(rule_id, day)
        if isinstance(value, tuple) and all(isinstance(each, str) for each in value):
            return tuple(str(each) for each in value)
        raise TypeError(f"{rule_id} is {value!r} on {day}, not a list of words")

    def counts_at(self, rule_id: str, day: dt.date) -> tuple[int, ...]:
        """Return a list of whole numbers in force on a day; TypeError where it is none."""
        value = self.at(rule_id, day)
        counts = [each for each in value if isinstance(each, int)] if isinstance(value, tuple) else []
        if isinstance(value, tuple) and len(counts) == len(value):
            return tuple(counts)
        raise TypeError(f"{rule_id} is {value!r} on {day}, not a list of whole numbers")

    def date_at(self, rule_id: str, day: dt.date) -> dt.date:
        """Return a date that a rule names, as in force on a day; TypeError where it is none."""
        value = self.at(rule_id, day)
        if isinstance(value, dt.date):
            return value
        raise TypeError(f"{rule_id} is {value!r} on {day}, not a date")

    def version(self) -> str:
        """Return twelve hexadecimal digits that change when any value, date or unit changes.

        Explanations and sources do not count: the same values decide the same way.
        """
        lines = [
            [entry.id, entry.unit, entry.dated_by, [[str(each.from_on), value_text(each.value)] for each in entry.values]]
            for entry in sorted(self.entries.values(), key=lambda each: each.id)
        ]
        return hashlib.sha256(json.dumps([self.country, lines], ensure_ascii=False).encode()).hexdigest()[:12]


def load(house: Path | None = None, country: str = "cn", packs: Path = PACKS) -> Law:
    """Load the law of a country and the house, and refuse them whole if anything is wrong.

    Parameters
    ----------
    house : the lender's folder of settings, laid over the shipped house: a value with a date is added, and what was
        shipped before that date stays; a value from null replaces the whole series
    country : `cn` is the pack there is
    packs : where the shipped packs are

    Returns
    -------
    The `Law`.

    Raises
    ------
    Refused with every problem found: DENY_FLOOR where a setting is looser than a law, PACK_* otherwise.
    """
    entries, problems = build(house, country, packs)
    if problems:
        raise Refused(*problems)
    return Law(country, MappingProxyType(entries))

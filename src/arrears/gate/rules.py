"""The values of one day, each with the rule it comes from: the house's where it is stricter, else the law's.

An act is judged by the values of its own day. `house=False` leaves the lender's settings out: what remains is the law.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple, cast

from arrears.law.values import Law, Value


class Bound(NamedTuple):
    """A value in force and the rule it rests on."""

    value: Value
    rule: str

    @property
    def number(self) -> int:
        """Return a whole number; TypeError where the rule is none."""
        if isinstance(self.value, int):
            return self.value
        raise TypeError(f"{self.rule} is {self.value!r}, not a whole number")

    @property
    def names(self) -> tuple[str, ...]:
        """Return a list of names; TypeError where the rule is none."""
        if isinstance(self.value, tuple):
            return cast(tuple[str, ...], self.value)
        raise TypeError(f"{self.rule} is {self.value!r}, not a list")


class Rules:
    """Law and house on one day.

    Parameters
    ----------
    law : the packs
    day : the day of the act, in the zone of the law
    house : with the lender's settings
    """

    def __init__(self, law: Law, day: dt.date, house: bool = True) -> None:
        self.source = law
        self.day = day
        self.with_house = house
        self._laws: dict[str, Bound | None] = {}
        self._own: dict[str, Bound | None] = {}
        self._both: dict[tuple[str, str], Bound | None] = {}

    def law(self, rule: str) -> Bound | None:
        """Return a rule of law in force on the day, or None where there is none."""
        if rule not in self._laws:
            self._laws[rule] = self._bound(rule)
        return self._laws[rule]

    def house(self, setting: str) -> Bound | None:
        """Return a setting of the house, or None where the house is left out."""
        if setting not in self._own:
            self._own[setting] = self._bound(setting) if self.with_house else None
        return self._own[setting]

    def binding(self, setting: str, rule: str) -> Bound | None:
        """Return the stricter of a setting and its law; where they agree the law is named.

        A setting is never looser than its law (the packs would not load), so the setting holds wherever there is one.
        """
        key = (setting, rule)
        if key not in self._both:
            own, legal = self.house(setting), self.law(rule)
            self._both[key] = legal if own is None or (legal is not None and own.value == legal.value) else own
        return self._both[key]

    def at_due(self, setting: str, due_on: dt.date) -> Bound | None:
        """Return a setting that is dated by a due date, or None where the house is left out."""
        return Bound(self.source.at(setting, due_on), setting) if self.with_house else None

    def _bound(self, rule: str) -> Bound | None:
        value = self.source.at(rule, self.day)
        return None if value is None else Bound(value, rule)


_DAYS_KEPT = 64


class RulesOfDays:
    """The rules of the days asked about, made once a day."""

    def __init__(self, law: Law, house: bool = True) -> None:
        self.law = law
        self.house = house
        self._days: dict[dt.date, Rules] = {}

    def on(self, day: dt.date) -> Rules:
        """Return the rules of a day."""
        found = self._days.get(day)
        if found is None:
            if len(self._days) >= _DAYS_KEPT:
                self._days.clear()
            found = self._days[day] = Rules(self.law, day, self.house)
        return found

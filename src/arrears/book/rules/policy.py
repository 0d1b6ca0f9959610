"""The lender's policy and the law, as the rules read them: a value chosen by a day column.

A setting is a dated series. `whole("grace.days", due_on)` is the value in force on each row's own day, so a changed
setting leaves earlier days as they were (S025, S155).
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

import ibis
import ibis.expr.types as ir

from arrears.book.rules.money import i64
from arrears.law.values import Law

_EPOCH = dt.date(1970, 1, 1)
_PPM = 1_000_000


class Policy:
    """Settings of the house and of law, ready for columns.

    Parameters
    ----------
    law : the loaded packs
    """

    def __init__(self, law: Law) -> None:
        self.law = law
        self.version = law.version()

    def series(self, rule: str) -> list[tuple[int | None, Any]]:
        """Values of a rule with the day number from which each holds."""
        return [((start - _EPOCH).days if start else None, value) for start, value in self.law.series(rule).values]

    def pick(self, rule: str, day: ir.IntegerValue, shape: Any) -> Any:
        """The value in force on `day` (a column), each value turned into an expression by `shape`."""
        (_, first), *others = self.series(rule)
        chosen = shape(first)
        for start, value in others:
            chosen = (day >= i64(start or 0)).ifelse(shape(value), chosen)
        return chosen

    def whole(self, rule: str, day: ir.IntegerValue) -> ir.IntegerValue:
        """A whole-number setting on `day`."""
        return self.pick(rule, day, lambda value: i64(int(value)))

    def ratio(self, rule: str, day: ir.IntegerValue) -> tuple[ir.IntegerValue, ir.IntegerValue]:
        """A ratio setting on `day` as numerator and denominator."""
        top = self.pick(rule, day, lambda value: i64(Fraction(value).numerator))
        return top, self.pick(rule, day, lambda value: i64(Fraction(value).denominator))

    @cached_property
    def pays_ahead(self) -> bool:
        """Does any value of paid_ahead.treatment put early money to use at once."""
        return any(value != "hold_as_credit" for _, value in self.series("paid_ahead.treatment"))

    @cached_property
    def penalty_den(self) -> int:
        """One denominator for every daily penalty rate that the series can give."""
        bases = [basis for _, basis in self.series("penalty.day_basis")]
        rates = [Fraction(value) for _, value in self.series("penalty.daily_rate")]
        uplifts = [Fraction(value) / basis / _PPM for _, value in self.series("penalty.uplift_max") for basis in bases]
        caps = [Fraction(value) / basis for _, value in self.series("cap.all_in") for basis in bases]
        return lcm(*(rate.denominator for rate in rates + uplifts + caps))

    def penalty_num(self, rate_ppm: ir.IntegerValue, due_on: ir.IntegerValue) -> ir.IntegerValue:
        """Effective daily penalty rate times `penalty_den`: the lowest of product, uplift and cap (glossary 18)."""

        def a_day(yearly: Fraction) -> ir.IntegerValue:
            return self.pick("penalty.day_basis", due_on, lambda basis: i64(int(yearly * self.penalty_den / basis)))

        product = self.pick("penalty.daily_rate", due_on, lambda value: i64(int(Fraction(value) * self.penalty_den)))
        uplift = self.pick("penalty.uplift_max", due_on, lambda value: a_day(Fraction(value) / _PPM) * rate_ppm)
        cap = self.pick("cap.all_in", due_on, lambda value: a_day(Fraction(value)))
        lowest = ibis.least(product, uplift, cap)
        return self.pick("penalty.enabled", due_on, lambda on: lowest if on else i64(0))

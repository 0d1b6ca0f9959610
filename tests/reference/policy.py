"""House values of MISSION.md part 6 and the shape of what the reference takes in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from arrears.kernel.events import Event

NUMERATOR_UNIT = 720_000_000  # `penalty_num` is the exact running total in 1/720,000,000 fen


@dataclass(frozen=True)
class Known:
    """An event and the close that first saw it."""

    event: Event
    known_on: dt.date


@dataclass(frozen=True)
class Policy:
    """Every house and law value that the reference reads; rates are exact fractions a day or a year."""

    grace_days: int = 3
    daily_rate: Fraction = Fraction(5, 10_000)
    uplift: Fraction = Fraction(3, 2)
    all_in_cap: Fraction = Fraction(24, 100)
    day_basis: int = 360
    total_cap_ratio: Fraction = Fraction(1)
    waterfall_order: tuple[str, ...] = ("cost", "interest", "principal", "penalty", "fee")
    waterfall_mode: str = "by_instalment"  # or by_part
    materiality_fen: int = 0
    materiality_ratio: Fraction = Fraction(0)
    trigger_days: int = 30
    trigger_days_attitude: int = 15
    trigger_amount_fen: int = 5_000_000
    t2_min_dpd: int = 4
    attitude_threshold: int = 2
    declined_points: int = 1
    refused_points: int = 1
    promise_points: int = 2
    evidence_needs_broken: bool = True  # a confirmed broken promise counts only while the replay still judges it broken
    change_is_agreement: bool = True  # deferral, extension, due date change are signed changes (glossary 48): progress
    plan_late_days: int = 4
    plan_break_days: int = 10
    credit_min_dpd: int = 4
    limitation_years: int = 3
    retention_years: int = 5
    second_restructure_days: int = 365
    bucket_from: tuple[tuple[int, str], ...] = (
        (181, "M7"), (151, "M6"), (121, "M5"), (91, "M4"), (61, "M3"), (31, "M2"), (4, "M1"), (1, "G"), (0, "C"),
    )  # fmt: skip
    class_from: tuple[tuple[int, int], ...] = ((361, 5), (271, 4), (91, 3), (4, 2), (0, 1))

    def penalty_rate(self, rate_ppm: int) -> Fraction:
        """Effective daily penalty rate (glossary 18), exact."""
        contract = Fraction(rate_ppm, 1_000_000)
        return min(self.daily_rate, contract * self.uplift / self.day_basis, self.all_in_cap / self.day_basis)

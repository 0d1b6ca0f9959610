"""What must hold between the settings of one house, on every day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from arrears.kernel.problems import Both
from arrears.law.units import Bucket

PARTS = ("cost", "interest", "principal", "penalty", "fee")
"""The parts of a debt that a receipt can pay; the waterfall's order names each once."""


class Coherent(NamedTuple):
    """One condition: the settings it reads, what must hold of their values of one day, and what is allowed, in words."""

    ids: tuple[str, ...]
    holds: Callable[..., bool]
    allowed: Both


def is_rising(days: Sequence[int]) -> bool:
    """Say whether each number is greater than the one before it."""
    return all(before < after for before, after in pairwise(days))


def _buckets_hold(buckets: tuple[Bucket, ...]) -> bool:
    names = {bucket.name for bucket in buckets}
    return buckets[0].from_days == 0 and len(names) == len(buckets) and is_rising([bucket.from_days for bucket in buckets])


def _each_part_once(order: tuple[str, ...]) -> bool:
    return sorted(order) == sorted(PARTS)


def _names(*needed: str) -> Callable[[tuple[str, ...]], bool]:
    return lambda listed: set(needed) <= set(listed)


def _at_most(left: Any, right: Any) -> bool:
    return bool(left <= right)


_EDGES = Both("edges that start at 0 and rise, each name once", "从 0 起递增，名称不重复")
_PARTS = ", ".join(PARTS)

COHERENCE: tuple[Coherent, ...] = (
    Coherent(("buckets.cn",), _buckets_hold, _EDGES),
    Coherent(("buckets.us",), _buckets_hold, _EDGES),
    Coherent(("waterfall.order",), _each_part_once, Both(f"each of {_PARTS} once", f"{_PARTS} 各一次")),
    Coherent(
        ("trigger.days_attitude", "trigger.days"),
        _at_most,
        Both("trigger.days_attitude at most trigger.days: attitude only shortens the wait", "trigger.days_attitude 不大于 trigger.days"),
    ),
    Coherent(("class.edges_days",), is_rising, Both("days that rise", "递增的天数")),
    Coherent(
        ("class.technical_delay_days", "class.edges_days"),
        lambda delay, edges: delay < edges[0],
        Both("class.technical_delay_days below the first of class.edges_days", "class.technical_delay_days 小于 class.edges_days 首项"),
    ),
    Coherent(
        ("class.restructured_floor", "class.accelerated_floor"),
        _at_most,
        Both("a called-in loan is classed no better than a restructured one", "提前到期的类别不优于重组"),
    ),
    Coherent(
        ("plan.late_days", "plan.break_days"),
        lambda late, broken: late < broken,
        Both("plan.late_days below plan.break_days: notice before the break", "plan.late_days 小于 plan.break_days"),
    ),
    Coherent(
        ("limitation.alert_days",),
        lambda days: is_rising(days[::-1]),
        Both("days that fall: the earliest warning first", "递减的天数，最早的提醒在前"),
    ),
    Coherent(("complaint.days",), is_rising, Both("days that rise, one for each stage", "各阶段递增的天数")),
    # A complaint that may not be answered could never be decided in time, and a court's paper cannot wait.
    Coherent(
        ("hold.conduct_complaint.passes",),
        _names("complaint_reply", "legal_notice"),
        Both("a list with complaint_reply and legal_notice", "含 complaint_reply 和 legal_notice 的列表"),
    ),
    Coherent(("hold.distress.passes",), _names("help"), Both("a list with help", "含 help 的列表")),
)

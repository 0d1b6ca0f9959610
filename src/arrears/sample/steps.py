"""The steps of the story that ask the gate something, and what people did in between: the page `demo-asks.yaml`, read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from arrears.kernel.days import ZONE

Told = dict[str, Any]
_OWN = frozenset({"at", "to", "expect", "also", "next", "result", "delivered", "direction", "reason"})
_MOMENTS = ("opens_at", "closes_at")


@dataclass(frozen=True)
class Step:
    """One step of the page.

    Attributes
    ----------
    loan, at : of the story, when
    to : whom it reaches: the debtor (empty), or one of the page's others (friend, spouse)
    ask : fields of the ask, as told
    expect : True (allowed), or the first refusal code; None where nobody asks, because it came to us or lies before the story
    also : further codes of the same answer
    next_at : the moment the answer must name; None where waiting does not help
    result, delivered_at : how an allowed contact ended, and when a letter arrived
    direction : in: it came to us
    reason : of an approval: the trigger it rests on
    """

    loan: str
    at: dt.datetime
    to: str = ""
    ask: Mapping[str, Any] = field(default_factory=dict)
    expect: bool | str | None = None
    also: tuple[str, ...] = ()
    next_at: dt.datetime | None = None
    result: str = ""
    delivered_at: dt.datetime | None = None
    direction: str = "out"
    reason: str = ""

    @property
    def id(self) -> str:
        """Name of the case: loan, whom it reaches where not the debtor, moment."""
        who = f"{self.loan}-{self.to}" if self.to else self.loan
        return f"{who}/{self.at:%Y-%m-%dT%H:%M}"

    @property
    def happened(self) -> bool:
        """Was it done? What the gate refuses was not."""
        return self.expect is True or self.expect is None


@cache
def page() -> Told:
    """Return the whole page."""
    told: Told = yaml.safe_load(Path(__file__).with_name("demo-asks.yaml").read_text(encoding="utf-8"))
    return told


def moment(told: str) -> dt.datetime:
    """Return a moment of the page, such as 2026-10-15 07:59, in the story's zone."""
    return dt.datetime.fromisoformat(told).replace(tzinfo=ZONE)


@cache
def steps_of(loan: str) -> tuple[Step, ...]:
    """Return every step of a loan in order, those that nobody asks included."""
    return tuple(sorted((_step(loan, told) for told in page()["loans"][loan]["steps"]), key=lambda step: step.at))


def story_steps() -> list[Step]:
    """Return every step of the story that asks the gate, loan by loan in order of time."""
    return [step for loan in page()["loans"] for step in steps_of(loan) if step.expect is not None]


def _step(loan: str, told: Told) -> Step:
    ask = {name: value for name, value in told.items() if name not in _OWN}
    if "appointment" in ask:
        offered = ask["appointment"]
        ask["appointment"] = offered | {name: moment(offered[name]) for name in _MOMENTS}
    next_told, delivered = told.get("next", "none"), told.get("delivered")
    return Step(
        loan=loan,
        at=moment(told["at"]),
        to=told.get("to", ""),
        ask=ask,
        expect=told.get("expect"),
        also=tuple(told.get("also", ())),
        next_at=None if next_told == "none" else moment(next_told),
        result=told.get("result", ""),
        delivered_at=moment(delivered) if delivered else None,
        direction=told.get("direction", "out"),
        reason=told.get("reason", ""),
    )

"""Days of the courts: payment order, realising the security, preservation, service, enforcement. Source: cn.proc.*; S102."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from arrears.kernel.days import add_months
from arrears.law.values import Law

STEPS: dict[str, tuple[str, str]] = {
    "order.accept": ("cn.proc.order.accept", "the application for a payment order was filed"),
    "order.issue": ("cn.proc.order.issue", "the court accepted the application"),
    "order.serve": ("cn.proc.order.serve", "the payment order was issued"),
    "order.object": ("cn.proc.order.object", "the payment order was served"),
    "security.decide": ("cn.proc.security", "the court accepted the application to realise the security"),
    "security.object": ("cn.proc.security.objection", "the debtor got the court's notice"),
    "security.ruling": ("cn.proc.security.ruling", "the ruling was served"),
    "preserve.sue": ("cn.proc.preserve", "the court preserved the vehicle"),
    "service.public": ("cn.proc.service", "the public notice appeared"),
    "register.decide": ("cn.sec.registry.decide", "the vehicle office took the papers"),
}
"""The rule of each step, and what its days count from."""


def last_day(step: str, began_on: dt.date, law: Law) -> dt.date:
    """Return the last day of a step; the day it counts from is not counted.

    Parameters
    ----------
    step : a key of `STEPS`
    began_on : the day of what the step counts from
    law : its rule of that day is used

    Returns
    -------
    The day. KeyError for a step that is not known; TypeError where no rule was in force.
    """
    return began_on + dt.timedelta(days=law.whole_at(STEPS[step][0], began_on))


def preservation_ruling_by(asked_at: dt.datetime, law: Law) -> dt.datetime:
    """Return the moment by which the court rules on an urgent preservation asked for at a moment."""
    return asked_at + dt.timedelta(hours=law.whole_at("cn.proc.preserve.ruling", asked_at.date()))


def enforcement_until(effective_on: dt.date, law: Law) -> dt.date:
    """Return the last day on which enforcement can be applied for after a judgment or ruling took effect."""
    return add_months(effective_on, 12 * law.whole_at("cn.proc.enforce", effective_on))


def missing_for_payment_order(met: Collection[str], on: dt.date, law: Law) -> tuple[str, ...]:
    """Return what still keeps the road of a payment order closed, in the words and order of cn.proc.order.

    Parameters
    ----------
    met : the conditions that hold; an address nobody knows means that can_be_served does not
    on : the day of the ask
    law : the packs

    Returns
    -------
    The conditions that are not met; none when the road is open.
    """
    return tuple(each for each in law.words_at("cn.proc.order", on) if each not in met)


def may_realise_security(senior_realised: bool, on: dt.date, law: Law) -> bool:
    """Say whether a junior mortgagee may apply to the court now: an earlier one who has not realised does not stop it."""
    return senior_realised or law.flag_at("cn.proc.junior", on)

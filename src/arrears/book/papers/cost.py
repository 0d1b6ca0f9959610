"""The all-in cost so far against its cap, and the internal rate of return beside it: shown, never used."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from arrears.book.door import History
from arrears.book.papers.figures import decimal_text, percent_text
from arrears.kernel.days import days_30_360
from arrears.law.values import Law

_MONTHS = 12


def cost(history: History, law: Law) -> dict[str, Any]:
    """Set interest, penalty and fees so far beside what the cap allows (house cap.all_in, cap.method).

    Returns
    -------
    interest_fen, penalty_fen (less waived), fee_fen (less waived), total_fen; cap (ratio as text), cap_percent, principal_days_fen (sum
    of each day's principal outstanding), day_basis, allowance_fen = principal_days × cap / basis, rounded down; left_fen; cut_fen (what the
    cap keeps from being asked for); irr_percent: of the contract's flows, a year, or null where there is none.
    """
    position, day = history.position, history.on
    cap = law.ratio_at("cap.all_in", day)
    basis = law.whole_at("penalty.day_basis", day)
    parts = {
        "interest_fen": position["interest_due_fen"],
        "penalty_fen": position["penalty_posted_fen"] - position["penalty_waived_fen"],
        "fee_fen": position["fee_charged_fen"] - position["fee_waived_fen"],
    }
    allowed = Fraction(position["principal_days"]) * cap / basis
    allowance, total = allowed.numerator // allowed.denominator, sum(parts.values())
    return {
        **parts,
        "total_fen": total,
        "cap": decimal_text(cap),
        "cap_percent": percent_text(cap),
        "principal_days_fen": position["principal_days"],
        "day_basis": basis,
        "allowance_fen": allowance,
        "left_fen": max(allowance - total, 0),
        "cut_fen": position["penalty_cut_fen"],
        "irr_percent": _contract_irr(history),
    }


def _contract_irr(history: History) -> str | None:
    """Yearly internal rate of return of the contract: twelve times the monthly rate, months of 30 days.

    None for a loan that the Book took over later: what was paid before is not known instalment by instalment.
    """
    start = history.terms["disbursed_on"]
    if history.terms["opened_on"] > start:
        return None
    flows = [(Fraction(days_30_360(start, row["due_on"]), 30), row["interest_fen"] + row["principal_fen"]) for row in history.schedule]
    monthly = irr(history.terms["principal_fen"], flows)
    return None if monthly is None else percent_text(monthly * _MONTHS, 2)


def irr(paid_out: int, flows: list[tuple[Fraction, int]]) -> Fraction | None:
    """Return the rate a period at which the flows are worth what was paid out, by halving.

    Parameters
    ----------
    paid_out : minor units at time 0
    flows : (time in periods, minor units), later than 0

    Returns
    -------
    The rate a period to nine decimals; None where the flows do not bring back what was paid out, or a rate above 100 %.
    """
    if paid_out <= 0 or sum(amount for _, amount in flows) < paid_out:
        return None
    with localcontext() as context:
        context.prec = 25
        times = [
            (int(time) if time.denominator == 1 else Decimal(time.numerator) / time.denominator, Decimal(amount)) for time, amount in flows
        ]
        low, high = Decimal(0), Decimal(1)
        for _ in range(34):
            rate = (low + high) / 2
            worth = sum((amount / (1 + rate) ** time for time, amount in times), Decimal(0))
            low, high = (rate, high) if worth > paid_out else (low, rate)
        return None if high == 1 else Fraction(round(high, 9))

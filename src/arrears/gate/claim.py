"""May the claim be pressed this far? Early recall needs a ground and an arrived notice, a suit its time, a sale the lien's facts."""

from __future__ import annotations

import datetime as dt

from arrears.gate.answer import Finding
from arrears.gate.case import Case, Findings, local, midnight
from arrears.gate.facts import Loan

_EARLY, _TIME, _RANK = "cn.civ.accel", "cn.lim.effect", "cn.sec.priority"


def check(case: Case) -> Findings:
    """Refuse to call in early, to sue or to sell without what the law asks for first."""
    act, loan = case.ask.act, case.loan
    if loan is None:
        return
    if act == "accelerate" and case.rules.law(_EARLY) is not None:
        yield from _accelerate(case, loan)
    elif act == "sue" and case.rules.law(_TIME) is not None:
        yield from _sue(case, loan)
    elif act == "dispose" and case.rules.law(_RANK) is not None and loan.lien_known is not True:
        yield Finding("DENY_NO_COLLATERAL", _RANK, "lien_unknown", {"loan": loan.id})


def _accelerate(case: Case, loan: Loan) -> Findings:
    if loan.acceleration_clause is not True and loan.acceleration_ground is None:
        if loan.acceleration_clause is None:
            yield Finding("DENY_FACTS_MISSING", _EARLY, "missing", {"what": "loans.acceleration_clause"})
        else:
            yield Finding("DENY_ACCELERATION", _EARLY, "accel_no_ground", {"loan": loan.id})
    first = min(_arrived(loan), default=None)
    if first is None or first > case.when:
        yield Finding("DENY_ACCELERATION", _EARLY, "accel_no_notice", {"loan": loan.id}, first)


def _arrived(loan: Loan) -> list[dt.datetime]:
    """When notices of early recall arrived. For late instalments only one of this delinquency counts, not one of a debt since cured."""
    due_on = None if loan.acceleration_ground is not None else loan.oldest_due_on
    return [
        each.delivered_at
        for each in loan.notices or ()
        if each.kind == "acceleration_notice" and each.delivered_at is not None and (due_on is None or local(each.sent_at).date() > due_on)
    ]


def _sue(case: Case, loan: Loan) -> Findings:
    ends = loan.limitation_ends_on
    if ends is None:
        yield Finding("DENY_FACTS_MISSING", _TIME, "missing", {"what": "loans.limitation_ends_on"})
    elif is_barred(case):
        # A waiver that opens the claim lies ahead, or it would not be barred.
        until = midnight(loan.limitation_waived_on) if loan.limitation_waived_on is not None else None
        yield Finding("DENY_STATE", _TIME, "barred", {"loan": loan.id, "ends": ends}, until, person=True)


def is_barred(case: Case) -> bool:
    """Return whether the claim asked about has run out of time and nobody gave the defence up."""
    loan = case.loan
    if loan is None or loan.limitation_ends_on is None or case.day <= loan.limitation_ends_on:
        return False
    return loan.limitation_waived_on is None or loan.limitation_waived_on > case.day

"""Is a promise to pay still running? Until its day and the tolerance are over nothing presses, for any loan of the person."""

from __future__ import annotations

import datetime as dt

from arrears.gate.answer import Finding
from arrears.gate.case import Case, Findings, midnight
from arrears.gate.naming import PURPOSE, list_text

_DAY = dt.timedelta(days=1)


def check(case: Case) -> Findings:
    """Refuse what presses while a promise is open (promise.passes, promise.tolerance_days)."""
    passes, tolerance = case.rules.house("promise.passes"), case.rules.house("promise.tolerance_days")
    if passes is None or tolerance is None or not (case.is_contact or case.is_collecting):
        return
    if not case.is_visit and case.is_contact and case.ask.purpose in passes.names:
        return
    for loan in case.facts.loans or ():
        if loan.promise is None:
            continue
        ends = loan.promise.by_on + tolerance.number * _DAY
        if case.day <= ends:
            told = list_text(passes.names, PURPOSE)
            fields = {"by": loan.promise.by_on, "ends": ends, "passes": told}
            yield Finding("DENY_OPEN_PROMISE", passes.rule, "promise", fields, midnight(ends + _DAY))

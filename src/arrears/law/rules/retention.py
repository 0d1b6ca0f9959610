"""How long a record stays at least. Source: cn.record.retention, cn.pi.pia, S156; the five years of a credit item: `arrears.book`."""

from __future__ import annotations

import datetime as dt

from arrears.kernel.days import add_years
from arrears.law.values import Law

KINDS = {"collection_record": "cn.record.retention", "impact_assessment": "cn.pi.pia"}
"""What is kept, and the rule that says how many years."""


def kept_until(kind: str, made_on: dt.date, law: Law) -> dt.date:
    """Return the first day on which a record may go.

    Parameters
    ----------
    kind : a key of `KINDS`
    made_on : the day of the record; where later ones belong to it, of the last
    law : the rule of that day counts. A record older than the rule is kept by the rule's first value: whether the rule reaches
        back is not known, and keeping is the safer reading.

    Returns
    -------
    The same day so many years later; 29 February gives 1 March. KeyError for a kind that has no rule.
    """
    rule = KINDS[kind]
    began = law.entry(rule).values[0].from_on
    return add_years(made_on, law.whole_at(rule, max(made_on, began or made_on)))

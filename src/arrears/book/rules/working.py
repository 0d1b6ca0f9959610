"""Small tables between the rules of a turn: who still has to run, who has money to use, what of a loan stands open today.

They hold no rule of money. They are stated here so that a turn is the same on every engine.
"""

from __future__ import annotations

import ibis.expr.types as ir

from arrears.book import columns as c
from arrears.book.rules.agreements import acting
from arrears.book.rules.ahead import ahead, ahead_counted
from arrears.book.rules.day_end import acting as acting_today
from arrears.book.rules.money import sum64
from arrears.book.rules.policy import Policy
from arrears.book.rules.tables import CANCELLED, TURN, cancelled_today, stage
from arrears.book.rules.turns import IDS, target, work_pos
from arrears.book.rules.waterfall import pot

ACTING_TODAY: c.Columns = {"loan_id": "string", "opens": "bool"}


@stage("behind", IDS)
def behind(policy: Policy) -> ir.Table:
    """Loans at work that have not reached the target."""
    del policy
    now = work_pos.cross_join(target)
    return now.filter(now.state_on < now.target_on).select("loan_id")


@stage("turn_whole", TURN)
def turn_whole(policy: Policy) -> ir.Table:
    """One turn of all loans at work from their state to the target: nothing happens to them before its last day."""
    del policy
    now = work_pos.cross_join(target)
    return now.select(loan_id=now.loan_id, from_on=now.state_on, to_on=now.target_on)


@stage("paying", IDS)
def paying(policy: Policy) -> ir.Table:
    """Loans with money to use today."""
    del policy
    return pot.table.filter(pot.table.pot_fen > 0).select("loan_id")


@stage("opens", IDS)
def opens(policy: Policy) -> ir.Table:
    """Loans whose coming instalments leave the schedule files today."""
    del policy
    return acting.table.filter(acting.table.opens).select("loan_id")


@stage("acting_now", ACTING_TODAY)
def acting_now(policy: Policy) -> ir.Table:
    """The loans that act today, as the end of the day reads them."""
    del policy
    return acting.table.select("loan_id", "opens")


@stage("acting_ahead", ACTING_TODAY)
def acting_ahead(policy: Policy) -> ir.Table:
    """The same with those that pay ahead: their coming instalments leave the schedule files too."""
    del policy
    return acting_today.anti_join(ahead.table, "loan_id").union(ahead.table.select("loan_id", "opens"))


@stage("cancelled_ahead", CANCELLED)
def cancelled_ahead(policy: Policy) -> ir.Table:
    """Interest cancelled today less interest that counts as charged because it was paid ahead."""
    del policy
    counted = ahead_counted.table.select("loan_id", interest_fen=-ahead_counted.table.interest_fen)
    both = cancelled_today.union(counted)
    return both.group_by("loan_id").aggregate(interest_fen=sum64(both.interest_fen))

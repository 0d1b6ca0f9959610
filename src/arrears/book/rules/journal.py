"""Double entry: what changed between two positions of a loan, as signed lines that sum to zero.

The journal is the difference of cumulative columns, so a backdated correction needs no code of its own: the replayed
position less the last published one is the adjustment, booked today.
"""

from __future__ import annotations

import ibis.expr.types as ir

from arrears.book import columns as c
from arrears.book.rules.money import i64
from arrears.book.rules.policy import Policy
from arrears.book.rules.tables import prefixed, stage, unbound

old_pos = unbound("old_pos", c.POSITION)
new_pos = unbound("new_pos", c.POSITION)
booking = unbound("booking", {"posted_on": "day", "backdated": "bool"})

# account -> cumulative columns of the position with their sign; debit is positive
ACCOUNTS: dict[str, dict[str, int]] = {
    "cash_fen": {"received_fen": 1, "refunded_fen": -1, "recovered_fen": 1, "expense_fen": -1, "disbursed_fen": -1},
    "principal_fen": {"disbursed_fen": 1, "adjusted_fen": 1, "principal_paid_fen": -1, "charged_off_fen": -1},
    "interest_receivable_fen": {"interest_due_fen": 1, "interest_paid_fen": -1, "charged_off_interest_fen": -1},
    "penalty_receivable_fen": {"penalty_posted_fen": 1, "penalty_paid_fen": -1, "penalty_waived_fen": -1, "charged_off_penalty_fen": -1},
    "fee_receivable_fen": {"fee_charged_fen": 1, "fee_paid_fen": -1, "fee_waived_fen": -1, "charged_off_fee_fen": -1},
    "credit_fen": {"credit_fen": -1},
    "interest_income_fen": {"interest_due_fen": -1},
    "penalty_income_fen": {"penalty_posted_fen": -1},
    "fee_income_fen": {"fee_charged_fen": -1},
    "waived_fen": {"penalty_waived_fen": 1, "fee_waived_fen": 1},
    "charged_off_fen": {"charged_off_fen": 1, "charged_off_interest_fen": 1, "charged_off_penalty_fen": 1, "charged_off_fee_fen": 1},
    "recovery_fen": {"recovered_fen": -1, "after_charge_off_fen": -1},
    "expense_fen": {"expense_fen": 1},
    "adjustment_fen": {"adjusted_fen": -1},
}
_SUMS = sorted({column for parts in ACCOUNTS.values() for column in parts})


@stage("journal", c.JOURNAL)
def journal(policy: Policy) -> ir.Table:
    """One row a loan whose sums differ between `old_pos` and `new_pos`; a new loan differs from nothing."""
    del policy
    both = new_pos.select("loan_id", *_SUMS).left_join(prefixed(old_pos.select("loan_id", *_SUMS), "old_"), "loan_id")
    difference = both.mutate(**{f"change_{name}": both[name] - both[f"old_{name}"].fill_null(i64(0)) for name in _SUMS})
    lines = {
        account: _total([difference[f"change_{name}"] * i64(sign) for name, sign in parts.items()]) for account, parts in ACCOUNTS.items()
    }
    rows = difference.cross_join(booking).mutate(**lines)
    moved = [rows[account] != 0 for account in ACCOUNTS]
    changed = moved[0]
    for other in moved[1:]:
        changed = changed | other
    return rows.filter(changed).select(*c.JOURNAL)


def _total(parts: list[ir.IntegerValue]) -> ir.IntegerValue:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total

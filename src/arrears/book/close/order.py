"""The order of the rules, in one place. Changing a line here changes money: each list has a test.

A day of a loan: (1) penalty to the end of yesterday, (2) instalments that fall due, (3) acts of the day, (4) credit, then
receipts, through the waterfall, (5) the day's penalty on what is left, (6) plans complete or break, (7) sums, (8) status.
"""

from __future__ import annotations

import arrears.book.rules.ahead
import arrears.book.rules.proposals  # noqa: F401
from arrears.book.rules.agreements import ACTS_ORDER

# what stands of the whole book's holds and evidence
STANDING = ("hold", "mark")
# one turn of the loans at work
BEFORE_ACTS = ("rows_joined", "rows_accrued")
READ_ACTS = ("acts", "acting")
ACTS_TO_REPLACE = ACTS_ORDER[: ACTS_ORDER.index("rows_replaced")]
ACTS_FROM_REPLACE = ACTS_ORDER[ACTS_ORDER.index("rows_replaced") :]
# between the pot and the rows it leaves (`pot`, `rows_poured_due`), where any loan has money to use
WATERFALL = ("lines", "payable", "poured_due")
AHEAD = ("ahead_rows", "poured_ahead", "rows_ahead", "rows_after_ahead", "ahead_counted")
DAY_END = (
    "rows_today",
    "plans",
    "rows_final",
    "moved",
    "ledger",
    "due_out",
    "overdue",
    "cleared",
    "episode",
    "clocks",
    "gathered",
    "status",
)

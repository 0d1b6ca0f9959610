"""The rules of a close, as Ibis expressions over unbound tables; they do not know which engine runs them.

`tables.py` names the tables and registers the stages, `policy.py` turns dated settings into expressions, `money.py`
holds exact integer arithmetic. Then, in the order of a day: `turns` (which loans, how far), `take_in` (events, holds,
evidence), `accrual` (penalty), `agreements` (acts of the day), `waterfall` (money), `ahead` (money paid early), `day_end`
(plans, sums), `overdue`, `clocks`, `classify`, `status` (what the loan is), `proposals`, `journal`. `schedule.py` makes
instalments at boarding (numpy).
"""

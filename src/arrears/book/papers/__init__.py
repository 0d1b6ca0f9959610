"""What people read of the Book: the report, the morning, a loan's statement, the ledger.

A paper reads through `book/door.py` only and holds no rule: the numbers come from the door, here they are summed, set in
order and said in words. Data first (`report`, `morning`, `statement`: plain dicts ready for JSON, money in minor units),
then text from the data. Every word stands in `words.py`, Chinese and English side by side. `arrears.cli` may import this.
Next: `../door.py` (where the numbers come from), `docs/statement.md` (how to read a statement).
"""

"""The words both planes speak: money, days, ids and events.

What lives here: `money` (int64 minor units, half-even, parse and format at the edge), `days` (business day, month
arithmetic, the calendar of adjusted workdays), `ids` (deterministic ids), `events` (what the Book can take in).

Plain Python: no engine, no columns, no clock, no files but those a caller names. Everyone may import it; it imports
nothing of ours.

Where to look next: `arrears.book.rules` for the same arithmetic over columns, `arrears.law` for every number that a
statute or the lender's policy sets.
"""

"""Arrears: servicing of overdue vehicle loans, fair and lawful by construction.

Rooms: `kernel` (words everybody speaks), `law` (dated, cited values), `book` (the nightly close), `sample`
(the invented lender). `cli` and `night` stand on top. `docs/map.md` says where things live.
"""

__version__ = "0.1.0"

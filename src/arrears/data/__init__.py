"""The analyst's door: tables of a Book as lazy Ibis tables, point in time, without personal fields.

    import arrears.data as ad
    ad.roll_rates("my-book", as_of="2026-10-31").to_pandas()

`columns.py` lists every column with its meaning, `source.py` reads the Book through `arrears.book.door`. docs/analysts.md shows
how to use it. Nothing here writes; the cli imports it, the Book does not.
"""

from arrears.data.about import describe, schema_doc
from arrears.data.moves import buckets, roll_rates, vintage
from arrears.data.tables import loan_months, loans, payments, positions

__all__ = ["buckets", "describe", "loan_months", "loans", "payments", "positions", "roll_rates", "schema_doc", "vintage"]

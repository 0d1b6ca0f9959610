"""What comes in: tapes of loans, instalments, events and months of performance.

A file is read through a mapping (`mapping.py`, `mappings/*.yaml`), turned column by column into the Book's own types
(`read.py`, `values.py`), checked and boarded (`board.py`, `months.py`) and its events taken in (`intake.py`). A row either
satisfies the column list or leaves with file, row, field, value and reason; nothing is repaired silently. `load.py` runs
it all and writes nothing: the store of `arrears.book.close` does.

May be imported by `arrears.book` only. The layout we document ourselves stands in `docs/tape-layout.md`.
"""

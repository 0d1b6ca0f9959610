"""What comes in: tapes of loans, instalments, events and months of performance.

A file is read (`files.py`: CSV and Parquet; `text.py` its encoding, `sheet.py` spreadsheets, `ex102.py` XML of SEC filings)
through a mapping (`mapping.py`, `mappings/*.yaml`; `suggest.py` guesses a first one), turned column by column into the
Book's own types (`read.py`, `values.py`), checked and boarded (`board.py`, `months.py`, `filing.py`) and its events taken in
(`performance.py`, `intake.py`). A row either satisfies the column list or leaves with file, row, field, value and reason;
nothing is repaired silently, and what a person should look at is said (`surprises.py`). `load.py` runs it all and writes
nothing: the store of `arrears.book.close` does.

May be imported by `arrears.book` only. The layout we document ourselves stands in `docs/tape-layout.md`, filings in
`docs/abs-ee.md`.
"""

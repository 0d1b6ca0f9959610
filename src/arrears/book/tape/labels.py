"""Rejects in the sender's own words: the column of the file in place of our field, the amount in its unit."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from decimal import Decimal

from arrears.book.tape.fields import TABLES
from arrears.book.tape.mapping import Mapping
from arrears.book.tape.rejects import Ledger
from arrears.kernel.money import currency_of


def name_columns(ledger: Ledger, first: int, kinds: Dict[str, str], mapping: Mapping) -> None:
    """Rename fields to columns in the rejects of this import's files.

    Parameters
    ----------
    ledger : changed in place, from the reject number `first` on; those before it name columns already
    kinds : kind of table by file; a reject of another file (an event that waited) stays as it is
    """
    ledger.rejects[first:] = [_named(each, kinds.get(each[0], ""), mapping) for each in ledger.rejects[first:]]


def _named(reject: tuple[str, int, str, str, str], kind: str, mapping: Mapping) -> tuple[str, int, str, str, str]:
    """Return one reject in the words of its file."""
    file, row, field, value, reason = reject
    if kind == "filing":
        kind = "months" if field in mapping.tables["months"] else "loans"
    source = mapping.tables.get(kind, {}).get(field)
    if source is None or not source.told_as():
        return reject
    what = TABLES[kind][field].kind
    if what == "amount" and source.unit == "units" and value:
        value = str(Decimal(value).scaleb(-currency_of(mapping.currency).decimals))
    elif what == "rate" and value:
        value = str(Decimal(value).scaleb(-6).normalize())
    return file, row, source.told_as(), value, reason

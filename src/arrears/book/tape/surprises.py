"""What a person should look at before a tape comes in: nothing here is a fault, each is a sentence with a count.

A tape whose amounts are in the wrong unit, or whose rates are all one, loads without a reject. These are looked for in the
rows as read, before the Book decides about them. Columns that are empty are seen where they are read (`read.convert`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from collections.abc import Mapping as Dict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.tape.fields import TABLES
from arrears.book.tape.mapping import Mapping
from arrears.book.tape.rejects import ENOUGH
from arrears.book.tape.shape import nulls, numbers
from arrears.kernel.days import day_number
from arrears.kernel.money import currency_of

HIGH_RATE_PPM = 25 * 10_000  # a quarter a year: no bound of law, only where a look is due
LATE_DAY = 28  # later due days do not exist in every month
MANY_LOANS = 5  # of one borrower
LARGE_UNITS, SMALL_UNITS = 1_000_000, 100  # the middle loan of a car lender lies between


def surprises(tables: Dict[str, pa.Table], mapping: Mapping, as_of_on: dt.date) -> list[str]:
    """Return the sentences of one import.

    Parameters
    ----------
    tables : good rows by kind of table, with the columns of `fields.schema_of`
    mapping : says which column each field came from, and in which unit
    as_of_on : the day of the import
    """
    found: list[str] = []
    for kind, table in tables.items():
        if table.num_rows and kind in mapping.tables:
            found += _future(kind, table, mapping, as_of_on)
            found += _units(kind, table, mapping)
    loans = tables.get("loans")
    if loans is not None and loans.num_rows:
        found += [*_rates(loans), *_due_days(loans), *_borrowers(loans), *_sizes(loans, mapping)]
    return found


def _future(kind: str, table: pa.Table, mapping: Mapping, as_of_on: dt.date) -> Iterator[str]:
    """Days after the import that tell of something that has happened."""
    past = {"loans": ("signed_on", "disbursed_on", "opened_on", "vehicle_valued_on"), "events": ("value_on",), "months": ("period_on",)}
    for name in past.get(kind, ()):
        count = int((numbers(table.column(name), -(2**31)) > day_number(as_of_on)).sum())
        if count and name in mapping.tables[kind]:
            yield f"{kind}: {count} rows have {mapping.tables[kind][name].told_as() or name} after {as_of_on}"


def _units(kind: str, table: pa.Table, mapping: Mapping) -> Iterator[str]:
    """Amounts that are round in a way that speaks for the other unit; principals are round anyway."""
    unit = currency_of(mapping.currency).unit
    for name, source in mapping.tables[kind].items():
        if TABLES[kind][name].kind != "amount" or not source.column or (kind == "loans" and "instalment" not in name):
            continue
        amounts = numbers(table.column(name))
        amounts = amounts[amounts != 0]
        if len(np.unique(amounts)) < ENOUGH:
            continue
        if source.unit == "units" and not (amounts % (100 * unit)).any():
            yield f"{kind}: all {len(amounts)} amounts of {source.column} end in 00: are they in minor units (unit: minor)?"
        if source.unit == "minor" and not (amounts % unit).any():
            yield f"{kind}: all {len(amounts)} amounts of {source.column} are whole units: are they in units (unit: units)?"


def _rates(loans: pa.Table) -> Iterator[str]:
    """Rates that are high, nothing, or all one."""
    rates = numbers(loans.column("rate_ppm"))
    for count, words in (
        (int((rates > HIGH_RATE_PPM).sum()), f"a rate above {HIGH_RATE_PPM // 10_000} % a year"),
        (int((rates == 0).sum()), "a rate of 0"),
    ):
        if count:
            yield f"loans: {count} of {len(rates)} rows have {words}"
    if len(rates) >= ENOUGH and (rates == rates[0]).all():
        yield f"loans: all {len(rates)} rates are {rates[0] / 10_000:g} %"


def _due_days(loans: pa.Table) -> Iterator[str]:
    """Due days that do not exist in every month."""
    first = numbers(loans.column("first_due_on")).astype("datetime64[D]")
    of_first = (first - first.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    day = np.where(numbers(loans.column("due_day")) > 0, numbers(loans.column("due_day")), of_first)
    count = int(((day > LATE_DAY) & ~nulls(loans, "first_due_on")).sum())
    if count:
        yield f"loans: {count} fall due after the {LATE_DAY}th; in a shorter month that is its last day"


def _borrowers(loans: pa.Table) -> Iterator[str]:
    """Borrowers with many loans."""
    counted = loans.filter(pc.not_equal(loans.column("borrower_id"), "")).group_by("borrower_id").aggregate([("loan_id", "count")])
    many = counted.filter(pc.greater_equal(counted.column("loan_id_count"), MANY_LOANS))
    if many.num_rows:
        most = max(many.to_pylist(), key=lambda row: row["loan_id_count"])
        top = f"{most['borrower_id']} has {most['loan_id_count']}"
        yield f"loans: {many.num_rows} borrowers have {MANY_LOANS} loans or more; {top}"


def _sizes(loans: pa.Table, mapping: Mapping) -> Iterator[str]:
    """A middle loan that is too large or too small for a car lender."""
    unit = currency_of(mapping.currency).unit
    middle = int(np.median(numbers(loans.column("principal_fen")))) // unit
    if middle > LARGE_UNITS or middle < SMALL_UNITS:
        yield f"loans: the middle principal is {middle:,} {mapping.currency}: is the unit right?"

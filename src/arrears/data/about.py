"""What the columns of a table mean."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from arrears.data.columns import COLUMNS, TABLES, Column


def schema_doc(name: str) -> ir.Table:
    """Tell what the columns of one of this room's tables hold.

    Parameters
    ----------
    name : positions, loan_months, loans, payments, buckets, roll_rates, vintage

    Returns
    -------
    One row a column, in order: column, type, unit, meaning (strings).

    Errors: ValueError lists the tables.
    """
    if name not in TABLES:
        raise ValueError(f"table {name!r} is not known; allowed: {', '.join(TABLES)}")
    return _told([(column, COLUMNS[column]) for column in TABLES[name]])


def describe(table: ir.Table) -> ir.Table:
    """Tell what the columns of any Ibis table hold; a column of your own making has its type and no more.

    Returns
    -------
    As `schema_doc`.
    """
    kinds = table.schema()
    return _told([(name, COLUMNS.get(name, Column(str(kinds[name]).lower(), "", ""))) for name in table.columns])


def _told(columns: list[tuple[str, Column]]) -> ir.Table:
    return ibis.memtable(
        pa.table(
            {
                "column": [name for name, _ in columns],
                "type": [column.type for _, column in columns],
                "unit": [column.unit for _, column in columns],
                "meaning": [column.says for _, column in columns],
            }
        )
    )

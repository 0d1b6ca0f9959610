"""The engine for one loan, or a few: the stages of a close as plain Python over tuples, in memory.

It runs the same expressions as every engine (`plain` writes them out), so a quote is never another calculation. It knows no
SQL and reads no files: who uses it gives it rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import pyarrow as pa

from arrears.book.close.engine import arrow_schema
from arrears.book.close.plain import Function, Row, Rows, function_of
from arrears.book.rules.policy import Policy
from arrears.book.rules.tables import STAGES

_EPOCH = dt.date(1970, 1, 1).toordinal()


def tuples(table: pa.Table, columns: Mapping[str, str]) -> list[Row]:
    """Rows of a table of these file types as the rules see them: days are day numbers."""
    if not table.num_rows:
        return []
    told = ((table[name], kind) for name, kind in columns.items())
    return list(zip(*((column.cast(pa.int32()) if kind == "day" else column).to_pylist() for column, kind in told), strict=True))


def _day(number: int | None) -> dt.date | None:
    return None if number is None else dt.date.fromordinal(_EPOCH + number)


def arrow(rows: Sequence[Row], columns: Mapping[str, str]) -> pa.Table:
    """The other way: a table of the file types of `columns`."""
    schema = arrow_schema(columns)
    if not rows:
        return schema.empty_table()
    parts = zip(zip(*rows, strict=True), columns.values(), schema, strict=True)
    return pa.table([pa.array(map(_day, part) if kind == "day" else part, field.type) for part, kind, field in parts], schema=schema)


class Small:
    """Tables of a few rows by name; see `step.Tables`.

    Attributes
    ----------
    tables : name -> rows, in the order of the declared columns; loan_id is the first of every table of loans
    """

    def __init__(self) -> None:
        self.tables: dict[str, Rows] = {}

    def give(self, name: str, rows: list[Row]) -> None:
        """Name rows that the rules can read as they are."""
        self.tables[name] = Rows(rows)

    def put(self, name: str, table: pa.Table, columns: Mapping[str, str]) -> None:
        """See `Tables.put`."""
        self.give(name, tuples(table, columns))

    def pick(self, name: str, source: str, ids: str, columns: Mapping[str, str]) -> None:
        """See `Tables.pick`: the rows stand in `source` already, with these columns."""
        loans = self.tables[ids].index((0,))
        self.give(name, [row for row in self.tables[source].rows if row[0] in loans])

    def rename(self, old: str, new: str) -> None:
        """See `Tables.rename`."""
        self.tables[new] = self.tables.pop(old)

    def stack(self, name: str, *sources: str) -> None:
        """See `Tables.stack`."""
        if len(sources) == 1:
            self.tables[name] = self.tables[sources[0]]
        else:
            self.give(name, [row for source in sources for row in self.tables[source].rows])

    def empty(self, name: str, columns: Mapping[str, str]) -> None:
        """See `Tables.empty`."""
        self.give(name, [])

    def count(self, name: str) -> int:
        """See `Tables.count`."""
        return len(self.tables[name].rows)

    def rows(self, name: str, columns: Mapping[str, str], order: Sequence[str] = ()) -> pa.Table:
        """See `Tables.rows`."""
        names = list(columns)
        found = self.tables[name].rows
        if order:
            places = [names.index(column) for column in order]
            found = sorted(found, key=lambda row: [row[place] for place in places])
        return arrow(found, columns)


class Walked:
    """The rules of one policy over the tables of a `Small`; each stage is written out at its first use and kept.

    Parameters
    ----------
    policy : the settings that shape the expressions
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.engine = Small()
        self._functions: dict[str, Function] = {}

    def run(self, *names: str) -> None:
        """Make the tables of these stages, in order."""
        for name in names:
            self.engine.give(name, self._made(name))

    def count(self, name: str) -> int:
        """Rows that a stage would have."""
        return len(self._made(name))

    def function(self, name: str) -> Function:
        """A stage as a function of tables, written out at its first use (some 20 ms)."""
        if name not in self._functions:
            stage = STAGES[name]
            self._functions[name] = function_of(stage.state(self.policy), list(stage.columns), name)
        return self._functions[name]

    def _made(self, name: str) -> list[Row]:
        return self.function(name)(self.engine.tables)

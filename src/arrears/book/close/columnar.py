"""The engine for thousands of loans at once: the stages of a close over arrays in memory.

It runs the same expressions as every engine (`frames` works them out). A statement costs an engine of SQL some milliseconds
to plan however few its rows are, and wide joins by name cost it by the row; arrays have neither cost. It reads no files:
tables are given to it, and it gives back what the turns made of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

import ibis.expr.operations as ops
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.close.arrays import Column, Words
from arrears.book.close.engine import Engine, arrow_schema
from arrears.book.close.frames import Frame, Working, stacked
from arrears.book.close.lean import lean
from arrears.book.rules.policy import Policy
from arrears.book.rules.tables import STAGES
from arrears.book.rules.turns import IDS


@dataclass
class Kept:
    """What is made once for a policy and used in every close.

    Attributes
    ----------
    stages : stage -> its expression
    tables : tables without texts that are the same every night
    """

    stages: dict[str, ops.Relation] = field(default_factory=dict)
    tables: dict[str, Frame] = field(default_factory=dict)


class Arrays:
    """Tables of arrays by name; see `step.Tables`.

    Parameters
    ----------
    source : where the rows of files are picked from
    """

    def __init__(self, source: Engine) -> None:
        self.words = Words()
        self.tables: dict[str, Frame] = {}
        self.source = source

    def put(self, name: str, table: pa.Table, columns: Mapping[str, str]) -> None:
        """See `Tables.put`."""
        words = self.words
        self.tables[name] = Frame(table.num_rows, lambda column: _read(table[column], columns[column], words))

    def pick(self, name: str, source: str, ids: str, columns: Mapping[str, str]) -> None:
        """See `Tables.pick`."""
        self.source.put("picked_ids", self.rows(ids, IDS), IDS)
        self.source.pick("picked", source, "picked_ids", columns)
        self.put(name, self.source.rows("picked", columns), columns)

    def rename(self, old: str, new: str) -> None:
        """See `Tables.rename`."""
        self.tables[new] = self.tables.pop(old)

    def stack(self, name: str, *sources: str) -> None:
        """See `Tables.stack`."""
        self.tables[name] = reduce(stacked, (self.tables[source] for source in sources))

    def empty(self, name: str, columns: Mapping[str, str]) -> None:
        """See `Tables.empty`."""
        self.put(name, arrow_schema(columns).empty_table(), columns)

    def count(self, name: str) -> int:
        """See `Tables.count`."""
        return self.tables[name].rows

    def rows(self, name: str, columns: Mapping[str, str], order: Sequence[str] = ()) -> pa.Table:
        """See `Tables.rows`."""
        frame = self.tables[name]
        parts = [_write(frame.column(column).long(frame.rows), kind, self.words) for column, kind in columns.items()]
        table = pa.table(parts, schema=arrow_schema(columns))
        return table.sort_by([(column, "ascending") for column in order]) if order else table


def _read(column: pa.ChunkedArray, kind: str, words: Words) -> Column:
    """A column of a file's type."""
    null = pc.is_null(column).to_numpy() if column.null_count else None
    if kind == "string":
        coded = column.combine_chunks().dictionary_encode()
        coded = coded if isinstance(coded, pa.DictionaryArray) else coded.combine_chunks()
        numbers = words.numbers(coded.dictionary.to_pylist())
        places = pc.fill_null(coded.indices, 0).to_numpy(zero_copy_only=False)
        values = numbers[places] if len(numbers) else np.zeros(len(places), np.int64)
        return Column(values if null is None else np.where(null, 0, values), null)
    whole = column.cast(pa.int32()) if kind == "day" else column
    if null is not None:
        whole = pc.fill_null(whole, pa.scalar(False if kind == "bool" else 0, whole.type))
    whole = whole if kind == "bool" else whole.cast(pa.int64())
    return Column(whole.to_numpy(), null)


def _write(column: Column, kind: str, words: Words) -> pa.Array:
    """The other way."""
    if kind == "string":
        each, places = np.unique(column.values, return_inverse=True)
        texts = pa.array([words.texts[number] for number in each], pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(places, pa.int32(), mask=column.null), texts).cast(pa.string())
    if kind == "day":
        return pa.array(column.values.astype(np.int32), pa.int32(), mask=column.null).cast(pa.date32())
    values = column.values.astype(np.int32) if kind == "int32" else column.values
    return pa.array(values, arrow_schema({"x": kind}).field(0).type, mask=column.null)


class Columnar:
    """The rules of one policy over the tables of an `Arrays`; each expression is made at its first use and kept.

    Parameters
    ----------
    policy : the settings that shape the expressions
    source : the engine that reads files
    kept : what earlier closes have made
    """

    def __init__(self, policy: Policy, source: Engine, kept: Kept) -> None:
        self.policy = policy
        self.engine = Arrays(source)
        self._kept = kept

    def give(self, name: str, columns: Mapping[str, str], where: str = "TRUE") -> None:
        """Name a table of the source as it stands there, or the rows of it that a condition chooses."""
        self.engine.put(name, self.engine.source.arrow(f"SELECT * FROM {name} WHERE {where}", columns), columns)

    def give_same(self, name: str, columns: Mapping[str, str]) -> None:
        """Name a table of the source that has no texts and is the same every night."""
        if name not in self._kept.tables:
            self.give(name, columns)
            self._kept.tables[name] = self.engine.tables[name]
        self.engine.tables[name] = self._kept.tables[name]

    def run(self, *names: str) -> None:
        """Make the tables of these stages, in order."""
        for name in names:
            frame = self._worked(name)
            columns = STAGES[name].columns
            with np.errstate(over="ignore"):
                told = {column: frame.column(column).long(frame.rows) for column in columns}
            self.engine.tables[name] = Frame(frame.rows, told.__getitem__)

    def count(self, name: str) -> int:
        """Rows that a stage would have."""
        return self._worked(name).rows

    def _worked(self, name: str) -> Frame:
        if name not in self._kept.stages:
            stage = STAGES[name]
            self._kept.stages[name] = lean(stage.state(self.policy), list(stage.columns)).op()
        working = Working(self.engine.tables, self.engine.words)
        with np.errstate(over="ignore"):
            return working.frame(self._kept.stages[name])

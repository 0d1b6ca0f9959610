"""An engine runs compiled SQL over named tables. DuckDB in process, or Spark where a book outgrows one machine.

Rules are Ibis expressions over unbound tables; a `Programme` compiles each once per policy and dialect. Engines differ
only in what stands here: how a day is read from a file, and whole division.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from copy import copy
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa

from arrears.book.close.lookup import Lookup
from arrears.book.store import ROW_GROUP, BookError

_ARROW = {"string": pa.string(), "int64": pa.int64(), "int32": pa.int32(), "bool": pa.bool_(), "day": pa.date32()}


# Below this many loans planning costs more than reading; these optimizers are worth their time even then.
_SMALL = 50_000
# So many loans are looked up in the files row group by row group; more are found by a join.
_FEW = 20_000
# A statement of so many characters is kept as parsed.
_LONG = 400
_ALWAYS = frozenset({"unused_columns", "expression_rewriter", "in_clause", "deliminator", "filter_pushdown", "column_lifetime"})


def arrow_schema(columns: Mapping[str, str]) -> pa.Schema:
    """The schema a file of these columns must have."""
    return pa.schema([(name, _ARROW[kind]) for name, kind in columns.items()])


class Engine(Protocol):
    """What a close needs of an engine. Names are tables of one session; a later table of a name replaces it."""

    dialect: str
    most: int | None  # loans to compute at once so that memory stays bound; None: the engine sees to that itself
    abreast: int  # parts of so many loans that it computes side by side

    def scan(self, name: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        """Name the rows of Parquet files; days become day numbers."""

    def put(self, name: str, table: pa.Table, columns: Mapping[str, str]) -> None:
        """Name the rows of an Arrow table that has the file types of `columns`."""

    def pick(self, name: str, source: str, ids: str, columns: Mapping[str, str]) -> None:
        """Make a table of the rows of a scan, sorted by loan, whose loan stands in the table `ids`."""

    def replace(self, name: str, ids: str, source: str, columns: Mapping[str, str]) -> None:
        """Put the rows of `source` into a table in place of those of the loans in the table `ids`."""

    def rename(self, old: str, new: str) -> None:
        """Give a table another name; what had that name is forgotten."""

    def make(self, name: str, sql: str, columns: Mapping[str, str]) -> None:
        """Run a query and keep its rows as a table with the rules' types."""

    def view(self, name: str, sql: str) -> None:
        """Name a query over tables without running it."""

    def empty(self, name: str, columns: Mapping[str, str]) -> None:
        """Name a table without rows."""

    def twin(self, names: Sequence[str]) -> AbstractContextManager[Engine]:
        """A second engine that sees these tables, for a thread of its own."""

    def sized(self, loans: int) -> AbstractContextManager[None]:
        """Work on a book of so many loans: what pays for a large one costs a small one more than it gives."""

    def write(self, sql: str, columns: Mapping[str, str], path: Path, order: Sequence[str] = ()) -> None:
        """Write a query's rows as one Parquet file of exactly these physical types."""

    def fetch(self, sql: str) -> list[tuple[object, ...]]:
        """Rows of a small query."""

    def arrow(self, sql: str, columns: Mapping[str, str]) -> pa.Table:
        """Rows of a query with the file types of `columns`."""

    def stack(self, name: str, *sources: str) -> None:
        """Name the rows of these tables, below one another."""

    def count(self, name: str) -> int:
        """Rows of a table."""

    def rows(self, name: str, columns: Mapping[str, str], order: Sequence[str] = ()) -> pa.Table:
        """A table with the file types of `columns`, sorted by the columns of `order`."""


class DuckDB:
    """The default engine: in process, two threads, spilling beside the Book where memory ends.

    Parameters
    ----------
    memory_mb : most memory in MiB
    spill : folder for what does not fit; None = no spilling
    threads : worker threads
    """

    dialect = "duckdb"
    most: int | None = 122_880  # a row group of a table in memory, which one thread reads
    abreast = 2

    def __init__(self, memory_mb: int = 1000, spill: Path | None = None, threads: int = 2) -> None:
        config = {"memory_limit": f"{memory_mb}MB", "threads": str(threads), "preserve_insertion_order": "false"}
        if spill is not None:
            config["temp_directory"] = str(spill)
        self.connection = duckdb.connect(":memory:", config=config)
        with suppress(duckdb.InvalidInputException):  # in a notebook there is no bar to put off
            self.connection.execute("SET enable_progress_bar = false")
        known = self.connection.execute("SELECT name FROM duckdb_optimizers()").fetchall()
        self._optimizers = [str(row[0]) for row in known]
        self._threads = threads
        self._small: bool | None = None
        self._empty: set[str] = set()
        self._tune(small=False)
        self.connection.execute("CREATE MACRO exact_quot(n, d) AS n // d")
        self._names: dict[str, str] = {}
        self._files: dict[str, list[Path]] = {}
        self._scanned: dict[str, Mapping[str, str]] = {}
        self._lookup = Lookup()
        self._parsed: dict[str, duckdb.Statement] = {}

    @staticmethod
    def _read(name: str, kind: str) -> str:
        if kind == "day":
            return f'CAST("{name}" - DATE \'1970-01-01\' AS BIGINT) AS "{name}"'
        return f'CAST("{name}" AS BIGINT) AS "{name}"' if kind == "int32" else f'"{name}"'

    @staticmethod
    def _file(name: str, kind: str) -> str:
        if kind == "day":
            return f'DATE \'1970-01-01\' + CAST("{name}" AS INTEGER) AS "{name}"'
        types = {"string": "VARCHAR", "int64": "BIGINT", "int32": "INTEGER", "bool": "BOOLEAN"}
        return f'CAST("{name}" AS {types[kind]}) AS "{name}"'

    @staticmethod
    def _kept(name: str, kind: str) -> str:
        types = {"string": "VARCHAR", "bool": "BOOLEAN"}
        return f'CAST("{name}" AS {types.get(kind, "BIGINT")}) AS "{name}"'

    def _list(self, columns: Mapping[str, str], shape: str) -> str:
        return ", ".join(getattr(self, shape)(name, kind) for name, kind in columns.items())

    def _drop(self, name: str) -> None:
        """Forget a name; views and tables share one space of names but not one DROP."""
        self._empty.discard(name)
        kind = self._names.pop(name, None)
        if kind:
            self.connection.execute(f'DROP {kind} "{name}"')

    def scan(self, name: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        """See `Engine.scan`; no files give an empty table."""
        if not files:
            self._files[name] = []
            self.put(name, arrow_schema(columns).empty_table(), columns)
            return
        self._drop(name)
        self._files[name], self._scanned[name] = list(files), columns
        listed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
        source = f"read_parquet([{listed}], hive_partitioning = false)"
        self.connection.execute(f'CREATE TEMP VIEW "{name}" AS SELECT {self._list(columns, "_read")} FROM {source}')
        self._names[name] = "VIEW"

    def put(self, name: str, table: pa.Table, columns: Mapping[str, str]) -> None:
        """See `Engine.put`."""
        self._drop(name)
        self.connection.register("arriving", table.select(list(columns)))
        self.connection.execute(f'CREATE TEMP TABLE "{name}" AS SELECT {self._list(columns, "_read")} FROM arriving')
        self._names[name] = "TABLE"
        self.connection.unregister("arriving")

    def pick(self, name: str, source: str, ids: str, columns: Mapping[str, str]) -> None:
        """See `Engine.pick`; for a few loans only the row groups that hold them are read."""
        loans = [str(row[0]) for row in self.fetch(f"SELECT loan_id FROM {ids} LIMIT {_FEW + 1}")]
        found = self._lookup.rows(self._files[source], loans, arrow_schema(columns)) if len(loans) <= _FEW else None
        if found is not None:
            self.put(name, found, columns)
            return
        listed = ", ".join(f"s.{column}" for column in columns)
        met = f"EXISTS (SELECT 1 FROM {ids} AS i WHERE i.loan_id = s.loan_id)"
        self.make(name, f"SELECT {listed} FROM {source} AS s WHERE {met}", columns)

    def replace(self, name: str, ids: str, source: str, columns: Mapping[str, str]) -> None:
        """See `Engine.replace`."""
        self.connection.execute(f'DELETE FROM "{name}" WHERE loan_id IN (SELECT loan_id FROM {ids})')
        self.connection.execute(f'INSERT INTO "{name}" SELECT {", ".join(columns)} FROM {source}')

    def rename(self, old: str, new: str) -> None:
        """See `Engine.rename`."""
        self._drop(new)
        self.connection.execute(f'ALTER {self._names[old]} "{old}" RENAME TO "{new}"')
        self._names[new] = self._names.pop(old)
        self._empty.discard(old)

    def make(self, name: str, sql: str, columns: Mapping[str, str]) -> None:
        """See `Engine.make`."""
        if self._names.get(name) == "VIEW":
            self._drop(name)
        self._empty.discard(name)
        # replacing at once lets a table be made from its own old rows
        self._run(f'CREATE OR REPLACE TEMP TABLE "{name}" AS SELECT {self._list(columns, "_kept")} FROM ({sql}) AS made')
        self._names[name] = "TABLE"

    def view(self, name: str, sql: str) -> None:
        """See `Engine.view`."""
        self._drop(name)
        self._run(f'CREATE TEMP VIEW "{name}" AS {sql}')
        self._names[name] = "VIEW"

    def _run(self, sql: str) -> None:
        """Run a statement; a long one is parsed once, because the rules are the same every night."""
        if len(sql) < _LONG:
            self.connection.execute(sql)
            return
        if sql not in self._parsed:
            (self._parsed[sql],) = self.connection.extract_statements(sql)
        self.connection.execute(self._parsed[sql])

    def empty(self, name: str, columns: Mapping[str, str]) -> None:
        """See `Engine.empty`; a table that is empty already stays as it is."""
        if name not in self._empty:
            self.put(name, arrow_schema(columns).empty_table(), columns)
            self._empty.add(name)

    @contextmanager
    def twin(self, names: Sequence[str]) -> Iterator[DuckDB]:
        """See `Engine.twin`: a second connection to the same database, under the same limit of memory."""
        other = copy(self)
        other.connection = self.connection.cursor()
        other._names, other._empty, other._files, other._small = {}, set(), {}, None
        other._tune(small=False)
        shared = [name for name in names if self._names[name] == "TABLE"]
        try:
            for name in shared:  # a temporary table is seen by its own connection only
                self.connection.execute(f'CREATE OR REPLACE TABLE memory.main."{name}" AS SELECT * FROM temp.main."{name}"')
            for name in names:
                other._files[name] = self._files.get(name, [])
                if name not in shared:
                    other.scan(name, self._files[name], self._scanned[name])
            yield other
        finally:
            other.connection.close()
            for name in shared:
                self.connection.execute(f'DROP TABLE IF EXISTS memory.main."{name}"')

    @contextmanager
    def sized(self, loans: int) -> Iterator[None]:
        """See `Engine.sized`. A small book is closed in one transaction; a large one could not free its tables in one."""
        small = loans < _SMALL
        self._tune(small)
        if not small:
            yield
            return
        names = dict(self._names)
        self.connection.execute("BEGIN")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            self._names, self._empty = names, set()
            raise
        self.connection.execute("COMMIT")

    def _tune(self, small: bool) -> None:
        """Our joins are written smallest side last: no order is searched for in either case. Few rows are not worth a second thread."""
        if small != self._small:
            self._small = small
            off = [name for name in self._optimizers if name not in _ALWAYS] if small else ["join_order"]
            self.connection.execute(f"SET disabled_optimizers = '{','.join(off)}'")
            self.connection.execute(f"SET threads = {1 if small else self._threads}")

    def write(self, sql: str, columns: Mapping[str, str], path: Path, order: Sequence[str] = ()) -> None:
        """See `Engine.write`."""
        by = f" ORDER BY {', '.join(order)}" if order else ""
        # a column that happens to hold no null would be written as required, and the files of two days would differ in type
        optional = f"SELECT {', '.join(['NULL'] * len(columns))} FROM range(0)"
        self.connection.execute(
            f"COPY (SELECT {self._list(columns, '_file')} FROM ({sql}) AS out UNION ALL {optional}{by}) "
            f"TO '{str(path).replace(chr(39), chr(39) * 2)}' (FORMAT PARQUET, COMPRESSION ZSTD, ROW_GROUP_SIZE {2 * ROW_GROUP})"
        )

    def fetch(self, sql: str) -> list[tuple[object, ...]]:
        """See `Engine.fetch`."""
        rows: list[tuple[object, ...]] = self.connection.execute(sql).fetchall()
        return rows

    def arrow(self, sql: str, columns: Mapping[str, str]) -> pa.Table:
        """See `Engine.arrow`."""
        table = self.connection.sql(f"SELECT {self._list(columns, '_file')} FROM ({sql}) AS out").to_arrow_table()
        return table.cast(arrow_schema(columns))

    def stack(self, name: str, *sources: str) -> None:
        """See `Engine.stack`."""
        self.view(name, below(sources))

    def count(self, name: str) -> int:
        """See `Engine.count`."""
        return int(str(self.fetch(f'SELECT count(*) FROM "{name}"')[0][0]))

    def rows(self, name: str, columns: Mapping[str, str], order: Sequence[str] = ()) -> pa.Table:
        """See `Engine.rows`."""
        return self.arrow(sorted_by(f"SELECT * FROM {name}", order), columns)


def below(tables: Iterable[str]) -> str:
    """Query of the rows of these tables, below one another."""
    return " UNION ALL ".join(f"SELECT * FROM {table}" for table in tables)


def sorted_by(sql: str, order: Sequence[str]) -> str:
    """The query with its rows in order."""
    return f"{sql} ORDER BY {', '.join(order)}" if order else sql


def engine_named(name: str, spill: Path | None = None) -> Engine:
    """The engine of that name: duckdb or spark. BookError says what is missing for Spark."""
    if name == "duckdb":
        return DuckDB(spill=spill)
    if name == "spark":
        from arrears.book.close.spark import Spark  # an extra: only who asks for it needs it

        return Spark.start()
    raise BookError(f"there is no engine {name!r}; allowed: duckdb, spark")

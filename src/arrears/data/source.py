"""Where an analyst's tables come from: DuckDB over the Book's own Parquet files, asked through the door. Nothing is copied.

One connection serves the whole process, so tables of two Books, or of two days, can be joined.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
from ibis.backends.duckdb import Backend
from ibis.expr.operations import InMemoryTable

from arrears.book.door import BookError, Door

Book = Door | Path | str
Day = dt.date | str


class DuckDB(Backend):  # type: ignore[misc]
    """Ibis 12 on DuckDB 2, which has dropped names that this Ibis asks for and keeps a connection busy while a result is open."""

    def _get_schema_using_query(self, query: str) -> Any:
        told = self.con.sql(f"DESCRIBE {query}").fetchall()
        kinds = self.compiler.type_mapper
        return ibis.schema({name: kinds.from_string(kind, nullable=null == "YES") for name, kind, null, *_ in told})

    def get_schema(self, table_name: str, *, catalog: str | None = None, database: str | None = None) -> Any:
        """See `ibis.backends.duckdb.Backend.get_schema`."""
        return self._get_schema_using_query(f"SELECT * FROM {_quoted(catalog, database, table_name)}")

    def drop_table(self, name: str, /, *, database: str | None = None, force: bool = False) -> None:
        """See `ibis.backends.sql.SQLBackend.drop_table`; what `cache()` made is dropped here."""
        self.con.execute(f"DROP TABLE {'IF EXISTS' if force else ''} {_quoted(database, name)}")

    def to_pyarrow_batches(self, expr: Any, /, *, params: Any = None, limit: Any = None, chunk_size: int = 1_000_000, **_: Any) -> Any:
        """See `ibis.backends.duckdb.Backend.to_pyarrow_batches`; a reader left half-read does not stand in the way of other work."""
        self._run_pre_execute_hooks(expr)
        table = expr.as_table()
        own = self.con.cursor()
        for held in table.op().find(InMemoryTable):
            own.register(held.name, held.data.to_pyarrow(held.schema))
        return own.sql(self.compile(table, params=params, limit=limit)).to_arrow_reader(chunk_size)


def _quoted(*parts: str | None) -> str:
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts if part)


@cache
def connection() -> Any:
    """The connection of this process."""
    made = DuckDB()
    made.do_connect(":memory:")
    return made


def rows(sql: str, types: dict[str, str]) -> ir.Table:
    """A lazy table of a query whose columns are told, so that no file is opened to learn them."""
    return connection().sql(sql, schema=ibis.schema(types))


def listed(names: Sequence[str]) -> str:
    """Column names for SQL."""
    return ", ".join(f'"{name}"' for name in names)


def door_of(book: Book) -> Door:
    """The door of a Book, of its folder, or of the folder's name. BookError where it is none."""
    return book if isinstance(book, Door) else Door(Path(book))


def day_of(told: Day, name: str) -> dt.date:
    """A day, or its ISO text; ValueError names the argument."""
    if isinstance(told, dt.datetime):
        raise ValueError(f"{name} is a day, not a moment: give {told.date()}")
    if isinstance(told, dt.date):
        return told
    try:
        return dt.date.fromisoformat(told)
    except ValueError:
        raise ValueError(f"{name} {told!r} is no day; write it as 2026-11-30") from None


def closed_on(door: Door, as_of: Day | None) -> dt.date:
    """The close that is meant: the last one, or exactly that day's. BookError names the closes around a day without one."""
    if as_of is None:
        return door.current
    day, closes = day_of(as_of, "as_of"), door.published()
    if day in closes:
        return day
    before, after = [each for each in closes if each < day][-1:], [each for each in closes if each > day][:1]
    near = " and ".join(str(each) for each in [*before, *after])
    raise BookError(f"{door.book.root} has no close of {day}; " + (f"the nearest: {near}" if near else "it has no close at all"))


def month_ends(door: Door, as_of: dt.date, first: Day | None = None, last: Day | None = None) -> list[dt.date]:
    """Closes at month ends up to `as_of`, within first and last."""
    since = day_of(first, "first") if first is not None else dt.date.min
    until = day_of(last, "last") if last is not None else as_of
    if until > as_of:
        raise ValueError(f"last {until} is after as_of {as_of}: what was not known then is not shown")
    if since > until:
        raise ValueError(f"first {since} is after last {until}")
    return [day for day in door.closes() if since <= day <= until and (day + dt.timedelta(days=1)).day == 1]


# -- rows of the Book ---------------------------------------------------------------


def files_sql(files: Sequence[Path], columns: Sequence[str]) -> str:
    """SQL of some columns of Parquet files; without files, of no rows."""
    if not files:
        return f"SELECT {', '.join(f'CAST(NULL AS {_kind(name)}) AS "{name}"' for name in columns)} WHERE FALSE"
    names = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    return f"SELECT {listed(columns)} FROM read_parquet([{names}])"


def _kind(name: str) -> str:
    """SQL type of a column of loans or events, by the ending of its name."""
    return {"on": "DATE", "fen": "BIGINT", "ppm": "BIGINT", "count": "INTEGER", "months": "INTEGER"}.get(name.rpartition("_")[2], "VARCHAR")


def position_sql(door: Door, on: dt.date, columns: Sequence[str], known: str = "then") -> str:
    """SQL of the positions at the end of a closed day, as published then, or with every correction known at the last close."""
    kept = on in door.closes()
    published = f"SELECT {listed(columns)} FROM {f'({door.relation("position", on)}) AS p' if kept else _quoted(_rebuilt_name(door, on))}"
    if known == "then":
        return published
    if known != "now":
        raise ValueError(f"known {known!r} is not known; allowed: then, now")
    name = _corrections(door, on)
    if name is None:
        return published
    corrected = f"SELECT {listed(columns)} FROM {_quoted(name)}"
    return f"SELECT * FROM ({published}) WHERE loan_id NOT IN (SELECT loan_id FROM {_quoted(name)}) UNION ALL {corrected}"


def _rebuilt_name(door: Door, on: dt.date) -> str:
    """Name of a table of the positions of a close whose files were pruned, made again as they were known then."""
    return _rebuilt(door.book.root.resolve(), on, (door.book.close_dir(on) / "MANIFEST.json").stat().st_mtime_ns)


@cache
def _rebuilt(root: Path, on: dt.date, written: int) -> str:
    """See `_rebuilt_name`; worked out once."""
    name = f"rebuilt {root} {on} {written}"
    connection().con.from_arrow(Door(root).positions(on)).create(name)
    return name


def _corrections(door: Door, on: dt.date) -> str | None:
    """Name of a table of the loans that later closes corrected at the end of `on`; None where there are none."""
    written = (door.book.close_dir(door.current) / "MANIFEST.json").stat().st_mtime_ns
    return _corrected(door.book.root.resolve(), on, door.current, written)


@cache
def _corrected(root: Path, on: dt.date, last: dt.date, written: int) -> str | None:
    """See `_corrections`; worked out once for each state of a Book (`written`: when its last close was)."""
    door = Door(root)
    told = files_sql(door.book.files("events"), ("loan_id", "effect_on", "close_on"))
    late = f"effect_on <= DATE '{on}' AND effect_on < close_on AND close_on > DATE '{on}' AND close_on <= DATE '{last}'"
    # a relation, not execute: DuckDB 2 keeps a connection busy until the last row of an execute is fetched
    loans = connection().con.sql(f"SELECT DISTINCT loan_id FROM ({told}) WHERE {late}").fetchall()
    if not loans:
        return None
    table = door.positions(on, known="now")
    name = f"corrected {root} {on} {last} {written}"
    held = connection().con.from_arrow(table.filter(pc.is_in(table["loan_id"], pa.array([row[0] for row in loans]))))
    held.create(name)
    return name

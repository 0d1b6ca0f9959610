"""Spark as the engine of a close: the same SQL text as DuckDB, for a book that has outgrown one machine.

Each named table is written as Parquet before the next stage reads it, so a chain of stages is never computed twice. All
that an engine may do differently (division, days, physical types, sort order) stands here.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from arrears.book.close.engine import arrow_schema, below, sorted_by
from arrears.book.close.shelves import link
from arrears.book.store import BookError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_TYPES = {"string": "STRING", "int64": "BIGINT", "int32": "INT", "bool": "BOOLEAN", "day": "DATE"}
_RULES = {"string": "STRING", "bool": "BOOLEAN"}  # every other kind is a BIGINT inside the rules

# what the answer depends on, and what a close of one night needs
_SESSION = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.parquet.writeLegacyFormat": "false",
    # what follows from wide filters is exponential in their number: one stage took minutes to plan, and gains nothing
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.sql.maxPlanStringLength": "10000",  # plans are long, and nobody looks at them
    # the leading lines of a stage stand in the error; the whole Java trace helps nobody who closes a book
    "spark.sql.pyspark.jvmStacktrace.enabled": "false",
}
# a few thousand loans: to compile a stage takes longer than to run it
_SMALL = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
_SMALL_JAVA = " -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
_QUIET = """rootLogger.level = error
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n%ex{1}
"""


class Spark:
    """An engine over one Spark session; names are temporary views of that session only.

    Parameters
    ----------
    session : a session of its own (`start` makes one)
    folder : where tables between stages are kept; workers must see it. Removed with the engine
    small : keep tables between stages in the driver's memory instead, and compile nothing: for a few thousand loans
    """

    dialect = "pyspark"
    most: int | None = None
    abreast = 1

    def __init__(self, session: SparkSession, folder: Path, small: bool = False) -> None:
        self.session = session
        for name, value in {**_SESSION, **(_SMALL if small else {})}.items():
            session.conf.set(name, value)
        if not small:
            session.conf.set("spark.sql.shuffle.partitions", str(max(2, session.sparkContext.defaultParallelism)))
        self._small = small
        self._folder = folder
        self._numbers = count(1)
        self._kept: dict[str, Path] = {}
        self._end = weakref.finalize(self, shutil.rmtree, str(folder), ignore_errors=True)

    @classmethod
    def start(cls, small: bool = False) -> Spark:
        """An engine on the cluster named by SPARK_MASTER, or on two threads of this machine.

        Parameters
        ----------
        small : see `Spark`

        Tables between stages go to ARREARS_SPARK_FOLDER, which a cluster needs: every worker must see it, as it must see the Book.
        On one machine a temporary folder will do. Errors: BookError names what is missing.
        """
        try:
            from pyspark.sql import SparkSession
        except ImportError:
            raise BookError("Spark is not installed. Install the extra: pip install 'arrears[spark]' (pyspark 4.0.5).") from None
        if not java_found():
            raise BookError("Spark needs Java 17 or newer and finds none. Install openjdk-17-jre-headless, or set JAVA_HOME.")
        folder = Path(tempfile.mkdtemp(prefix="arrears-spark-", dir=_between()))
        logging.getLogger("SQLQueryContextLogger").disabled = True  # errors are raised; this prints them a second time
        _launch(small)
        return cls(SparkSession.builder.getOrCreate().newSession(), folder, small)

    def stop(self) -> None:
        """Forget the tables; the Java process ends with this one."""
        self._end()

    # -- naming tables ------------------------------------------------------------

    def scan(self, name: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        """See `Engine.scan`; no files give an empty table."""
        if not files:
            self.put(name, arrow_schema(columns).empty_table(), columns)
            return
        rows = self.session.read.schema(_schema(columns, _TYPES)).parquet(*(str(self._visible(file)) for file in files))
        self._name(name, rows.selectExpr(*_days_to_numbers(columns)))

    def _visible(self, file: Path) -> Path:
        """The file under a name that Spark reads: one with a dot or a low line in front it takes for empty, without a word."""
        if not file.name.startswith((".", "_")):
            return file
        seen = self._folder / f"seen-{next(self._numbers)}.parquet"
        seen.parent.mkdir(parents=True, exist_ok=True)
        link(file, seen)
        return seen

    def put(self, name: str, table: pa.Table, columns: Mapping[str, str]) -> None:
        """See `Engine.put`."""
        # without a schema that says so, a column of nothing but nulls would have no type
        typed = table.select(list(columns)).cast(arrow_schema(columns))
        self._name(name, self.session.createDataFrame(typed).selectExpr(*_days_to_numbers(columns)))

    def make(self, name: str, sql: str, columns: Mapping[str, str]) -> None:
        """See `Engine.make`: the rows are written as Parquet, and the name then means the files."""
        kept = dict.fromkeys(columns, "BIGINT") | {column: _RULES[kind] for column, kind in columns.items() if kind in _RULES}
        rows = self._run(sql).selectExpr(*(f"CAST(`{column}` AS {kind}) AS `{column}`" for column, kind in kept.items()))
        if self._small:
            self._name(name, self.session.createDataFrame(rows.toArrow()))
            return
        place = self._folder / f"{name}-{next(self._numbers)}"
        rows.write.parquet(str(place))
        self._name(name, self.session.read.schema(_schema(kept)).parquet(str(place)), place)

    def pick(self, name: str, source: str, ids: str, columns: Mapping[str, str]) -> None:
        """See `Engine.pick`."""
        listed = ", ".join(f"s.{column}" for column in columns)
        self.make(name, f"SELECT {listed} FROM {source} AS s LEFT SEMI JOIN {ids} AS i ON s.loan_id = i.loan_id", columns)

    def replace(self, name: str, ids: str, source: str, columns: Mapping[str, str]) -> None:
        """See `Engine.replace`."""
        listed = ", ".join(columns)
        rest = f"SELECT {listed} FROM {name} AS n LEFT ANTI JOIN {ids} AS i ON n.loan_id = i.loan_id"
        self.make("replaced", f"{rest} UNION ALL SELECT {listed} FROM {source}", columns)
        self.rename("replaced", name)

    def rename(self, old: str, new: str) -> None:
        """See `Engine.rename`."""
        self._forget(new)
        self.session.table(f"`{old}`").createOrReplaceTempView(f"`{new}`")
        self.session.catalog.dropTempView(old)
        if old in self._kept:
            self._kept[new] = self._kept.pop(old)

    def empty(self, name: str, columns: Mapping[str, str]) -> None:
        """See `Engine.empty`."""
        self.put(name, arrow_schema(columns).empty_table(), columns)

    def twin(self, names: Sequence[str]) -> AbstractContextManager[Spark]:
        """See `Engine.twin`: Spark works in parallel by itself, and is asked for none."""
        return nullcontext(self)

    def sized(self, loans: int) -> AbstractContextManager[None]:
        """See `Engine.sized`: Spark works the same way whatever the size."""
        return nullcontext()

    def view(self, name: str, sql: str) -> None:
        """See `Engine.view`; the text is kept, so a view follows a later table of the names that it reads."""
        self.session.sql(f"CREATE OR REPLACE TEMPORARY VIEW `{name}` AS {_text(sql)}")
        self._forget(name)

    def _name(self, name: str, rows: DataFrame, place: Path | None = None) -> None:
        rows.createOrReplaceTempView(f"`{name}`")
        self._forget(name)
        if place is not None:
            self._kept[name] = place

    def _forget(self, name: str) -> None:
        """Remove the files of an earlier table of that name."""
        old = self._kept.pop(name, None)
        if old is not None:
            shutil.rmtree(old, ignore_errors=True)

    # -- rows out -------------------------------------------------------------------

    def write(self, sql: str, columns: Mapping[str, str], path: Path, order: Sequence[str] = ()) -> None:
        """See `Engine.write`; one task sorts and writes, then the file is moved to its name."""
        # Spark declares columns that cannot be null as required, and the files of two days or engines would differ in type
        optional = f"SELECT {', '.join(['NULL'] * len(columns))} FROM range(0)"
        listed = ", ".join(_numbers_to_days(columns))
        rows = self._run(f"SELECT {listed} FROM ({sql}) AS out UNION ALL {optional}").repartition(1)
        beside = path.with_name(f".{path.name}.parts")
        try:
            (rows.sortWithinPartitions(*order) if order else rows).write.parquet(str(beside))
            parts = sorted(beside.glob("part-*.parquet"))
            assert len(parts) == 1, f"Spark wrote {len(parts)} files for {path}"
            parts[0].replace(path)
        finally:
            shutil.rmtree(beside, ignore_errors=True)

    def fetch(self, sql: str) -> list[tuple[object, ...]]:
        """See `Engine.fetch`."""
        return [tuple(row) for row in self._run(sql).collect()]

    def arrow(self, sql: str, columns: Mapping[str, str]) -> pa.Table:
        """See `Engine.arrow`."""
        return self._run(sql).selectExpr(*_numbers_to_days(columns)).toArrow().cast(arrow_schema(columns))

    def stack(self, name: str, *sources: str) -> None:
        """See `Engine.stack`."""
        self.view(name, below(sources))

    def count(self, name: str) -> int:
        """See `Engine.count`."""
        return int(self.session.table(f"`{name}`").count())

    def rows(self, name: str, columns: Mapping[str, str], order: Sequence[str] = ()) -> pa.Table:
        """See `Engine.rows`."""
        return self.arrow(sorted_by(f"SELECT * FROM {name}", order), columns)

    def _run(self, sql: str) -> DataFrame:
        return self.session.sql(_text(sql))


def _master() -> str:
    return os.environ.get("SPARK_MASTER") or "local[2]"


def _between() -> str | None:
    """Where tables between stages are kept (None: wherever temporary files go); BookError where a cluster could not see it."""
    told = os.environ.get("ARREARS_SPARK_FOLDER")
    if told and not Path(told).is_dir():
        raise BookError(f"ARREARS_SPARK_FOLDER names {told}, which is no folder.")
    if not told and not _master().startswith("local["):
        raise BookError(
            f"SPARK_MASTER names a cluster ({_master()}). Set ARREARS_SPARK_FOLDER to a folder that this machine and every worker "
            "see under the same path, on the file system that holds the Book."
        )
    return told


def java_found() -> bool:
    """Is there a Java that Spark would start: the one of JAVA_HOME, or one on the path."""
    home = os.environ.get("JAVA_HOME")
    return (Path(home) / "bin" / "java").exists() if home else shutil.which("java") is not None


def _text(sql: str) -> str:
    """The text with whole division as Spark names it: `div` is exact over the whole of int64.

    A function of our own would not do: Spark 4.0 refuses SQL functions over windows.
    """
    return sql.replace("EXACT_QUOT(", "div(")


def _schema(columns: Mapping[str, str], types: Mapping[str, str] | None = None) -> str:
    return ", ".join(f"`{column}` {types[kind] if types else kind}" for column, kind in columns.items())


def _days_to_numbers(columns: Mapping[str, str]) -> list[str]:
    shapes = {"day": "CAST(unix_date(`{0}`) AS BIGINT) AS `{0}`", "int32": "CAST(`{0}` AS BIGINT) AS `{0}`"}
    return [shapes.get(kind, "`{0}`").format(name) for name, kind in columns.items()]


def _numbers_to_days(columns: Mapping[str, str]) -> list[str]:
    day = "date_from_unix_date(CAST(`{0}` AS INT)) AS `{0}`"
    return [(day if kind == "day" else f"CAST(`{{0}}` AS {_TYPES[kind]}) AS `{{0}}`").format(name) for name, kind in columns.items()]


def _launch(small: bool) -> None:
    """Start the Java process if this one has none: quietly, all it drops in a temporary folder. BookError where it fails."""
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkRuntimeError
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    if SparkContext._active_spark_context is not None:
        return
    folder = Path(tempfile.mkdtemp(prefix="arrears-spark-home-"))
    weakref.finalize(SparkContext, shutil.rmtree, str(folder), ignore_errors=True)
    (folder / "log4j2.properties").write_text(_QUIET)
    master = _master()
    conf = SparkConf().setMaster(master).setAppName("arrears")
    told = {
        "spark.ui.enabled": "false",
        "spark.driver.memory": "2g",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile=file:{folder}/log4j2.properties -Dderby.system.home={folder}"
        + (_SMALL_JAVA if small else ""),
        "spark.ui.showConsoleProgress": "false",
        **_SESSION,
    }
    if master.startswith("local"):
        told |= {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
    for name, value in told.items():
        conf.set(name, value)
    said = folder / "java.log"
    try:
        with said.open("w") as log:
            gateway: Any = launch_gateway(conf, {"stderr": log, "stdout": log})
            SparkSession(SparkContext(conf=conf, gateway=gateway))
    except (PySparkRuntimeError, OSError) as error:
        tail = " ".join(said.read_text().split("\n")[-4:]).strip() if said.exists() else ""
        raise BookError(f"Spark did not start (Java 17 or newer is needed): {tail or error}") from None

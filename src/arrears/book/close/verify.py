"""What must hold of a close before it is published, and of every published one when somebody asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any

import pyarrow.parquet as pq

from arrears.book import columns as c
from arrears.book.close.engine import DuckDB, Engine, arrow_schema
from arrears.book.close.shelves import name_positions
from arrears.book.rules.journal import ACCOUNTS
from arrears.book.store import PRUNED, Book, BookError, sha256

TABLES = {"position": c.POSITION, "open_due": c.OPEN_DUE, "journal": c.JOURNAL, "proposals": c.PROPOSALS}

# each finds rows that break an invariant; the sentence says which
INVARIANTS = {
    "received = principal + interest + penalty + fees paid + credit + refunded + taken after charge-off": (
        "SELECT loan_id FROM {position} WHERE received_fen <> principal_paid_fen + interest_paid_fen + penalty_paid_fen + fee_paid_fen "
        "+ credit_fen + refunded_fen + after_charge_off_fen"
    ),
    "principal owed = disbursed + adjusted - paid - charged off": (
        "SELECT loan_id FROM {position} WHERE principal_fen <> disbursed_fen + adjusted_fen - principal_paid_fen - charged_off_fen"
    ),
    "journal lines of a loan sum to zero": f"SELECT loan_id FROM {{journal}} WHERE {' + '.join(ACCOUNTS)} <> 0",
    "one row a loan": "SELECT loan_id FROM {position} GROUP BY loan_id HAVING count(*) > 1",
    "one row an obligation": "SELECT loan_id FROM {open_due} GROUP BY loan_id, obligation HAVING count(*) > 1",
    "no obligation below zero": (
        "SELECT loan_id FROM {open_due} WHERE least(interest_fen, principal_fen, fee_fen, num, paid_fen, waived_fen) < 0"
    ),
    "penalty never above its cap": "SELECT loan_id FROM {open_due} WHERE posted_fen > cap_fen AND rate_num > 0",
    "one proposal an id": "SELECT proposal_id FROM {proposals} GROUP BY proposal_id HAVING count(*) > 1",
}
# the rows that a close wrote: those of files that it only linked were looked at when they were written
NAMED = {"position": "written_pos", "open_due": "all_due", "journal": "all_journal", "proposals": "all_proposals"}


def content(engine: Engine, table: str, columns: Mapping[str, str]) -> dict[str, Any]:
    """Rows, sums of the money columns, and an order-free hash of a table (identity on one engine only).

    Sums are text: they may pass what JSON readers hold exactly.
    """
    money = [name for name, kind in columns.items() if kind == "int64" and name.endswith("_fen")]
    listed = ", ".join(columns)
    row_hash = f"hash({listed})" if engine.dialect == "duckdb" else f"xxhash64({listed})"
    rest = f"{row_hash} % 1000000007" if engine.dialect == "duckdb" else f"pmod({row_hash}, 1000000007)"
    wanted = ["count(*)", f"coalesce(bit_xor({row_hash}), 0)", f"coalesce(sum({rest}), 0)"]
    wanted += [f"coalesce(sum({name}), 0)" for name in money]
    rows, first, second, *sums = engine.fetch(f"SELECT {', '.join(wanted)} FROM {table}")[0]
    return {
        "rows": int(str(rows)),
        "hash": f"{first}-{second}",
        "sums": {name: str(value) for name, value in zip(money, sums, strict=True)},
    }


def hash_version(engine: Engine) -> str:
    """What a content hash rests on: it is the identity of rows on one engine and version only."""
    return f"{engine.dialect} {version('duckdb' if engine.dialect == 'duckdb' else 'pyspark')}"


def changed_content(before: Mapping[str, Any], old: list[dict[str, Any]], new: list[dict[str, Any]]) -> dict[str, Any]:
    """The content of a table after some of its rows (`old`) became others (`new`), from its content before."""
    rows, (first, second) = before["rows"], _parts(before["hash"])
    sums = {name: int(value) for name, value in before["sums"].items()}
    for sign, contents in ((-1, old), (1, new)):
        for each in contents:
            one, two = _parts(each["hash"])
            rows, first, second = rows + sign * each["rows"], first ^ one, second + sign * two
            sums = {name: value + sign * int(each["sums"][name]) for name, value in sums.items()}
    return {"rows": rows, "hash": f"{first}-{second}", "sums": {name: str(value) for name, value in sums.items()}}


def _parts(text: str) -> tuple[int, int]:
    """The two numbers of a content hash; the first may be negative on Spark."""
    first, second = text.rsplit("-", 1)
    return int(first), int(second)


def broken(engine: Engine, names: Mapping[str, str]) -> Iterator[str]:
    """Sentences about invariants that do not hold in the named tables, with the first loans that break them."""
    for sentence, query in INVARIANTS.items():
        found = engine.fetch(f"SELECT * FROM ({query.format(**names)}) AS broken LIMIT 3")
        if found:
            yield f"{sentence}: broken by {', '.join(str(row[0]) for row in found)}"


def verify_close(engine: Engine, manifest: Mapping[str, Any], before: Mapping[str, Any] | None) -> None:
    """Refuse to publish a close that breaks an invariant or lost a loan; BookError names the first."""
    for sentence in broken(engine, NAMED):
        raise BookError(f"the close of {manifest['day']} was not published. {sentence}")
    if before is not None and manifest["tables"]["position"]["rows"] < before["tables"]["position"]["rows"]:
        raise BookError(f"the close of {manifest['day']} was not published. It has fewer loans than the one before.")


def verify_book(book: Book) -> Iterator[tuple[dt.date, list[str]]]:
    """Check every published close: file hashes, physical types, content hashes, invariants. Yields (day, findings)."""
    engine = DuckDB(spill=book.root / ".spill")
    before: dt.date | None = None
    last = book.current
    if last is not None and not book.close_dir(last).exists():
        yield last, [f"{book.close_dir(last)} is missing, and CURRENT names it"]
    taken = [finding for record in book.batch_records() for finding in _taken(book, record)]
    if taken:
        yield last or dt.date.min, taken
    for day in book.published():
        try:
            findings = list(_findings(book, engine, day, before))
        except BookError as error:
            findings = [str(error)]
        except (KeyError, TypeError, AttributeError) as error:
            findings = [f"the manifest of the close of {day} is not one of ours: {error!r}"]
        yield day, findings
        before = day


def _taken(book: Book, record: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the files of one import."""
    for name, digest in record["files"].items():
        path = book.root / name
        if not path.exists():
            yield f"{path} is missing"
        elif sha256(path) != digest:
            yield f"{path} is not the file that was taken in (its sha256 differs)"


def _findings(book: Book, engine: DuckDB, day: dt.date, before: dt.date | None) -> Iterator[str]:
    manifest = book.manifest(day)
    folder = book.close_dir(day)
    pruned = (folder / PRUNED).exists()
    for name, digest in manifest["files"].items():
        path = folder / name
        if pruned and name.startswith(("position", "open_due")):
            continue
        if not path.exists():
            yield f"{path} is missing"
            return
        if sha256(path) != digest:
            yield f"{path} is not the file that was published (its sha256 differs)"
            return
    if manifest["previous"] != (before.isoformat() if before else None):
        yield f"the close of {day} was made on {manifest['previous']}, but the one before it here is {before}"
    if pruned:
        return
    for table, columns in TABLES.items():
        files = book.close_files(day, table)
        for path in files:
            if not pq.read_schema(path).remove_metadata().equals(arrow_schema(columns)):
                yield f"{path} does not have the declared column types"
        if table == "position":
            name_positions(engine, book, day, table)
        else:
            engine.scan(table, files, columns)
        if manifest["engine"] == engine.dialect and content(engine, table, columns) != manifest["tables"][table]:
            yield f"the rows of {table} are not those that the manifest names"
    yield from broken(engine, {table: table for table in TABLES})

"""Where positions lie on disk: live rows, which every close may touch, and quiet rows, which wait for their due day.

A loan is quiet when nothing of it is open: no obligation, no open promise, no running plan. Quiet rows stand in up to 31
files, by the day of the month of the loan's first due day. Such a file is written anew only by a close that touches much of
it (on its due day, at a month end); otherwise the next close links the same file into its own folder. A live row hides a
quiet row of the same loan. So a close costs what it touches, and each folder still holds the whole book of its day.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from arrears.book import columns as c
from arrears.book.close.engine import Engine
from arrears.book.rules.turns import IDS
from arrears.book.store import Book, BookError

# slot (day of the month) -> file of quiet rows
Slots = dict[int, Path]
LIVE, QUIET = "position-live", "position-quiet"
# fewer loans than this stay live: copying them all costs less than looking after files
FEWEST = 50_000
# a quiet file is written anew when one row in so many of it is touched
SHARE = 4


def quiet_files(book: Book, day: dt.date) -> Slots:
    """The quiet files of a close."""
    return {int(path.stem[-2:]): path for path in book.close_files(day, QUIET)}


def name_positions(engine: Engine, book: Book, day: dt.date | None, name: str) -> Slots:
    """Name the positions of a close, see `name_files`; returns its quiet files."""
    slots = quiet_files(book, day) if day else {}
    name_files(engine, book.close_files(day, LIVE) if day else [], slots, name)
    return slots


def name_files(engine: Engine, live: list[Path], quiet: Slots, name: str) -> None:
    """Name the rows of these files as `name`, the live ones as `{name}_live`, those of a quiet file as `{name}_{slot}`."""
    for slot, file in quiet.items():
        engine.scan(f"{name}_{slot}", [file], c.POSITION)
    engine.scan(f"{name}_live", live, c.POSITION)
    whole = f"SELECT * FROM {name}_live"
    if quiet:
        engine.scan(f"{name}_quiet", list(quiet.values()), c.POSITION)
        whole += f" UNION ALL SELECT * FROM {name}_quiet AS q WHERE {unless('q', f'{name}_live')}"
    engine.view(name, whole)


def files_sql(files: Iterable[Path]) -> str:
    """DuckDB's reader of Parquet files, as text."""
    listed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    return f"read_parquet([{listed}], hive_partitioning = false)"


def position_sql(book: Book, day: dt.date) -> str:
    """Query, for DuckDB, of the positions of a close as they stand in its files."""
    files = book.close_files(day, LIVE)
    if not files:
        raise BookError(f"the close of {day} holds no positions that this version reads. Run: arrears verify {book.root}")
    live = f"SELECT * FROM {files_sql(files)}"
    slots = quiet_files(book, day)
    if not slots:
        return live
    quiet = f"SELECT * FROM {files_sql(slots.values())} AS q"
    return f"{live} UNION ALL {quiet} WHERE NOT EXISTS (SELECT 1 FROM ({live}) AS l WHERE l.loan_id = q.loan_id)"


def unless(row: str, table: str) -> str:
    """The condition that no row of `table` has the loan of `row`."""
    return f"NOT EXISTS (SELECT 1 FROM {table} AS hidden WHERE hidden.loan_id = {row}.loan_id)"


def when(row: str, table: str) -> str:
    """The condition that a row of `table` has the loan of `row`."""
    return f"EXISTS (SELECT 1 FROM {table} AS met WHERE met.loan_id = {row}.loan_id)"


def hits(engine: Engine, name: str, slots: Iterable[int], ids: str) -> dict[int, tuple[int, int]]:
    """Rows of each quiet file, and how many of them are loans of the table `ids` that have no live row.

    `{ids}_absent` then holds those of the loans that have no live row, where there are quiet files.
    """
    each = " UNION ALL ".join(f"SELECT {slot} AS slot, loan_id FROM {name}_{slot}" for slot in slots)
    if not each:
        engine.empty(f"{ids}_absent", IDS)
        return {}
    engine.make(f"{ids}_absent", f"SELECT loan_id FROM {ids} AS i WHERE {unless('i', f'{name}_live')}", IDS)
    if not engine.fetch(f"SELECT count(*) FROM {ids}_absent")[0][0]:
        return {}
    counted = "SELECT q.slot, count(*), count(i.loan_id)"
    found = engine.fetch(f"{counted} FROM ({each}) AS q LEFT JOIN {ids}_absent AS i ON q.loan_id = i.loan_id GROUP BY q.slot")
    return {int(str(slot)): (int(str(rows)), int(str(met))) for slot, rows, met in found}


def much_touched(met: dict[int, tuple[int, int]]) -> set[int]:
    """Slots of the quiet files of which a close touches so much that it writes them anew."""
    return {slot for slot, (rows, touched) in met.items() if touched * SHARE >= rows}


def quiet_rows(name: str, met: dict[int, tuple[int, int]], ids: str, columns: c.Columns) -> str:
    """Query of the quiet rows of the loans counted by `hits`."""
    listed = ", ".join(columns)
    met_here = when("q", f"{ids}_absent")
    each = [f"SELECT {listed} FROM {name}_{slot} AS q WHERE {met_here}" for slot, (_, some) in met.items() if some]
    return " UNION ALL ".join(each) or f"SELECT {listed} FROM {name}_live WHERE FALSE"


def pull(engine: Engine, name: str, slots: Slots, ids: str, out: str, columns: c.Columns = c.POSITION) -> None:
    """Make the table `out` of the positions named `name` of the loans in the table `ids`, reading only files that hold them."""
    met = hits(engine, name, slots, ids)
    live = f"SELECT {', '.join(columns)} FROM {name}_live AS l WHERE {when('l', ids)}"
    engine.make(out, f"{live} UNION ALL {quiet_rows(name, met, ids, columns)}", columns)


def link(source: Path, target: Path) -> None:
    """The same file under a second name; a copy where the file system knows no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)

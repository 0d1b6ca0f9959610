"""Takes staged leaves to the audit log, in the order in which they were staged, each once.

A crash between the log's acknowledgement and our note of the number is mended by the next turn: the log knows each leaf by its id and
gives the same number again.
"""

from __future__ import annotations

import json
from pathlib import Path

from django.db import connection, transaction

from arrears.audit.log import Log, open_folder
from arrears.desk import clock

BATCH = 1000
_LOCK = 7_301_160  # one writer: advisory lock of this turn


def open_log(folder: Path, origin: str) -> Log:
    """The audit log of the installation, begun where there is none yet; its key lies beside it."""
    from arrears.audit.folder import Folder
    from arrears.audit.keys import Signer, read_file, write_file

    if (folder / "HEAD").exists():
        return open_folder(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    key = folder.with_name(folder.name + ".key")
    if not key.exists():
        write_file(key, Signer.new(origin), "")
    return Log.open_with(Folder.make(folder), read_file(key, ""), clock.today(), None)


@transaction.atomic
def turn(log: Log) -> int:
    """Number the leaves that wait, at most a batch; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("select id, body from journal_stagedleaf where number is null order by id limit %s", [BATCH])
        waiting = cursor.fetchall()
        if not waiting:
            return 0
        numbers = log.append([json.loads(bytes(body)) for _, body in waiting])
        cursor.executemany(
            "update journal_stagedleaf set number = %s, numbered_at = %s where id = %s",
            [(number, clock.now(), id_) for (id_, _), number in zip(waiting, numbers, strict=True)],
        )
    return len(waiting)

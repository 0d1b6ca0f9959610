"""People files taken in: all tables in one transaction, each row once, however often the files are given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import partial
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from arrears.desk.journal.services import record
from arrears.desk.people.files import others
from arrears.desk.people.files.beside import take_relations
from arrears.desk.people.files.borrowers import take_borrowers
from arrears.desk.people.files.mapping import FileProblem, Mapping
from arrears.desk.people.files.tables import ORDER
from arrears.desk.people.files.told import Told, good_rows
from arrears.desk.people.models import Loan, Team
from arrears.desk.people.services import know_loans
from arrears.desk.people.services.numbers import review_shared

_ONE_AT_A_TIME = 7301162


def take(
    files: Sequence[Path], mapping: Mapping, at: dt.datetime, by: Any = None, dry_run: bool = False, loans: Iterable[tuple[str, str]] = (),
    team: str = "",
) -> Told:  # fmt: skip
    """Take people files in.

    Parameters
    ----------
    loans : (loan id, pseudonym of its debtor) as the Book has them
    team : loans that no team works are given to this one
    dry_run : do it all and take it back: the counts are those of the real run

    Errors: FileProblem for a file that cannot be read, KeyProblem without keys; nothing has come in then.
    """
    told = Told(dry_run)
    tables = sorted(((mapping.table_of(path), path) for path in files), key=lambda each: ORDER.index(each[0].name))
    for path in files:
        if not path.is_file():
            raise FileProblem(f"there is no file {path}")
    takes: dict[str, Any] = {
        "agencies": others.take_agencies, "staff": others.take_staff, "borrowers": partial(take_borrowers, seen={}),
        "loans": others.take_loans,
        "addresses": others.take_addresses, "relations": take_relations, "consents": others.take_consents, "refusals": others.take_refusals,
    }  # fmt: skip
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])  # two imports at once would both find a person new
        for table, path in tables:
            for rows in good_rows(path, table, told):
                takes[table.name](rows, told, at, by)
        _loans(told, loans, team, at)
        data = {"files": [{"name": path.name, "sha256": _digest(path)} for path in files], "mapping": mapping.name, **told.as_dict()}
        record("people_imported", at, by=by, data=data)
        if dry_run:
            transaction.set_rollback(True)
    if not dry_run:
        review_shared(at)  # a number that somebody typed meanwhile was not visible to this transaction, nor this file to theirs
    return told


def _loans(told: Told, pairs: Iterable[tuple[str, str]], team: str, at: dt.datetime) -> None:
    known = list(pairs)
    for start in range(0, len(known), 10_000):
        part = known[start : start + 10_000]
        told.count("loans of the book", "rows", len(part))
        told.count("loans of the book", "new", know_loans(part, at))
    if team:
        told.count(
            "loans given to the team", "changed", Loan.objects.filter(team=None).update(team=Team.objects.get_or_create(name=team)[0])
        )


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()

"""Many documents at once, each told by the number of its loan: a folder, or a CSV with the columns loan, kind, file.

In a folder a file is `LOAN/KIND.pdf`, `LOAN/KIND-2.pdf` or `LOAN_KIND.pdf`; LOAN is the loan's id or its contract number, KIND a kind of
document.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arrears.desk.people import cipher, normal
from arrears.desk.people.documents.kind import NotTaken
from arrears.desk.people.documents.services import BULK_MAX, add_document
from arrears.desk.people.files.mapping import FileProblem
from arrears.desk.people.files.rows import Fault
from arrears.desk.people.files.told import Told
from arrears.desk.people.models import Loan
from arrears.desk.people.models.papers import DOCUMENTS


@dataclass(frozen=True)
class Wanted:
    """One document that shall come in."""

    row: int
    loan: str
    kind: str
    path: Path


def listed(source: Path) -> Iterator[Wanted]:
    """What a folder or a CSV names. FileProblem where it is neither."""
    if source.is_dir():
        for number, path in enumerate(sorted(each for each in source.rglob("*") if each.is_file() and not each.name.startswith(".")), 1):
            loan, kind = (path.parent.name, path.stem) if path.parent != source else path.stem.rpartition("_")[::2]
            yield Wanted(number, loan, re.sub(r"[-_ ]?\d+$", "", kind).lower(), path)
        return
    try:
        with source.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            lacks = sorted({"loan", "kind", "file"} - set(reader.fieldnames or []))
            if lacks:
                raise FileProblem(f"{source.name} has no column {', '.join(lacks)}")
            for row in reader:
                yield Wanted(reader.line_num, (row["loan"] or "").strip(), (row["kind"] or "").strip(), source.parent / (row["file"] or ""))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FileProblem(f"{source.name} cannot be read: {error}") from None


def take_documents(source: Path, at: dt.datetime, by: Any = None, dry_run: bool = False, limit: int = BULK_MAX) -> Told:
    """Take the documents in that a folder or a CSV names; each good one stands by itself, the others leave with a reason."""
    told = Told(dry_run)
    for each in listed(source):
        told.count("documents", "rows")
        fault = _take(each, source, at, by, dry_run, limit, told)
        if fault is not None:
            told.reject("documents", each.path.name, each.row, fault)
    return told


def _take(each: Wanted, source: Path, at: dt.datetime, by: Any, dry_run: bool, limit: int, told: Told) -> Fault | None:
    from arrears.desk.people.documents.kind import kind_of

    root = (source if source.is_dir() else source.parent).resolve()
    loan = find_loan(each.loan)
    if loan is None:
        return Fault("loan", "no loan has this number", "the id or the contract number of a loan that is known")
    if each.kind not in DOCUMENTS:
        return Fault("kind", "no such kind", ", ".join(DOCUMENTS))
    if root not in each.path.resolve().parents or not each.path.is_file():
        return Fault("file", "there is no such file in the folder", "a file beside the list or below it")
    try:
        with each.path.open("rb") as stream:
            if dry_run:
                kind_of(stream, each.path.name)
                told.count("documents", "new")
                return None
            new = add_document(stream, each.path.name, each.kind, at, by, loan=loan, source="bulk", limit=limit)[1]
    except NotTaken as error:
        return Fault("file", error.en, "see docs/people.md")
    except OSError as error:
        return Fault("file", f"it cannot be read: {error.strerror}", "a file that can be read")
    told.count("documents", "new" if new else "same")
    return None


def find_loan(number: str) -> Loan | None:
    """The loan of an id or a contract number."""
    if not number:
        return None
    by_id = Loan.objects.filter(pk=number).first()
    return by_id or Loan.objects.filter(number_index=cipher.blind("loan", normal.loan_number(number))).order_by("pk").first()

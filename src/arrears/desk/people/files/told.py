"""What an import says of itself: counts, rejected rows, what a person should look at."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from arrears.desk.people.files.mapping import Table
from arrears.desk.people.files.read import rows_of
from arrears.desk.people.files.rows import Fault, checked

BATCH = 1_000
SURPRISES = {
    "check": "identity numbers whose last character is not the one their digits call for",
    "born": "birth days that differ from the identity number's",
    "young": "borrowers under 18",
    "old": "borrowers over 90",
    "phone": "numbers that are no mobile number of China",
    "no_phone": "borrowers without a telephone number",
    "shared": "numbers or mailboxes of two persons: nobody is contacted there until a person confirms whose it is",
    "same_id": "identity numbers that two persons have",
    "ended": "addresses that had ended and are named again: they stay ended",
    "no_region": "borrowers whose region is not known: nobody calls them until it is",
    "private": "names with a character of the private use area, which prints as a box",
    "other_debtor": "loans that are known with another debtor: left as they are",
    "night": "consents to be reached at night without a window: they open none",
}


@dataclass(frozen=True)
class Reject:
    """A row that did not come in. Its values are not repeated: they are personal."""

    file: str
    row: int
    field: str
    reason: str
    allowed: str


@dataclass
class Told:
    """What happened, or (dry run) would.

    Attributes
    ----------
    counts : table -> {rows, new, changed, same, rejected}
    surprises : key of SURPRISES -> how many
    """

    dry_run: bool = False
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    surprises: Counter[str] = field(default_factory=Counter)
    rejects: list[Reject] = field(default_factory=list)

    def count(self, table: str, what: str, number: int = 1) -> None:
        """Count rows of a table."""
        self.counts.setdefault(table, Counter())[what] += number

    def reject(self, table: str, file: str, row: int, fault: Fault) -> None:
        """Send a row out."""
        self.count(table, "rejected")
        self.rejects.append(Reject(file, row, fault.field, fault.reason, fault.allowed))

    def rejects_csv(self) -> str:
        """The rejected rows as CSV."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["file", "row", "field", "reason", "allowed"])
        writer.writerows([each.file, each.row, each.field, each.reason, each.allowed] for each in self.rejects)
        return out.getvalue()

    def as_dict(self) -> dict[str, Any]:
        """As JSON tells it."""
        return {
            "dry_run": self.dry_run,
            "counts": {table: dict(each) for table, each in self.counts.items()},
            "surprises": {name: {"count": number, "says": SURPRISES[name]} for name, number in self.surprises.items() if number},
            "rejects": len(self.rejects),
        }


@dataclass(frozen=True)
class Good:
    """A row whose cells are good."""

    file: str
    row: int
    cells: dict[str, Any]


def good_rows(path: Path, table: Table, told: Told) -> Iterator[list[Good]]:
    """The rows of a file in lists of at most BATCH; bad ones leave into `told`."""
    source = rows_of(path, table)
    while part := list(islice(source, BATCH)):
        out = []
        for number, texts in part:
            told.count(table.name, "rows")
            cells = checked(table.name, texts)
            if isinstance(cells, Fault):
                told.reject(table.name, path.name, number, cells)
            else:
                out.append(Good(path.name, number, cells))
        yield out

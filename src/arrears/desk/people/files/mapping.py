"""Which file is which table, and which column which field: a YAML file, or `arrears`, whose columns bear our names.

name: my-lender
tables:
  borrowers:
    files: "客户*.csv"                 # a pattern of file names; default: the table's own name
    columns: {borrower_id: 客户号, name: 姓名, phone: 手机}
    words: {gender: {男: male, 女: female}}
    constants: {datum: GCJ02}
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml

from arrears.desk.people.files.tables import TABLES


class FileProblem(Exception):
    """A file or mapping that cannot be used; the text names it and says what is allowed."""


@dataclass(frozen=True)
class Table:
    """How one kind of table stands in files."""

    name: str
    files: str
    columns: dict[str, str]
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Mapping:
    """A whole mapping."""

    name: str
    tables: dict[str, Table]

    def table_of(self, path: Path) -> Table:
        """The table that a file holds; FileProblem where none, or more than one, fits its name."""
        name = path.name.removesuffix(".gz")
        fits = [each for each in self.tables.values() if fnmatch(name.lower(), each.files.lower())]
        if len(fits) != 1:
            told = ", ".join(f"{each.name}: {each.files}" for each in self.tables.values())
            raise FileProblem(f"{path.name} fits {len(fits) or 'no'} table of the mapping {self.name}; allowed names are {told}")
        return fits[0]


OURS = Mapping(
    "arrears",
    {
        name: Table(name, f"{name}.*", {each: each for each in fields}, constants={"datum": "WGS84"} if name == "borrowers" else {})
        for name, fields in TABLES.items()
    },
)


def load(name: str) -> Mapping:
    """A mapping by name or path; FileProblem says what is wrong with it."""
    if name == "arrears":
        return OURS
    path = Path(name)
    if not path.is_file():
        raise FileProblem(f"there is no mapping {name}; allowed: arrears, or a YAML file")
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FileProblem(f"{path.name} is no YAML: {str(error).splitlines()[0]}") from None
    if not isinstance(told, dict) or not isinstance(told.get("tables"), dict):
        raise FileProblem(f"{path.name} has no tables; allowed: tables: {{{', '.join(TABLES)}}}")
    return Mapping(str(told.get("name", path.stem)), {str(key): _table(path.name, str(key), each) for key, each in told["tables"].items()})


def _table(file: str, name: str, told: Any) -> Table:
    if name not in TABLES:
        raise FileProblem(f"{file}: no table {name}; allowed: {', '.join(TABLES)}")
    if not isinstance(told, dict) or not isinstance(told.get("columns", {}), dict):
        raise FileProblem(f"{file}, {name}: columns is a list of field: column")
    parts = {part: told.get(part) or {} for part in ("columns", "words", "constants")}
    strange = sorted({each for part in parts.values() for each in part} - TABLES[name].keys())
    unknown = sorted(told.keys() - {"files", "columns", "words", "constants"})
    if strange or unknown:
        raise FileProblem(f"{file}, {name}: no {', '.join(strange + unknown)}; fields are {', '.join(TABLES[name])}")
    lacks = [
        each for each, field_ in TABLES[name].items() if field_.needed and each not in parts["columns"] and each not in parts["constants"]
    ]
    if lacks:
        raise FileProblem(f"{file}, {name}: needed and not mapped: {', '.join(lacks)}")
    words = {key: {str(a): str(b) for a, b in each.items()} for key, each in parts["words"].items()}
    columns = {key: str(value) for key, value in parts["columns"].items()}
    return Table(name, str(told.get("files", f"{name}.*")), columns, words, {key: str(value) for key, value in parts["constants"].items()})

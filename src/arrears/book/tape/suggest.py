"""A first mapping for a file nobody has described yet: guessed from its header and a sample, written with the reasons.

What is guessed says why in a comment; what is not stands as a comment to be filled in. A mapping with every needed field
loads as it is, and a person should still read it: a name is not a meaning.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
import yaml

from arrears.book.tape import values as v
from arrears.book.tape.fields import TABLES, Field
from arrears.book.tape.files import read_columns
from arrears.book.tape.mapping import read_mapping
from arrears.book.tape.problems import refuse_file
from arrears.book.tape.rejects import Ledger
from arrears.book.tape.rows import ROW
from arrears.book.tape.shape import numbers
from arrears.kernel.money import currency_of

SAMPLE = 1_000  # rows that are looked at
ENOUGH = 0.55  # likeness of names below which nothing is guessed
FORMS = (
    "YYYY-MM-DD", "YYYY/M/D", "YYYY年M月D日", "YYYY.M.D", "YYYY-M-D", "YYYYMMDD", "YYYY-MM-DD 00:00:00", "YYYY/M/D 0:00",
    "MM-DD-YYYY", "MM/DD/YYYY", "M/D/YYYY", "DD/MM/YYYY", "D/M/YYYY", "DD.MM.YYYY", "YYYY-MM", "MM/YYYY", "YYYY年M月",
)  # fmt: skip
TWO_WAYS = {"MM-DD-YYYY": "DD-MM-YYYY", "MM/DD/YYYY": "DD/MM/YYYY", "M/D/YYYY": "D/M/YYYY"}
MONTHLY = ("月利率", "monthly rate")
MINOR = ("分)", "（分", "_fen", "cents", "minor")
_SIGNS = re.compile(r"[\s_\-()（）\[\]【】:：/.]+")
_STAND_INS = {
    "method": ("equal_instalment", "no column says how the loans are repaid"),
    "kind": ("payment_received", "no column says the kind"),
}


@dataclass(frozen=True)
class Suggestion:
    """A guessed mapping.

    Attributes
    ----------
    text : YAML with comments; kind : loans, schedule or events
    fields : column of each guessed field; missing : needed fields for which nothing was found
    """

    text: str
    kind: str
    fields: dict[str, str]
    missing: list[str]


@dataclass
class _Guess:
    """One field's guess: the source as YAML, why, and how sure."""

    column: str
    source: str
    why: list[str] = field(default_factory=list)


def suggest(path: Path, sheet: str = "", currency: str = "CNY") -> Suggestion:
    """Guess a mapping for one file.

    Parameters
    ----------
    path : CSV, XLSX or Parquet; sheet : of a workbook, the first one where empty
    currency : decides how amounts are read

    Errors: Refused (TAPE_FILE) as for reading; an XML file is of one known kind and needs no guess.
    """
    if path.name.lower().removesuffix(".gz").endswith(".xml"):
        raise refuse_file(str(path), "XML is read as Exhibit 102 of SEC Form ABS-EE: use the mapping abs-ee")
    table = read_columns(path, Ledger(), sheet=sheet).slice(0, SAMPLE)
    columns = {name: table.column(name) for name in table.column_names if name != ROW}
    choices = {kind: _pair(kind, columns, currency) for kind in ("loans", "schedule", "events")}
    kind = max(choices, key=lambda each: _fit(each, choices[each]))
    pairs = choices[kind]
    guesses = {name: _source(kind, name, column, columns[column], currency) for name, column in pairs.items()}
    for name, (constant, why) in _STAND_INS.items():
        if name in TABLES[kind] and name not in guesses:
            guesses[name] = _Guess("", f"{{constant: {constant}}}", [f"{why}: a guess, check it"])
    missing = [name for name, spec in TABLES[kind].items() if spec.needed and name not in guesses]
    text = _write(path, sheet, kind, guesses, missing, columns, currency)
    if not missing:
        read_mapping(yaml.safe_load(text), path.stem)  # our own mistake if this refuses
    return Suggestion(text, kind, {name: guess.column for name, guess in guesses.items() if guess.column}, missing)


@cache
def _words() -> dict[str, Any]:
    """Read the synonyms."""
    return cast("dict[str, Any]", yaml.safe_load((Path(__file__).parent / "synonyms.yaml").read_text(encoding="utf-8")))


def _plain(name: str) -> str:
    """Return a name without case, blanks and signs; camelCase is cut first."""
    return _SIGNS.sub("", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)).lower()


def _likeness(column: str, kind: str, name: str) -> float:
    """Say how much a column's name is like the names of a field, 0 to 1."""
    got, best = _plain(column), 0.0
    for place, word in enumerate([name.removesuffix("_fen").removesuffix("_ppm"), *_words()[kind].get(name, [])]):
        want = _plain(word)
        if got == want:
            return 1.0 - place / 1000
        if want in got or got in want:
            best = max(best, 0.6 + 0.3 * min(len(want), len(got)) / max(len(want), len(got)))
        else:
            best = max(best, 0.8 * SequenceMatcher(None, got, want).ratio())
    return best


def _pair(kind: str, columns: dict[str, pa.ChunkedArray], currency: str) -> dict[str, str]:
    """Give each field the column that is most like it and whose cells can be of its kind; each column once, the surest first."""
    scored = sorted(
        ((_likeness(column, kind, name), name, column) for name in _words()[kind] for column in columns),
        key=lambda each: (-each[0], each[1], each[2]),
    )
    out: dict[str, str] = {}
    for likeness, name, column in scored:
        free = name not in out and column not in out.values()
        if likeness >= ENOUGH and free and _may_be(columns[column], TABLES[kind][name], currency):
            out[name] = column
    return out


def _may_be(column: pa.ChunkedArray, spec: Field, currency: str) -> bool:
    """Say whether nine of ten filled cells can be read as a field; an empty column can be anything."""
    filled = len(column) - int(np.sum(v.is_blank(column)))
    if not filled:
        return True
    return _faults(column, spec.kind, currency) <= filled / 10


def _faults(column: pa.ChunkedArray, kind: str, currency: str) -> int:
    """Count the cells that cannot be read as a kind of field, in the form that suits them best."""
    match kind:
        case "amount":
            return len(v.parse_amounts(column, "units", currency, rounded=True).reasons)
        case "rate":
            return min(len(v.parse_rates(column, unit).reasons) for unit in ("units", "percent"))
        case "whole":
            return len(v.parse_whole(column).reasons)
        case "day":
            return min(len(v.parse_days(column, form, "").reasons) for form in FORMS)
        case "bool":
            return len(v.parse_bools(column).reasons)
        case "instant":
            return len(v.parse_instants(column).reasons)
        case "id":
            return len(v.parse_id(column).reasons)
    return 0


def _fit(kind: str, pairs: dict[str, str]) -> float:
    """Say how well a file fits a kind of table: needed fields count most, then how sure the names are."""
    needed = [name for name, spec in TABLES[kind].items() if spec.needed and name not in _STAND_INS]
    found = sum(name in pairs for name in needed) / len(needed)
    return 3 * found + sum(_likeness(column, kind, name) for name, column in pairs.items()) / 2


def _source(kind: str, name: str, column: str, cells: pa.ChunkedArray, currency: str) -> _Guess:
    """Write one field's source with the unit or form that suits its cells."""
    spec = TABLES[kind][name]
    likeness = _likeness(column, kind, name)
    out = _Guess(column, _quoted(column), [] if likeness > 0.9 else ["the names are only alike"])
    more: dict[str, str] = {}
    if spec.kind == "amount":
        more = _amount(column, cells, currency, out)
    elif spec.kind == "rate":
        more = _rate(column, cells, out)
    elif spec.kind == "day":
        more = _day(cells, out)
    elif name == "method":
        more = _method(cells, out)
    faults = int(np.sum(v.is_blank(cells)))
    if faults and spec.needed:
        out.why.append(f"{faults} of the first {len(cells)} cells are empty, and each row needs it")
    if more:
        out.source = "{" + ", ".join([f"column: {_quoted(column)}", *(f"{key}: {value}" for key, value in more.items())]) + "}"
    return out


def _amount(column: str, cells: pa.ChunkedArray, currency: str, out: _Guess) -> dict[str, str]:
    """Tell units from minor units: by the column's name, else it stays units with a word where the sums are large."""
    if any(word in column.lower() for word in MINOR):
        out.why.append("its name says minor units")
        return {"unit": "minor"}
    amounts = numbers(v.parse_amounts(cells, "units", currency, rounded=True).values)
    unit = currency_of(currency).unit
    middle = int(np.median(amounts[amounts != 0])) // unit if (amounts != 0).any() else 0
    if middle >= 1_000_000 and not (amounts % unit).any():
        out.why.append(f"whole numbers around {middle:,}: if these are minor units, say unit: minor")
    return {"unit": "units"}


def _rate(column: str, cells: pa.ChunkedArray, out: _Guess) -> dict[str, str]:
    """Tell fractions from percent by the cells; a monthly rate is not read."""
    if any(word in column.lower() for word in MONTHLY):
        out.why.append("its name says a rate a MONTH, and the Book reads yearly rates: give the yearly one")
    as_fraction, as_percent = (len(v.parse_rates(cells, unit).reasons) for unit in ("units", "percent"))
    if as_percent < as_fraction:
        out.why.append("numbers of 1 or more: read as percent")
        return {"unit": "percent"}
    return {}


def _day(cells: pa.ChunkedArray, out: _Guess) -> dict[str, str]:
    """Find the form that reads most cells; a form that could be read two ways says so."""
    if pa.types.is_temporal(cells.type):
        return {}
    form = min(FORMS, key=lambda each: len(v.parse_days(cells, each, "").reasons))
    other = TWO_WAYS.get(form)
    if other and not v.parse_days(cells, other, "").reasons:
        out.why.append(f"month first or day first? every cell reads as {other} too")
    if "D" not in form:
        out.why.append("the cells hold no day: the first of the month is taken; day: first, last, or 1 to 28")
    return {"form": _quoted(form)}


def _method(cells: pa.ChunkedArray, out: _Guess) -> dict[str, str]:
    """Translate the words of a column of methods."""
    known = _words()["values"]["method"]
    said = sorted({text.strip() for text in v.as_text(cells).to_pylist()} - {""})
    pairs = [f"{_quoted(text)}: {known[text]}" for text in said if text in known]
    unknown = [text for text in said if text not in known and text not in known.values()]
    if unknown:
        out.why.append(f"not translated: {', '.join(unknown[:5])}; allowed are our names of methods")
    return {"values": "{" + ", ".join(pairs) + "}"} if pairs else {}


def _quoted(text: str) -> str:
    """Write text so that YAML reads it back as it is."""
    return json.dumps(text, ensure_ascii=False)


def _write(
    path: Path,
    sheet: str,
    kind: str,
    guesses: dict[str, _Guess],
    missing: list[str],
    columns: dict[str, pa.ChunkedArray],
    currency: str,
) -> str:
    """Write the YAML."""
    used = {guess.column for guess in guesses.values()}
    left = [name for name in columns if name not in used]
    lines = [
        f"# Guessed from the header and the first rows of {path.name}. Read every line before you use it: arrears import --dry-run",
        "# takes it in without writing. Fields are described in docs/tape-layout.md.",
        f"name: {_quoted(re.sub(r'[^A-Za-z0-9._-]+', '-', path.name.split('.')[0]).strip('-') or 'my-lender')}",
        f"currency: {currency}",
        f"market: {'cn' if currency == 'CNY' else 'us'}",
        *([f"sheet: {_quoted(sheet)}"] if sheet else []),
        "tables:",
        f"  {kind}:",
    ]
    for name, spec in TABLES[kind].items():
        if name in guesses:
            guess = guesses[name]
            lines.append(f"    {name}: {guess.source}" + (f"   # {'; '.join(guess.why)}" if guess.why else ""))
        elif name in missing:
            lines.append(f"    # {name}:   # NEEDED ({spec.kind}), no column found")
        elif name in _words()[kind]:
            lines.append(f"    # {name}:   # {spec.kind}, no column found")
    if left:
        lines += ["# columns not used: " + ", ".join(left)]
    return "\n".join(lines) + "\n"

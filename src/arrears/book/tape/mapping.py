"""A mapping: how the columns of somebody's files become our fields. A small YAML; what it does not know it refuses.

Keys: name, says, currency, market (cn | us), months (the book has only months), tables, house, performance. Under
`tables`, a kind of table (loans, schedule, events, months) maps each field to a column or to a source:

    loan_id: assetNumber                              the column, read in the field's own form
    principal_fen: {column: amount, unit: minor}      units (default) | minor
    disbursed_on: {column: opened, form: MM/YYYY, day: first}    day: first | last | 1..28, for forms without a day
    method: {constant: simple_interest}
    vehicle: {object: {make: vehicleMake}}            a JSON object of columns that are not empty
    cost_sheet: {fees: {gps: gps_fee}}                a JSON list of code and max_fen
    liens: {list: [{ours: false, columns: {holder: senior, claim_fen: senior_claim}}]}
    recovered_fen: {column: recovered, needed: true}  the file must have this column
"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from arrears.book.tape.fields import TABLES
from arrears.book.tape.problems import refuse_mapping
from arrears.kernel.money import CURRENCIES

SHIPPED = Path(__file__).parent / "mappings"
MARKETS = ("cn", "us")
# Settings the book of a market may set; the house pack says what each means and checks its value.
HOUSE = ("bucket.market", "dpd.materiality_ratio", "paid_ahead.max_instalments", "paid_ahead.treatment", "penalty.enabled")
_KEYS = ("name", "says", "currency", "market", "months", "tables", "house", "performance")
_SOURCE_KEYS = ("column", "unit", "form", "day", "constant", "needed", "object", "fees", "list")
_JSON_SOURCES = ("object", "fees", "list")


@dataclass(frozen=True)
class Source:
    """Where a field comes from: exactly one of column, constant, object, fees, list."""

    column: str = ""
    unit: str = "units"
    form: str = ""
    day: str = ""
    constant: str | int | bool | None = None
    needed: bool = False
    object: Dict[str, str] = field(default_factory=dict)
    fees: Dict[str, str] = field(default_factory=dict)
    list: tuple[tuple[bool, Dict[str, str]], ...] = ()

    def columns(self) -> tuple[str, ...]:
        """Every column this source reads."""
        nested = [column for _, each in self.list for column in each.values()]
        return tuple(each for each in (self.column, *self.object.values(), *self.fees.values(), *nested) if each)


@dataclass(frozen=True)
class Performance:
    """How months of performance become events.

    Attributes
    ----------
    due_day : day of the month on which the instalment falls due
    payoff_tolerance : in units; a balance that reaches 0 with less principal paid than this short of it is a charge-off
    delinquency_step_days : days of opening delinquency that make one unpaid instalment (rounded up)
    """

    due_day: int = 15
    payoff_tolerance: Decimal = Decimal("10.00")
    delinquency_step_days: int = 30


@dataclass(frozen=True)
class Mapping:
    """A checked mapping. `tables` holds, per kind of table, the source of each mapped field."""

    name: str
    tables: Dict[str, Dict[str, Source]]
    says: str = ""
    currency: str = "CNY"
    fixed_currency: bool = False  # it names one; otherwise amounts are in the Book's
    market: str = "cn"
    months: bool = False
    house: Dict[str, Any] = field(default_factory=dict)
    performance: Performance = Performance()

    def needed_columns(self, kind: str) -> list[str]:
        """Columns a file of this kind must have."""
        fields = TABLES[kind]
        return sorted(
            {source.column for name, source in self.tables[kind].items() if source.column and (fields[name].needed or source.needed)}
        )

    def known_columns(self, kind: str) -> set[str]:
        """Columns of a file of this kind that are read when present."""
        return {column for source in self.tables[kind].values() for column in source.columns()}


def shipped_mappings() -> list[str]:
    """Return the names of the mappings that come with the program."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def load_mapping(name: str | Path) -> Mapping:
    """Load a mapping by the name of a shipped one or the path of a YAML file.

    Errors: Refused (TAPE_MAPPING) naming the key, field or value that is not known and what is allowed.
    """
    path = Path(name)
    if path.suffix not in (".yaml", ".yml"):
        path = SHIPPED / f"{name}.yaml"
    if not path.is_file():
        raise refuse_mapping(str(name), f"no such mapping; shipped: {', '.join(shipped_mappings())}; or give the path of a .yaml file")
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise refuse_mapping(str(name), f"not YAML: {' '.join(str(error).split())}") from error
    return read_mapping(raw, path.stem)


def read_mapping(raw: Any, name: str) -> Mapping:
    """Check a mapping given as plain data and return it. Errors: Refused (TAPE_MAPPING)."""
    _known(name, "the mapping", raw, _KEYS)
    title = str(raw.get("name", name))
    currency, market = raw.get("currency", "CNY"), raw.get("market", "cn")
    _one_of(title, "currency", currency, tuple(CURRENCIES))
    _one_of(title, "market", market, MARKETS)
    _known(title, "tables", raw.get("tables"), tuple(TABLES))
    _known(title, "house", raw.get("house") or {}, HOUSE)
    tables = {kind: _table(title, kind, fields) for kind, fields in raw["tables"].items()}
    if not isinstance(raw.get("months", False), bool):
        raise refuse_mapping(title, "months is true or false")
    return Mapping(
        name=title,
        says=str(raw.get("says", "")),
        currency=currency,
        fixed_currency="currency" in raw,
        market=market,
        months=raw.get("months", False),
        tables=tables,
        house=dict(raw.get("house") or {}),
        performance=_performance(title, raw.get("performance") or {}),
    )


def _performance(name: str, raw: Any) -> Performance:
    """Read the block that says how months become events."""
    _known(name, "performance", raw, ("due_day", "payoff_tolerance", "delinquency_step_days"))
    due_day, step = raw.get("due_day", 15), raw.get("delinquency_step_days", 30)
    if not (isinstance(due_day, int) and 1 <= due_day <= 28 and isinstance(step, int) and step >= 1):
        raise refuse_mapping(name, "performance: due_day is 1..28, delinquency_step_days at least 1")
    return Performance(due_day, Decimal(str(raw.get("payoff_tolerance", "10.00"))), step)


def _table(name: str, kind: str, raw: Any) -> dict[str, Source]:
    """Read the sources of one kind of table; every needed field must have one."""
    _known(name, f"tables.{kind}", raw, tuple(TABLES[kind]))
    sources = {each: _source(name, f"tables.{kind}.{each}", TABLES[kind][each].kind, value) for each, value in raw.items()}
    missing = [each for each, spec in TABLES[kind].items() if spec.needed and each not in sources]
    if missing:
        raise refuse_mapping(name, f"tables.{kind} has no source for {', '.join(missing)}")
    return sources


def _source(name: str, where: str, kind: str, raw: Any) -> Source:
    """Read one source: a column name or a block."""
    if isinstance(raw, str):
        return Source(column=raw)
    _known(name, where, raw, _SOURCE_KEYS)
    origins = [key for key in ("column", "constant", *_JSON_SOURCES) if key in raw]
    if len(origins) != 1:
        raise refuse_mapping(name, f"{where} needs exactly one of column, constant, object, fees, list")
    if origins[0] in _JSON_SOURCES and kind != "json":
        raise refuse_mapping(name, f"{where} is not a JSON field and cannot be made of {origins[0]}")
    _one_of(name, f"{where}.unit", raw.get("unit", "units"), ("units", "minor"))
    form, day = str(raw.get("form", "")), str(raw.get("day", ""))
    _check_form(name, where, kind, form, day)
    entries = tuple(_entry(name, where, each) for each in raw.get("list", []))
    return Source(
        column=str(raw.get("column", "")),
        unit=raw.get("unit", "units"),
        form=form,
        day=day,
        constant=raw.get("constant"),
        needed=bool(raw.get("needed", False)),
        object=dict(raw.get("object", {})),
        fees=dict(raw.get("fees", {})),
        list=entries,
    )


def _check_form(name: str, where: str, kind: str, form: str, day: str) -> None:
    """Check the form of a day: each of YYYY, MM and (if given) DD once."""
    if (form or day) and kind != "day":
        raise refuse_mapping(name, f"{where} is not a day; form and day do not apply")
    if form and (form.count("YYYY") != 1 or form.count("MM") != 1 or form.count("DD") > 1):
        raise refuse_mapping(name, f"{where}.form {form!r} is not known; allowed: YYYY and MM, with or without DD, such as MM/YYYY")
    if day and not (day in ("first", "last") or (day.isdigit() and 1 <= int(day) <= 28)):
        raise refuse_mapping(name, f"{where}.day {day!r} is not known; allowed: first, last, 1..28")


def _entry(name: str, where: str, raw: Any) -> tuple[bool, dict[str, str]]:
    """Read one entry of a list of liens."""
    _known(name, where, raw, ("ours", "columns"))
    _known(name, f"{where}.columns", raw.get("columns"), ("rank", "holder", "claim_fen", "claim_on", "registered_on", "registry"))
    return bool(raw.get("ours", False)), dict(raw["columns"])


def _known(name: str, where: str, raw: Any, allowed: tuple[str, ...]) -> None:
    """Refuse what is no block, and every key that is not allowed."""
    if not isinstance(raw, dict):
        raise refuse_mapping(name, f"{where} must be a block of keys; allowed: {', '.join(allowed)}")
    unknown = [str(key) for key in raw if key not in allowed]
    if unknown:
        raise refuse_mapping(name, f"{where} holds unknown {', '.join(unknown)}; allowed: {', '.join(allowed)}")


def _one_of(name: str, where: str, value: Any, allowed: tuple[str, ...]) -> None:
    """Refuse a value outside a short list."""
    if value not in allowed:
        raise refuse_mapping(name, f"{where} {value!r} is not known; allowed: {', '.join(allowed)}")

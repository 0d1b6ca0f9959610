"""A mapping: how the columns of somebody's files become our fields. A small YAML; what it does not know it refuses.

Keys: name, says, currency, market (cn | us), months (the book has only months), filing (each row holds a loan and one of
its months), deal (the column that names the deal), sheet (of a workbook), tables, house, performance. Under `tables`, a kind
of table (loans, schedule, events, months) maps each field to a column or to a source:

    loan_id: assetNumber                              the column, read in the field's own form
    principal_fen: {column: amount, unit: minor}      units (default) | minor
    rate_ppm: {column: rate, unit: percent}           a rate of 12 is 12 %
    end_fen: {column: balance, round: true}           decimals beyond the currency's are rounded half-even
    disbursed_on: {column: opened, form: MM/YYYY, day: first}    day: first | last | 1..28, for forms without a day
    first_due_on: {column: due, form: [YYYY/M/D, YYYY年M月D日]}    the forms are tried in this order
    method: {column: type, values: {等额本息: equal_instalment}}    words of the file in ours; others stay
    loan_id: {join: [deal, number]}                   deal:number; "/" of the number is written %2F
    signed_on: {column: opened, shared: true}         a column that another field of this table reads too
    method: {constant: simple_interest}
    vehicle: {object: {make: vehicleMake}}            a JSON object of columns that are not empty
    cost_sheet: {fees: {gps: gps_fee}}                a JSON list of code and max_fen
    liens: {list: [{ours: false, columns: {holder: senior, claim_fen: senior_claim}}]}
    recovered_fen: {column: recovered, needed: true}  the file must have this column
"""

from __future__ import annotations

import re
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
HOUSE = ("lien.model", "bucket.market", "dpd.materiality_ratio", "paid_ahead.max_instalments", "paid_ahead.treatment", "penalty.enabled")
_KEYS = ("name", "says", "currency", "market", "months", "filing", "deal", "sheet", "tables", "house", "performance")
_SOURCE_KEYS = ("column", "unit", "form", "day", "constant", "needed", "shared", "round", "values", "join", "object", "fees", "list")
_ORIGINS = ("column", "constant", "join", "object", "fees", "list")
_UNITS = {"amount": ("units", "minor"), "rate": ("units", "percent"), "json": ("units", "minor")}
_JSON_SOURCES = ("object", "fees", "list")


@dataclass(frozen=True)
class Source:
    """Where a field comes from: exactly one of column, constant, join, object, fees, list.

    unit : units | minor for amounts, units | percent for rates. form : forms of a day, joined by "|". shared : another
    field of the table may read the column too. round : decimals beyond the currency's are rounded.
    """

    column: str = ""
    unit: str = "units"
    form: str = ""
    day: str = ""
    constant: str | int | bool | None = None
    needed: bool = False
    shared: bool = False
    round: bool = False
    values: Dict[str, str] = field(default_factory=dict)
    join: tuple[str, ...] = ()
    object: Dict[str, str] = field(default_factory=dict)
    fees: Dict[str, str] = field(default_factory=dict)
    list: tuple[tuple[bool, Dict[str, str]], ...] = ()

    def columns(self) -> tuple[str, ...]:
        """Every column this source reads."""
        nested = [column for _, each in self.list for column in each.values()]
        return tuple(each for each in (self.column, *self.join, *self.object.values(), *self.fees.values(), *nested) if each)

    def told_as(self) -> str:
        """The column that stands for this source in a reject; of a join its last, empty where there is none."""
        return self.column or (self.join[-1] if self.join else "")


@dataclass(frozen=True)
class Performance:
    """How months of performance become events.

    Attributes
    ----------
    due_day : day of the month on which the instalment falls due
    payoff_tolerance : in units; a balance that reaches 0 with less principal paid than this short of it is a charge-off
    delinquency_step_days : days of opening delinquency that make one unpaid instalment (rounded up)
    thirty_day_months : beginnings of the names of deals whose days of delinquency count 30 to the month
    """

    due_day: int = 15
    payoff_tolerance: Decimal = Decimal("10.00")
    delinquency_step_days: int = 30
    thirty_day_months: tuple[str, ...] = ()


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
    filing: bool = False
    deal: str = ""
    sheet: str = ""
    house: Dict[str, Any] = field(default_factory=dict)
    performance: Performance = Performance()

    def needed_columns(self, kind: str) -> list[str]:
        """Columns a file of this kind must have."""
        fields = TABLES[kind]
        return sorted(
            {source.told_as() for name, source in self.tables[kind].items() if source.told_as() and (fields[name].needed or source.needed)}
        )

    def known_columns(self, kind: str) -> set[str]:
        """Columns of a file of this kind that are read when present."""
        return {column for source in self.tables[kind].values() for column in source.columns()}

    def all_columns(self) -> set[str]:
        """Columns of a file of any kind that are read when present."""
        return {column for kind in self.tables for column in self.known_columns(kind)}


def shipped_mappings() -> list[str]:
    """Return the names of the mappings that come with the program."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def mapping_text(name: str) -> str:
    """Return the YAML of a shipped mapping as it stands; Refused (TAPE_MAPPING) for another name."""
    path = SHIPPED / f"{name}.yaml"
    if not path.is_file():
        raise refuse_mapping(name, f"no such mapping; shipped: {', '.join(shipped_mappings())}")
    return path.read_text(encoding="utf-8")


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
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_OnceLoader)  # noqa: S506 - a SafeLoader that also refuses a key given twice
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise refuse_mapping(str(name), f"not YAML: {' '.join(str(error).split())}") from error
    return read_mapping(raw, path.stem)


class _OnceLoader(yaml.SafeLoader):
    """Reads YAML, and refuses a key that stands twice: plain YAML would silently take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        double = sorted({str(key) for key in keys if keys.count(key) > 1})
        if double:
            raise yaml.constructor.ConstructorError(None, None, f"{', '.join(double)} stands twice in one block", node.start_mark)
        return super().construct_mapping(node, deep)


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
    for key in ("months", "filing"):
        if not isinstance(raw.get(key, False), bool):
            raise refuse_mapping(title, f"{key} is true or false")
    if raw.get("filing") and set(tables) != {"loans", "months"}:
        raise refuse_mapping(title, "filing: true needs the tables loans and months and no other: each row holds both")
    return Mapping(
        name=title,
        says=str(raw.get("says", "")),
        currency=currency,
        fixed_currency="currency" in raw,
        market=market,
        months=raw.get("months", False),
        filing=raw.get("filing", False),
        deal=str(raw.get("deal", "")),
        sheet=str(raw.get("sheet", "")),
        tables=tables,
        house=dict(raw.get("house") or {}),
        performance=_performance(title, raw.get("performance") or {}),
    )


def _performance(name: str, raw: Any) -> Performance:
    """Read the block that says how months become events."""
    _known(name, "performance", raw, ("due_day", "payoff_tolerance", "delinquency_step_days", "thirty_day_months"))
    due_day, step = raw.get("due_day", 15), raw.get("delinquency_step_days", 30)
    if not (isinstance(due_day, int) and 1 <= due_day <= 28 and isinstance(step, int) and step >= 1):
        raise refuse_mapping(name, "performance: due_day is 1..28, delinquency_step_days at least 1")
    thirty = raw.get("thirty_day_months", [])
    if not (isinstance(thirty, list) and all(isinstance(each, str) and each for each in thirty)):
        raise refuse_mapping(name, "performance: thirty_day_months is a list of beginnings of deal names")
    return Performance(due_day, Decimal(str(raw.get("payoff_tolerance", "10.00"))), step, tuple(thirty))


def _table(name: str, kind: str, raw: Any) -> dict[str, Source]:
    """Read the sources of one kind of table; every needed field must have one."""
    _known(name, f"tables.{kind}", raw, tuple(TABLES[kind]))
    sources = {each: _source(name, f"tables.{kind}.{each}", TABLES[kind][each].kind, value) for each, value in raw.items()}
    missing = [each for each, spec in TABLES[kind].items() if spec.needed and each not in sources]
    if missing:
        raise refuse_mapping(name, f"tables.{kind} has no source for {', '.join(missing)}")
    _check_shared(name, kind, sources)
    return sources


def _check_shared(name: str, kind: str, sources: Dict[str, Source]) -> None:
    """Refuse a column that two fields read without saying so: mostly one of them is a slip of the hand."""
    readers: dict[str, list[str]] = {}
    for each, source in sources.items():
        for column in dict.fromkeys(source.columns()):
            readers.setdefault(column, []).append(each)
    for column, fields in readers.items():
        if sum(not sources[each].shared for each in fields) > 1:
            said = "if that is meant, say shared: true at all of them but one"
            raise refuse_mapping(name, f"tables.{kind} reads column {column} for {' and for '.join(fields)}; {said}")


def _source(name: str, where: str, kind: str, raw: Any) -> Source:
    """Read one source: a column name or a block."""
    if isinstance(raw, str):
        return Source(column=raw)
    _known(name, where, raw, _SOURCE_KEYS)
    origins = [key for key in _ORIGINS if key in raw]
    if len(origins) != 1:
        raise refuse_mapping(name, f"{where} needs exactly one of {', '.join(_ORIGINS)}")
    if origins[0] in _JSON_SOURCES and kind != "json":
        raise refuse_mapping(name, f"{where} is not a JSON field and cannot be made of {origins[0]}")
    if origins[0] == "join" and not (kind in ("id", "text") and isinstance(raw["join"], list) and len(raw["join"]) > 1):
        raise refuse_mapping(name, f"{where}.join is a list of columns, for a field of text")
    if "values" in raw and not (kind == "text" and isinstance(raw["values"], dict)):
        raise refuse_mapping(name, f"{where}.values is a block of words, for a field of text")
    _one_of(name, f"{where}.unit", raw.get("unit", "units"), _UNITS.get(kind, ("units",)))
    given = raw.get("form", "")
    form, day = "|".join(map(str, given)) if isinstance(given, list) else str(given), str(raw.get("day", ""))
    _check_form(name, where, kind, form, day)
    entries = tuple(_entry(name, where, each) for each in raw.get("list", []))
    return Source(
        column=str(raw.get("column", "")),
        unit=raw.get("unit", "units"),
        form=form,
        day=day,
        constant=raw.get("constant"),
        needed=bool(raw.get("needed", False)),
        shared=bool(raw.get("shared", False)),
        round=bool(raw.get("round", False)),
        values={str(key): str(value) for key, value in raw.get("values", {}).items()},
        join=tuple(map(str, raw.get("join", []))),
        object=dict(raw.get("object", {})),
        fees=dict(raw.get("fees", {})),
        list=entries,
    )


def _check_form(name: str, where: str, kind: str, form: str, day: str) -> None:
    """Check the forms of a day: each holds YYYY and MM (or M) once, and at most once DD (or D)."""
    if (form or day) and kind != "day":
        raise refuse_mapping(name, f"{where} is not a day; form and day do not apply")
    for each in form.split("|") if form else ():
        months, days = re.findall("M+", each), re.findall("D+", each)
        if each.count("YYYY") != 1 or months not in (["MM"], ["M"]) or days not in (["DD"], ["D"], []):
            allowed = "YYYY and MM, with or without DD, such as MM/YYYY; M and D where a 0 is left out"
            raise refuse_mapping(name, f"{where}.form {each!r} is not known; allowed: {allowed}")
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

"""Turn raw entries into entries, and say everything that is wrong with them at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from arrears.kernel.problems import Both, Problem
from arrears.law.entry import Dated, Entry, Floor, Source
from arrears.law.files import Raw
from arrears.law.refusals import refusal
from arrears.law.units import UNITS, BadValue, UnquotedFloat, Value, is_unit, parse_value

DATED_BY = ("action", "signing", "due", "default")
MERGES = ("single", "narrowest", "lowest", "highest")
SEEN = ("official", "secondary", "memory")
CONFIDENCE = ("high", "medium", "medium-", "low")
STRENGTH = ("law", "presumption", "guidance", "industry", "policy")
FIRM = ("decided", "open", "weak")
DIRECTIONS = ("at_most", "at_least", "within", "subset")
CLAUSE_IS = ("seen", "inferred", "memory")

_SHARED = {"says", "says_zh", "unit", "dated_by", "values"}
_LAW_NEEDS = _SHARED | {"merge", "seen", "confidence", "checked"}
_HOUSE_NEEDS = _SHARED | {"firm", "mission"}
_MAY = {"merge", "exception", "strength", "choices", "minimum", "maximum", "tightens"}
_TEXTS = ("says", "says_zh", "unit", "dated_by", "exception", "seen", "confidence", "firm", "mission")
_SOURCE = ("instrument", "clause", "clause_is", "note", "note_zh")


def make_entry(raw: Raw, house: bool) -> tuple[Entry | None, list[Problem]]:
    """Turn one raw entry into an `Entry`.

    Parameters
    ----------
    raw : as read
    house : a setting of the lender, else a rule of law; they need different fields

    Returns
    -------
    The entry, or None where it is too broken to stand, and every problem found.
    """
    problems = _field_problems(raw, house)
    body = raw.body
    if not is_unit(body.get("unit")) or not isinstance(body.get("values"), list):
        return None, problems
    values, value_problems = read_values(raw, body["unit"], house)
    limits = {edge: _limit(raw, edge, problems) for edge in ("minimum", "maximum")}
    checked = body["checked"] if isinstance(body.get("checked"), dict) else {}
    tightens = body["tightens"] if isinstance(body.get("tightens"), dict) else {}
    entry = Entry(
        id=raw.id,
        house=house,
        file=raw.file,
        values=values,
        checked_on=checked.get("on"),
        checked_by=checked.get("by"),
        choices=tuple(body["choices"]) if _are_choices(body.get("choices")) else (),
        minimum=limits["minimum"],
        maximum=limits["maximum"],
        tightens=Floor(str(tightens.get("law")), str(tightens.get("direction"))) if tightens else None,
        **{key: str(body.get(key) or "") for key in _TEXTS},
        merge=str(body.get("merge") or "single"),
        strength=str(body.get("strength") or ("" if house else "law")),
    )
    return entry, problems + value_problems


def _field_problems(raw: Raw, house: bool) -> list[Problem]:
    body, found = raw.body, []
    needs = _HOUSE_NEEDS if house else _LAW_NEEDS
    may = needs | _MAY

    def bad(what: Both, allowed: str | Both) -> None:
        found.append(refusal("PACK_FIELD", raw.id, file=raw.file, id=raw.id, what=what, allowed=allowed))

    for key in sorted(needs - body.keys()):
        bad(Both(f"{key} is missing", f"缺少 {key}"), ", ".join(sorted(needs)))
    for key in sorted(str(each) for each in body.keys() - may):
        bad(Both(f"{key} is no field of an entry", f"没有字段 {key}"), ", ".join(sorted(may)))
    if "unit" in body and not is_unit(body["unit"]):
        found.append(refusal("PACK_UNKNOWN_UNIT", raw.id, file=raw.file, id=raw.id, given=body["unit"], allowed=", ".join(UNITS)))
    words = {"dated_by": DATED_BY, "merge": MERGES, "seen": SEEN, "confidence": CONFIDENCE, "firm": FIRM, "strength": STRENGTH}
    for key, allowed in words.items():
        if key in body and key in may and body[key] not in allowed:
            bad(Both(f"{key} is {body[key]}", f"{key} 为 {body[key]}"), ", ".join(allowed))
    if "values" in body and not (isinstance(body["values"], list) and body["values"]):
        bad(Both("values is no list", "values 不是列表"), "a list of {from, value, source}")
    checked = body.get("checked")
    if "checked" in body and not (isinstance(checked, dict) and checked.keys() == {"on", "by"} and isinstance(checked["on"], dt.date)):
        bad(Both("checked is incomplete", "checked 不完整"), "{on: DATE, by: a lawyer's name or null}")
    if "choices" in body and not _are_choices(body["choices"]):
        bad(Both("choices is no list of words", "choices 不是词的列表"), Both("a list of words, true, false", "词、true、false 的列表"))
    floor = body.get("tightens")
    if floor is not None and not (isinstance(floor, dict) and floor.keys() == {"law", "direction"} and floor["direction"] in DIRECTIONS):
        bad(Both("tightens is incomplete", "tightens 不完整"), f"{{law: ID, direction: {' | '.join(DIRECTIONS)}}}")
    return found


def _are_choices(raw: object) -> bool:
    return isinstance(raw, list) and all(isinstance(each, str | bool) for each in raw)


def _limit(raw: Raw, edge: str, problems: list[Problem]) -> Value:
    if edge not in raw.body:
        return None
    unit = raw.body["unit"]
    try:
        return parse_value("days" if unit == "days_list" else unit, raw.body[edge])
    except BadValue as error:
        problems.append(
            refusal(
                "PACK_FIELD",
                raw.id,
                file=raw.file,
                id=raw.id,
                what=Both(f"{edge} is {raw.body[edge]}", f"{edge} 为 {raw.body[edge]}"),
                allowed=error.allowed,
            )
        )
        return None


def read_values(raw: Raw, unit: str, house: bool) -> tuple[tuple[Dated, ...], list[Problem]]:
    """Read the dated values of an entry.

    Parameters
    ----------
    raw : the entry; its `values` is a list
    unit : a key of `UNITS`
    house : a value without a date binds from the start; a value of law needs its date

    Returns
    -------
    The values that can be read, in the order of the file, and every problem found.
    """
    values: list[Dated] = []
    problems: list[Problem] = []
    for row in raw.body["values"]:
        dated = _read_dated(raw, unit, house, row, problems)
        if dated is None:
            continue
        if values and (dated.from_on is None or (values[-1].from_on is not None and dated.from_on <= values[-1].from_on)):
            before, since = since_text(values[-1].from_on), since_text(dated.from_on)
            problems.append(refusal("PACK_DATES", raw.id, file=raw.file, id=raw.id, since=since, before=before))
            continue
        values.append(dated)
    return tuple(values), problems


def since_text(from_on: dt.date | None) -> Both:
    """Write the first day of a value in both languages; a value without one holds from the start."""
    return Both("the start", "起始") if from_on is None else Both(from_on.isoformat(), from_on.isoformat())


def _read_dated(raw: Raw, unit: str, house: bool, row: object, problems: list[Problem]) -> Dated | None:
    if not isinstance(row, dict) or "value" not in row or row.keys() - {"from", "value", "source"}:
        problems.append(
            refusal(
                "PACK_FIELD",
                raw.id,
                file=raw.file,
                id=raw.id,
                what=Both(f"{row} is no value", f"{row} 不是一个值"),
                allowed="{from, value, source}",
            )
        )
        return None
    from_on = row.get("from")
    if not (type(from_on) is dt.date or (house and from_on is None)):
        allowed = Both("YYYY-MM-DD, or null for from the start", "YYYY-MM-DD，或 null（自起始）") if house else "YYYY-MM-DD"
        problems.append(
            refusal("PACK_FIELD", raw.id, file=raw.file, id=raw.id, what=Both(f"from is {from_on}", f"from 为 {from_on}"), allowed=allowed)
        )
        return None
    since = since_text(from_on)
    source = _read_source(row.get("source"))
    for key in sorted(str(each) for each in _source_keys(row) - {*_SOURCE}):
        what = Both(f"{key} is no field of a source (text with a comma needs quotes)", f"source 没有字段 {key}（含逗号的文字须加引号）")
        problems.append(refusal("PACK_FIELD", raw.id, file=raw.file, id=raw.id, what=what, allowed=", ".join(sorted(_SOURCE))))
    if source is not None and source.clause_is and source.clause_is not in CLAUSE_IS:
        what = Both(f"clause_is is {source.clause_is}", f"clause_is 为 {source.clause_is}")
        problems.append(refusal("PACK_FIELD", raw.id, file=raw.file, id=raw.id, what=what, allowed=", ".join(CLAUSE_IS)))
    if source is None:
        allowed = Both(
            "source: {instrument: TEXT} and optionally clause, clause_is, note, note_zh",
            "source: {instrument: 文本}，可另写 clause, clause_is, note, note_zh",
        )
        problems.append(refusal("PACK_NO_SOURCE", raw.id, file=raw.file, id=raw.id, since=since, allowed=allowed))
    given = row["value"]
    try:
        value = parse_value(unit, given)
    except UnquotedFloat as error:
        problems.append(refusal("PACK_FLOAT", raw.id, file=raw.file, id=raw.id, given=given, allowed=error.allowed))
        return None
    except BadValue as error:
        problems.append(refusal("PACK_VALUE", raw.id, file=raw.file, id=raw.id, given=given, since=since, allowed=error.allowed))
        return None
    return Dated(from_on, value, source or Source(""), raw.file)


def _source_keys(row: dict[str, Any]) -> set[str]:
    return set(row["source"]) if isinstance(row.get("source"), dict) else set()


def _read_source(source: object) -> Source | None:
    if not isinstance(source, dict) or not str(source.get("instrument") or "").strip():
        return None
    return Source(**{key: str(source.get(key) or "") for key in _SOURCE})

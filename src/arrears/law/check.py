"""Build the law and the house from their packs, and refuse what does not hold together.

Three kinds of refusal: a pack that cannot be read as one, a house value looser than a law, a house that contradicts
itself. All are collected; nothing stops at the first.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path

from arrears.kernel.problems import Both, Problem
from arrears.law.coherence import COHERENCE, Coherent
from arrears.law.entry import Dated, Entry
from arrears.law.files import Raw, read_folder
from arrears.law.read import make_entry, read_values, since_text
from arrears.law.refusals import refusal
from arrears.law.units import Value, is_unit, value_text

PACKS = Path(__file__).parent / "packs"
COUNTRIES = ("cn", "us", "uk")

Entries = dict[str, Entry]

_DIRECTION_ZH = {"at_most": "不大于", "at_least": "不小于", "within": "不超出", "subset": "不多于"}


def is_law(rule_id: str) -> bool:
    """Say whether an id names a rule of law: it begins with a country, or with a part of one (`us-ma.calls`)."""
    return rule_id.split(".", maxsplit=1)[0].split("-", maxsplit=1)[0] in COUNTRIES


def check(folder: Path, country: str = "cn", packs: Path = PACKS) -> list[Problem]:
    """Say everything that is wrong with a folder of packs.

    Parameters
    ----------
    folder : a house folder (laid over the shipped house and held against the law of `country`), or, where every id
        begins with a country (`cn.`), a pack of law, judged by its own form
    country : whose law the house is held against
    packs : where the shipped packs are

    Returns
    -------
    One problem for each finding; none when the folder would load.
    """
    raws = read_folder(folder)[0]
    if raws and all(is_law(each) for each in raws):
        return read_law(folder)[1]
    return build(folder, country, packs)[1]


def read_law(folder: Path) -> tuple[Entries, list[Problem]]:
    """Read a folder as a pack of law, judged by its own form; the entries may be used only when there is no problem."""
    raws, problems = read_folder(folder)
    entries, found = _make_all(raws, house=False)
    return entries, problems + found + _range_problems(entries.values())


def build(house: Path | None, country: str, packs: Path = PACKS) -> tuple[Entries, list[Problem]]:
    """Read law and house, lay the lender's own folder over the shipped house, and check the whole.

    Parameters
    ----------
    house : the lender's folder, or None for the shipped house as it is
    country : which law
    packs : where the shipped packs are

    Returns
    -------
    Entries by id, law first, and all problems; the entries may be used only when there is no problem.
    """
    law_raws, problems = read_folder(packs / country, f"packs/{country}")
    house_raws, more = read_folder(packs / "house", "packs/house")
    law_entries, law_found = _make_all(law_raws, house=False)
    house_entries, house_found = _make_all(house_raws, house=True)
    problems += [*more, *law_found, *house_found]
    if house is not None:
        own_raws, found = read_folder(house)
        problems += found
        for raw in own_raws.values():
            problems += _lay_over(house_entries, house_raws, raw)
    entries = {**law_entries, **house_entries}
    problems += _range_problems(entries.values())
    problems += floor_problems(law_entries, house_entries, country)
    problems += coherence_problems(house_entries)
    return entries, problems


def _make_all(raws: Mapping[str, Raw], house: bool) -> tuple[Entries, list[Problem]]:
    entries: Entries = {}
    problems: list[Problem] = []
    for raw in raws.values():
        entry, found = make_entry(raw, house)
        problems += found
        if entry is not None:
            entries[raw.id] = entry
    return entries, problems


def _lay_over(entries: Entries, shipped: Mapping[str, Raw], raw: Raw) -> list[Problem]:
    """Put the lender's values of one setting over the shipped ones: theirs hold from their first date on."""
    base = entries.get(raw.id)
    if base is None:
        near: str | Both = ", ".join(difflib.get_close_matches(raw.id, list(entries), 3)) or Both("the shipped settings", "随附的设置")
        law = is_law(raw.id)
        allowed = Both("only settings of the house; law changes in the law packs", "仅限机构设置；法律在法律包中更改") if law else near
        return [refusal("PACK_UNKNOWN_KEY", raw.id, file=raw.file, id=raw.id, allowed=allowed)]
    problems = []
    if "unit" in raw.body and not is_unit(raw.body["unit"]):
        problems.append(refusal("PACK_UNKNOWN_UNIT", raw.id, file=raw.file, id=raw.id, given=raw.body["unit"], allowed=base.unit))
    for key in sorted(str(each) for each in raw.body.keys() - {"values"}):
        # What a setting means is fixed; a copy of the shipped entry may stand beside the new values.
        if raw.body[key] != shipped[raw.id].body.get(key) and not problems:
            what = Both(f"{key} differs from the shipped setting", f"{key} 与随附设置不同")
            problems.append(refusal("PACK_FIELD", raw.id, file=raw.file, id=raw.id, what=what, allowed="values"))
    if not (isinstance(raw.body.get("values"), list) and raw.body["values"]):
        what, allowed = Both("values is missing", "缺少 values"), Both("a list of {from, value, source}", "{from, value, source} 的列表")
        return [*problems, refusal("PACK_FIELD", raw.id, file=raw.file, id=raw.id, what=what, allowed=allowed)]
    values, found = read_values(raw, base.unit, house=True)
    if values:
        entries[raw.id] = _with_values(base, values)
    return problems + found


def _with_values(base: Entry, own: tuple[Dated, ...]) -> Entry:
    first = own[0].from_on
    kept = () if first is None else tuple(each for each in base.values if each.from_on is None or each.from_on < first)
    return Entry(**{**vars(base), "values": kept + own})


def _range_problems(entries: Iterable[Entry]) -> list[Problem]:
    return [found for entry in entries for dated in entry.values for found in _value_problems(entry, dated)]


def _value_problems(entry: Entry, dated: Dated) -> list[Problem]:
    def bad(allowed: str | Both) -> list[Problem]:
        since, given = since_text(dated.from_on), value_text(dated.value)
        return [refusal("PACK_VALUE", entry.id, file=dated.file, id=entry.id, given=given, since=since, allowed=allowed)]

    if dated.value is None:
        return bad(Both("a setting does not end; give the value that means off", "设置不可终止，请填表示关闭的值")) if entry.house else []
    parts = dated.value if isinstance(dated.value, tuple) else (dated.value,)
    if entry.choices and any(part not in entry.choices for part in parts):
        return bad(", ".join(value_text(each) for each in entry.choices))
    low, high = entry.minimum, entry.maximum
    if low is not None and any(_is_less(part, low) for part in parts):
        return bad(Both(f"at least {value_text(low)}", f"不小于 {value_text(low)}"))
    if high is not None and any(_is_less(high, part) for part in parts):
        return bad(Both(f"at most {value_text(high)}", f"不大于 {value_text(high)}"))
    return []


def _is_less(left: object, right: object) -> bool:
    return left < right  # type: ignore[operator, no-any-return]  # one unit, so one kind of number


def _moments(*entries: Entry) -> list[dt.date | None]:
    """Return every day on which one of the entries changes, the start first."""
    days = {each.from_on for entry in entries for each in entry.values if each.from_on is not None}
    return [None, *sorted(days)]


def _in_force(entry: Entry, day: dt.date | None) -> Dated | None:
    if day is not None:
        return entry.dated_at(day)
    return entry.values[0] if entry.values and entry.values[0].from_on is None else None


def floor_problems(law: Entries, house: Entries, country: str) -> list[Problem]:
    """Find the settings that are looser than the law they may only tighten, on any day.

    Parameters
    ----------
    law, house : entries by id
    country : a floor in the law of another country is not asked here

    Returns
    -------
    One DENY_FLOOR for each setting that loosens, naming both; a PACK_FIELD where a floor names no known law.
    """
    found: list[Problem] = []
    for setting in house.values():
        floor = setting.tightens
        if floor is None or floor.law.split(".")[0] != country:
            continue
        if floor.law not in law:
            what = Both(f"tightens {floor.law}, which no pack has", f"所限定的 {floor.law} 不存在")
            found.append(
                refusal(
                    "PACK_FIELD",
                    setting.id,
                    file=setting.file,
                    id=setting.id,
                    what=what,
                    allowed=Both("the id of a rule of law", "法律规则的编号"),
                )
            )
            continue
        found += _loosened(setting, law[floor.law], floor.direction)
    return found


def _loosened(setting: Entry, law: Entry, direction: str) -> list[Problem]:
    for day in _moments(setting, law):
        own, bound = _in_force(setting, day), _in_force(law, day)
        if own is None or bound is None or own.value is None or bound.value is None:
            continue
        if not _is_looser(own.value, bound.value, direction):
            continue
        limit = value_text(bound.value)
        fields: dict[str, object] = {
            "file": own.file,
            "setting": setting.id,
            "given": value_text(own.value),
            "since": since_text(own.from_on),
            "law": law.id,
            "law_value": limit,
            "law_source": str(bound.source),
            "allowed": Both(f"{direction.replace('_', ' ')} {limit}", f"{_DIRECTION_ZH[direction]} {limit}"),
        }
        return [refusal("DENY_FLOOR", law.id, **fields)]
    return []


def _is_looser(own: Value, bound: Value, direction: str) -> bool:
    if direction == "within":
        return not _is_within(own, bound)
    owns = own if isinstance(own, tuple) else (own,)
    bounds = bound if isinstance(bound, tuple) else (bound,)
    if direction == "subset":
        return not set(owns) <= set(bounds)
    if len(owns) != len(bounds):
        return True
    if direction == "at_most":
        return any(_is_less(limit, part) for part, limit in zip(owns, bounds, strict=True))
    return any(_is_less(part, limit) for part, limit in zip(owns, bounds, strict=True))


def _is_within(own: Value, bound: Value) -> bool:
    # "HH:MM" sorts as time does; what is no window is within nothing.
    if not (isinstance(own, Mapping) and isinstance(bound, Mapping)):
        return False
    return bound["opens"] <= own["opens"] and own["closes"] <= bound["closes"]


def coherence_problems(house: Entries) -> list[Problem]:
    """Find the settings that contradict each other on any day.

    Parameters
    ----------
    house : settings by id

    Returns
    -------
    One PACK_CONTRADICTION for each rule of `coherence.COHERENCE` that is broken, at its first day.
    """
    return [found for rule in COHERENCE if all(id_ in house for id_ in rule.ids) for found in _incoherent(rule, house)]


def _incoherent(rule: Coherent, house: Entries) -> list[Problem]:
    settings = [house[id_] for id_ in rule.ids]
    for day in _moments(*settings):
        held = [_in_force(setting, day) for setting in settings]
        values = [each.value for each in held if each is not None]
        if len(values) < len(held) or None in values or rule.holds(*values):
            continue
        latest = max((each for each in held if each is not None), key=lambda each: each.from_on or dt.date.min)
        what = ", ".join(f"{id_} = {value_text(value)}" for id_, value in zip(rule.ids, values, strict=True))
        since = since_text(day)
        told = Both(f"{what} from {since.en}", f"{what}，自 {since.zh}")
        return [refusal("PACK_CONTRADICTION", rule.ids[0], file=_named_file(held, latest), id=rule.ids[0], what=told, allowed=rule.allowed)]
    return []


def _named_file(held: list[Dated | None], latest: Dated) -> str:
    # The reader can change his own file, not the shipped one.
    own = [each.file for each in held if each is not None and not each.file.startswith("packs/")]
    return own[-1] if own else latest.file

"""What differs between two states of the packs: rules that came or went, values that changed and from which day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from arrears.kernel.problems import Refused
from arrears.law.check import PACKS, Entries, build, is_law, read_law
from arrears.law.entry import Dated, Entry
from arrears.law.files import read_folder
from arrears.law.units import value_text

KINDS = {
    "added": ("new", "新增"),
    "removed": ("gone without an end date", "删除（无终止日期）"),
    "begun": ("begins", "开始"),
    "ended": ("ends", "终止"),
    "changed": ("changes", "变更"),
    "meaning": ("means something else", "含义变更"),
    "source": ("another source", "来源变更"),
    "sureness": ("known otherwise", "可信度变更"),
}
"""What can happen to a rule, in English and Chinese."""


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes
    ----------
    id : of the rule or setting
    kind : a key of `KINDS`
    since : first day on which the two differ in this way (empty: from the start, or no day)
    before, after : as a person reads them
    source : of what holds after
    """

    id: str
    kind: str
    since: str
    before: str
    after: str
    source: str


def entries_of(folder: Path | None, country: str = "cn", packs: Path = PACKS) -> Entries:
    """Read one side of a comparison.

    Parameters
    ----------
    folder : a folder with `<country>/` and `house/` in it, a pack of law, or a lender's folder (it is laid over the shipped house);
        None: the packs as shipped
    country, packs : see `check.build`

    Returns
    -------
    Entries by id.

    Raises
    ------
    Refused with every problem of a folder that would not load.
    """
    if folder is None or (folder / country).is_dir():
        entries, problems = build(None, country, folder or packs)
    else:
        raws, problems = read_folder(folder)
        if raws and all(is_law(each) for each in raws):
            entries, problems = read_law(folder)
        else:
            entries, problems = build(folder, country, packs)
    if problems:
        raise Refused(*problems)
    return entries


def diff(old: Path | None, new: Path | None, country: str = "cn", packs: Path = PACKS) -> list[Change]:
    """Compare two folders of packs; a pack of law alone is compared with law alone.

    Parameters
    ----------
    old, new : see `entries_of`
    country, packs : see `check.build`

    Returns
    -------
    The differences, in the order of the ids and of their days; none when both decide and say the same.

    Raises
    ------
    Refused where one of the folders would not load.
    """
    before, after = entries_of(old, country, packs), entries_of(new, country, packs)
    # a pack of law alone has no settings to compare
    if all(not entry.house for entry in before.values()) or all(not entry.house for entry in after.values()):
        before, after = ({id_: each for id_, each in side.items() if not each.house} for side in (before, after))
    return [change for id_ in sorted({*before, *after}) for change in _changes(id_, before.get(id_), after.get(id_))]


def _changes(id_: str, before: Entry | None, after: Entry | None) -> list[Change]:
    if before is None or after is None:
        entry, kind = (after, "added") if before is None else (before, "removed")
        return [_alone(entry, kind, each) for each in entry.values] if entry is not None else []
    found = [
        Change(id_, "meaning", "", f"{key} {old}", f"{key} {new}", "")
        for key, old, new in (("unit", before.unit, after.unit), ("dated_by", before.dated_by, after.dated_by))
        if old != new
    ]
    found += _value_changes(before, after)
    known_before, known_after = _known(before), _known(after)
    if known_before != known_after:
        found.append(Change(id_, "sureness", "", known_before, known_after, ""))
    return found


def _alone(entry: Entry, kind: str, dated: Dated) -> Change:
    text = value_text(dated.value)
    before, after = ("", text) if kind == "added" else (text, "")
    return Change(entry.id, kind, _since(dated.from_on), before, after, str(dated.source))


def _value_changes(before: Entry, after: Entry) -> list[Change]:
    """Each day from which the two series say something else than on the day before."""
    found: list[Change] = []
    days: set[dt.date | None] = {each.from_on for entry in (before, after) for each in entry.values}
    last: tuple[str, str] | None = None
    for day in sorted(days, key=lambda each: each or dt.date.min):
        old, new = (_held(entry, day) for entry in (before, after))
        texts = (_text(old), _text(new))
        if texts[0] != texts[1]:
            if texts != last:
                found.append(Change(before.id, _kind(old, new), _since(day), *texts, str(new.source) if new else ""))
        elif old and new and old.from_on == new.from_on == day and old.source != new.source:
            found.append(Change(before.id, "source", _since(day), str(old.source), str(new.source), str(new.source)))
        last = texts
    return found


def _held(entry: Entry, day: dt.date | None) -> Dated | None:
    return entry.dated_at(day or dt.date.min)


def _text(dated: Dated | None) -> str:
    return value_text(None if dated is None else dated.value)


def _kind(old: Dated | None, new: Dated | None) -> str:
    if new is None or new.value is None:
        return "ended"
    return "begun" if old is None or old.value is None else "changed"


def _known(entry: Entry) -> str:
    words = (entry.seen, entry.confidence, entry.firm, f"confirmed by {entry.checked_by}" if entry.checked_by else "")
    return ", ".join(word for word in words if word)


def _since(day: dt.date | None) -> str:
    return "" if day is None else day.isoformat()

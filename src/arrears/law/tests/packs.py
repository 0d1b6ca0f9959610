"""Tiny packs for tests: one law, a house of a few settings, written into a folder."""

from __future__ import annotations

from pathlib import Path

import yaml

LAW = {
    "cn.rate.cap24": {
        "says": "All cost of a loan stays below this a year.",
        "says_zh": "全部成本的年化上限。",
        "unit": "ratio",
        "dated_by": "action",
        "merge": "lowest",
        "values": [{"from": "2017-08-01", "value": "'0.24'", "source": "{instrument: an opinion, clause: '2'}"}],
        "seen": "secondary",
        "confidence": "medium",
        "checked": "{on: 2026-11-23, by: null}",
    },
}
CAP = {
    "says": "The lender's own cap.",
    "says_zh": "机构自定上限。",
    "unit": "ratio",
    "dated_by": "action",
    "tightens": "{law: cn.rate.cap24, direction: at_most}",
    "values": [{"from": "null", "value": "'0.24'", "source": "{instrument: product default}"}],
    "firm": "open",
    "mission": "A05",
}


def _flow(value: object) -> str:
    # Scalars are raw YAML text, so that a test can write a number without quotes.
    if isinstance(value, list):
        return "[" + ", ".join(_flow(each) for each in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
    return str(value)


def write(folder: Path, name: str, text: str) -> Path:
    """Write one file of a folder, which is made where it is missing; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def write_entries(folder: Path, entries: dict[str, dict[str, object]], name: str = "topic.yaml") -> Path:
    """Write entries whose scalars are raw YAML text."""
    text = "".join(f"{id_}: {_flow(body)}\n" for id_, body in entries.items())
    assert yaml.compose(text) is not None
    return write(folder, name, text)


def write_house(folder: Path, **settings: str) -> Path:
    """Write a lender's folder: each setting from the start with the value given as raw YAML text; `__` stands for a dot."""
    source = "{instrument: credit committee}"
    return write_entries(
        folder, {key.replace("__", "."): {"values": [{"from": "null", "value": text, "source": source}]} for key, text in settings.items()}
    )

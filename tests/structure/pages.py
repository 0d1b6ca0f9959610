"""Writes the pages that repeat what the code says; `make docs` runs it, a test checks that they are current."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import house
import yaml
from facts_page import facts_page

from arrears.desk.permissions import as_markdown
from arrears.kernel.events import KINDS

ROOT = Path(__file__).resolve().parents[2]
PACKS = ROOT / "src" / "arrears" / "law" / "packs"
TITLES = {"house": "The lender's own settings"}
ID = re.compile(r"[a-z][a-z0-9_-]*\.[a-z0-9_.]+")
BEGINNING = re.compile(r"(?!cn\.$)[a-z][a-z0-9_-]*\.[a-z0-9_.]*$")


def events_page() -> str:
    """Every kind of event the Book takes in, from `arrears.kernel.events.KINDS`."""
    lines = [
        "# Events",
        "",
        "<!-- Written by `make docs` from src/arrears/kernel/events.py: change it there. -->",
        "",
        "What can happen to a loan, as the Book takes it in. An event has a value date (the day it counts) and a recorded time; events are",
        "only added. *Standing* events are read whole by every close, not only on their own day.",
        "",
        "| kind | says | needs | negative | standing |",
        "|---|---|---|---|---|",
    ]
    for name, kind in KINDS.items():
        needs = ", ".join(f"`{field}`" for field in kind.needs) or "-"
        lines.append(f"| `{name}` | {kind.says} | {needs} | {'yes' if kind.negative else '-'} | {'yes' if kind.standing else '-'} |")
    return "\n".join(lines) + "\n"


def rules_page(folder: Path) -> str:
    """Every rule of one pack with all its values, by topic; values stand as they are written in the YAML."""
    packs = {name: rule for topic in sorted(PACKS.glob("*/*.yaml")) for name, rule in _topic(topic).items()}
    lines = [
        f"# {TITLES.get(folder.name, f'Law: {folder.name}')}",
        "",
        f"<!-- Written by `make docs` from src/arrears/law/packs/{folder.name}/: change it there. -->",
        "",
        "A value holds until the next one. `arrears law timeline ID` draws a rule, `arrears law explain ID` shows it in full.",
        "*Read by* names the modules that ask for the rule, and the settings it bounds; - means that nothing decides by it yet.",
    ]
    if folder.name != "house":
        lines += ["No lawyer has confirmed a value unless its row names one."]
    for topic in sorted(folder.glob("*.yaml")):
        lines += ["", f"## {topic.stem}", "", "| rule | says | values | unit | how sure | read by |", "|---|---|---|---|---|---|"]
        lines += [_rule_row(name, rule, packs) for name, rule in _topic(topic).items()]
    return "\n".join(lines) + "\n"


def _topic(topic: Path) -> dict[str, Any]:
    # BaseLoader leaves every scalar as text: "24:00" is no number and a ratio keeps its digits.
    return yaml.load(topic.read_text(encoding="utf-8"), Loader=yaml.BaseLoader) or {}


def _rule_row(name: str, rule: dict[str, Any], packs: dict[str, Any]) -> str:
    values = "<br>".join(_value(value) for value in rule.get("values", []))
    if rule.get("exception"):
        values += f"<br>exception: {rule['exception']}"
    says = f"{_cell(rule.get('says', ''))}<br>{_cell(rule.get('says_zh', ''))}"
    return f"| `{name}` | {says} | {values} | {rule.get('unit', '')} | {_sure(rule)} | {_read_by(name, packs)} |"


def _sure(rule: dict[str, Any]) -> str:
    if rule.get("firm"):
        floor = rule.get("tightens") or {}
        return rule["firm"] + (f"; {floor['direction'].replace('_', ' ')} `{floor['law']}`" if floor else "")
    by = (rule.get("checked") or {}).get("by", "null")
    strength = rule.get("strength", "law")
    what = "" if strength == "law" else f"; {strength}"
    return f"{rule.get('seen', '')}, {rule.get('confidence', '')}{what}" + ("" if by == "null" else f"; confirmed by {by}")


def _read_by(name: str, packs: dict[str, Any]) -> str:
    modules = [module for module, patterns in _literals().items() if any(pattern.fullmatch(name) for pattern in patterns)]
    bounds = [setting for setting, rule in packs.items() if (rule.get("tightens") or {}).get("law") == name]
    told = [f"`{module}`" for module in modules] + [f"bounds `{setting}`" for setting in bounds]
    return "<br>".join(told) or "-"


@cache
def _literals() -> dict[str, list[re.Pattern[str]]]:
    """The dotted words each module of the package writes, `{...}` of an f-string standing for any word."""
    return {module: found for path in house.modules() if (found := ids_in(path.read_text(encoding="utf-8"))) and (module := _module(path))}


def _module(path: Path) -> str:
    return ".".join(path.relative_to(house.SOURCE).with_suffix("").parts)


def ids_in(source: str) -> list[re.Pattern[str]]:
    """What a module's text could mean as an id of the packs; text inside a sentence does not count."""
    tree = ast.parse(source)
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in inside]
    plain = {re.escape(text) for text in texts if isinstance(text, str) and ID.fullmatch(text)}
    formed = {
        "".join(re.escape(part.value) if isinstance(part, ast.Constant) else r"\w+" for part in node.values)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant) and BEGINNING.match(str(node.values[0].value))
    }
    return [re.compile(pattern) for pattern in sorted(plain | formed)]


def _value(value: dict[str, Any]) -> str:
    since = {"null": "from the start", "": "from the start"}.get(str(value.get("from", "")), f"from {value.get('from')}")
    source = value.get("source") or {}
    cited = " ".join(part for part in (source.get("instrument", ""), source.get("clause", "")) if part)
    known = source.get("clause_is", "seen")
    more = "; ".join(part for part in (cited, "" if known == "seen" else f"clause {known}", source.get("note", "")) if part)
    return _cell(f"{since}: {_plain(value.get('value', ''))}" + (f" ({more})" if more else ""))


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(item)}" for key, item in value.items())
    return (
        ", ".join(_plain(item) for item in value) or "none"
        if isinstance(value, list)
        else "no such rule"
        if value == "null"
        else str(value)
    )


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


PAGES: dict[str, Callable[[], str]] = {
    "docs/events.md": events_page,
    "docs/facts.md": facts_page,
    "docs/permissions.md": as_markdown,
    **{f"docs/rules/{pack.name}.md": partial(rules_page, pack) for pack in sorted(PACKS.iterdir()) if any(pack.glob("*.yaml"))},
}


def main() -> None:
    """Write every generated page."""
    for name, page in PAGES.items():
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(page(), encoding="utf-8")
        print(f"wrote {name}")


if __name__ == "__main__":
    main()

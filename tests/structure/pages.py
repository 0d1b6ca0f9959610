"""Writes the pages that repeat what the code says; `make docs` runs it, a test checks that they are current."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from arrears.kernel.events import KINDS

ROOT = Path(__file__).resolve().parents[2]
PACKS = ROOT / "src" / "arrears" / "law" / "packs"
TITLES = {"house": "The lender's own settings"}


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
    lines = [
        f"# {TITLES.get(folder.name, f'Law: {folder.name}')}",
        "",
        f"<!-- Written by `make docs` from src/arrears/law/packs/{folder.name}/: change it there. -->",
        "",
        "A value holds from its day until the next one. `arrears law explain ID` shows one rule in full, with how sure we are.",
    ]
    for topic in sorted(folder.glob("*.yaml")):
        # BaseLoader leaves every scalar as text: "24:00" is no number and a ratio keeps its digits.
        rules = yaml.load(topic.read_text(encoding="utf-8"), Loader=yaml.BaseLoader) or {}
        lines += ["", f"## {topic.stem}", "", "| rule | says | values | unit | sure |", "|---|---|---|---|---|"]
        lines += [_rule_row(name, rule) for name, rule in rules.items()]
    return "\n".join(lines) + "\n"


def _rule_row(name: str, rule: dict[str, Any]) -> str:
    values = "<br>".join(_value(value) for value in rule.get("values", []))
    sure = rule.get("seen") or rule.get("firm") or ""
    return f"| `{name}` | {_cell(rule.get('says', ''))}<br>{_cell(rule.get('says_zh', ''))} | {values} | {rule.get('unit', '')} | {sure} |"


def _value(value: dict[str, Any]) -> str:
    since = {"null": "from the start", "": "from the start"}.get(str(value.get("from", "")), f"from {value.get('from')}")
    source = value.get("source") or {}
    cited = " ".join(part for part in (source.get("instrument", ""), source.get("clause", "")) if part)
    return _cell(f"{since}: {_plain(value.get('value', ''))}" + (f" ({cited})" if cited else ""))


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(item)}" for key, item in value.items())
    return ", ".join(_plain(item) for item in value) if isinstance(value, list) else "no such rule" if value == "null" else str(value)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


PAGES: dict[str, Callable[[], str]] = {
    "docs/events.md": events_page,
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

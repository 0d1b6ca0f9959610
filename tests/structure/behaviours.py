"""Which rows of docs/behaviours.md do the tests hold: whole, part or none.

Reads the page and the syntax trees of the tests, runs and imports nothing. A row is *whole* when at least one test
names it and no test that names it is an xfail or says `part=`; *part* when one is or does; *none* otherwise.
Run it: `python tests/structure/behaviours.py [--json]`.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "behaviours.md"
ROW = re.compile(r"^\| (S\d{3}) \| (.+?) \| ([a-z_.]+) \|$", re.MULTILINE)


@dataclass(frozen=True)
class Row:
    """One promise: its id, what holds, and the room it needs."""

    id: str
    says: str
    room: str


@dataclass(frozen=True)
class Mention:
    """One test that names a row; `gap` is the reason why it holds only a part, or empty."""

    id: str
    where: str
    gap: str


def rows(page: Path = PAGE) -> list[Row]:
    """Every row of the page, in its order."""
    return [Row(*found) for found in ROW.findall(page.read_text(encoding="utf-8"))]


def modules_of_tests(root: Path = ROOT) -> list[Path]:
    """Every test module under src/ and tests/."""
    return sorted(path for top in ("src", "tests") for path in (root / top).rglob("test_*.py"))


def mentions(source: str, where: str) -> list[Mention]:
    """Every behaviour mark of one module's text, with the gap its neighbouring marks admit.

    Marks are neighbours when they decorate the same function or class, stand in the same `marks=` or in `pytestmark`.
    """
    found: list[Mention] = []
    for name, marks in _mark_groups(ast.parse(source)):
        gap = next((reason for mark in marks if (reason := _xfail_reason(mark))), "")
        for mark in marks:
            if _mark_name(mark) == "behaviour" and isinstance(mark, ast.Call):
                part = next((_text(word.value) for word in mark.keywords if word.arg == "part"), "")
                found += [Mention(_text(arg), f"{where}::{name}", part or gap) for arg in mark.args]
    return found


def _mark_groups(tree: ast.Module) -> Iterator[tuple[str, list[ast.expr]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node.decorator_list
        elif isinstance(node, ast.keyword) and node.arg == "marks":
            yield "param", _items(node.value)
        elif isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets):
            yield "module", _items(node.value)


def _items(value: ast.expr) -> list[ast.expr]:
    return list(value.elts) if isinstance(value, ast.List | ast.Tuple) else [value]


def _mark_name(mark: ast.expr) -> str:
    target = mark.func if isinstance(mark, ast.Call) else mark
    return target.attr if isinstance(target, ast.Attribute) else target.id if isinstance(target, ast.Name) else ""


def _xfail_reason(mark: ast.expr) -> str:
    if _mark_name(mark) != "xfail":
        return ""
    words = mark.keywords if isinstance(mark, ast.Call) else []
    return next((_text(word.value) for word in words if word.arg == "reason"), "") or "xfail without a reason"


def _text(value: ast.expr) -> str:
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ast.unparse(value)


def collect(root: Path = ROOT) -> list[Mention]:
    """Every mention in every test module of the repository."""
    return [
        mention
        for path in modules_of_tests(root)
        for mention in mentions(path.read_text(encoding="utf-8"), path.relative_to(root).as_posix())
    ]


def status(all_rows: list[Row], all_mentions: list[Mention]) -> dict[str, str]:
    """Row id -> whole, part or none."""
    named = {row.id: [mention for mention in all_mentions if mention.id == row.id] for row in all_rows}
    return {id_: "none" if not tests else "part" if any(test.gap for test in tests) else "whole" for id_, tests in named.items()}


def _wrapped(ids: list[str], width: int = 20) -> str:
    return "\n".join("    " + " ".join(ids[start : start + width]) for start in range(0, len(ids), width))


def main(arguments: list[str]) -> int:
    """Print the report; exit 3 when a test names a row that does not exist."""
    all_rows, all_mentions = rows(), collect()
    state = status(all_rows, all_mentions)
    unknown = [mention for mention in all_mentions if mention.id not in state]
    groups = {word: [id_ for id_, value in state.items() if value == word] for word in ("whole", "part", "none")}
    if "--json" in arguments:
        print(json.dumps(groups))
        return 3 if unknown else 0
    print(f"behaviours: {len(all_rows)} rows; " + ", ".join(f"{len(ids)} {word}" for word, ids in groups.items()))
    if groups["whole"]:
        print(f"  whole\n{_wrapped(groups['whole'])}")
    if groups["part"]:
        print("  part")
        for mention in all_mentions:
            if mention.gap and mention.id in state:
                print(f"    {mention.id}  {mention.gap}")
    if groups["none"]:
        waiting: dict[str, list[str]] = {}
        for row in all_rows:
            if state[row.id] == "none":
                waiting.setdefault(row.room, []).append(row.id)
        print("  none, by the room they need")
        for room, ids in sorted(waiting.items()):
            print(f"    {room:<17} {len(ids):>3}  {' '.join(ids[:12])}{' ...' if len(ids) > 12 else ''}")
    for mention in unknown:
        print(f"  unknown row {mention.id} in {mention.where}")
    return 3 if unknown else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

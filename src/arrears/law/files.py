"""Read a folder of YAML packs as it stands, before anything is believed of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from arrears.kernel.problems import Both, Problem
from arrears.law.refusals import refusal

_DEEPEST, _MOST_PARTS = 8, 100_000


@dataclass(frozen=True)
class Raw:
    """One entry as it stands in a file, before anything is believed of it."""

    id: str
    file: str
    body: dict[str, Any]


try:
    from yaml import CSafeLoader as _SafeLoader  # several times quicker, and every command loads the law
except ImportError:  # PyYAML was built without its C library
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]


class _PackLoader(_SafeLoader):
    """YAML with only what a pack needs: `on` is a word, `24:00` is no number, and a key stands once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue  # refused below: no entry has such a key
            if key.value in seen:
                raise _Twice(key.value, key.start_mark.line + 1)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


# Forget what YAML takes for numbers and truth values by itself.
_PackLoader.yaml_implicit_resolvers = {}


class _Twice(Exception):
    """A key stands twice in one mapping: its name and its line."""


for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:null", r"(?:null|~|)", ["n", "~", ""]),
    ("tag:yaml.org,2002:bool", r"(?:true|false)", ["t", "f"]),
    ("tag:yaml.org,2002:int", r"[-+]?(?:0|[1-9][0-9]*)", list("-+0123456789")),
    ("tag:yaml.org,2002:float", r"[-+]?(?:[0-9]*\.[0-9]+|[0-9]+\.?)(?:[eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan", list("-+.0123456789")),
    ("tag:yaml.org,2002:timestamp", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", list("0123456789")),
):
    _PackLoader.add_implicit_resolver(_tag, re.compile(rf"^(?:{_pattern})$"), _first)


def read_folder(folder: Path, label: str = "") -> tuple[dict[str, Raw], list[Problem]]:
    """Read every `*.yaml` of a folder.

    Parameters
    ----------
    folder : holds one file a topic; files are read in order of their names
    label : how the folder is called in messages; its own path when empty

    Returns
    -------
    Entries by id as they stand, and the problems found (unreadable files, ids that stand twice).
    """
    raws: dict[str, Raw] = {}
    problems: list[Problem] = []
    files = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    if not files:
        problems.append(
            refusal(
                "PACK_UNREADABLE",
                file=folder,
                reason=Both("no *.yaml there", "没有 *.yaml 文件"),
                allowed=Both("a folder with at least one pack", "至少含一个文件的目录"),
            )
        )
    for path in files:
        name = f"{label}/{path.name}" if label else str(path)
        for raw in _read_file(path, name, problems):
            if raw.id in raws:
                problems.append(refusal("PACK_DUPLICATE_ID", raw.id, file=name, id=raw.id, other=raws[raw.id].file))
            else:
                raws[raw.id] = raw
    return raws, problems


def _read_file(path: Path, name: str, problems: list[Problem]) -> list[Raw]:
    allowed = Both("UTF-8 YAML, one mapping from ids to entries", "UTF-8 编码的 YAML，由编号到条目的映射")
    try:
        # The loader derives from SafeLoader: it makes plain data only.
        body = yaml.load(path.read_text(encoding="utf-8"), Loader=_PackLoader)  # noqa: S506
    except _Twice as twice:
        key, line = twice.args
        problems.append(refusal("PACK_DUPLICATE_ID", key, file=name, id=key, other=Both(f"line {line}", f"第 {line} 行")))
        return []
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
        problems.append(refusal("PACK_UNREADABLE", file=name, reason=" ".join(str(error).split()), allowed=allowed))
        return []
    if not isinstance(body, dict) or not all(isinstance(key, str) and isinstance(value, dict) for key, value in body.items()):
        problems.append(refusal("PACK_UNREADABLE", file=name, reason=Both("not a mapping of entries", "不是条目的映射"), allowed=allowed))
        return []
    tangle = _tangle(body)
    if tangle is not None:
        problems.append(refusal("PACK_UNREADABLE", file=name, reason=tangle, allowed=allowed))
        return []
    return [Raw(key, name, value) for key, value in body.items()]


def _tangle(body: object) -> Both | None:
    """Say what keeps a file from being read part by part: it is too deep (it may hold itself), or its parts multiply without end."""
    level, parts = [body], 0
    for _ in range(_DEEPEST):
        if not level:
            return None
        parts += len(level)
        if parts > _MOST_PARTS:
            return Both(f"& and * make more than {_MOST_PARTS:,} parts of it", f"经 & 和 * 展开后超过 {_MOST_PARTS:,} 个部分")
        inner = (part for each in level for part in (each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()))
        level = list(islice((part for part in inner if isinstance(part, dict | list)), _MOST_PARTS + 1))
    return Both(f"nested {_DEEPEST} levels deep or more", f"嵌套达 {_DEEPEST} 层")

"""Make a case small that two opinions differ on: drop whatever does not matter to the difference."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import ValidationError

from arrears.gate.facts import Facts

Plain = Any  # what JSON holds


def smallest(facts: Facts, differs: Callable[[Facts], bool]) -> Facts:
    """The smallest facts found on which `differs` still holds: no single thing can be left out any more."""
    best: Plain = json.loads(facts.model_dump_json(exclude_defaults=True))
    found = True
    while found:
        found = False
        for smaller in _without_one(best):
            made = _made(smaller)
            if made is not None and differs(made):
                best, found = smaller, True
                break
    return Facts.model_validate(best)


def text(facts: Facts) -> str:
    """Facts as JSON, without what has its default."""
    return json.dumps(json.loads(facts.model_dump_json(exclude_defaults=True)), ensure_ascii=False, indent=1)


def _made(plain: Plain) -> Facts | None:
    try:
        return Facts.model_validate(plain)
    except ValidationError:
        return None


def _without_one(plain: Plain) -> Iterator[Plain]:
    """Every copy that lacks one member, large ones first."""
    if isinstance(plain, dict):
        for key in plain:
            yield {other: value for other, value in plain.items() if other != key}
        for key, value in plain.items():
            for smaller in _without_one(value):
                yield {**plain, key: smaller}
    elif isinstance(plain, list):
        if len(plain) > 3:
            half = len(plain) // 2
            yield plain[:half]
            yield plain[half:]
        for place in range(len(plain)):
            yield plain[:place] + plain[place + 1 :]
        for place, value in enumerate(plain):
            for smaller in _without_one(value):
                yield [*plain[:place], smaller, *plain[place + 1 :]]

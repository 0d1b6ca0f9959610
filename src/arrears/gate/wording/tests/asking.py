"""One load of the shipped packs for all tests, and a short way to ask."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from arrears.gate.wording.lint import lint
from arrears.gate.wording.phrases import Phrases, load
from arrears.gate.wording.text import Finding, Text, Verdict

DAY = dt.date(2026, 11, 23)
HERE = Path(__file__).parent


@lru_cache(maxsize=1)
def shipped() -> Phrases:
    return load()


def ask(text: str | Text, **given: Any) -> Verdict:
    asked = {"purpose": "collection", "audience": "debtor", "channel": "sms", "on": DAY, "phrases": shipped()} | given
    return lint(Text(text) if isinstance(text, str) else text, **asked)


def said(text: str | Text, **given: Any) -> list[Finding]:
    """What is found that may not be said."""
    return [each for each in ask(text, **given).findings if each.kind == "must_not"]


def classes(text: str | Text, **given: Any) -> set[str]:
    return {each.class_id for each in said(text, **given)}


def table(name: str) -> Any:
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))

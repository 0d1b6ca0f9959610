"""Answers as they are kept: findings as data, and the text an answer rests on, from which it can be given again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from arrears.desk.contacts.facts import Question, build
from arrears.desk.contacts.rules import in_force
from arrears.gate.answer import Answer, Finding
from arrears.gate.decide import decide
from arrears.kernel.problems import Both


def plain(each: Finding) -> dict[str, Any]:
    """A finding as it is kept, from which its sentences are made again in either language."""
    return {
        "code": each.code,
        "rule": each.rule,
        "says": each.says,
        "person": each.person,
        "until": each.until.isoformat() if each.until else None,
        "dated_by": each.dated_by.isoformat() if each.dated_by else None,
        "fields": {
            name: {"en": value.en, "zh": value.zh} if isinstance(value, Both) else str(value) for name, value in each.fields.items()
        },
    }


def finding(kept: Mapping[str, Any]) -> Finding:
    """A finding as it was."""
    fields = {name: Both(value["en"], value["zh"]) if isinstance(value, dict) else value for name, value in kept["fields"].items()}
    return Finding(
        kept["code"],
        kept["rule"],
        kept["says"],
        fields,
        dt.datetime.fromisoformat(kept["until"]) if kept["until"] else None,
        kept["person"],
        dt.date.fromisoformat(kept["dated_by"]) if kept["dated_by"] else None,
    )


def replay(kept: str, wording: Any = None) -> Answer:
    """Give an answer again from the text it rested on, by the law in force now (its version stands beside it)."""
    told = json.loads(kept)
    at, question = asked(told["ask"], wording)
    return decide(build(question, at, json.dumps(told["seen"])), in_force().law)


def asked(kept: list[Any], wording: Any) -> tuple[dt.datetime, Question]:
    at, person, loan, act, channel, purpose, address, team, minutes, amount, by, _, digest = kept
    question = Question(
        UUID(person), loan, channel, purpose, address, tuple(map(UUID, team)), None, wording, digest, minutes, amount, act, by
    )
    return dt.datetime.fromisoformat(at), question

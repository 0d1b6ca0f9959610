"""How many answers a second the gate gives in one process, against one bare pass over the same histories.

    python benchmarks/gate_decide.py --people 10000 --json

Every person has 20 contacts; a third may be called now, the others are refused for one or several reasons and get their
next lawful moment as well. Facts are validated before the clock starts; sentences are rendered after it stops (their time
is printed apart).
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import time
from zoneinfo import ZoneInfo

from arrears.gate.decide import decide, decide_many
from arrears.gate.facts import Facts
from arrears.law.values import Law, load

ZONE = ZoneInfo("Asia/Shanghai")
DAY = dt.datetime(2026, 10, 20, tzinfo=ZONE)


def facts_of(number: int, dice: random.Random) -> Facts:
    """One borrower: mostly late enough, mostly noticed, asked about at some minute of the day."""
    name, minute = f"P{number:06d}", dice.randrange(7 * 60, 23 * 60)
    at = DAY + dt.timedelta(minutes=minute)
    due = DAY.date() - dt.timedelta(days=dice.choice([2, 4, 5, 12, 40, 95]))
    noticed = dt.datetime.combine(due + dt.timedelta(days=1), dt.time(9), ZONE)
    notice = {"kind": "overdue_notice", "channel": "sms", "sent_at": noticed, "delivered_at": noticed if dice.random() < 0.9 else None}
    loan = {
        "id": "L",
        "overdue_fen": 282_441,
        "live_at": at,
        "oldest_due_on": due,
        "days_past_due": 9,
        "close_on": DAY.date(),
        "notices": [notice],
    }
    hold = {"kind": dice.choice(["dispute", "conduct_complaint"]), "from_on": DAY.date(), "to_on": DAY.date() + dt.timedelta(days=9)}
    staff = {
        "id": "K1",
        "person": "K1",
        "roles": ["collector"],
        "trained_on": dt.date(2026, 6, 1),
        "barred_from": [],
        "device_registered": True,
    }
    told = {
        "id": name,
        "ask": {"at": at, "loan": "L", "channel": "call", "purpose": "collection", "address": "1", "team": ["K1"], "minutes": 5},
        "person": {
            "id": name,
            "relation": "debtor",
            "zones": ["Asia/Shanghai"],
            "addresses": [{"id": "1", "channels": ["call", "sms"], "owner": name, "valid": True}],
            "consents": [],
            "refusals": [{"said_at": DAY, "channel": "call"}] if dice.random() < 0.05 else [],
            "capacity": "full",
            "vulnerability": [],
        },
        "loans": [loan],
        "history": [_contact(name, at, dice) for _ in range(20)],
        "staff": [staff],
        "holds": [hold] if dice.random() < 0.1 else [],
    }
    return Facts.model_validate(told)


def _contact(name: str, at: dt.datetime, dice: random.Random) -> dict[str, object]:
    channel, outcome = dice.choice([("call", "no_answer"), ("call", "answered"), ("sms", "delivered"), ("robot_call", "busy")])
    before = dt.timedelta(minutes=dice.choice([7, 31, 90, 200, 1_500, 4_000, 9_000, 30_000]))
    return {
        "at": at - before,
        "person": name,
        "channel": channel,
        "outcome": outcome,
        "purpose": "collection",
        "address": "1",
        "staff": "K1",
    }


def floor(many: list[Facts]) -> int:
    """The work nobody can leave out: look at every contact once and count those of the day."""
    return sum(sum(each.at >= DAY and each.outcome == "answered" for each in facts.history or ()) for facts in many)


def timed(many: list[Facts], law: Law) -> dict[str, object]:
    """Best of three runs of the gate and of the floor."""
    decide(many[0], law)
    runs, floors = [], []
    for _ in range(3):
        start = time.perf_counter()
        answers = decide_many(many, law)
        runs.append(time.perf_counter() - start)
        start = time.perf_counter()
        floor(many)
        floors.append(time.perf_counter() - start)
    start = time.perf_counter()
    rendered = sum(len(each.as_dict()["reason"]["zh"]) for each in answers)
    sentences = time.perf_counter() - start
    return {
        "people": len(many),
        "allowed": sum(each.allowed is True for each in answers),
        "with_next_moment": sum(each.next_allowed is not None for each in answers),
        "seconds": round(min(runs), 3),
        "answers_per_second": round(len(many) / min(runs)),
        "floor_seconds": round(min(floors), 4),
        "ratio_to_floor": round(min(runs) / min(floors), 1),
        "sentences_seconds": round(sentences, 3),
        "sentences_characters": rendered,
    }


def main() -> None:
    """Read the command line, run, print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--people", type=int, default=10_000)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--json", action="store_true")
    asked = words.parse_args()
    dice = random.Random(asked.seed)
    told = timed([facts_of(number, dice) for number in range(asked.people)], load())
    print(json.dumps(told, indent=1) if asked.json else "\n".join(f"{key}: {value}" for key, value in told.items()))


if __name__ == "__main__":
    main()

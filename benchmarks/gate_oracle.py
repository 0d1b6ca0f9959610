"""The gate and a naive second opinion on many random histories and asks: how many disagree, and how often each code occurred.

    python benchmarks/gate_oracle.py --cases 1000000 --json

Ends with 1 if one case disagrees, or if a code that the gate can give occurred less than once in 10,000 cases. Case N is the same
case in every run: `--first N --cases 1` looks at one. Two million-case runs with other cases: `--first 1000000`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from arrears.gate.decide import decide
from arrears.gate.facts import Facts
from arrears.kernel.problems import DENY_CODES
from arrears.law.values import load
from reference.gate_cases import random_facts
from reference.gate_oracle import Answered, second_opinion
from reference.gate_smallest import smallest, text

ELSEWHERE = ("DENY_FLOOR", "DENY_UNAFFORDABLE", "DENY_FEE_NOT_DISCLOSED")  # given by other rooms
SHOWN, STEP, RARE = 5, 50_000, 10_000


class Comparison:
    """Counts; `compare` looks at one case."""

    def __init__(self) -> None:
        self.law = load()
        self.codes: Counter[str] = Counter()
        self.allowed: Counter[str] = Counter()
        self.apart: list[int] = []
        self.contacts, self.gate_seconds = 0, 0.0

    def first_opinion(self, facts: Facts) -> Answered:
        answer = decide(facts, self.law, house=True)
        return answer.allowed, frozenset(finding.code for finding in answer.findings)

    def compare(self, seed: int) -> None:
        facts = random_facts(seed)
        start = time.perf_counter()
        gate = self.first_opinion(facts)
        self.gate_seconds += time.perf_counter() - start
        self.codes.update(gate[1])
        self.allowed[str(gate[0]).lower()] += 1
        self.contacts += len(facts.history or ())
        if gate != second_opinion(facts):
            self.apart.append(seed)
            if len(self.apart) <= SHOWN:
                self.show(seed)

    def show(self, seed: int) -> None:
        small = smallest(random_facts(seed), lambda facts: self.first_opinion(facts) != second_opinion(facts))
        print(f"case {seed}\ngate {self.first_opinion(small)}\noracle {second_opinion(small)}\n{text(small)}", file=sys.stderr)

    def figures(self, count: int, seconds: float) -> dict[str, Any]:
        codes = {code: self.codes[code] for code in DENY_CODES if code not in ELSEWHERE}
        return {
            "cases": count,
            "disagreements": len(self.apart),
            "seconds": round(seconds, 1),
            "gate_seconds": round(self.gate_seconds, 1),
            "contacts_a_history": round(self.contacts / count, 1),
            "allowed": dict(self.allowed),
            "codes": codes,
            "too_rare": [code for code, times in codes.items() if times * RARE < count],
            "load": round(os.getloadavg()[0], 1),
        }


def main() -> None:
    """Compare, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    both, start = Comparison(), time.perf_counter()
    for done in range(asked.cases):
        both.compare(asked.first + done)
        if (done + 1) % STEP == 0:
            print(f"{done + 1:>9} cases, {len(both.apart)} apart, {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    figures = both.figures(asked.cases, time.perf_counter() - start)
    print(json.dumps(figures) if asked.json else "\n".join(f"{name:<20}{value!s}" for name, value in figures.items()))
    sys.exit(1 if figures["disagreements"] or figures["too_rare"] else 0)


if __name__ == "__main__":
    main()

"""The gate against the second opinion, on random facts. `benchmarks/gate_oracle.py` does the same a million times."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from arrears.gate.decide import decide
from arrears.gate.facts import ACTS, CHANNELS, PURPOSES, Facts
from arrears.kernel.problems import DENY_CODES
from arrears.law.values import Law, load
from reference.gate_cases import random_facts
from reference.gate_oracle import Answered, second_opinion
from reference.gate_smallest import smallest, text

CASES, PARTS = 20_000, 8
ELSEWHERE = {"DENY_FLOOR", "DENY_UNAFFORDABLE", "DENY_FEE_NOT_DISCLOSED"}  # given by other rooms


@pytest.fixture(scope="module")
def law() -> Law:
    return load()


def first_opinion(facts: Facts, law: Law) -> Answered:
    answer = decide(facts, law, house=True)
    return answer.allowed, frozenset(finding.code for finding in answer.findings)


def told(seed: int, law: Law) -> str:
    """The difference, on the smallest facts that show it."""

    def apart(facts: Facts) -> tuple[frozenset[str], frozenset[str], bool]:
        gate, oracle = first_opinion(facts, law), second_opinion(facts)
        return gate[1] - oracle[1], oracle[1] - gate[1], gate[0] == oracle[0]

    wanted = apart(random_facts(seed))
    small = smallest(random_facts(seed), lambda facts: apart(facts) == wanted)
    return f"seed {seed}\ngate {first_opinion(small, law)}\noracle {second_opinion(small)}\n{text(small)}"


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.behaviour("S019", "S021", "S023", "S026", "S027", "S028", "S029", "S037", "S038", "S040", "S043", "S046")
@pytest.mark.behaviour("S065", "S066", "S072", "S082", "S109", "S139")
def test_the_gate_and_a_second_opinion_agree(law: Law, part: int) -> None:
    size = CASES // PARTS
    for seed in range(part * size, (part + 1) * size):
        facts = random_facts(seed)
        assert first_opinion(facts, law) == second_opinion(facts), told(seed, law)


def test_the_cases_reach_everything() -> None:
    """Every act both ways, every code, every channel and purpose, long histories and none."""
    codes: Counter[str] = Counter()
    answers, asked, sizes = set(), set(), set()
    for seed in range(CASES):
        facts = random_facts(seed)
        allowed, found = second_opinion(facts)
        codes.update(found)
        answers.add((facts.ask.act, allowed))
        asked |= {facts.ask.channel, facts.ask.purpose}
        sizes.add(len(facts.history or ()))
    assert set(codes) == set(DENY_CODES) - ELSEWHERE
    assert {(act, allowed) for act in ACTS for allowed in (True, False)} <= answers
    assert {allowed for _, allowed in answers} == {True, False, "person"}
    assert {*CHANNELS, *PURPOSES} <= asked
    assert {0, 40} <= sizes


def test_the_same_seed_makes_the_same_facts() -> None:
    for seed in range(200):
        assert random_facts(seed) == random_facts(seed)


def test_the_facts_are_whole() -> None:
    """What the generator makes, the model takes again from its own JSON."""
    for seed in range(500):
        facts = random_facts(seed)
        assert Facts.model_validate_json(facts.model_dump_json()) == facts


def test_another_house_is_noticed(tmp_path: Path) -> None:
    """The comparison sees a single setting that moved: it could fail."""
    setting = 'contact.messages.day_max:\n  values:\n    - from: null\n      value: "2"\n      source: {instrument: "credit committee"}\n'
    (tmp_path / "contact.yaml").write_text(setting, encoding="utf-8")
    other = load(house=tmp_path)
    apart = [seed for seed in range(5_000) if first_opinion(random_facts(seed), other) != second_opinion(random_facts(seed))]
    assert apart


def test_a_small_case_still_shows_its_difference() -> None:
    """What is dropped does not matter: the smallest facts with a code hold nothing without which it goes away."""
    seed = next(seed for seed in range(1_000) if "DENY_HOLD_DISPUTE" in second_opinion(random_facts(seed))[1])
    small = smallest(random_facts(seed), lambda facts: "DENY_HOLD_DISPUTE" in second_opinion(facts)[1])
    assert "DENY_HOLD_DISPUTE" in second_opinion(small)[1]
    assert small.history is None
    assert small.holds is not None
    assert [hold.kind for hold in small.holds] == ["dispute"]

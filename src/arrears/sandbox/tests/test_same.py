"""Two runs of one seed have the same troubles, whatever the order of the hands."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

from arrears.sandbox.tests.kit import carrier, wait_for
from arrears.sandbox.wire import Order

TROUBLES = {"seed": 3, "lose": 0.2, "fail": 0.2}


def ended(folder, order):
    with carrier(folder, TROUBLES) as it, ThreadPoolExecutor(8) as hands:
        orders = [Order("sms", "generic", f"a-{n}", "+8613800000001", {"text": "x", "parts": 1}) for n in order]
        list(hands.map(it.take, orders))
        wait_for(lambda: it.rounds.is_idle)
        return {each.entry["client_id"]: each.state for each in it.record.all()}


def test_the_same_seed_ends_the_same(tmp_path):
    mixed = list(range(200))
    random.Random(1).shuffle(mixed)
    first, second = ended(tmp_path / "a", range(200)), ended(tmp_path / "b", mixed)
    assert first == second
    assert {"delivered", "undelivered", "accepted"} == set(first.values())

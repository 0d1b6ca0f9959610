"""The gate holds together: every check is run, every fact explained, every refusal reachable."""

from __future__ import annotations

import re

import house
import pytest

from arrears.gate.decide import CHECKS
from arrears.gate.facts import Facts
from arrears.kernel.problems import DENY_CODES

# Codes whose room is still to be built, with that room: a code leaves this table when something gives it.
TO_COME = {"DENY_UNAFFORDABLE": "desk.plans"}
GATE = house.SOURCE / "gate"
TESTS = "\n".join(path.read_text(encoding="utf-8") for top in ("src", "tests") for path in (house.ROOT / top).rglob("test_*.py"))
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in house.modules() if path.name != "problems.py")


def test_every_check_of_the_folder_is_in_the_list():
    files = {path.stem for path in GATE.glob("*.py") if re.search(r"^def check\(", path.read_text(encoding="utf-8"), re.MULTILINE)}
    assert {check.__module__.rsplit(".", 1)[-1] for check in CHECKS} == files


def test_every_check_stands_in_the_docs():
    page = (house.ROOT / "docs" / "gate.md").read_text(encoding="utf-8")
    assert [check.__module__ for check in CHECKS if f"`{check.__module__.rsplit('.', 1)[-1]}`" not in page] == []


@pytest.mark.parametrize("code", DENY_CODES)
def test_every_refusal_is_given_somewhere_and_reached_by_a_test(code):
    quoted = f'"{code}"'
    assert (quoted in SOURCE) is (code not in TO_COME)
    assert (quoted in TESTS) or code in TO_COME


def test_every_fact_says_what_it_means():
    schema = Facts.model_json_schema()
    models = {"Facts": schema, **schema["$defs"]}
    bare = [
        f"{name}.{field}" for name, model in models.items() for field, told in model["properties"].items() if not told.get("description")
    ]
    assert bare == []

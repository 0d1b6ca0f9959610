"""Facts that are not known have names that people use."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from arrears.gate import words_facts
from arrears.gate.facts import Facts
from arrears.gate.words_facts import FACT, fact_text

ROOTS = "ask|person|loans|staff|agency|debtor|holds|history"
NAMED = re.compile(rf'f?"(({ROOTS})(\.[a-z_]+)*)(: [^"]*)?"')


def paths_in_the_checks() -> set[str]:
    """Every path of a fact that stands in a check next to the word missing or what."""
    folder = Path(words_facts.__file__).parent
    lines = [
        line for path in folder.glob("*.py") if path != Path(words_facts.__file__) for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return {found[1] for line in lines if "missing" in line or "what" in line or "unknown" in line for found in NAMED.finditer(line)}


def test_every_unknown_fact_that_a_check_names_has_words():
    assert len(paths_in_the_checks()) > 20
    assert paths_in_the_checks() <= FACT.keys()


@pytest.mark.parametrize("path", sorted(FACT))
def test_every_named_path_is_a_fact(path):
    shape, defs = Facts.model_json_schema(), Facts.model_json_schema()["$defs"]
    for step in path.split("."):
        assert step in shape["properties"]
        told = str(shape["properties"][step])
        shape = next((defs[name] for name in defs if f"#/$defs/{name}'" in told), {"properties": {}})


@pytest.mark.parametrize(
    ("what", "en", "zh"),
    [
        ("debtor", "the debtor (debtor)", "债务人（debtor）"),
        ("staff.barred_from: K1", "from whom they are barred (staff.barred_from): K1", "被禁止接触的当事人（staff.barred_from）：K1"),
        ("loans.overdue_fen, loans.live_at", "what is overdue now (loans.overdue_fen), when that was read (loans.live_at)", None),
        ("something", "something", "something"),
    ],
)
def test_a_fact_reads_as_words_with_its_path(what, en, zh):
    told = fact_text(what)
    assert told.en == en
    assert zh is None or told.zh == zh

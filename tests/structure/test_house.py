"""The rules of the house that nobody should have to remember in review."""

from __future__ import annotations

import ast
import re
from decimal import Decimal

import house
import pytest

ROOMS = sorted(path for path in house.SOURCE.rglob("*") if path.is_dir() and list(path.glob("*.py")) and path.name != "tests")
BELOW_THE_STORY = [path for path in house.modules() if "sample" not in path.parts]
BANNED_NAMES = {"utils", "util", "common", "helper", "helpers", "manager", "base", "misc", "copy"}
LAW_RATIO = re.compile(r"0\.\d+")
# Known figures of law and policy, as ppm a year (their doubles too) and as ratios: they belong into law/packs.
LAW_PPM = {180_000, 240_000, 360_000, 480_000}


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def docstring_ids(module):
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {id(node.body[0].value) for node in ast.walk(module) if isinstance(node, owners) and ast.get_docstring(node)}


@pytest.mark.parametrize("room", ROOMS, ids=house.name)
def test_every_room_has_a_doorplate(room):
    plate = room / "__init__.py"
    assert plate.is_file(), "a room needs an __init__.py"
    assert ast.get_docstring(tree(plate)), "the docstring of __init__.py says what lives here, who may import it, where to look next"


# The verifier of the audit log is one file by intent: whoever trusts nobody copies it alone, with its sentences in both languages.
LONGER = {"src/arrears/audit/verify.py": 500}


@pytest.mark.parametrize("path", house.modules(), ids=house.name)
def test_no_module_outgrows_its_room(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGER.get(house.name(path), 400)


@pytest.mark.parametrize("path", house.modules(), ids=house.name)
def test_no_module_is_named_after_everything(path):
    assert path.stem not in BANNED_NAMES


@pytest.mark.parametrize("path", house.modules(*house.DOCUMENTED), ids=house.name)
def test_every_public_function_says_what_it_does(path):
    public = [
        node
        for owner in ast.walk(tree(path))
        if isinstance(owner, ast.Module) or (isinstance(owner, ast.ClassDef) and not owner.name.startswith("_"))
        for node in owner.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    assert [f"{node.name} (line {node.lineno})" for node in public if not ast.get_docstring(node)] == []


@pytest.mark.parametrize("path", BELOW_THE_STORY, ids=house.name)
def test_no_law_number_stands_in_python(path):
    module = tree(path)
    prose = docstring_ids(module)
    constants = [node for node in ast.walk(module) if isinstance(node, ast.Constant) and id(node) not in prose]
    ratios = [node for node in constants if isinstance(node.value, str) and LAW_RATIO.fullmatch(node.value) and Decimal(node.value)]
    rates = [node for node in constants if isinstance(node.value, int) and node.value in LAW_PPM]
    assert [f"line {node.lineno}: {node.value}" for node in ratios + rates] == [], "a number of law or policy belongs into law/packs"

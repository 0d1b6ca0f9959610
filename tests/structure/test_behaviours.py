"""The list of behaviours is complete, and the report counts as it says."""

from __future__ import annotations

import behaviours
import pytest


def test_the_page_lists_every_row_once():
    assert sorted(row.id for row in behaviours.rows()) == [f"S{number:03d}" for number in range(1, 168)]


def test_every_mark_names_a_row():
    known = {row.id for row in behaviours.rows()}
    assert [mention for mention in behaviours.collect() if mention.id not in known] == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param('@pytest.mark.behaviour("S001")\ndef test_a(): ...', "whole", id="a_plain_test"),
        pytest.param("def test_a(): ...", "none", id="no_test"),
        pytest.param(
            '@pytest.mark.behaviour("S001")\n@pytest.mark.xfail(strict=True, reason="desk.visits")\ndef test_a(): ...',
            "part",
            id="an_xfail",
        ),
        pytest.param('@pytest.mark.behaviour("S001", part="no room yet")\ndef test_a(): ...', "part", id="said_to_be_part"),
        pytest.param('pytestmark = [pytest.mark.behaviour("S001")]', "whole", id="a_whole_module"),
        pytest.param('x = pytest.param(1, marks=pytest.mark.behaviour("S001"))', "whole", id="one_line_of_a_table"),
        pytest.param('@pytest.mark.behaviour("S000", "S001")\ndef test_a(): ...', "whole", id="two_rows_at_once"),
    ],
)
def test_status(source, expected):
    row = behaviours.Row("S001", "", "book")
    assert behaviours.status([row], behaviours.mentions(source, "test_a.py")) == {"S001": expected}

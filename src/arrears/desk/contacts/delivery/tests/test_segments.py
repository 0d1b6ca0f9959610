"""Parts of a short message, by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.desk.contacts.delivery.segments import JOINED, Segments, segments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", Segments("gsm7", 0, 0, 160), id="empty"),
        pytest.param("a" * 160, Segments("gsm7", 160, 1, 0), id="160"),
        pytest.param("a" * 161, Segments("gsm7", 161, 2, 145), id="161"),
        pytest.param("a" * 306, Segments("gsm7", 306, 2, 0), id="306"),
        pytest.param("a" * 307, Segments("gsm7", 307, 3, 152), id="307"),
        pytest.param("€" * 80, Segments("gsm7", 160, 1, 0), id="euro_is_two"),
        pytest.param("a" * 152 + "€" + "a" * 10, Segments("gsm7", 164, 2, 141), id="an_escape_is_not_cut_in_two"),
        pytest.param("款" * 70, Segments("ucs2", 70, 1, 0), id="70"),
        pytest.param("款" * 71, Segments("ucs2", 71, 2, 63), id="71"),
        pytest.param("款" * 134, Segments("ucs2", 134, 2, 0), id="134"),
        pytest.param("款" * 135, Segments("ucs2", 135, 3, 66), id="135"),
        pytest.param("a" * 69 + "款", Segments("ucs2", 70, 1, 0), id="one_character_makes_it_wide"),
        pytest.param("😀" * 35, Segments("ucs2", 70, 1, 0), id="emoji_is_two"),
        pytest.param("😀" * 36, Segments("ucs2", 72, 2, 61), id="emoji_is_not_cut_in_two"),
        pytest.param("𠮷" * 36, Segments("ucs2", 72, 2, 61), id="four_bytes"),
        pytest.param("`", Segments("ucs2", 1, 1, 69), id="not_in_the_alphabet"),
    ],
)
def test_parts(text, expected):
    assert segments(text) == expected


@given(st.text(max_size=700))
def test_all_units_fit_into_the_parts(text):
    found = segments(text)
    if found.parts > 1:
        assert found.units + found.left <= found.parts * JOINED[found.coding]
        assert found.units > (found.parts - 1) * (JOINED[found.coding] - 1)

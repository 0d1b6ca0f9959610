"""The canonical form: RFC 8785 for what a leaf may hold, and nothing else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.audit.leaves import canonical
from arrears.audit.verify import AuditError, parse, written

# RFC 8785, 3.2.3
SORTING = r"""{"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
 "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}"""
# RFC 8785, 3.2.2
RFC_STRING = r"""["\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"]"""
SORTED = [
    "Carriage Return",
    "One",
    "Control",
    "Latin Small Letter O With Diaeresis",
    "Euro Sign",
    "Emoji: Grinning Face",
    "Hebrew Letter Dalet With Dagesh",
]


def test_keys_are_sorted_by_utf_16_units_as_in_the_rfc():
    told = canonical(parse(SORTING.encode()))
    assert list(json.loads(told).values()) == SORTED
    assert told.startswith(b'{"\\r":"Carriage Return","1":"One","\xc2\x80":"Control"')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(RFC_STRING, r"""["€$\u000f\nA'B\"\\\\\"/"]""", id="rfc_8785_3_2_2"),
        pytest.param("[null, true, false]", "[null,true,false]", id="rfc_8785_literals"),
        pytest.param('[56, {"d": true, "10": null, "1": []}]', '[56,{"1":[],"10":null,"d":true}]', id="published_structures"),
        pytest.param(r'{"Unnormalized Unicode": "A\u030a"}', '{"Unnormalized Unicode":"A\u030a"}', id="published_unicode"),
        pytest.param('{"peach": 1, "péché": 2, "pêche": 3, "sin": 4}', '{"peach":1,"péché":2,"pêche":3,"sin":4}', id="published_french"),
        pytest.param(
            r'{"\u20ac":"Euro Sign","\r":"Carriage Return","\u000a":"Newline","1":"One","\u0080":"Control\u007f","\ud83d\ude02":"Smiley",'
            r'"\u00f6":"O","\ufb33":"Dalet","</script>":"Browser Challenge"}',
            '{"\\n":"Newline","\\r":"Carriage Return","1":"One","</script>":"Browser Challenge","\x80":"Control\x7f","ö":"O",'
            '"€":"Euro Sign","😂":"Smiley","\ufb33":"Dalet"}',
            id="published_weird",
        ),
        pytest.param(r'"\b\t\f\u001F"', r'"\b\t\f\u001f"', id="short_escapes_and_lower_case"),
        pytest.param("-0", "0", id="minus_zero"),
        pytest.param("9007199254740992", "9007199254740992", id="two_to_the_53"),
        pytest.param('"😀"', '"😀"', id="beyond_the_first_plane"),
    ],
)
def test_a_value_has_one_form(text, expected):
    assert canonical(parse(text.encode())) == expected.encode()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(b"1.5", "fractions", id="fraction"),
        pytest.param(b"1e3", "fractions", id="exponent"),
        pytest.param(b"NaN", "special", id="nan"),
        pytest.param(b"-Infinity", "special", id="infinity"),
        pytest.param(b"9007199254740993", "beyond", id="two_to_the_53_and_one"),
        pytest.param(b"-" + b"9" * 4000, "beyond", id="four_thousand_digits"),
        pytest.param(b'{"a":1,"a":1}', "twice", id="key_twice"),
        pytest.param(b'{"b":{"a":1,"a":2}}', "twice", id="key_twice_inside"),
        pytest.param(b'"\\ud800"', "surrogate", id="lone_surrogate"),
        pytest.param(b'{"\\udc00":1}', "surrogate", id="lone_surrogate_in_a_key"),
        pytest.param(b'"\xff"', "UTF-8", id="not_utf_8"),
        pytest.param(b'"\xed\xa0\x80"', "UTF-8", id="surrogate_as_bytes"),
        pytest.param(b'{"a":1', "JSON", id="cut"),
        pytest.param(b'{"a":1} {}', "JSON", id="two_values"),
        pytest.param(b"", "JSON", id="nothing"),
        pytest.param(b"[" * 100_000, "deep", id="hundred_thousand_brackets"),
    ],
)
def test_what_has_no_form_is_refused(text, says):
    with pytest.raises(AuditError, match=says):
        canonical(parse(text))


@pytest.mark.parametrize("value", [1.0, float("nan"), {1: 2}, (1,), b"x", {"a": {1, 2}}, 2**53 + 1, -(2**53) - 1, 10**400])
def test_a_python_value_outside_the_subset_is_refused(value):
    with pytest.raises(AuditError):
        canonical(value)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_the_form_reads_back_as_the_same_value(value):
    told = canonical(value)
    assert parse(told) == value
    assert written(parse(told)) == told

"""Refusals: their codes, their sentences, their order."""

from __future__ import annotations

import re

import pytest

from arrears.kernel.problems import DENY_CODES, TEMPLATES, Both, Refused, Template, headline_order, problem, register


def _names(sentence):
    return sorted(re.findall(r"{(\w+)}", sentence))


def test_the_codes_stand_in_the_order_that_decides_the_headline():
    assert (DENY_CODES[0], DENY_CODES[-1], len(DENY_CODES)) == ("DENY_STATE", "DENY_DEVICE", 40)
    assert [TEMPLATES[code].number for code in DENY_CODES] == list(range(1, 41))


def test_the_first_in_the_order_is_the_headline():
    hours, grace = (problem(code, fact="a fact") for code in ("DENY_HOURS", "DENY_GRACE"))
    assert headline_order([hours, grace]) == [grace, hours]


def test_a_refusal_names_rule_fact_and_next_moment_in_both_languages():
    told = problem("DENY_HOURS", "cn.contact.hours", "2026-09-02 08:00", fact="22:00")
    assert told.message_en == "No contact at this time of day: 22:00."
    assert told.message_zh == "此时段不得联系：22:00。"
    assert (told.rule_id, told.next_moment, told.seen_by) == ("cn.contact.hours", "2026-09-02 08:00", "borrower")


def test_braces_in_a_fact_stay_as_they_are():
    assert problem("DENY_STATE", fact="{x}").message_en.endswith("{x}.")


def test_a_field_may_differ_by_language():
    told = problem("DENY_GRACE", fact=Both("until 8 March", "至3月8日"))
    assert told.message_en.endswith("until 8 March.")
    assert told.message_zh.endswith("至3月8日。")


@pytest.mark.parametrize("fields", [{}, {"fact": "a", "more": "b"}])
def test_missing_or_surplus_fields_are_our_own_mistake(fields):
    with pytest.raises(ValueError, match="needs the fields"):
        problem("DENY_HOURS", **fields)


def test_every_template_speaks_both_languages_with_the_same_fields():
    assert [each.code for each in TEMPLATES.values() if _names(each.en) != _names(each.zh)] == []


@pytest.mark.parametrize(("code", "number"), [("DENY_HOURS", 999), ("DENY_NEW", 4)])
def test_a_code_and_a_number_are_given_once(code, number):
    with pytest.raises(ValueError, match="is taken"):
        register(Template(code, number, "a", "b", "staff"))


def test_refused_carries_all_and_needs_one():
    two = [problem("DENY_GRACE", fact="a"), problem("DENY_HOURS", fact="b")]
    assert Refused(*two).problems == tuple(two)
    assert "DENY_GRACE (2)" in str(Refused(*two))
    with pytest.raises(ValueError, match="at least one"):
        Refused()


def test_a_problem_is_plain_data_for_json():
    assert problem("DENY_GRACE", "grace.days", fact="a").as_dict()["number"] == 2

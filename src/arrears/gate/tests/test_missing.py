"""Unknown facts, facts that contradict, and lines that cannot be read."""

from __future__ import annotations

import json

import pytest

from arrears.gate.intake import facts_of, id_of, refused_line
from arrears.gate.tests import kit
from arrears.kernel.problems import Refused


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"loans": None}, "loans: L01"),
        ({"loans": []}, "loans: L01"),
        ({"history": None}, "history"),
        ({"ask": kit.ask(channel=None)}, "ask.channel"),
        ({"ask": kit.ask(purpose=None)}, "ask.purpose"),
        ({"loans": [kit.loan(oldest_due_on=None)]}, "loans.oldest_due_on"),
    ],
    ids=["loans_unknown", "another_loan", "history_unknown", "no_channel", "no_purpose", "no_due_date"],
)
def test_an_unknown_fact_counts_against_contact_and_is_named(change, names):
    told = kit.answer(**change)
    assert told.allowed is False
    assert names in [each.fields.get("what") for each in told.findings if each.code == "DENY_FACTS_MISSING"]


@pytest.mark.parametrize(
    "change",
    [
        {"loans": [kit.loan(oldest_due_on="2026-10-20")]},
        {"person": kit.person(died_on="2026-10-21")},
        {
            "loans": [
                kit.loan(
                    notices=[{"kind": "overdue_notice", "channel": "sms", "sent_at": kit.at("09:00"), "delivered_at": kit.at("08:59")}]
                )
            ]
        },
    ],
    ids=["overdue_before_due", "died_tomorrow", "arrived_before_sent"],
)
def test_facts_that_contradict_are_named(change):
    found = [each for each in kit.answer(**change).findings if each.says == "contradiction"]
    assert [each.code for each in found] == ["DENY_FACTS_MISSING"]


def test_a_history_of_the_future_is_not_believed_until_it_has_come():
    answer = kit.answer(history=[kit.contact("10:30")])
    assert ([each.code for each in answer.findings], answer.next_allowed.isoformat()) == (
        ["DENY_FACTS_MISSING"],
        "2026-10-20T10:30:00+08:00",
    )


def line(**changes) -> str:
    """A case as a line of JSON."""
    return json.dumps(kit.raw(**changes), default=str)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (line(jurisdiction="atlantis"), "jurisdiction"),
        (line(person=kit.person(zones=["Asia/Atlantis"])), "person.zones.0"),
        (line(ask=kit.ask(channel="pigeon")), "ask.channel"),
        (line(history=[kit.contact("09:00", "vanished")]), "history.0.outcome"),
        (line(ask=kit.ask() | {"at": "2026-10-20T10:00:00"}), "ask.at"),
        (line(ask=kit.ask() | {"whim": 1}), "ask.whim"),
        ('{"id": "half", "ask": {', "no JSON"),
        ("[1]", "valid dictionary"),
        ('{"id": NaN}', "no JSON"),
    ],
    ids=["jurisdiction", "zone", "channel", "outcome", "naive_time", "unknown_field", "cut", "list", "nan"],
)
def test_a_line_that_cannot_be_read_says_where_and_why_in_both_languages(text, names):
    with pytest.raises(Refused) as refused:
        facts_of(text, "cases.jsonl:7")
    told = refused_line("x", refused.value)
    assert (told["allowed"], told["codes"]) == (False, ["DENY_FACTS_MISSING"])
    assert names in told["reason"]["en"]
    assert "cases.jsonl:7" in told["reason"]["en"]
    assert "cases.jsonl:7" in told["reason"]["zh"]


def test_the_moment_can_be_given_from_outside():
    import datetime as dt

    moment = dt.datetime.fromisoformat("2026-10-20T22:30:00+08:00")
    assert facts_of(line(), "cases.jsonl:1", moment).ask.at == moment


@pytest.mark.parametrize(("text", "expected"), [('{"id": "a"}', "a"), ("{", ""), ("[]", "")])
def test_the_id_of_a_broken_line_is_told_where_it_can_be_read(text, expected):
    assert id_of(text) == expected

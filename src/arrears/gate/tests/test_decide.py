"""The answer as a whole: order, next moment, duties, many at once, both languages."""

from __future__ import annotations

import json

import pytest

from arrears.gate.answer import Finding
from arrears.gate.decide import decide, decide_many
from arrears.gate.facts import ACTS, CHANNELS, PURPOSES, Facts
from arrears.gate.naming import CHANNEL, HOLD, PURPOSE, RELATION
from arrears.gate.tests import kit
from arrears.gate.words import REQUIRED, WORDS, required_text
from arrears.kernel.problems import DENY_CODES


def test_a_borrower_out_of_grace_noticed_and_overdue_may_be_called_at_ten():
    answer = kit.answer()
    assert (answer.allowed, answer.findings, answer.headline) == (True, (), None)
    assert answer.next_allowed == answer.next_allowed
    assert "end_by:2026-10-20 22:00" in answer.required


def test_all_findings_are_returned_and_the_first_of_the_binding_order_is_the_headline():
    paid = kit.loan(overdue_fen=0, live_at=kit.at("22:30"), notices=[])
    found = kit.codes(loans=[paid], ask=kit.ask("22:30"), history=[kit.contact(f"2{hour}:00", "answered") for hour in (0, 1, 2)])
    assert found == ["DENY_NO_NOTICE", "DENY_HOURS", "DENY_CALL_CAP", "DENY_NOT_OVERDUE"]
    assert found == sorted(found, key=DENY_CODES.index)


def test_the_next_moment_waits_for_everything_that_time_can_help():
    hold = {"kind": "dispute", "from_on": "2026-10-10", "to_on": "2026-10-24"}
    promised = kit.loan(live_at=kit.at("22:30"), promise={"made_at": kit.at("2026-10-19 10:00"), "by_on": "2026-10-25"})
    answer = kit.answer(loans=[promised], holds=[hold], ask=kit.ask("22:30"))
    assert answer.next_allowed.isoformat() == "2026-10-27T08:00:00+08:00"


def test_many_are_answered_as_one_is():
    many = [kit.facts(id=str(hour), ask=kit.ask(f"{hour:02d}:00")) for hour in range(24)]
    assert [each.allowed for each in decide_many(many, kit.law())] == [8 <= hour < 22 for hour in range(24)]


def test_an_answer_as_json_holds_what_the_interface_promises():
    told = json.loads(json.dumps(kit.answer(ask=kit.ask("22:05")).as_dict()))
    assert {"id", "allowed", "rule_ids", "codes", "next_allowed", "required", "reason"} <= told.keys()
    finding = told["findings"][0]
    assert (finding["rule_id"], finding["value"], finding["since"], finding["how_sure"]) == (
        "cn.contact.hours",
        "08:00-22:00",
        "2026-01-30",
        "medium",
    )
    assert finding["source"]


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_an_answer_reads_as_text(locale):
    text = kit.answer(ask=kit.ask("22:05")).text(locale)
    assert "cn.contact.hours" in text
    assert "2026-10-21 08:00" in text


def test_every_name_has_a_word_in_both_languages():
    named = {**CHANNEL, **PURPOSE, **RELATION, **HOLD}
    assert {*CHANNELS, *PURPOSES} <= named.keys()
    assert [key for key, words in named.items() if not (words.en and words.zh)] == []


@pytest.mark.parametrize("key", sorted(WORDS))
def test_every_sentence_names_the_same_fields_in_both_languages(key):
    import string

    words = WORDS[key]
    fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (*words.seen, *words.allowed)]
    assert fields[0] == fields[1]
    assert fields[2] == fields[3]


@pytest.mark.parametrize("key", sorted(REQUIRED))
def test_every_duty_reads_in_both_languages(key):
    assert required_text(f"{key}:7", "zh") != required_text(f"{key}:7", "en")


def test_the_schema_describes_every_field_that_is_not_self_evident():
    assert set(ACTS) == set(Facts.model_json_schema()["$defs"]["Ask"]["properties"]["act"]["enum"])


def test_facts_are_immutable():
    with pytest.raises(Exception, match="frozen"):
        kit.facts().ask.at = None


def test_the_law_alone_is_never_stricter_than_law_and_house():
    for hour in range(24):
        told = kit.facts(ask=kit.ask(f"{hour:02d}:30"))
        assert decide(told, kit.law(), house=False).allowed or not decide(told, kit.law()).allowed


def test_a_finding_can_be_read_alone():
    finding = Finding(
        "DENY_HOURS", "cn.contact.hours", "hours", {"at": "22:05", "zone": "Asia/Shanghai", "opens": "08:00", "closes": "22:00"}
    )
    assert finding.reason().zh.startswith("此时段不得联系")

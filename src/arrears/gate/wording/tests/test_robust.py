"""Texts that nobody decent sends: huge, empty, only signs, hidden, broken."""

import pytest

from arrears.gate.wording.lint import distress
from arrears.gate.wording.tests.asking import DAY, ask, classes, said, shipped
from arrears.gate.wording.text import Text
from arrears.kernel.problems import Refused


@pytest.mark.parametrize("text", ["", " ", "🙂🙂🙂", "\u202e\u202d", "\x00\x01", "\ud800\udfff", "……！！", "\u200b" * 50])
def test_a_text_without_a_letter_is_refused(text):
    assert "text.readable" in {each.class_id for each in ask(text, purpose="help").findings}
    assert ask(text, purpose="help").allowed is False


def test_only_harmless_emoji_threaten_nobody():
    assert said("🙂👍🌸") == []


def test_only_bidirectional_marks_are_found_as_such():
    assert classes("\u202e\u2066\u200f") == {"hidden.order"}


@pytest.mark.parametrize(
    "text",
    [
        "您好请还款吧" * 60_000,
        "hello there " * 90_000,
        "法院" * 200_000,
        "您有权向人民法院起诉。" * 40_000,
        "p0lice " * 150_000,
        "公" + " " * 1_000_000 + "安",
        "不会" * 300_000,
        "遇到发现" * 150_000,
        "¥1" * 400_000,
        "ﷺ" * 300_000,
        "a" * 1_000_000,
        "🔪" * 250_000,
        "\u202e" * 300_000,
    ],
    ids=lambda text: f"{text[:8]!a}_{len(text)}",
)
def test_a_megabyte_is_judged_and_never_passes_without_a_person(text):
    verdict = ask(text)
    assert verdict.allowed is False
    assert "text.readable" in {each.class_id for each in verdict.findings}


def test_a_bad_word_behind_a_megabyte_of_lawful_ones_is_found():
    text = "您有权向人民法院起诉。" * 5_000 + "黑名单"
    [found] = [each for each in said(text) if each.class_id == "consequence.false"]
    assert (found.start, found.end) == (55_000, 55_003)


def test_very_many_finds_are_listed_to_a_limit_and_counted():
    verdict = ask("黑名单，" * 500)
    assert sum(each.class_id == "consequence.false" for each in verdict.findings) == 100
    assert verdict.more == {"consequence.false": 400}


def test_a_find_over_a_megabyte_of_blanks_is_shown_short():
    [found] = [each for each in said("公" + " " * 1_000_000 + "安") if each.class_id == "authority.police"]
    assert (found.start, found.end) == (0, 1_000_002)
    assert len(found.reason_zh) < 200
    assert len(str(found.as_dict()["words"])) < 100


def test_broken_characters_do_not_reach_the_answer():
    found = said("法\ud800院")
    assert [str(each.as_dict()).encode("utf-8") for each in found]
    assert {each.class_id for each in found} == {"authority.court", "hidden.characters"}


def test_words_that_nobody_knows_are_refused_with_what_is_allowed():
    with pytest.raises(Refused) as refused:
        ask(Text("您好"), purpose="nagging", audience="dog", channel="drone")
    assert [each.code for each in refused.value.problems] == ["WORDING_ASK"] * 3
    assert "third_party" in refused.value.problems[1].message_zh


def test_distress_reads_anything():
    assert distress("\ud800🙂" * 1000, on=DAY, phrases=shipped()) == ()

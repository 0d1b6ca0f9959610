"""Words of self-harm in what comes in; they are no part of what we may not send."""

import pytest

from arrears.gate.wording.lint import distress
from arrears.gate.wording.tests.asking import DAY, said, shipped


def found(text):
    return distress(text, on=DAY, phrases=shipped())


@pytest.mark.behaviour("S142", part="the hold and the answer of a trained person are the Desk's")
@pytest.mark.parametrize(
    "text",
    [
        "我不想活了",
        "活不下去了，真的",
        "你们再逼我我就去死",
        "我想自殺",
        "想 死",
        "不如跳楼算了",
        "我已经写好遗书",
        "割腕",
        "走投无路",
        "一了百了",
        "zisha",
        "zì shā",
        "自s",
        "I want to die",
        "i'm going to kill myself",
        "there is no reason to live",
        "I can't go on",
        "suicide",
        "want to end it all",
    ],
)
def test_distress_is_found_and_goes_to_a_person(text):
    assert {(each.kind, each.severity, each.rule_id) for each in found(text)} == {("distress", "person", "wording.distress")}


@pytest.mark.parametrize(
    "text", ["我想4月3日还", "最近手头紧，想分期", "谢谢", "紫砂壶坏了", "my deadline is Friday", "I can go on Monday", "还款"]
)
def test_ordinary_replies_are_not_distress(text):
    assert found(text) == ()


def test_a_help_line_may_be_sent():
    assert said("如果您有轻生的念头，请拨打12356。", purpose="help") == []


def test_the_place_is_that_of_the_text():
    text = "真的 不\u200b想活 了"
    [each] = found(text)
    assert text[each.start : each.end] == each.words == "不\u200b想活"

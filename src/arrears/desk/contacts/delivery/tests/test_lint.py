"""What each provider refuses is found when a wording is saved."""

from __future__ import annotations

import time

import pytest

from arrears.desk.contacts.delivery.choose import SMS
from arrears.desk.contacts.delivery.lint import lint, lint_params, words

CLOUDS = ("aliyun", "tencent", "huawei", "baidu")


def refused(route, text, signature="兰汀消费"):
    return [each.words for each in lint(route, text, signature) if each.severity == "refuse"]


@pytest.mark.parametrize("word", ["催款", "逾期", "贷款", "催收"])
@pytest.mark.parametrize("route", CLOUDS)
def test_the_clouds_refuse_collection_and_the_contracted_route_does_not(route, word):
    text = f"您好，您的{word}提醒，金额{{amount}}元。"
    assert refused(route, text) == [word]
    assert refused("http_generic", text) == []
    assert refused("file", text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("催 款", "催 款"),
        ("催·款", "催·款"),
        ("催\u200b款", "催\u200b款"),
        ("请尽快，催\n款", "催\n款"),
    ],
)
def test_what_stands_between_hides_no_word(text, found):
    assert refused("tencent", text) == [found]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("金额{a}{b}元", "variables"),
        ("金额{a} ${b}元", "variables"),
        ("{a}", "variables"),
        ("金额¥{a}", "sign"),
        ("【兰汀】您好", "sign"),
        ("详见https://a.cn/{code}", "link"),
        ("款" * 495, "length"),
    ],
)
@pytest.mark.parametrize("route", ["aliyun", "tencent"])
def test_form(route, text, rule):
    assert rule in {each.rule for each in lint(route, text, "兰汀消费") if each.severity == "refuse"}


def test_a_fixed_link_is_for_a_person():
    (found,) = lint("tencent", "您好，请登录lanting.example.cn查看。")
    assert (found.rule, found.severity, found.words) == ("link", "person", "lanting.example.cn")


def test_a_finding_says_who_what_and_where_it_is_written():
    (found,) = [each for each in lint("tencent", "您好，催款。") if each.severity == "refuse"]
    assert (found.start, found.end, found.rule) == (3, 5, "word")
    assert found.says_zh == "腾讯云：“催款”属于禁发内容。"
    assert found.says_en == "Tencent Cloud: 催款 is on the list of what is not sent."
    assert found.source == "https://cloud.tencent.com/document/product/382/39023"


@pytest.mark.parametrize(
    ("signature", "fits"),
    [
        ("兰汀", True),
        ("兰汀消费金融有限责任公司", True),
        ("兰汀消费金融有限责任公司的", False),
        ("兰", False),
        ("95588", False),
        ("兰汀 金融", False),
        ("【兰汀】", False),
    ],
)
def test_the_senders_name(signature, fits):
    assert ("signature" not in {each.rule for each in lint("aliyun", "您好", signature)}) is fits


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("2824.41元", None),
        ("a.cn/x", "link"),
        ("13912345678", "number"),
        ("139 1234 5678", "number"),
        ("400-000-0000", None),
        ("催款", "word"),
    ],
)
def test_what_fills_a_place(value, rule):
    assert {each.rule for each in lint_params("tencent", {"1": value})} == ({rule} if rule else set())


def test_every_route_has_its_words_with_a_source():
    assert set(SMS) <= set(words())
    assert all(each.source and each.least_signature < each.most_signature for each in words().values())
    assert all(not set(each.refuse) & set(each.person) for each in words().values())


def test_a_long_text_is_read_in_time():
    texts = ["a" * 200_000, "a." * 100_000, "{a}" * 60_000, "www." * 50_000, "1" * 200_000, "催" * 200_000, "-." * 100_000]
    started = time.perf_counter()
    for text in texts:
        lint("tencent", text)
        lint_params("tencent", {"1": text})
    # about a second; one that reads a text again for each letter takes minutes
    assert time.perf_counter() - started < 60

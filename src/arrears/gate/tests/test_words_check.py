"""What is written or read out goes through the linter: S034."""

from __future__ import annotations

import pytest

from arrears.gate import words_check
from arrears.gate.tests import kit, kit_acts
from arrears.gate.wording.phrases import load

GOOD = (
    "【兰汀消费金融】林远您好：您的贷款截至2026年10月20日逾期2,824.41元。可登录本公司APP还款。"
    "如有困难请与我们协商还款；投诉请拨12378；回复T退订。"
)


MAIL = "兰汀消费金融：您有一条新的消息，请登录APP查看详情。如有困难请告诉我们。投诉：12378。不想再接收邮件请点击退订。"
FILLS = {"lender": "兰汀消费金融"}


def wrote(body=GOOD, *, channel="sms", purpose="collection", house=True, loan=None, person=None, **changes):
    """Findings of a written contact with a body."""
    address = {"email": "mail", "letter": "home"}.get(channel, "138")
    asked = kit.ask(channel=channel, purpose=purpose, address=address) | {"wording": {"body": body, "fills": FILLS} | changes}
    return kit_acts.found(asked, staff=[kit.staff()], history=[], house=house, loan=loan or {}, person=person or kit.person())


@pytest.mark.parametrize("channel", ["sms", "email", "in_app", "messenger", "letter"])
def test_a_written_contact_needs_its_text(channel):
    address = {"email": "mail", "letter": "home"}.get(channel, "138")
    asked = kit.ask(channel=channel, address=address)
    bare = [("DENY_FACTS_MISSING", "cn.contact.identify")]
    told = {"staff": [kit.staff()], "history": []}
    assert kit_acts.found(asked, **told) == bare
    assert kit_acts.found(asked | {"wording": {"template": "t1", "fills": {"amount": "1"}}}, **told)[-1:] == bare
    assert wrote(MAIL if channel == "email" else GOOD, channel=channel) == []


def test_a_call_needs_no_script_but_a_script_is_judged():
    told = {"staff": [kit.staff()], "history": []}
    assert kit_acts.found(kit.ask(), **told) == []
    script = kit.ask(wording={"body": "再不还钱就让警察上门抓人！"})
    assert ("DENY_CONTENT", "cn.prohibit.impersonate") in kit_acts.found(script, **told)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        pytest.param("我们已通知派出所。", "cn.prohibit.impersonate", id="cn.prohibit.impersonate"),
        pytest.param("您将被列入失信黑名单。", "cn.prohibit.mislead", id="cn.prohibit.mislead"),
    ],
)
def test_a_word_that_may_not_be_said_is_refused_with_its_place(words, rule):
    assert set(wrote(GOOD + words)) == {("DENY_CONTENT", rule)}
    answer = kit_acts.answer(kit.ask(channel="sms", wording={"body": GOOD + words}), staff=[kit.staff()], history=[])
    assert answer.findings[0].seen().zh.startswith("正文中：“")
    assert answer.next_allowed is None


def test_every_part_of_a_message_is_judged():
    assert {code for code, _ in wrote(MAIL, channel="email", subject="逾期催收通知")} == {"DENY_CONTENT"}
    assert wrote(MAIL, channel="email", subject="您有一条新消息") == []
    assert {code for code, _ in wrote(channel="letter", envelope="催收函")} == {"DENY_CONTENT"}
    assert wrote(channel="letter", envelope="林远 先生 收") == []
    assert {code for code, _ in wrote(MAIL, channel="email", preview="您已逾期30天")} == {"DENY_CONTENT"}


def test_what_is_missing_is_named_and_the_houses_own_parts_only_with_the_house():
    silent = GOOD.replace("；投诉请拨12378", "")
    assert wrote(silent) == [("DENY_CONTENT", "wording.complain")]
    assert wrote(silent, house=False) == []
    assert wrote(GOOD.replace("【兰汀消费金融】", "")) == [("DENY_CONTENT", "cn.contact.identify")]


def test_cn_lim_effect_no_suit_is_held_out_on_a_barred_claim():
    body = GOOD + "您也可以向法院提起诉讼。"
    assert ("DENY_CONTENT", "cn.lim.effect") in wrote(body, loan={"limitation_ends_on": "2026-10-19"})
    assert "cn.lim.effect" not in [rule for _, rule in wrote(body, loan={"limitation_ends_on": "2026-10-20"})]


def test_a_friend_is_told_nothing_of_a_debt():
    lost = [kit.contact(f"2026-10-{day} 10:00") for day in (12, 13, 14)]
    told = {"person": kit.third(), "debtor": kit.person(), "history": lost, "staff": [kit.staff()]}
    neutral = "您好，我姓王，工号1024。请转告林先生回电400-000-0001。如果您不希望再接到联系，请告诉我。"
    asked = kit.ask(channel="sms", purpose="locate", address="139")
    assert kit_acts.found(asked | {"wording": {"body": neutral, "fills": FILLS}}, **told) == []
    found = kit_acts.found(asked | {"wording": {"body": neutral + "他的贷款逾期了。", "fills": FILLS}}, **told)
    assert ("DENY_CONTENT", "cn.contact.third.nodisclose") in found


def test_a_spouse_who_does_not_owe_is_written_to_as_a_third_party():
    spouse = kit.person(id="B01", relation="spouse", liable_by="none")
    assert ("DENY_CONTENT", "cn.contact.third.nodisclose") in wrote(person=spouse)
    assert "cn.contact.third.nodisclose" not in [rule for _, rule in wrote(person=spouse | {"liable_by": "signed"})]


def test_one_text_is_judged_once_a_day():
    words_check._lint.cache_clear()
    for _ in range(3):
        wrote()
    assert words_check._lint.cache_info().misses == 1


def test_every_rule_of_the_linter_is_in_the_packs():
    assert {each.rule_id for each in load().classes} <= kit.law().entries.keys()


def test_a_representative_hears_what_the_debtor_would():
    lawyer = kit.person(id="W01", relation="representative", addresses=[{"id": "138", "channels": ["sms"], "owner": "W01"}])
    named = {"id": "W01", "kind": "lawyer", "since_at": kit.at("2026-10-02 10:00")}
    told = {"person": lawyer, "debtor": kit.person(representative=named), "staff": [kit.staff()], "history": []}
    asked = kit.ask(channel="sms") | {"wording": {"body": GOOD, "fills": FILLS}}
    assert "DENY_CONTENT" not in [code for code, _ in kit_acts.found(asked, **told)]


def test_what_is_no_contact_is_not_read():
    assert kit_acts.found(kit_acts.step("dispose", wording={"body": "让警察上门抓人"})) == []


def test_a_script_without_a_body_is_no_missing_fact():
    assert "DENY_FACTS_MISSING" not in [
        code for code, _ in kit_acts.found(kit.ask(wording={"subject": "x"}), staff=[kit.staff()], history=[])
    ]


def test_words_that_need_a_person_are_for_a_person_to_decide():
    body = "兰汀消费金融：截至2026年10月20日您欠款2,824.41元，我公司拟向法院提起诉讼。如有困难请联系我们；投诉：12378。"
    asked = kit.ask(channel="letter", purpose="legal_notice", address="home") | {"wording": {"body": body, "fills": FILLS}}
    answer = kit_acts.answer(asked, staff=[kit.staff()], history=[])
    assert (answer.allowed, {each.code for each in answer.findings}) == ("person", {"DENY_CONTENT"})


def test_a_long_text_is_judged_and_not_kept():
    words_check._lint.cache_clear()
    assert ("DENY_CONTENT", "cn.prohibit.impersonate") in wrote(GOOD + "好" * 10_000 + "派出所")
    assert words_check._lint.cache_info().currsize == 0

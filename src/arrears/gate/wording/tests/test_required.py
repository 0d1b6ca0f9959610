"""What a message must hold, by purpose, audience and channel."""

import pytest

from arrears.gate.wording.tests.asking import ask

FILLS = {"lender": "兰汀消费金融"}
WHOLE = "兰汀消费金融：应还3,260.00元，10月14日到期，还款方式见app。如有困难请联系我们。投诉400-000-0002。退订回复T。"


def missing(text, **given):
    return ask(text, **{"fills": FILLS} | given).missing


@pytest.mark.parametrize(
    ("taken", "lost"),
    [
        ("兰汀消费金融：", "lender"),
        ("3,260.00元", "amount"),
        ("10月14日", "date"),
        ("还款方式见app", "pay"),
        ("如有困难请联系我们。", "help"),
        ("投诉400-000-0002。", "complain"),
        ("退订回复T。", "stop"),
    ],
)
def test_a_part_taken_out_is_missed(taken, lost):
    assert missing(WHOLE) == ()
    assert missing(WHOLE.replace(taken, "")) == (lost,)


def test_what_is_missing_refuses_and_names_its_rule():
    [found] = ask(WHOLE.replace("兰汀消费金融", "我们"), fills=FILLS).findings
    assert (found.kind, found.class_id, found.rule_id, found.severity) == ("must_have", "part.lender", "cn.contact.identify", "refuse")


def test_without_a_name_given_or_a_placeholder_the_lender_is_not_known():
    assert "lender" in ask(WHOLE).missing
    assert "lender" not in ask(WHOLE.replace("兰汀消费金融", "{lender}")).missing


def test_the_amount_of_the_records_must_be_the_one_in_the_text():
    assert missing(WHOLE, fills=FILLS | {"amount": "3260.00"}) == ()
    assert missing(WHOLE, fills=FILLS | {"amount": "260.00"}) == ("amount",)
    assert missing(WHOLE, fills=FILLS | {"amount": "9,999.00"}) == ("amount",)


def test_an_agency_is_named_where_one_acts():
    assert missing(WHOLE, agency=True) == ("agency",)
    assert missing(WHOLE, fills=FILLS | {"agency": "清和服务有限公司"}) == ("agency",)
    assert missing(WHOLE + "受托机构：清和服务有限公司", fills=FILLS | {"agency": "清和服务有限公司"}) == ()


@pytest.mark.parametrize(
    ("given", "lost"),
    [
        ({"purpose": "overdue_notice"}, {"lender", "amount", "date", "penalty", "pay", "help", "complain"}),
        ({"channel": "call"}, {"caller", "lender", "help", "complain", "stop"}),
        ({"channel": "email"}, {"lender", "sign_in", "help", "complain", "stop"}),
        ({"purpose": "credit_notice"}, {"lender", "amount", "date", "report", "pay", "help", "complain"}),
        ({"purpose": "locate", "audience": "third_party", "channel": "call"}, {"caller", "stop"}),
        ({"purpose": "help"}, {"lender"}),
    ],
)
def test_the_purpose_decides_what_is_needed(given, lost):
    assert set(missing("您好", **given)) == lost


def test_a_required_part_says_where_it_stands():
    [lender] = [each for each in ask(WHOLE, fills=FILLS).required if each.part == "lender"]
    assert (lender.found, WHOLE[lender.start : lender.end]) == (True, "兰汀消费金融")

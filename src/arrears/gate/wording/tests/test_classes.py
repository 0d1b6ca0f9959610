"""Each class: what it finds, and what is near and left alone."""

import pytest

from arrears.gate.wording.tests.asking import ask, classes, said, shipped
from arrears.gate.wording.text import Text

HITS = [
    ("authority.claim", ["我们是警方", "法院工作人员来电", "诉前调解中心", "we are from the court"]),
    ("authority.police", ["已报警处理", "经侦大队", "🚓", "the police will come"]),
    ("authority.court", ["法院传票已寄出", "缺席判决", "you will get a summons"]),
    ("authority.lawyer", ["律师函已发出", "我是律师", "our lawyers"]),
    ("suit.threat", ["必将起诉你", "法庭上见", "see you in court"]),
    ("suit.mention", ["我们会起诉", "走法律程序", "legal action"]),
    ("consequence.false", ["列入黑名单", "让你坐牢", "护照作废", "影响孩子上学", "冻结你名下银行卡", "you will go to jail"]),
    ("home.force", ["强行进入", "守在你家门口", "break down your door"]),
    ("vehicle.force", ["明天拖车", "把你的车开走你的车", "远程断油断电", "we will tow it", "repossess"]),
    ("shame", ["告诉你父母", "去你单位闹", "发朋友圈", "真丢人", "上门处理", "tell your boss", "shame on you"]),
    ("others.mention", ["你老婆", "您的单位", "your boss"]),
    ("violence", ["小心你的家人", "后果自负", "等着瞧", "🔪", "we know where you live", "or else"]),
    ("insult", ["你这个骗子", "不要脸", "欠债不还", "you deadbeat"]),
    ("harassment", ["天天打你电话", "呼死你", "call you every day"]),
    ("pressure", ["最后通牒", "严重逾期", "限你24小时内", "final warning", "within 24 hours or"]),
    ("pressure.weak", ["立即还款", "urgent"]),
    ("disguise", ["我是快递", "恭喜您中奖", "you have a parcel"]),
    ("money.private", ["转账到我的微信", "先交保证金", "上门费", "transfer it to my account"]),
    ("new_loan", ["向朋友借", "去别的平台借一笔", "信用卡套现", "用某某app借钱", "take out another loan", "borrow on platform X"]),
    ("hidden.order", ["金额\u202e001", "\u2066"]),
    ("hidden.characters", ["还\u200b款", "\x07", "\ud800"]),
]
NEAR = [
    ("authority.claim", ["我们是兰汀消费金融", "我们不是法院"]),
    ("authority.police", ["您可以向公安机关报案", "公共安全", "policy"]),
    ("authority.court", ["双方均可向人民法院起诉", "庭院"]),
    ("suit.mention", ["诉讼时效", "您有权提起诉讼"]),
    ("consequence.false", ["身份证或护照", "不会影响您的孩子"]),
    ("vehicle.force", ["签收车辆", "我们不会拖车"]),
    ("shame", ["您的家人", "请告诉我们", "您可以和家人商量"]),
    ("violence", ["打您的电话", "杀毒软件", "skill yourself"]),
    ("insult", ["谨防骗子", "classical"]),
    ("pressure", ["最后还款日", "还款期限"]),
    ("money.private", ["不会要求您向个人账户转账", "对公账户"]),
    ("new_loan", ["您在我司的借款", "请勿借新还旧", "your loan"]),
]


def pairs(rows):
    return [(of, text) for of, texts in rows for text in texts]


@pytest.mark.parametrize(("of", "text"), pairs(HITS), ids=ascii)
def test_a_class_finds(of, text):
    assert of in classes(text)


@pytest.mark.parametrize(("of", "text"), pairs(NEAR), ids=ascii)
def test_a_class_leaves_alone(of, text):
    assert of not in classes(text)


def test_every_class_that_applies_to_a_debtor_is_in_the_table():
    shown = {of for of, _ in HITS} | {"suit.barred", "amount.email"}
    everywhere = {
        each.id for each in shipped().classes if each.kind == "must_not" and "third_party" not in each.id and "cover" not in each.id
    }
    assert everywhere == shown


@pytest.mark.behaviour("S032", part="the gate's answer to a send carries it")
@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("we are the police", "authority.claim"),
        ("listed in the national blacklist", "consequence.false"),
        ("borrow on platform X", "new_loan"),
    ],
)
def test_free_text_is_refused_and_the_class_named(text, of):
    found = [each for each in said(text) if each.class_id == of]
    assert [(each.code, each.severity) for each in found] == [("DENY_CONTENT", "refuse")]
    assert ask(text).allowed is False


@pytest.mark.behaviour("S133", part="the page of a borrower is the portal's")
@pytest.mark.parametrize("text", ["您可以先向朋友借一点", "建议您在借呗借款", "try a new loan", "use your credit card"])
def test_advising_a_new_loan_is_refused(text):
    assert [each.rule_id for each in said(text) if each.class_id == "new_loan"] == ["cn.prohibit.fees"]


@pytest.mark.behaviour("S034", part="what is shown after signing in is the Desk's")
@pytest.mark.parametrize("part", ["subject", "preview", "envelope"])
@pytest.mark.parametrize("words", ["您的贷款已逾期", "¥3,260.00", "催收通知", "欠 款", "yuqi", "Your overdue loan", "{amount}"])
def test_a_cover_shows_nothing_of_a_debt(part, words):
    found = said(Text("请登录查看", **{part: words}), channel="email")
    assert {each.part for each in found} == {part}
    assert {each.class_id for each in found} <= {"debt.cover", "amount.cover"}


@pytest.mark.behaviour("S039", part="the call itself is the Desk's")
@pytest.mark.parametrize("words", ["贷款", "逾期", "还款", "欠¥100", "车贷", "催收", "三千元", "loan", "he owes money", "dai kuan", "貸款"])
def test_a_third_party_hears_nothing_of_a_debt(words):
    assert {each.rule_id for each in said(f"请转告他，{words}。", purpose="locate", audience="third_party", channel="call")} == {
        "cn.contact.third.nodisclose"
    }


@pytest.mark.parametrize(
    ("audience", "found"), [("third_party", True), ("public", True), ("debtor", False), ("heir", False), ("guarantor", False)]
)
def test_debt_words_depend_on_who_hears_them(audience, found):
    assert ("debt.third_party" in classes("贷款逾期", audience=audience)) is found


@pytest.mark.parametrize("words", ["您有责任协助", "催他一下", "or else"])
def test_a_third_party_is_not_pressed(words):
    assert "urging.third_party" in classes(words, purpose="locate", audience="third_party", channel="call")


def test_a_collection_mail_shows_no_sum():
    assert "amount.email" in classes("应还¥3,260.00", channel="email")
    assert "amount.email" not in classes("应还¥3,260.00", channel="email", purpose="acceleration_notice")


@pytest.mark.parametrize("text", ["我们将起诉", "法院会处理", "请签字确认该笔欠款", "we may sue you"])
def test_on_a_barred_debt_no_suit_is_held_out(text):
    barred = [each for each in said(text, barred=True, purpose="legal_notice") if each.class_id == "suit.barred"]
    assert {(each.rule_id, each.severity) for each in barred} == {("cn.lim.effect", "refuse")}
    assert "suit.barred" not in classes(text, barred=False)


@pytest.mark.parametrize("text", ["我们已向苏州市人民法院提起诉讼", "本案将于12月1日开庭", "the claim was filed with the court"])
def test_a_true_court_notice_is_lawful_only_as_a_legal_notice_of_a_live_claim(text):
    assert said(text, purpose="legal_notice") == []
    assert "authority.court" in classes(text)
    assert "authority.court" in classes(text, purpose="legal_notice", barred=True)


@pytest.mark.parametrize(
    "text",
    ["不得不联系您的家人", "会不会拖车", "不会客气，告诉您的家人", "不会。拖车", "难道不会拖车", "we will not wait but tell your family"],
)
def test_what_only_looks_like_a_negation_excuses_nothing(text):
    assert classes(text) & {"shame", "vehicle.force"}


def test_what_the_records_filled_in_is_nobody_s_wording():
    address = "公安路12号"
    assert said(f"地址：{address}", fills={"address": address}) == []
    assert "debt.third_party" in classes("贷款路1号", audience="third_party", fills={"address": "贷款路1号"})


def test_a_placeholder_is_no_word():
    assert said("{lender} {loan_no} {police}", audience="third_party", purpose="locate", channel="call") == []


def test_a_finding_says_what_where_and_why():
    [found] = [each for each in said("您好，我们會聯絡公安局。") if each.class_id == "authority.police"]
    assert (found.part, found.start, found.end, found.words) == ("body", 8, 10, "公安")
    assert "公安" in found.reason_zh
    assert "police" in found.reason_en.lower()
    assert found.as_dict()["rule_id"] == "cn.prohibit.impersonate"

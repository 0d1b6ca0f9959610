"""What is decent and lawful passes whole."""

import pytest

from arrears.gate.wording.tests.asking import ask, said, table
from arrears.gate.wording.text import Text

ROWS = table("lawful.yaml")
WHOLE = [row for row in ROWS if row.get("whole")]


def asked(row):
    text = Text(row["text"], row.get("subject", ""), row.get("preview", ""), row.get("envelope", ""))
    given = {key: row[key] for key in ("purpose", "audience", "channel", "barred", "agency", "fills") if key in row}
    return text, {"fills": {"lender": "兰汀消费金融"}} | given


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_lawful_words_are_not_found(row):
    text, given = asked(row)
    assert [(each.class_id, each.words, each.via) for each in said(text, **given)] == []


@pytest.mark.parametrize("row", WHOLE, ids=lambda row: row["id"])
def test_a_whole_message_may_be_sent(row):
    text, given = asked(row)
    assert ask(text, **given).allowed is True


def test_the_name_of_a_place_is_no_word_of_the_text():
    text = "您{date}一期尚未还清，请联系{lender}。"
    assert [each.words for each in said(text, purpose="service_reminder", audience="debtor", channel="sms")] == []

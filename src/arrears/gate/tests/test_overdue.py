"""What is overdue is asked live."""

from __future__ import annotations

import pytest

from arrears.gate.decide import decide
from arrears.gate.tests import kit


@pytest.mark.behaviour("S043")
def test_cn_prohibit_mislead_contact_overdue_only_a_payment_at_noon_ends_contact_at_once():
    paid = kit.loan(overdue_fen=0, live_at=kit.at("12:05"), days_past_due=18)
    answer = kit.answer(loans=[paid], ask=kit.ask("12:05"))
    assert [(each.code, each.rule) for each in answer.findings] == [("DENY_NOT_OVERDUE", "cn.prohibit.mislead")]
    assert answer.next_allowed is None


def test_the_law_alone_forbids_to_ask_for_what_is_not_overdue():
    paid = kit.facts(loans=[kit.loan(overdue_fen=0)])
    assert [each.rule for each in decide(paid, kit.law(), house=False).findings] == ["cn.prohibit.mislead"]


@pytest.mark.parametrize(("read", "expected"), [("09:00", []), ("08:59:59", ["DENY_FACTS_MISSING"]), ("10:00:01", ["DENY_FACTS_MISSING"])])
def test_contact_live_minutes_an_old_figure_is_no_figure(read, expected):
    assert kit.codes(loans=[kit.loan(live_at=kit.at(read))]) == expected


def test_an_unknown_figure_counts_against_contact():
    assert kit.codes(loans=[kit.loan(overdue_fen=None)]) == ["DENY_FACTS_MISSING"]


def test_a_complaint_reply_needs_no_debt():
    assert kit.answer(loans=[kit.loan(overdue_fen=0)], ask=kit.ask(purpose="complaint_reply")).allowed is True

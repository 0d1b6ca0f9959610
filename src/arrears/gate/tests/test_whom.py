"""Whom: who owes, who may be asked, who never again."""

from __future__ import annotations

import pytest

from arrears.gate.tests import kit

FAILED = [kit.contact(f"2026-10-{day} 10:00") for day in (16, 17, 18)]
LOCATE = kit.ask(purpose="locate", address="139")


def friend(history=FAILED, debtor=None, ask=LOCATE, **changes) -> list[str]:
    """Codes for asking the borrower's friend to pass a message on."""
    return kit.codes(person=kit.third(**changes), debtor=debtor or kit.person(), history=history, ask=ask)


@pytest.mark.behaviour("S038")
def test_cn_contact_third_trigger_a_borrower_who_answered_yesterday_is_not_lost():
    answered = [*FAILED, kit.contact("2026-10-19 10:00", "answered")]
    assert friend(answered) == ["DENY_THIRD_PARTY"]


@pytest.mark.behaviour("S039")
def test_cn_contact_third_lost3_three_failures_on_three_days_open_one_neutral_call():
    answer = kit.answer(person=kit.third(), debtor=kit.person(), history=FAILED, ask=LOCATE)
    assert (answer.allowed, {"no_debt_word", "ask_once"} <= set(answer.required)) == (True, True)


@pytest.mark.parametrize(
    "history",
    [
        FAILED[:2],
        [kit.contact(f"2026-10-18 1{hour}:00") for hour in range(5)],
        [kit.contact(f"2026-10-0{day} 10:00") for day in (2, 3, 4)],
        [*FAILED, kit.contact("2026-10-19 08:00", "delivered", direction="in")],
        [*FAILED, kit.contact("2026-10-19 08:00", "declined")],
        [*FAILED, kit.contact("2026-10-19 08:00", "read", channel="in_app")],
    ],
    ids=["two", "one_day", "in_grace", "they_wrote", "they_declined", "they_read"],
)
def test_a_borrower_who_is_not_lost_keeps_friends_out(history):
    assert friend(history) == ["DENY_THIRD_PARTY"]


def test_a_delivered_message_is_neither_a_failure_nor_a_contact():
    assert friend([*FAILED, kit.contact("2026-10-19 08:00", "delivered", channel="sms")]) == []


def test_dead_numbers_dead_borrowers_and_lost_capacity_open_the_path_too():
    dead_numbers = kit.person(addresses=[each | {"valid": False} for each in kit.person()["addresses"]])
    assert friend([], debtor=dead_numbers) == []
    assert friend([], debtor=kit.person(died_on="2026-10-10")) == []
    assert friend([], debtor=kit.person(capacity="none")) == []


@pytest.mark.behaviour("S040", part="kept for every loan and agency by desk.contacts")
def test_cn_contact_third_stop_one_no_is_for_good():
    no = {"said_at": kit.at("2021-03-01 09:00"), "withdrawn_at": kit.at("2021-03-02 09:00")}
    answer = kit.answer(person=kit.third(refusals=[no]), debtor=kit.person(), history=FAILED, ask=LOCATE)
    assert [(each.code, each.rule) for each in answer.findings] == [("DENY_SUPPRESSED", "cn.contact.third.stop")]
    assert answer.next_allowed is None


def test_contact_third_asks_max_and_tries_day_max():
    asked = kit.contact("2026-10-19 10:00", "answered", person="F01", purpose="locate", address="139")
    assert friend([*FAILED, asked]) == ["DENY_THIRD_PARTY"]
    tried = kit.contact("09:00", "no_answer", person="F01", purpose="locate", address="139")
    answer = kit.answer(person=kit.third(), debtor=kit.person(), history=[*FAILED, tried], ask=LOCATE)
    assert (answer.findings[0].rule, answer.next_allowed.isoformat()) == ("contact.third.tries_day_max", "2026-10-21T08:00:00+08:00")


def test_cn_contact_third_ban_a_friend_is_never_collected_from():
    answer = kit.answer(person=kit.third(), debtor=kit.person(), history=FAILED, ask=kit.ask(address="139"))
    assert "cn.contact.third.ban" in [each.rule for each in answer.findings]


@pytest.mark.behaviour("S041", part="the link itself is desk.contacts'")
def test_cn_contact_third_related_a_payment_link_follows_only_a_recorded_offer():
    link = kit.ask(purpose="payment_link", address="139")
    assert friend(ask=link) == ["DENY_THIRD_PARTY"]
    assert friend(ask=link, offered_to_pay_at=kit.at("09:30")) == []


@pytest.mark.parametrize(
    ("by", "expected"), [("signed", []), ("joint_use_proved", []), ("none", ["DENY_THIRD_PARTY"]), (None, ["DENY_FACTS_MISSING"])]
)
def test_cn_spouse_debt_a_spouse_owes_only_by_signature_need_or_proof(by, expected):
    told = kit.person(relation="spouse", liable_by=by)
    assert kit.codes(person=told, debtor=kit.person(id="B02")) == expected


@pytest.mark.behaviour("S164", part="freezing the penalty is the Book's, the estate's claim desk.recovery's")
@pytest.mark.parametrize(("amount", "expected"), [(500_000, []), (500_001, ["DENY_LIMIT"])])
def test_cn_estate_limit_heirs_are_asked_for_no_more_than_they_received(amount, expected):
    heir = kit.person(relation="heir", estate_fen=500_000, renounced=False)
    asked = kit.ask(purpose="estate_claim", amount_fen=amount)
    assert kit.codes(person=heir, debtor=kit.person(id="B02", died_on="2026-10-05"), ask=asked) == expected


def test_an_heir_who_gave_the_estate_up_and_one_of_the_living_are_left_alone():
    asked = kit.ask(purpose="estate_claim")
    gone = kit.person(relation="heir", renounced=True)
    assert kit.codes(person=gone, debtor=kit.person(id="B02", died_on="2026-10-05"), ask=asked) == ["DENY_THIRD_PARTY"]
    early = kit.person(relation="heir", renounced=False)
    assert kit.codes(person=early, debtor=kit.person(id="B02"), ask=asked) == ["DENY_THIRD_PARTY"]


def test_whether_an_heir_gave_the_estate_up_must_be_known():
    unsure = kit.person(relation="heir", renounced=None, estate_fen=1)
    debtor = kit.person(id="B02", died_on="2026-10-05")
    assert kit.codes(person=unsure, debtor=debtor, ask=kit.ask(purpose="estate_claim", amount_fen=1)) == ["DENY_FACTS_MISSING"]


def test_the_heir_of_the_living_is_a_third_party():
    said = [{"said_at": kit.at("2026-10-12 09:00")}]
    early = kit.person(relation="heir", renounced=False, refusals=said)
    assert "DENY_SUPPRESSED" in kit.codes(person=early, debtor=kit.person(id="B02"), ask=kit.ask(purpose="answer"))


@pytest.mark.parametrize(("outcome", "expected"), [("declined", []), ("refused", ["DENY_THIRD_PARTY"]), ("no_answer", [])])
def test_a_try_that_nobody_answered_is_not_yet_asked(outcome, expected):
    tried = kit.contact("2026-10-19 10:00", outcome, person="F01", purpose="locate", address="139")
    assert friend([*FAILED, tried]) == expected


@pytest.mark.parametrize(("named", "expected"), [("R01", []), ("R02", ["DENY_THIRD_PARTY"])])
def test_only_a_representative_on_record_speaks_for_the_borrower(named, expected):
    lawyer = kit.person(id="R01", relation="representative", addresses=[{"id": "138", "channels": ["call"], "owner": "R01"}])
    debtor = kit.person(representative={"id": named, "kind": "lawyer", "since_at": kit.at("2026-10-10 09:00")})
    assert kit.codes(person=lawyer, debtor=debtor) == expected


@pytest.mark.parametrize(("capacity", "code"), [("limited", "DENY_HOLD_OTHER"), ("none", "DENY_HOLD_OTHER"), (None, "DENY_FACTS_MISSING")])
def test_without_full_capacity_the_guardian_is_spoken_to(capacity, code):
    assert kit.codes(person=kit.person(capacity=capacity)) == [code]

"""An answer answers something; a negative record is reported after its notice: S117, S120."""

from __future__ import annotations

import pytest

from arrears.gate.tests import kit, kit_acts

REPORT = pytest.mark.behaviour("S117", part="the submission is desk.bureau's")
CREDIT = {"id": "C9", "kind": "credit", "given_at": kit.at("2026-01-05 10:00")}


def wrote(when, **changes):
    return kit.contact(when, "delivered", direction="in", channel="sms", purpose=None, staff=None) | changes


def answered(*history, purpose="answer", **changes):
    answer = kit.answer(ask=kit.ask(purpose=purpose), history=list(history), **changes)
    return [(each.code, each.rule) for each in answer.findings]


@pytest.mark.parametrize("purpose", ["answer", "help"])
@pytest.mark.parametrize(
    ("history", "allowed"),
    [
        pytest.param([], False, id="contact.answer_hours-never"),
        pytest.param([wrote("2026-10-19 10:00")], True, id="contact.answer_hours-twenty_four_ago"),
        pytest.param([wrote("2026-10-19 09:59:59")], False, id="contact.answer_hours-a_second_more"),
        pytest.param([wrote("10:00")], True, id="contact.answer_hours-this_moment"),
        pytest.param([wrote("2026-10-19 10:00", person="F01")], False, id="contact.answer_hours-somebody_else"),
        pytest.param([kit.contact("2026-10-20 09:00", "answered")], False, id="contact.answer_hours-our_own_call"),
    ],
)
def test_an_answer_follows_what_the_person_said_within_a_day(purpose, history, allowed):
    assert answered(*history, purpose=purpose) == ([] if allowed else [("DENY_FACTS_MISSING", "contact.answer_hours")])


@pytest.mark.parametrize(("asked_at", "allowed"), [("10:00", True), ("10:00:01", False), ("2026-09-01 09:00", True), (None, False)])
def test_help_may_be_offered_once_it_was_asked_for(asked_at, allowed):
    told = kit.person(asked_for_help_at=kit.at(asked_at) if asked_at else None)
    missing = ("DENY_FACTS_MISSING", "contact.answer_hours")
    assert (missing not in answered(purpose="help", person=told)) == allowed
    assert missing in answered(purpose="answer", person=told)


def test_help_waits_for_the_moment_it_is_asked_for():
    told = kit.person(asked_for_help_at=kit.at("11:30"))
    assert kit.answer(ask=kit.ask(purpose="help"), person=told).next_allowed.isoformat() == "2026-10-20T11:30:00+08:00"


def test_no_hold_opens_a_way_to_anybody():
    hold = {"kind": "hardship", "from_on": "2026-10-20"}
    assert ("DENY_FACTS_MISSING", "contact.answer_hours") in answered(purpose="help", holds=[hold])


@pytest.mark.parametrize(("when", "allowed"), [("22:30", False), ("21:59", True)])
def test_help_asked_for_days_ago_keeps_lawful_hours(when, allowed):
    told = kit.person(asked_for_help_at=kit.at("2026-10-18 09:00"))
    assert kit.answer(ask=kit.ask(when, purpose="help"), person=told).allowed is allowed


def test_help_goes_back_at_any_hour_to_somebody_who_has_just_written():
    assert kit.answer(ask=kit.ask("22:30", purpose="help"), history=[wrote("22:10")]).allowed is True


def test_an_answer_says_when_they_last_wrote():
    answer = kit.answer(ask=kit.ask(purpose="answer"), history=[wrote("2026-10-18 09:30")])
    assert answer.findings[0].seen().en == "they last wrote or called at 2026-10-18 09:30"
    assert answer.next_allowed is None


def told(delivered, **changes):
    """A loan with a credit notice that arrived at a moment."""
    notice = {
        "kind": "credit_notice",
        "channel": "sms",
        "sent_at": kit.at("2026-09-01 09:00"),
        "delivered_at": kit.at(delivered) if delivered else None,
    }
    return {"notices": [notice]} | changes


def reported(loan, *, consents=(CREDIT,), house=True, when="10:00", **changes):
    asked = kit_acts.step("report_negative", when)
    return kit_acts.found(asked, house=house, loan=loan, person=kit.person(consents=list(consents)), **changes)


@REPORT
@pytest.mark.parametrize(
    ("delivered", "when", "rule"),
    [
        pytest.param("2026-10-17 23:59:59", "00:00", None, id="credit.notice_lead_days-three"),
        pytest.param("2026-10-18 00:00", "23:59", "credit.notice_lead_days", id="credit.notice_lead_days-two"),
        pytest.param("2026-10-02 00:00", "10:00", None, id="cn.cr.notice-the_day_after_the_due_date"),
        pytest.param("2026-10-01 23:59", "10:00", "cn.cr.notice", id="cn.cr.notice-of_an_earlier_time"),
        pytest.param(None, "10:00", "cn.cr.notice", id="cn.cr.notice-not_delivered"),
    ],
)
def test_a_negative_record_follows_its_notice_by_three_days(delivered, when, rule):
    assert reported(told(delivered), when=when) == ([("DENY_NO_CREDIT_NOTICE", rule)] if rule else [])


@REPORT
def test_a_young_notice_says_from_which_day_on():
    asked = kit_acts.step("report_negative")
    answer = kit_acts.answer(asked, loan=told("2026-10-19 15:00"), person=kit.person(consents=[CREDIT]))
    assert answer.next_allowed.isoformat() == "2026-10-22T00:00:00+08:00"
    assert answer.findings[0].allowed().zh == "自 2026-10-22 起（送达后 3 天）"


@REPORT
@pytest.mark.parametrize(("delivered", "refused"), [("2026-10-20 10:00", False), ("2026-10-20 10:01", True)])
def test_cn_cr_notice_alone_asks_only_that_it_has_arrived(delivered, refused):
    assert reported(told(delivered), house=False) == ([("DENY_NO_CREDIT_NOTICE", "cn.cr.notice")] if refused else [])


@pytest.mark.parametrize(
    ("consents", "refused"),
    [
        pytest.param([CREDIT], False, id="cn.cr.consent-given"),
        pytest.param([], True, id="cn.cr.consent-none"),
        pytest.param([CREDIT | {"withdrawn_at": kit.at("10:00")}], True, id="cn.cr.consent-withdrawn"),
        pytest.param([CREDIT | {"kind": "location"}], True, id="cn.cr.consent-to_something_else"),
    ],
)
def test_a_record_is_supplied_only_with_consent(consents, refused):
    assert reported(told("2026-10-10 10:00"), consents=consents) == ([("DENY_FACTS_MISSING", "cn.cr.consent")] if refused else [])


@pytest.mark.parametrize(
    ("days", "code"),
    [
        pytest.param(4, None, id="credit.min_dpd-four"),
        pytest.param(3, "DENY_GRACE", id="credit.min_dpd-three"),
        pytest.param(None, "DENY_FACTS_MISSING", id="credit.min_dpd-unknown"),
    ],
)
def test_no_negative_code_inside_grace(days, code):
    assert reported(told("2026-10-10 10:00", days_past_due=days)) == ([(code, "credit.min_dpd")] if code else [])


@pytest.mark.behaviour("S120", part="the mark and the answer are desk.bureau's")
def test_nothing_negative_is_reported_while_it_is_disputed():
    dispute = {"kind": "dispute", "from_on": "2026-10-08", "to_on": "2026-10-28"}
    assert [code for code, _ in reported(told("2026-10-05 10:00"), holds=[dispute])] == ["DENY_HOLD_DISPUTE"]
    over = dispute | {"to_on": "2026-10-19"}
    assert reported(told("2026-10-05 10:00"), holds=[over]) == []

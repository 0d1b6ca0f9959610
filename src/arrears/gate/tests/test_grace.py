"""Grace and notice come first."""

from __future__ import annotations

import datetime as dt

import pytest

from arrears.gate.decide import decide
from arrears.gate.tests import kit


def told(due: str, **changes) -> dict:
    """A loan due on a day, noticed the morning after."""
    after = dt.date.fromisoformat(due) + dt.timedelta(days=1)
    notice = {"kind": "overdue_notice", "channel": "sms", "sent_at": f"{after}T09:00:00+08:00", "delivered_at": f"{after}T09:01:00+08:00"}
    return kit.loan(oldest_due_on=due, notices=[notice], live_at=kit.at("09:59")) | changes


@pytest.mark.behaviour("S021")
@pytest.mark.parametrize(
    ("due", "when", "code"),
    [
        ("2026-10-17", "10:00", "DENY_GRACE"),  # D+3
        ("2026-10-16", "10:00", "DENY_GRACE"),  # D+4: the close that says so is not made yet
        ("2026-10-15", "00:00", "DENY_HOURS"),  # D+5, before eight
        ("2026-10-15", "07:59:59", "DENY_HOURS"),
        ("2026-10-15", "08:00", None),
    ],
)
def test_grace_days_and_the_close_after_it_come_before_any_collection(due, when, code):
    headline = kit.answer(loans=[told(due, live_at=kit.at(when))], ask=kit.ask(when)).headline
    assert (headline.code if headline else None) == code


@pytest.mark.behaviour("S021")
def test_the_first_permitted_moment_is_eight_on_the_fifth_day():
    answer = kit.answer(loans=[told("2026-10-17")])
    assert (answer.headline.code, answer.next_allowed.isoformat()) == ("DENY_GRACE", "2026-10-22T08:00:00+08:00")


@pytest.mark.parametrize("purpose", ["service_reminder", "overdue_notice", "help", "complaint_reply"])
def test_what_is_no_collection_does_not_wait_for_grace(purpose):
    answer = kit.answer(loans=[told("2026-10-17")], ask=kit.ask(purpose=purpose))
    assert "DENY_GRACE" not in [each.code for each in answer.findings]


@pytest.mark.behaviour("S023")
def test_contact_notice_first_no_delivered_notice_no_call_even_on_day_forty():
    bare = kit.loan(oldest_due_on="2026-09-10", notices=[])
    answer = kit.answer(loans=[bare])
    assert [(each.code, each.rule) for each in answer.findings] == [("DENY_NO_NOTICE", "contact.notice_first")]
    assert answer.next_allowed is None


@pytest.mark.parametrize(
    "notice",
    [
        {"kind": "overdue_notice", "channel": "sms", "sent_at": kit.at("2026-10-02 09:00")},
        {"kind": "service_reminder", "channel": "sms", "sent_at": kit.at("2026-10-02 09:00"), "delivered_at": kit.at("2026-10-02 09:00")},
        {"kind": "overdue_notice", "channel": "sms", "sent_at": kit.at("2026-10-01 23:59"), "delivered_at": kit.at("2026-10-02 09:00")},
        {"kind": "overdue_notice", "channel": "sms", "sent_at": kit.at("2026-10-02 09:00"), "delivered_at": kit.at("10:01")},
    ],
    ids=["no_proof", "another_kind", "of_an_earlier_delinquency", "arrives_later"],
)
def test_only_a_delivered_notice_about_this_delinquency_counts(notice):
    assert "DENY_NO_NOTICE" in kit.codes(loans=[kit.loan(notices=[notice])])


@pytest.mark.behaviour("S025", part="the Book's half is tested with its closes")
def test_the_grace_of_the_due_date_decides(tmp_path):
    from arrears.law.values import load

    (tmp_path / "own.yaml").write_text(
        'grace.days:\n  values:\n    - from: 2026-10-14\n      value: "5"\n      source: {instrument: "credit committee"}\n',
        encoding="utf-8",
    )
    law = load(tmp_path)
    old, new = (decide(kit.facts(loans=[told(due)]), law) for due in ("2026-10-13", "2026-10-14"))
    assert (old.allowed, new.headline.code) == (True, "DENY_GRACE")


def test_the_law_alone_knows_no_grace():
    assert decide(kit.facts(loans=[told("2026-10-17")]), kit.law(), house=False).allowed is True

"""Sending through a carrier that behaves and one that does not: each message is sent once, failed, or uncertain and shown."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from arrears.desk.contacts import doubts, send
from arrears.desk.contacts.ask import NotThisPermit, ask
from arrears.desk.contacts.delivery.reports import Report
from arrears.desk.contacts.intents import put
from arrears.desk.contacts.models import Answer, Attempt, Contact, Intent, Outcome, Route, Task
from arrears.desk.contacts.receipts import take
from arrears.desk.contacts.standing import put as figures
from arrears.desk.contacts.testing import MORNING, call, trained
from arrears.desk.contacts.testing import notice as delivered
from arrears.desk.people.services import refuse

pytestmark = pytest.mark.django_db


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.at = MORNING

    def __call__(self) -> dt.datetime:
        return self.at

    def on(self, **gone: float) -> Clock:
        self.at += dt.timedelta(**gone)
        return self


@pytest.fixture
def now() -> Clock:
    return Clock()


def notice(lin: Any, key: str = "1", **more: Any) -> Intent:
    return put(key, lin.person.pk, "B01", more.pop("purpose", "overdue_notice"), MORNING, **more)


def states(intent: Intent) -> list[str]:
    return list(intent.attempts.order_by("state_at").values_list("state", flat=True))


@pytest.mark.behaviour("S020", part="when it is due is the Book's; queueing it is desk.cases'")
@pytest.mark.behaviour("S033")
def test_a_notice_leaves_with_the_figures_of_the_close(carrier: Any, lin: Any, now: Clock) -> None:
    assert send.send_intent(notice(lin).pk, now) == "sent"
    (kept,) = carrier.record.all()
    assert kept.entry["to"] == "+8615400001234"
    assert kept.entry["text"].startswith("【兰汀消费金融】林远，您有一期还款尚未收到，应还¥2,824.41，应还日9月5日，宽限期到9月8日。")
    contact = Contact.objects.get()
    assert (contact.outcome, contact.permit.state, contact.attempt.provider_id) == ("sent", "used", kept.entry["provider_id"])
    assert contact.wording_hash == contact.permit.wording_hash != ""


@pytest.mark.behaviour("S019", part="when it is due is the Book's; queueing it is desk.cases'")
def test_a_reminder_uses_up_no_allowance(carrier: Any, lin: Any, now: Clock) -> None:
    for key in "abcd":
        assert (
            send.send_intent(
                notice(lin, key, purpose="service_reminder", fills={"amount_fen": 282_441, "date": "2026-10-05"}).pk, now.on(minutes=1)
            )
            == "sent"
        )
    assert not Answer.objects.exclude(allowed="yes").exists()


def test_the_same_intent_is_sent_once(carrier: Any, lin: Any, now: Clock) -> None:
    intent = notice(lin)
    assert notice(lin).pk == intent.pk
    assert [send.send_intent(intent.pk, now), send.send_intent(intent.pk, now)] == ["sent", "busy"]
    assert len(carrier.record.all()) == 1


def test_nothing_leaves_at_night_and_it_waits_for_the_morning(carrier: Any, lin: Any, now: Clock) -> None:
    intent = notice(lin)
    assert send.send_intent(intent.pk, now.on(hours=12)) == "waiting"
    intent.refresh_from_db()
    assert (intent.next_at, intent.why) == (MORNING.replace(day=16, hour=8), "DENY_HOURS")
    assert carrier.record.all() == []


def test_without_an_approved_wording_nothing_leaves(carrier: Any, lin: Any, now: Clock) -> None:
    intent = notice(lin, locale="zh_Hans")
    from arrears.desk.contacts.models import WordingApproval

    WordingApproval.objects.all().delete()
    assert send.send_intent(intent.pk, now) == "waiting"
    intent.refresh_from_db()
    assert intent.why.startswith("no approved wording")


@pytest.mark.behaviour("S043")
def test_a_payment_before_its_sending_drops_it(carrier: Any, lin: Any, now: Clock) -> None:
    intent = notice(lin)
    figures("B01", MORNING, overdue_fen=0, oldest_due_on=None)
    assert send.send_intent(intent.pk, now) == "busy"
    intent.refresh_from_db()
    assert (intent.state, carrier.record.all()) == ("dropped", [])


@pytest.mark.behaviour("S024")
def test_what_is_undeliverable_goes_out_on_another_way_within_a_day_with_proof_of_each(carrier: Any, lin: Any, now: Clock) -> None:
    intent = notice(lin)
    send.send_intent(intent.pk, now)
    first = Attempt.objects.get()
    report = Report("sms", first.client_id, first.provider_id, "", "undeliverable", "UNDELIV", now().replace(minute=1))
    assert take(report, now.on(minutes=1)())
    assert not take(report, now.on(minutes=1)())
    assert send.due(now()) == [intent.pk]
    assert send.send_intent(intent.pk, now) == "sent"
    intent.refresh_from_db()
    letter = intent.attempts.exclude(pk=first.pk).get()
    assert (letter.channel, letter.contact.at - first.contact.at < dt.timedelta(days=1)) == ("letter", True)
    assert list(Outcome.objects.filter(contact=first.contact).order_by("id").values_list("outcome", "source")) == [
        ("sent", "route"),
        ("undeliverable", "receipt"),
    ]


@pytest.mark.behaviour("S036", part="the paper itself is desk.papers'")
def test_the_three_ends_of_a_letter_are_told_apart(carrier: Any, lin: Any, now: Clock) -> None:
    for key, outcome in (("a", "delivered"), ("b", "refused"), ("c", "undeliverable")):
        intent = notice(lin, key, channels=("letter",))
        assert send.send_intent(intent.pk, now.on(minutes=1)) == "sent"
        attempt = intent.attempts.get()
        assert take(Report("sms", attempt.client_id, "", "", outcome, "", now()), now())
        assert Contact.objects.get(pk=attempt.pk).outcome == outcome


@pytest.mark.behaviour("S034", part="what is shown after signing in is desk.portal's")
def test_a_mail_shows_nothing_of_a_debt(carrier: Any, lin: Any, now: Clock) -> None:
    intent = notice(lin, purpose="promise_reminder", channels=("email",), fills={"amount_fen": 100_000, "date": "2026-09-15"})
    assert send.send_intent(intent.pk, now) == "sent"
    (kept,) = carrier.record.all()
    import base64
    from email import message_from_bytes, policy

    mail = message_from_bytes(base64.b64decode(kept.entry["raw"]), policy=policy.default)
    body = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert not any(word in mail["subject"] + body for word in ("1,000", "逾期", "欠", "应还", "贷款"))
    assert mail["message-id"] == f"<{intent.attempts.get().client_id}@mail.lanting.example>"


def test_a_refused_channel_is_left_for_the_next_one(carrier: Any, lin: Any, now: Clock) -> None:
    refuse(lin.person, "sms", MORNING)
    intent = notice(lin, purpose="service_reminder", fills={"amount_fen": 1, "date": "2026-10-05"})
    assert send.send_intent(intent.pk, now) == "sent"
    assert intent.attempts.get().channel == "email"


def test_a_throttled_message_waits_and_gives_its_place_back(carrier: Any, lin: Any, now: Clock) -> None:
    carrier.turn({"throttle": 1.0, "retry_after_s": 7})
    intent = notice(lin)
    assert send.send_intent(intent.pk, now) == "failed"
    intent.refresh_from_db()
    assert (intent.state, intent.next_at - now(), Contact.objects.get().outcome) == ("waiting", dt.timedelta(seconds=7), "not_sent")
    carrier.turn({"throttle": 0.0})
    assert send.send_intent(intent.pk, now.on(seconds=8)) == "sent"
    assert states(intent) == ["failed", "sent"]


def test_a_carrier_that_is_down_pauses_its_way_and_loses_nothing(carrier: Any, lin: Any, now: Clock) -> None:
    carrier.turn({"down": True})
    intent = notice(lin)
    assert send.send_intent(intent.pk, now) == "failed"
    other = notice(lin, "2")
    assert send.send_intent(other.pk, now.on(seconds=1)) == "waiting"
    assert Route.objects.get(name="http_generic").failures == 1
    assert Attempt.objects.count() == 1
    carrier.turn({"down": False})
    assert send.send_intent(intent.pk, now.on(minutes=5)) == "sent"
    assert send.send_intent(other.pk, now.on(minutes=1)) == "sent"


@pytest.mark.parametrize(("trouble", "taken"), [("cut", 1), ("nonsense", 1), ("slow", 1), ("cut_early", 0)])
def test_a_doubtful_short_message_is_asked_about_and_never_sent_again(carrier: Any, lin: Any, now: Clock, trouble: str, taken: int) -> None:
    carrier.turn({trouble: 1.0, **({"slow_s": 2.0} if trouble == "slow" else {})})
    intent = notice(lin)
    assert send.send_intent(intent.pk, now) == "uncertain"
    carrier.turn({trouble: 0.0})
    first = intent.attempts.get()
    assert doubts.ask_about(first.pk, now) == "uncertain"
    assert doubts.ask_about(first.pk, now.on(seconds=10)) == ("sent" if taken else "failed")
    intent.refresh_from_db()
    assert intent.state == ("done" if taken else "waiting")
    assert len(carrier.record.all()) == taken
    assert carrier.record.doubled() == []


def test_what_nobody_can_say_is_shown_to_a_person(carrier: Any, lin: Any, now: Clock, account: Any) -> None:
    carrier.turn({"cut": 1.0})
    intent = notice(lin)
    send.send_intent(intent.pk, now)
    carrier.turn({"down": True})
    first = intent.attempts.get()
    for _ in range(doubts.MOST_ASKS):
        doubts.ask_about(first.pk, now.on(hours=1))
    first.refresh_from_db()
    assert first.state == "shown"
    task = Task.objects.get(kind="uncertain")
    who = account("operations", "ops")
    assert doubts.close_attempt(first, "not_sent", now(), who)
    assert not doubts.close_attempt(first, "delivered", now(), who)
    assert (Contact.objects.get(pk=first.pk).outcome, task.subject) == ("not_sent", f"contact:{first.pk}")


def test_a_doubtful_mail_goes_again_under_the_same_message_id(carrier: Any, lin: Any, now: Clock) -> None:
    carrier.turn({"cut": 1.0})
    intent = notice(lin, purpose="promise_reminder", channels=("email",), fills={"amount_fen": 100_000, "date": "2026-09-15"})
    assert send.send_intent(intent.pk, now) == "uncertain"
    carrier.turn({"cut": 0.0})
    first = intent.attempts.get()
    assert doubts.ask_about(first.pk, now.on(seconds=10)) == "sent"
    first.refresh_from_db()
    assert first.hands == 2
    assert len({each.entry["client_id"] for each in carrier.record.all()}) == 1


def test_a_receipt_of_an_uncertain_message_settles_it(carrier: Any, lin: Any, now: Clock) -> None:
    carrier.turn({"cut": 1.0})
    intent = notice(lin)
    send.send_intent(intent.pk, now)
    first = intent.attempts.get()
    assert take(Report("sms", first.client_id, "S1", "", "delivered", "", now()), now())
    first.refresh_from_db()
    assert (first.state, Contact.objects.get(pk=first.pk).outcome) == ("sent", "delivered")


def test_an_older_report_does_not_undo_a_newer_one(carrier: Any, lin: Any, now: Clock) -> None:
    intent = notice(lin)
    send.send_intent(intent.pk, now)
    first = intent.attempts.get()
    for outcome in ("delivered", "sent", "undeliverable"):
        take(Report("sms", first.client_id, first.provider_id, "", outcome, "", now()), now())
    assert Contact.objects.get(pk=first.pk).outcome == "delivered"


def test_a_worker_that_died_after_the_commit_leaves_an_uncertain_message(carrier: Any, lin: Any, now: Clock, monkeypatch: Any) -> None:
    intent = notice(lin)
    monkeypatch.setattr(send, "hand_over", lambda *_: "died")
    send.send_intent(intent.pk, now)
    assert states(intent) == ["sending"]
    assert doubts.sweep(now.on(minutes=2)) == 0
    assert doubts.sweep(now.on(minutes=2)) == 1
    assert doubts.ask_about(intent.attempts.get().pk, now.on(seconds=1)) == "failed"
    monkeypatch.undo()
    assert send.send_intent(intent.pk, now.on(minutes=2)) == "sent"
    assert (len(carrier.record.all()), carrier.record.doubled()) == (1, [])


@pytest.mark.parametrize(("trouble", "state"), [(None, "sent"), ("cut", "uncertain"), ("throttle", "failed")])
def test_a_call_is_rung_once_by_the_telephone_system(
    carrier: Any, lin: Any, now: Clock, collector: Any, trouble: str | None, state: str
) -> None:
    told_before(lin)
    permit = ask(call(lin, trained(collector)), now)
    carrier.turn({trouble: 1.0} if trouble else {})
    going = send.dial(permit, "801", now)
    attempt = Attempt.objects.get(pk=going.id)
    assert (attempt.state, attempt.channel) == (state, "call")
    assert Contact.objects.get(pk=going.id).outcome == ("not_sent" if trouble == "throttle" else "pending")
    with pytest.raises(NotThisPermit):
        send.dial(permit, "801", now)
    assert len(carrier.record.all()) == (0 if trouble == "throttle" else 1)


def test_how_a_call_ended_is_told_by_the_telephone_system(carrier: Any, lin: Any, now: Clock, collector: Any) -> None:
    told_before(lin)
    going = send.dial(ask(call(lin, trained(collector)), now), "801", now)
    take(Report("call", going.id.hex, "C1", "", "answered", "", now(), 63, "rec/1"), now())
    contact = Contact.objects.get(pk=going.id)
    assert (contact.outcome, contact.outcomes.get().seconds, contact.outcomes.get().recording) == ("answered", 63, "rec/1")


def told_before(lin: Any) -> None:
    delivered(lin, dt.datetime(2026, 9, 6, 9, tzinfo=MORNING.tzinfo))


def test_a_dead_letter_waits_for_a_person_who_may_send_it_again(carrier: Any, lin: Any, now: Clock, account: Any) -> None:
    intent = notice(lin)
    carrier.turn({"throttle": 1.0})
    for _ in range(send.MOST_TRIES):
        send.send_intent(intent.pk, now.on(minutes=20))
    intent.refresh_from_db()
    assert intent.state == "dead"
    assert Task.objects.get(kind="dead_letter").subject == f"intent:{intent.pk}"
    carrier.turn({"throttle": 0.0})
    assert send.send_again(intent, now(), account("operations", "ops"))
    assert send.send_intent(intent.pk, now.on(minutes=1)) == "sent"

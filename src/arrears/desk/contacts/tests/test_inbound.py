"""What people write back acts at once: stop, complaint, trouble, distress."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from arrears.desk.contacts import inbound, send
from arrears.desk.contacts.ask import Refused, ask
from arrears.desk.contacts.delivery.reports import Reply
from arrears.desk.contacts.intents import put
from arrears.desk.contacts.models import Hold, Inbound, Task
from arrears.desk.contacts.testing import MORNING, call, late, trained
from arrears.desk.people.models import Refusal
from arrears.desk.people.services import add_address

pytestmark = pytest.mark.django_db
LATER = MORNING + dt.timedelta(minutes=5)


def reply(text: str, number: str = "+8615400001234", id_: str = "r1") -> Reply:
    return Reply("sms", id_, number, text, LATER)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("T", ["stop"]), ("TD", ["stop"]), ("退订", ["stop"]), ("请不要再给我发短信", ["stop"]), ("STOP", ["stop"]), ("Ｔ", ["stop"]),
        ("我要投诉你们", ["complaint"]), ("你们这是骚扰，我打12378", ["complaint"]), ("我失业了，还不上", ["hardship"]),
        ("生病住院，能不能延期", ["hardship"]), ("不想活了", ["distress"]), ("好的，明天还", []), ("今天到账", []), ("ok thanks", []),
    ],
)  # fmt: skip
def test_words_are_found(text: str, found: list[str]) -> None:
    assert inbound.found_in(text, MORNING.date()) == found


def test_stop_switches_the_channel_off_at_once(collector: Any) -> None:
    lin, zhou = late(), trained(collector)
    (row,) = inbound.take(reply("T"), LATER)
    assert (row.person, row.found) == (lin.person.pk, ["stop"])
    assert Refusal.objects.get().channel == "sms"
    told = ask(call(lin, zhou, channel="sms"), lambda: LATER)
    assert isinstance(told, Refused)
    assert "DENY_CHANNEL_OPT_OUT" in [each.code for each in told.answer.findings]


def test_the_same_reply_twice_is_one(db: None) -> None:
    late()
    assert len(inbound.take(reply("我要投诉"), LATER)) == 1
    assert inbound.take(reply("我要投诉"), LATER) == []
    assert (Inbound.objects.count(), Hold.objects.count(), Task.objects.count()) == (1, 1, 1)


@pytest.mark.behaviour("S136", part="the complaint itself is desk.complaints'")
def test_a_complaint_in_a_reply_silences_and_asks_for_a_person(collector: Any) -> None:
    lin, zhou = late(), trained(collector)
    inbound.take(reply("再骚扰我就举报"), LATER)
    told = ask(call(lin, zhou), lambda: LATER)
    assert isinstance(told, Refused)
    assert [each.code for each in told.answer.findings] == ["DENY_HOLD_COMPLAINT"]
    assert Task.objects.get().kind == "complaint"


def test_distress_leaves_help_alone(collector: Any) -> None:
    lin, zhou = late(), trained(collector)
    inbound.take(reply("我不想活了"), LATER)
    assert Hold.objects.get().kind == "distress"
    assert isinstance(ask(call(lin, zhou), lambda: LATER), Refused)
    assert not isinstance(ask(call(lin, zhou, purpose="help"), lambda: LATER), Refused)


def test_trouble_is_heard_and_help_may_be_offered_at_night(collector: Any) -> None:
    lin, zhou = late(), trained(collector)
    inbound.take(Reply("sms", "r", "+8615400001234", "我失业了，有困难", MORNING.replace(hour=22)), MORNING.replace(hour=22))
    lin.person.refresh_from_db()
    assert lin.person.asked_for_help_at == MORNING.replace(hour=22)
    assert not isinstance(ask(call(lin, zhou, purpose="help"), lambda: MORNING.replace(hour=22, minute=10)), Refused)


def test_a_number_of_two_people_stops_for_both_and_waits_for_a_person(db: None) -> None:
    lin = late()
    add_address(lin.brother, "phone", "15400001234", MORNING)
    rows = inbound.take(reply("退订"), LATER)
    assert {each.person for each in rows} == {lin.person.pk, lin.brother.pk}
    assert Refusal.objects.count() == 2
    assert Task.objects.get().kind == "number_of_two"


def test_a_strangers_reply_is_kept(db: None) -> None:
    late()
    (row,) = inbound.take(reply("你是谁", "+8615499999999"), LATER)
    assert (row.person, inbound.text_of(row)) == (None, "你是谁")
    assert "你是谁".encode() not in bytes(Inbound.objects.get().sealed)


def test_a_reply_is_threaded_to_what_it_answers(carrier: Any, lin: Any) -> None:
    intent = put("1", lin.person.pk, "B01", "overdue_notice", MORNING)
    send.send_intent(intent.pk, lambda: MORNING)
    (row,) = inbound.take(reply("好的"), LATER)
    assert row.answers == intent.attempts.get().pk

"""The pages of contacts: who sees what, what their buttons do, and what a provider may tell."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from arrears.desk import clock
from arrears.desk.contacts import doubts, send, texts, ways
from arrears.desk.contacts.ask import ask
from arrears.desk.contacts.delivery.signing import webhook_headers
from arrears.desk.contacts.intents import put
from arrears.desk.contacts.models import Contact, Hold, Inbound, Intent, Task, WordingApproval
from arrears.desk.contacts.testing import MORNING, call, late, trained
from arrears.desk.journal.models import Event

pytestmark = pytest.mark.django_db
NAME = "overdue_notice/2026-01-01.zh_Hans"


@pytest.fixture(autouse=True)
def morning() -> Any:
    with clock.at(MORNING):
        yield


def test_a_collector_reads_the_refusal_with_its_reason_and_next_moment(collector: Any, signed_in: Any) -> None:
    lin = late()
    ask(call(lin, trained(collector)), lambda: MORNING.replace(hour=22))
    page = signed_in(collector).get("/contacts/").content.decode()
    assert "林*" in page
    assert "林远" not in page
    assert "联系时段" in page or "22:00" in page
    assert "最早 09-16 08:00" in page
    assert "cn.contact.hours" in page


def test_another_team_sees_nothing_of_it(collector: Any, stranger: Any, signed_in: Any) -> None:
    lin = late()
    ask(call(lin, trained(collector)), lambda: MORNING)
    assert "林*" not in signed_in(stranger).get("/contacts/").content.decode()
    assert signed_in(stranger).get(f"/contacts/holds/{lin.person.pk}/").status_code == 404


def test_it_speaks_english(collector: Any, signed_in: Any) -> None:
    lin = late()
    ask(call(lin, trained(collector)), lambda: MORNING.replace(hour=22))
    page = signed_in(collector).get("/contacts/", headers={"accept-language": "en"}).content.decode()
    assert "What was permitted and refused" in page
    assert "Possible from 09-16 08:00" in page


@pytest.mark.parametrize("query", ["?day=2026-13-40", "?day=x", "?day=-"])
def test_a_day_that_is_none_is_no_page(collector: Any, signed_in: Any, query: str) -> None:
    assert signed_in(collector).get(f"/contacts/{query}").status_code == 404


@pytest.mark.behaviour("S136", part="the complaint itself is desk.complaints'")
def test_a_hold_is_one_form_and_works_at_once(collector: Any, signed_in: Any) -> None:
    lin = late()
    trained(collector)
    page = signed_in(collector).post(f"/contacts/holds/{lin.person.pk}/", {"kind": "conduct_complaint", "reason": "电话中投诉"})
    assert page.status_code == 302
    assert Hold.objects.get().opened_by == collector.pk
    assert Event.objects.filter(kind="hold_opened", person=lin.person.pk, account=collector).count() == 1


def test_a_collector_may_not_end_it_and_a_lead_says_why(collector: Any, lead: Any, signed_in: Any) -> None:
    lin = late()
    signed_in(collector).post(f"/contacts/holds/{lin.person.pk}/", {"kind": "illness", "reason": "住院"})
    hold = Hold.objects.get()
    assert signed_in(collector).post(f"/contacts/hold/{hold.pk}/end/", {"reason": "x"}).status_code == 403
    signed_in(lead).post(f"/contacts/hold/{hold.pk}/end/", {"reason": ""})
    assert Hold.objects.get().ended_at is None
    signed_in(lead).post(f"/contacts/hold/{hold.pk}/end/", {"reason": "已康复"})
    assert (Hold.objects.get().to_on, Hold.objects.get().end_reason) == (MORNING.date(), "已康复")


def test_a_wording_is_approved_by_somebody_else(account: Any, signed_in: Any) -> None:
    writer, reader = account("compliance", "writer"), account("compliance", "reader")
    assert signed_in(writer).get(f"/contacts/wording/{NAME}/").status_code == 200
    signed_in(writer).post(f"/contacts/wording/{NAME}/ask/")
    signed_in(writer).post(f"/contacts/wording/{NAME}/decide/", {"decision": "approve"})
    assert WordingApproval.objects.get().state == "asked"
    signed_in(reader).post(f"/contacts/wording/{NAME}/decide/", {"decision": "refuse"})
    assert WordingApproval.objects.get().state == "asked"
    signed_in(reader).post(f"/contacts/wording/{NAME}/decide/", {"decision": "approve"})
    kept = WordingApproval.objects.get()
    assert (kept.state, kept.digest) == ("approved", texts.find(NAME).digest)
    assert "使用中" in signed_in(reader).get("/contacts/wording/").content.decode()


def test_the_database_knows_no_wording_approved_by_who_asked(account: Any) -> None:
    writer = account("compliance", "writer")
    with pytest.raises(Exception, match="wording_four_eyes"):
        WordingApproval.objects.create(
            name=NAME, digest="x", state="approved", asked_at=MORNING, asked_by=writer, asked_person=writer.person, decided_at=MORNING,
            decided_by=writer, decided_person=writer.person,
        )  # fmt: skip


def test_the_outbox_shows_what_failed_and_tries_it_again(carrier: Any, lin: Any, lead: Any, signed_in: Any) -> None:
    carrier.turn({"throttle": 1.0})
    intent = put("1", lin.person.pk, "B01", "overdue_notice", MORNING)
    for hour in range(send.MOST_TRIES):
        send.send_intent(intent.pk, lambda hour=hour: MORNING + dt.timedelta(hours=hour))
    page = signed_in(lead).get("/contacts/outbox/").content.decode()
    assert "最终失败" in page
    assert f"/contacts/outbox/again/{intent.pk}/" in page
    signed_in(lead).post(f"/contacts/outbox/again/{intent.pk}/")
    assert Intent.objects.get().state == "waiting"


def test_an_uncertain_one_is_settled_by_a_person(carrier: Any, lin: Any, lead: Any, signed_in: Any) -> None:
    carrier.turn({"cut": 1.0})
    intent = put("1", lin.person.pk, "B01", "overdue_notice", MORNING)
    send.send_intent(intent.pk, lambda: MORNING)
    attempt = intent.attempts.get()
    carrier.turn({"down": True})
    for hour in range(1, doubts.MOST_ASKS + 1):
        doubts.ask_about(attempt.pk, lambda hour=hour: MORNING + dt.timedelta(hours=hour))
    page = signed_in(lead).get("/contacts/outbox/").content.decode()
    assert "不知是否发出" in page
    signed_in(lead).post(f"/contacts/outbox/close/{attempt.pk}/", {"outcome": "delivered"})
    assert Contact.objects.get().outcome == "delivered"
    assert not Task.objects.filter(done_at=None).exists()


def _told(kind: str, data: dict[str, str]) -> bytes:
    return json.dumps({"type": kind, "timestamp": MORNING.isoformat(), "data": data}).encode()


def _post(path: str, body: bytes, secret: str = "sandbox-callback-secret") -> Any:
    signed = webhook_headers("sandbox", secret, "m1", MORNING, body)
    return Client().post(f"/contacts/back/{path}", body, content_type="application/json", headers=signed)


def test_a_signed_report_is_taken_in_once(carrier: Any, lin: Any) -> None:
    intent = put("1", lin.person.pk, "B01", "overdue_notice", MORNING)
    send.send_intent(intent.pk, lambda: MORNING)
    attempt = intent.attempts.get()
    body = _told(
        "sms.report", {"client_id": attempt.client_id, "provider_id": attempt.provider_id, "to": "+8615400001234", "state": "delivered"}
    )
    assert [_post("sms/generic", body).status_code for _ in range(2)] == [200, 200]
    contact = Contact.objects.get()
    assert (contact.outcome, contact.outcomes.filter(source="receipt").count()) == ("delivered", 1)


def test_an_unsigned_or_foreign_one_is_not(carrier: Any, lin: Any) -> None:
    body = _told("sms.reply", {"reply_id": "1", "from": "+8615400001234", "text": "T"})
    assert _post("sms/generic", body, "another-secret").status_code == 401
    assert Client().post("/contacts/back/sms/generic", body, content_type="application/json").status_code == 401
    assert not Inbound.objects.exists()
    assert _post("sms/generic", body).status_code == 200
    assert Inbound.objects.get().found == ["stop"]


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b'{"type": "sms.report", "data": {"client_id": 5}}'])
def test_nonsense_is_refused_without_a_failure(carrier: Any, lin: Any, body: bytes) -> None:
    assert _post("sms/generic", body).status_code == 400


def test_a_cloud_without_its_secret_address_is_not_heard(carrier: Any, lin: Any) -> None:
    body = json.dumps([{"phone_number": "15400001234", "content": "T", "sequence_id": "1"}]).encode()
    assert Client().post(f"/contacts/back/{'x' * 20}/sms/aliyun", body, content_type="application/json").status_code == 401
    path = settings.PLACES.root / ways.FILE
    path.write_text(json.dumps(json.loads(path.read_text()) | {"callback_token": "t" * 20}))
    ways._held.clear()
    assert Client().post(f"/contacts/back/{'t' * 20}/sms/aliyun", body, content_type="application/json").status_code == 200
    assert Inbound.objects.get().found == ["stop"]

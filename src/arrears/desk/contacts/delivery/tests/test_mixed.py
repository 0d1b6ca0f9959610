"""All troubles at once, many hands, every kind of route: each result says the truth about what the carrier has."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from arrears.desk.contacts.delivery import http_generic
from arrears.desk.contacts.delivery.calls import Call, HttpCalls
from arrears.desk.contacts.delivery.interface import Known, NotKnown, Refused, Sent, Uncertain
from arrears.desk.contacts.delivery.tests.kit import KINDS, TO, route, sms
from arrears.desk.contacts.delivery.tests.test_smtp import mail
from arrears.desk.contacts.delivery.tests.test_smtp import route as mail_route
from arrears.desk.contacts.delivery.wire import Limits
from arrears.gate.wording.phrases import load
from arrears.sandbox.tests.kit import AT, carrier, now

TROUBLES = {"throttle": 0.15, "nonsense": 0.15, "cut": 0.15, "cut_early": 0.15, "slow": 0.1, "slow_s": 0.6, "lose": 0.2, "fail": 0.2}
LIMITS = Limits(2, 0.3)


def told_true(results, kept):
    """Sent is kept under that id, refused is not kept, and no message is kept twice."""
    for client_id, result in results.items():
        found = kept(client_id)
        assert len(found) <= 1
        match result:
            case Sent():
                assert [each.entry["provider_id"] for each in found] == [result.provider_id]
            case Refused():
                assert (found, result.why, result.retry) == ([], "throttled", True)
    assert {type(each) for each in results.values()} == {Sent, Refused, Uncertain}
    assert {each.how for each in results.values() if isinstance(each, Uncertain)} == {"cut", "slow", "nonsense"}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_short_messages(tmp_path, kind, seed):
    with carrier(tmp_path, TROUBLES | {"seed": seed}) as it, ThreadPoolExecutor(8) as hands:
        way = route(kind, it.http.port, limits=LIMITS)
        ids = [f"{kind}-{number}" for number in range(120)]
        results = dict(zip(ids, hands.map(lambda id_: way.send(sms(id_)), ids), strict=True))
        told_true(results, it.record.of_client)
        patient = route(kind, it.http.port)
        for client_id in [id_ for id_, each in results.items() if isinstance(each, Uncertain)]:
            before = it.record.of_client(client_id)
            asked = patient.ask(client_id, to=TO, sent_on=AT.date())
            if isinstance(asked, Known):
                assert it.record.of_client(client_id)
            else:
                assert asked == NotKnown(sure=kind == "http_generic")
                assert not (asked.sure and before)


def test_mail(tmp_path):
    phrases = load()
    with carrier(tmp_path, TROUBLES) as it, ThreadPoolExecutor(8) as hands:
        way = mail_route(it.smtp.port, phrases, limits=LIMITS)
        ids = [f"mail-{number}" for number in range(120)]
        results = dict(zip(ids, hands.map(lambda id_: way.send(mail(id_)), ids), strict=True))
        told_true(results, it.record.of_client)
        # at least once: what is not surely there goes again under the same id, until it is
        it.turn(dict.fromkeys(("throttle", "nonsense", "cut", "cut_early", "slow"), 0.0))
        for client_id in [id_ for id_, each in results.items() if not isinstance(each, Sent)]:
            assert isinstance(way.send(mail(client_id)), Sent)
        assert all(it.record.of_client(id_) for id_ in ids)


def test_calls(tmp_path):
    with carrier(tmp_path, TROUBLES) as it, ThreadPoolExecutor(8) as hands:
        way = HttpCalls(http_generic.Settings(f"http://127.0.0.1:{it.http.port}", "sandbox", "sandbox-secret", LIMITS), now)
        ids = [f"call-{number}" for number in range(120)]
        ends = AT + dt.timedelta(minutes=5)
        results = dict(zip(ids, hands.map(lambda id_: way.start(Call(id_, TO, "801", ends)), ids), strict=True))
        told_true(results, it.record.of_client)

"""Calls by a telephone system on loopback, and the link on a page."""

from __future__ import annotations

import datetime as dt

import pytest

from arrears.desk.contacts.delivery.calls import Call, HttpCalls, tel_link
from arrears.desk.contacts.delivery.http_generic import Settings
from arrears.desk.contacts.delivery.interface import Known, NotKnown, Sent, Uncertain
from arrears.desk.contacts.delivery.reports import read
from arrears.desk.contacts.delivery.signing import is_signed
from arrears.desk.contacts.delivery.wire import Limits
from arrears.sandbox.carrier import CALLBACK_SECRET
from arrears.sandbox.tests.kit import AT, Catcher, carrier, now, wait_for

TO = "+8613800000001"


def system(port, at=now, answer_s=5.0):
    return HttpCalls(Settings(f"http://127.0.0.1:{port}", "sandbox", "sandbox-secret", Limits(2, answer_s)), at)


def call(client_id="c-1", **more):
    return Call(client_id, **({"to": TO, "extension": "801", "not_after": AT + dt.timedelta(minutes=5)} | more))


@pytest.mark.parametrize(
    ("fate", "outcomes"),
    [
        ("answered", ["pending", "answered", "answered"]),
        ("declined", ["pending", "declined"]),
        ("no_answer", ["pending", "no_answer"]),
        ("busy", ["pending", "busy"]),
        ("off", ["pending", "off"]),
        ("invalid", ["pending", "invalid"]),
    ],
)
def test_what_happens_is_called_back(tmp_path, fate, outcomes):
    with Catcher() as catcher, carrier(tmp_path, {"fates": {TO: fate}}, callback_url=catcher.url) as it:
        sent = system(it.http.port).start(call())
        assert isinstance(sent, Sent)
        wait_for(lambda: len(catcher.got) == len(outcomes))
        known = system(it.http.port).ask("c-1")
    assert isinstance(known, Known)
    assert known.fates[0].outcome == outcomes[-1]
    assert all(path == "/back/calls" and is_signed(headers, body, [CALLBACK_SECRET], AT) for path, headers, body in catcher.got)
    reports = sorted((headers["webhook-id"], read("telephone", body)[0]) for _, headers, body in catcher.got)
    assert [report.outcome for _, report in reports] == outcomes
    last = reports[-1][1]
    assert (last.client_id, last.provider_id) == ("c-1", sent.provider_id)
    assert (last.seconds is not None, bool(last.recording)) == (fate == "answered", fate == "answered")


def test_a_call_after_its_permit_does_not_ring(tmp_path):
    late = AT - dt.timedelta(seconds=1)
    with carrier(tmp_path) as it:
        assert system(it.http.port).start(call(not_after=late)).why == "late"
        # a desk whose clock is slow: the telephone system looks itself
        slow = system(it.http.port, at=lambda: AT - dt.timedelta(seconds=2))
        assert slow.start(call(not_after=late)).why == "late"
        assert it.record.all() == []


def test_a_call_that_is_uncertain_is_asked_about(tmp_path):
    with carrier(tmp_path, {"cut": 1.0, "fates": {TO: "lost"}}) as it:
        assert isinstance(system(it.http.port).start(call()), Uncertain)
        wait_for(lambda: it.record.all()[0].states)
        assert system(it.http.port).ask("c-1").fates[0].outcome == "pending"
        assert system(it.http.port).ask("c-2") == NotKnown(sure=True)


def test_busy_lines_and_a_wrong_number(tmp_path):
    with carrier(tmp_path, {"throttle": 1.0, "retry_after_s": 3}) as it:
        refused = system(it.http.port).start(call())
        assert (refused.why, refused.after_s) == ("throttled", 3)
        assert system(it.http.port).start(call(to="110")).why == "bad_number"


def test_the_link_of_a_number():
    assert tel_link(TO) == f"tel:{TO}"
    with pytest.raises(ValueError, match="number"):
        tel_link("javascript:alert(1)")

"""Reports as mail servers of the world write them, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arrears.desk.contacts.delivery.bounces import read_mail
from arrears.desk.contacts.delivery.reports import Reply

DOMAIN = "mail.lanting.example"
POSTFIX = b"""From: MAILER-DAEMON@relay.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example
Arrival-Date: Wed, 25 Nov 2026 09:00:00 +0800 (CST)

Final-Recipient: rfc822; lin@mail.example
Original-Recipient: rfc822;lin.yuan@mail.example
Action: %(action)s
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <lin@mail.example>: user 13800000001 unknown

--B
Content-Type: message/rfc822

From: help@lanting.example
Message-ID: <%(id)s>
Subject: x

body
--B--
"""


def dsn(action=b"failed", id_=b"e-1@mail.lanting.example"):
    return POSTFIX % {b"action": action, b"id": id_}


@pytest.mark.parametrize(
    ("action", "outcome"),
    [(b"failed", "bounced"), (b"FAILED ", "bounced"), (b"delivered", "delivered"), (b"relayed", "sent"), (b"delayed", "pending")],
)
def test_an_action_becomes_an_outcome(action, outcome):
    (report,) = read_mail(dsn(action), DOMAIN)
    assert (report.client_id, report.to, report.outcome) == ("e-1", "lin.yuan@mail.example", outcome)
    assert report.code.startswith("5.1.1 smtp; 550 5.1.1")
    assert "13800000001" not in report.code


@pytest.mark.parametrize("id_", [b"e-1@other.example", b"", b"@mail.lanting.example", b"a b@mail.lanting.example"])
def test_a_report_about_no_mail_of_ours_is_nothing(id_):
    assert read_mail(dsn(id_=id_), DOMAIN) == ()


def test_an_unknown_action_is_nothing():
    assert read_mail(dsn(b"eaten"), DOMAIN) == ()


def test_a_holiday_notice_is_no_answer():
    assert read_mail(b"From: a@b.cn\nAuto-Submitted: auto-replied\n\nback on Monday", DOMAIN) == ()


@pytest.mark.parametrize(
    ("raw", "sender", "text"),
    [
        (b"From: =?utf-8?B?5p6X?= <a@b.cn>\nContent-Type: text/plain; charset=gbk\n\n" + "困难".encode("gbk"), "a@b.cn", "困难"),
        (b"From: a@b.cn\nContent-Type: text/plain; charset=nonsense\n\nTD", "a@b.cn", "TD"),
        (b"\nTD", "", "TD"),
        (b"", "", ""),
    ],
)
def test_what_a_person_wrote(raw, sender, text):
    (reply,) = read_mail(raw, DOMAIN)
    assert isinstance(reply, Reply)
    assert (reply.sender, reply.text, reply.answers) == (sender, text, "")


def test_a_deep_nest_is_nothing_and_harms_nothing():
    nest = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number) for number in range(3000))
    assert len(read_mail(nest, DOMAIN)) <= 1


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, len(dsn())), piece=st.binary(max_size=40), cut=st.integers(0, 60))
def test_no_damage_to_a_report_raises(place, piece, cut):
    raw = dsn()
    for report in read_mail(raw[:place] + piece + raw[place + cut :], DOMAIN):
        assert len(report.code if hasattr(report, "code") else "") <= 200

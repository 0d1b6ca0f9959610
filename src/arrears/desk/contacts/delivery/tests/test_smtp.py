"""Mail over real sockets: what a relay keeps, refuses, and leaves uncertain; what comes back."""

from __future__ import annotations

import base64
import datetime as dt
import socket
import ssl
import threading
import time
from contextlib import suppress
from email import message_from_bytes
from email.policy import default

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from arrears.desk.contacts.delivery.interface import Refused, Sent, Uncertain
from arrears.desk.contacts.delivery.reports import Reply, Report, read
from arrears.desk.contacts.delivery.smtp import Email, Settings, SmtpRoute
from arrears.desk.contacts.delivery.wire import Limits
from arrears.gate.wording.phrases import load
from arrears.sandbox.tests.kit import AT, Catcher, carrier, control, now, wait_for

LIMITS = Limits(connect_s=3, answer_s=5)
DOMAIN = "mail.lanting.example"
TO = "lin.yuan@mail.example"


@pytest.fixture(scope="module")
def phrases():
    return load()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of localhost, with its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2099, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(serialization.Encoding.PEM, *plain))
    return path


def route(port, phrases, **more):
    given = {"host": "127.0.0.1", "port": port, "security": "none", "sender_name": "兰汀消费金融", "sender": "help@lanting.example"}
    return SmtpRoute(Settings(**(given | {"domain": DOMAIN, "limits": LIMITS} | more)), now, phrases)


def mail(client_id="e-1", **more):
    given = {"to": TO, "subject": "请登录查看您的服务通知", "text": "您好，请登录查看。\n.\n..两点\n", "html": "<p>您好，请登录查看。</p>"}
    return Email(client_id, **(given | {"purpose": "overdue_notice"} | more))


def kept(it, number=0):
    entry = it.record.all()[number].entry
    return entry, message_from_bytes(base64.b64decode(entry["raw"]), policy=default)


def test_a_mail_arrives_whole(tmp_path, phrases):
    with carrier(tmp_path) as it:
        sent = route(it.smtp.port, phrases).send(mail(reply_to="answer@lanting.example", answers="e-0"))
        entry, message = kept(it)
    assert sent == Sent(entry["provider_id"])
    assert (entry["client_id"], entry["to"], entry["subject"]) == ("e-1", TO, "请登录查看您的服务通知")
    assert message["message-id"] == f"<e-1@{DOMAIN}>"
    assert message["in-reply-to"] == message["references"] == f"<e-0@{DOMAIN}>"
    assert (message["from"], message["reply-to"]) == ("兰汀消费金融 <help@lanting.example>", "answer@lanting.example")
    assert message.get_content_type() == "multipart/alternative"
    assert message.get_body(("plain",)).get_content().splitlines() == ["您好，请登录查看。", ".", "..两点"]
    assert message.get_body(("html",)).get_content().strip() == "<p>您好，请登录查看。</p>"
    assert dt.datetime.strptime(message["date"], "%a, %d %b %Y %H:%M:%S %z") == AT


@pytest.mark.behaviour("S034", part="the subject; the body is judged by the gate")
@pytest.mark.parametrize("subject", ["您的贷款已逾期", "逾 期 通知", "欠款2824.41元", "Your loan is overdue"])
def test_nothing_of_a_debt_stands_in_a_subject(tmp_path, phrases, subject):
    with carrier(tmp_path) as it:
        refused = route(it.smtp.port, phrases).send(mail(subject=subject))
        assert (refused.why, refused.retry) == ("content", False)
        assert it.record.all() == []
    assert route(1, phrases).lint(subject, "overdue_notice")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"to": "a@b.cn, c@d.cn"}, "bad_address"),
        ({"to": "a@b.cn\r\nBcc: c@d.cn"}, "bad_address"),
        ({"to": "林<a@b.cn>"}, "bad_address"),
        ({"to": "a@b.cn> SIZE=1"}, "bad_address"),
        ({"subject": "您好\r\nBcc: c@d.cn"}, "content"),
        ({"subject": "您好\u202e"}, "content"),
        ({"html": " "}, "content"),
        ({"reply_to": "nobody"}, "setup"),
    ],
)
def test_what_is_no_mail_does_not_leave(phrases, changes, why):
    assert route(1, phrases).send(mail(**changes)).why == why


def test_an_address_of_chinese_letters_arrives(tmp_path, phrases):
    with Catcher() as catcher, carrier(tmp_path, callback_url=catcher.url) as it:
        assert isinstance(route(it.smtp.port, phrases).send(mail(to="林远@邮件.example")), Sent)
        assert it.record.all()[0].entry["to"] == "林远@邮件.example"
        (report,) = read("smtp", wait_for(lambda: catcher.got)[0][2], DOMAIN)
    assert (report.client_id, report.to) == ("e-1", "林远@邮件.example")


def test_a_relay_that_is_down_has_got_nothing(tmp_path, phrases):
    with carrier(tmp_path) as it:
        it.turn({"down": True})
        refused = route(it.smtp.port, phrases).send(mail())
        assert (refused.why, refused.retry, refused.route) == ("no_connection", True, True)
        it.turn({"down": False})
        assert isinstance(route(it.smtp.port, phrases).send(mail()), Sent)


def test_a_throttled_mail_comes_again_later(tmp_path, phrases):
    with carrier(tmp_path, {"throttle": 1.0}) as it:
        refused = route(it.smtp.port, phrases).send(mail())
    assert (refused.why, refused.retry, refused.after_s) == ("throttled", True, 300)


def test_a_mailbox_that_does_not_exist_is_final(tmp_path, phrases):
    with carrier(tmp_path, {"fates": {TO: "invalid"}}) as it:
        refused = route(it.smtp.port, phrases).send(mail())
    assert (refused.why, refused.retry) == ("bad_address", False)


@pytest.mark.parametrize(("trouble", "how"), [("cut", "cut"), ("cut_early", "cut"), ("nonsense", "nonsense")])
def test_trouble_after_the_data_is_uncertain(tmp_path, phrases, trouble, how):
    with carrier(tmp_path, {trouble: 1.0}) as it:
        result = route(it.smtp.port, phrases).send(mail())
        assert isinstance(result, Uncertain)
        assert result.how == how
        assert len(it.record.all()) == (trouble != "cut_early")


def test_a_slow_relay_is_uncertain(tmp_path, phrases):
    with carrier(tmp_path, {"slow": 1.0, "slow_s": 1.5}) as it:
        result = route(it.smtp.port, phrases, limits=Limits(2, 0.5)).send(mail())
        assert isinstance(result, Uncertain)
        assert result.how == "slow"


def test_starttls_and_sign_in(tmp_path, phrases, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    secure = {"host": "localhost", "security": "starttls", "trust": str(certificate), "user": "lanting"}
    with carrier(tmp_path, tls=context, login=("lanting", "right")) as it:
        assert isinstance(route(it.smtp.port, phrases, **secure, password="right").send(mail()), Sent)
        assert it.record.all()[0].entry["tls"] is True
        wrong = route(it.smtp.port, phrases, **secure, password="wrong").send(mail())
        assert (wrong.why, wrong.route) == ("bad_key", True)
        unknown = route(it.smtp.port, phrases, **(secure | {"trust": ""}), password="right").send(mail())
        assert isinstance(unknown, Refused)
        assert unknown.why == "no_connection"
        assert len(it.record.all()) == 1


def test_tls_from_the_first_byte(phrases, certificate):
    from aiosmtpd.controller import Controller

    class Takes:
        async def handle_DATA(self, server, session, envelope):
            return "250 ok" if server.transport.get_extra_info("sslcontext") else "550 in the clear"

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    server = Controller(Takes(), hostname="127.0.0.1", port=port, ssl_context=context)
    server.start()
    try:
        sent = route(port, phrases, host="localhost", security="tls", trust=str(certificate)).send(mail())
        assert sent == Sent(f"e-1@{DOMAIN}")
        assert route(port, phrases, host="localhost", security="tls").send(mail()).why == "no_connection"
        assert route(port, phrases, host="127.0.0.1", security="tls", trust=str(certificate)).send(mail()).why == "no_connection"
    finally:
        server.stop()


def test_a_relay_that_greets_a_letter_at_a_time_is_given_up(phrases):
    listener = socket.create_server(("127.0.0.1", 0))

    def drip():
        line, _ = listener.accept()
        with line, suppress(OSError):
            for _ in range(100):
                line.sendall(b"2")
                time.sleep(0.05)

    hand = threading.Thread(target=drip, daemon=True)
    hand.start()
    refused = route(listener.getsockname()[1], phrases, limits=Limits(0.4, 1)).send(mail())
    assert (refused.why, refused.retry) == ("down", True)
    hand.join(timeout=4)
    assert not hand.is_alive()
    listener.close()


def test_a_relay_without_tls_gets_nothing_where_tls_is_wanted(tmp_path, phrases):
    with carrier(tmp_path) as it:
        refused = route(it.smtp.port, phrases, host="localhost", security="starttls").send(mail())
        assert (refused.why, refused.route) == ("setup", True)
        assert it.record.all() == []


def test_nothing_goes_in_the_clear_over_a_network(phrases):
    with pytest.raises(ValueError, match="in the clear"):
        route(25, phrases, host="mail.example")


@pytest.mark.parametrize(("fate", "outcome", "code"), [("delivered", "delivered", "2.0.0"), ("undelivered", "bounced", "4.4.7")])
def test_the_relays_report_finds_its_mail(tmp_path, phrases, fate, outcome, code):
    with Catcher() as catcher, carrier(tmp_path, {"fates": {TO: fate}}, callback_url=catcher.url) as it:
        route(it.smtp.port, phrases).send(mail())
        path, _, body = wait_for(lambda: catcher.got)[0]
    assert path == "/back/mail"
    (report,) = read("smtp", body, DOMAIN)
    assert isinstance(report, Report)
    assert (report.kind, report.client_id, report.to, report.outcome) == ("email", "e-1", TO, outcome)
    assert code in report.code


def test_an_answer_by_mail_finds_what_it_answers(tmp_path, phrases):
    head = f"From: Lin <{TO}>\nMessage-ID: <x@mail.example>\nIn-Reply-To: <e-1@{DOMAIN}>\n"
    raw = head + "Content-Type: text/plain; charset=utf-8\n\n退订"
    with Catcher() as catcher, carrier(tmp_path, callback_url=catcher.url) as it:
        control(it.page.port, "/reply", {"from": TO, "text": raw, "form": "smtp"})
        body = wait_for(lambda: catcher.got)[0][2]
    assert read("smtp", body, DOMAIN) == (Reply("email", "x@mail.example", TO, "退订", None, "e-1"),)

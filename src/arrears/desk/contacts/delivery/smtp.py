"""Mail by SMTP: text and HTML, our id in the Message-ID, nothing of a debt in the subject."""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Literal, Protocol

from arrears.desk.contacts.delivery.interface import CLIENT_ID, Now, Refused, Result, Sent, Uncertain, detail
from arrears.desk.contacts.delivery.wire import Limits, Watch, is_loopback
from arrears.gate.wording.lint import lint
from arrears.gate.wording.phrases import Phrases
from arrears.gate.wording.text import Finding, Text

LATER_S = 300
Security = Literal["starttls", "tls", "none"]
_ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,64}@[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,253}")
_QUEUED = re.compile(r"(?i)queued as ([\w.-]{1,80})")


@dataclass(frozen=True, slots=True)
class Email:
    """One mail.

    Attributes
    ----------
    client_id : ours, of this attempt; the left side of the Message-ID
    to : one address
    subject, text, html : approved wording, filled; the HTML says what the text says
    purpose, audience : as the gate knows them; the subject is judged by them
    reply_to : where answers go; empty: to the sender
    answers : client id of the mail that this one follows, so that programs show them together
    """

    client_id: str
    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    purpose: str
    audience: str = "debtor"
    reply_to: str = ""
    answers: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """How mail leaves.

    Attributes
    ----------
    host, port, security : starttls (587), tls (465), or none, which only this machine itself is trusted with
    sender_name, sender : the From line
    bounces : where delivery reports go; empty: to the sender
    domain : right side of the Message-ID
    user, password : empty: no sign-in
    limits, trust : how long to wait; a file of certificates beside those of the machine
    """

    host: str
    port: int
    security: Security
    sender_name: str
    sender: str
    domain: str
    bounces: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    limits: Limits = field(default_factory=lambda: Limits(connect_s=10, answer_s=60))
    trust: str = ""


class MailRoute(Protocol):
    """A way for mail. What is uncertain may be sent again under the same client id: the receiver knows it by its Message-ID."""

    name: str

    def send(self, mail: Email) -> Result:
        """Try once to hand a mail over."""
        ...


class SmtpRoute:
    """Hands mail to a relay; see `MailRoute`.

    Parameters
    ----------
    settings, now : see there; ValueError for settings that would send in the clear over a network
    phrases : of `gate/wording`, loaded once a process
    """

    name = "smtp"

    def __init__(self, settings: Settings, now: Now, phrases: Phrases) -> None:
        if settings.security == "none" and not is_loopback(settings.host):
            raise ValueError(f"mail to {settings.host} would go in the clear; allowed: starttls or tls, or none to this machine itself")
        for each in (settings.sender, settings.bounces or settings.sender):
            if not _ADDRESS.fullmatch(each):
                raise ValueError(f"{each!r} is no mail address")
        self._settings, self._now, self._phrases = settings, now, phrases

    def send(self, mail: Email) -> Result:
        """See `MailRoute`."""
        wrong = self._wrong(mail)
        return wrong or _Talk(self._settings, mail.to, self._built(mail)).result(self.message_id(mail.client_id))

    def message_id(self, client_id: str) -> str:
        """Return the Message-ID of an attempt, without its angle brackets."""
        return f"{client_id}@{self._settings.domain}"

    def lint(self, subject: str, purpose: str, audience: str = "debtor") -> tuple[Finding, ...]:
        """Look for words that may not stand in a subject: whoever walks past a screen reads it."""
        verdict = lint(
            Text(subject=subject), purpose=purpose, audience=audience, channel="email", on=self._now().date(), phrases=self._phrases
        )
        return tuple(each for each in verdict.findings if each.part == "subject" and each.kind == "must_not")

    def _wrong(self, mail: Email) -> Refused | None:
        if not CLIENT_ID.fullmatch(mail.client_id) or ":" in mail.client_id:
            raise ValueError(f"client id {mail.client_id!r}: allowed are 1 to 64 of letters, digits and . _ -")
        if not _ADDRESS.fullmatch(mail.to):
            return Refused("bad_address", detail="not one mail address")
        if mail.reply_to and not _ADDRESS.fullmatch(mail.reply_to):
            return Refused("setup", route=True, detail="reply_to is no mail address")
        if not mail.subject.strip() or not mail.text.strip() or not mail.html.strip():
            return Refused("content", detail="subject, text and HTML must all be there")
        if any(not char.isprintable() for char in mail.subject):
            return Refused("content", detail="the subject holds line ends or hidden characters")
        found = [each for each in self.lint(mail.subject, mail.purpose, mail.audience) if each.severity == "refuse"]
        return Refused("content", detail=detail("subject:", found[0].class_id, found[0].reason_en)) if found else None

    def _built(self, mail: Email) -> EmailMessage:
        of = self._settings
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(of.sender_name, addr_spec=of.sender)
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(self._now())
        message["Message-ID"] = f"<{self.message_id(mail.client_id)}>"
        # so that holiday notices of machines stay away
        message["Auto-Submitted"] = "auto-generated"
        if mail.reply_to:
            message["Reply-To"] = mail.reply_to
        if mail.answers:
            message["In-Reply-To"] = message["References"] = f"<{self.message_id(mail.answers)}>"
        message.set_content(mail.text)
        message.add_alternative(mail.html, subtype="html")
        return message


class _Talk:
    """One conversation with a relay, which knows how far it came: the mail leaves only after the relay said 354."""

    def __init__(self, settings: Settings, to: str, message: EmailMessage) -> None:
        self._of, self._to, self._message = settings, to, message
        self._begun = False

    def result(self, message_id: str) -> Result:
        of = self._of
        if of.security == "tls":
            line: smtplib.SMTP = smtplib.SMTP_SSL(timeout=of.limits.connect_s, local_hostname=of.domain, context=_trust(of))
        else:
            line = smtplib.SMTP(timeout=of.limits.connect_s, local_hostname=of.domain)
        # the name that the certificate must bear; the library sets it only where it connects at once, out of reach of the watch
        line._host = of.host  # type: ignore[attr-defined]
        try:
            with Watch(line, of.limits.connect_s):
                code, said = line.connect(of.host, of.port)
            if code != 220:
                return _refused(code, said, recipient=False)
            if line.sock is not None:
                line.sock.settimeout(of.limits.answer_s)
            with Watch(line, of.limits.answer_s) as watch:
                return self._guarded(line, message_id, watch)
        except (OSError, UnicodeError) as error:
            return Refused("no_connection", retry=True, route=True, detail=detail(type(error).__name__, error))
        finally:
            line.close()

    def _guarded(self, line: smtplib.SMTP, message_id: str, watch: Watch) -> Result:
        try:
            return self._spoken(line, message_id)
        except smtplib.SMTPAuthenticationError as error:
            return Refused("bad_key", retry=True, route=True, detail=detail(error.smtp_code, _text(error.smtp_error)))
        except smtplib.SMTPNotSupportedError as error:
            return Refused("setup", route=True, detail=detail(error))
        except OSError as error:
            if not self._begun:
                raise
            return Uncertain("slow" if watch.is_over or isinstance(error, TimeoutError) else "cut", detail(type(error).__name__, error))

    def _spoken(self, line: smtplib.SMTP, message_id: str) -> Result:
        line.ehlo_or_helo_if_needed()
        if self._of.security == "starttls":
            line.starttls(context=_trust(self._of))
            line.ehlo_or_helo_if_needed()
        if self._of.user:
            line.login(self._of.user, self._of.password)
        wide = not self._to.isascii()
        if wide and not line.has_extn("smtputf8"):
            return Refused("bad_address", detail="the relay takes addresses of plain letters only")
        raw = self._message.as_bytes(policy=SMTP.clone(utf8=wide))
        options = ["SMTPUTF8", "BODY=8BITMIME"] if wide else []
        # one after the other: what a relay refuses is not followed by the rest
        code, said = line.mail(self._of.bounces or self._of.sender, options)
        if code != 250:
            return _refused(code, said, recipient=False)
        code, said = line.rcpt(self._to)
        if code not in (250, 251):
            return _refused(code, said, recipient=True)
        code, said = line.docmd("DATA")
        if code != 354:
            return _refused(code, said, recipient=False)
        self._begun = True
        line.send(re.sub(rb"(?m)^\.", b"..", raw) + (b"" if raw.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        code, said = line.getreply()
        if code == 250:
            queued = _QUEUED.search(_text(said))
            with suppress(OSError):
                line.quit()
            return Sent(queued[1] if queued else message_id)
        return _refused(code, said, recipient=False) if 400 <= code < 600 else Uncertain("nonsense", detail(code, _text(said)))


def _trust(settings: Settings) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.trust or None)


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


def _refused(code: int, said: bytes, recipient: bool) -> Refused:
    """Why a relay did not take a mail that it surely has not got."""
    words = detail(code, _text(said))
    if 400 <= code < 500:
        return Refused("throttled", retry=True, after_s=LATER_S, detail=words)
    if 500 <= code < 600:
        gone = recipient and (code in (501, 550, 551, 553) or b"5.1." in said)
        return Refused("bad_address" if gone else "rejected", detail=words)
    return Refused("down", retry=True, after_s=LATER_S, route=True, detail=words)

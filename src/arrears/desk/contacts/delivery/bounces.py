"""What comes back by mail: delivery reports (RFC 3464) and what people write.

Whatever arrives is foreign: nothing here raises for it, and nothing in it is believed but the id that we gave out ourselves.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from email import message_from_bytes, message_from_string
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from arrears.desk.contacts.delivery.interface import CLIENT_ID, NUMBER, detail
from arrears.desk.contacts.delivery.reports import Reply, Report

LARGEST = 1 << 20
LONGEST = 20_000
_ID = re.compile(r"<([^<>\s]{3,320})>")
_ESCAPED = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_OUTCOMES = {"failed": "bounced", "delivered": "delivered", "relayed": "sent", "expanded": "sent", "delayed": "pending"}


def read_mail(raw: bytes, domain: str) -> tuple[Report | Reply, ...]:
    """Read one mail that came in.

    Parameters
    ----------
    raw : the mail; what lies beyond 1 MiB is not looked at
    domain : ours, as in the Message-IDs we give out

    Returns
    -------
    A report for each recipient of a delivery report; a reply where a person wrote; nothing for what a machine wrote otherwise.
    """
    try:
        message = message_from_bytes(raw[:LARGEST])
        if message.get_content_type() == "multipart/report":
            return tuple(_reports(message, domain))
        if _header(message, "auto-submitted", "no").partition(";")[0].strip().lower() != "no":
            return ()
        return (_reply(message, domain),)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, HeaderParseError):
        return ()


def _reports(message: Message, domain: str) -> Iterator[Report]:
    found = _inside(message)
    client_id = next((id_ for id_ in (_ours(_original(each), domain) for each in found) if id_), "")
    for part in found:
        for block in _inside(part) if part.get_content_type() == "message/delivery-status" else []:
            outcome = _OUTCOMES.get(_header(block, "action").strip().lower())
            if outcome and client_id:
                to = _header(block, "original-recipient") or _header(block, "final-recipient")
                code = detail(_header(block, "status"), _header(block, "diagnostic-code"))
                at = _moment(_header(block, "last-attempt-date") or _header(message, "date"))
                yield Report("email", client_id, "", _address(to), outcome, code, at)


def _address(field: str) -> str:
    """The address of `rfc822; a@b.cn`, or of `utf-8; \\x{6797}@b.cn` where it holds other letters (RFC 6533)."""
    kind, _, address = field.partition(";")
    if kind.strip().lower() == "utf-8":
        address = _ESCAPED.sub(lambda found: chr(int(found[1], 16)) if int(found[1], 16) < 0x110000 else "?", address)
    return address.strip()[:320]


def _inside(part: Message) -> list[Message]:
    parts = part.get_payload()
    return [each for each in parts if isinstance(each, Message)] if isinstance(parts, list) else []


def _original(part: Message) -> str:
    """The Message-ID of the mail that a part of a report gives back."""
    if part.get_content_type() == "message/rfc822":
        inner = _inside(part)
        return _header(inner[0], "message-id") if inner else ""
    if part.get_content_type() == "text/rfc822-headers":
        raw = part.get_payload(decode=True)
        return _header(message_from_string(raw.decode("utf-8", "replace")), "message-id") if isinstance(raw, bytes) else ""
    return ""


def _ours(message_ids: str, domain: str) -> str:
    """The last client id in a header of Message-IDs; those of other domains are nothing of ours."""
    for each in reversed([found[1] for found in _ID.finditer(message_ids)]):
        left, _, right = each.rpartition("@")
        if right.lower() == domain.lower() and CLIENT_ID.fullmatch(left) and not NUMBER.fullmatch(left):
            return left
    return ""


def _reply(message: Message, domain: str) -> Reply:
    answers = _ours(_header(message, "in-reply-to"), domain) or _ours(_header(message, "references"), domain)
    sender = next((each for _, each in getaddresses([_header(message, "from")])), "")[:320]
    return Reply(
        "email",
        _header(message, "message-id").strip("<> ")[:320],
        sender,
        _text(message)[:LONGEST],
        _moment(_header(message, "date")),
        answers,
    )


def _text(message: Message) -> str:
    parts = [each for each in message.walk() if each.get_content_type() == "text/plain" and not each.get_filename()]
    raw = parts[0].get_payload(decode=True) if parts else b""
    charset = parts[0].get_content_charset("utf-8") if parts else "utf-8"
    try:
        return raw.decode(charset, "replace") if isinstance(raw, bytes) else ""
    except LookupError:
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""


def _header(message: Message, name: str, default: str = "") -> str:
    value = message.get(name, default)
    try:
        return str(make_header(decode_header(str(value))))
    except (HeaderParseError, LookupError, ValueError):
        return str(value)


def _moment(text: str) -> dt.datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return found if found.utcoffset() is not None else None

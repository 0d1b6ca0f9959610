"""Reports about mail as mail servers write them (RFC 3464)."""

from __future__ import annotations

import base64
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.parser import BytesHeaderParser

from arrears.sandbox.record import Entry

_ACTION = {"delivered": "delivered", "undelivered": "failed", "invalid": "failed"}
_SAYS = {
    "delivered": "Your message was delivered to the mailbox.",
    "undelivered": "Your message could not be delivered in time.",
    "invalid": "There is no such mailbox.",
}


def report(kept: Entry, state: Entry) -> bytes:
    """Return the delivery status notification about one kept mail."""
    headers = BytesHeaderParser().parsebytes(base64.b64decode(kept["raw"]))
    whole = MIMEMultipart("report")
    whole.set_param("report-type", "delivery-status")
    whole["From"], whole["To"], whole["Subject"] = "MAILER-DAEMON@sandbox.example", kept["from"], "Delivery Status Notification"
    whole["Message-ID"], whole["Auto-Submitted"] = f"<{kept['provider_id']}.{state['n']}@sandbox.example>", "auto-replied"
    whole.attach(MIMEText(_SAYS[state["state"]], "plain", "utf-8"))
    server, about, status = Message(), Message(), Message()
    server["Reporting-MTA"], server["Arrival-Date"] = "dns;sandbox.example", state["at"]
    about["Final-Recipient"], about["Action"] = _address(kept["to"]), _ACTION[state["state"]]
    about["Status"], about["Diagnostic-Code"] = state["code"], f"smtp; {state['code']}"
    status["Content-Type"] = "message/delivery-status"
    status.attach(server)
    status.attach(about)
    whole.attach(status)
    told = "".join(f"{name}: {value}\n" for name, value in headers.items() if name.lower() in ("from", "to", "message-id", "date"))
    whole.attach(MIMEText(told, "rfc822-headers", "us-ascii" if told.isascii() else "utf-8"))
    return whole.as_bytes()


def _address(to: str) -> str:
    """An address as such a report writes it; other letters than ASCII escaped (RFC 6533)."""
    if to.isascii():
        return f"rfc822;{to}"
    return "utf-8;" + "".join(char if char.isascii() else f"\\x{{{ord(char):X}}}" for char in to)

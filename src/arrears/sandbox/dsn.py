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
    status = Message()
    status["Content-Type"] = "message/delivery-status"
    about = [f"Final-Recipient: rfc822;{kept['to']}", f"Action: {_ACTION[state['state']]}", f"Status: {state['code']}"]
    server = ["Reporting-MTA: dns;sandbox.example", f"Arrival-Date: {state['at']}", ""]
    status.set_payload("\n".join([*server, *about, f"Diagnostic-Code: smtp; {state['code']}", "", ""]))
    whole.attach(status)
    original = Message()
    original["Content-Type"] = "text/rfc822-headers"
    original.set_payload(
        "".join(f"{name}: {value}\n" for name, value in headers.items() if name.lower() in ("from", "to", "message-id", "date"))
    )
    whole.attach(original)
    return whole.as_bytes()

"""The SMTP side (aiosmtpd): takes mail as a relay does, with the weather's troubles."""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
from collections.abc import Callable
from email.parser import BytesHeaderParser
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from arrears.sandbox.record import Entry
from arrears.sandbox.weather import Weather
from arrears.sandbox.wire import Order

HOST = "127.0.0.1"
LARGEST = 10 << 20
Take = Callable[[Order], Entry]
_NONSENSE = "banana"


class _Handler:
    def __init__(self, take: Take, weather: Callable[[], Weather], tries: Callable[[str], int]) -> None:
        self._take, self._weather, self._tries = take, weather, tries

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._weather().fates.get(address) == "invalid":
            return "550 5.1.1 no such mailbox"
        if envelope.rcpt_tos:
            return "452 4.5.3 one recipient a message"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw = envelope.original_content or b""
        headers = BytesHeaderParser(policy=default).parsebytes(raw)
        message_id = str(headers.get("message-id", "")).strip("<> ")
        client_id = message_id.partition("@")[0]
        weather, key = self._weather(), f"{client_id}#{self._tries(client_id)}"
        if weather.throws("throttle", key):
            return "451 4.7.1 too many messages, come again later"
        if weather.throws("cut_early", key):
            return self._cut(server)
        data = {
            "from": envelope.mail_from or "",
            "subject": str(headers.get("subject", "")),
            "message_id": message_id,
            "tls": session.ssl is not None,
            "raw": base64.b64encode(raw).decode(),
        }
        entry = await asyncio.to_thread(self._take, Order("email", "smtp", client_id, envelope.rcpt_tos[0], data))
        if weather.throws("slow", key):
            await asyncio.sleep(weather.slow_s)
        if weather.throws("cut", key):
            return self._cut(server)
        return _NONSENSE if weather.throws("nonsense", key) else f"250 2.0.0 Ok: queued as {entry['provider_id']}"

    def _cut(self, server: SMTP) -> str:
        if isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return "421 gone"


class _Controller(Controller):
    """Listens on a socket that is bound already, so that a port of 0 is known before the first sender."""

    def __init__(self, bound: socket.socket, handler: _Handler, **more: Any) -> None:
        self._bound = bound
        super().__init__(handler, hostname=HOST, port=bound.getsockname()[1], **more)

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._bound, ssl=self.ssl_context)


class Post:
    """The mail server; opened and shut like `Front`.

    Parameters
    ----------
    port : 0 takes one that is free
    tls : with it the server offers STARTTLS, and takes mail only after it
    login : (user, password) that must sign in; None takes anybody
    """

    def __init__(
        self,
        port: int,
        handler: tuple[Take, Callable[[], Weather], Callable[[str], int]],
        tls: ssl.SSLContext | None,
        login: tuple[str, str] | None,
    ) -> None:
        self.port = port
        self._handler = _Handler(*handler)
        self._tls, self._login = tls, login
        self._controller: Controller | None = None

    def open(self) -> None:
        """Listen."""
        if self._controller is None:
            more: dict[str, Any] = {"tls_context": self._tls, "require_starttls": True} if self._tls else {}
            if self._login:
                more |= {"authenticator": self._signs_in, "auth_required": True, "auth_require_tls": self._tls is not None}
            bound = socket.create_server((HOST, self.port), backlog=256)
            self.port = bound.getsockname()[1]
            self._controller = _Controller(bound, self._handler, data_size_limit=LARGEST, enable_SMTPUTF8=True, **more)
            self._controller.start()

    def shut(self) -> None:
        """Listen no more."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def _signs_in(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        wanted = tuple(each.encode() for each in self._login or ("", ""))
        return AuthResult(handled=False, success=isinstance(data, LoginPassword) and (data.login, data.password) == wanted)

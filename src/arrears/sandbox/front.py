"""The HTTP side: one small threaded server on loopback, and how it hands requests on."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from arrears.sandbox.wire import Answer, Request, told

HOST = "127.0.0.1"
LARGEST = 1 << 20
Respond = Callable[[Request], Answer | None]
"""From a request to its answer; None breaks the connection."""


class _Server(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True

    def __init__(self, port: int, respond: Respond) -> None:
        self.respond = respond
        super().__init__((HOST, port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that goes away in the middle is its own business; anything else is told as usual."""
        import sys

        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "arrears-sandbox"
    timeout = 30
    wbufsize = 1 << 16

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        length = self.headers.get("content-length", "0")
        if self.headers.get("transfer-encoding") or not length.isdecimal() or int(length) > LARGEST:
            self.close_connection = True
            self._send(told(413, {"error": "too_large", "says": f"a body of at most {LARGEST} bytes, with its length"}))
            return
        body = self.rfile.read(int(length))
        path, _, query = self.path.partition("?")
        names = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.respond(Request(self.command, path, query, names, body))
        if answer is None:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            return
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in (("Content-Type", answer.kind), ("Content-Length", str(len(answer.body))), *answer.headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so above
        """Nothing: what matters is in the file."""


class Front:
    """A server that can be shut and opened again on the same port."""

    def __init__(self, port: int, respond: Respond) -> None:
        self.port = port
        self._respond = respond
        self._server: _Server | None = None

    def open(self) -> None:
        """Listen; a port of 0 becomes one that is free, and stays."""
        if self._server is None:
            self._server = _Server(self.port, self._respond)
            self.port = self._server.server_address[1]
            threading.Thread(target=self._server.serve_forever, args=(0.05,), name="sandbox-http", daemon=True).start()

    def shut(self) -> None:
        """Listen no more: whoever comes now is refused by the machine."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

"""A carrier on free ports with a clock that stands, and somebody who takes its reports."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from arrears.sandbox.carrier import Carrier, Settings
from arrears.sandbox.weather import Weather

AT = dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def now():
    """The clock of the tests."""
    return AT


def carrier(folder, weather=None, **more):
    """A carrier that is not started yet."""
    return Carrier(Settings(folder, **more), now, Weather().changed(weather or {}))


def control(port, path="/control", data=None):
    """Ask a carrier itself; data makes it an order."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"content-type": "application/json"}
    line.request("GET" if data is None else "POST", path, None if data is None else json.dumps(data), headers)
    answer = line.getresponse()
    told = json.loads(answer.read())
    line.close()
    return answer.status, told


def wait_for(seen, seconds=10.0):
    """Wait until something is so, and return it."""
    for _ in range(int(seconds / 0.01)):
        found = seen()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError("it did not come to pass")


class Catcher:
    """Takes reports; refuses the first so many with 503."""

    def __init__(self, refuse=0):
        self.got = []
        self._refuse = refuse
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(503 if len(outer.got) <= outer._refuse else 200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/back"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

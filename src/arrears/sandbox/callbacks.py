"""Tells the sender what became of a message: signed HTTP posts, in the form in which the message came, again until acknowledged."""

from __future__ import annotations

import base64
import datetime as dt
import http.client
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from arrears.sandbox.dsn import report
from arrears.sandbox.generic import signed_headers
from arrears.sandbox.record import Entry, Record
from arrears.sandbox.rounds import Rounds
from arrears.sandbox.wire import Now

PATHS = {"generic": "/sms/generic", "aliyun": "/sms/aliyun", "tencent": "/sms/tencent", "telephone": "/calls", "smtp": "/mail"}
TRIES = 8
_LOCAL = dt.timezone(dt.timedelta(hours=8))


def body_of(kept: Entry, state: Entry) -> bytes:
    """Return the body of a report in the form in which the message came."""
    match kept["form"]:
        case "aliyun":
            told: object = [_aliyun(kept, state)]
        case "tencent":
            told = [_tencent(kept, state)]
        case "smtp":
            told = _typed("mail.report", state["at"], {"raw": base64.b64encode(report(kept, state)).decode()})
        case form:
            data = {name: kept[name] for name in ("client_id", "provider_id", "to")} | {"state": state["state"], "code": state["code"]}
            data |= {name: state[name] for name in ("seconds", "recording") if name in state}
            told = _typed("call.report" if form == "telephone" else "sms.report", state["at"], data)
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")


def reply_body(form: str, reply: Entry) -> bytes:
    """Return the body that passes on what a person wrote back."""
    mobile, at = reply["from"].removeprefix("+86"), dt.datetime.fromisoformat(reply["at"])
    match form:
        case "aliyun":
            sent = at.astimezone(_LOCAL).strftime("%Y-%m-%d %H:%M:%S")
            told: object = [
                {"phone_number": mobile, "send_time": sent, "content": reply["text"], "sequence_id": reply["n"], "dest_code": ""}
            ]
        case "tencent":
            told = {"extend": "", "mobile": mobile, "nationcode": "86", "sign": "", "text": reply["text"], "time": int(at.timestamp())}
        case "smtp":
            told = _typed("mail.received", reply["at"], {"raw": base64.b64encode(reply["text"].encode()).decode()})
        case _:
            told = _typed("sms.reply", reply["at"], {"reply_id": f"R{reply['n']:09d}", "from": reply["from"], "text": reply["text"]})
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")


def _typed(kind: str, at: str, data: object) -> dict[str, object]:
    return {"type": kind, "timestamp": at, "data": data}


def _aliyun(kept: Entry, state: Entry) -> dict[str, object]:
    when = [dt.datetime.fromisoformat(each["at"]).astimezone(_LOCAL).strftime("%Y-%m-%d %H:%M:%S") for each in (kept, state)]
    good = state["state"] == "delivered"
    return {
        "phone_number": kept["to"].removeprefix("+86"),
        "send_time": when[0],
        "report_time": when[1],
        "success": good,
        "err_code": "DELIVERED" if good else state["code"],
        "err_msg": "用户接收成功" if good else "未送达",
        "sms_size": str(kept["parts"]),
        "biz_id": kept["provider_id"],
        "out_id": kept["client_id"],
    }


def _tencent(kept: Entry, state: Entry) -> dict[str, object]:
    good = state["state"] == "delivered"
    return {
        "user_receive_time": dt.datetime.fromisoformat(state["at"]).astimezone(_LOCAL).strftime("%Y-%m-%d %H:%M:%S"),
        "nationcode": "86",
        "mobile": kept["to"].removeprefix("+86"),
        "report_status": "SUCCESS" if good else "FAIL",
        "errmsg": state["code"],
        "description": "用户短信送达成功" if good else "未送达",
        "sid": kept["provider_id"],
        "ext": kept["client_id"],
    }


class Callbacks:
    """Posts reports on four threads.

    Parameters
    ----------
    record : where an acknowledged report is noted, so that it is not told again after a restart
    rounds : for another try later
    now : the clock of the signatures
    secret : of the signatures
    """

    def __init__(self, record: Record, rounds: Rounds, now: Now, secret: str) -> None:
        self.url = ""
        self._record, self._rounds, self._now, self._secret = record, rounds, now, secret
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="sandbox-callback")
        self._stopped = threading.Event()

    def tell(self, callback_id: str, form: str, body: bytes, times: int = 1) -> None:
        """Post one report until it is acknowledged, and then again for each further time."""
        self._submit(lambda: self._try(callback_id, form, body, times, 0))

    def stop(self) -> None:
        """End; what was not acknowledged is told after the next start."""
        self._stopped.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _submit(self, job: Callable[[], None]) -> None:
        if self.url and not self._stopped.is_set():
            self._pool.submit(job)

    def _try(self, callback_id: str, form: str, body: bytes, times: int, tried: int) -> None:
        if self._stopped.is_set():
            return
        if self._post(callback_id, PATHS[form], body):
            if not self._record.is_told(callback_id):
                self._record.append({"is": "told", "callback_id": callback_id, "at": self._now().isoformat(), "tries": tried + 1})
            if times > 1:
                self._submit(lambda: self._try(callback_id, form, body, times - 1, 0))
        elif tried + 1 < TRIES:
            again = lambda: self._submit(lambda: self._try(callback_id, form, body, times, tried + 1))  # noqa: E731
            self._rounds.after(min(0.25 * 2**tried, 60.0), again)

    def _post(self, callback_id: str, path: str, body: bytes) -> bool:
        where = urlsplit(self.url)
        headers = {"content-type": "application/json; charset=utf-8", **signed_headers(self._secret, callback_id, self._now(), body)}
        line = http.client.HTTPConnection(where.hostname or "127.0.0.1", where.port or 80, timeout=5)
        try:
            line.request("POST", where.path.rstrip("/") + path + (f"?{where.query}" if where.query else ""), body, headers)
            return 200 <= line.getresponse().status < 300
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

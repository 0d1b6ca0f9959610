"""How requests are signed: Standard Webhooks, Aliyun's ACS3-HMAC-SHA256, Tencent's TC3-HMAC-SHA256. A few lines each, no SDK."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from urllib.parse import quote

TOLERANCE_S = 300


def webhook_signature(secret: str, message_id: str, at: str, body: bytes) -> str:
    """Return `v1,...` of a body: HMAC-SHA256 over `id.timestamp.body`, base64."""
    made = hmac.new(_key(secret), f"{message_id}.{at}.".encode("utf-8", "replace") + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(made).decode()


def _key(secret: str) -> bytes:
    """A secret as Standard Webhooks hands it out (`whsec_` and base64), or the plain text of one."""
    return base64.b64decode(secret.removeprefix("whsec_")) if secret.startswith("whsec_") else secret.encode()


def webhook_headers(key_id: str, secret: str, message_id: str, at: dt.datetime, body: bytes) -> dict[str, str]:
    """Return the headers of a signed request; `webhook-key` says whose secret it was."""
    seconds = str(int(at.timestamp()))
    return {
        "webhook-key": key_id,
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": webhook_signature(secret, message_id, seconds, body),
    }


def is_signed(headers: Mapping[str, str], body: bytes, secrets: Iterable[str], at: dt.datetime) -> bool:
    """Return whether a callback is signed by one of the secrets (more than one while they change), and not older than five minutes.

    Parameters
    ----------
    headers : with names in lower case
    body : the bytes as they came
    secrets : of which one must fit
    at : now
    """
    given, message_id, seconds = (headers.get(name, "") for name in ("webhook-signature", "webhook-id", "webhook-timestamp"))
    if not message_id or not (seconds.isascii() and seconds.isdecimal() and len(seconds) < 15):
        return False
    if abs(at.timestamp() - int(seconds)) > TOLERANCE_S:
        return False
    wanted = [webhook_signature(secret, message_id, seconds, body) for secret in secrets if secret]
    # every pair is compared, so that the time taken says nothing
    return any([hmac.compare_digest(one.encode(), each.encode("utf-8", "replace")) for one in wanted for each in given.split()])  # noqa: C419


def aliyun_headers(
    key: tuple[str, str], host: str, action: str, version: str, query: Mapping[str, str], at: dt.datetime, nonce: str, **more: str
) -> tuple[str, dict[str, str]]:
    """Sign an Aliyun call whose parameters stand in the query.

    Parameters
    ----------
    key : (access key id, secret)
    host : the value of the Host header
    action, version : of the call
    query : the parameters
    at, nonce : now, and a text that is never used again
    more : further headers to be signed, `_` standing for `-`

    Returns
    -------
    The query as it must stand in the request, and all headers.
    """
    text = "&".join(f"{name}={value}" for name, value in sorted((_quoted(name), _quoted(value)) for name, value in query.items()))
    empty = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": empty,
        "x-acs-date": at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = "\n".join(["POST", "/", text, lines, names, empty])
    signature = _hex(key[1].encode(), "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest())
    headers["authorization"] = f"ACS3-HMAC-SHA256 Credential={key[0]},SignedHeaders={names},Signature={signature}"
    return text, headers


def tencent_headers(
    key: tuple[str, str], host: str, action: str, version: str, region: str, body: bytes, at: dt.datetime
) -> dict[str, str]:
    """Sign a Tencent call whose parameters stand in a JSON body; parameters as of `aliyun_headers`, with the region."""
    kind, seconds = "application/json", str(int(at.timestamp()))
    day = at.astimezone(dt.UTC).strftime("%Y-%m-%d")
    scope = f"{day}/sms/tc3_request"
    canonical = f"POST\n/\n\ncontent-type:{kind}\nhost:{host.lower()}\n\ncontent-type;host\n{hashlib.sha256(body).hexdigest()}"
    to_sign = f"TC3-HMAC-SHA256\n{seconds}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    secret = hmac.new(f"TC3{key[1]}".encode(), day.encode(), hashlib.sha256).digest()
    for part in ("sms", "tc3_request"):
        secret = hmac.new(secret, part.encode(), hashlib.sha256).digest()
    signature = _hex(secret, to_sign)
    return {
        "host": host,
        "content-type": kind,
        "x-tc-action": action,
        "x-tc-version": version,
        "x-tc-region": region,
        "x-tc-timestamp": seconds,
        "authorization": f"TC3-HMAC-SHA256 Credential={key[0]}/{scope}, SignedHeaders=content-type;host, Signature={signature}",
    }


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")


def _hex(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

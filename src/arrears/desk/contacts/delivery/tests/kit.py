"""Real routes to a real carrier on loopback."""

from __future__ import annotations

from arrears.desk.contacts.delivery import aliyun, http_generic, tencent
from arrears.desk.contacts.delivery.interface import Sms
from arrears.desk.contacts.delivery.wire import Limits
from arrears.sandbox.tests.kit import now

TEXT = "您有一期款项尚未收到，金额2824.41元。如有困难请致电400-000-0000。"
TO = "+8613800000001"
LIMITS = Limits(connect_s=2, answer_s=5)
KINDS = ("http_generic", "aliyun", "tencent")


def route(kind, port, secret="sandbox-secret", limits=LIMITS):
    """A route of one kind to the carrier at a port."""
    url = f"http://127.0.0.1:{port}"
    match kind:
        case "http_generic":
            return http_generic.HttpGeneric(http_generic.Settings(url, "sandbox", secret, limits), now)
        case "aliyun":
            return aliyun.Aliyun(aliyun.Settings("sandbox", secret, url, limits), now)
        case _:
            return tencent.Tencent(tencent.Settings("sandbox", secret, "1400000001", url=url, limits=limits), now)


def sms(client_id="a-1", **more):
    """A message that every kind of route takes."""
    given = {"to": TO, "signature": "兰汀消费", "text": TEXT, "template": "T1", "params": {"1": "2824.41元"}}
    return Sms(client_id, **(given | more))

"""What may be sent, what may come of it, and what a route is."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

Now = Callable[[], dt.datetime]
"""The clock, handed in: an aware instant."""
CLIENT_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")

Why = Literal[
    "no_connection",
    "throttled",
    "down",
    "bad_key",
    "no_balance",
    "setup",
    "bad_number",
    "bad_address",
    "content",
    "late",
    "rejected",
    "disk",
]
SAYS: Mapping[str, tuple[str, str]] = {
    "no_connection": ("无法连接服务商，消息未发出。", "The provider could not be reached; nothing was sent."),
    "throttled": ("服务商限制发送频率，消息未发出。", "The provider limits the rate; nothing was sent."),
    "down": ("服务商暂停服务，消息未发出。", "The provider takes nothing at present; nothing was sent."),
    "bad_key": (
        "服务商不接受密钥或签名，请检查通道设置。",
        "The provider does not accept the key or signature; check the route's settings.",
    ),
    "no_balance": ("服务商账户余额不足或已停用。", "The account with the provider is empty or stopped."),
    "setup": ("通道设置或模板不完整。", "The route's settings or the template are not complete."),
    "bad_number": ("号码无效。", "The number is not valid."),
    "bad_address": ("邮箱地址无效或不存在。", "The mail address is not valid or does not exist."),
    "content": ("内容不符合通道要求。", "The content is not what this route takes."),
    "late": ("许可时间已过，未拨打。", "The permit's time has passed; nothing rang."),
    "rejected": ("服务商拒绝了该消息。", "The provider refused the message."),
    "disk": ("无法写入文件，消息未发出。", "The file cannot be written; nothing was sent."),
}


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider has it and said so.

    Attributes
    ----------
    provider_id : the provider's own id
    parts : how many it is billed as; 0 where that means nothing
    """

    provider_id: str
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """It surely did not leave.

    Attributes
    ----------
    why : a key of `SAYS`
    retry : the same message may be tried again later, under a new permit
    after_s : not before so many seconds; None: as the caller likes
    route : the route itself is at fault, so that other messages would meet the same
    detail : the provider's own words, short, without long numbers
    """

    why: Why
    retry: bool = False
    after_s: int | None = None
    route: bool = False
    detail: str = ""

    @property
    def says_zh(self) -> str:
        """A sentence for a person."""
        return SAYS[self.why][0]

    @property
    def says_en(self) -> str:
        """A sentence for a person."""
        return SAYS[self.why][1]


@dataclass(frozen=True, slots=True)
class Uncertain:
    """It may have left. Ask; never send a short message or call again.

    Attributes
    ----------
    how : cut (the line broke), slow (no answer in time), nonsense (an answer of no known form), error (the provider does not know itself)
    detail : for the log
    """

    how: Literal["cut", "slow", "nonsense", "error"]
    detail: str = ""


Result = Sent | Refused | Uncertain


@dataclass(frozen=True, slots=True)
class Fate:
    """What the provider says of one message.

    Attributes
    ----------
    provider_id : its id there
    outcome : a word of `gate.facts.Outcome`; sent: taken, nothing more known; pending: a call under way
    code : the provider's own
    at : when it was so; None: not said
    """

    provider_id: str
    outcome: str
    code: str = ""
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """The provider knows the sender's id; more than one fate means that it was taken more than once."""

    fates: tuple[Fate, ...]


@dataclass(frozen=True, slots=True)
class NotKnown:
    """The provider does not list the sender's id.

    Attributes
    ----------
    sure : the provider promises that what it took is listed at once; otherwise it proves nothing and a person decides
    """

    sure: bool


Asked = Known | NotKnown | Refused | Uncertain


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing in a text that a provider refuses or may refuse.

    Attributes
    ----------
    rule : which rule of `words.yaml`: word, sign, variables, link, length, signature
    words, start, end : the piece and where it stands in the text as given
    severity : refuse: the provider lists it; person: its reviewers decide
    says_zh, says_en : whole sentences
    source : where the provider says so
    """

    rule: str
    words: str
    start: int
    end: int
    severity: Literal["refuse", "person"]
    says_zh: str
    says_en: str
    source: str


@dataclass(frozen=True, slots=True)
class Sms:
    """One short message.

    Attributes
    ----------
    client_id : ours, of this attempt; never used twice
    to : a number as +8613800000000
    signature : the sender's registered name, without 【】
    text : what is said, filled, without the signature
    template, params : the provider's code of the approved wording, and what fills it, in order; only the clouds need them
    """

    client_id: str
    to: str = field(repr=False)
    signature: str
    text: str = field(repr=False)
    template: str = ""
    params: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def whole(self) -> str:
        """The text as the person sees it."""
        return f"【{self.signature}】{self.text}"


class SmsRoute(Protocol):
    """A way for short messages. `send` and `ask` return within the route's time limits, and raise only for mistakes of ours."""

    name: str

    def send(self, message: Sms) -> Result:
        """Try once to hand a message over."""
        ...

    def ask(self, client_id: str, *, to: str, sent_on: dt.date) -> Asked:
        """Ask whether a message is known; number and day are what some providers search by."""
        ...

    def lint(self, text: str, signature: str = "") -> tuple[Finding, ...]:
        """Look for what the provider refuses, in a wording with its {places}, when it is saved."""
        ...


def wrong_sms(message: Sms) -> Refused | None:
    """Return why a message cannot be handed to any route."""
    if not CLIENT_ID.fullmatch(message.client_id):
        raise ValueError(f"client id {message.client_id!r}: allowed are 1 to 64 of letters, digits and . _ : -")
    if not NUMBER.fullmatch(message.to):
        return Refused("bad_number", detail="not a number as +8613800000000")
    if not message.text.strip() or not message.signature.strip() or any(sign in message.text + message.signature for sign in "【】"):
        return Refused("content", detail="text and signature must be there; 【】 belongs around the signature only")
    return None


_LONG_NUMBER = re.compile(r"\d{5,}")


def detail(*words: object) -> str:
    """Return a provider's words fit for a log: one line, short, long numbers masked, as they may be a telephone's."""
    line = " ".join(" ".join(str(each).split()) for each in words if str(each)).encode("utf-8", "replace").decode("utf-8")
    return _LONG_NUMBER.sub("#", "".join(char for char in line if char.isprintable()))[:200]

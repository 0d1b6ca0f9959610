"""The page that shows what arrived: plain HTML without script, in Chinese and English."""

from __future__ import annotations

import base64
import datetime as dt
from collections import Counter
from collections.abc import Mapping
from email.parser import BytesParser
from email.policy import default
from html import escape
from pathlib import Path
from typing import Any

from arrears.sandbox.record import Kept

SHOWN = 200
STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
_KINDS = {"sms": "短信 SMS", "email": "邮件 E-mail", "call": "电话 Call"}
_STATES = {
    "accepted": "已接收 accepted",
    "delivered": "已送达 delivered",
    "undelivered": "未送达 undelivered",
    "started": "呼叫中 ringing",
    "answered": "已接听 answered",
    "ended": "已结束 ended",
    "declined": "已拒接 declined",
    "no_answer": "无人接听 no answer",
    "busy": "占线 busy",
    "off": "关机 off",
    "invalid": "空号 invalid",
}
_LOCAL = dt.timezone(dt.timedelta(hours=8))


def page(kept: list[Kept], doubled: list[str], weather: Mapping[str, Any], query: Mapping[str, str]) -> str:
    """Return the page: newest first, `?kind=` and `?q=` narrow it."""
    kind, words = query.get("kind", ""), query.get("q", "").strip()
    found = [each for each in kept if (not kind or each.entry["kind"] == kind) and (not words or words in _searched(each))]
    counts = Counter(each.entry["kind"] for each in kept)
    head = " · ".join(f"{name} {counts[key]}" for key, name in _KINDS.items())
    troubles = ", ".join(f"{name} {value}" for name, value in weather.items() if value and name not in ("seed", "retry_after_s"))
    rows = "".join(_row(each) for each in reversed(found[-SHOWN:]))
    more = f'<p class="dim">{len(found)} 条中的最新 {SHOWN} 条 · the newest {SHOWN} of {len(found)}</p>' if len(found) > SHOWN else ""
    twice = f'<p class="warn">重复发送 sent more than once: {len(doubled)} ({escape(", ".join(doubled[:5]))})</p>' if doubled else ""
    options = "".join(f'<option value="{key}"{" selected" if key == kind else ""}>{name}</option>' for key, name in _KINDS.items())
    empty = (
        ""
        if rows
        else '<p class="dim">这里会显示发到本机运营商的每一条消息。 · Every message that reaches this carrier will be listed here.</p>'
    )
    return f"""<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>运营商沙箱 · Sandbox carrier</title><link rel="stylesheet" href="/page.css"></head><body>
<h1>运营商沙箱 · Sandbox carrier</h1>
<p class="dim">只在本机，不会发给任何人。 · On this machine only; nothing reaches anybody.</p>
<p>{head}</p>
{f'<p class="warn">故障 troubles: {escape(troubles)}</p>' if troubles else ""}{twice}
<form method="get" action="/"><label for="kind">类型 Kind</label>
<select id="kind" name="kind"><option value="">全部 All</option>{options}</select>
<label for="q">内容 Text</label><input id="q" name="q" value="{escape(words)}"><button>查找 Find</button></form>
<main><ol>{rows}</ol>{empty}{more}</main></body></html>
"""


def _searched(kept: Kept) -> str:
    return " ".join(str(kept.entry.get(name, "")) for name in ("to", "client_id", "provider_id", "text", "subject"))


def _row(kept: Kept) -> str:
    entry = kept.entry
    at = dt.datetime.fromisoformat(entry["at"]).astimezone(_LOCAL).strftime("%m-%d %H:%M:%S")
    facts = [f"{entry['form']}", entry["provider_id"], f"id {entry['client_id']}"]
    facts += [f"{entry['parts']} 条 parts"] if "parts" in entry else []
    if kept.states:
        last = kept.states[-1]
        facts += [f"{last['seconds']} 秒 s"] if "seconds" in last else []
        facts += [str(last[name]) for name in ("code", "recording") if last.get(name)]
    return (
        f"<li><header><span>{at}</span><strong>{_KINDS[entry['kind']]}</strong><span><bdi>{escape(entry['to'])}</bdi></span>"
        f"<span>{_STATES.get(kept.state, escape(kept.state))}</span>"
        f'<span class="dim">{escape(" · ".join(facts))}</span></header><p><bdi>{escape(_text(entry))}</bdi></p></li>'
    )


def _text(entry: Mapping[str, Any]) -> str:
    if entry["kind"] == "call":
        return f"分机 extension {entry['extension']}"
    if entry["kind"] == "sms":
        return str(entry["text"])
    message = BytesParser(policy=default).parsebytes(base64.b64decode(entry["raw"]))
    body = message.get_body(("plain", "html"))
    try:
        text = body.get_content() if body is not None else ""
    except (LookupError, ValueError):
        text = "(?)"
    return f"{entry['subject']}\n{text}"

"""A whole file judged: one plain message, or one case a line. This is the job of `arrears gate lint FILE`."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from arrears.gate.wording.lint import lint, unknown_words
from arrears.gate.wording.phrases import Phrases
from arrears.gate.wording.refusals import refusal
from arrears.gate.wording.text import PARTS, Text, Verdict, clip
from arrears.kernel.problems import Both, Problem

_LINES = (".jsonl", ".ndjson")
_KEYS = ("id", "text", "parts", "purpose", "audience", "channel", "on", "barred", "fills", "agency")
_SHAPE = Both(
    "an object a line: id, text or parts {body, subject, preview, envelope}, purpose, audience, channel, on, barred, fills, agency",
    "每行一个对象：id、text 或 parts {body, subject, preview, envelope}、purpose、audience、channel、on、barred、fills、agency",
)


@dataclass(frozen=True)
class Case:
    """One text of a file and what it is for; the fields are the arguments of `lint`."""

    id: str
    line: int
    text: Text
    purpose: str
    audience: str
    channel: str
    on: dt.date
    barred: bool = False
    fills: tuple[tuple[str, str], ...] = ()
    agency: bool = False


@dataclass(frozen=True)
class Report:
    """What a file came to.

    Attributes
    ----------
    file : as it is called
    verdicts : (case, verdict) in order of the lines
    problems : lines, or the file, that could not be judged
    """

    file: str
    verdicts: tuple[tuple[Case, Verdict], ...]
    problems: tuple[Problem, ...]

    @property
    def exit_code(self) -> int:
        """0 nothing found, 1 something could not be judged, 3 findings."""
        if self.problems:
            return 1
        return 3 if any(verdict.findings for _, verdict in self.verdicts) else 0

    def rows(self) -> Iterator[dict[str, object]]:
        """Yield one plain object a case, for JSON lines."""
        for case, verdict in self.verdicts:
            yield {"id": case.id, "line": case.line, **verdict.as_dict()}

    def sentences(self) -> Iterator[str]:
        """Yield the report as text, Chinese first: a line a case, then a line a finding."""
        names = {
            True: Both("may be sent", "可以发送"),
            False: Both("refused", "不得发送"),
            "person": Both("a person decides", "须由人决定"),
        }
        for case, verdict in self.verdicts:
            name = names[verdict.allowed]
            yield f"{self.file}:{case.line} {case.id} {name.zh} / {name.en}"
            for each in verdict.findings:
                place = f"{each.part}[{each.start}:{each.end}]" if each.end else each.part
                yield f"  {each.code} {each.class_id} ({each.rule_id}, {each.severity}) {place} {each.reason_zh} / {each.reason_en}"
            for of, count in verdict.more.items():
                yield f"  {of}: 另有 {count} 处 / {count} more"


def lint_file(
    path: Path,
    *,
    phrases: Phrases,
    on: dt.date,
    purpose: str = "collection",
    audience: str = "debtor",
    channel: str = "sms",
    barred: bool = False,
    fills: dict[str, str] | None = None,
    agency: bool = False,
) -> Report:
    """Judge a file.

    Parameters
    ----------
    path : a plain text, one message; or `.jsonl`, one case a line
    phrases : from `load`
    on : the day of sending, where a line gives none
    purpose, audience, channel, barred, fills, agency : for a plain text, and where a line leaves them out

    Returns
    -------
    A `Report`. What cannot be judged is in its problems, each naming the file and the line; the other lines are judged.
    """
    try:
        raw = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = Both(error.strerror or str(error), error.strerror or str(error))
        return Report(path.name, (), (_unread(path, reason),))
    except UnicodeDecodeError as error:
        return Report(path.name, (), (_unread(path, Both(f"byte {error.start} is not UTF-8", f"第 {error.start} 字节不是 UTF-8")),))
    given: dict[str, object] = {"purpose": purpose, "audience": audience, "channel": channel, "on": on.isoformat()}
    given |= {"barred": barred, "fills": fills or {}, "agency": agency}
    cases: list[Case] = []
    problems: list[Problem] = []
    if path.suffix.lower() in _LINES:
        for number, line in enumerate(raw.split("\n"), start=1):
            if line.strip():
                _take(path, number, line, given, cases, problems)
    else:
        _case(path, 1, given | {"id": path.name, "text": raw}, cases, problems)
    if not cases and not problems:
        problems.append(_unread(path, Both("no line in it", "没有内容")))
    return Report(path.name, tuple((each, _judge(each, phrases)) for each in cases), tuple(problems))


def _judge(case: Case, phrases: Phrases) -> Verdict:
    return lint(
        case.text,
        purpose=case.purpose,
        audience=case.audience,
        channel=case.channel,
        on=case.on,
        phrases=phrases,
        barred=case.barred,
        fills=dict(case.fills),
        agency=case.agency,
    )


def _unread(path: Path, reason: Both) -> Problem:
    allowed = Both("UTF-8 text, or JSON lines in a .jsonl file", "UTF-8 文本，或 .jsonl 文件中的 JSON 行")
    return refusal("WORDING_FILE", file=path.name, reason=reason, allowed=allowed)


def _take(path: Path, number: int, line: str, given: dict[str, object], cases: list[Case], problems: list[Problem]) -> None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        what = Both(f"no JSON ({clip(str(error))})", f"不是 JSON（{clip(str(error))}）")
        problems.append(refusal("WORDING_LINE", file=path.name, line=number, what=what, allowed=_SHAPE))
        return
    if not isinstance(row, dict):
        what = Both("no object", "不是对象")
        problems.append(refusal("WORDING_LINE", file=path.name, line=number, what=what, allowed=_SHAPE))
        return
    _case(path, number, given | row, cases, problems)


def _case(path: Path, number: int, row: dict[str, object], cases: list[Case], problems: list[Problem]) -> None:
    """Add one case, or every problem of its line."""
    before = len(problems)

    def bad(field: str, allowed: str | Both) -> None:
        shown = clip(str(row.get(field)))
        problems.append(
            refusal("WORDING_LINE", file=path.name, line=number, what=Both(f"{field} is {shown}", f"{field} 为 {shown}"), allowed=allowed)
        )

    for key in sorted(row.keys() - set(_KEYS)):
        what = Both(f"{clip(key)} is no field", f"没有字段 {clip(key)}")
        problems.append(refusal("WORDING_LINE", file=path.name, line=number, what=what, allowed=", ".join(_KEYS)))
    text = _text(row)
    if text is None:
        bad("parts" if "parts" in row else "text", _SHAPE)
    for each in unknown_words(row["purpose"], row["audience"], row["channel"]):
        what = Both(each.message_en.split(";")[0], each.message_zh.split("；")[0])
        allowed = each.message_en.partition("allowed: ")[2].rstrip(".")
        problems.append(refusal("WORDING_LINE", file=path.name, line=number, what=what, allowed=allowed))
    on = _day(row["on"])
    if on is None:
        bad("on", "YYYY-MM-DD")
    for field in ("barred", "agency"):
        if not isinstance(row[field], bool):
            bad(field, "true, false")
    fills = row["fills"]
    if not isinstance(fills, dict) or not all(isinstance(value, str) for value in fills.values()):
        bad("fills", Both("an object of texts", "由文字组成的对象"))
        return
    if len(problems) > before or text is None or on is None:
        return
    words = (str(row["purpose"]), str(row["audience"]), str(row["channel"]))
    id_ = clip(str(row.get("id", number)))
    cases.append(Case(id_, number, text, *words, on, row["barred"] is True, tuple(fills.items()), row["agency"] is True))


def _text(row: dict[str, object]) -> Text | None:
    """Return the text of a row, or None where it is given twice, not at all, or as something else than text."""
    if ("text" in row) == ("parts" in row):
        return None
    parts = row["parts"] if "parts" in row else {"body": row["text"]}
    if not isinstance(parts, dict) or not parts or parts.keys() - set(PARTS):
        return None
    return Text(**parts) if all(isinstance(value, str) for value in parts.values()) else None


def _day(given: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(given) if isinstance(given, str) and len(given) == len("YYYY-MM-DD") else None
    except ValueError:
        return None

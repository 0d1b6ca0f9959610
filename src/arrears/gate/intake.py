"""From a line of JSON to facts; what cannot be read is a refusal that names line, field and what is allowed."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from pydantic import ValidationError

from arrears.gate.facts import Facts
from arrears.kernel.problems import Both, Problem, Refused, problem

_ZH = {
    "missing": "缺少该字段",
    "extra_forbidden": "没有这个字段",
    "literal_error": "不在允许的取值之内，允许：{expected}",
    "value_error": "不是时区；允许：IANA 名称，例如 Asia/Shanghai",
    "timezone_aware": "时间必须带时区，例如 2026-10-20T10:00:00+08:00",
    "datetime_from_date_parsing": "不是时间，例如 2026-10-20T10:00:00+08:00",
    "datetime_parsing": "不是时间，例如 2026-10-20T10:00:00+08:00",
    "date_from_datetime_parsing": "不是日期，例如 2026-10-20",
    "date_parsing": "不是日期，例如 2026-10-20",
}
_EN = {
    "missing": "this field is missing",
    "extra_forbidden": "there is no such field",
    "literal_error": "allowed: {expected}",
    "value_error": "no time zone; allowed: a name of the IANA list such as Asia/Shanghai",
    "timezone_aware": "a time needs its offset, such as 2026-10-20T10:00:00+08:00",
}


def facts_of(line: str, where: str, at: dt.datetime | None = None) -> Facts:
    """Read one case.

    Parameters
    ----------
    line : a JSON object as `arrears gate schema` describes it
    where : file and line, for the message
    at : the moment to ask about, in place of the one in the line

    Returns
    -------
    The facts.

    Raises
    ------
    Refused with one DENY_FACTS_MISSING for each thing that is wrong.
    """
    try:
        line.encode()
        told = json.loads(line, parse_constant=_no_constant)
        json.dumps(told, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Refused(_problem(where, "", Both("not UTF-8", "不是 UTF-8 编码"))) from None
    except (ValueError, RecursionError) as error:
        raise Refused(_problem(where, "", Both(f"no JSON: {error}", f"不是 JSON：{error}"))) from None
    if at is not None and isinstance(told, dict) and isinstance(told.get("ask"), dict):
        told["ask"]["at"] = at
    try:
        return Facts.model_validate(told)
    except ValidationError as error:
        raise Refused(*[_from(where, one) for one in error.errors(include_url=False)]) from None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _from(where: str, error: Any) -> Problem:
    path = ".".join(str(part) for part in error["loc"])
    expected = error.get("ctx", {}).get("expected", "")
    en = _EN.get(error["type"], error["msg"]).format(expected=expected)
    zh = _ZH.get(error["type"], "取值不符合要求：{msg}").format(expected=expected, msg=error["msg"])
    given = "" if isinstance(error["input"], dict | list) else f" ({str(error['input'])[:60]!r})"
    return _problem(where, f"{path}{given}", Both(en, zh))


def _problem(where: str, path: str, told: Both) -> Problem:
    place = Both(
        f"{where}, {path}: {told.en}" if path else f"{where}: {told.en}", f"{where}，{path}：{told.zh}" if path else f"{where}：{told.zh}"
    )
    return problem("DENY_FACTS_MISSING", fact=place)


def refused_line(id_: str, refused: Refused) -> dict[str, Any]:
    """Return the answer to a line that cannot be read, in the form of `Answer.as_dict`: not allowed, and why."""
    en = " ".join(each.message_en for each in refused.problems)
    zh = "".join(each.message_zh for each in refused.problems)
    codes = list(dict.fromkeys(each.code for each in refused.problems))
    return {
        "id": id_,
        "allowed": False,
        "rule_ids": [],
        "codes": codes,
        "next_allowed": None,
        "required": [],
        "reason": {"zh": zh, "en": en},
        "findings": [],
    }


def id_of(line: str) -> str:
    """Return the id of a line as far as it can be read, or an empty text."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    name = str(told.get("id", "")) if isinstance(told, dict) else ""
    return name.encode("utf-8", "replace").decode()

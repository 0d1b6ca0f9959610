"""The refusals of this room: what can be wrong with a pack, each sentence naming file, id and what is allowed."""

from __future__ import annotations

from arrears.kernel.problems import Problem, Template, problem, register

_PACK: tuple[tuple[str, str, str], ...] = (
    ("PACK_UNREADABLE", "{file}: cannot be read: {reason}; allowed: {allowed}.", "{file}：无法读取：{reason}；允许：{allowed}。"),
    (
        "PACK_DUPLICATE_ID",
        "{file}: {id} stands twice (also in {other}); allowed: once.",
        "{file}：{id} 重复（另见 {other}）；只允许出现一次。",
    ),
    ("PACK_FIELD", "{file}: {id}: {what}; allowed: {allowed}.", "{file}：{id}：字段不符（{what}）；允许：{allowed}。"),
    (
        "PACK_UNKNOWN_UNIT",
        "{file}: {id}: unit {given} is unknown; allowed: {allowed}.",
        "{file}：{id}：单位 {given} 未知；允许：{allowed}。",
    ),
    (
        "PACK_UNKNOWN_KEY",
        "{file}: {id} is no setting of the house; allowed: {allowed}.",
        "{file}：{id} 不是机构设置；允许：{allowed}。",
    ),
    (
        "PACK_NO_SOURCE",
        "{file}: {id}: the value from {since} has no source; allowed: {allowed}.",
        "{file}：{id}：自 {since} 的值没有来源；允许：{allowed}。",
    ),
    (
        "PACK_DATES",
        "{file}: {id}: {since} does not come after {before}; allowed: dates in rising order, each once.",
        "{file}：{id}：{since} 未晚于 {before}；日期须递增且不重复。",
    ),
    ("PACK_FLOAT", "{file}: {id}: {given} is not exact; allowed: {allowed}.", "{file}：{id}：{given} 不精确；允许：{allowed}。"),
    ("PACK_VALUE", "{file}: {id} = {given} from {since}; allowed: {allowed}.", "{file}：{id} = {given}（自 {since}）；允许：{allowed}。"),
    ("PACK_CONTRADICTION", "{file}: {id}: {what}; allowed: {allowed}.", "{file}：{id}：自相矛盾（{what}）；允许：{allowed}。"),
    (
        "PACK_UNKNOWN_ID",
        "{id} is neither a rule of law nor a setting of the house; nearest: {nearest}.",
        "{id} 既非法律规则也非机构设置；相近：{nearest}。",
    ),
)

for _number, (_code, _en, _zh) in enumerate(_PACK, start=101):
    register(Template(_code, _number, _en, _zh, "operator"))


def refusal(code: str, rule_id: str = "", **fields: object) -> Problem:
    """Make one refusal of this room; going through here makes sure that its templates are registered.

    Parameters
    ----------
    code, rule_id, fields : see `arrears.kernel.problems.problem`

    Returns
    -------
    The `Problem`.
    """
    return problem(code, rule_id, "", **fields)

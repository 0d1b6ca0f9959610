"""What a leaf may be: its kinds, their fields, which of them are personal, and its one form in bytes.

A leaf stays for ever, so nothing about a person stands in it but sealed (`seal`). A kind declares its fields; a leaf with a field that its
kind does not declare, or with a personal field that is not sealed, is refused. A room with kinds of its own adds them with `register`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from arrears.audit.verify import LEAF_MAX, OPENED, ROTATED, WHOLE_MAX, AuditError, no, whole, written

SEALED = re.compile(r"sealed:[0-9a-f]{64}")
# what must never stand in a leaf in the clear, wherever somebody wrote it: a mobile number, an identity number
_PERSONAL = re.compile(r"(?<![0-9A-Za-z])(?:(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}|\d{17}[\dXx])(?![0-9A-Za-z])")
_ID_MAX = 200


@dataclass(frozen=True)
class Kind:
    """One kind of leaf.

    Attributes
    ----------
    name : as in the leaf's field `kind`
    needs : fields that must be there, beside `id` and `kind`
    may : fields that may be there
    personal : those of them that hold something about a person, always sealed
    digests : those whose digits mean nothing and are not looked through
    """

    name: str
    needs: frozenset[str]
    may: frozenset[str] = frozenset()
    personal: frozenset[str] = frozenset()
    digests: frozenset[str] = frozenset()


KINDS: dict[str, Kind] = {}


def register(name: str, needs: str, may: str = "", personal: str = "", digests: str = "") -> Kind:
    """Add a kind of leaf; field names are separated by spaces. ValueError where the name is taken or a personal field is not declared."""
    kind = Kind(name, *(frozenset(each.split()) for each in (needs, may, personal, digests)))
    if name in KINDS or not kind.personal <= kind.needs | kind.may:
        raise ValueError(f"kind {name} is taken, or a personal field is not among its fields")
    KINDS[name] = kind
    return kind


register(OPENED, "origin key opened_on", "continues")
register(ROTATED, "old new rotated_on", "reason")
register("close_manifest", "book day manifest_sha256", "previous content loans policy engine", digests="manifest_sha256 content")
register(
    "gate_answer",
    "asked_at person channel purpose allowed codes rule_ids",
    "address asked_by facts answer act next_allowed law",
    personal="person address asked_by facts answer",
)
register("erasure", "subject what rule_id erased_on", personal="subject")


def check(leaf: Any) -> tuple[str, bytes]:
    """Id and canonical bytes of a leaf. AuditError says what is wrong with it; its values are never repeated, they may be personal."""
    if not isinstance(leaf, dict) or not all(isinstance(key, str) for key in leaf):
        raise AuditError("叶不是 JSON 对象", "the leaf is no JSON object")
    name, kind = leaf.get("id"), KINDS.get(str(leaf.get("kind")))
    if not isinstance(name, str) or not 0 < len(name) <= _ID_MAX:
        raise AuditError(f"叶没有 id（1 至 {_ID_MAX} 个字符的文本）", f"the leaf has no id (text of 1 to {_ID_MAX} characters)")
    if kind is None:
        known = ", ".join(sorted(KINDS))
        raise AuditError(f"叶的 kind 未知；可用：{known}", f"the kind of the leaf is not known; known are: {known}")
    _check_fields(leaf, kind)
    for each in leaf.keys() - kind.personal - kind.digests:
        if _holds_personal(leaf[each]):
            raise AuditError(
                f"{kind.name} 的 {each} 像是手机号或证件号；个人信息须封存",
                f"{each} of {kind.name} looks like a telephone or identity number",
            )
    data = canonical(leaf)
    if len(data) > LEAF_MAX:
        raise AuditError(f"叶有 {len(data)} 字节，最多 {LEAF_MAX}", f"the leaf has {len(data)} bytes, at most {LEAF_MAX} are allowed")
    return name, data


def _check_fields(leaf: dict[str, Any], kind: Kind) -> None:
    lacks = sorted(kind.needs - leaf.keys())
    strange = sorted(leaf.keys() - kind.needs - kind.may - {"id", "kind"})
    raw = sorted(each for each in kind.personal & leaf.keys() if not _is_sealed(leaf[each]))
    if lacks:
        raise AuditError(f"{kind.name} 缺少字段：{', '.join(lacks)}", f"{kind.name} lacks: {', '.join(lacks)}")
    if strange:
        raise AuditError(f"{kind.name} 未声明的字段：{', '.join(strange)}", f"{kind.name} does not declare: {', '.join(strange)}")
    if raw:
        told = ", ".join(raw)
        raise AuditError(f"{kind.name} 的个人字段未封存：{told}", f"personal and not sealed in {kind.name}: {told}")


def _is_sealed(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(each, str) and SEALED.fullmatch(each) for each in value)
    return value is None or (isinstance(value, str) and bool(SEALED.fullmatch(value)))


def _holds_personal(value: Any) -> bool:
    if isinstance(value, str):
        return bool(_PERSONAL.search(value))
    if isinstance(value, dict):
        return any(_holds_personal(each) for pair in value.items() for each in pair)
    return isinstance(value, list) and any(map(_holds_personal, value))


def canonical(value: Any) -> bytes:
    """The one byte form of a value. AuditError where it holds anything but strings, whole numbers, booleans, null, lists, objects."""
    try:
        _allowed(value)
        return written(value)
    except RecursionError:
        raise no("deep") from None


def _allowed(value: Any) -> None:
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        whole(str(value) if abs(value) <= WHOLE_MAX else "9" * 18)
    elif isinstance(value, list):
        for each in value:
            _allowed(each)
    elif isinstance(value, dict) and all(isinstance(key, str) for key in value):
        for each in value.values():
            _allowed(each)
    else:
        name = type(value).__name__
        raise AuditError(f"不允许的类型 {name}", f"{name} is not allowed: text, whole numbers, booleans, null, lists and objects are")

"""Turn raw entries of a folder into classes, needs and letters, and say everything that is wrong with them at once."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any, get_args

from arrears.gate.wording.classes import Block, ClassKind, Folding, Need, Negation, PhraseClass, Readings, Scope
from arrears.gate.wording.forms import Unreadable, opened
from arrears.gate.wording.text import AUDIENCES, CHANNELS, PARTS, PURPOSES
from arrears.kernel.problems import Both, Problem
from arrears.law.files import Raw
from arrears.law.refusals import refusal

SEVERITIES = ("refuse", "person")
KINDS = (*get_args(ClassKind), "needs", "fold", "negation")
_PHRASES = ("zh", "spelled", "pinyin", "en", "allow")
_EXPRESSIONS = ("patterns", "allow_patterns")
_SCOPE: dict[str, tuple[str, ...]] = {"purposes": PURPOSES, "audiences": AUDIENCES, "channels": CHANNELS, "parts": PARTS}
_TEXTS = ("says", "says_zh", "rule_id")
_FLAGS = ("negation", "in_fills", "only_with_agency")
_FIELDS = {
    "class": (
        {"kind", "says", "says_zh", "rule_id"},
        {"values", "words_of", "severity", "person_for", "applies", "placeholders", "fills", *_FLAGS},
    ),
    "needs": ({"kind", "purposes", "parts"}, {"audiences", "channels"}),
    "fold": ({"kind", "latin", "han", "splits", "silent"}, set()),
    "negation": ({"kind", "zh", "en", "double"}, set()),
    "block": ({"from"}, {"until", "purposes", "barred", "symbols", "characters", *_PHRASES, *_EXPRESSIONS}),
}
_RULE_ID = re.compile(r"[a-z]+(\.[a-z0-9_]+)+")
_RANGE = re.compile(r"U\+([0-9A-F]{4,6})(?:-U\+([0-9A-F]{4,6}))?")
# Anything that could be tried in more ways than its length: no open repetition, none of a group.
_UNBOUNDED = re.compile(r"(?<!\\)[*+]|\{[0-9]*,\}|\)[?*+{]|\(\?")
_GAP = r"(?:(?!会|将|就|要(?!求)|不|却|除非|but|will|shall|unless|however|otherwise)[^。,;!?\n]){0,24}"
# `<not>` in a pattern: what may stand between a negation and its words, none of which turns it round again;
# and no question (会不会, 难道不会) in front of it.
_HONEST = "(?<!会)(?<!要)(?<!能)(?<!难道)"


class Reading:
    """What one folder holds, read entry by entry; `problems` holds all that is wrong."""

    def __init__(self) -> None:
        self.classes: list[PhraseClass] = []
        self.needs: list[Need] = []
        self.folding = Folding()
        self.negation = Negation()
        self._alike: dict[int, str] = {}
        self._words_of: dict[str, tuple[Raw, str]] = {}
        self.problems: list[Problem] = []

    def take(self, raw: Raw) -> None:
        """Read one entry; letters come before the words that are read with them."""
        kind = raw.body.get("kind")
        if kind not in KINDS:
            self._bad(raw, Both(f"kind is {kind}", f"kind 为 {kind}"), ", ".join(KINDS))
            return
        fields = "class" if kind in get_args(ClassKind) else str(kind)
        if not self._has_fields(raw, raw.body, fields, "an entry"):
            return
        {"class": self._class, "needs": self._need, "fold": self._fold, "negation": self._negate}[fields](raw)

    def close(self) -> None:
        """Settle what only the whole folder shows: classes that look for the words of another, and parts that are needed."""
        blocks = {each.id: each.blocks for each in self.classes if each.id not in self._words_of}
        for raw, other in self._words_of.values():
            if other not in blocks:
                self._bad(raw, Both(f"words_of is {other}", f"words_of 为 {other}"), ", ".join(sorted(blocks)))
        self.classes = [
            replace(each, blocks=blocks.get(self._words_of[each.id][1], ())) if each.id in self._words_of else each for each in self.classes
        ]
        known = sorted(each.id.removeprefix("part.") for each in self.classes if each.kind == "part")
        for need in self.needs:
            for part in need.parts:
                if part not in known:
                    body = Raw(need.id, need.id, {})
                    self._bad(body, Both(f"part {part} is unknown", f"没有部分 {part}"), ", ".join(known))

    def _bad(self, raw: Raw, what: Both, allowed: str | Both) -> None:
        self.problems.append(refusal("PACK_FIELD", raw.id, file=raw.file, id=raw.id, what=what, allowed=allowed))

    def _has_fields(self, raw: Raw, body: dict[str, Any], fields: str, of: str) -> bool:
        needs, may = _FIELDS[fields]
        for key in sorted(needs - body.keys()):
            self._bad(raw, Both(f"{key} is missing", f"缺少 {key}"), ", ".join(sorted(needs)))
        for key in sorted(str(each) for each in body.keys() - needs - may):
            self._bad(raw, Both(f"{key} is no field of {of}", f"没有字段 {key}"), ", ".join(sorted(needs | may)))
        return needs <= body.keys() <= needs | may

    def _class(self, raw: Raw) -> None:
        body = raw.body
        for key in _TEXTS:
            if not isinstance(body[key], str) or not body[key].strip():
                self._bad(raw, Both(f"{key} is {body[key]}", f"{key} 为 {body[key]}"), Both("a text", "文字"))
        if not _RULE_ID.fullmatch(str(body["rule_id"])):
            self._bad(raw, Both(f"rule_id is {body['rule_id']}", f"rule_id 为 {body['rule_id']}"), "cn.prohibit.mislead, wording.tone ...")
        severity = body.get("severity", "refuse")
        if severity not in SEVERITIES:
            self._bad(raw, Both(f"severity is {severity}", f"severity 为 {severity}"), ", ".join(SEVERITIES))
            return
        for key in _FLAGS:
            if not isinstance(body.get(key, False), bool):
                self._bad(raw, Both(f"{key} is {body[key]}", f"{key} 为 {body[key]}"), "true, false")
        rows = body["values"] if isinstance(body.get("values"), list) else []
        if "words_of" in body and "values" not in body:
            self._words_of[raw.id] = (raw, str(body["words_of"]))
        elif not rows or "words_of" in body:
            self._bad(
                raw, Both("values is no list", "values 不是列表"), "values: [{from: DATE or null, zh: [...], en: [...]}], or words_of: ID"
            )
        blocks = [block for row in rows if (block := self._block(raw, row)) is not None]
        self._check_dates(raw, blocks)
        self.classes.append(
            PhraseClass(
                id=raw.id,
                file=raw.file,
                kind=body["kind"],
                says=str(body["says"]).strip(),
                says_zh=str(body["says_zh"]).strip(),
                rule_id=str(body["rule_id"]),
                blocks=tuple(blocks),
                severity=severity,
                person_for=self._words(raw, body, "person_for", PURPOSES) or frozenset(),
                negation=body.get("negation") is True,
                in_fills=body.get("in_fills") is True,
                applies=tuple(self._scope(raw, row) for row in self._list(raw, body, "applies")),
                placeholders=self._texts(raw, body, "placeholders"),
                fills=self._texts(raw, body, "fills"),
                only_with_agency=body.get("only_with_agency") is True,
            )
        )

    def _check_dates(self, raw: Raw, blocks: list[Block]) -> None:
        for before, after in pairwise(blocks):
            early, late = before.from_on or dt.date.min, after.from_on or dt.date.min
            if late < early:
                self.problems.append(refusal("PACK_DATES", raw.id, file=raw.file, id=raw.id, since=after.from_on, before=before.from_on))

    def _block(self, raw: Raw, row: object) -> Block | None:
        if not isinstance(row, dict) or not self._has_fields(raw, row, "block", "a value"):
            if not isinstance(row, dict):
                self._bad(raw, Both(f"a value is {row}", f"值为 {row}"), "{from: DATE or null, zh: [...], en: [...]}")
            return None
        for key in ("from", "until"):
            given = row.get(key)
            if given is not None and type(given) is not dt.date:
                self._bad(raw, Both(f"{key} is {given}", f"{key} 为 {given}"), Both("YYYY-MM-DD or null", "YYYY-MM-DD 或 null"))
                return None
        if row.get("barred") not in (None, True, False):
            self._bad(raw, Both(f"barred is {row['barred']}", f"barred 为 {row['barred']}"), "true, false")
        symbols = row.get("symbols", "")
        if not isinstance(symbols, str):
            self._bad(
                raw, Both(f"symbols is {symbols}", f"symbols 为 {symbols}"), Both("a text of single characters", "由单个字符组成的文字")
            )
            symbols = ""
        return Block(
            from_on=row["from"],
            until_on=row.get("until"),
            purposes=self._words(raw, row, "purposes", PURPOSES),
            barred=row.get("barred"),
            symbols=symbols,
            characters=self._characters(raw, row),
            zh=self._phrases(raw, row, "zh"),
            spelled=self._phrases(raw, row, "spelled"),
            pinyin=self._phrases(raw, row, "pinyin"),
            en=self._phrases(raw, row, "en"),
            allow=self._phrases(raw, row, "allow"),
            patterns=self._expressions(raw, row, "patterns"),
            allow_patterns=self._expressions(raw, row, "allow_patterns"),
        )

    def _need(self, raw: Raw) -> None:
        scope = self._scope(raw, {key: value for key, value in raw.body.items() if key in ("purposes", "audiences", "channels")})
        self.needs.append(Need(raw.id, scope, self._texts(raw, raw.body, "parts")))

    def _fold(self, raw: Raw) -> None:
        latin, han, splits = (raw.body[key] for key in ("latin", "han", "splits"))
        if not all(isinstance(each, dict) for each in (latin, han, splits)) or not isinstance(raw.body["silent"], str):
            self._bad(
                raw,
                Both("the lists are incomplete", "列表不完整"),
                "latin: {a: LOOKS}, han: {字: LOOKS}, splits: {字: [PIECES]}, silent: TEXT",
            )
            return
        longer = [str(to) for to in (*latin, *han, *splits) if len(str(to)) != 1]
        if longer:
            self._bad(
                raw, Both(f"{', '.join(longer)} is no single letter", f"{', '.join(longer)} 不是单个字符"), Both("one letter", "单个字符")
            )
            return
        alike = {char: str(to) for looks in (latin, han) for to, chars in looks.items() for char in str(chars) if char != to}
        pieces = {str(char): tuple(str(each) for each in drawn) for char, drawn in splits.items()}
        self.folding = Folding(alike, pieces, frozenset(raw.body["silent"]))
        self._alike = str.maketrans(alike)

    def _negate(self, raw: Raw) -> None:
        words = (*self._texts(raw, raw.body, "zh"), *self._texts(raw, raw.body, "en"))
        self.negation = Negation(words, self._texts(raw, raw.body, "double"))

    def _scope(self, raw: Raw, row: object) -> Scope:
        if not isinstance(row, dict) or not row or row.keys() - _SCOPE.keys():
            self._bad(raw, Both(f"a scope is {row}", f"范围为 {row}"), ", ".join(_SCOPE))
            return Scope()
        return Scope(**{key: self._words(raw, row, key, _SCOPE[key]) for key in row})

    def _words(self, raw: Raw, body: dict[str, Any], key: str, allowed: tuple[str, ...]) -> frozenset[str] | None:
        if key not in body:
            return None
        words = self._texts(raw, body, key)
        for word in words:
            if word not in allowed:
                self._bad(raw, Both(f"{key} names {word}", f"{key} 中的 {word} 未知"), ", ".join(allowed))
        return frozenset(words)

    def _list(self, raw: Raw, body: dict[str, Any], key: str) -> list[Any]:
        given = body.get(key, [])
        if not isinstance(given, list):
            self._bad(raw, Both(f"{key} is no list", f"{key} 不是列表"), Both("a list", "列表"))
            return []
        return given

    def _texts(self, raw: Raw, body: dict[str, Any], key: str) -> tuple[str, ...]:
        given = self._list(raw, body, key)
        wrong = [each for each in given if not isinstance(each, str) or not each]
        for each in wrong:
            self._bad(raw, Both(f"{key} holds {each}", f"{key} 含有 {each}"), Both("texts; numbers in quotes", "文字；数字须加引号"))
        return () if wrong else tuple(given)

    def _phrases(self, raw: Raw, row: dict[str, Any], key: str) -> tuple[Readings, ...]:
        found: list[Readings] = []
        for phrase in self._texts(raw, row, key):
            try:
                found.append(tuple(opened(phrase)))
            except Unreadable as piece:
                what = Both(f"{key} {phrase} cannot be read at {piece}", f"{key} 的 {phrase} 在 {piece} 处无法读取")
                allowed = Both(
                    "plain text and (a|b|), not one inside another, 4000 readings", "普通文字与 (a|b|)，不可嵌套，至多 4000 种写法"
                )
                self._bad(raw, what, allowed)
        return tuple(dict.fromkeys(found))

    def _expressions(self, raw: Raw, row: dict[str, Any], key: str) -> tuple[re.Pattern[str], ...]:
        found = []
        for text in self._texts(raw, row, key):
            allowed = Both(
                "repetition of single characters with an upper limit, as [0-9]{1,9}", "只可对单个字符作有上限的重复，如 [0-9]{1,9}"
            )
            if _UNBOUNDED.search(text):
                self._bad(raw, Both(f"{key} {text} has no limit", f"{key} 的 {text} 没有上限"), allowed)
                continue
            try:
                said = _HONEST + text.replace("<not>", _GAP) if "<not>" in text else text
                found.append(re.compile(said.translate(self._alike)))
            except re.error as error:
                self._bad(raw, Both(f"{key} {text}: {error}", f"{key} 的 {text}：{error}"), allowed)
        return tuple(found)

    def _characters(self, raw: Raw, row: dict[str, Any]) -> re.Pattern[str] | None:
        ranges = []
        for text in self._texts(raw, row, "characters"):
            found = _RANGE.fullmatch(text)
            if found is None:
                self._bad(raw, Both(f"characters holds {text}", f"characters 含有 {text}"), "U+202A, U+202A-U+202E")
                continue
            first, last = int(found[1], 16), int(found[2] or found[1], 16)
            ranges.append(f"{re.escape(chr(first))}-{re.escape(chr(last))}")
        return re.compile(f"[{''.join(ranges)}]{{1,64}}") if ranges else None

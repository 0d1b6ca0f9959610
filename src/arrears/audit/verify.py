"""Verify an export of an audit log, trusting nobody: `python verify.py EXPORT [--key VKEY] [--checkpoint FILE]`.

This file works alone, copied anywhere: standard library and `cryptography`, no database, no network, nothing else of ours. The log itself
writes by it: canonical JSON (RFC 8785), Merkle tree (RFC 6962), signed notes and checkpoints (C2SP).
Exit codes: 0 everything holds, 1 it cannot be read, 2 wrong usage, 3 something is wrong, and the first wrong thing is named.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LEAF_MAX, NOTE_MAX, RECORD = 65_536, 65_536, 65  # bytes: a leaf, a note, a line of hashes.txt
WHOLE_MAX = 2**53  # beyond it, readers that know only doubles lose digits
ED25519 = 1
OPENED, ROTATED = "log_opened", "key_rotated"  # the kinds of leaf that name keys
HASH = re.compile(rb"[0-9a-f]{64}\n")

SAYS = {
    "utf8": ("不是有效的 UTF-8", "it is not valid UTF-8"),
    "deep": ("嵌套过深", "it is nested too deep"),
    "json": ("不是有效的 JSON：{why}", "it is not valid JSON: {why}"),
    "whole": ("整数超出 ±2^53", "a whole number is beyond 2^53"),
    "fraction": ("不允许小数或特殊数值：{text}", "fractions and special numbers are not allowed: {text}"),
    "twice": ("同一个键出现两次", "a key stands twice"),
    "surrogate": ("含有孤立的代理码位", "it holds a lone surrogate"),
    "form": ("不是规范形式（RFC 8785）的对象", "it is no object in canonical form (RFC 8785)"),
    "private": ("这是私钥；此处只要公钥（vkey）", "this is a private key; only the public one (vkey) belongs here"),
    "vkey": ("不是 vkey（名称+编号+base64）；RSA、PEM 不能使用", "it is no verifier key (name+id+base64); RSA or PEM is of no use here"),
    "ed25519": ("不是 Ed25519 密钥（类型 {kind}，{size} 字节）", "it is no Ed25519 key (type {kind}, {size} bytes)"),
    "key_id": ("密钥编号 {told} 与其名称和内容不符", "the key id {told} does not follow from its name and bytes"),
    "note": ("不是签名文书（正文、空行、签名行）", "it is no signed note (text, empty line, signature lines)"),
    "point": ("不是检查点（来源、叶数、根）", "it is no checkpoint (origin, size, root)"),
    "signature": ("{size} 条的检查点：密钥 {key} 的签名不成立", "checkpoint of {size} leaves: the signature of key {key} does not verify"),
    "unsigned": ("{size} 条的检查点缺少密钥 {key} 的签名", "checkpoint of {size} leaves lacks the signature of key {key}"),
    "lines": ("{size} 条的检查点：签名次序不对", "checkpoint of {size} leaves: its signatures are out of order"),
    "of": ("{size} 条的检查点属于 {told}，不是 {origin}", "checkpoint of {size} leaves is of {told}, not of {origin}"),
    "named": ("{name}：{zh}", "{name}: {en}"),
    "order": ("第 {number} 个检查点缺失、重复或次序不对：{name}", "checkpoint {number} is missing, repeated or out of order: {name}"),
    "file": ("导出不完整：缺少 {name}", "the export is not whole: {name} is missing"),
    "live": (
        "这是日志本身，不是导出；先运行 arrears audit export",
        "this is the log itself, not an export: run arrears audit export first",
    ),
    "leaf": ("叶 {leaf}：{zh}", "leaf {leaf}: {en}"),
    "changed": ("叶 {leaf} 与签名时不同", "leaf {leaf} is not what was signed"),
    "cut": ("叶 {leaf} 被截断或过长", "leaf {leaf} is cut or too long"),
    "missing": ("叶 {leaf} 缺失", "leaf {leaf} is missing"),
    "short": ("叶 {leaf} 缺失：应有 {size} 条", "leaf {leaf} is missing: there should be {size}"),
    "empty": ("导出是空的：没有任何叶", "the export is empty: it holds no leaf"),
    "record": ("hashes.txt 第 {leaf} 条不对；叶本身成立", "record {leaf} of hashes.txt is wrong; the leaf itself holds"),
    "both": (
        "叶 {leaf} 至 {last} 之间有叶连同其哈希被改：根不是签名的根",
        "between leaf {leaf} and leaf {last} a leaf was changed together with its hash: the root is not the signed one",
    ),
    "open": ("自叶 {leaf} 起没有检查点签名", "from leaf {leaf} on no checkpoint signs for them"),
    "rotation": ("密钥的更替不成立", "this key does not follow from the log before it"),
    "keys": ("keys.txt 与日志中记录的密钥不同", "keys.txt differs from the keys that the log tells of"),
    "stranger": ("签名的密钥不是您给出的密钥", "it is not signed by the key you gave"),
    "held_of": ("您保存的检查点属于 {told}", "the checkpoint you kept is of {told}"),
    "held_key": ("您保存的检查点不是由此日志当时的密钥签名", "no key of this log at that size signed the checkpoint you kept"),
    "held_size": (
        "叶 {leaf} 缺失：您保存的检查点已有 {size} 条",
        "leaf {leaf} is missing: the checkpoint you kept has {size} leaves",
    ),
    "fork": (
        "分叉（FORK）：同一来源在 {size} 条时有两个签名的根，任何一致性证明都无法连接",
        "FORK: the same origin has signed two roots at {size} leaves, which no consistency proof joins",
    ),
}


class AuditError(Exception):
    """Something about a log, a leaf, a key or an export that does not hold; `leaf` is the first wrong leaf where one can be named."""

    def __init__(self, zh: str, en: str, leaf: int | None = None, code: str = "") -> None:
        super().__init__(f"{zh}\n{en}")
        self.zh, self.en, self.leaf, self.code = zh, en, leaf, code


def no(code: str, **facts: Any) -> AuditError:
    """What does not hold, by its name in `SAYS`."""
    zh, en = SAYS[code]
    return AuditError(zh.format(**facts), en.format(**facts), facts.get("leaf"), code)


# -- canonical JSON: RFC 8785 for strings, whole numbers within 2^53, booleans, null, arrays, objects -----------------


def parse(line: bytes) -> Any:
    """The value of one JSON text. AuditError for what the log does not know: fractions, NaN, a key twice, broken UTF-8."""
    try:
        return _DECODER.decode(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise no("utf8") from None
    except RecursionError:
        raise no("deep") from None
    except ValueError as error:
        raise no("json", why=error) from None


def whole(text: str) -> int:
    """A whole number that every reader of JSON holds exactly."""
    if len(text) > 17 or abs(int(text)) > WHOLE_MAX:
        raise no("whole")
    return int(text)


def _fraction(text: str) -> Any:
    raise no("fraction", text=text[:40])


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise no("twice")
    return told


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_float=_fraction, parse_int=whole, parse_constant=_fraction)
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False)
_BEYOND = re.compile(rb"[\xf0-\xf4]")


def written(value: Any) -> bytes:
    """The one byte form of a parsed value."""
    try:
        told = _ENCODER.encode(value).encode("utf-8")
        # code points and UTF-16 units sort alike until a character beyond the first plane stands in a key
        return _by_units(value).encode("utf-8") if _BEYOND.search(told) else told
    except UnicodeEncodeError:
        raise no("surrogate") from None


def _by_units(value: Any) -> str:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{_ENCODER.encode(key)}:{_by_units(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_by_units, value)) + "]"
    return _ENCODER.encode(value)


# -- the tree: RFC 6962 ------------------------------------------------------------------------------------------------


def leaf_hash(data: bytes) -> bytes:
    """Hash of a leaf."""
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """A tree that grows leaf by leaf and remembers only the whole subtrees at its right edge."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        self.size, self.peaks = size, list(peaks)

    def add(self, leaf: bytes) -> None:
        """Put the hash of the next leaf in."""
        self.size += 1
        peaks, rest = self.peaks, self.size
        while not rest & 1:
            leaf, rest = node_hash(peaks.pop(), leaf), rest >> 1
        peaks.append(leaf)

    def root(self) -> bytes:
        """Hash of the whole tree."""
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


# -- keys, signed notes, checkpoints: C2SP -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """A public Ed25519 key under its name."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that stand before each signature."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([ED25519]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([ED25519]) + self.public).decode()}"


def read_key(text: str) -> Key:
    """The key of a verifier key `name+id+base64`. AuditError says what is wrong with it."""
    if "PRIVATE" in text:
        raise no("private")
    name, _, rest = text.strip().partition("+")
    told, _, coded = rest.partition("+")
    data = unbase(coded)
    if not is_name(name) or len(told) != 8 or not data:
        raise no("vkey")
    if data[0] != ED25519 or len(data) != 33:
        raise no("ed25519", kind=data[0], size=len(data))
    key = Key(name, data[1:])
    if key.id.hex() != told:
        raise no("key_id", told=told)
    return key


def is_name(text: str) -> bool:
    """May a key be called so: not empty, no space, no plus, no control character."""
    return bool(text) and "+" not in text and not any(each.isspace() or ord(each) < 32 for each in text)


def unbase(text: str) -> bytes:
    """The bytes of base64 in its one form, or nothing."""
    try:
        data = base64.b64decode(text.encode(), validate=True)
    except ValueError:
        return b""
    return data if base64.b64encode(data).decode() == text else b""


@dataclass(frozen=True)
class Checkpoint:
    """A signed statement: the log of `origin` has `size` leaves and this root. `signatures`: name, key id, signature."""

    origin: str
    size: int
    root: bytes
    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    def is_signed_by(self, key: Key) -> bool:
        """Does a line of this key verify. AuditError where one of its lines does not: then the whole note is worth nothing."""
        mine = [data for name, id_, data in self.signatures if (name, id_) == (key.name, key.id)]
        for data in mine:
            try:
                Ed25519PublicKey.from_public_bytes(key.public).verify(data, self.text.encode())
            except InvalidSignature:
                raise no("signature", size=self.size, key=key.id.hex()) from None
        return bool(mine)


def read_note(data: bytes) -> tuple[str, tuple[tuple[str, bytes, bytes], ...]]:
    """Text and signature lines of a signed note, none of them verified yet."""
    text, gap, rest = data.decode("utf-8", errors="replace").rpartition("\n\n")
    lines = [line.split(" ") for line in rest.split("\n")]
    signed = tuple((line[1], unbase(line[2])[:4], unbase(line[2])[4:]) for line in lines[:-1] if len(line) == 3)
    ends = len(signed) == len(lines) - 1 and lines[-1] == [""] and all(line[0] == "—" for line in lines[:-1])
    ends = ends and len({each[:2] for each in signed}) == len(signed)
    clean = not any((ord(each) < 32 and each != "\n") or each == "\ufffd" for each in text + rest)
    if len(data) > NOTE_MAX or not (gap and signed and ends and clean and all(is_name(name) and sig for name, _, sig in signed)):
        raise no("note")
    return text + "\n", signed


def read_checkpoint(data: bytes) -> Checkpoint:
    """A checkpoint in the form of C2SP tlog-checkpoint; who signed it is for `is_signed_by`."""
    text, signatures = read_note(data)
    origin, size, root, *more = [*text[:-1].split("\n"), "", ""][: max(3, text.count("\n"))]
    if not origin or not re.fullmatch(r"0|[1-9][0-9]{0,17}", size) or len(unbase(root)) != 32 or "" in more:
        raise no("point")
    return Checkpoint(origin, int(size), unbase(root), text, signatures)


# -- an export ---------------------------------------------------------------------------------------------------------


@dataclass
class Report:
    """What was checked: `told` in Chinese and English, `wrong` the first thing that does not hold."""

    origin: str = ""
    size: int = 0
    root: str = ""
    checkpoints: int = 0
    keys: list[str] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)
    wrong: AuditError | None = None

    def lines(self, locale: str) -> list[str]:
        """What was checked and what is wrong, in one language."""
        last = self.wrong or AuditError("全部成立", "everything holds")
        wrong = ("不成立：", "wrong: ") if self.wrong else ("", "")
        before = [(f"前 {self.size} 条有检查点证明", f"the first {self.size} leaves are proved by a checkpoint")]
        told = [*(self.told or before * bool(self.size)), (wrong[0] + last.zh, wrong[1] + last.en)]
        return [each[0 if locale == "zh" else 1] for each in told]


def verify(export: Path, held: bytes | None = None, trusted: Sequence[str] = ()) -> Report:
    """Check an export against itself, a checkpoint kept from before, and keys known from elsewhere."""
    report = Report()
    try:
        old = None if held is None else read_checkpoint(held)
        _Walk(export, report, [read_key(each) for each in trusted], old).run()
    except AuditError as error:
        report.wrong = error
    return report


class _Walk:
    """One pass over the leaves: every leaf against its hash, every checkpoint against the tree so far and the keys of its time."""

    def __init__(self, folder: Path, report: Report, trusted: list[Key], held: Checkpoint | None) -> None:
        self.folder, self.report, self.trusted, self.held = folder, report, trusted, held
        self.leaves = self.hashes = Tree()  # one tree until a leaf and its hash differ
        self.at = self.good = 0  # leaves looked at, leaves that a checkpoint has proved
        self.first: AuditError | None = None  # what is said of the leaf at which they differ
        self.keys: list[Key] = []  # since the log began
        self.signers: list[Key] = []  # who must sign the next checkpoint
        self.then: tuple[bytes, list[Key]] | None = None  # root and keys at the size of the held checkpoint

    def run(self) -> None:
        """Walk to the end; AuditError at the first thing that does not hold."""
        if (self.folder / "HEAD").exists():
            raise no("live")
        points = _checkpoints(self.folder)
        try:
            with (self.folder / "leaves.jsonl").open("rb") as leaves, (self.folder / "hashes.txt").open("rb") as hashes:
                while (pair := (leaves.readline(LEAF_MAX + 2), hashes.readline(RECORD))) != (b"", b""):
                    self._step(*pair)
                    if points and points[0].size == self.at:
                        self._point(points.pop(0))
            self._end(points, (self.folder / "keys.txt").read_bytes())
        except FileNotFoundError as error:
            raise no("file", name=Path(str(error.filename)).name) from None

    def _step(self, line: bytes, record: bytes) -> None:
        leaf = leaf_hash(line[:-1]) if line[-1:] == b"\n" else None
        told = bytes.fromhex(record[:-1].decode()) if HASH.fullmatch(record) else None
        if self.first is None and leaf is not None and leaf == told:
            self._content(line[:-1])
            self.leaves.add(leaf)
            self.at += 1
            if self.held and self.held.size == self.at:
                self.then = self.leaves.root(), self.signers
            return
        if self.first is None:
            self.first = no("changed" if leaf else "cut" if line else "missing", leaf=self.at)
            self.hashes = Tree(self.at, self.leaves.peaks)
        self.at += 1
        for tree, each in ((self.leaves, leaf), (self.hashes, told)):
            if each is not None:
                tree.add(each)

    def _content(self, data: bytes) -> None:
        try:
            told = parse(data)
            if not isinstance(told, dict) or written(told) != data:
                raise no("form")
            if told.get("kind") in (OPENED, ROTATED) or not self.at:
                self._key(told)
        except AuditError as error:
            raise no("leaf", leaf=self.at, zh=error.zh, en=error.en) from None

    def _key(self, told: dict[str, Any]) -> None:
        opens = self.at == 0
        key = read_key(str(told.get("key" if opens else "new")))
        follows = told.get("origin") == key.name if opens else (told.get("old"), self.report.origin) == (str(self.keys[-1]), key.name)
        if told.get("kind") != (OPENED if opens else ROTATED) or not follows or key in self.keys:
            raise no("rotation")
        self.report.origin = key.name
        self.keys.append(key)
        self.signers = [*self.signers, key]

    def _point(self, point: Checkpoint) -> None:
        size, origin = point.size, self.report.origin
        leaves, hashes = ((tree.size, tree.root()) == (size, point.root) for tree in (self.leaves, self.hashes))
        if self.first and (hashes or leaves):
            raise self.first if hashes else no("record", leaf=self.first.leaf)
        if origin not in ("", point.origin):
            raise no("of", size=size, told=point.origin, origin=origin)
        for key in self.signers:
            if not point.is_signed_by(key):
                raise no("unsigned", size=size, key=key.id.hex())
        ids = [key.id for key in self.signers]
        if [id_ for name, id_, _ in point.signatures if name == origin and id_ in ids] != ids:
            raise no("lines", size=size)
        if not leaves:
            raise no("both", leaf=self.good, last=size - 1)
        self.good, self.signers = size, self.signers[-1:]
        self.report.size, self.report.root, self.report.checkpoints = size, point.root.hex(), self.report.checkpoints + 1

    def _end(self, points: list[Checkpoint], listed: bytes) -> None:
        self.report.keys = [str(key) for key in self.keys]
        if self.first:
            raise self.first
        if points:
            raise no("short", leaf=self.at, size=points[0].size)
        if self.good < self.at or not self.at:
            raise no("open", leaf=self.good) if self.at else no("empty")
        if listed != "".join(f"{key}\n" for key in self.keys).encode():
            raise no("keys")
        self._tell()

    def _tell(self) -> None:
        size, count, ids = self.good, self.report.checkpoints, ", ".join(key.id.hex() for key in self.keys)
        told = self.report.told
        told += [(f"日志 {self.report.origin}", f"log {self.report.origin}")]
        told += [
            (f"{size} 条叶，每条都与其哈希相符", f"{size} leaves, each agrees with its hash"),
            (f"根 {self.report.root}", f"root {self.report.root}"),
        ]
        told += [(f"{count} 个检查点，由密钥 {ids} 签名", f"{count} checkpoints, signed by key {ids}")]
        if self.trusted and not set(self.trusted) & set(self.keys):
            raise no("stranger")
        if self.trusted:
            told += [("您给出的密钥在其中", "the key you gave is among them")]
        else:
            told += [
                (
                    "注意：密钥取自导出本身；请用 --key 给出另行得知的密钥",
                    "note: these keys are the export's own; give a known one with --key",
                )
            ]
        if self.held:
            self._held(self.held)
            told += [(f"与您保存的 {self.held.size} 条的检查点一致", f"consistent with the checkpoint of {self.held.size} leaves you kept")]

    def _held(self, held: Checkpoint) -> None:
        root, signers = self.then or (b"", self.keys)
        if held.origin != self.report.origin:
            raise no("held_of", told=held.origin)
        if not any([held.is_signed_by(key) for key in signers]):  # noqa: C419 - a line of any key that does not verify counts
            raise no("held_key")
        if held.size > self.good:
            raise no("held_size", leaf=self.good, size=held.size)
        if root != held.root:
            raise no("fork", size=held.size)


def _checkpoints(folder: Path) -> list[Checkpoint]:
    found: list[Checkpoint] = []
    for number, path in enumerate(sorted((folder / "checkpoints").glob("*")), start=1):
        try:
            point = read_checkpoint(path.read_bytes())
        except AuditError as error:
            raise no("named", name=path.name, zh=error.zh, en=error.en) from None
        if path.name != f"{number:06d}-{point.size}.note" or point.size <= (found[-1].size if found else 0):
            raise no("order", number=number, name=path.name)
        found.append(point)
    return found


def main(words: Sequence[str]) -> int:
    """Verify what the command line names; prints what holds and what does not."""
    told = argparse.ArgumentParser(prog="verify.py", description=(__doc__ or "").split("\n", maxsplit=1)[0])
    told.add_argument("export", type=Path, help="folder of an export")
    told.add_argument("--checkpoint", type=Path, help="a checkpoint kept from before")
    told.add_argument("--key", action="append", default=[], help="verifier key known from elsewhere")
    told.add_argument("--locale", choices=["zh", "en"], default="en" if os.environ.get("LANG", "").startswith("en") else "zh")
    asked = told.parse_args(words)
    try:
        report = verify(asked.export, asked.checkpoint and asked.checkpoint.read_bytes(), asked.key)
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}\n")
        return 1
    sys.stdout.buffer.write(("\n".join(report.lines(asked.locale)) + "\n").encode())
    return 3 if report.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

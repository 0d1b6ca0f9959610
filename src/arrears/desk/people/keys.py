"""The keys of personal data: where they come from, which one writes, and that they are those the data was written with.

    ARREARS_FIELD_KEYS    the keys, separated by blanks, commas or lines; otherwise the file field.keys (mode 0600) of the data folder

One entry is `NUMBER:BASE64`, a key of 32 bytes with a number from 1 to 255; the highest number writes, the others still read.
`index:BASE64` is the key of the blind indexes. It never changes without rewriting them, and must not lie in the database or its backup:
the numbers of a country's telephones are few, and whoever has this key can try them all.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

VARIABLE = "ARREARS_FIELD_KEYS"
FILE = "field.keys"
KEY_BYTES = 32
HIGHEST = 255
INDEX = 0  # its number among the marks


class KeyProblem(Exception):
    """Personal data cannot be read or written with the keys at hand. Nothing was half read.

    Parameters
    ----------
    zh, en : what is wrong and what to do, in both languages; no key, no data
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Ring:
    """The keys of an installation.

    Attributes
    ----------
    keys : by number
    index : of the blind indexes
    """

    keys: dict[int, bytes] = field(repr=False)
    index: bytes = field(repr=False)

    @property
    def current(self) -> int:
        """Number of the key that writes."""
        return max(self.keys)

    def mark(self, number: int) -> bytes:
        """Sixteen bytes by which a key is known again and not found out."""
        return hmac.digest(self.index if number == INDEX else self.keys[number], b"arrears key mark", "sha256")[:16]

    @property
    def marks(self) -> dict[int, bytes]:
        """The mark of each key, that of the index too."""
        return {number: self.mark(number) for number in (INDEX, *self.keys)}


def read(text: str, where: str) -> Ring:
    """The ring a text holds; KeyProblem names the entry that is wrong (by its number, never its content)."""
    keys: dict[int, bytes] = {}
    index = b""
    lines = [line.split("#", 1)[0] for line in text.splitlines()]
    for place, entry in enumerate(" ".join(lines).replace(",", " ").split(), 1):
        name, _, told = entry.partition(":")
        key = _bytes(told)
        number = int(name) if name.isascii() and name.isdigit() else -1
        if len(key) != KEY_BYTES or not (name == "index" or 1 <= number <= HIGHEST) or number in keys or (name == "index" and index):
            raise KeyProblem(
                f"{where} 的第 {place} 项无法使用：应为“编号:BASE64”（编号 1 至 {HIGHEST}，不得重复，密钥 {KEY_BYTES} 字节）"
                "或“index:BASE64”",
                f"entry {place} of {where} cannot be used; allowed: NUMBER:BASE64 with a number from 1 to {HIGHEST}, each once, and a "
                f"key of {KEY_BYTES} bytes, or index:BASE64",
            )
        if name == "index":
            index = key
        else:
            keys[number] = key
    if not keys or not index:
        lacks = "编号:BASE64" if not keys else "index:BASE64"
        raise KeyProblem(f"{where} 缺少 {lacks}", f"{where} lacks {'NUMBER:BASE64' if not keys else 'index:BASE64'}")
    return Ring(keys, index)


def of(root: Path) -> Ring:
    """The ring of an installation: the environment, else its file. KeyProblem where there is neither, or others may read the file."""
    told = os.environ.get(VARIABLE, "").strip()
    if told:
        return read(told, VARIABLE)
    path = root / FILE
    if not path.exists():
        raise KeyProblem(
            f"没有个人信息密钥：请设置环境变量 {VARIABLE}，或用 arrears desk keys 生成（试用时 --demo 会自动生成 {FILE}）",
            f"there is no key for personal data: set {VARIABLE}, or make one with: arrears desk keys (a --demo makes {FILE} by itself)",
        )
    if path.stat().st_mode & 0o077:
        raise KeyProblem(
            f"{FILE} 可被他人读取，不予使用；请执行 chmod 600", f"{FILE} can be read by others and is not used; run: chmod 600 {path}"
        )
    return read(path.read_text(), FILE)


def stamp(root: Path) -> int:
    """Changes when the file does; 0 where the keys come from the environment, which does not change while a process runs."""
    if os.environ.get(VARIABLE):
        return 0
    try:
        return os.stat(_place(root)).st_mtime_ns  # noqa: PTH116 asked for each value: a path object costs more than the answer
    except FileNotFoundError:
        return -1


@lru_cache(maxsize=8)
def _place(root: Path) -> str:
    return str(root / FILE)


def fresh(number: int | None) -> str:
    """A new entry; None: of the blind indexes."""
    return f"{'index' if number is None else number}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def provide(root: Path) -> bool:
    """Make the file where neither it nor the variable is there. True where it was made."""
    path = root / FILE
    if os.environ.get(VARIABLE, "").strip() or path.exists():
        return False
    root.mkdir(parents=True, exist_ok=True)
    write(root, f"{fresh(None)}\n{fresh(1)}\n", first=True)
    return True


def add(root: Path) -> int:
    """Add a key to the file, which then writes; returns its number. KeyProblem where the keys come from the environment or none is left."""
    if os.environ.get(VARIABLE, "").strip():
        raise KeyProblem(
            f"密钥来自环境变量 {VARIABLE}：请在其中加入一个编号更大的密钥，重启后再执行",
            f"the keys come from {VARIABLE}: add one with a higher number there, start the Desk again, then run this again",
        )
    ring = of(root)
    number = ring.current + 1
    if number > HIGHEST:
        raise KeyProblem(f"编号已用到 {HIGHEST}", f"the numbers up to {HIGHEST} are used up")
    write(root, (root / FILE).read_text().rstrip("\n") + f"\n{fresh(number)}\n")
    return number


def write(root: Path, text: str, first: bool = False) -> None:
    """Put the file there whole, for its owner only; with `first`, whoever was quicker wins."""
    beside = root / f".{FILE}.{os.getpid()}"
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if not first:
        beside.replace(root / FILE)
        return
    try:
        os.link(beside, root / FILE)
    except FileExistsError:
        pass
    finally:
        beside.unlink()


def _bytes(told: str) -> bytes:
    try:
        return base64.b64decode(told, validate=True)
    except (binascii.Error, ValueError):
        return b""

"""Personal data at rest: `version, key number, nonce, AES-256-GCM`, bound to its table, column and row. And blind indexes of it.

A value moved to another row or column is refused, and so is one whose key is not at hand: KeyProblem, never a part of it. `seal`,
`unseal` are also the cipher of second factors (`sign_in`).
"""

from __future__ import annotations

import base64
import hmac
import os
import threading
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from arrears.desk.people import keys
from arrears.desk.people.keys import KeyProblem, Ring

VERSION = 1
NONCE = 12
HEAD = 2 + NONCE
MARK_BYTES = 16
_LOCK = threading.Lock()
_held: dict[str, Any] = {}


def ring() -> Ring:
    """The keys of this process, compared once with the marks of those that the data was written with."""
    held: Ring | None = _held.get("ring")
    if held is not None and keys.stamp(settings.PLACES.root) != _held.get("stamp"):
        forget()  # a key was added to the file: every process writes with it from now on
        held = None
    if held is None:
        with _LOCK:
            stamp = keys.stamp(settings.PLACES.root)
            held = keys.of(settings.PLACES.root)
            _compare(held)
            _held["stamp"] = stamp
            _held["ring"] = held
    return held


def forget() -> None:
    """Read the keys anew at the next use: they were changed."""
    _held.clear()


def _cipher(number: int) -> AESGCM:
    made: AESGCM | None = _held.get(f"cipher {number}")
    if made is not None:
        return made
    if number not in ring().keys:
        raise KeyProblem(
            f"缺少第 {number} 号密钥，这些个人信息无法读取",
            f"key number {number} is not at hand, and the data was written with it; put it back",
        )
    made = _held[f"cipher {number}"] = AESGCM(ring().keys[number])
    return made


def close(text: str, column: str, pk: UUID | str) -> bytes:
    """Encrypt a text for a row.

    Parameters
    ----------
    text : in clear
    column : `table.column`
    pk : of the row; it has to be known before the row is written

    Returns
    -------
    version, key number, nonce (12 bytes), cipher text with its tag
    """
    number = ring().current
    nonce = os.urandom(NONCE)
    return bytes([VERSION, number]) + nonce + _cipher(number).encrypt(nonce, text.encode(), f"{column}:{pk}".encode())


def open_(data: bytes | memoryview, column: str, pk: UUID | str) -> str:
    """The clear text of a row's value; KeyProblem where the key is missing or another one, or the value was moved or changed."""
    raw = bytes(data)
    if len(raw) < HEAD or raw[0] != VERSION:
        raise KeyProblem(f"{column} 的值不是本系统加密的", f"a value of {column} was not encrypted by this program")
    try:
        return _cipher(raw[1]).decrypt(raw[2:HEAD], raw[HEAD:], f"{column}:{pk}".encode()).decode()
    except InvalidTag:
        raise KeyProblem(
            f"{column} 的一个值打不开：第 {raw[1]} 号密钥不对，或该值被移动、改动过",
            f"a value of {column} does not open: key number {raw[1]} is another one, or the value was moved or changed",
        ) from None


def key_number(data: bytes | memoryview) -> int:
    """Number of the key a value was written with."""
    return bytes(data[1:2])[0]


def blind(kind: str, normal: str) -> bytes:
    """The blind index of a normalised value (`normal.py`): equal values of one kind have equal indexes, and nothing else is told."""
    return hmac.digest(ring().index, f"{kind}\0{normal}".encode(), "sha256")[:MARK_BYTES]


def seal(text: str) -> str:
    """Encrypt the secret of a second factor."""
    return base64.b64encode(close(text, "mfa_authenticator.data", "-")).decode()


def unseal(sealed: str) -> str:
    """The secret in clear; KeyProblem as for `open_`."""
    return open_(raw_of(sealed), "mfa_authenticator.data", "-")


def raw_of(sealed: str) -> bytes:
    """The bytes of a sealed second factor; ValueError for what is none."""
    return base64.b64decode(sealed, validate=True)


def _compare(held: Ring) -> None:
    """Refuse keys that are not those of before; write down the marks of new ones."""
    from arrears.desk.people.models import KeyMark

    known = {each.number: bytes(each.mark) for each in KeyMark.objects.all()}
    for number, mark in held.marks.items():
        if number in known and known[number] != mark:
            name = "index" if number == keys.INDEX else str(number)
            raise KeyProblem(
                f"{name} 号密钥与写入数据时所用的不同，未读取任何内容",
                f"key {name} is not the one that the data was written with; nothing was read. Give the right one",
            )
    KeyMark.objects.bulk_create([KeyMark(number=n, mark=m) for n, m in held.marks.items() if n not in known], ignore_conflicts=True)

"""Pseudonyms of borrowers: keyed, the same within one project, of no use in another (and none without a key)."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping
from functools import cache
from typing import Any

import ibis
import ibis.expr.datatypes as types
import pyarrow as pa

KEY = "ARREARS_PSEUDONYM_KEY"
_SHORTEST = 16  # bytes: a shorter key could be found by trying
_LENGTH = 32  # hex digits kept: 128 bits, so that two borrowers never meet


def project_key(project: str, environment: Mapping[str, str] = os.environ) -> bytes:
    """Key of one project, from the key in the environment.

    Errors: ValueError for an empty project, and for a key that is missing or shorter than 16 bytes.
    """
    if not project.strip():
        raise ValueError("a project needs a name: pseudonyms are stable within it and nowhere else")
    secret = environment.get(KEY, "").encode()
    if len(secret) < _SHORTEST:
        raise ValueError(f"pseudonyms need a key: set {KEY} to {_SHORTEST} or more random characters, and keep it where the Book is kept")
    return hmac.digest(secret, project.encode(), hashlib.sha256)


def pseudonym(key: bytes, person: str) -> str:
    """The pseudonym of one borrower under a project's key."""
    return hmac.new(key, person.encode(), hashlib.sha256).hexdigest()[:_LENGTH]


@cache
def pseudonyms(key: bytes) -> Any:
    """A function of Ibis columns: pseudonyms of borrower numbers, empty where a tape has none.

    The key stays in this process: it is in no SQL text, and its digest alone names the function.
    """

    def named(people: pa.Array) -> pa.Array:
        return pa.array([pseudonym(key, person) if person else "" for person in people.to_pylist()], pa.string())

    name = f"pseudonym_{hashlib.sha256(key).hexdigest()[:12]}"
    return ibis.udf.scalar.pyarrow(named, name=name, signature=((types.string,), types.string))

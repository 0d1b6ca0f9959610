"""Personal data in a log that never forgets: a keyed hash of each value, the key (a salt a person) kept apart and erasable.

Whoever holds the salt and the value can show that a leaf speaks of it. Once the salt is erased nobody can, not by trying every telephone
number there is either, and the log still verifies.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from arrears.audit.verify import AuditError

SALT_BYTES = 32
_SUBJECT = re.compile(r"[A-Za-z0-9_.-]{1,100}")


def sealed(value: str, salt: bytes) -> str:
    """`sealed:` and the HMAC-SHA-256 of a value under a person's salt, in hex. AuditError for a salt that is not 32 bytes."""
    if len(salt) != SALT_BYTES:
        raise AuditError(f"盐须为 {SALT_BYTES} 字节", f"a salt has {SALT_BYTES} bytes")
    return "sealed:" + hmac.digest(salt, value.encode(), "sha256").hex()


class Salts:
    """A folder of salts, one file a person, never inside a log or an export.

    Parameters
    ----------
    folder : made when first needed, for its owner only
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def of(self, subject: str) -> bytes:
        """The salt of a person (an internal id), made when first asked for."""
        path = self._path(subject)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            fresh = self.folder / f".{subject}.{secrets.token_hex(8)}"
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(SALT_BYTES))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):  # another process was quicker: its salt counts
                path.hardlink_to(fresh)
            fresh.unlink()
            _sync(self.folder)
        return path.read_bytes()

    def erase(self, subject: str) -> bool:
        """Forget a person's salt; True where there was one. Write the leaf `erasure` for it."""
        path = self._path(subject)
        if not path.exists():
            return False
        path.unlink()
        _sync(self.folder)
        return True

    def _path(self, subject: str) -> Path:
        if not _SUBJECT.fullmatch(subject) or subject.startswith("."):
            raise AuditError("人员编号只能含字母、数字和 _ . -", "the id of a person has letters, digits and _ . - only")
        return self.folder / subject


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""Private keys: made, kept in a file of their own outside the log, read, and used to sign notes.

A key file holds one line, the signer key of golang.org/x/mod/sumdb/note (`PRIVATE+KEY+name+id+base64`); made under a passphrase it holds
the verifier key and an encrypted PKCS #8 block instead. It belongs to its owner alone (mode 0600) and never lies in a log or an export.
"""

from __future__ import annotations

import base64
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from arrears.audit.verify import ED25519, AuditError, Key, is_name, read_key, unbase

_HEAD = "PRIVATE+KEY+"


@dataclass(frozen=True, repr=False)
class Signer:
    """A private key under its name; it never shows itself."""

    name: str
    private: Ed25519PrivateKey

    @classmethod
    def new(cls, name: str) -> Signer:
        """A fresh key. AuditError for a name with spaces or a plus."""
        if not is_name(name):
            raise AuditError(f"名称 {name!r} 不可用：不得为空，不得含空格或 +", f"{name!r} cannot be a name: no spaces, no plus, not empty")
        return cls(name, Ed25519PrivateKey.generate())

    @property
    def key(self) -> Key:
        """Its public half."""
        return Key(self.name, self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def secret(self) -> str:
        """The signer key in text: whoever has it signs in the name of the log."""
        raw = self.private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        return f"{_HEAD}{self.name}+{self.key.id.hex()}+{base64.b64encode(bytes([ED25519]) + raw).decode()}"

    def line(self, text: str) -> str:
        """The signature line of this key under a text that ends in a newline."""
        data = self.key.id + self.private.sign(text.encode())
        return f"— {self.name} {base64.b64encode(data).decode()}\n"


def signed(text: str, signers: list[Signer]) -> bytes:
    """A signed note."""
    return (text + "\n" + "".join(each.line(text) for each in signers)).encode()


def read_secret(text: str) -> Signer:
    """The key of a signer key in text. AuditError says what is wrong with it and never repeats it."""
    name, _, rest = text.strip().removeprefix(_HEAD).partition("+")
    told, _, coded = rest.partition("+")
    data = unbase(coded)
    if not text.startswith(_HEAD) or not is_name(name) or not data:
        raise AuditError("不是签名私钥（PRIVATE+KEY+…）", "it is no signer key (PRIVATE+KEY+...)")
    if data[0] != ED25519 or len(data) != 33:
        raise AuditError(f"私钥类型不是 Ed25519（类型字节 {data[0]}）", f"the private key is no Ed25519 key (type byte {data[0]})")
    signer = Signer(name, Ed25519PrivateKey.from_private_bytes(data[1:]))
    if signer.key.id.hex() != told:
        raise AuditError("私钥编号与其内容不符", "the id of the private key does not follow from it")
    return signer


def write_file(path: Path, signer: Signer, passphrase: str = "") -> None:
    """Make a key file, readable by its owner only, encrypted where there is a passphrase. AuditError where the file is there already."""
    text = f"{signer.secret()}\n".encode()
    if passphrase:
        how = BestAvailableEncryption(passphrase.encode())
        text = f"{signer.key}\n".encode() + signer.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)
    fresh = path.with_name(f".{path.name}.{signer.key.id.hex()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(fresh)  # never over a key that is there, and never half
    except FileExistsError:
        raise AuditError(f"{path} 已存在；密钥从不覆盖", f"{path} is there already; a key is never overwritten") from None
    finally:
        fresh.unlink()


def read_file(path: Path, passphrase: str = "") -> Signer:
    """The key of a key file. AuditError where others may read it, it is of another kind, or the passphrase does not open it."""
    if not path.is_file():
        raise AuditError(f"没有密钥文件 {path}", f"there is no key file {path}")
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise AuditError(f"{path} 他人可读；先运行 chmod 600 {path}", f"others may read {path}; first: chmod 600 {path}")
    text = path.read_bytes().decode(errors="replace")
    if "-----BEGIN" not in text:
        return read_secret(text)
    head, _, pem = text.partition("\n")
    if head.startswith("-----"):
        raise AuditError(f"{path} 是 PEM 密钥，不是本日志的密钥文件", f"{path} is a PEM key, not a key file of a log")
    key = read_key(head)
    try:
        private = load_pem_private_key(pem.encode(), passphrase.encode() or None)
    except (ValueError, TypeError):
        raise AuditError(
            f"口令（ARREARS_AUDIT_PASSPHRASE）打不开 {path}", f"the passphrase (ARREARS_AUDIT_PASSPHRASE) does not open {path}"
        ) from None
    if not isinstance(private, Ed25519PrivateKey) or Signer(key.name, private).key != key:
        raise AuditError(f"{path} 中的私钥与其公钥不符", f"the private key in {path} does not belong to its public key")
    return Signer(key.name, private)

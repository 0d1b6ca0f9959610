"""Key files: for their owner only, under a passphrase where there is one, never overwritten, never shown."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ed448, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from arrears.audit.keys import Signer, read_file, write_file
from arrears.audit.tests.logs import ORIGIN
from arrears.audit.verify import AuditError

PKCS8 = (Encoding.PEM, PrivateFormat.PKCS8)


@pytest.fixture
def signer():
    return Signer.new(ORIGIN)


@pytest.mark.parametrize("passphrase", ["", "correct horse", "口令"])
def test_a_key_comes_back_from_its_file(passphrase, signer, tmp_path):
    write_file(tmp_path / "key", signer, passphrase)
    assert read_file(tmp_path / "key", passphrase).secret() == signer.secret()
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_under_a_passphrase_the_secret_is_not_in_the_file(signer, tmp_path):
    write_file(tmp_path / "key", signer, "correct horse")
    text = (tmp_path / "key").read_text()
    assert text.startswith(f"{signer.key}\n-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    assert signer.secret().split("+", 4)[4] not in text


@pytest.mark.parametrize("passphrase", ["", "wrong"])
def test_a_wrong_passphrase_opens_nothing(passphrase, signer, tmp_path):
    write_file(tmp_path / "key", signer, "correct horse")
    with pytest.raises(AuditError, match="does not open"):
        read_file(tmp_path / "key", passphrase)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_key_that_others_may_read_is_not_used(mode, signer, tmp_path):
    write_file(tmp_path / "key", signer)
    (tmp_path / "key").chmod(mode)
    with pytest.raises(AuditError, match="chmod 600"):
        read_file(tmp_path / "key")


def test_a_key_is_never_overwritten(signer, tmp_path):
    write_file(tmp_path / "key", signer)
    with pytest.raises(AuditError, match="never overwritten"):
        write_file(tmp_path / "key", Signer.new(ORIGIN))
    assert read_file(tmp_path / "key").key == signer.key


def test_no_key_file_is_said(tmp_path):
    with pytest.raises(AuditError, match="no key file"):
        read_file(tmp_path / "key")


def other_keys(signer):
    """Key files that are something else: an RSA key, one under our head, another curve, a stranger's key under our head."""
    under = BestAvailableEncryption(b"p")
    large, curve = rsa.generate_private_key(65537, 2048), ed448.Ed448PrivateKey.generate()
    head = f"{signer.key}\n".encode()
    return [
        (large.private_bytes(*PKCS8, NoEncryption()), "PEM key"),
        (head + large.private_bytes(*PKCS8, under), "does not belong"),
        (head + curve.private_bytes(*PKCS8, under), "does not belong"),
        (head + Signer.new(ORIGIN).private.private_bytes(*PKCS8, under), "does not belong"),
        (f"{signer.key}\n".encode(), "no signer key"),
        (b"", "no signer key"),
        (b"\xff\xfe", "no signer key"),
    ]


@pytest.mark.parametrize("which", range(7))
def test_a_file_of_another_kind_is_refused(which, signer, tmp_path):
    data, says = other_keys(signer)[which]
    (tmp_path / "key").write_bytes(data)
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(AuditError, match=says):
        read_file(tmp_path / "key", "p")


def test_a_signer_does_not_show_itself(signer):
    assert signer.secret().split("+", 4)[4] not in repr(signer)

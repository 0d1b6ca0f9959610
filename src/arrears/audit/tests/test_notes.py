"""Signed notes and keys: the published vectors, every mangling of them, keys of the wrong kind."""

from __future__ import annotations

import base64

import pytest

from arrears.audit.keys import Signer, read_secret, signed
from arrears.audit.verify import AuditError, Checkpoint, Key, read_checkpoint, read_key, read_note

# golang.org/x/mod/sumdb/note
SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
LINE = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
LINE_2 = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
# c2sp.org/signed-note
SPEC_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC = "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"  # noqa: E501


def note_of(data: str) -> Checkpoint:
    text, signatures = read_note(data.encode())
    return Checkpoint("", 0, b"", text, signatures)


def test_the_published_key_signs_the_published_note():
    signer = read_secret(SECRET)
    assert (str(signer.key), signer.secret()) == (PETER, SECRET)
    assert signed(TEXT, [signer]).decode() == f"{TEXT}\n{LINE}"


@pytest.mark.parametrize(
    ("note", "key"), [(f"{TEXT}\n{LINE}", PETER), (f"{TEXT}\n{LINE}{LINE_2}", PETER), (f"{TEXT}\n{LINE}{LINE_2}", ENOCH), (SPEC, SPEC_KEY)]
)
def test_the_published_notes_verify(note, key):
    assert note_of(note).is_signed_by(read_key(key))


def test_a_line_of_an_unknown_key_counts_for_nothing():
    assert not note_of(f"{TEXT}\n{LINE_2}").is_signed_by(read_key(PETER))


def test_a_line_of_a_known_key_that_does_not_verify_spoils_the_note():
    with pytest.raises(AuditError, match="does not verify"):
        note_of(f"{TEXT.replace('think', 'thinK')}\n{LINE}").is_signed_by(read_key(PETER))


@pytest.mark.parametrize(
    "note",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(TEXT.encode(), id="no_signature"),
        pytest.param(f"{TEXT}\n".encode(), id="no_signature_line"),
        pytest.param(f"{TEXT}{LINE}".encode(), id="no_empty_line"),
        pytest.param(f"{TEXT}\n{LINE[:-1]}".encode(), id="no_last_newline"),
        pytest.param(f"{TEXT}\n{LINE}\n".encode(), id="an_empty_line_more"),
        pytest.param(f"{TEXT}\n{LINE}{LINE}".encode(), id="line_twice"),
        pytest.param(f"{TEXT}\n{LINE.replace('—', '-')}".encode(), id="a_hyphen"),
        pytest.param(f"{TEXT}\n{LINE.replace('=', '')}".encode(), id="base64_cut"),
        pytest.param(f"{TEXT}\n{LINE.replace('AM=', 'AN=')}".encode(), id="base64_not_in_its_one_form"),
        pytest.param("text\n\n— a AAAA\n".encode(), id="signature_of_three_bytes"),
        pytest.param("text\n\n— a  AAAAAAAA\n".encode(), id="two_spaces"),
        pytest.param("text\n\n— a+b AAAAAAAA\n".encode(), id="plus_in_a_name"),
        pytest.param(f"{TEXT}\r\n\n{LINE}".encode(), id="carriage_return"),
        pytest.param(f"{TEXT}\n{LINE}".encode("utf-16"), id="utf_16"),
        pytest.param(b"\xff\n\n" + LINE.encode(), id="not_utf_8"),
        pytest.param(f"{'x' * 70_000}\n\n{LINE}".encode(), id="too_long"),
    ],
)
def test_what_is_no_note_is_refused(note):
    with pytest.raises(AuditError, match="signed note"):
        read_note(note)


@pytest.mark.parametrize("start", range(len(PETER)))
def test_no_piece_of_a_key_is_a_key(start):
    pieces = [PETER[start:end] for end in range(start + 1, len(PETER) + 1) if (start, end) != (0, len(PETER))]
    assert [piece for piece in pieces if is_key(piece)] == []


@pytest.mark.parametrize("at", range(len(PETER)))
def test_no_changed_key_is_a_key(at):
    assert not is_key(PETER[:at] + chr(ord(PETER[at]) + 1) + PETER[at + 1 :])


def is_key(text: str) -> bool:
    try:
        read_key(text)
    except AuditError:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==", "no Ed25519|no verifier", id="too_long"),
        pytest.param("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "type 101", id="unknown_algorithm"),
        pytest.param(PETER.replace("Peter", "Petra"), "does not follow", id="another_name"),
        pytest.param("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7 me@here", "RSA", id="ssh_rsa"),
        pytest.param("-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0B\n-----END PUBLIC KEY-----", "PEM", id="pem"),
        pytest.param(SECRET, "private key", id="the_private_key"),
        pytest.param("", "no verifier key", id="nothing"),
    ],
)
def test_a_key_of_the_wrong_kind_says_so(text, says):
    with pytest.raises(AuditError, match=says):
        read_key(text)


@pytest.mark.parametrize("at", range(len(SECRET)))
def test_no_changed_private_key_is_a_key(at):
    with pytest.raises(AuditError):
        read_secret(SECRET[:at] + chr(ord(SECRET[at]) + 1) + SECRET[at + 1 :])


def test_a_private_key_of_another_algorithm_is_refused():
    coded = base64.b64encode(b"\x02" + bytes(32)).decode()
    with pytest.raises(AuditError, match="type byte 2"):
        read_secret(f"PRIVATE+KEY+a+00000000+{coded}")


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u3000b"])
def test_a_name_has_no_space_and_no_plus(name):
    with pytest.raises(AuditError, match="name"):
        Signer.new(name)


ROOT = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a\n1\n", id="two_lines"),
        pytest.param(f"a\n01\n{ROOT}\n", id="leading_zero"),
        pytest.param(f"a\n-1\n{ROOT}\n", id="below_zero"),
        pytest.param(f"a\n1\n{ROOT[:-4]}\n", id="short_root"),
        pytest.param(f"\n1\n{ROOT}\n", id="no_origin"),
        pytest.param(f"a\n1\n{ROOT}\n\nb\n", id="empty_line_inside"),
        pytest.param(f"a\n{'9' * 19}\n{ROOT}\n", id="beyond_64_bits"),
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(AuditError):
        read_checkpoint(signed(text, [read_secret(SECRET)]))


def test_the_published_checkpoint_is_read():
    root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
    line = "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    point = read_checkpoint(f"example.com/behind-the-sofa\n20852163\n{root}\n\n{line}".encode())
    assert (point.origin, point.size, base64.b64encode(point.root).decode()) == ("example.com/behind-the-sofa", 20852163, root)


def test_extension_lines_are_read_over():
    assert read_checkpoint(signed(f"a\n1\n{ROOT}\nmore\n", [read_secret(SECRET)])).size == 1


def test_a_key_id_is_the_hash_of_name_newline_type_and_key():
    assert Key("PeterNeumann", read_key(PETER).public).id.hex() == "c74f20a3"

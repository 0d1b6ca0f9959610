"""What may stand in a leaf: declared fields, sealed people, one size."""

from __future__ import annotations

import pytest

from arrears.audit.leaves import KINDS, check, register
from arrears.audit.seal import Salts, sealed
from arrears.audit.tests.logs import leaf
from arrears.audit.verify import LEAF_MAX, AuditError

SEAL = sealed("13800138000", bytes(32))
ANSWER = {
    "id": "gate/1",
    "kind": "gate_answer",
    "asked_at": "2026-09-08T10:00:00+08:00",
    "person": SEAL,
    "channel": "call",
    "purpose": "collection",
    "allowed": False,
    "codes": ["DENY_HOURS"],
    "rule_ids": ["cn.contact.hours"],
}


def test_a_leaf_has_one_form_whatever_the_order_of_its_fields():
    assert check(leaf(1)) == check(dict(reversed(leaf(1).items())))
    assert check(leaf(1))[1].startswith(b'{"book":"lanting","day":"2026-09-01","id":"close/lanting/1","kind":"close_manifest"')


@pytest.mark.parametrize("other", [{}, {"address": [SEAL, SEAL]}, {"address": None}, {"facts": SEAL}])
def test_a_sealed_person_may_stand_in_a_leaf(other):
    assert check(ANSWER | other)[0] == "gate/1"


@pytest.mark.parametrize(
    ("other", "says"),
    [
        pytest.param({"person": "Lin Yuan"}, "not sealed in gate_answer: person", id="raw_name"),
        pytest.param({"person": 13800138000}, "not sealed", id="raw_number"),
        pytest.param({"person": SEAL.upper()}, "not sealed", id="upper_case"),
        pytest.param({"person": SEAL + " Lin"}, "not sealed", id="seal_and_more"),
        pytest.param({"address": [SEAL, "13800138000"]}, "not sealed in gate_answer: address", id="raw_in_a_list"),
        pytest.param({"telephone": SEAL}, "does not declare: telephone", id="undeclared_field"),
        pytest.param({"purpose": "call 13800138000 back"}, "purpose of gate_answer looks like", id="telephone_in_the_clear"),
        pytest.param({"purpose": "+86 138-0013-8000"}, "looks like", id="telephone_with_dashes"),
        pytest.param({"codes": ["330106199001011232"]}, "codes of gate_answer looks like", id="identity_number"),
        pytest.param({"rule_ids": {"a": [{"13800138000": 1}]}}, "looks like", id="telephone_as_a_key"),
        pytest.param({"id": "gate/13800138000"}, "id of gate_answer looks like", id="telephone_as_the_id"),
        pytest.param({"id": ""}, "no id", id="empty_id"),
        pytest.param({"id": "x" * 201}, "no id", id="long_id"),
        pytest.param({"id": 7}, "no id", id="number_as_id"),
        pytest.param({"kind": "wish"}, "not known; known are: close_manifest", id="unknown_kind"),
        pytest.param({"allowed": 0.5}, "float is not allowed", id="fraction"),
        pytest.param({"purpose": "x" * (1 << 20)}, "at most 65536", id="one_megabyte"),
    ],
)
def test_what_may_not_stand_in_a_leaf_is_refused_and_never_repeated(other, says):
    with pytest.raises(AuditError, match=says) as refused:
        check(ANSWER | other)
    assert "13800138000" not in str(refused.value)
    assert "Lin Yuan" not in str(refused.value)


@pytest.mark.parametrize("field", ["asked_at", "person", "codes"])
def test_a_leaf_without_a_field_it_needs_is_refused(field):
    with pytest.raises(AuditError, match=f"gate_answer lacks: {field}"):
        check({name: value for name, value in ANSWER.items() if name != field})


@pytest.mark.parametrize("leaf", [None, [], "leaf", 1, {1: 2}])
def test_what_is_no_object_is_no_leaf(leaf):
    with pytest.raises(AuditError, match="no JSON object"):
        check(leaf)


def test_the_largest_leaf_goes_in_and_one_byte_more_does_not():
    room = LEAF_MAX - len(check(leaf(1, policy=""))[1])
    assert len(check(leaf(1, policy="x" * room))[1]) == LEAF_MAX
    with pytest.raises(AuditError, match="65537 bytes"):
        check(leaf(1, policy="x" * (room + 1)))


def test_digits_of_a_digest_are_no_telephone():
    assert check(leaf(1, content={"journal": "5-13800138000"}))[0]


@pytest.mark.parametrize(("name", "personal"), [("gate_answer", ""), ("new_kind", "telephone")])
def test_a_kind_is_declared_once_and_whole(name, personal):
    with pytest.raises(ValueError, match="taken, or a personal field"):
        register(name, "a b", personal=personal)
    assert "new_kind" not in KINDS


def test_a_salt_belongs_to_one_person_and_stays(tmp_path):
    salts = Salts(tmp_path / "salts")
    assert salts.of("P1") == salts.of("P1") != salts.of("P2")
    assert sealed("a", salts.of("P1")) != sealed("a", salts.of("P2"))
    assert {path.stat().st_mode & 0o777 for path in salts.folder.iterdir()} == {0o600}
    assert salts.folder.stat().st_mode & 0o777 == 0o700


def test_a_seal_is_the_hmac_of_the_value():
    # printf Lin | openssl dgst -sha256 -mac HMAC -macopt hexkey:00...00
    assert sealed("Lin", bytes(32)) == "sealed:022f7585dcbfaacbca01e026d21070fccf3c35a372f580e3e60e69c89225a045"


@pytest.mark.parametrize("salt", [b"", b"short", bytes(33)])
def test_a_salt_has_32_bytes(salt):
    with pytest.raises(AuditError, match="32 bytes"):
        sealed("x", salt)


@pytest.mark.parametrize("subject", ["", "../P1", "a/b", ".hidden", "P 1", "x" * 101])
def test_the_id_of_a_person_is_no_path(subject, tmp_path):
    with pytest.raises(AuditError, match="id of a person"):
        Salts(tmp_path).of(subject)


@pytest.mark.behaviour("S156", part="the log's side of a deletion; periods and the records themselves are the Desk's")
def test_erasing_the_salt_erases_the_person_and_leaves_the_log_whole(tmp_path):
    from arrears.audit.tests.logs import make
    from arrears.audit.verify import verify

    salts = Salts(tmp_path / "salts")
    made = make(tmp_path / "log")
    who = sealed("13800138000", salts.of("P1"))
    made.log.append([ANSWER | {"person": who}])
    assert sealed("13800138000", salts.of("P1")) == who
    gone = {"id": "erasure/P1", "kind": "erasure", "subject": sealed("P1", salts.of("P1")), "what": "salt", "rule_id": "cn.records.keep"}
    made.log.append([gone | {"erased_on": "2031-09-08"}])
    assert salts.erase("P1")
    assert not salts.erase("P1")
    assert sealed("13800138000", salts.of("P1")) != who
    made.log.checkpoint([made.new])
    made.log.export(tmp_path / "out")
    assert verify(tmp_path / "out").wrong is None
    assert b"13800138000" not in (tmp_path / "out" / "leaves.jsonl").read_bytes()

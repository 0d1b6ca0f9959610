"""Personal data at rest: readable with its key, in its own row, and by nobody else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from arrears.desk.people import cipher, keys
from arrears.desk.people.keys import KeyProblem
from arrears.desk.people.models import Address, KeyMark, Person
from arrears.desk.people.testing import ID_NUMBER, PHONE, LinYuan


def _raw(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`ring(text)` makes these the keys of the process; the old ones come back afterwards."""

    def use(text: str) -> None:
        monkeypatch.setenv(keys.VARIABLE, text)
        cipher.forget()

    yield use
    monkeypatch.delenv(keys.VARIABLE, raising=False)
    cipher.forget()


def test_nothing_personal_lies_in_the_tables_in_clear(lin: LinYuan) -> None:
    tables = [
        row[0] for row in _raw("select tablename from pg_tables where schemaname = 'public' and tablename !~ '^(django|people_user)'")
    ]
    everything = str([_raw(f'select t::text from "{table}" t') for table in tables])
    for text in ("林远", PHONE, ID_NUMBER, "lin.yuan@example.com", "澄砚路", "浙A12345", "LTESTLINYUAN00001", "linyuan", "1990-03-07"):
        assert text not in everything
        assert text.encode().hex() not in everything


def test_value_is_version_key_nonce_and_cipher_text(lin: LinYuan) -> None:
    raw = bytes(_raw(f"select value from people_address where id = '{lin.phone.pk}'")[0][0])
    assert (raw[0], raw[1], len(raw)) == (1, 1, 2 + 12 + 11 + 16)


def test_what_is_read_prints_masked(lin: LinYuan) -> None:
    person = Person.objects.get(pk=lin.person.pk)
    address = Address.objects.get(pk=lin.phone.pk)
    assert (str(person.name), str(person.id_number), address.shown, address.last_four) == ("林*", "****0021", "154****1234", "1234")
    assert "林远" not in f"{person.name!r} {person.name} {person} {vars(person)}"


def test_clear_text_comes_back(lin: LinYuan) -> None:
    assert Person.objects.get(pk=lin.person.pk).name.clear() == "林远"


def test_value_moved_to_another_row_is_refused(lin: LinYuan) -> None:
    _address, other = lin.phone, Address.objects.get(person=lin.friend)
    Address.objects.filter(pk=other.pk).update(value=lin.phone.value.bytes_())
    with pytest.raises(KeyProblem, match="moved or changed"):
        Address.objects.get(pk=other.pk).value.clear()


def test_changed_byte_is_refused(lin: LinYuan) -> None:
    raw = bytearray(lin.phone.value.bytes_())
    raw[-1] ^= 1
    with pytest.raises(KeyProblem):
        cipher.open_(bytes(raw), "people_address.value", lin.phone.pk)


def test_secret_is_not_searched_by_its_text(lin: LinYuan) -> None:
    with pytest.raises(TypeError, match="blind index"):
        list(Person.objects.filter(name="林远"))


def test_same_value_has_one_blind_index_a_kind(db: None) -> None:
    assert cipher.blind("phone", "15400001234") == cipher.blind("phone", "15400001234")
    assert cipher.blind("phone", "15400001234") != cipher.blind("id_number", "15400001234")
    assert len(cipher.blind("phone", "1")) == 16


def test_missing_key_is_named(lin: LinYuan, ring: Any) -> None:
    raw = lin.phone.value.bytes_()
    index = next(each for each in (Path(os.environ["ARREARS_DATA"]) / keys.FILE).read_text().split() if each.startswith("index"))
    ring(f"{index} {keys.fresh(2)}")
    with pytest.raises(KeyProblem, match="key number 1 is not at hand"):
        cipher.open_(raw, "people_address.value", lin.phone.pk)


def test_another_key_under_a_known_number_is_refused_before_anything_is_read(lin: LinYuan, ring: Any) -> None:
    assert KeyMark.objects.count() == 2
    ring(f"{keys.fresh(None)} {keys.fresh(1)}")
    with pytest.raises(KeyProblem, match="nothing was read"):
        cipher.close("anything", "people_person.name", lin.person.pk)


def test_no_keys_at_all(tmp_path: Path) -> None:
    with pytest.raises(KeyProblem, match="there is no key for personal data"):
        keys.of(tmp_path)


def test_file_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    keys.provide(tmp_path)
    assert (tmp_path / keys.FILE).stat().st_mode & 0o777 == 0o600
    (tmp_path / keys.FILE).chmod(0o640)
    with pytest.raises(KeyProblem, match="read by others"):
        keys.of(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("1:AAAA index:AAAA", id="too_short"),
        pytest.param("0:" + "A" * 43 + "= index:" + "A" * 43 + "=", id="number_0"),
        pytest.param("1:" + "A" * 43 + "=", id="no_index"),
        pytest.param("index:" + "A" * 43 + "=", id="no_key"),
        pytest.param("1:" + "A" * 43 + "= 1:" + "B" * 43 + "= index:" + "A" * 43 + "=", id="number_twice"),
        pytest.param("1:not base 64 index:" + "A" * 43 + "=", id="not_base64"),
    ],
)
def test_ring_that_cannot_be(text: str) -> None:
    with pytest.raises(KeyProblem) as told:
        keys.read(text, "here")
    assert "AAAA" not in str(told.value)


def test_second_factor_is_sealed_by_the_field_key(db: None) -> None:
    sealed = cipher.seal("JBSWY3DPEHPK3PXP")
    assert "JBSW" not in sealed
    assert cipher.unseal(sealed) == "JBSWY3DPEHPK3PXP"

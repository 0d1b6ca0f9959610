"""A change of key: everything is written anew, also by a job that is stopped on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from arrears.desk.journal.models import Event
from arrears.desk.people import cipher, keys, rotation
from arrears.desk.people.keys import KeyProblem
from arrears.desk.people.models import Address, KeyMark, Person, Rewrite
from arrears.desk.people.services import make_person
from arrears.desk.people.testing import LinYuan


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None) -> Any:
    """Keys of this test alone, with their own marks."""
    KeyMark.objects.all().delete()
    monkeypatch.setattr(settings, "PLACES", type(settings.PLACES)(tmp_path))
    keys.provide(tmp_path)
    cipher.forget()
    yield tmp_path
    cipher.forget()


def _numbers() -> set[int]:
    out: set[int] = set()
    with connection.cursor() as cursor:
        for each in rotation.columns():
            cursor.execute(f'select get_byte("{each.column}", 1) from "{each.table}" where "{each.column}" is not null')
            out |= {row[0] for row in cursor.fetchall()}
    return out


def test_everything_is_written_under_the_new_key_and_reads_the_same(folder: Path, lin: LinYuan, noon: Any) -> None:
    assert keys.add(folder) == 2
    assert rotation.waiting()["people_address.value"] == 5
    written = rotation.rotate(noon)
    assert (written["people_person.name"], _numbers(), rotation.waiting()) == (3, {2}, {})
    assert Person.objects.get(pk=lin.person.pk).name.clear() == "林远"
    assert Event.objects.get(kind="key_rotated").data["key"] == 2


def test_job_stopped_on_the_way_goes_on(folder: Path, lin: LinYuan, noon: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    keys.add(folder)
    monkeypatch.setattr(rotation, "BATCH", 1)
    calls = []

    def stop(column: str, number: int) -> None:
        calls.append(column)
        if len(calls) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotation.rotate(noon, told=stop)
    assert _numbers() == {1, 2}
    rotation.rotate(noon)
    assert (_numbers(), Rewrite.objects.filter(ended_at=None).count()) == ({2}, 0)


def test_second_run_writes_nothing(folder: Path, lin: LinYuan, noon: Any) -> None:
    keys.add(folder)
    rotation.rotate(noon)
    assert rotation.rotate(noon) == {}


def test_new_key_in_the_file_writes_at_once_in_every_process(folder: Path, noon: Any) -> None:
    make_person("P1", "林远", at=noon)
    keys.add(folder)
    make_person("P2", "周宁", at=noon)
    assert [cipher.key_number(each.name.bytes_()) for each in Person.objects.order_by("pseudonym")] == [1, 2]


def test_key_taken_away_too_early_is_named_and_nothing_is_half_written(folder: Path, lin: LinYuan, noon: Any) -> None:
    keys.add(folder)
    lines = (folder / keys.FILE).read_text().splitlines()
    keys.write(folder, "\n".join(line for line in lines if not line.startswith("1:")) + "\n")
    with pytest.raises(KeyProblem, match="key number 1 is not at hand"):
        rotation.rotate(noon)
    assert _numbers() == {1}


def test_second_factors_move_too(folder: Path, account: Any, noon: Any) -> None:
    from allauth.mfa.models import Authenticator

    user = account("auditor", "su.yan")
    Authenticator.objects.create(user=user, type="totp", data={"secret": cipher.seal("JBSWY3DPEHPK3PXP")})
    keys.add(folder)
    assert rotation.rotate(noon)[rotation.FACTORS] == 1
    data = Authenticator.objects.get().data
    assert (cipher.raw_of(data["secret"])[1], cipher.unseal(data["secret"])) == (2, "JBSWY3DPEHPK3PXP")


def test_index_still_finds_after_the_change(folder: Path, lin: LinYuan, noon: Any) -> None:
    from arrears.desk.people.services import at_number

    keys.add(folder)
    rotation.rotate(noon)
    assert at_number("phone", "154 0000 1234").get() == Address.objects.get(pk=lin.phone.pk)

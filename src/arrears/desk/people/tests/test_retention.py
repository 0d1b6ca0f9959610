"""What is past its time is deleted; what is not, stays; each deletion is on record."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
from typing import Any

import pytest

from arrears.desk.journal.models import Event, StagedLeaf
from arrears.desk.people import retention
from arrears.desk.people.documents.services import add_document, shelf
from arrears.desk.people.models import Address, Document, Loan, Person
from arrears.desk.people.services import add_party, end_loan, know_loans
from arrears.desk.people.testing import LinYuan

PDF = b"%PDF-1.7\n%%EOF\n"
ENDED = dt.date(2026, 11, 24)
LAST_DAY, DAY_AFTER = dt.datetime(2031, 11, 24, 12, tzinfo=dt.UTC), dt.datetime(2031, 11, 25, 12, tzinfo=dt.UTC)


@pytest.fixture
def ended(lin: LinYuan, noon: Any) -> LinYuan:
    """Her loan has ended."""
    add_document(io.BytesIO(PDF), "合同.pdf", "contract", noon, loan=lin.loan)
    end_loan(lin.loan, ENDED, noon)
    return lin


@pytest.mark.behaviour("S156", part="deletion of people and documents; impact assessments are kept by another room")
@pytest.mark.parametrize(("at", "gone"), [pytest.param(LAST_DAY, False, id="five_years"), pytest.param(DAY_AFTER, True, id="and_a_day")])
def test_records_are_kept_five_years(ended: LinYuan, at: dt.datetime, gone: bool, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        retention.run(at)
    person = Person.objects.get(pk=ended.person.pk)
    assert ((person.name, person.salt, person.id_index) == (None, None, None)) is gone
    assert (Document.objects.get().deleted_at is not None) is gone
    assert (not shelf().path(Document.objects.get().pk).exists()) is gone


def test_deletion_is_an_event_and_a_leaf(ended: LinYuan) -> None:
    seal = ended.person.seal(str(ended.person.pk))
    retention.run(DAY_AFTER)
    assert Event.objects.get(kind="person_erased", person=ended.person.pk).data == {"rule": "cn.record.retention"}
    assert Event.objects.get(kind="retention_run").data["persons"] == 3
    leaf = json.loads(bytes(StagedLeaf.objects.get(leaf_id=f"erasure/{ended.person.pk}").body))
    assert (leaf["subject"], leaf["rule_id"]) == (seal, "cn.record.retention")


def test_nothing_of_them_is_left(ended: LinYuan) -> None:
    retention.run(DAY_AFTER)
    assert not Address.objects.exclude(value=None).exists()
    assert not Address.objects.exclude(value_index=None).exists()
    assert not Person.objects.exclude(name_marks=[]).exists()
    loan = Loan.objects.get()
    assert (loan.number, loan.plate_index, loan.vin_last_four) == (None, None, "")


def test_second_run_finds_nothing(ended: LinYuan) -> None:
    retention.run(DAY_AFTER)
    assert retention.run(DAY_AFTER) == {"documents": 0, "persons": 0, "lost_files": 0}


def test_dry_run_deletes_nothing(ended: LinYuan) -> None:
    assert retention.run(DAY_AFTER, dry_run=True) == {"documents": 1, "persons": 3, "lost_files": 0}
    assert Person.objects.filter(erased_at=None).count() == 3


def test_friend_of_somebody_who_still_owes_stays(ended: LinYuan, noon: Any) -> None:
    know_loans([("B02", "P-B02")], noon)
    add_party(Person.objects.get(pseudonym="P-B02"), ended.friend, "reference", noon)
    retention.run(DAY_AFTER)
    assert Person.objects.get(pk=ended.friend.pk).name.clear() == "曾晨"
    assert Person.objects.get(pk=ended.brother.pk).name is None


def test_other_loan_of_hers_keeps_her(ended: LinYuan, noon: Any) -> None:
    know_loans([("B02", "P-B01")], noon)
    retention.run(DAY_AFTER)
    assert Person.objects.get(pk=ended.person.pk).name.clear() == "林远"
    assert Document.objects.get().deleted_at is not None


def test_room_above_keeps_somebody(ended: LinYuan, monkeypatch: Any) -> None:
    monkeypatch.setattr(retention, "_KEEPS", [])
    retention.keeps(lambda person: "a complaint is open" if person.pk == ended.person.pk else "")
    retention.run(DAY_AFTER)
    assert Person.objects.get(pk=ended.person.pk).erased_at is None


def test_file_nobody_speaks_of_is_swept_after_a_day(lin: LinYuan, noon: Any) -> None:
    lost = shelf().root / "ab" / "abcd"
    lost.parent.mkdir(parents=True, exist_ok=True)
    lost.write_bytes(b"x")
    os.utime(lost, (noon.timestamp() - 90_000,) * 2)
    assert retention.run(noon)["lost_files"] == 1
    assert not lost.exists()

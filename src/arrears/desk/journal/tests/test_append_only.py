"""What stands in the journal stays, whoever asks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from arrears.audit.verify import AuditError
from arrears.desk.clock import ZONE
from arrears.desk.journal import sequencer
from arrears.desk.journal.models import Event, StagedLeaf
from arrears.desk.journal.services import record, stage

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=ZONE)
LEAF = {
    "id": "erasure/1",
    "kind": "erasure",
    "subject": "sealed:" + "0" * 64,
    "what": "phones",
    "rule_id": "cn.x",
    "erased_on": "2026-11-24",
}
pytestmark = pytest.mark.django_db


def _refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except (IntegrityError, InternalError):
        return True
    return False


@pytest.mark.parametrize("statement", ["update journal_event set kind = 'x'", "delete from journal_event"])
def test_event_is_neither_changed_nor_deleted(statement: str) -> None:
    record("account_made", NOON)
    assert _refused(statement)
    assert Event.objects.get().kind == "account_made"


def test_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no kind of event"):
        record("something_else", NOON)


@pytest.mark.parametrize("statement", ["update journal_stagedleaf set body = ''", "delete from journal_stagedleaf"])
def test_staged_leaf_is_neither_changed_nor_deleted(statement: str) -> None:
    stage(LEAF, NOON)
    assert _refused(statement)


def test_leaf_that_its_kind_does_not_allow_stops_the_event_too() -> None:
    with pytest.raises(AuditError), transaction.atomic():
        record("account_made", NOON, leaf={**LEAF, "phone": "13800138000"})
    assert Event.objects.count() == 0


def test_sequencer_numbers_each_leaf_once(tmp_path: Path) -> None:
    for number in range(3):
        stage({**LEAF, "id": f"erasure/{number}"}, NOON)
    log = sequencer.open_log(tmp_path / "audit", "lender.example/desk")
    assert (sequencer.turn(log), sequencer.turn(log)) == (3, 0)
    assert list(StagedLeaf.objects.order_by("id").values_list("number", flat=True)) == [1, 2, 3]


def test_leaf_that_the_log_knows_already_keeps_its_number(tmp_path: Path) -> None:
    """Killed between the log's word and ours: the next turn gets the same number."""
    log = sequencer.open_log(tmp_path / "audit", "lender.example/desk")
    log.append([LEAF])
    stage(LEAF, NOON)
    sequencer.turn(log)
    assert (StagedLeaf.objects.get().number, log.store.size()) == (1, 2)


def test_numbered_leaf_is_not_numbered_again(tmp_path: Path) -> None:
    stage(LEAF, NOON)
    sequencer.turn(sequencer.open_log(tmp_path / "audit", "lender.example/desk"))
    assert _refused("update journal_stagedleaf set number = 9")


def test_migrations_say_what_the_models_say(capsys: Any) -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True)

"""The log as a folder: nothing acknowledged is lost, nothing stands twice, a crash at any write changes neither."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from arrears.audit import folder as module
from arrears.audit.folder import Folder
from arrears.audit.verify import AuditError, leaf_hash

LEAVES = [(f"id{number}", b'{"id":"id%d"}' % number) for number in range(12)]


@pytest.fixture
def store(tmp_path):
    store = Folder.make(tmp_path / "log")
    store.append(LEAVES[:4])
    return store


def stands(store):
    """Leaves, hashes and ids agree; the leaves."""
    size = store.size()
    found = list(store.leaves(0, size))
    assert [leaf_hash(each) for each in found] == list(store.hashes(0, size))
    assert [store.find(name) for name, data in LEAVES if data in found] == [found.index(data) for _, data in LEAVES if data in found]
    return found


def data(leaves):
    return [each for _, each in leaves]


def test_leaves_get_numbers_in_order(store):
    assert store.append(LEAVES[4:6]) == [4, 5]
    assert stands(store) == data(LEAVES[:6])
    assert list(store.leaves(2, 4)) == data(LEAVES[2:4])


def test_what_is_there_keeps_its_number_and_is_not_added_again(store):
    assert store.append([LEAVES[2], LEAVES[4], LEAVES[4], LEAVES[0]]) == [2, 4, 4, 0]
    assert stands(store) == data(LEAVES[:5])


@pytest.mark.parametrize("leaves", [[LEAVES[4], ("id2", b"{}")], [LEAVES[4], ("id4", b"{}")]])
def test_an_id_with_other_content_refuses_the_whole_write(store, leaves):
    with pytest.raises(AuditError, match="is taken by another leaf"):
        store.append(leaves)
    assert stands(store) == data(LEAVES[:4])


def test_nothing_to_add_changes_nothing(store):
    before = (store.root / "HEAD").stat().st_mtime_ns
    assert store.append([]) == []
    assert store.append(LEAVES[:4]) == [0, 1, 2, 3]
    assert (store.root / "HEAD").stat().st_mtime_ns == before


class Crash(BaseException):
    """The power goes."""


@pytest.fixture
def crash_at(monkeypatch):
    """Let the n-th fsync, rename or truncation be the last thing that happens, or the first that does not."""

    def arm(count, after):
        left = [count]

        def dying(act):
            def wrapped(*words, **names):
                left[0] -= 1
                if left[0] == 0 and not after:
                    raise Crash
                done = act(*words, **names)
                if left[0] == 0:
                    raise Crash
                return done

            return wrapped

        monkeypatch.setattr(module.os, "fsync", dying(os.fsync))
        monkeypatch.setattr(module.os, "truncate", dying(os.truncate))
        monkeypatch.setattr(Path, "replace", dying(Path.replace))

    return arm


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("count", range(1, 6))
def test_a_crash_at_any_write_loses_nothing_and_doubles_nothing(store, crash_at, monkeypatch, count, after):
    crash_at(count, after)
    with pytest.raises(Crash):
        store.append(LEAVES[4:9])
    monkeypatch.undo()
    again = Folder(store.root)
    assert stands(again) in (data(LEAVES[:4]), data(LEAVES[:9]))
    assert again.append(LEAVES[3:12]) == list(range(3, 12))
    assert stands(again) == data(LEAVES)


def test_a_write_has_five_moments_to_crash(store, crash_at):
    crash_at(6, False)
    assert store.append(LEAVES[4:9]) == [4, 5, 6, 7, 8]


@pytest.mark.parametrize("rest", [b"{", b'{"id":"id4"}', b'{"id":"id4"}\n{"id"', b"\0" * 4096])
@pytest.mark.parametrize("name", ["leaves.jsonl", "hashes.txt"])
def test_a_torn_tail_that_nobody_was_told_of_is_cut_off(store, rest, name):
    with (store.root / name).open("ab") as file:
        file.write(rest)
    assert store.size() == 4
    assert store.append([LEAVES[4]]) == [4]
    assert stands(store) == data(LEAVES[:5])


@pytest.mark.parametrize("name", ["leaves.jsonl", "hashes.txt"])
@pytest.mark.parametrize("by", [1, 20, None])
def test_where_acknowledged_leaves_are_lost_nothing_more_is_written(store, name, by):
    file = store.root / name
    left = b"" if by is None else file.read_bytes()[:-by]
    file.write_bytes(left)
    with pytest.raises(AuditError, match="acknowledged leaves are lost"):
        store.append([LEAVES[4]])
    assert file.read_bytes() == left


@pytest.mark.parametrize("head", [b"", b"{", b'{"size":4}', b"[]", b'{"size":"x","bytes":1}'])
def test_a_broken_head_is_said(store, head):
    (store.root / "HEAD").write_bytes(head)
    with pytest.raises(AuditError, match="HEAD is broken"):
        store.append([LEAVES[4]])


def test_without_its_head_it_is_no_log_and_is_not_made_anew(store):
    (store.root / "HEAD").unlink()
    with pytest.raises(AuditError, match="HEAD is missing"):
        Folder(store.root)
    with pytest.raises(AuditError, match="is not empty"):
        Folder.make(store.root)


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"no index" * 1000), lambda path: path.write_bytes(b"")])
def test_the_index_is_made_anew(store, damage):
    damage(store.root / "index.sqlite")
    assert store.append(LEAVES[2:6]) == [2, 3, 4, 5]
    assert stands(Folder(store.root)) == data(LEAVES[:6])


def test_an_index_from_the_future_is_brought_back(store, tmp_path):
    shutil.copytree(store.root, tmp_path / "older")
    store.append(LEAVES[4:8])
    shutil.copy(store.root / "index.sqlite", tmp_path / "older")
    older = Folder(tmp_path / "older")
    assert older.append([LEAVES[9], LEAVES[4]]) == [4, 5]
    assert older.find("id5") is None


def test_a_leaf_is_found_where_the_index_cannot_be_opened(store, monkeypatch):
    def shut(_):
        raise sqlite3.OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(store, "_catch_up", shut)
    assert (store.find("id3"), store.find("id4")) == (3, None)


def test_a_second_writer_is_refused_at_once(store):
    with (store.root / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(AuditError, match="another writer is at work"):
            store.append([LEAVES[4]])
        with pytest.raises(AuditError, match="another writer is at work"):
            store.add_checkpoint(4, b"note")
    assert store.append([LEAVES[4]]) == [4]


def test_checkpoints_grow(store):
    store.add_checkpoint(3, b"three")
    store.add_checkpoint(4, b"four")
    assert (store.checkpoints(), store.checkpoint(3), store.checkpoint(4)) == ([3, 4], b"three", b"four")
    with pytest.raises(AuditError, match="checkpoint of 4 leaves already"):
        store.add_checkpoint(4, b"another")
    with pytest.raises(AuditError, match="no checkpoint of 2 leaves"):
        store.checkpoint(2)


@pytest.mark.parametrize("name", ["note.txt", "leaves.jsonl"])
def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path, name):
    (tmp_path / name).write_text("mine")
    with pytest.raises(AuditError, match="is not empty"):
        Folder.make(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_crash_while_it_is_made_leaves_nothing_in_the_way(tmp_path, crash_at, monkeypatch):
    crash_at(1, False)
    with pytest.raises(Crash):
        Folder.make(tmp_path / "log")
    monkeypatch.undo()
    assert Folder.make(tmp_path / "log").append(LEAVES[:2]) == [0, 1]

"""A log: opened once, signed only where it goes on from what was signed, proofs that need nothing but themselves, exports without keys."""

from __future__ import annotations

import base64
import shutil

import pytest

from arrears.audit.folder import Folder
from arrears.audit.keys import Signer
from arrears.audit.log import Log, open_folder
from arrears.audit.prove import check_proof
from arrears.audit.tests.logs import DAY, ORIGIN, changed, edit, leaf, make, swapped
from arrears.audit.verify import AuditError, read_checkpoint, verify


@pytest.fixture
def fresh(tmp_path):
    return make(tmp_path / "log")


def test_the_first_leaf_opens_the_log(fresh):
    told = {"id": "key/0", "kind": "log_opened", "origin": ORIGIN, "key": str(fresh.old.key), "opened_on": "2026-09-01"}
    assert fresh.log.leaf(0) == told


def test_opened_again_by_its_key_it_is_the_same_log(fresh):
    assert Log.open_with(fresh.log.store, fresh.old, DAY).store.size() == 40
    with pytest.raises(AuditError, match="another log is here"):
        Log.open_with(fresh.log.store, Signer.new(ORIGIN), DAY)


def test_a_log_that_was_never_opened_says_what_to_do(tmp_path):
    Folder.make(tmp_path / "log")
    with pytest.raises(AuditError, match="run: arrears audit init"):
        open_folder(tmp_path / "log")


def test_a_log_after_a_lost_key_names_the_last_checkpoint(fresh, tmp_path):
    after = Log.open_with(Folder.make(tmp_path / "after"), Signer.new(f"{ORIGIN}/2"), DAY, fresh.kept)
    assert after.leaf(0)["continues"] == f"{ORIGIN} 20 {base64.b64encode(read_checkpoint(fresh.kept).root).decode()}"


def test_signed_again_without_new_leaves_it_is_the_same_checkpoint(fresh):
    assert fresh.log.checkpoint([fresh.new]) == fresh.log.store.checkpoint(40)
    assert fresh.log.store.checkpoints() == [20, 31, 40]


def test_after_a_rotation_the_old_key_signs_nothing(fresh):
    fresh.log.append([leaf(40)])
    with pytest.raises(AuditError, match=f"key {fresh.new.key.id.hex()} must sign"):
        fresh.log.checkpoint([fresh.old])


def test_a_rotation_is_signed_by_both_keys_and_done_once(fresh):
    both = read_checkpoint(fresh.log.store.checkpoint(31))
    assert both.is_signed_by(fresh.old.key)
    assert both.is_signed_by(fresh.new.key)
    assert fresh.log.rotate(fresh.old, fresh.new, DAY) == fresh.log.store.checkpoint(40)
    assert [number for number, _ in fresh.log.signing_keys()] == [0, 30]


@pytest.mark.parametrize("name", [ORIGIN, "other.example/audit"])
def test_a_stranger_cannot_rotate(fresh, name):
    with pytest.raises(AuditError, match="not the one in use, or the names differ"):
        fresh.log.rotate(fresh.old if name != ORIGIN else Signer.new(ORIGIN), Signer.new(name), DAY)


def test_a_rotation_killed_before_it_was_signed_goes_on(fresh):
    third = Signer.new(ORIGIN)
    fresh.log.append([{"id": "key/2", "kind": "key_rotated", "old": str(fresh.new.key), "new": str(third.key), "rotated_on": "2026-09-02"}])
    with pytest.raises(AuditError, match="must sign"):
        fresh.log.checkpoint([third])
    assert read_checkpoint(fresh.log.rotate(fresh.new, third, DAY)).size == 41


@pytest.mark.parametrize("damage", [changed(7), swapped(7)])
def test_a_log_that_does_not_go_on_from_its_checkpoint_is_not_signed(fresh, damage):
    fresh.log.append([leaf(40)])
    edit(fresh.log.store.root / "hashes.txt", damage)
    with pytest.raises(AuditError, match="nothing was signed"):
        fresh.log.checkpoint([fresh.new])


def test_a_checkpoint_of_somebody_else_is_not_gone_on_from(fresh, tmp_path):
    other = make(tmp_path / "other")
    (fresh.log.store.root / "checkpoints" / "000003-40.note").write_bytes(other.log.store.checkpoint(40))
    fresh.log.append([leaf(40)])
    with pytest.raises(AuditError, match="nothing was signed"):
        fresh.log.checkpoint([fresh.new])


def test_a_shortened_log_is_not_signed(fresh, tmp_path):
    root = fresh.log.store.root
    shutil.copytree(root, tmp_path / "before")
    fresh.log.append([leaf(40)])
    fresh.log.checkpoint([fresh.new])
    for name in ("HEAD", "leaves.jsonl", "hashes.txt"):
        shutil.copy(tmp_path / "before" / name, root / name)
    with pytest.raises(AuditError, match="nothing was signed"):
        fresh.log.checkpoint([fresh.new])


def test_a_changed_leaf_is_not_read(fresh):
    edit(fresh.log.store.root / "leaves.jsonl", swapped(7))
    with pytest.raises(AuditError, match="leaf 7 is not what was added"):
        fresh.log.leaf(7)


@pytest.mark.parametrize("number", [-1, 40, 10**9])
def test_a_leaf_that_is_not_there_is_said(fresh, number):
    with pytest.raises(AuditError, match="there is no leaf"):
        fresh.log.leaf(number)


# -- proofs ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 17, 30, 39])
def test_a_leaf_is_proved_by_a_file_alone(made, number):
    told = check_proof(made.log.prove_leaf(number), [str(made.new.key)])
    assert told.wrong is None
    assert f'"id":"{made.log.leaf(number)["id"]}"' in told.told[1][1]


def test_growth_is_proved_from_a_checkpoint_somebody_kept(made):
    told = check_proof(made.log.prove_growth(20), [str(made.old.key), str(made.new.key)], made.kept)
    assert (told.wrong, told.size) == (None, 40)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"index 17", b"index 18", id="index"),
        pytest.param(b"extra eyJ", b"extra eyK", id="leaf"),
        pytest.param(b"\n40\n", b"\n41\n", id="size"),
        pytest.param(b"tlog-proof@v1", b"tlog-proof@v2", id="version"),
        pytest.param(b"\n\n", b"\nAAAA\n\n", id="a_step_more"),
    ],
)
def test_a_changed_proof_proves_nothing(made, old, new):
    proof = made.log.prove_leaf(17)
    assert old in proof
    assert check_proof(proof.replace(old, new, 1), [str(made.new.key)]).wrong is not None


@pytest.mark.parametrize("data", [b"", b"\n\n", b"old 20\n\n", b"\xff" * 100, b"[" * 100_000])
def test_what_is_no_proof_is_said(made, data):
    assert check_proof(data, [str(made.new.key)]).wrong is not None


def test_a_proof_of_growth_needs_the_checkpoint_of_its_size(made):
    keys = [str(made.old.key), str(made.new.key)]
    assert "needs --checkpoint" in check_proof(made.log.prove_growth(19), keys, made.kept).wrong.en
    assert "needs --checkpoint" in check_proof(made.log.prove_growth(20), keys).wrong.en


def test_a_proof_without_a_key_known_from_elsewhere_proves_nothing(made):
    assert "no key given" in check_proof(made.log.prove_leaf(17), []).wrong.en
    assert "no key given" in check_proof(made.log.prove_leaf(17), [str(made.old.key)]).wrong.en


@pytest.mark.parametrize(
    ("leaf", "size", "says"), [(40, None, "not among"), (-1, None, "not among"), (20, 20, "not among"), (0, 21, "no checkpoint")]
)
def test_what_cannot_be_proved_is_said(made, leaf, size, says):
    with pytest.raises(AuditError, match=says):
        made.log.prove_leaf(leaf, size)


@pytest.mark.parametrize(
    ("first", "size", "says"), [(0, None, "not from 1"), (41, None, "not from 1"), (40, 31, "not from 1"), (20, 99, "no checkpoint")]
)
def test_growth_that_cannot_be_proved_is_said(made, first, size, says):
    with pytest.raises(AuditError, match=says):
        made.log.prove_growth(first, size)


# -- forks, and two logs -----------------------------------------------------------------------------------------------


@pytest.fixture
def forked(made, tmp_path):
    """The same keys, leaf 15 told otherwise."""
    log = Log.open_with(Folder.make(tmp_path / "fork"), made.old, DAY)
    log.append([*(leaf(number) for number in range(1, 15)), leaf(15, policy="another"), *(leaf(number) for number in range(16, 30))])
    log.checkpoint([made.old])
    return log


def test_a_fork_is_shown_by_two_checkpoints_that_nothing_joins(made, forked, tmp_path):
    forked.export(tmp_path / "out")
    assert verify(tmp_path / "out").wrong is None
    told = verify(tmp_path / "out", made.kept, [str(made.old.key)])
    assert told.wrong.code == "fork"
    assert "FORK: the same origin has signed two roots at 20 leaves" in told.wrong.en
    assert "FORK" in check_proof(forked.prove_growth(20), [str(made.old.key)], made.kept).wrong.en


def test_an_export_older_than_the_checkpoint_lacks_leaves(made, tmp_path):
    root = tmp_path / "log"
    log = Log.open_with(Folder.make(root), made.old, DAY)
    log.append([leaf(1)])
    log.checkpoint([made.old])
    log.export(tmp_path / "out")
    told = verify(tmp_path / "out", made.kept)
    assert (told.wrong.code, told.wrong.leaf) == ("held_size", 2)


def test_one_without_a_checkpoint_cannot_be_exported_or_proved(tmp_path):
    log = Log.open_with(Folder.make(tmp_path / "log"), Signer.new(ORIGIN), DAY)
    with pytest.raises(AuditError, match="no checkpoint yet"):
        log.export(tmp_path / "out")
    with pytest.raises(AuditError, match="no checkpoint yet"):
        log.prove_leaf(0)


def test_an_export_overwrites_nothing(made, tmp_path):
    (tmp_path / "out").mkdir()
    with pytest.raises(AuditError, match="is there already"):
        made.log.export(tmp_path / "out")


def test_an_export_ends_where_the_last_signature_ends(fresh, tmp_path):
    fresh.log.append([leaf(40)])
    assert fresh.log.export(tmp_path / "out") == 40
    assert verify(tmp_path / "out").size == 40


@pytest.mark.behaviour("S160", part="the audit log and its keys; database and Book are separate folders, the Desk is not built yet")
def test_two_logs_share_nothing_and_no_key_leaves(made, export, tmp_path):
    other = make(tmp_path / "other")
    other.log.export(tmp_path / "out")
    assert not set(export.joinpath("keys.txt").read_text().split()) & set((tmp_path / "out" / "keys.txt").read_text().split())
    assert verify(export, trusted=[str(other.new.key)]).wrong.code == "stranger"
    assert verify(export, other.kept).wrong.code == "held_key"
    everything = b"".join(path.read_bytes() for root in (export, made.log.store.root) for path in root.rglob("*") if path.is_file())
    assert not any(signer.secret().split("+", 4)[4].encode() in everything for signer in (made.old, made.new))

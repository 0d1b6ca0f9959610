"""Every kind of damage to every kind of thing in an export is found, and the first wrong leaf is named."""

from __future__ import annotations

import base64
import json
import shutil
from random import Random

import pytest

from arrears.audit.keys import Signer, signed
from arrears.audit.leaves import canonical
from arrears.audit.tests.logs import ORIGIN, changed, cut, dropped, edit, ended, forge, leaf, make, opened, put, repeated, rotated, swapped
from arrears.audit.verify import Report, leaf_hash, verify

LEAVES, HASHES = "leaves.jsonl", "hashes.txt"
ZERO = base64.b64encode(bytes(32)) + b"\n"


def exchange(one, other):
    """Two files get each other's content."""
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def found(export, *words, **names):
    """Code and leaf of the first wrong thing."""
    wrong = verify(export, *words, **names).wrong
    return wrong and (wrong.code, wrong.leaf)


def test_a_whole_export_holds_and_says_what_was_checked(made, export):
    report = verify(export, made.kept, [str(made.old.key)])
    assert report.wrong is None
    assert report.lines("en") == [
        f"log {ORIGIN}",
        "40 leaves, each agrees with its hash",
        f"root {report.root}",
        f"3 checkpoints, signed by key {made.old.key.id.hex()}, {made.new.key.id.hex()}",
        "the key you gave is among them",
        "consistent with the checkpoint of 20 leaves you kept",
        "everything holds",
    ]
    assert report.lines("zh")[-2:] == ["与您保存的 20 条的检查点一致", "全部成立"]


def test_without_a_key_from_elsewhere_it_says_so(export):
    assert "these keys are the export's own" in "\n".join(verify(export).lines("en"))


@pytest.mark.behaviour("S152")
@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        pytest.param(changed(7), ("changed", 7), id="changed"),
        pytest.param(changed(0), ("changed", 0), id="first_changed"),
        pytest.param(changed(30), ("changed", 30), id="rotation_changed"),
        pytest.param(changed(39), ("changed", 39), id="last_changed"),
        pytest.param(dropped(7), ("changed", 7), id="dropped"),
        pytest.param(dropped(0), ("changed", 0), id="first_dropped"),
        pytest.param(dropped(39), ("missing", 39), id="last_dropped"),
        pytest.param(repeated(7), ("changed", 8), id="repeated"),
        pytest.param(repeated(39), ("changed", 40), id="last_repeated"),
        pytest.param(swapped(7), ("changed", 7), id="swapped"),
        pytest.param(cut(25), ("cut", 25), id="cut_inside_a_leaf"),
        pytest.param(cut(39), ("cut", 39), id="cut_inside_the_last"),
        pytest.param(ended(20), ("missing", 20), id="cut_in_half"),
        pytest.param(ended(0), ("missing", 0), id="emptied"),
        pytest.param(put(12, b"{not json\n"), ("changed", 12), id="no_json"),
        pytest.param(put(12, b"\n"), ("changed", 12), id="empty_line"),
        pytest.param(put(12, b"x" * (1 << 20) + b"\n"), ("cut", 12), id="one_megabyte"),
        pytest.param(lambda lines: [line.replace(b"\n", b"\r\n") for line in lines], ("changed", 0), id="other_line_ends"),
        pytest.param(lambda lines: [*lines[:9], lines[9].replace(b'":"', b'": "', 1), *lines[10:]], ("changed", 9), id="a_space"),
    ],
)
def test_damage_to_the_leaves_is_found(export, damage, expected):
    edit(export / LEAVES, damage)
    assert found(export) == expected


@pytest.mark.behaviour("S152")
@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        pytest.param(changed(7), ("record", 7), id="changed"),
        pytest.param(dropped(7), ("record", 7), id="dropped"),
        pytest.param(dropped(39), ("record", 39), id="last_dropped"),
        pytest.param(repeated(7), ("record", 8), id="repeated"),
        pytest.param(swapped(7), ("record", 7), id="swapped"),
        pytest.param(cut(25), ("record", 25), id="cut"),
        pytest.param(ended(20), ("record", 20), id="cut_in_half"),
        pytest.param(put(12, b"no hash\n"), ("record", 12), id="no_hash"),
        pytest.param(put(12, b"A" * 64 + b"\n"), ("record", 12), id="capitals"),
    ],
)
def test_damage_to_the_hashes_is_found_and_the_leaf_cleared(export, damage, expected):
    edit(export / HASHES, damage)
    assert found(export) == expected


@pytest.mark.behaviour("S152")
@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        pytest.param(dropped(25), ("both", 20), id="dropped"),
        pytest.param(dropped(39), ("short", 39), id="last_dropped"),
        pytest.param(repeated(25), ("both", 20), id="repeated"),
        pytest.param(swapped(25), ("both", 20), id="swapped"),
        pytest.param(swapped(19), ("both", 0), id="swapped_across_a_checkpoint"),
        pytest.param(ended(35), ("short", 35), id="cut_in_half"),
        pytest.param(ended(0), ("short", 0), id="emptied"),
    ],
)
def test_a_leaf_and_its_hash_damaged_alike_are_found_between_two_checkpoints(export, damage, expected):
    edit(export / LEAVES, damage)
    edit(export / HASHES, damage)
    assert found(export) == expected


def test_a_leaf_rewritten_with_its_hash_is_found_between_two_checkpoints(export):
    other = canonical(leaf(25, policy="another"))
    edit(export / LEAVES, put(25, other + b"\n"))
    edit(export / HASHES, put(25, leaf_hash(other).hex().encode() + b"\n"))
    report = verify(export)
    assert (report.wrong.code, report.wrong.leaf, report.size) == ("both", 20, 20)
    assert "between leaf 20 and leaf 30" in report.wrong.en
    assert report.lines("en")[0] == "the first 20 leaves are proved by a checkpoint"


def test_a_leaf_and_a_hash_changed_apart_are_found(export):
    edit(export / LEAVES, changed(25))
    edit(export / HASHES, changed(27))
    assert found(export) == ("both", 20)


@pytest.mark.behaviour("S152")
@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        pytest.param(lambda all_: edit(all_[1], put(2, ZERO)), "signature", id="root"),
        pytest.param(lambda all_: edit(all_[1], put(1, b"30\n")), "order", id="size"),
        pytest.param(lambda all_: edit(all_[1], put(0, b"other.example\n")), "of", id="origin"),
        pytest.param(lambda all_: edit(all_[1], lambda lines: [*lines[:3], b"more\n", *lines[3:]]), "signature", id="a_line_more"),
        pytest.param(lambda all_: edit(all_[1], cut(2)), "named", id="cut"),
        pytest.param(lambda all_: all_[1].write_bytes(b""), "named", id="emptied"),
        pytest.param(lambda all_: all_[1].unlink(), "order", id="dropped"),
        pytest.param(lambda all_: all_[2].unlink(), "open", id="last_dropped"),
        pytest.param(lambda all_: shutil.rmtree(all_[0].parent), "open", id="all_dropped"),
        pytest.param(lambda all_: shutil.copy(all_[2], all_[2].with_name("000004-40.note")), "order", id="repeated"),
        pytest.param(lambda all_: shutil.copy(all_[2], all_[1]), "order", id="put_over_another"),
        pytest.param(lambda all_: exchange(all_[1], all_[2]), "order", id="swapped"),
    ],
)
def test_damage_to_the_checkpoints_is_found(export, damage, expected):
    damage(sorted((export / "checkpoints").iterdir()))
    assert found(export)[0] == expected


def last(change):
    """Change the last line of a note."""
    return lambda lines: [*lines[:-1], change(lines[-1])]


@pytest.mark.behaviour("S152")
@pytest.mark.parametrize(
    ("which", "damage", "expected"),
    [
        pytest.param(2, last(lambda line: line[:60] + (b"A" if line[60:61] != b"A" else b"B") + line[61:]), "signature", id="changed"),
        pytest.param(2, ended(4), "named", id="dropped"),
        pytest.param(1, ended(5), "unsigned", id="second_of_two_dropped"),
        pytest.param(1, dropped(4), "unsigned", id="first_of_two_dropped"),
        pytest.param(1, swapped(4), "lines", id="swapped"),
        pytest.param(2, repeated(4), "named", id="repeated"),
        pytest.param(2, cut(4), "named", id="cut"),
        pytest.param(2, last(lambda line: line.replace(b"lanting", b"lantinh")), "unsigned", id="name_changed"),
        pytest.param(2, last(lambda line: line.replace(b"\xe2\x80\x94", b"-")), "named", id="dash_changed"),
    ],
)
def test_damage_to_a_signature_is_found(export, which, damage, expected):
    edit(sorted((export / "checkpoints").iterdir())[which], damage)
    assert found(export)[0] == expected


def test_signatures_swapped_between_checkpoints_are_found(export):
    first, _, third = (path.read_bytes().splitlines(keepends=True) for path in sorted((export / "checkpoints").iterdir()))
    edit(export / "checkpoints" / "000001-20.note", last(lambda _: third[-1]))
    edit(export / "checkpoints" / "000003-40.note", last(lambda _: first[-1]))
    assert found(export) == ("unsigned", None)


@pytest.mark.behaviour("S152")
@pytest.mark.parametrize("damage", [changed(1), dropped(0), dropped(1), repeated(1), swapped(0), cut(1), ended(0)])
def test_damage_to_the_list_of_keys_is_found(export, damage):
    edit(export / "keys.txt", damage)
    assert found(export) == ("keys", None)


@pytest.mark.parametrize("name", [LEAVES, HASHES, "keys.txt"])
def test_a_file_that_is_missing_is_named(export, name):
    (export / name).unlink()
    assert f"{name} is missing" in verify(export).wrong.en


def test_an_empty_folder_is_no_export(tmp_path):
    assert found(tmp_path)[0] == "file"


def test_an_empty_log_proves_nothing(tmp_path):
    for name in (LEAVES, HASHES, "keys.txt"):
        (tmp_path / name).touch()
    assert found(tmp_path) == ("empty", None)


def test_the_log_itself_is_no_export(made):
    assert found(made.log.store.root)[0] == "live"


# -- whoever holds the storage, but not the key --------------------------------------------------------------------------


def test_a_log_written_anew_by_a_stranger_is_not_the_one_you_know(made, export):
    stranger = Signer.new(ORIGIN)
    leaves = [opened(stranger.key), *(leaf(number) for number in range(1, 40))]
    forge(export, list(map(canonical, leaves)), [stranger], [stranger.key])
    assert found(export) is None
    assert found(export, trusted=[str(made.old.key)]) == ("stranger", None)
    assert found(export, made.kept) == ("held_key", None)


def test_a_rotation_that_the_old_key_did_not_sign_is_found(made, export):
    stranger = Signer.new(ORIGIN)
    leaves = [opened(made.old.key), rotated(made.old.key, stranger.key), leaf(1)]
    forge(export, list(map(canonical, leaves)), [stranger], [made.old.key, stranger.key])
    report = verify(export)
    assert report.wrong.code == "unsigned"
    assert made.old.key.id.hex() in report.wrong.en


@pytest.mark.parametrize("which", ["another_old", "another_name", "the_same_key", "opened_twice", "not_opened"])
def test_a_key_that_does_not_follow_is_found(made, export, which):
    old, new, odd = made.old.key, made.new.key, Signer.new("other.example/audit").key
    wrong = {
        "another_old": [opened(old), rotated(new, new)],
        "another_name": [opened(old), rotated(old, odd)],
        "the_same_key": [opened(old), rotated(old, old)],
        "opened_twice": [opened(old), opened(new)],
        "not_opened": [rotated(old, new)],
    }[which]
    forge(export, list(map(canonical, wrong)), [made.old, made.new], [old])
    assert found(export) == ("leaf", len(wrong) - 1)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(b'{"b":1,"a":1}', "canonical", id="keys_out_of_order"),
        pytest.param(b'{"a":1,"a":1}', "twice", id="key_twice"),
        pytest.param(b'{"a":1.5}', "fractions", id="fraction"),
        pytest.param(b"[]", "canonical", id="no_object"),
        pytest.param(b"{", "JSON", id="no_json"),
        pytest.param(b'{"a":"\\ud800"}', "surrogate", id="surrogate"),
    ],
)
def test_a_leaf_that_was_signed_but_has_no_one_form_is_named(made, export, data, says):
    forge(export, [canonical(opened(made.old.key)), data], [made.old], [made.old.key])
    report = verify(export)
    assert (report.wrong.leaf, says in report.wrong.en) == (1, True)


# -- what is given beside the export -------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["", "ssh-rsa AAAAB3Nza me", "a+b+c", "-----BEGIN PUBLIC KEY-----"])
def test_a_key_of_the_wrong_kind_is_said_before_anything_is_checked(export, key):
    report = verify(export, trusted=[key])
    assert (report.wrong.code, report.size) == ("vkey", 0)


def test_a_key_with_another_name_is_not_the_one(made, export):
    assert found(export, trusted=[str(Signer("other.example/audit", made.old.private).key)]) == ("stranger", None)


def test_a_kept_checkpoint_of_another_origin_is_said(export, tmp_path):
    other = Signer.new("other.example/audit")
    held = signed("other.example/audit\n20\n" + base64.b64encode(bytes(32)).decode() + "\n", [other])
    assert found(export, held) == ("held_of", None)


@pytest.mark.parametrize("held", [b"", b"no note", b"a\n1\n\n\xe2\x80\x94 a AAAAAAAA\n"])
def test_what_is_no_checkpoint_is_said(export, held):
    assert found(export, held)[0] in ("note", "point")


def test_a_kept_checkpoint_changed_since_is_no_fork(made, export):
    told = made.kept.split(b"\n")
    told[2] = base64.b64encode(bytes(32))
    assert found(export, b"\n".join(told)) == ("signature", None)


def test_a_kept_checkpoint_larger_than_the_log_names_the_first_missing_leaf(made, tmp_path):
    longer = make(tmp_path / "log")
    longer.log.export(tmp_path / "before")
    longer.log.append([leaf(40)])
    assert found(tmp_path / "before", longer.log.checkpoint([longer.new])) == ("held_size", 40)


def test_a_checkpoint_larger_than_its_leaves_names_the_first_missing_leaf(made, export):
    told = signed(f"{ORIGIN}\n50\n{base64.b64encode(bytes(32)).decode()}\n", [made.new])
    (export / "checkpoints" / "000004-50.note").write_bytes(told)
    assert found(export) == ("short", 40)


def test_a_report_is_plain_data(export):
    assert json.dumps(verify(export).keys)
    assert Report().lines("en") == ["everything holds"]


def unfound(path):
    """Places of a file at which a changed byte is not found."""
    data, folder = path.read_bytes(), path.parent if path.suffix != ".note" else path.parent.parent
    missed = []
    for at in range(0, len(data), 5):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        missed += [at] * (verify(folder).wrong is None)
    path.write_bytes(data)
    return missed


@pytest.mark.behaviour("S152")
@pytest.mark.parametrize("name", [LEAVES, HASHES, "keys.txt", "checkpoints/000001-20.note", "checkpoints/000002-31.note"])
def test_a_changed_byte_anywhere_is_found(export, name):
    assert unfound(export / name) == []


FILES = [
    [LEAVES],
    [HASHES],
    [LEAVES, HASHES],
    ["keys.txt"],
    *([f"checkpoints/{name}.note"] for name in ("000001-20", "000002-31", "000003-40")),
]


def hidden(export, rng):
    """Do something at random to one file, or the same to leaves and hashes; what it was, where it is not found."""
    names, damage = rng.choice(FILES), rng.choice([changed, dropped, repeated, swapped, cut, ended])
    before = {name: (export / name).read_bytes() for name in names}
    at = rng.randrange(before[names[0]].count(b"\n") - (damage is swapped))
    for name in names:
        edit(export / name, damage(at))
    differs = any((export / name).read_bytes() != data for name, data in before.items())
    wrong = verify(export).wrong
    for name, data in before.items():
        (export / name).write_bytes(data)
    return (names, damage.__name__, at) if differs and wrong is None else None


@pytest.mark.behaviour("S152")
@pytest.mark.parametrize("seed", range(8))
def test_no_damage_goes_unfound(export, seed):
    rng = Random(seed)
    assert [case for case in (hidden(export, rng) for _ in range(50)) if case] == []

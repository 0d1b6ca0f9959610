"""A log: leaves in, checkpoints and proofs and exports out.

Leaf 0 opens the log and names its key; a rotation of the key is a leaf too. So the leaves alone say which key must have signed when.
Nothing here reads a clock: days are arguments.
"""

from __future__ import annotations

import base64
import datetime as dt
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from arrears.audit.folder import HASHES, LEAVES, Folder, replace
from arrears.audit.keys import Signer, signed
from arrears.audit.leaves import check
from arrears.audit.prove import consistency_ranges, consistency_text, inclusion_ranges, inclusion_text, root_of, roots
from arrears.audit.store import Store
from arrears.audit.verify import OPENED, ROTATED, AuditError, Checkpoint, Key, leaf_hash, parse, read_checkpoint, read_key

BATCH = 1_000  # leaves a write

README = """{origin}

An export of an audit log: {size} leaves. It needs nothing but itself to be verified:

  leaves.jsonl   one leaf a line, canonical JSON (RFC 8785)
  hashes.txt     SHA-256(0x00 || leaf) of each, in hex
  checkpoints/   signed notes (C2SP tlog-checkpoint), the last one over all leaves
  keys.txt       the public keys, in the order in which they signed

Verify it:  python verify.py THIS_FOLDER --key VKEY --checkpoint A_CHECKPOINT_YOU_KEPT
verify.py is one file of Arrears (src/arrears/audit/verify.py). Take it, and the key, from somewhere else than this folder came from.

审计日志的导出：{size} 条叶。用另行取得的 verify.py 与公钥核验；不要使用与本文件夹一同得到的。
"""


class Log:
    """An open log over a storage. AuditError where it has no first leaf."""

    def __init__(self, store: Store) -> None:
        self.store = store
        if store.find("key/0") is None:
            raise AuditError("日志没有第一条叶；先运行 arrears audit init", "the log has no first leaf; run: arrears audit init")

    @classmethod
    def open_with(cls, store: Store, signer: Signer, opened_on: dt.date, continues: bytes | None = None) -> Log:
        """Begin a log under the name of a key, or open the one that this key began; `continues`: the last checkpoint of a log before it."""
        number = store.find("key/0")
        if number is None:
            leaf = {"id": "key/0", "kind": OPENED, "origin": signer.name, "key": str(signer.key), "opened_on": opened_on.isoformat()}
            if continues is not None:
                old = read_checkpoint(continues)
                leaf["continues"] = f"{old.origin} {old.size} {base64.b64encode(old.root).decode()}"
            store.append([check(leaf)])
        log = cls(store)
        if log.signing_keys()[0][1] != signer.key:
            raise AuditError("此处已有另一日志", "another log is here already")
        return log

    # -- what it knows -----------------------------------------------------------

    def signing_keys(self) -> list[tuple[int, Key]]:
        """Its keys, each with the number of the leaf that names it; the last one signs."""
        found: list[tuple[int, Key]] = []
        while (number := self.store.find(f"key/{len(found)}")) is not None:
            told = self.leaf(number)
            found.append((number, read_key(str(told.get("new" if found else "key")))))
        return found

    @property
    def origin(self) -> str:
        """Its name."""
        return self.signing_keys()[0][1].name

    def leaf(self, number: int) -> dict[str, Any]:
        """A leaf, checked against its hash. AuditError where it is not what was added."""
        told = parse(self._leaf(number))
        assert isinstance(told, dict)
        return told

    def _leaf(self, number: int) -> bytes:
        if not 0 <= number < self.store.size():
            raise AuditError(
                f"没有叶 {number}：日志有 {self.store.size()} 条", f"there is no leaf {number}: the log has {self.store.size()}"
            )
        data, told = next(self.store.leaves(number, number + 1), b""), next(self.store.hashes(number, number + 1), b"")
        if leaf_hash(data) != told:
            raise AuditError(f"叶 {number} 已不是当初写入的内容", f"leaf {number} is not what was added", number)
        return data

    # -- what grows --------------------------------------------------------------

    def append(self, leaves: Iterable[dict[str, Any]]) -> list[int]:
        """Add leaves, all of them or none; returns their numbers once they are durable. What is there already keeps its number."""
        return self.store.append([check(leaf) for leaf in leaves])

    def checkpoint(self, signers: Sequence[Signer]) -> bytes:
        """Sign the log as it stands, with every key that must; the last checkpoint where nothing was added since.

        AuditError where a key is missing, or where what stands there does not continue the last checkpoint: a log never signs a fork.
        """
        size, known = self.store.size(), self.store.checkpoints()
        if known and known[-1] == size:
            return self.store.checkpoint(size)
        if known and not self._goes_on(read_checkpoint(self.store.checkpoint(known[-1])), size):
            raise AuditError(
                f"日志不再延续其 {known[-1]} 条的检查点：不签名",
                f"the log does not go on from its checkpoint of {known[-1]} leaves any more: nothing was signed",
            )
        chosen = self._signers(signers, known[-1] if known else 0)
        root = base64.b64encode(root_of(self.store.hashes(0, size))).decode()
        note = signed(f"{self.origin}\n{size}\n{root}\n", chosen)
        self.store.add_checkpoint(size, note)
        return note

    def _goes_on(self, last: Checkpoint, size: int) -> bool:
        """Is a checkpoint ours, and are the leaves it signed still what stands at the start."""
        key = [key for number, key in self.signing_keys() if number < last.size][-1]
        return last.size <= size and last.is_signed_by(key) and root_of(self.store.hashes(0, last.size)) == last.root

    def _signers(self, given: Sequence[Signer], signed_size: int) -> list[Signer]:
        """Those of the given keys that must sign: the newest, and each one it followed since the last checkpoint, the older first."""
        keys = self.signing_keys()
        before = [key for number, key in keys if number < signed_size][-1:]
        needed = before + [key for number, key in keys if number >= signed_size]
        have = {signer.key: signer for signer in given}
        lacking = [key.id.hex() for key in needed if key not in have]
        if lacking:
            told = ", ".join(lacking)
            raise AuditError(f"需要密钥 {told} 签名；所给的是 {', '.join(each.id.hex() for each in have)}",
                             f"key {told} must sign, and {', '.join(each.id.hex() for each in have)} was given")  # fmt: skip
        return [have[key] for key in needed]

    def rotate(self, old: Signer, new: Signer, on: dt.date, reason: str = "") -> bytes:
        """Go over to another key: a leaf that names it, and a checkpoint signed by both. Done again it changes nothing."""
        keys = self.signing_keys()
        if new.key not in [key for _, key in keys]:
            if old.key != keys[-1][1] or new.name != self.origin:
                raise AuditError("旧密钥不是日志现用的密钥，或名称不同", "the old key is not the one in use, or the names differ")
            told = {"old": str(old.key), "new": str(new.key), "rotated_on": on.isoformat()} | ({"reason": reason} if reason else {})
            self.append([{"id": f"key/{len(keys)}", "kind": ROTATED, **told}])
        return self.checkpoint([old, new])

    # -- what goes out -----------------------------------------------------------

    def prove_leaf(self, number: int, size: int | None = None) -> bytes:
        """A proof that a leaf stands in the log of a checkpoint (the last one)."""
        size = self._signed_size(size)
        if not 0 <= number < size:
            raise AuditError(f"叶 {number} 不在 {size} 条之中", f"leaf {number} is not among the {size} of the checkpoint")
        path = roots(inclusion_ranges(number, size), self.store.hashes)
        return inclusion_text(self._leaf(number), number, path, self.store.checkpoint(size))

    def prove_growth(self, first: int, size: int | None = None) -> bytes:
        """A proof that the first leaves of a checkpoint (the last one) are the log as it was then."""
        size = self._signed_size(size)
        if not 0 < first <= size:
            raise AuditError(f"{first} 不在 1 至 {size} 之间", f"{first} is not from 1 to {size}")
        return consistency_text(first, roots(consistency_ranges(first, size), self.store.hashes), self.store.checkpoint(size))

    def _signed_size(self, size: int | None) -> int:
        known = self.store.checkpoints()
        if not known:
            raise AuditError("还没有检查点；先运行 arrears audit checkpoint", "there is no checkpoint yet; run: arrears audit checkpoint")
        return known[-1] if size is None else read_checkpoint(self.store.checkpoint(size)).size

    def export(self, out: Path) -> int:
        """Write all that the last checkpoint signs to a new folder, as it stands in the storage; returns the number of leaves.

        What is wrong in the storage goes out as it is: `verify` names it.
        """
        size = self._signed_size(None)
        if out.exists():
            raise AuditError(f"{out} 已存在", f"{out} is there already")
        fresh = out.with_name(f".{out.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        (fresh / "checkpoints").mkdir(parents=True)
        with (fresh / LEAVES).open("wb") as leaves, (fresh / HASHES).open("wb") as hashes:
            leaves.writelines(data + b"\n" for data in self.store.leaves(0, size))
            hashes.writelines(each.hex().encode() + b"\n" for each in self.store.hashes(0, size))
        for number, each in enumerate(self.store.checkpoints(), start=1):
            (fresh / "checkpoints" / f"{number:06d}-{each}.note").write_bytes(self.store.checkpoint(each))
        keys = [f"{key}\n" for number, key in self.signing_keys() if number < size]
        (fresh / "keys.txt").write_text("".join(keys))
        replace(fresh / "README.txt", README.format(origin=self.origin, size=size).encode())
        fresh.rename(out)
        return size


def open_folder(root: Path) -> Log:
    """The log in a folder."""
    return Log(Folder(root))

"""Proofs: that a leaf stands in a log, and that an older log is the start of a newer one (RFC 6962, 2.1.1 and 2.1.2).

A proof is made in one pass over the hashes of the leaves, with little memory: each of its hashes is the root of one range of leaves.
In text it is a C2SP tlog-proof (the leaf itself stands in its `extra` line), or the `old` message of C2SP tlog-witness.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from arrears.audit.verify import AuditError, Checkpoint, Report, Tree, leaf_hash, node_hash, read_checkpoint, read_key, unbase

PROOF, OLD = "c2sp.org/tlog-proof@v1", "old "
Range = tuple[int, int]


def _split(size: int) -> int:
    """The largest power of two below `size`: where a tree divides."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_ranges(index: int, size: int, start: int = 0) -> list[Range]:
    """Ranges of leaves whose roots prove that leaf `index` stands among `size`, the nearest first."""
    if size == 1:
        return []
    half = _split(size)
    if index < half:
        return [*inclusion_ranges(index, half, start), (start + half, start + size)]
    return [*inclusion_ranges(index - half, size - half, start + half), (start, start + half)]


def consistency_ranges(first: int, size: int, start: int = 0, whole: bool = True) -> list[Range]:
    """Ranges of leaves whose roots prove that `first` leaves are the start of `size`; `whole`: this subtree is the older tree itself."""
    if first == size:
        return [] if whole else [(start, start + size)]
    half = _split(size)
    if first <= half:
        return [*consistency_ranges(first, half, start, whole), (start + half, start + size)]
    return [*consistency_ranges(first - half, size - half, start + half, whole=False), (start, start + half)]


def roots(ranges: Sequence[Range], hashes: Callable[[int, int], Iterable[bytes]]) -> list[bytes]:
    """Roots of ranges of leaves; `hashes` gives the leaf hashes from one number up to another."""
    return [root_of(hashes(first, last)) for first, last in ranges]


def root_of(hashes: Iterable[bytes]) -> bytes:
    """Root of a tree of these leaf hashes."""
    tree = Tree()
    for each in hashes:
        tree.add(each)
    return tree.root()


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Does `path` prove that `leaf` (a hash) stands at `index` in the tree of `size` leaves and this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    here, last = index, size - 1
    for each in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            leaf = node_hash(each, leaf)
            here, last = _past_right_edge(here, last)
        else:
            leaf = node_hash(leaf, each)
        here, last = here >> 1, last >> 1
    return last == 0 and leaf == root


def consistent(first: int, second: int, old: bytes, new: bytes, path: Sequence[bytes]) -> bool:
    """Does `path` prove that the tree of `first` leaves and root `old` is the start of that of `second` and `new` (RFC 9162, 2.1.4.2)."""
    if not 0 <= first <= second:
        return False
    if first in (0, second):
        return not path and old == (Tree().root() if first == 0 else new)
    steps = [old, *path] if first & (first - 1) == 0 else list(path)
    if not path:
        return False
    here, last = first - 1, second - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    was = now = steps[0]
    for each in steps[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            was, now = node_hash(each, was), node_hash(each, now)
            here, last = _past_right_edge(here, last)
        else:
            now = node_hash(now, each)
        here, last = here >> 1, last >> 1
    return last == 0 and was == old and now == new


def _past_right_edge(here: int, last: int) -> tuple[int, int]:
    """Up through the levels at which a node at the right edge has no neighbour."""
    while here and not here & 1:
        here, last = here >> 1, last >> 1
    return here, last


# -- as text -----------------------------------------------------------------------------------------------------------


def inclusion_text(leaf: bytes, index: int, path: Sequence[bytes], note: bytes) -> bytes:
    """A proof that a leaf stands in the log of a checkpoint."""
    lines = [PROOF, f"extra {base64.b64encode(leaf).decode()}", f"index {index}", *_coded(path)]
    return ("\n".join(lines) + "\n\n").encode() + note


def consistency_text(first: int, path: Sequence[bytes], note: bytes) -> bytes:
    """A proof that the first leaves of a checkpoint are an older log."""
    return ("\n".join([f"{OLD}{first}", *_coded(path)]) + "\n\n").encode() + note


def _coded(path: Sequence[bytes]) -> Iterator[str]:
    return (base64.b64encode(each).decode() for each in path)


def check_proof(data: bytes, trusted: Sequence[str], held: bytes | None = None) -> Report:
    """Check the text of a proof with keys known from elsewhere; a consistency proof also needs the checkpoint kept from before."""
    report = Report()
    try:
        points = [read_checkpoint(data.partition(b"\n\n")[2]), *([read_checkpoint(held)] if held else [])]
        keys = [read_key(each) for each in trusted]
        for point in points:
            if point.origin != points[0].origin or not any([point.is_signed_by(key) for key in keys]):  # noqa: C419 - all are looked at
                raise AuditError(
                    f"{point.size} 条的检查点不是由 --key 给出的密钥签名",
                    f"no key given by --key signed the checkpoint of {point.size} leaves",
                )
        report.origin, report.size, report.root = points[0].origin, points[0].size, points[0].root.hex()
        _check(data.partition(b"\n\n")[0].decode(errors="replace").split("\n"), report, *points)
    except AuditError as error:
        report.wrong = error
    return report


def _check(lines: list[str], report: Report, point: Checkpoint, held: Checkpoint | None = None) -> None:
    path = [unbase(each) for each in lines[1:]]
    if lines[0] == PROOF and len(lines) > 2 and re.fullmatch(r"index (0|[1-9][0-9]{0,17})", lines[2]):
        leaf, index = unbase(lines[1].removeprefix("extra ")), int(lines[2][6:])
        if not included(leaf_hash(leaf), index, point.size, path[2:], point.root):
            raise AuditError(f"证明不成立：叶 {index} 不在其中", f"the proof does not hold: leaf {index} is not in it", index)
        report.told.append((f"叶 {index} 在 {point.size} 条之中：", f"leaf {index} is among the {point.size}:"))
        report.told.append((leaf.decode(errors="replace"),) * 2)
    elif held and lines[0] == f"{OLD}{held.size}":
        if not consistent(held.size, point.size, held.root, point.root, path):
            raise AuditError(
                f"分叉（FORK）或证明有误：它不能把 {held.size} 条与 {point.size} 条连接起来",
                f"a FORK, or a wrong proof: it does not join {held.size} leaves to {point.size}",
            )
        report.told.append((f"{held.size} 条是 {point.size} 条的开头", f"the {held.size} leaves are the start of the {point.size}"))
    else:
        raise AuditError(
            "不是证明，或需要用 --checkpoint 给出其较旧大小的检查点", "it is no proof, or it needs --checkpoint of its older size"
        )

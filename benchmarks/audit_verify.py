"""An export of an audit log verified by `verify.py` in a process of its own: seconds, memory, and ratios to what must be paid anyway.

Floors, in the same run: one SHA-256 over the bytes of all leaves; and the 2 n - 1 small hashes that a tree of n leaves has.

    python benchmarks/audit_verify.py --leaves 1000000 [--json]
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import batched
from pathlib import Path
from typing import Any

from arrears.audit import verify
from arrears.audit.folder import Folder
from arrears.audit.keys import Signer
from arrears.audit.log import Log
from arrears.audit.seal import sealed

ORIGIN, LIMIT_SECONDS = "lanting.example/audit", 30


def main() -> None:
    """Make a log, export it, verify the export, and print the figures."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--leaves", type=int, default=1_000_000)
    asked.add_argument("--json", action="store_true")
    told = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="audit-"))
    try:
        figures = made(folder, told.leaves) | verified(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if told.json:
        print(json.dumps(figures))
        return
    print(f"{figures['leaves']:,} leaves ({figures['bytes'] / 2**20:.0f} MiB) verified in {figures['verify_seconds']:.1f} s "
          f"(at most {LIMIT_SECONDS} s), peak {figures['verify_peak_bytes'] / 2**20:.0f} MiB")  # fmt: skip
    print(f"floors: one hash over the bytes {figures['one_hash_seconds']:.2f} s, ratio {figures['ratio_to_one_hash']:.1f}; "
          f"the hashes of the tree {figures['tree_hashes_seconds']:.2f} s, ratio {figures['ratio_to_tree_hashes']:.1f}")  # fmt: skip
    print(f"made at {figures['append_per_second']:,.0f} leaves a second in thousands; checkpoint {figures['checkpoint_seconds']:.1f} s, "
          f"proof of a leaf {figures['prove_seconds']:.1f} s, of growth {figures['growth_seconds']:.1f} s")  # fmt: skip


def answers(count: int) -> Any:
    """Invented answers of a gate, each some 700 bytes: what will be most of a log."""
    for number in range(count):
        seal = sealed(str(number % 10_000), bytes(32))
        yield {
            "id": f"gate/{number}",
            "kind": "gate_answer",
            "asked_at": f"2026-09-{number % 28 + 1:02d}T10:00:00+08:00",
            "person": seal,
            "address": seal,
            "facts": seal,
            "answer": seal,
            "channel": "call",
            "purpose": "collection",
            "allowed": number % 3 == 0,
            "codes": ["DENY_HOURS"] if number % 3 else [],
            "rule_ids": ["cn.contact.hours", "cn.contact.calls.effective", "cn.contact.calls.attempts"],
        }


def made(folder: Path, count: int) -> dict[str, Any]:
    """A log of so many leaves with a checkpoint at every tenth, exported."""
    signer = Signer.new(ORIGIN)
    log = Log.open_with(Folder.make(folder / "log"), signer, dt.date(2026, 9, 1))
    spent = 0.0
    for number, leaves in enumerate(batched(answers(count - 2), 1_000), start=1):
        start = time.perf_counter()
        log.append(leaves)
        spent += time.perf_counter() - start
        if number % max(1, count // 10_000) == 0:
            log.checkpoint([signer])
    log.append([{"id": "erasure/1", "kind": "erasure", "subject": None, "what": "salt", "rule_id": "-", "erased_on": "2026-09-30"}])
    seconds = {
        "checkpoint_seconds": timed(lambda: log.checkpoint([signer])),
        "prove_seconds": timed(lambda: log.prove_leaf(count // 3)),
        "growth_seconds": timed(lambda: log.prove_growth(count // 3)),
    }
    log.export(folder / "export")
    shutil.rmtree(folder / "log")
    return {"leaves": count, "append_per_second": count / spent} | seconds


def verified(folder: Path) -> dict[str, Any]:
    """Seconds and memory of the verifier, and of the floors."""
    script, leaves = shutil.copy(verify.__file__, folder / "verify.py"), folder / "export" / "leaves.jsonl"
    seconds = timed(lambda: subprocess.run([sys.executable, "-I", script, folder / "export"], check=True, stdout=subprocess.DEVNULL))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    one, tree = timed(lambda: one_hash(leaves)), timed(lambda: tree_hashes(leaves))
    return {
        "bytes": leaves.stat().st_size,
        "verify_seconds": seconds,
        "verify_peak_bytes": peak,
        "one_hash_seconds": one,
        "ratio_to_one_hash": seconds / one,
        "tree_hashes_seconds": tree,
        "ratio_to_tree_hashes": seconds / tree,
    }


def one_hash(file: Path) -> None:
    """One SHA-256 over everything."""
    with file.open("rb") as handle:
        hashlib.file_digest(handle, "sha256").hexdigest()


def tree_hashes(file: Path) -> None:
    """A SHA-256 of each leaf, and one of 65 bytes for each inner node."""
    node = bytes(65)
    with file.open("rb") as handle:
        for line in handle:
            hashlib.sha256(line).digest()
            hashlib.sha256(node).digest()


def timed(work: Any) -> float:
    """Seconds that it takes."""
    start = time.perf_counter()
    work()
    return round(time.perf_counter() - start, 3)


if __name__ == "__main__":
    main()

"""An import of one large filing of SEC Form ABS-EE, Exhibit 102, made by repeating real records with new loan numbers.

The maturities are spread over 2026 to 2032, as in a deal: the few records of the excerpt are old and have few instalments left.

    python benchmarks/import_xml.py --megabytes 350 --json
    {"bytes": ..., "records": ..., "seconds": ..., "peak_rss_bytes": ..., "read_seconds": ..., "read_peak_rss_bytes": ...}

The records come from `$ARREARS_SHARED/data/loans/ex102_excerpt`, which is not part of this repository. `seconds` is the
whole import into an empty Book; `read_seconds` reads the columns of the mapping and nothing more. Each is measured in a
process of its own. Nothing here is part of a test.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from arrears.book.door import Door, Settings

ROOT = Path(__file__).resolve().parents[1]
RECORD = re.compile(r"<assets>.*?</assets>", re.DOTALL)
MATURITY = re.compile(r"<loanMaturityDate>[^<]*")
HEAD = '<?xml version="1.0" encoding="UTF-8"?><assetData xmlns="http://www.sec.gov/edgar/document/absee/autoloan/assetdata">\n'


def main() -> None:
    """Write the filing, then measure reading and importing it, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--megabytes", type=int, default=350)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--timed", nargs=2, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.timed:
        what, file = told.timed
        print(json.dumps(imported(Path(file)) if what == "import" else read(Path(file))))
        return
    with tempfile.TemporaryDirectory(prefix="arrears-bench-") as folder:
        file = Path(folder) / "filing.xml"
        figures: dict[str, Any] = {"records": write(file, told.megabytes * 10**6), "bytes": file.stat().st_size}
        for what in ("import", "read"):
            run = subprocess.run([sys.executable, __file__, "--timed", what, str(file)], capture_output=True, text=True, check=True)
            figures |= json.loads(run.stdout.splitlines()[-1])
    if told.json:
        print(json.dumps(figures))
    else:
        print(f"{figures['bytes'] / 10**6:.0f} MB, {figures['records']:,} records: {figures['seconds']:.1f} s, "
              f"peak {figures['peak_rss_bytes'] / 2**20:.0f} MiB; reading alone {figures['read_seconds']:.1f} s, "
              f"peak {figures['read_peak_rss_bytes'] / 2**20:.0f} MiB")  # fmt: skip


def write(file: Path, size: int) -> int:
    """Repeat the excerpts' records under new loan numbers up to a size; return how many there are."""
    shared = Path(os.environ.get("ARREARS_SHARED", ROOT.parent / "shared")) / "data" / "loans" / "ex102_excerpt"
    records = [text for each in sorted(shared.glob("*.xml")) for text in RECORD.findall(each.read_text(encoding="utf-8"))]
    if not records:
        raise SystemExit(f"no records at {shared}: set ARREARS_SHARED")
    parts = [re.split(r"(?<=<assetNumber>)[^<]*", text, maxsplit=1) for text in records]
    count = 0
    with file.open("w", encoding="utf-8") as out:
        out.write(HEAD)
        while out.tell() < size:
            for _ in range(1_000):
                before, after = parts[count % len(parts)]
                after = MATURITY.sub(f"<loanMaturityDate>{count % 12 + 1:02d}/{2026 + count // 12 % 7}", after)
                out.write(f"{before}{count:012d}{after}\n")
                count += 1
        out.write("</assetData>\n")
    return count


def imported(file: Path) -> dict[str, Any]:
    """Seconds and peak memory of the whole import."""
    door = Door.init(file.parent / "book", Settings(currency="USD"))
    start = time.perf_counter()
    done = door.import_files([file], "abs-ee", dt.date(2026, 11, 24), deal="AMCAR 2024-1")
    figures = {"seconds": round(time.perf_counter() - start, 2), "peak_rss_bytes": _peak()}
    return {**figures, "loans": done.tape.loans.num_rows, "instalments": done.tape.schedule.num_rows, "rejects": done.tape.rejects.num_rows}


def read(file: Path) -> dict[str, Any]:
    """Seconds and peak memory of reading the columns that the mapping asks for."""
    from arrears.book.tape.files import read_columns
    from arrears.book.tape.mapping import load_mapping
    from arrears.book.tape.rejects import Ledger

    start = time.perf_counter()
    read_columns(file, Ledger(), load_mapping("abs-ee").all_columns())
    return {"read_seconds": round(time.perf_counter() - start, 2), "read_peak_rss_bytes": _peak()}


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()

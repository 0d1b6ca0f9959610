"""Where things stand in this repository, for the tests about the house."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "arrears"
DOCUMENTED = ("kernel", "law", "gate", "audit", "book", "data")  # rooms whose public functions must have docstrings


def modules(*rooms: str) -> list[Path]:
    """Every Python module of the package, or of some rooms, without their tests."""
    tops = [SOURCE / room for room in rooms] or [SOURCE]
    written = (path for top in tops for path in top.rglob("*.py"))
    # Django writes migrations, and one that has run is never edited.
    return sorted(path for path in written if not {"tests", "migrations"} & set(path.relative_to(SOURCE).parts))


def name(path: Path) -> str:
    """A path as it is called inside the repository."""
    return path.relative_to(ROOT).as_posix()


def kept_files() -> list[Path]:
    """Every file of the repository that git keeps or would keep; every file below it where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode == 0:
        return sorted(path for part in listed.stdout.split("\0") if part and (path := ROOT / part).is_file())
    left_out = {".git", ".venv", ".tools", "__pycache__"}
    return sorted(path for path in ROOT.rglob("*") if path.is_file() and not left_out & set(path.parts))

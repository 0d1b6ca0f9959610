"""What every test of the repository may ask for: the shared data folder, and the check of behaviour marks."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "tests" / "structure"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real tapes and facts that is not part of the repository: ARREARS_SHARED, or a sibling named shared."""
    folder = Path(os.environ.get("ARREARS_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"no data at {folder}: set ARREARS_SHARED to the folder that holds data/loans")
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a mark that names no row of docs/behaviours.md: a mistyped id would be a promise nobody keeps."""
    import behaviours

    known = {row.id for row in behaviours.rows()}
    wrong = {f"{item.nodeid}: {id_}" for item in items for mark in item.iter_markers("behaviour") for id_ in mark.args if id_ not in known}
    if wrong:
        raise pytest.UsageError("behaviour marks that name no row of docs/behaviours.md:\n" + "\n".join(sorted(wrong)))

"""One small log, made once; each test breaks a copy of its export."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from arrears.audit.tests.logs import Made, make


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The log of `logs.make`; nobody changes it."""
    return make(tmp_path_factory.mktemp("made") / "log")


@pytest.fixture(scope="session")
def _exported(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("exported") / "export"
    made.log.export(out)
    return out


@pytest.fixture
def export(_exported: Path, tmp_path: Path) -> Path:
    """A copy of its export."""
    return Path(shutil.copytree(_exported, tmp_path / "export"))

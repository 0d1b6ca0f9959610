"""What the tests of sending stand on: a carrier on this machine, ways that lead to it, approved wordings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from arrears.desk import clock
from arrears.desk.contacts import ways as ways_module
from arrears.desk.contacts.testing import MORNING, approve_all, late
from arrears.sandbox.carrier import Carrier, Settings


@pytest.fixture
def carrier(tmp_path: Path) -> Iterator[Carrier]:
    with clock.at(MORNING), Carrier(Settings(tmp_path / "carrier"), lambda: MORNING) as running:
        path = settings.PLACES.root / ways_module.FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        told = ways_module.for_sandbox(running.http.port, running.smtp.port)
        told["sms"] |= {"answer_s": "1"}
        path.write_text(json.dumps(told))
        ways_module._held.clear()
        yield running
        path.unlink()
        ways_module._held.clear()


@pytest.fixture
def lin(db: None, account: Any) -> Any:
    made = late(noticed=False)
    approve_all(account("operations", "writer"), account("compliance", "reader"))
    return made

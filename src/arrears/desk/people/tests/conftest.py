"""Lin Yuan and the hour of the tests."""

from __future__ import annotations

import datetime as dt

import pytest

from arrears.desk.clock import ZONE
from arrears.desk.people.testing import LinYuan, lin_yuan

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=ZONE)


@pytest.fixture
def noon() -> dt.datetime:
    """A Tuesday, at noon."""
    return NOON


@pytest.fixture
def lin(db: None, noon: dt.datetime) -> LinYuan:
    """Lin Yuan, her loan B01 in team one, her friend, her brother."""
    return lin_yuan(noon)

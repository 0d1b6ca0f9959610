"""An invented lender in memory, and a schedule maker of the shipped settings."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

OPENING = dt.date(2026, 8, 31)
LIMIT = 30_000_000


@pytest.fixture(scope="session")
def maker() -> Any:
    from arrears.book.door import ScheduleMaker
    from arrears.law.values import load

    return ScheduleMaker(load(None, "cn"))


@pytest.fixture(scope="session")
def lender(maker: Any) -> Any:
    """3,000 loans and 120 days."""
    from arrears.sample.invent import Asked, invent

    return invent(Asked(3_000, 120, 11, OPENING), maker, LIMIT)

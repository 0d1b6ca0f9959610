"""Books that the papers are read from: the story's last two closes, and two small books with everything that can end a loan."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from arrears.book.door import Door, Settings
from arrears.book.papers.statement import statement

DAY = dt.date(2026, 10, 1)

LOANS = """loan_id,method,day_count,principal,rate,term_count,step_months,disbursed_on,first_due_on,instalment,cost_sheet
LATE,bullet,30/360,50000.00,0.12,1,3,2026-06-01,2026-09-01,,
PAID,bullet,30/360,1000.00,0.12,1,1,2026-08-01,2026-09-01,,
GONE,bullet,30/360,1000.00,0.12,1,1,2026-02-01,2026-03-01,,
BACK,bullet,30/360,1000.00,0.12,1,1,2026-07-01,2026-08-01,,"[{""code"": ""gps"", ""max_fen"": 9900}]"
"""
EVENTS = """source,source_ref,loan_id,kind,value_on,recorded_at,amount,subject,refers_to,asker,approver,reason
bank,1,PAID,payment_received,2026-09-01,2026-09-01T10:00:00+08:00,1015.00,,,,,
bank,2,BACK,payment_received,2026-08-01,2026-08-01T10:00:00+08:00,1010.00,,,,,
bank,3,BACK,payment_reversed,2026-08-05,2026-08-05T10:00:00+08:00,,,bank/2,,,bounced
bank,4,BACK,payment_received,2026-09-20,2026-09-20T10:00:00+08:00,500.00,,,,,
bank,5,BACK,payment_received,2026-09-20,2026-09-20T11:00:00+08:00,20.00,,,,,
office,6,BACK,fee_charged,2026-09-10,2026-09-10T10:00:00+08:00,30.00,gps,,,,
office,7,GONE,charged_off,2026-09-15,2026-09-15T10:00:00+08:00,,,,L1,A1,
bank,8,GONE,recovered,2026-09-20,2026-09-20T10:00:00+08:00,100.00,,,,,
"""
US_LOANS = """loan_id,method,day_count,principal,rate,term_count,step_months,disbursed_on,first_due_on,instalment
S1,simple_interest,actual/365,1200.00,0.10,12,1,2026-07-01,2026-08-01,105.50
"""
US_EVENTS = """source,source_ref,loan_id,kind,value_on,recorded_at,amount
bank,1,S1,payment_received,2026-08-01,2026-08-01T10:00:00+08:00,105.50
"""


def _book(root: Path, currency: str, loans: str, events: str) -> Door:
    door = Door.init(root / "book", Settings(currency=currency))
    files = [root / "loans.csv", root / "events.csv"]
    for file, text in zip(files, (loans, events), strict=True):
        file.write_text(text, encoding="utf-8")
    taken = door.import_files(files, "arrears", DAY)
    assert taken.tape.rejects.to_pylist() == []
    door.close(DAY)
    return door


@pytest.fixture(scope="session")
def small_book(tmp_path_factory: pytest.TempPathFactory) -> Door:
    """Four loans in yuan at the close of 2026-10-01: late, paid off, charged off, and one whose payment bounced."""
    return _book(tmp_path_factory.mktemp("small"), "CNY", LOANS, EVENTS)


@pytest.fixture(scope="session")
def dollar_book(tmp_path_factory: pytest.TempPathFactory) -> Door:
    """One simple-interest loan in dollars at the close of 2026-10-01, one instalment paid, two open."""
    return _book(tmp_path_factory.mktemp("dollar"), "USD", US_LOANS, US_EVENTS)


@pytest.fixture(scope="session")
def story_book(tmp_path_factory: pytest.TempPathFactory) -> Door:
    """The story at its last two closes: one close of many days gives what many closes give."""
    story = pytest.importorskip("arrears.sample.story", reason="the sample lender stands above the Book")
    door = story.build(tmp_path_factory.mktemp("story") / "book")
    door.close(story.LAST - dt.timedelta(days=1))
    door.close(story.LAST)
    return door


@pytest.fixture(scope="session")
def told(story_book: Door) -> dict[str, dict[str, Any]]:
    """Statements of B02, B05, B09, B10 at the end of the story."""
    return {loan: statement(story_book, loan) for loan in ("B02", "B05", "B09", "B10")}

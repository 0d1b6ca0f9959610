"""A book of four loans and months, whose tables can be counted by hand; one payment comes in two closes too late.

loan  due         what happens                                     31 Aug  30 Sep    31 Oct       30 Nov
A     2026-09-01  paid in full on its day                          C       paid_off  paid_off     paid_off
B     2026-09-10  paid on 25 September, posted on 5 November       C       M1        M2           paid_off
C     2027-01-01  nothing                                          C       C         C            C
D     2026-08-20  nothing, charged off on 15 October               M1      M2        charged_off  charged_off
"""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from arrears.book.door import Door, Settings

LOANS = """\
loan_id,borrower_id,method,day_count,principal,rate,term_count,step_months,disbursed_on,first_due_on,vehicle
A,P1,bullet,30/360,1000.00,0.12,1,2,2026-07-01,2026-09-01,"{""plate"": ""沪A12345""}"
B,P2,bullet,30/360,1000.00,0.12,1,2,2026-07-10,2026-09-10,
C,P1,bullet,30/360,1000.00,0.12,1,6,2026-07-01,2027-01-01,
D,,bullet,30/360,1000.00,0.12,1,2,2026-06-20,2026-08-20,
"""
EVENTS = """\
source,source_ref,loan_id,kind,value_on,recorded_at,amount,payer,reason,asker,approver
bank,1,A,payment_received,2026-09-01,2026-09-01T10:00:00+08:00,1020.00,李*,,,
office,2,D,charged_off,2026-10-15,2026-10-15T10:00:00+08:00,,,,L1,A1
"""
LATE = """\
source,source_ref,loan_id,kind,value_on,recorded_at,amount
bank,9,B,payment_received,2026-09-25,2026-11-05T10:00:00+08:00,1100.00
"""
AUGUST, SEPTEMBER, OCTOBER, NOVEMBER = dt.date(2026, 8, 31), dt.date(2026, 9, 30), dt.date(2026, 10, 31), dt.date(2026, 11, 30)


def take(door: Door, folder: Path, **files: str) -> None:
    """Take CSV texts into a book."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    taken = door.import_files([folder / f"{name}.csv" for name in files], "arrears", AUGUST)
    assert taken.tape.rejects.to_pylist() == []


@pytest.fixture(scope="session")
def _kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("months")
    door = Door.init(folder / "book", Settings(monthly=True))
    take(door, folder, loans=LOANS, events=EVENTS)
    door.close(AUGUST)
    door.close_through(OCTOBER)
    return folder


@pytest.fixture(scope="session")
def early(_kept: Path) -> Path:
    """The book at the close of October: nobody knows of B's payment."""
    return _kept / "book"


@pytest.fixture(scope="session")
def late(_kept: Path) -> Path:
    """The same book at the close of November: the payment of September is known."""
    book = Path(shutil.copytree(_kept / "book", _kept / "late"))
    door = Door(book)
    take(door, _kept, events=LATE)
    door.close(NOVEMBER)
    return book

"""The real tape of 3,513 loans: imports and closes through 44 months to the expected totals, to the cent (docs/real-tape.md)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from arrears.book.door import Door
from arrears.book.papers.report import report
from tape_book import tape_book

EXPECTED_MIX = {"current": 76.8, "1-29": 14.4, "30-59": 4.1, "60-89": 2.0, "90-119": 1.0, "120+": 1.8}
pytestmark = [pytest.mark.xdist_group("real-tape"), pytest.mark.slow]


@pytest.fixture(scope="module")
def tape(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Door:
    return Door(tape_book(shared, tmp_path_factory))


def test_forty_four_months_are_closed(tape: Door) -> None:
    assert (len(tape.closes()), tape.current) == (44, dt.date(2020, 12, 31))


def test_totals_to_the_cent(tape: Door) -> None:
    totals = report(tape)["totals"]
    assert {name: totals[name] for name in ("loans", "open", "paid_off", "charged_off")} == {
        "loans": 3_513,
        "open": 1_508,
        "paid_off": 1_883,
        "charged_off": 122,
    }
    assert totals["payments"] == 6_196_195_295
    assert totals["charged_off_principal"] == 156_018_784
    assert totals["collateral_proceeds"] == 82_344_512
    assert totals["recoveries"] == 9_108_093


def test_the_mix_of_status_is_within_two_points(tape: Door) -> None:
    seen: Counter[str] = Counter()
    for day in tape.closes():
        if dt.date(2017, 5, 31) < day <= dt.date(2020, 2, 29):
            rows = tape.positions(day, columns=["state", "bucket"])
            gone = pc.is_in(rows["state"], pa.array(["SETTLED", "WRITTEN_OFF"]))
            seen.update(rows.filter(pc.invert(gone))["bucket"].to_pylist())
    share = {name: 100 * count / seen.total() for name, count in seen.items()}
    assert {name: abs(share[name] - expected) <= 2 for name, expected in EXPECTED_MIX.items()} == dict.fromkeys(EXPECTED_MIX, True)


def test_loading_it_again_changes_nothing(tape: Door, shared: Path) -> None:
    files = [shared / "data" / "loans" / name for name in ("aart_2017_3_loans.csv.gz", "aart_2017_3_months.csv.gz")]
    again = tape.import_files(files, "aart-panel", dt.date(2026, 11, 24))
    assert (again.batch, again.tape.events.num_rows, again.tape.loans.num_rows) == (None, 0, 0)
    assert again.tape.rejects.num_rows == 0


def test_every_month_is_whole(tape: Door) -> None:
    assert [finding for _, findings in tape.verify() for finding in findings] == []

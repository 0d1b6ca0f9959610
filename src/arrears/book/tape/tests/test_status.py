"""Days past due derived from instalments and payments, against what each servicer reported, on the real rows (docs/abs-ee.md)."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from arrears.book.door import Door, Settings

ROWS = "ex102_rows_2016-12_2017-04.csv.gz"
EDGES = ((0, "current"), (29, "1-29"), (59, "30-59"), (89, "60-89"), (119, "90-119"))


def bucket(days: int) -> str:
    """The bucket of a number of days past due."""
    return next((name for edge, name in EDGES if days <= edge), "120+")


@dataclass(frozen=True)
class Pair:
    """One open loan and month after its opening: the servicer's days and the Book's; counted = the servicer still counts days."""

    loan_id: str
    month_end: str
    servicer: int
    ours: int
    counted: bool

    @property
    def agrees(self) -> bool:
        return bucket(self.servicer) == bucket(self.ours)


@pytest.fixture(scope="module")
def door(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Door:
    door = Door.init(tmp_path_factory.mktemp("filings") / "book", Settings(currency="USD"))
    door.import_files([shared / "data" / "loans" / ROWS], "abs-ee", dt.date(2026, 11, 24))
    door.close(dt.date(2016, 12, 31))
    door.close_through(dt.date(2017, 4, 30))
    return door


@pytest.fixture(scope="module")
def filed(shared: Path) -> dict[tuple[str, str], dict[str, str]]:
    with gzip.open(shared / "data" / "loans" / ROWS, "rt", encoding="utf-8") as file:
        return {
            (f"{row['securitizationKey']}:{row['assetNumber'].replace('/', '%2F')}", row["reportingPeriodEndingDate"]): row
            for row in csv.DictReader(file)
        }


@pytest.fixture(scope="module")
def states(door: Door) -> dict[tuple[str, str], tuple[str, int]]:
    """State and days past due by loan and month end."""
    return {
        (row["loan_id"], day.isoformat()): (row["state"], row["dpd"])
        for day in door.closes()
        for row in door.positions(day, columns=["loan_id", "state", "dpd"]).to_pylist()
    }


@pytest.fixture(scope="module")
def pairs(door: Door, filed: dict[tuple[str, str], dict[str, str]], states: dict[tuple[str, str], tuple[str, int]]) -> list[Pair]:
    opened = {row["loan_id"]: row["opened_on"].isoformat() for row in door.loans().to_pylist()}
    out = []
    for (loan, end), row in sorted(filed.items()):
        ended = row["zeroBalanceCode"] or not float(row["reportingPeriodActualEndBalanceAmount"] or 0)
        if loan in opened and end > opened[loan] and not ended:
            days = int(float(row["currentDelinquencyStatus"]))
            out.append(Pair(loan, end, days, states[loan, end][1], not (days == 0 and row["repossessedIndicator"] == "1.0")))
    return out


@pytest.mark.slow
def test_the_codes_end_in_the_states_they_mean(
    filed: dict[tuple[str, str], dict[str, str]], states: dict[tuple[str, str], tuple[str, int]]
) -> None:
    found = Counter((row["zeroBalanceCode"], states[key][0]) for key, row in filed.items() if row["zeroBalanceCode"] and key in states)
    assert found == {("1.0", "SETTLED"): 315, ("4.0", "WRITTEN_OFF"): 437, ("3.0", "WRITTEN_OFF"): 6}


@pytest.mark.slow
def test_nine_of_ten_are_in_the_servicers_bucket_where_the_servicer_counts(pairs: list[Pair]) -> None:
    counted = [pair for pair in pairs if pair.counted]
    assert (len(pairs), len(counted)) == (654, 609)
    assert sum(pair.agrees for pair in counted) / len(counted) >= 0.90


@pytest.mark.slow
def test_the_figures_of_the_page_are_those_of_the_run(pairs: list[Pair]) -> None:
    page = (Path(__file__).parents[5] / "docs" / "abs-ee.md").read_text(encoding="utf-8")
    for deal in sorted({pair.loan_id.split(":")[0] for pair in pairs}):
        mine = [pair for pair in pairs if pair.loan_id.startswith(deal)]
        counted = [pair for pair in mine if pair.counted]
        same = sum(pair.agrees for pair in counted)
        assert f"| {deal} | {len(mine)} | {len(mine) - len(counted)} | {len(counted)} | {same} | {100 * same / len(counted):.1f} |" in page
    for pair in pairs:
        if f"| {pair.loan_id.split(':')[1]} | {pair.month_end} |" in page:
            assert f"| {pair.loan_id.split(':')[1]} | {pair.month_end} | {pair.servicer} | {pair.ours} |" in page

"""A whole import: the documented example, what waits, what a dry run shows."""

from __future__ import annotations

import datetime as dt
import os
import re
from pathlib import Path

import pyarrow as pa
import pytest

from arrears.book.rules.schedule import make_schedules
from arrears.book.tape.intake import WAITING
from arrears.book.tape.load import Existing, Tape, load, retry
from arrears.book.tape.mapping import load_mapping, read_mapping
from arrears.book.tape.shape import arrow_schema
from arrears.book.tape.tests.builders import AS_OF, LIMITS, LOAN, reasons, refs, take, write_csv
from arrears.kernel.events import KINDS
from arrears.kernel.problems import Refused

GUIDE = Path(__file__).parents[5] / "docs" / "tape-layout.md"
EXAMPLE = re.compile(r"<!-- example: (\S+) -->\n```csv\n(.*?)```", re.DOTALL)


@pytest.fixture
def example(tmp_path: Path) -> Tape:
    """The example of the guide, imported."""
    for name, text in EXAMPLE.findall(GUIDE.read_text(encoding="utf-8")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return take(*sorted(tmp_path.glob("*.csv")))


def book_of(tape: Tape) -> Existing:
    """The book after an import."""
    return Existing(tape.loans, tape.events, tape.waiting)


def test_the_example_of_the_guide_imports_as_the_guide_says(example: Tape) -> None:
    assert (example.sums["loans"], example.sums["events"], example.sums["waiting"], example.sums["rejects"]) == (2, 4, 1, 0)
    assert example.schedule.num_rows == 26
    assert example.events.schema.names[0] == "event_id"


def test_the_guide_names_every_column_and_every_kind() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    mapping = load_mapping("arrears")
    columns = {column for kind in mapping.tables for column in mapping.known_columns(kind)}
    assert [name for name in sorted(columns | set(KINDS)) if f"`{name}`" not in text] == []


def test_the_mapping_of_the_guide_loads_a_lenders_own_columns(tmp_path: Path) -> None:
    import yaml

    raw = re.search(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert raw is not None
    mapping = read_mapping(yaml.safe_load(raw[1]), "guide")
    row = {
        "contract_no": "007",
        "amount_cents": "6000000",
        "yearly_rate": "12%",
        "periods": "24",
        "paid_out": "02-05-2026",
        "first_due": "03/2026",
    }
    row |= {
        "car_make": "比亚迪",
        "car_plate": "",
        "gps_fee": "99",
        "filing_fee": "",
        "first_bank": "a bank",
        "first_claim": "50000",
        "our_registration": "2026-02-06",
    }
    loan = take(write_csv(tmp_path / "x.csv", row), mapping=mapping).loans.to_pylist()[0]
    assert (loan["loan_id"], loan["principal_fen"], loan["rate_ppm"]) == ("007", 6_000_000, 120_000)
    assert (loan["disbursed_on"], loan["first_due_on"]) == (dt.date(2026, 2, 5), dt.date(2026, 3, 15))
    assert (loan["vehicle"], loan["cost_sheet"]) == ('{"make": "比亚迪"}', '[{"code": "gps", "max_fen": 9900}]')
    assert loan["liens"] == '[{"holder": "a bank", "claim_fen": 5000000, "ours": false}, {"registered_on": "2026-02-06", "ours": true}]'


def test_a_payment_for_an_unknown_loan_waits_and_comes_in_with_the_loan(example: Tape, tmp_path: Path) -> None:
    assert example.waiting.schema.equals(arrow_schema(WAITING))
    still = retry(book_of(example), AS_OF, LIMITS, load_mapping("arrears"), make_schedules)
    assert (still.events.num_rows, still.waiting.num_rows) == (0, 1)
    later = take(write_csv(tmp_path / "more.csv", {**LOAN, "loan_id": "B77"}), existing=book_of(still))
    # the loan's own opening comes before the payment, and now nothing waits
    assert (refs(later.events), later.waiting.num_rows, later.loans.column("loan_id").to_pylist()) == (["2026-0004"], 0, ["B77"])


@pytest.mark.behaviour("S012")
def test_the_same_files_again_bring_nothing_and_report_each_row(example: Tape, tmp_path: Path) -> None:
    again = take(*sorted(tmp_path.glob("*.csv")), existing=book_of(example))
    assert (again.loans.num_rows, again.events.num_rows, again.waiting.num_rows) == (0, 0, 1)
    keys = [row["key"] for row in again.duplicates.to_pylist() if row["what"] in ("loan", "event")]
    assert sorted(keys) == ["B01", "B02", "bank/2026-0001", "bank/2026-0002", "bank/2026-0003", "bank/2026-0004", "office/17"]


def test_a_dry_run_shows_counts_sums_ranges_and_the_first_ten_rejects(tmp_path: Path) -> None:
    bad = [{**LOAN, "loan_id": f"X{number}", "rate": "18"} for number in range(12)]
    sums = take(write_csv(tmp_path / "loans.csv", LOAN, {**LOAN, "loan_id": "B02", "rate": "0.144", "principal": "1000"}, *bad)).sums
    assert (sums["rows_read"]["loans"], sums["loans"], sums["rejects"], sums["principal_fen"]) == (14, 2, 12, 6_100_000)
    assert (sums["ranges"]["rate_ppm"], sums["ranges"]["disbursed_on"]) == ([120_000, 144_000], ["2026-02-05", "2026-02-05"])
    assert [each["row"] for each in sums["first_rejects"]] == list(range(4, 14))


def test_reversals_take_back_what_payments_brought_in_the_sums(example: Tape) -> None:
    assert example.sums["payments_fen"] == 40_800
    assert example.sums["by_kind"]["payment_received"] == {
        "count": 2,
        "amount_fen": 323_241,
        "first_on": "2026-03-05",
        "last_on": "2026-03-05",
    }


def test_events_without_a_source_bear_the_mappings_name(tmp_path: Path) -> None:
    row = {"source_ref": "1", "loan_id": "B01", "kind": "accelerated", "value_on": "2026-03-05"}
    tape = take(write_csv(tmp_path / "loans.csv", LOAN), write_csv(tmp_path / "events.csv", row))
    assert tape.events.column("event_id").to_pylist() == ["arrears/1"]


def test_an_event_of_a_loan_that_left_waits_so_that_nothing_is_lost(tmp_path: Path) -> None:
    row = {"source_ref": "1", "loan_id": "B01", "kind": "payment_received", "value_on": "2026-03-05", "amount": "5"}
    tape = take(write_csv(tmp_path / "loans.csv", {**LOAN, "rate": "18"}), write_csv(tmp_path / "events.csv", row))
    assert (tape.events.num_rows, tape.waiting.num_rows, [field for _, field, _, _ in reasons(tape)]) == (0, 1, ["rate"])


@pytest.mark.parametrize("how", ["longer", "same_size_and_time"])
def test_a_file_that_changes_while_it_is_read_is_refused_and_nothing_comes_in(tmp_path: Path, how: str) -> None:
    path = write_csv(tmp_path / "loans.csv", LOAN)
    was = path.stat()

    def change(step: str, done: int, size: int) -> None:
        if how == "longer":
            path.write_text(path.read_text() + "B02\n")
        else:
            path.write_text(path.read_text().replace("0.12", "0.13"))
            os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))

    other = write_csv(tmp_path / "more.csv", {**LOAN, "loan_id": "B02"})
    with pytest.raises(Refused, match=r"loans\.csv cannot be read: it changed while it was read"):
        load([path, other], load_mapping("arrears"), AS_OF, Existing(), LIMITS, make_schedules, progress=change)


@pytest.mark.behaviour("S162")
def test_rejects_are_named_totals_agree_and_mended_rows_come_in(tmp_path: Path) -> None:
    rows = [{**LOAN, "loan_id": f"B{k:02d}"} for k in range(6)]
    bad = [{**rows[1], "rate": "18"}, {**rows[3], "principal": "much"}, {**rows[4], "disbursed_on": "5 Feb"}]
    path = write_csv(tmp_path / "loans.csv", rows[0], bad[0], rows[2], bad[1], bad[2], rows[5])
    first = take(path)
    assert sorted((row, field, value) for row, field, value, _ in reasons(first)) == [
        (3, "rate", "18"), (5, "principal", "much"), (6, "disbursed_on", "5 Feb")]  # fmt: skip
    assert first.sums["rows_read"]["loans"] == first.sums["loans"] + first.sums["rejected_rows"] == 6
    assert first.sums["principal_fen"] == 3 * 6_000_000
    mended = write_csv(tmp_path / "mended.csv", rows[1], rows[3], rows[4])
    second = take(mended, existing=book_of(first))
    assert (second.loans.column("loan_id").to_pylist(), second.rejects.num_rows) == (["B01", "B03", "B04"], 0)
    book = Existing(pa.concat_tables([first.loans, second.loans]), second.events)
    again = take(mended, existing=book)
    assert (again.loans.num_rows, again.duplicates.num_rows) == (0, 3)


def test_the_steps_of_an_import_are_told(tmp_path: Path) -> None:
    told: list[str] = []
    load(
        [write_csv(tmp_path / "loans.csv", LOAN)],
        load_mapping("arrears"),
        AS_OF,
        Existing(),
        LIMITS,
        make_schedules,
        progress=lambda step, *_: told.append(step),
    )
    assert list(dict.fromkeys(told)) == ["loans.csv", "checking"]

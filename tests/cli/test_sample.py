"""`arrears sample`: a Book of an invented lender that the Book's own intake would take, of the same content for the same seed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

LOANS, DAYS = 60, 3


def contents(book: Path) -> dict[str, Any]:
    """What each close holds, by its manifest."""
    return {path.parent.name: json.loads(path.read_text())["tables"] for path in sorted(book.glob("closes/*/MANIFEST.json"))}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample of 60 loans and 3 days, made by the command."""
    from typer.testing import CliRunner

    from arrears.cli import app

    folder = tmp_path_factory.mktemp("sample") / "book"
    done = CliRunner().invoke(app, ["sample", str(folder), "--loans", str(LOANS), "--days", str(DAYS), "--seed", "5"], prog_name="arrears")
    assert done.exit_code == 0, done.stderr
    return folder


# -- bad input ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--loans", "0"], "1 to 1,000,000"),
        (["--loans", "-5"], "1 to 1,000,000"),
        (["--loans", "1000000000"], "made in memory"),
        (["--loans", "10", "--days", "0"], "1 to 3,660"),
        (["--loans", "10", "--days", "-1"], "1 to 3,660"),
        (["--loans", "1000000", "--days", "3000"], "--days 200 is the most"),
        (["--loans", "10", "--seed", "-1"], "0 to"),
        (["--loans", "many"], "integer"),
        ([], "--loans"),
    ],
    ids=lambda told: " ".join(told) if isinstance(told, list) else "",
)
def test_what_cannot_be_made_is_refused_with_what_is_allowed(words: list[str], says: str, run: Any, tmp_path: Path) -> None:
    done = run("sample", tmp_path / "new", *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in " ".join(done.stderr.replace("│", " ").split())
    assert not (tmp_path / "new").exists()


def test_a_folder_that_holds_something_else_is_left_alone(run: Any, tmp_path: Path, fresh: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "letter.txt").write_text("mine")
    for folder in (tmp_path / "papers", fresh):
        before = sorted(path.name for path in folder.rglob("*"))
        done = run("sample", folder, "--loans", "10", "--days", "1")
        assert (done.exit_code, done.stdout) == (2, "")
        assert "not empty" in done.stderr
        assert sorted(path.name for path in folder.rglob("*")) == before


def test_a_sample_of_other_figures_is_left_alone(run: Any, made: Path) -> None:
    before = contents(made)
    done = run("sample", made, "--loans", str(LOANS), "--days", str(DAYS), "--seed", "6")
    assert done.exit_code == 2
    assert "other figures" in done.stderr
    assert contents(made) == before


# -- content ------------------------------------------------------------------------


def test_it_is_a_book_with_a_close_a_day(made: Path) -> None:
    assert sorted(contents(made)) == ["2026-08-31", "2026-09-01", "2026-09-02", "2026-09-03"]


def test_asked_again_it_is_shown_and_not_made_again(run: Any, made: Path) -> None:
    before = (made / "CURRENT").stat().st_mtime_ns
    done = run("sample", made, "--loans", str(LOANS), "--days", str(DAYS), "--seed", "5", "--json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert (told["loans"], told["current"], sum(told["standing"].values())) == (60, "2026-09-03", 60)
    assert told["roll"]["published"][0][0] == 94.38
    assert (made / "CURRENT").stat().st_mtime_ns == before


def test_the_same_seed_gives_the_same_content_stopped_on_the_way_or_not(made: Path, tmp_path: Path) -> None:
    from arrears.sample import lender

    class Stopped(Exception):
        pass

    def stop(day: Any) -> None:
        if day.day == 1:
            raise Stopped

    asked = lender.asked_for(LOANS, DAYS, 5)
    with pytest.raises(Stopped):
        lender.live_through(lender.open_or_make(tmp_path / "book", asked, story=False), asked, story=False, told=stop)
    assert len(contents(tmp_path / "book")) == 2
    lender.live_through(lender.open_or_make(tmp_path / "book", asked, story=False), asked, story=False)
    assert contents(tmp_path / "book") == contents(made)


def test_another_seed_gives_another_content(made: Path, tmp_path: Path) -> None:
    from arrears.sample import lender

    asked = lender.asked_for(LOANS, 1, 6)
    lender.live_through(lender.open_or_make(tmp_path / "book", asked, story=False), asked, story=False)
    assert contents(tmp_path / "book")["2026-08-31"]["position"] != contents(made)["2026-08-31"]["position"]


def test_the_events_are_those_the_intake_would_accept(made: Path) -> None:
    from arrears.book.door import Door
    from arrears.book.tape.intake import ARRIVING, accept
    from arrears.sample import lender

    door = Door(made)
    asked = lender.asked_for(2_500, 200, 5)
    told = lender.invented(door, asked)
    columns = {name: told.events[name] for name in ARRIVING}
    rows = pa.table({**columns, "file": ["sample"] * told.events.num_rows, "row": np.arange(told.events.num_rows)})
    taken = accept(rows, told.base.loans, told.events.slice(0, 0), None, door._limits(asked.opening))
    assert (taken.rejects.to_pylist()[:3], taken.waiting.num_rows, taken.duplicates.num_rows) == ([], 0, 0)
    order = [("event_id", "ascending")]
    ours, theirs = told.events.sort_by(order), taken.accepted.sort_by(order)
    for name in ("close_on", "effect_on", "amount_fen"):
        assert ours[name].to_pylist() == theirs[name].to_pylist(), name


@pytest.mark.slow
def test_the_book_finds_each_loan_where_the_sample_reckons_it(tmp_path: Path) -> None:
    from arrears.book.door import Batch, Door, Settings
    from arrears.kernel.days import day_number
    from arrears.sample import lender, rates

    door = Door.init(tmp_path / "book", Settings(monthly=True))
    asked = lender.asked_for(600, 91, 5)
    told = lender.invented(door, asked)
    door.take_batch(Batch(told.base.loans, told.base.schedule, told.base.opening_due, told.events), {"mapping": "sample"})
    door.close(asked.opening)
    door.close_through(asked.last)
    differ = seen = 0
    for day in door.closes():
        table = door.positions(day, columns=["loan_id", "dpd", "state"]).sort_by("loan_id")
        places = told.stood[day_number(day)][[int(loan[2:]) - 1 for loan in table["loan_id"].to_pylist()]]
        differ += int((rates.standing(table) != places).sum())
        seen += table.num_rows
    assert seen > 2_000
    assert differ <= 0.002 * seen
    counts = rates.rolled(door, asked.opening, asked.last)
    assert abs(rates.percents(counts) - rates.percents(told.moves))[: rates.HELD].max() < rates.POINTS


def test_no_person_stands_in_the_book(made: Path) -> None:
    people = [pq.read_table(path) for path in (made / "people").glob("*.parquet")]
    personal = ("name", "phone", "second_phone", "id_number", "address", "employer", "born_on")
    secret = {str(value) for table in people for name in personal if name in table.column_names for value in table[name].to_pylist()} - {""}
    assert len(secret) > 500
    files = [path for path in made.rglob("*") if path.is_file() and "people" not in path.parts]
    seen: set[str] = set()
    for path in files:
        if path.suffix == ".parquet":
            table = pq.read_table(path)
            seen |= {value for column in table.columns if pa.types.is_string(column.type) for value in column.unique().to_pylist() if value}
        elif path.suffix in (".json", ".csv", ""):
            seen |= set(path.read_bytes().decode("utf-8", errors="ignore").split())
    assert seen & secret == set()
    assert [text for text in seen if any(phone in text for phone in secret if len(phone) == 11 and phone.isdigit())] == []
    borrowers = pq.read_table(made / "people" / "borrowers.parquet")["borrower_id"].to_pylist()
    loans = pq.read_table(next((made / "loans").glob("*.parquet")))
    assert set(loans["borrower_id"].to_pylist()) == set(borrowers)


def test_the_tape_is_written_when_asked_for(run: Any, made: Path) -> None:
    done = run("sample", made, "--loans", str(LOANS), "--days", str(DAYS), "--seed", "5", "--tape")
    assert done.exit_code == 0
    assert sorted(path.name for path in (made / "tape").iterdir()) == ["events.csv", "loans.csv", "opening_due.csv", "schedule.csv"]
    assert len((made / "tape" / "loans.csv").read_text().splitlines()) == LOANS + 1

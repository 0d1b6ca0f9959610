"""What other programs read."""

from __future__ import annotations

import csv
import io
import json

import pytest


def test_from_an_empty_folder_to_a_report(run, tape, tmp_path):
    book = tmp_path / "book"
    made = json.loads(run("init", book, "--json").stdout)
    assert made == {"book": str(book), "country": "cn", "currency": "CNY", "zone": "Asia/Shanghai"}
    files = [tape / "loans.csv", tape / "events.csv"]
    dry = json.loads(run("import", book, *files, "--mapping", "arrears", "--as-of", "2026-08-31", "--dry-run", "--json").stdout)
    assert (dry["batch"], dry["loans"], dry["events"], dry["principal_fen"]) == (None, 2, 2, 7_200_000)
    taken = json.loads(run("import", book, *files, "--mapping", "arrears", "--as-of", "2026-08-31", "--json").stdout)
    assert (taken["batch"], taken["loans"], taken["rejects"]) == ("0001", 2, 0)
    again = json.loads(run("import", book, *files, "--mapping", "arrears", "--as-of", "2026-08-31", "--json").stdout)
    assert (again["batch"], again["loans"], again["events"], again["duplicates"]) == (None, 0, 0, 4)
    closed = json.loads(run("close", book, "--on", "2026-09-01", "--json").stdout)
    assert closed["current"] == "2026-09-01"
    assert [(each["day"], each["loans"]) for each in closed["closed"]] == [("2026-09-01", 2)]
    told = json.loads(run("report", book, "--json").stdout)
    assert (told["as_of"], told["totals"]["loans"], told["totals"]["principal"]) == ("2026-09-01", 2, 7_200_000)


@pytest.mark.parametrize(
    "words",
    [
        ["report", "BOOK", "--json"],
        ["show", "BOOK", "--json"],
        ["verify", "BOOK", "--json"],
        ["statement", "BOOK", "L1", "--format", "json"],
    ],
)
def test_a_json_output_parses(words, run, closed):
    done = run(*[closed if word == "BOOK" else word for word in words])
    assert done.exit_code == 0
    assert json.loads(done.stdout)


@pytest.mark.parametrize("words", [["law", "show", "--on", "2026-09-01", "--json"], ["law", "explain", "penalty.base", "--json"]])
def test_law_as_json_parses(words, run):
    assert json.loads(run(*words).stdout)


def test_positions_as_csv_and_json_are_the_same_rows(run, closed):
    rows = list(csv.DictReader(io.StringIO(run("positions", closed, "--on", "2026-09-01").stdout)))
    told = json.loads(run("positions", closed, "--on", "2026-09-01", "--format", "json").stdout)
    assert [row["loan_id"] for row in rows] == [row["loan_id"] for row in told] == ["L1", "L2"]
    assert [row["principal_fen"] for row in rows] == ["6000000", "1200000"]


def test_proposals_of_a_close(run, closed):
    told = json.loads(run("proposals", closed, "--on", "2026-09-01", "--format", "json").stdout)
    assert [(row["loan_id"], row["kind"], row["do_on"]) for row in told] == [("L1", "service_reminder", "2026-09-02")]


def test_no_proposals_are_an_empty_list(run, closed):
    assert json.loads(run("proposals", closed, "--on", "2026-08-31", "--format", "json").stdout) == []


def test_the_journal_of_each_day_sums_to_zero(run, closed):
    rows = list(csv.DictReader(io.StringIO(run("journal", closed, "--format", "csv").stdout)))
    assert rows
    assert sum(int(row["amount"]) for row in rows) == 0


def test_a_statement_can_be_written_to_a_file(run, closed, tmp_path):
    done = run("statement", closed, "L2", "--format", "html", "--out", tmp_path / "L2.html")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "<html" in (tmp_path / "L2.html").read_text(encoding="utf-8")


def test_nothing_but_data_goes_to_standard_output(program, closed):
    process = program("close", closed, "--on", "2026-09-02", "--json")
    out, err = process.communicate()
    assert json.loads(out) == {"current": "2026-09-02", "closed": []}
    assert "\x1b" not in err

"""0 done, 1 failed, 2 usage, 3 findings; data on standard output, everything else on standard error."""

from __future__ import annotations

import json

import pytest
import typer

LOOSE = 'cap.all_in:\n  values:\n    - {from: null, value: "0.36", source: {instrument: a wish}}\n'


@pytest.mark.parametrize(
    "words",
    [
        ["nothing"],
        ["close", "BOOK"],
        ["close", "BOOK", "--on", "2026-09-01", "--through", "2026-09-02"],
        ["close", "BOOK", "--on", "1 September"],
        ["close", "BOOK", "--on", "2026-09-31"],
        ["close", "BOOK", "--on", "2026-09-01", "--engine", "abacus"],
        ["init", "BOOK", "--currency", "XYZ"],
        ["import", "BOOK", "no-such-file.csv", "--mapping", "arrears"],
        ["statement", "BOOK"],
        ["law", "check", "no-such-folder"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2(words, run):
    done = run(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words", [["close", "--on", "2026-09-01"], ["report"], ["show"], ["verify"], ["positions"], ["journal"], ["retry"]]
)
def test_a_folder_that_is_no_book_is_1_and_says_how_to_make_one(words, run, tmp_path):
    done = run(words[0], tmp_path, *words[1:])
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"{tmp_path} is no Book" in done.stderr
    assert "arrears init" in done.stderr


@pytest.mark.parametrize("words", [["report"], ["show"], ["positions"], ["proposals"], ["journal"], ["statement", "L1"]])
def test_a_book_without_a_close_says_what_to_do(words, run, fresh):
    done = run(words[0], fresh, *words[1:])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "has no close yet. Run: arrears close" in done.stderr


def test_a_book_of_a_newer_version_is_left_alone(run, closed):
    told = json.loads((closed / "book.json").read_text())
    (closed / "book.json").write_text(json.dumps(told | {"format": 99}))
    done = run("close", closed, "--on", "2026-09-03")
    assert done.exit_code == 1
    assert "newer version" in done.stderr
    assert (closed / "CURRENT").read_text() == "2026-09-02\n"


def test_a_folder_with_something_in_it_is_not_made_a_book(run, tape):
    done = run("init", tape)
    assert done.exit_code == 1
    assert "is not empty" in done.stderr


def test_a_house_that_loosens_a_law_makes_no_book(run, tmp_path):
    (tmp_path / "house").mkdir()
    (tmp_path / "house" / "cap.yaml").write_text(LOOSE)
    done = run("init", tmp_path / "book", "--house", tmp_path / "house")
    assert done.exit_code == 1
    assert "DENY_FLOOR" in done.stderr
    assert not (tmp_path / "book").exists()


def test_law_check_finds_what_is_wrong_and_ends_with_3(run, tmp_path):
    (tmp_path / "cap.yaml").write_text(LOOSE)
    done = run("law", "check", tmp_path)
    assert done.exit_code == 3
    assert "DENY_FLOOR" in done.stdout


def test_law_check_of_a_good_folder_is_0(run, tmp_path):
    (tmp_path / "cap.yaml").write_text(LOOSE.replace("0.36", "0.20"))
    assert run("law", "check", tmp_path).exit_code == 0


def test_an_unknown_rule_names_the_nearest(run):
    done = run("law", "explain", "penalty.bas")
    assert done.exit_code == 1
    assert "penalty.base" in done.stderr


def test_an_import_with_bad_rows_is_done_and_ends_with_3(run, tape, tmp_path):
    run("init", tmp_path / "book")
    (tape / "loans.csv").write_text((tape / "loans.csv").read_text().replace("0.096", "9.6"))
    done = run("import", tmp_path / "book", tape / "loans.csv", "--mapping", "arrears", "--as-of", "2026-08-31")
    assert done.exit_code == 3
    assert "1 loans" in done.stdout
    assert "loans.csv row 3, rate" in done.stderr
    assert (tmp_path / "book" / "rejects.csv").exists()


def test_a_statement_of_an_unknown_loan_is_1(run, closed):
    done = run("statement", closed, "L9")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "'L9'" in done.stderr


def test_months_can_only_be_said_at_the_first_close(run, closed, fresh):
    late = run("close", closed, "--on", "2026-09-30", "--monthly")
    assert late.exit_code == 2
    assert "at the first close" in late.stderr
    assert run("close", fresh, "--on", "2026-08-31", "--monthly").exit_code == 0
    assert json.loads((fresh / "book.json").read_text())["monthly"] is True
    between = run("close", fresh, "--on", "2026-09-15")
    assert between.exit_code == 1
    assert "2026-09-15 is no month end" in between.stderr


def test_an_engine_that_was_interrupted_is_ctrl_c():
    import duckdb

    from arrears.cli.outcome import STOPPED, outcome

    with pytest.raises(typer.Exit) as ended, outcome():
        raise duckdb.InterruptException("INTERRUPT Error: Interrupted!")
    assert ended.value.exit_code == STOPPED

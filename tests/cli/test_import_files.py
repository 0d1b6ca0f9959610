"""Taking files in by command: what a dry run shows, rejects that are mended, progress, and mappings guessed, shown and listed."""

from __future__ import annotations

import csv
import json
import os
import pty
from pathlib import Path

import pytest
import yaml
from openpyxl import Workbook

LOANS = """\
loan_id,borrower_id,method,principal,rate,term_count,disbursed_on,first_due_on
M1,P1,equal_instalment,60000.00,0.12,24,2026-08-05,2026-09-05
M2,P2,equal_instalment,much,0.12,24,2026-08-05,2026-09-05
M3,P3,equal_instalment,50000.00,18,24,2026-08-05,2026-09-05
M4,P4,equal_instalment,40000.00,0.12,24,2026-08-05,2026-09-31
"""


@pytest.fixture
def crooked(tmp_path: Path) -> Path:
    """A file of four loans, three of them with a bad cell."""
    path = tmp_path / "crooked.csv"
    path.write_text(LOANS)
    return path


def test_a_dry_run_shows_counts_sums_ranges_surprises_and_rejects(run, fresh, crooked):
    done = run("import", fresh, crooked, "--mapping", "arrears", "--dry-run")
    assert done.exit_code == 3
    assert "would come in: 1 loans with principal ¥60,000.00, 0 events" in done.stdout
    assert "rows read: 4 loans" in done.stdout
    assert [line.split() for line in done.stdout.splitlines() if line.strip().startswith("disbursed_on")] == [
        ["disbursed_on", "2026-08-05", "to", "2026-08-05"]
    ]
    assert "crooked.csv row 3, principal: amount 'much' cannot be read" in done.stderr
    assert not (fresh / "rejects.csv").exists()


def test_a_dry_run_as_json_holds_the_same(run, fresh, crooked):
    told = json.loads(run("import", fresh, crooked, "--mapping", "arrears", "--dry-run", "--json").stdout)
    assert (told["batch"], told["dry_run"], told["rows_read"]["loans"], told["loans"], told["rejected_rows"]) == (None, True, 4, 1, 3)
    assert sorted((each["row"], each["field"], each["value"]) for each in told["first_rejects"]) == [
        (3, "principal", "much"), (4, "rate", "18"), (5, "first_due_on", "2026-09-31")]  # fmt: skip
    assert told["ranges"]["principal_fen"] == [6_000_000, 6_000_000]
    assert told["surprises"] == []


def test_a_surprise_is_told_on_standard_error(run, fresh, tmp_path):
    rows = [f"N{k},P{k},equal_instalment,60000.00,0.12,24,2026-08-05,2026-09-30" for k in range(20)]
    (tmp_path / "even.csv").write_text("\n".join([LOANS.splitlines()[0], *rows]) + "\n")
    done = run("import", fresh, tmp_path / "even.csv", "--mapping", "arrears", "--dry-run")
    assert "look: loans: all 20 rates are 12 %" in done.stderr
    assert "look: loans: 20 fall due after the 28th" in done.stderr
    assert "look:" not in done.stdout


@pytest.mark.behaviour("S012", "S162")
def test_rejects_are_mended_and_imported_again_and_twice_changes_nothing(run, fresh, crooked, tmp_path):
    first = run("import", fresh, crooked, "--mapping", "arrears", "--json")
    told = json.loads(first.stdout)
    assert (first.exit_code, told["loans"], told["rejected_rows"], told["rows_read"]["loans"]) == (3, 1, 3, 4)
    with (fresh / "rejects.csv").open(encoding="utf-8-sig") as file:
        rejects = {int(row["row"]): row for row in csv.DictReader(file)}
    assert {number: (row["field"], row["value"]) for number, row in rejects.items()} == {
        3: ("principal", "much"), 4: ("rate", "18"), 5: ("first_due_on", "2026-09-31")}  # fmt: skip
    lines = LOANS.splitlines()
    mended = [
        lines[number - 1].replace(row["value"], {3: "60000.00", 4: "18%", 5: "2026-09-30"}[number]) for number, row in rejects.items()
    ]
    (tmp_path / "mended.csv").write_text("\n".join([lines[0], *mended]) + "\n")
    again = json.loads(run("import", fresh, tmp_path / "mended.csv", "--mapping", "arrears", "--json").stdout)
    assert (again["loans"], again["rejects"]) == (3, 0)
    twice = run("import", fresh, crooked, tmp_path / "mended.csv", "--mapping", "arrears", "--json")
    assert (json.loads(twice.stdout)["batch"], json.loads(twice.stdout)["loans"], json.loads(twice.stdout)["duplicates"]) == (None, 0, 4)


def test_a_spreadsheet_and_a_file_in_gb18030_come_in(run, fresh, tmp_path):
    rows = [line.split(",") for line in LOANS.splitlines()[:2]]
    work = Workbook()
    for row in rows:
        work.active.append(row)
    work.save(tmp_path / "loans.xlsx")
    assert json.loads(run("import", fresh, tmp_path / "loans.xlsx", "--mapping", "arrears", "--json").stdout)["loans"] == 1
    named = LOANS.splitlines()[0] + ",product\nM9,P9,equal_instalment,60000.00,0.12,24,2026-08-05,2026-09-05,车贷\n"
    (tmp_path / "named.csv").write_bytes(named.encode("gb18030"))
    done = run("import", fresh, tmp_path / "named.csv", "--mapping", "arrears")
    assert (done.exit_code, "read as GB18030" in done.stderr) == (0, True)


def test_a_filing_needs_its_deal_to_be_told_apart(run, fresh, tmp_path):
    (tmp_path / "july.xml").write_text("<assetData><assets>")
    run("init", tmp_path / "us", "--currency", "USD")
    done = run("import", tmp_path / "us", tmp_path / "july.xml", "--mapping", "abs-ee", "--deal", "D 2026-1")
    assert (done.exit_code, "breaks off or is damaged after 0 whole records" in done.stderr) == (1, True)


def _all_of(leader: int) -> bytes:
    """Read what was written to a terminal until its other end is closed."""
    out = b""
    while True:
        try:
            out += os.read(leader, 1 << 16)
        except OSError:  # how Linux says that nobody holds the other end any more
            return out


def test_progress_goes_to_standard_error_and_only_on_a_terminal(program, fresh, crooked, tmp_path):
    process = program("import", fresh, crooked, "--mapping", "arrears", "--dry-run", "--json")
    out, err = process.communicate()
    assert json.loads(out)["loans"] == 1
    assert "\x1b" not in err
    leader, follower = pty.openpty()
    process = program("import", fresh, crooked, "--mapping", "arrears", "--json", stderr=follower, env=os.environ | {"TERM": "xterm"})
    os.close(follower)
    out, _ = process.communicate()
    assert json.loads(out)["loans"] == 1
    assert b"writing" in _all_of(leader)
    os.close(leader)


def test_the_shipped_mappings_are_listed_and_shown(run):
    listed = run("mapping", "list").stdout
    assert [line.split()[0] for line in listed.splitlines()] == ["aart-panel", "abs-ee", "arrears"]
    assert [each["name"] for each in json.loads(run("mapping", "list", "--json").stdout)] == ["aart-panel", "abs-ee", "arrears"]
    assert yaml.safe_load(run("mapping", "show", "abs-ee").stdout)["filing"] is True


def test_a_mapping_that_is_not_there_says_what_is(run):
    done = run("mapping", "show", "nothing")
    assert (done.exit_code, "shipped: aart-panel, abs-ee, arrears" in done.stderr) == (1, True)


def test_a_suggested_mapping_takes_the_file_in(run, fresh, crooked, tmp_path):
    path = tmp_path / "合同.csv"
    path.write_text(
        "合同编号,放款日期,贷款金额,年利率,期数,首期还款日,还款方式\nH1,2026/8/5,60000,12%,24,2026/9/5,等额本息\n", encoding="utf-8"
    )
    done = run("mapping", "suggest", path, "--out", tmp_path / "ours.yaml")
    assert (done.exit_code, done.stdout) == (0, "")
    assert json.loads(run("import", fresh, path, "--mapping", tmp_path / "ours.yaml", "--json").stdout)["loans"] == 1
    assert run("mapping", "suggest", path, "--out", tmp_path / "ours.yaml").exit_code == 2


def test_a_suggestion_with_a_gap_says_what_is_missing_and_ends_with_3(run, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("合同编号,放款日期,期数,首期还款日,还款方式\nH1,2026/8/5,24,2026/9/5,等额本息\n", encoding="utf-8")
    done = run("mapping", "suggest", path)
    assert (done.exit_code, "No column was found for: principal_fen, rate_ppm" in done.stderr) == (3, True)
    assert "# principal_fen:   # NEEDED" in done.stdout
    assert json.loads(run("mapping", "suggest", path, "--json").stdout)["missing"] == ["principal_fen", "rate_ppm"]

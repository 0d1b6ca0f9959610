"""What `arrears law timeline` and `arrears law diff` print, and how they end."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from arrears.cli import app
from arrears.law.tests.packs import write_house


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def test_a_timeline_is_drawn_in_the_language_asked_for(run):
    chinese = run("law", "timeline", "cn.complaint.deadline", "--on", "2026-11-25")
    english = run("law", "timeline", "cn.complaint.deadline", "--on", "2026-11-25", "--locale", "en")
    assert chinese.exit_code == english.exit_code == 0
    assert "2020-03-01 ┴ 15, 30, 60 天  ◀ 2026-11-25" in chinese.stdout
    assert "2020-03-01 ┴ 15, 30, 60 days  ◀ 2026-11-25" in english.stdout


def test_a_timeline_as_data(run):
    told = json.loads(run("law", "timeline", "cn.contact.hours", "--on", "2025-02-27", "--json").stdout)
    assert told["id"] == "cn.contact.hours"
    assert [(span["since"], span["value"], span["holds"]) for span in told["spans"]] == [
        (None, None, True),
        ("2025-02-28", {"opens": "08:00", "closes": "22:00"}, False),
        ("2026-01-30", {"opens": "08:00", "closes": "22:00"}, False),
    ]


def test_a_timeline_of_a_lenders_setting(run, tmp_path):
    own = write_house(tmp_path, visit__min_team='"3"')
    assert "起始       ─ 3" in run("law", "timeline", "visit.min_team", "--house", own).stdout


def test_a_timeline_of_nothing_fails_with_the_nearest(run):
    done = run("law", "timeline", "cn.contact.hour")
    assert done.exit_code == 1
    assert "cn.contact.hours" in done.stderr


def test_two_folders_that_differ_end_with_findings(run, tmp_path):
    one, two = write_house(tmp_path / "one", visit__min_team='"2"'), write_house(tmp_path / "two", visit__min_team='"3"')
    done = run("law", "diff", one, two)
    assert done.exit_code == 3
    assert "visit.min_team: 变更: 2 -> 3" in done.stdout
    assert "visit.min_team: changes: 2 -> 3" in run("law", "diff", one, two, "--locale", "en").stdout
    assert json.loads(run("law", "diff", one, two, "--json").stdout) == [
        {"id": "visit.min_team", "kind": "changed", "since": "", "before": "2", "after": "3", "source": "credit committee"}
    ]


def test_a_folder_is_compared_with_the_shipped_packs(run, tmp_path):
    done = run("law", "diff", write_house(tmp_path, visit__min_team='"3"'), "--locale", "en")
    assert done.stdout == "visit.min_team: changes: 2 -> 3   credit committee\n"


def test_three_folders_are_one_too_many(run, tmp_path):
    assert run("law", "diff", tmp_path, tmp_path, tmp_path).exit_code == 2


def test_two_folders_that_are_alike_end_well(run, tmp_path):
    own = write_house(tmp_path, visit__min_team='"3"')
    done = run("law", "diff", own, own)
    assert (done.exit_code, done.stdout) == (0, "")
    assert json.loads(run("law", "diff", own, own, "--json").stdout) == []


def test_a_folder_looser_than_the_law_is_compared_with_nothing(run, tmp_path):
    done = run("law", "diff", write_house(tmp_path, visit__min_team='"1"'))
    assert done.exit_code == 1
    assert "DENY_FLOOR" in done.stderr

"""What differs between two states of the packs."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest

from arrears.kernel.problems import Refused
from arrears.law.check import PACKS
from arrears.law.diff import KINDS, diff
from arrears.law.tests.packs import CAP, LAW, write_entries, write_house
from arrears.law.timeline import draw, timeline
from arrears.law.values import load

CAP24 = LAW["cn.rate.cap24"]
SOURCE = "{instrument: an opinion, clause: '2'}"


def pack(folder, *values, id_="cn.rate.cap24", **fields):
    rows = [{"from": since, "value": value, "source": SOURCE} for since, value in values]
    return write_entries(folder, {id_: {**CAP24, **fields, "values": rows}})


def told(changes):
    return [(each.kind, each.since, each.before, each.after) for each in changes]


@pytest.fixture
def old(tmp_path):
    return pack(tmp_path / "old", ("2017-08-01", "'0.24'"))


def test_the_same_packs_do_not_differ(old):
    assert diff(old, old) == []
    assert diff(None, None) == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param(
            [("2017-08-01", "'0.24'"), ("2026-10-01", "'0.20'")], [("changed", "2026-10-01", "0.24", "0.2")], id="a_value_from_a_day_on"
        ),
        pytest.param([("2017-08-01", "'0.20'")], [("changed", "2017-08-01", "0.24", "0.2")], id="the_value_itself"),
        pytest.param([("2017-08-01", "'0.24'"), ("2026-10-01", "null")], [("ended", "2026-10-01", "0.24", "no rule")], id="an_end"),
        pytest.param([("2017-01-01", "'0.24'")], [("begun", "2017-01-01", "no rule", "0.24")], id="an_earlier_beginning"),
        pytest.param([("2018-01-01", "'0.24'")], [("ended", "2017-08-01", "0.24", "no rule")], id="a_later_beginning"),
        pytest.param(
            [("2017-08-01", "'0.24'"), ("2020-01-01", "'0.22'"), ("2021-01-01", "'0.24'")],
            [("changed", "2020-01-01", "0.24", "0.22")],
            id="only_for_a_year",
        ),
        pytest.param([("2017-08-01", "'0.24'"), ("2020-01-01", "'0.24'")], [], id="the_same_value_said_again"),
    ],
)
def test_values_that_changed_are_told_by_their_day(tmp_path, old, values, expected):
    assert told(diff(old, pack(tmp_path / "new", *values))) == expected


def test_rules_that_came_and_went(tmp_path, old):
    new = pack(tmp_path / "new", ("2026-01-01", "'0.20'"), ("2027-01-01", "null"), id_="cn.rate.cap20")
    assert [(each.id, each.kind, each.since, each.before, each.after) for each in diff(old, new)] == [
        ("cn.rate.cap20", "added", "2026-01-01", "", "0.2"),
        ("cn.rate.cap20", "added", "2027-01-01", "", "no rule"),
        ("cn.rate.cap24", "removed", "2017-08-01", "0.24", ""),
    ]


@pytest.mark.parametrize(
    ("field", "word", "expected"),
    [
        ("dated_by", "signing", ("meaning", "", "dated_by action", "dated_by signing")),
        ("confidence", "high", ("sureness", "", "secondary, medium", "secondary, high")),
        ("checked", "{on: 2026-12-01, by: 王律师}", ("sureness", "", "secondary, medium", "secondary, medium, confirmed by 王律师")),
    ],
)
def test_what_a_rule_means_and_how_sure_it_is(tmp_path, old, field, word, expected):
    assert told(diff(old, pack(tmp_path / "new", ("2017-08-01", "'0.24'"), **{field: word}))) == [expected]


def test_another_source_of_the_same_value(tmp_path, old):
    values = [{"from": "2017-08-01", "value": "'0.24'", "source": "{instrument: the text itself, clause: '2'}"}]
    new = write_entries(tmp_path / "new", {"cn.rate.cap24": {**CAP24, "values": values}})
    assert told(diff(old, new)) == [("source", "2017-08-01", "an opinion, 2", "the text itself, 2")]


def test_two_lenders_folders_are_compared_as_they_would_load(tmp_path):
    one, two = write_house(tmp_path / "one", grace__days='"4"'), write_house(tmp_path / "two", grace__days='"5"', penalty__enabled="false")
    changes = [(each.id, each.before, each.after) for each in diff(one, two)]
    assert changes == [("grace.days", "4", "5"), ("penalty.enabled", "true", "false")]


def test_a_lenders_folder_against_the_shipped_house(tmp_path):
    own = write_house(tmp_path, grace__days='"5"')
    assert [(each.id, each.before, each.after) for each in diff(None, own)] == [("grace.days", "3", "5")]


def test_two_whole_trees_of_packs(tmp_path):
    for name, cap in (("one", "'0.24'"), ("two", "'0.22'")):
        pack(tmp_path / name / "cn", ("2017-08-01", "'0.24'"))
        write_entries(tmp_path / name / "house", {"cap.all_in": {**CAP, "values": [{"value": cap, "source": SOURCE}]}})
    assert [(each.id, each.before, each.after) for each in diff(tmp_path / "one", tmp_path / "two")] == [("cap.all_in", "0.24", "0.22")]


def test_a_copy_of_the_shipped_tree_does_not_differ(tmp_path):
    shutil.copytree(PACKS, tmp_path / "packs")
    assert diff(None, tmp_path / "packs") == []
    assert diff(tmp_path / "packs" / "cn", None) == []


def test_a_folder_that_would_not_load_is_refused(tmp_path, old):
    with pytest.raises(Refused, match="PACK_FLOAT"):
        diff(old, pack(tmp_path / "new", ("2017-08-01", "0.24")))


def test_every_kind_has_a_word_in_both_languages():
    assert all(english and chinese for english, chinese in KINDS.values())


@pytest.fixture(scope="module")
def law():
    return load()


@pytest.mark.behaviour("S155")
def test_a_timeline_leaves_no_gap_and_marks_the_day(law):
    spans = timeline(law, "cn.scope.nifa2024", dt.date(2024, 5, 15)).spans
    assert [(span.since, span.until, span.en, span.zh, span.holds) for span in spans] == [
        (None, dt.date(2024, 5, 15), "no rule", "无此规则", False),
        (dt.date(2024, 5, 15), dt.date(2025, 2, 28), "yes", "是", True),
        (dt.date(2025, 2, 28), None, "no rule", "无此规则", False),
    ]


@pytest.mark.parametrize(
    ("rule", "english", "chinese"),
    [
        ("cn.contact.hours", "08:00-22:00", "08:00-22:00"),
        ("cn.cr.dispute", "20 days", "20 天"),
        ("cn.lim.years", "3 years", "3 年"),
        ("cn.proc.preserve.ruling", "48 hours", "48 小时"),
        ("cn.rate.cap24", "0.24", "0.24"),
        ("complaint.compensation_default_fen", "¥500.00", "¥500.00"),
        ("hold.distress.passes", "help", "help"),
    ],
)
def test_values_are_drawn_with_what_they_count(law, rule, english, chinese):
    told_ = timeline(law, rule, dt.date(2026, 11, 25))
    assert (told_.spans[-1].en, told_.spans[-1].zh) == (english, chinese)
    assert english in draw(told_, "en")
    assert chinese in draw(told_, "zh")


def test_a_drawn_timeline_says_its_sources_and_how_they_are_known(law):
    drawn = draw(timeline(law, "cn.contact.hours", dt.date(2026, 1, 29)), "en")
    assert "GB/T 45251-2025, 5.3 · clause inferred" in drawn
    assert "2025-02-28 ┼ 08:00-22:00  ◀ 2026-01-29" in drawn
    assert "no lawyer has confirmed it" in drawn
    assert "尚无律师确认" in draw(timeline(law, "cn.contact.hours", dt.date(2026, 1, 29)), "zh")


def test_the_timeline_of_an_unknown_id_names_the_nearest(law):
    with pytest.raises(Refused, match=r"cn\.contact\.hours"):
        timeline(law, "cn.contact.hour", dt.date(2026, 1, 29))

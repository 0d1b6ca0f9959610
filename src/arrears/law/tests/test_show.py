"""What a person is shown of the law."""

from __future__ import annotations

import datetime as dt

import pytest

from arrears.kernel.problems import Refused
from arrears.law.show import explain, problems, show
from arrears.law.tests.packs import write_entries, write_house
from arrears.law.values import load

ON = dt.date(2026, 9, 1)


@pytest.fixture(scope="module")
def law():
    return load()


def row_of(law, rule, on=ON):
    return next(each for each in show(law, on) if each.id == rule)


def test_show_lists_every_id_once_law_first(law):
    rows = show(law, ON)
    assert [each.id for each in rows] == list(law.entries)
    assert [each.house for each in rows] == sorted(each.house for each in rows)


def test_a_row_of_law_says_value_source_and_how_sure(law):
    row = row_of(law, "cn.cls.dpd")
    assert (row.value, row.since) == ("90, 270, 360", "2023-07-01")
    assert "商业银行金融资产风险分类办法" in row.source
    assert row.sure == "from memory, no text read; confidence low; no lawyer has confirmed it"
    assert "凭记忆" in row.sure_zh


def test_a_rule_not_yet_in_force_has_no_value(law):
    row = row_of(law, "cn.rate.disclose", dt.date(2026, 7, 31))
    assert (row.value, row.since) == ("", "not before 2026-08-01")


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("penalty.daily_rate", "0.0005"),
        ("penalty.total_cap_ratio", "1"),
        ("buckets.cn", "C 0, G 1-3, M1 4-30, M2 31-60, M3 61-90, M4 91-120, M5 121-150, M6 151-180, M7 181+"),
        ("penalty.compound", "false"),
        ("receipt.cutoff", "24:00"),
    ],
)
def test_values_read_as_a_person_writes_them(law, rule, text):
    assert row_of(law, rule).value == text


def test_explain_gives_the_whole_series_and_the_file(tmp_path):
    body = {"grace.days": {"values": [{"from": "2026-10-01", "value": '"5"', "source": "{instrument: credit committee, note: trial}"}]}}
    told = explain(load(write_entries(tmp_path, body)), "grace.days")
    assert [(step.since, step.value, step.source, step.note) for step in told.steps][1] == ("2026-10-01", "5", "credit committee", "trial")
    assert told.steps[0].file == "packs/house/due.yaml"
    assert told.steps[1].file == str(tmp_path / "topic.yaml")
    assert (told.dated_by, told.dated_by_zh) == ("the due date", "到期日")
    assert "宽限" in told.says_zh
    assert told.allowed == "at least 0"


def test_explain_links_law_and_setting_both_ways(law):
    assert explain(law, "cap.all_in").tightens == "at most cn.rate.cap24"
    assert explain(law, "cn.rate.cap24").tightened_by == ("cap.all_in",)


@pytest.mark.parametrize(
    ("rule", "strength"),
    [
        ("cn.lim.years", "binding law"),
        ("cn.contact.hours", "recommended, treated as binding"),
        ("cn.contact.calls.attempts", "a rule of the industry, binds its members"),
        ("grace.days", ""),
    ],
)
def test_explain_says_what_binds(law, rule, strength):
    assert explain(law, rule).strength == strength


def test_explaining_an_unknown_id_is_refused_with_the_nearest(law):
    with pytest.raises(Refused) as refused:
        explain(law, "cn.rate.cap")
    assert refused.value.problems[0].code == "PACK_UNKNOWN_ID"
    assert "cn.rate.cap24" in refused.value.problems[0].message_en


def test_problems_are_plain_data_in_both_languages(tmp_path):
    found = problems(write_house(tmp_path, cap__all_in='"0.36"'))
    assert found[0]["code"] == "DENY_FLOOR"
    assert "cn.rate.cap24" in str(found[0]["message_en"])
    assert "宽于" in str(found[0]["message_zh"])

"""Which value holds on which day, and what a value is once read."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from arrears.kernel.days import business_day
from arrears.law.check import PACKS
from arrears.law.tests.packs import CAP, LAW, write_entries, write_house
from arrears.law.units import value_text
from arrears.law.values import Bucket, load

SOURCE = "{instrument: credit committee}"


def day(text):
    return dt.date.fromisoformat(text)


@pytest.fixture(scope="module")
def law():
    return load()


@pytest.mark.behaviour("S155")
@pytest.mark.parametrize(
    ("rule", "on", "expected"),
    [
        pytest.param("cn.prohibit.fees", "2024-05-14", None, id="before_the_rule_there_is_none"),
        pytest.param("cn.prohibit.fees", "2024-05-15", True, id="from_its_first_day_on"),
        pytest.param("cn.rate.disclose", "2026-07-31", None, id="signed_the_day_before"),
        pytest.param("cn.rate.disclose", "2026-08-01", True, id="signed_that_day"),
        pytest.param("grace.days", "1999-01-01", 3, id="a_house_value_without_a_date_binds_from_the_start"),
    ],
)
def test_an_act_is_judged_by_the_rule_of_its_day(law, rule, on, expected):
    assert law.at(rule, day(on)) == expected


@pytest.mark.behaviour("S155")
def test_a_value_that_changes_holds_from_its_day_and_a_null_ends_the_rule(tmp_path):
    later = [{"from": "2026-01-30", "value": '"0.20"', "source": SOURCE}, {"from": "2027-01-30", "value": "null", "source": SOURCE}]
    write_entries(tmp_path / "cn", {"cn.rate.cap24": {**LAW["cn.rate.cap24"], "values": LAW["cn.rate.cap24"]["values"] + later}})
    write_entries(tmp_path / "house", {"cap.all_in": {**CAP, "values": [{"value": '"0.1"', "source": SOURCE}]}})
    law = load(packs=tmp_path)
    assert law.at("cn.rate.cap24", day("2026-01-29")) == Fraction(24, 100)
    assert law.at("cn.rate.cap24", day("2026-01-30")) == Fraction(1, 5)
    assert law.at("cn.rate.cap24", day("2027-01-29")) == Fraction(1, 5)
    assert law.at("cn.rate.cap24", day("2027-01-30")) is None
    assert law.at("cap.all_in", day("1900-01-01")) == Fraction(1, 10)


@pytest.mark.behaviour("S155")
@pytest.mark.parametrize(
    ("instant", "attempts"),
    [
        pytest.param("2026-01-29T23:59:59+08:00", None, id="the_last_second_before"),
        pytest.param("2026-01-30T00:00:00+08:00", 6, id="midnight"),
        pytest.param("2026-01-29T16:00:00+00:00", 6, id="midnight_told_in_another_zone"),
        pytest.param("2026-01-29T15:59:59+00:00", None, id="the_second_before_told_in_another_zone"),
    ],
)
def test_a_rule_changes_at_midnight_of_the_books_zone(law, instant, attempts):
    assert law.at("cn.contact.calls.attempts", business_day(dt.datetime.fromisoformat(instant))) == attempts


@pytest.mark.behaviour("S155")
def test_a_setting_changes_at_midnight_and_the_past_stays(tmp_path):
    body = {"contact.calls.effective_max": {"values": [{"from": "2026-10-01", "value": '"2"', "source": SOURCE}]}}
    law = load(write_entries(tmp_path, body))
    assert [law.at("contact.calls.effective_max", day(on)) for on in ("2026-09-30", "2026-10-01", "2026-10-02")] == [3, 2, 2]


@pytest.mark.behaviour("S025")
@pytest.mark.parametrize(("due_on", "expected"), [("2026-09-30", 3), ("2026-10-01", 5)])
def test_a_changed_grace_is_picked_by_the_due_date(tmp_path, due_on, expected):
    body = {"grace.days": {"values": [{"from": "2026-10-01", "value": '"5"', "source": SOURCE}]}}
    law = load(write_entries(tmp_path, body))
    assert law.entry("grace.days").dated_by == "due"
    assert law.at("grace.days", day(due_on)) == expected
    assert law.series("grace.days").values == ((None, 3), (day("2026-10-01"), 5))


def test_an_own_value_from_the_start_replaces_the_whole_series(tmp_path):
    values = [{"from": "null", "value": '"4"', "source": SOURCE}, {"from": "2026-10-01", "value": '"5"', "source": SOURCE}]
    law = load(write_entries(tmp_path, {"grace.days": {"values": values}}))
    assert law.series("grace.days").values == ((None, 4), (day("2026-10-01"), 5))


def test_an_own_value_replaces_what_was_shipped_from_its_day_on(tmp_path):
    write_entries(tmp_path / "cn", LAW)
    shipped = [*CAP["values"], {"from": "2026-01-01", "value": '"0.20"', "source": SOURCE}]
    write_entries(tmp_path / "house", {"cap.all_in": {**CAP, "values": shipped}})
    own = write_entries(tmp_path / "own", {"cap.all_in": {"values": [{"from": "2025-06-01", "value": '"0.18"', "source": SOURCE}]}})
    law = load(own, packs=tmp_path)
    assert law.series("cap.all_in").values == ((None, Fraction(24, 100)), (day("2025-06-01"), Fraction(18, 100)))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("penalty.daily_rate", Fraction(5, 10_000)),
        ("penalty.total_cap_ratio", Fraction(1)),
        ("trigger.amount_fen", 5_000_000),
        ("penalty.enabled", True),
        ("waterfall.order", ("cost", "interest", "principal", "penalty", "fee")),
        ("limitation.alert_days", (180, 90, 30)),
        ("contact.opening_time", "09:00"),
        ("receipt.cutoff", "24:00"),
        ("waterfall.mode", "by_instalment"),
        ("cn.cls.dpd", (90, 270, 360)),
        ("cn.cr.repair2025.repaid_by", dt.date(2026, 3, 31)),
        ("cn.proc.preserve.ruling", 48),
        ("hold.distress.passes", ("help",)),
        ("contact.notice_first", True),
    ],
)
def test_a_value_has_the_kind_of_its_unit(law, rule, expected):
    value = law.at(rule, day("2026-09-01"))
    assert value == expected
    assert type(value) is type(expected)


def test_buckets_name_their_first_days(law):
    buckets = law.at("buckets.cn", day("2026-09-01"))
    assert buckets[2] == Bucket("M1", 4)
    assert [bucket.from_days for bucket in buckets] == [0, 1, 4, 31, 61, 91, 121, 151, 181]


@pytest.mark.parametrize(
    ("unit", "raw", "value", "text"),
    [
        ("ratio", '"1/3"', Fraction(1, 3), "1/3"),
        ("ratio", '"3/4"', Fraction(3, 4), "0.75"),
        ("workdays", '"10"', 10, "10"),
        ("hours", '"48"', 48, "48"),
        ("date", "2026-03-31", dt.date(2026, 3, 31), "2026-03-31"),
        ("date", '"2026-03-31"', dt.date(2026, 3, 31), "2026-03-31"),
        ("list", "[]", (), "none"),
    ],
)
def test_units_that_other_countries_need(tmp_path, unit, raw, value, text):
    body = {**LAW["cn.rate.cap24"], "unit": unit, "values": [{"from": "2021-11-30", "value": raw, "source": SOURCE}]}
    write_entries(tmp_path / "us", {"us.some.rule": body})
    write_entries(tmp_path / "house", {"cap.all_in": CAP})
    found = load(country="us", packs=tmp_path).at("us.some.rule", day("2026-09-01"))
    assert (found, value_text(found)) == (value, text)


def test_a_window_keeps_both_edges(tmp_path):
    hours = {**LAW["cn.rate.cap24"], "unit": "local_time_window", "merge": "narrowest"}
    values = [{"from": "2025-02-28", "value": "{opens: 08:00, closes: 22:00}", "source": SOURCE}]
    write_entries(tmp_path / "cn", {"cn.contact.hours": {**hours, "values": values}})
    write_entries(tmp_path / "house", {"cap.all_in": {**CAP, "tightens": "null"}})
    assert dict(load(packs=tmp_path).at("cn.contact.hours", day("2026-09-01"))) == {"opens": "08:00", "closes": "22:00"}


def test_no_value_of_the_shipped_packs_is_a_float(law):
    assert not any(isinstance(value, float) for rule in law.entries for _, value in law.series(rule).values)


def test_every_setting_has_a_value_from_the_start(law):
    assert [entry.id for entry in law.entries.values() if entry.house and entry.values[0].from_on is not None] == []


def test_every_entry_speaks_both_languages(law):
    assert [entry.id for entry in law.entries.values() if not entry.says or not entry.says_zh] == []


def test_every_note_of_law_speaks_both_languages(law):
    notes = [(entry.id, dated.source) for entry in law.entries.values() if not entry.house for dated in entry.values]
    assert [id_ for id_, source in notes if bool(source.note) != bool(source.note_zh)] == []


def test_the_shipped_folders_are_the_ones_that_load_reads(law):
    files = {f"packs/{path.parent.name}/{path.name}" for path in PACKS.glob("*/*.yaml")}
    assert {entry.file for entry in law.entries.values()} == files


def test_an_unknown_id_is_our_own_mistake_and_names_the_nearest(law):
    with pytest.raises(KeyError, match=r"grace\.days"):
        law.at("grace.day", day("2026-09-01"))


def test_typed_answers(law):
    on = day("2026-09-01")
    assert law.whole_at("grace.days", on) == 3
    assert law.ratio_at("cap.all_in", on) == Fraction(6, 25)
    assert law.flag_at("penalty.enabled", on) is True
    assert law.words_at("location.sources", on) == ("confirmed_address",)
    assert law.counts_at("complaint.days", on) == (15, 30, 60)
    assert law.date_at("cn.cr.repair2025.arisen_from", on) == day("2020-01-01")
    assert law.word_at("trigger.amount_op", on) == "gt"


@pytest.mark.parametrize(
    ("ask", "rule"),
    [
        ("whole_at", "penalty.enabled"),
        ("ratio_at", "grace.days"),
        ("flag_at", "grace.days"),
        ("word_at", "grace.days"),
        ("words_at", "grace.days"),
        ("words_at", "complaint.days"),
        ("counts_at", "packet.parts"),
        ("counts_at", "grace.days"),
        ("date_at", "grace.days"),
    ],
)
def test_a_typed_answer_of_another_kind_is_our_own_mistake(law, ask, rule):
    with pytest.raises(TypeError, match=rule):
        getattr(law, ask)(rule, day("2026-09-01"))


def test_the_version_changes_with_a_value_and_with_nothing_else(tmp_path, law):
    same = load(write_house(tmp_path / "same", grace__days='"3"'))
    other = load(write_house(tmp_path / "other", grace__days='"5"'))
    assert same.version() == law.version()
    assert other.version() != law.version()
    assert len(law.version()) == 12


def _us(unit, value, **fields):
    values = [{"from": "2021-11-30", "value": value, "source": "{instrument: 12 CFR 1006, clause: '14(b)(2)', clause_is: seen}"}]
    return {**LAW["cn.rate.cap24"], "unit": unit, "values": values, "seen": "official", "confidence": "high", **fields}


def test_the_form_carries_the_law_of_another_country(tmp_path):
    rules = {
        "us.time.window": _us("local_time_window", "{opens: 08:00, closes: 21:00}", merge="narrowest"),
        "us.calls.7in7": _us("int", "'7'", strength="presumption"),
        "us.calls.7in7.days": _us("days", "'7'", strength="presumption"),
        "us.tcpa.revoke": _us("workdays", "'10'"),
        "us-ma.calls": _us("int", "'2'"),
        "us.ucc.sixty": _us("ratio", "'1/3'"),
    }
    write_entries(tmp_path / "us", rules)
    write_entries(tmp_path / "house", {"cap.all_in": CAP})
    law = load(country="us", packs=tmp_path)
    assert dict(law.at("us.time.window", day("2026-09-01")))["closes"] == "21:00"
    assert [law.at(rule, day("2026-09-01")) for rule in list(rules)[1:]] == [7, 7, 10, 2, Fraction(1, 3)]
    assert law.at("us.calls.7in7", day("2021-11-29")) is None
    assert (law.entry("us.calls.7in7").strength, law.entry("us-ma.calls").strength) == ("presumption", "law")

"""Every refusal of a pack, each with a pack small enough to read."""

from __future__ import annotations

from itertools import pairwise

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arrears.kernel.problems import Refused
from arrears.law.check import PACKS, _is_looser, build, check
from arrears.law.tests.packs import CAP, LAW, write, write_entries, write_house
from arrears.law.values import load

SOURCE = "{instrument: credit committee}"


def codes(found):
    return [each.code for each in found]


def one(found):
    assert len(found) == 1, [str(each) for each in found]
    return found[0]


def test_the_shipped_packs_have_no_problem():
    assert build(None, "cn")[1] == []


@pytest.mark.parametrize("folder", sorted(each for each in PACKS.iterdir() if each.is_dir()), ids=lambda each: each.name)
def test_each_shipped_folder_checks_clean(folder):
    assert check(folder) == []


def test_a_folder_without_packs_is_refused(tmp_path):
    found = one(check(tmp_path))
    assert found.code == "PACK_UNREADABLE"
    assert str(tmp_path) in found.message_en


def test_a_country_without_law_is_refused():
    assert "PACK_UNREADABLE" in codes(build(None, "xx")[1])


def test_broken_yaml_is_refused_with_its_file(tmp_path):
    found = one(check(write(tmp_path, "mine.yaml", "grace.days: {values: [")))
    assert found.code == "PACK_UNREADABLE"
    assert "mine.yaml" in found.message_en


def test_a_file_that_is_no_mapping_is_refused(tmp_path):
    assert codes(check(write(tmp_path, "mine.yaml", "- grace.days\n"))) == ["PACK_UNREADABLE"]


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "mine.yaml").write_bytes(b"\xff\xfe\x00")
    assert codes(check(tmp_path)) == ["PACK_UNREADABLE"]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("&x [*x]", id="a_list_that_holds_itself"),
        pytest.param("[" * 900 + "]" * 900, id="very_deep"),
        pytest.param("[" * 100_000 + "]" * 100_000, id="deeper_than_a_reader_goes"),
    ],
)
def test_a_pack_without_end_is_refused(tmp_path, value):
    text = f"grace.days: {{values: [{{from: null, value: {value}, source: {SOURCE}}}]}}\n"
    assert codes(check(write(tmp_path, "mine.yaml", text))) == ["PACK_UNREADABLE"]


def test_a_pack_that_multiplies_itself_is_refused(tmp_path):
    lists = "\n".join(f"    - &{name} [{', '.join([f'*{inner}'] * 99)}]" for inner, name in pairwise("abcdefg"))
    text = f"grace.days:\n  source:\n    - &a [x]\n{lists}\n  values: []\n"
    found = one(check(write(tmp_path, "mine.yaml", text)))
    assert found.code == "PACK_UNREADABLE"
    assert "more than 100,000 parts" in found.message_en


def test_a_source_may_be_written_once_and_named_again(tmp_path):
    text = (
        'grace.days:\n  values:\n    - {from: null, value: "3", source: &s {instrument: board}}\n'
        '    - {from: 2026-10-01, value: "5", source: *s}\n'
    )
    assert check(write(tmp_path, "mine.yaml", text)) == []


def test_an_impossible_date_is_refused(tmp_path):
    body = {"grace.days": {"values": [{"from": "2026-02-30", "value": '"5"', "source": SOURCE}]}}
    assert codes(check(write_entries(tmp_path, body))) == ["PACK_UNREADABLE"]


def test_an_id_twice_in_one_file_is_refused(tmp_path):
    entry = f'grace.days: {{values: [{{from: null, value: "5", source: {SOURCE}}}]}}\n'
    found = check(write(tmp_path, "mine.yaml", entry + entry))
    assert found[0].code == "PACK_DUPLICATE_ID"
    assert "line 2" in found[0].message_en


def test_an_id_in_two_files_is_refused_naming_both(tmp_path):
    write_house(tmp_path, grace__days='"5"')
    (tmp_path / "topic.yaml").rename(tmp_path / "a.yaml")
    found = one(check(write_house(tmp_path, grace__days='"5"')))
    assert found.code == "PACK_DUPLICATE_ID"
    assert "a.yaml" in found.message_en
    assert "topic.yaml" in found.message_en


def test_dates_that_do_not_rise_are_refused(tmp_path):
    values = [{"from": day, "value": '"5"', "source": SOURCE} for day in ("2026-06-01", "2026-03-01")]
    found = one(check(write_entries(tmp_path, {"grace.days": {"values": values}})))
    assert found.code == "PACK_DATES"
    assert "2026-03-01 does not come after 2026-06-01" in found.message_en


def test_the_same_date_twice_is_refused(tmp_path):
    values = [{"from": "2026-06-01", "value": '"5"', "source": SOURCE}] * 2
    assert codes(check(write_entries(tmp_path, {"grace.days": {"values": values}}))) == ["PACK_DATES"]


def test_a_missing_source_is_refused(tmp_path):
    found = one(check(write_entries(tmp_path, {"grace.days": {"values": [{"from": "null", "value": '"5"'}]}})))
    assert found.code == "PACK_NO_SOURCE"
    assert "instrument" in found.message_en


def test_a_source_without_an_instrument_is_refused(tmp_path):
    values = [{"from": "null", "value": '"5"', "source": "{clause: '3'}"}]
    assert codes(check(write_entries(tmp_path, {"grace.days": {"values": values}}))) == ["PACK_NO_SOURCE"]


def test_an_unknown_field_of_a_source_is_refused(tmp_path):
    values = [{"from": "null", "value": '"5"', "source": "{instrument: us, link: here}"}]
    assert codes(check(write_entries(tmp_path, {"grace.days": {"values": values}}))) == ["PACK_FIELD"]


def test_an_unknown_unit_is_refused(tmp_path):
    found = one(check(write_entries(tmp_path, {"cn.rate.cap24": {**LAW["cn.rate.cap24"], "unit": "percent"}})))
    assert found.code == "PACK_UNKNOWN_UNIT"
    assert "percent" in found.message_en
    assert "ratio" in found.message_en


def test_an_unknown_unit_of_a_setting_is_refused(tmp_path):
    body = {"grace.days": {"unit": "weeks", "values": [{"from": "null", "value": '"5"', "source": SOURCE}]}}
    assert codes(check(write_entries(tmp_path, body))) == ["PACK_UNKNOWN_UNIT"]


@pytest.mark.parametrize("text", ["0.2", "2e-1", ".2"])
def test_a_number_with_a_point_needs_quotes(tmp_path, text):
    found = one(check(write_house(tmp_path, cap__all_in=text)))
    assert found.code == "PACK_FLOAT"
    assert "quoted decimal" in found.message_en


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        ("grace__days", '"3.5"'),
        ("grace__days", "true"),
        ("grace__days", "three"),
        ("cap__all_in", '"20%"'),
        ("cap__all_in", '"NaN"'),
        ("cap__all_in", '"1e999999999"'),
        ("trigger__amount_fen", '"99999999999999999999"'),
        ("penalty__enabled", "yes"),
        ("receipt__cutoff", "25:00"),
        ("receipt__cutoff", "9:00"),
        ("waterfall__order", "interest"),
        ("limitation__alert_days", "[soon]"),
        ("buckets__cn", "[C, G]"),
        ("grace__penalty_mode", "sometimes"),
        ("grace__days", "null"),
    ],
)
def test_a_value_that_does_not_fit_its_unit_or_choices_is_refused(tmp_path, setting, text):
    found = check(write_house(tmp_path, **{setting: text}))
    assert found[0].code == "PACK_VALUE"
    assert setting.replace("__", ".") in found[0].message_en


@pytest.mark.parametrize(
    ("setting", "text", "allowed"),
    [
        ("grace__days", '"-1"', "at least 0"),
        ("dpd__materiality_fen", '"-1"', "at least 0"),
        ("dpd__materiality_ratio", '"1.01"', "at most 1"),
        ("penalty__total_cap_ratio", '"1.01"', "at most 1"),
        ("attitude__unanswered_points", '"1"', "at most 0"),
        ("penalty__compound", "true", "false"),
        ("hold__complaint__contact", "false", "true"),
        ("cap__method", "irr", "daily_simple"),
        ("contact__overdue_only", "false", "true"),
        ("hold__conduct_complaint__passes", "[collection, legal_notice, complaint_reply]", "legal_notice, credit_notice"),
        ("hold__death__passes", "[collection]", "estate_claim, complaint_reply"),
        ("hold__distress__passes", "[help, service_reminder]", "help, answer"),
        ("contact__opt_out__passes", "[collection]", "legal_notice, overdue_notice"),
        ("location__sources", "[a_neighbour]", "confirmed_address"),
    ],
)
def test_a_value_out_of_range_is_refused_with_what_is_allowed(tmp_path, setting, text, allowed):
    found = check(write_house(tmp_path, **{setting: text}))
    assert found[0].code == "PACK_VALUE"
    assert f"allowed: {allowed}" in found[0].message_en


def test_an_unknown_setting_is_refused_with_the_nearest(tmp_path):
    found = one(check(write_house(tmp_path, grace__day='"5"')))
    assert found.code == "PACK_UNKNOWN_KEY"
    assert "grace.days" in found.message_en


def test_a_house_may_not_change_law(tmp_path):
    found = one(check(write_house(tmp_path, grace__days='"5"', cn__rate__cap24='"0.36"')))
    assert found.code == "PACK_UNKNOWN_KEY"
    assert "law changes in the law packs" in found.message_en


def test_a_house_may_not_change_what_a_setting_means(tmp_path):
    body = {"grace.days": {"dated_by": "action", "values": [{"from": "null", "value": '"5"', "source": SOURCE}]}}
    found = one(check(write_entries(tmp_path, body)))
    assert found.code == "PACK_FIELD"
    assert "dated_by" in found.message_en


def test_a_copy_of_the_shipped_house_is_accepted():
    assert check(PACKS / "house") == []


def test_a_missing_field_of_law_is_refused(tmp_path):
    body = {key: value for key, value in LAW["cn.rate.cap24"].items() if key != "seen"}
    found = one(check(write_entries(tmp_path, {"cn.rate.cap24": body})))
    assert found.code == "PACK_FIELD"
    assert "seen is missing" in found.message_en


@pytest.mark.parametrize("known", ["hearsay", "'1'"])
def test_how_a_clause_is_known_has_three_words(tmp_path, known):
    values = [{"from": "2017-08-01", "value": "'0.24'", "source": f"{{instrument: an opinion, clause: '2', clause_is: {known}}}"}]
    found = one(check(write_entries(tmp_path, {"cn.rate.cap24": {**LAW["cn.rate.cap24"], "values": values}})))
    assert found.code == "PACK_FIELD"
    assert "seen, inferred, memory" in found.message_en


def test_a_rule_of_a_part_of_a_country_is_law(tmp_path):
    assert check(write_entries(tmp_path, {"us-ma.calls": LAW["cn.rate.cap24"]})) == []


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("seen", "hearsay"),
        ("confidence", "sure"),
        ("dated_by", "mood"),
        ("merge", "average"),
        ("strength", "custom"),
        ("checked", "{on: soon, by: null}"),
        ("values", "[]"),
        ("colour", "red"),
        ("tightens", "{law: cn.x}"),
        ("minimum", "low"),
    ],
)
def test_a_field_that_is_not_what_it_should_be_is_refused(tmp_path, key, text):
    assert codes(check(write_entries(tmp_path, {"cn.rate.cap24": {**LAW["cn.rate.cap24"], key: text}}))) == ["PACK_FIELD"]


@pytest.mark.parametrize("second", ["2017-08-01", "2017-07-31"])
def test_a_rule_of_law_with_a_date_twice_or_out_of_order_is_refused(tmp_path, second):
    values = [{"from": since, "value": "'0.24'", "source": SOURCE} for since in ("2017-08-01", second)]
    found = one(check(write_entries(tmp_path, {"cn.rate.cap24": {**LAW["cn.rate.cap24"], "values": values}})))
    assert found.code == "PACK_DATES"
    assert f"{second} does not come after 2017-08-01" in found.message_en


def test_a_rule_of_law_without_a_source_is_refused(tmp_path):
    values = [{"from": "2017-08-01", "value": "'0.24'"}]
    assert codes(check(write_entries(tmp_path, {"cn.rate.cap24": {**LAW["cn.rate.cap24"], "values": values}}))) == ["PACK_NO_SOURCE"]


def test_law_needs_its_date(tmp_path):
    values = [{"from": "null", "value": '"0.24"', "source": SOURCE}]
    found = one(check(write_entries(tmp_path, {"cn.rate.cap24": {**LAW["cn.rate.cap24"], "values": values}})))
    assert found.code == "PACK_FIELD"
    assert "from is None" in found.message_en


@pytest.mark.parametrize(
    ("setting", "text", "law"),
    [
        ("cap__all_in", '"0.36"', "cn.rate.cap24"),
        ("penalty__uplift_max", '"1.51"', "cn.rate.penalty"),
        ("class__edges_days", '["90", "271", "360"]', "cn.cls.dpd"),
        ("class__edges_days", '["90", "270"]', "cn.cls.dpd"),
        ("class__restructured_floor", '"1"', "cn.cls.restructure"),
        ("credit__retention_years", '"6"', "cn.cr.keep5"),
        ("limits__balance_flag_fen", '"20000001"', "cn.loan.purpose.balance"),
    ],
)
def test_a_setting_looser_than_law_is_refused_naming_both(tmp_path, setting, text, law):
    assert_looser(tmp_path, setting, text, law)


@pytest.mark.behaviour("S158")
@pytest.mark.parametrize(
    ("setting", "text", "law"),
    [
        pytest.param("contact__hours", "{opens: 08:00, closes: 23:00}", "cn.contact.hours", id="hours_to_eleven"),
        pytest.param("contact__hours", "{opens: 07:59, closes: 22:00}", "cn.contact.hours", id="a_minute_early"),
        pytest.param("visit__hours", "{opens: 08:00, closes: 24:00}", "cn.visit.hours", id="visits_to_midnight"),
        pytest.param("visit__min_team", '"1"', "cn.visit.team", id="a_team_of_one"),
        pytest.param("visit__ids_shown", "false", "cn.visit.team.ids_shown", id="ids_hidden"),
        pytest.param("contact__calls__effective_max", '"4"', "cn.contact.calls.effective", id="four_effective_calls"),
        pytest.param("contact__calls__attempts_max", '"7"', "cn.contact.calls.attempts", id="seven_attempts"),
        pytest.param("contact__lost__failures", '"2"', "cn.contact.third.lost3", id="lost_after_two"),
        pytest.param("staff__training_months", '"13"', "cn.outsource.staff.training", id="old_training"),
        pytest.param("agency__evaluation_months", '"13"', "cn.outsource.eval", id="old_evaluation"),
        pytest.param("complaint__days", '["15", "30", "61"]', "cn.complaint.deadline", id="a_day_late"),
        pytest.param("complaint__days", '["15", "30"]', "cn.complaint.deadline", id="a_stage_without_days"),
    ],
)
def test_a_house_that_would_allow_more_contact_than_law_is_refused(tmp_path, setting, text, law):
    assert_looser(tmp_path, setting, text, law)


def assert_looser(folder, setting, text, law):
    found = one(check(write_house(folder, **{setting: text})))
    assert (found.code, found.rule_id) == ("DENY_FLOOR", law)
    assert setting.replace("__", ".") in found.message_en
    assert law in found.message_en
    assert str(folder) in found.message_en


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        ("cap__all_in", '"0.24"'),
        ("cap__all_in", '"0.20"'),
        ("penalty__uplift_max", '"1.3"'),
        ("class__edges_days", '["60", "180", "270"]'),
        ("class__restructured_floor", '"3"'),
        ("credit__retention_years", '"4"'),
        ("contact__hours", "{opens: 08:00, closes: 22:00}"),
        ("contact__hours", "{opens: 09:00, closes: 21:00}"),
        ("visit__min_team", '"3"'),
        ("contact__calls__effective_max", '"0"'),
        ("contact__lost__failures", '"4"'),
        ("complaint__days", '["10", "20", "40"]'),
        ("contact__opt_out__passes", "[]"),
        ("hold__distress__passes", "[help]"),
    ],
)
def test_a_setting_as_strict_as_law_or_stricter_is_accepted(tmp_path, setting, text):
    assert check(write_house(tmp_path, **{setting: text})) == []


def test_a_setting_looser_only_from_a_later_day_is_refused_too(tmp_path):
    values = [{"from": "2027-01-01", "value": '"0.30"', "source": SOURCE}]
    found = one(check(write_entries(tmp_path, {"cap.all_in": {"values": values}})))
    assert found.code == "DENY_FLOOR"
    assert "from 2027-01-01" in found.message_en


def _list_floor(tmp_path, own):
    law = {
        **LAW["cn.rate.cap24"],
        "unit": "list",
        "merge": "single",
        "values": [{"from": "2020-01-01", "value": "[a, b]", "source": SOURCE}],
    }
    house = {**CAP, "unit": "list", "tightens": "{law: cn.x.y, direction: subset}", "values": [{"value": own, "source": SOURCE}]}
    write_entries(tmp_path / "cn", {"cn.x.y": law})
    write_entries(tmp_path / "house", {"some.passes": house})
    return build(None, "cn", tmp_path)[1]


@pytest.mark.parametrize("own", ["[a, b]", "[b]", "[]"])
def test_a_list_that_names_no_more_than_the_law_is_accepted(tmp_path, own):
    assert _list_floor(tmp_path, own) == []


def test_a_list_that_names_more_than_the_law_is_refused(tmp_path):
    found = one(_list_floor(tmp_path, "[a, c]"))
    assert (found.code, found.rule_id) == ("DENY_FLOOR", "cn.x.y")
    assert "subset a, b" in found.message_en
    assert "不多于 a, b" in found.message_zh


_MINUTES = st.lists(st.integers(0, 24 * 60), min_size=2, max_size=2, unique=True).map(sorted)


def _window(minutes):
    opens, closes = (f"{minute // 60:02d}:{minute % 60:02d}" for minute in minutes)
    return {"opens": opens, "closes": closes}


@settings(max_examples=200, deadline=None)
@given(own=_MINUTES, law=_MINUTES)
def test_a_window_is_looser_when_it_opens_a_minute_that_the_law_closes(own, law):
    opens_more = bool(set(range(*own)) - set(range(*law)))
    assert _is_looser(_window(own), _window(law), "within") is opens_more


def test_a_window_against_what_is_no_window_is_looser(tmp_path):
    house = {**CAP, "tightens": "{law: cn.rate.cap24, direction: within}"}
    write_entries(tmp_path / "cn", LAW)
    write_entries(tmp_path / "house", {"cap.all_in": house})
    assert codes(build(None, "cn", tmp_path)[1]) == ["DENY_FLOOR"]


def test_a_law_that_tightens_later_refuses_the_old_setting(tmp_path):
    values = [*LAW["cn.rate.cap24"]["values"], {"from": "2027-01-01", "value": '"0.20"', "source": SOURCE}]
    write_entries(tmp_path / "cn", {"cn.rate.cap24": {**LAW["cn.rate.cap24"], "values": values}})
    write_entries(tmp_path / "house", {"cap.all_in": CAP})
    found = one(build(None, "cn", tmp_path)[1])
    assert found.code == "DENY_FLOOR"
    assert "at most 0.2." in found.message_en
    assert "允许：不大于 0.2。" in found.message_zh


def test_a_law_that_ended_binds_nobody_afterwards(tmp_path):
    values = [*LAW["cn.rate.cap24"]["values"], {"from": "2027-01-01", "value": "null", "source": SOURCE}]
    write_entries(tmp_path / "cn", {"cn.rate.cap24": {**LAW["cn.rate.cap24"], "values": values}})
    own = [*CAP["values"], {"from": "2027-01-01", "value": '"0.30"', "source": SOURCE}]
    write_entries(tmp_path / "house", {"cap.all_in": {**CAP, "values": own}})
    assert build(None, "cn", tmp_path)[1] == []


def test_a_floor_in_a_law_that_no_pack_has_is_refused(tmp_path):
    write_entries(tmp_path / "cn", LAW)
    write_entries(tmp_path / "house", {"cap.all_in": {**CAP, "tightens": "{law: cn.rate.cap42, direction: at_most}"}})
    found = one(build(None, "cn", tmp_path)[1])
    assert found.code == "PACK_FIELD"
    assert "cn.rate.cap42" in found.message_en


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        ("buckets__cn", '[{name: C, from: "0"}, {name: G, from: "4"}, {name: M1, from: "1"}]'),
        ("buckets__cn", '[{name: C, from: "1"}]'),
        ("buckets__us", '[{name: a, from: "0"}, {name: a, from: "30"}]'),
        ("trigger__days_attitude", '"31"'),
        ("class__edges_days", '["90", "90", "360"]'),
        ("class__technical_delay_days", '"90"'),
        ("class__accelerated_floor", '"1"'),
        ("plan__late_days", '"10"'),
        ("limitation__alert_days", '["30", "90"]'),
        ("waterfall__order", "[interest, principal, penalty, fee]"),
        ("waterfall__order", "[cost, interest, principal, penalty, fee, fee]"),
        ("waterfall__order", "[]"),
        ("complaint__days", '["15", "15", "60"]'),
        ("hold__conduct_complaint__passes", "[legal_notice]"),
        ("hold__distress__passes", "[]"),
    ],
)
def test_a_house_that_contradicts_itself_is_refused(tmp_path, setting, text):
    found = one(check(write_house(tmp_path, **{setting: text})))
    assert found.code == "PACK_CONTRADICTION"
    assert setting.replace("__", ".") in found.message_en
    assert str(tmp_path) in found.message_en


def test_two_settings_that_contradict_from_a_day_are_refused_with_the_day(tmp_path):
    values = [{"from": "2026-10-01", "value": '"14"', "source": SOURCE}]
    found = one(check(write_entries(tmp_path, {"trigger.days": {"values": values}})))
    assert "trigger.days_attitude = 15, trigger.days = 14 from 2026-10-01" in found.message_en


_SETTINGS = ["grace.days", "cap.all_in", "buckets.cn", "waterfall.order", "class.edges_days"]
_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.sampled_from(["values", "unit", "choices", "tightens", "checked", "minimum", "seen", "says"]), junk=_JUNK)
def test_junk_in_a_field_of_law_never_raises(tmp_path, key, junk):
    body = {**yaml.safe_load((PACKS / "cn" / "credit.yaml").read_text(encoding="utf-8"))["cn.cr.keep5"], key: junk}
    assert isinstance(check(write(tmp_path, "topic.yaml", yaml.safe_dump({"cn.x": body}, allow_unicode=True))), list)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rule=st.sampled_from(["grace.days", "cap.all_in", "buckets.cn", "waterfall.order", "class.edges_days"]),
    value=_JUNK,
    since=_JUNK,
    source=_JUNK,
)
def test_junk_in_a_setting_never_raises(tmp_path, rule, value, since, source):
    body = {"values": [{"from": since, "value": value, "source": source}]}
    assert isinstance(check(write(tmp_path, "topic.yaml", yaml.safe_dump({rule: body}, allow_unicode=True))), list)


def test_all_problems_are_collected_and_load_refuses_with_all(tmp_path):
    write_house(tmp_path, grace__days='"-1"', cap__all_in='"0.36"', no__such="1", plan__late_days='"20"')
    with pytest.raises(Refused) as refused:
        load(tmp_path)
    assert sorted(codes(refused.value.problems)) == ["DENY_FLOOR", "PACK_CONTRADICTION", "PACK_UNKNOWN_KEY", "PACK_VALUE"]

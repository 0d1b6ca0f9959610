"""Complaint, credit record and retention: worked examples."""

from __future__ import annotations

import datetime as dt

import pytest

from arrears.law.rules.complaint import complaint_deadlines
from arrears.law.rules.credit import dispute_answer_by, repair_hides_from
from arrears.law.rules.retention import kept_until
from arrears.law.tests.packs import write_house
from arrears.law.values import load


def day(text):
    return dt.date.fromisoformat(text)


@pytest.fixture(scope="module")
def law():
    return load()


@pytest.mark.behaviour("S137", part="the approval of the last stage is a step of the desk")
def test_a_complaint_has_three_deadlines_and_three_warnings(law):
    plain, complex_, special = complaint_deadlines(day("2026-11-02"), law)
    assert (plain.due_on, complex_.due_on, special.due_on) == (day("2026-11-17"), day("2026-12-02"), day("2027-01-01"))
    assert (plain.alert_on, complex_.alert_on, special.alert_on) == (day("2026-11-14"), day("2026-11-29"), day("2026-12-29"))
    assert [each.stage for each in (plain, complex_, special)] == ["plain", "complex", "special"]


def test_a_complaint_over_a_leap_day(law):
    assert complaint_deadlines(day("2028-02-14"), law)[0].due_on == day("2028-02-29")


def test_a_quicker_house_is_kept_to(tmp_path):
    law = load(write_house(tmp_path, complaint__days='["10", "20", "40"]', complaint__alert_days='"1"'))
    assert [each.due_on.day for each in complaint_deadlines(day("2026-11-02"), law)] == [12, 22, 12]


@pytest.mark.behaviour("S120", part="the pauses of the loan are the Book's")
def test_a_dispute_is_answered_in_twenty_days(law):
    assert dispute_answer_by(day("2026-10-08"), law) == day("2026-10-28")


def test_before_the_rule_no_day_is_made_up(law):
    with pytest.raises(TypeError, match=r"cn\.cr\.dispute"):
        dispute_answer_by(day("2013-03-14"), law)


@pytest.mark.parametrize(
    ("fen", "arisen", "repaid", "hidden"),
    [
        pytest.param(1_000_000, "2023-05-01", "2025-11-30", "2026-01-01", id="exactly_the_amount_paid_early"),
        pytest.param(1_000_000, "2023-05-01", "2025-12-01", "2026-01-31", id="paid_a_day_later"),
        pytest.param(1_000_000, "2023-05-01", "2026-03-31", "2026-04-30", id="paid_on_the_last_day"),
        pytest.param(1_000_000, "2023-05-01", "2026-04-01", None, id="paid_too_late"),
        pytest.param(1_000_001, "2023-05-01", "2025-11-30", None, id="a_fen_too_much"),
        pytest.param(100, "2019-12-31", "2025-11-30", None, id="arisen_too_early"),
        pytest.param(100, "2020-01-01", "2025-11-30", "2026-01-01", id="arisen_on_the_first_day"),
        pytest.param(100, "2025-12-31", "2026-01-05", "2026-02-28", id="arisen_on_the_last_day"),
        pytest.param(100, "2026-01-01", "2026-01-05", None, id="arisen_too_late"),
        pytest.param(100, "2025-12-31", None, None, id="not_paid"),
    ],
)
def test_the_repair_of_2025_reaches_what_it_says(law, fen, arisen, repaid, hidden):
    found = repair_hides_from(fen, day(arisen), repaid and day(repaid), day("2026-06-01"), law)
    assert found == (hidden and day(hidden))


def test_before_the_repair_nothing_is_hidden(law):
    assert repair_hides_from(100, day("2023-05-01"), day("2025-11-30"), day("2025-12-31"), law) is None


@pytest.mark.behaviour("S156", part="deletion and its log are the desk's")
@pytest.mark.parametrize(
    ("kind", "made", "until"),
    [
        ("collection_record", "2026-10-12", "2031-10-12"),
        ("collection_record", "2028-02-29", "2033-03-01"),
        ("collection_record", "2020-05-01", "2025-05-01"),
        ("impact_assessment", "2026-10-12", "2029-10-12"),
        ("impact_assessment", "2028-02-29", "2031-03-01"),
    ],
)
def test_records_stay_as_long_as_the_law_asks(law, kind, made, until):
    assert kept_until(kind, day(made), law) == day(until)


def test_a_kind_without_a_rule_is_not_guessed(law):
    with pytest.raises(KeyError):
        kept_until("photograph", day("2026-10-12"), law)

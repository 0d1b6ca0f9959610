"""Business days, months that clamp and return, and a calendar that never guesses."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.kernel.days import (
    ZONE,
    CalendarDay,
    CalendarNotPublished,
    DueShift,
    add_months,
    add_years,
    business_day,
    calendar_of,
    china_calendar,
    day_number,
    days_30_360,
    days_actual,
    from_day_number,
    is_workday,
    month_end,
    month_ends,
    read_calendar,
    shift_due,
)

CHINA = china_calendar()


def day(text: str) -> dt.date:
    """A date from its ISO form."""
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("instant", "zone", "expected"),
    [
        ("2026-09-07T15:59:59+00:00", ZONE, "2026-09-07"),
        ("2026-09-07T16:00:00+00:00", ZONE, "2026-09-08"),
        ("2026-09-08T00:00:00+08:00", ZONE, "2026-09-08"),
        ("2026-09-08T00:00:00+08:00", ZoneInfo("America/New_York"), "2026-09-07"),
    ],
)
def test_business_day_is_the_day_in_the_books_zone(instant: str, zone: ZoneInfo, expected: str) -> None:
    assert business_day(dt.datetime.fromisoformat(instant), zone) == day(expected)


def test_an_instant_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="has no UTC offset"):
        business_day(dt.datetime.fromisoformat("2026-09-08T00:00:00"))


@pytest.mark.parametrize(
    ("anchor", "months", "due_day", "expected"),
    [
        ("2026-01-31", 1, 0, "2026-02-28"),
        ("2026-01-31", 2, 0, "2026-03-31"),
        ("2028-01-31", 1, 0, "2028-02-29"),
        ("2026-02-28", 1, 31, "2026-03-31"),
        ("2026-02-28", 1, 0, "2026-03-28"),
        ("2026-12-15", 1, 0, "2027-01-15"),
        ("2026-01-15", -2, 0, "2025-11-15"),
        ("2026-03-15", 0, 0, "2026-03-15"),
    ],
)
def test_add_months_clamps_and_returns(anchor: str, months: int, due_day: int, expected: str) -> None:
    assert add_months(day(anchor), months, due_day) == day(expected)


def test_a_due_day_of_32_is_refused() -> None:
    with pytest.raises(ValueError, match="due_day 32 is not a day of a month"):
        add_months(day("2026-01-01"), 1, 32)


@pytest.mark.parametrize(
    ("start", "years", "expected"),
    [("2026-10-12", 5, "2031-10-12"), ("2028-02-29", 5, "2033-03-01"), ("2028-02-29", 4, "2032-02-29"), ("2026-02-28", 2, "2028-02-28")],
)
def test_add_years(start: str, years: int, expected: str) -> None:
    assert add_years(day(start), years) == day(expected)


@given(st.dates())
def test_day_numbers_go_there_and_back(any_day: dt.date) -> None:
    assert from_day_number(day_number(any_day)) == any_day


def test_day_numbers_count_from_1970() -> None:
    assert (day_number(day("1970-01-01")), day_number(day("2026-09-08")), from_day_number(-1)) == (0, 20_704, day("1969-12-31"))


def test_month_ends() -> None:
    assert month_end(day("2028-02-01")) == day("2028-02-29")
    assert month_ends(day("2026-01-31"), day("2026-03-31")) == [day("2026-01-31"), day("2026-02-28"), day("2026-03-31")]
    assert month_ends(day("2026-02-01"), day("2026-02-27")) == []


@pytest.mark.parametrize(
    ("start", "end", "actual", "thirty"),
    [
        ("2026-02-05", "2026-03-05", 28, 30),
        ("2026-01-31", "2026-02-28", 28, 28),
        ("2026-01-30", "2026-01-31", 1, 0),
        ("2026-01-01", "2027-01-01", 365, 360),
        ("2026-03-05", "2026-02-05", -28, -30),
    ],
)
def test_day_counts(start: str, end: str, actual: int, thirty: int) -> None:
    assert (days_actual(day(start), day(end)), days_30_360(day(start), day(end))) == (actual, thirty)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2026-02-14", True, id="a_saturday_worked_for_spring_festival"),
        pytest.param("2026-02-15", False, id="spring_festival_begins"),
        pytest.param("2026-02-24", True, id="the_first_day_back"),
        pytest.param("2026-09-07", True, id="an_ordinary_monday"),
        pytest.param("2026-09-06", False, id="an_ordinary_sunday"),
    ],
)
def test_workdays_of_the_published_calendar(text: str, expected: bool) -> None:
    assert is_workday(day(text), CHINA) is expected


@pytest.mark.parametrize("text", ["2027-02-06", "2027-01-01", "2003-12-31"])
def test_a_year_without_a_notice_is_never_guessed(text: str) -> None:
    with pytest.raises(CalendarNotPublished, match=f"{text}: no official workday notice for {text[:4]} is in the calendar"):
        is_workday(day(text), CHINA)


@pytest.mark.parametrize(
    ("due", "rule", "expected"),
    [
        ("2026-10-01", "none", "2026-10-01"),
        ("2026-10-01", "next_workday", "2026-10-08"),
        ("2026-10-01", "previous_workday", "2026-09-30"),
        ("2026-02-14", "next_workday", "2026-02-14"),
        ("2027-02-06", "none", "2027-02-06"),
    ],
)
def test_shift_due(due: str, rule: DueShift, expected: str) -> None:
    assert shift_due(day(due), rule, CHINA) == day(expected)


def test_a_due_day_is_not_shifted_into_a_year_without_a_notice() -> None:
    with pytest.raises(CalendarNotPublished):
        shift_due(day("2027-02-06"), "previous_workday", CHINA)


def test_an_unknown_shift_is_refused() -> None:
    with pytest.raises(ValueError, match="allowed: none, next_workday, previous_workday"):
        shift_due(day("2026-10-01"), "nearest", CHINA)  # type: ignore[arg-type]


def test_an_imported_notice_publishes_its_year(tmp_path: Path) -> None:
    file = tmp_path / "2027.csv"
    file.write_text("date,kind,source,notice\n2027-01-01,holiday,gov.cn,No. 1\n2027-02-06,workday,gov.cn,No. 1\n", encoding="utf-8")
    calendar = CHINA.with_rows(read_calendar(file))
    assert is_workday(day("2027-02-06"), calendar)
    assert not is_workday(day("2027-02-07"), calendar)
    assert calendar.days[day("2027-02-06")] == CalendarDay(day("2027-02-06"), "workday", "gov.cn", "No. 1")
    assert calendar.years - CHINA.years == {2027}


def test_one_row_of_a_coming_year_does_not_publish_it() -> None:
    calendar = CHINA.with_rows([CalendarDay(day("2027-02-06"), "workday", "rumour")])
    with pytest.raises(CalendarNotPublished):
        is_workday(day("2027-02-06"), calendar)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("date,kind\n2027-01-01,holiday\n", "column source, notice is missing"),
        ("date,kind,source,notice\n2027-01-01,off,x,y\n", "line 2: kind 'off'; allowed: workday, holiday"),
        ("date,kind,source,notice\n01/02/2027,holiday,x,y\n", "line 2: date '01/02/2027'; allowed: a date such as 2027-02-06"),
        ("date,kind,source,notice\n2027-01-01,holiday,x,y\n2027-01-01,workday,x,y\n", "line 3: 2027-01-01 is both workday and holiday"),
    ],
)
def test_a_bad_calendar_file_is_refused_with_its_line(tmp_path: Path, content: str, says: str) -> None:
    file = tmp_path / "calendar.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"calendar\.csv") as refusal:
        read_calendar(file)
    assert says in str(refusal.value)


def test_an_unknown_kind_never_enters_a_calendar() -> None:
    with pytest.raises(ValueError, match="allowed: workday, holiday"):
        calendar_of([CalendarDay(day("2027-01-01"), "off", "x")])

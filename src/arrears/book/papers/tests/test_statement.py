"""A loan's statement: the story's figures, S125, and the loans that end."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from arrears.book.door import BookError, Door
from arrears.book.papers.figures import Pen
from arrears.book.papers.sections_money import formula
from arrears.book.papers.statement import statement, statement_html, statement_text

ZH = Pen("CNY", "zh")


def lines_of(data: dict[str, Any], day: str) -> list[tuple[str, str, int]]:
    return [
        (line["obligation"], line["part"], line["amount_fen"])
        for row in data["receipts"]
        if row["value_on"] == day
        for line in row["lines"]
    ]


@pytest.mark.behaviour("S010")
def test_b02_shows_where_each_fen_of_one_receipt_went(told: dict[str, Any]) -> None:
    assert lines_of(told["B02"], "2026-10-16") == [("I06", "interest", 21000), ("I06", "principal", 300000), ("I06", "penalty", 300)]


def test_b02_explains_a_penalty_that_is_paid_already(told: dict[str, Any]) -> None:
    (row,) = told["B02"]["penalty"]["rows"]
    assert formula(row, ZH) == "3,000.00 × 0.0005 × 2 天 = 3.00"
    assert (row["posted_fen"], row["paid_fen"], row["owed_fen"], row["free_until_on"]) == (300, 300, 0, "2026-10-13")


@pytest.mark.behaviour("S119", part="the money side; the desk keeps the item")
def test_b02_says_from_when_the_record_can_be_removed(told: dict[str, Any]) -> None:
    assert told["B02"]["credit"] == {"code": "N", "code_on": "2026-11-30", "removable_on": "2031-10-16"}


def test_b09_shows_the_sale_and_every_instalment_it_paid(told: dict[str, Any]) -> None:
    lines = lines_of(told["B09"], "2026-10-30")
    assert lines[:2] == [("I11", "interest", 35000), ("I11", "principal", 250000)]
    assert lines[-2:] == [("X01", "interest", 3000), ("X01", "principal", 1197000)]
    assert sum(amount for _, _, amount in lines) == 2_600_000


def test_b09_explains_each_penalty_to_the_fen(told: dict[str, Any]) -> None:
    penalty = told["B09"]["penalty"]
    assert [formula(row, ZH) for row in penalty["rows"]] == [
        "2,500.00 × 0.0005 × 169 天 = 211.25",
        "2,500.00 × 0.0005 × 138 天 = 172.50",
        "2,500.00 × 0.0005 × 108 天 = 135.00",
        "2,500.00 × 0.0005 × 77 天 = 96.25",
        "2,500.00 × 0.0005 × 46 天 = 57.50",
        "22,500.00 × 0.0005 × 42 天 + 10,530.00 × 0.0005 × 61 天 = 793.66",
    ]
    assert (penalty["posted_fen"], penalty["owed_fen"], penalty["others_fen"]) == (146616, 146616, 0)


def test_b09_says_what_is_owed_with_capitals_and_what_became_of_later_instalments(told: dict[str, Any]) -> None:
    text = statement_text(told["B09"], "zh")
    assert "¥11,996.16" in text  # 10,530.00 + 1,466.16
    assert "壹万壹仟玖佰玖拾陆元壹角陆分" in text
    assert "第16期至第24期（共 9 期）已并入提前到期款" in text


def test_b10_shows_the_backdated_payment_with_both_days(told: dict[str, Any]) -> None:
    late = [row for row in told["B10"]["receipts"] if row["backdated"]]
    assert [(row["value_on"], row["posted_on"], row["amount_fen"], row["rest_as"]) for row in late] == [
        ("2026-09-01", "2026-10-15", 214400, "credit")
    ]
    assert lines_of(told["B10"], "2026-09-02") == [("I04", "interest", 14400), ("I04", "principal", 200000)]
    assert told["B10"]["penalty"]["posted_fen"] == 0
    assert "2026-09-01（2026-10-15 入账）" in statement_text(told["B10"], "zh")


def test_b05_counts_no_penalty_days_while_its_plan_runs(told: dict[str, Any]) -> None:
    rows = told["B05"]["penalty"]["rows"]
    assert [formula(row, ZH) for row in rows] == ["4,000.00 × 0.0005 × 41 天 = 82.00", "4,000.00 × 0.0005 × 11 天 = 22.00"]
    statuses = {row["obligation"]: row["status"] for row in told["B05"]["obligations"]}
    assert (statuses["I04"], statuses["P01"], statuses["P03"], statuses["I08"]) == ("in_plan", "paid", "coming", "coming")


@pytest.mark.behaviour("S125", part="the figures; the portal shows them")
def test_waiting_costs_nothing_today_175_in_7_days_750_in_30(small_book: Door) -> None:
    owed = statement(small_book, "LATE")["owed"]
    assert [(row["on"], row["more_fen"], row["more_penalty_fen"]) for row in owed] == [
        ("2026-10-02", 0, 0),
        ("2026-10-09", 17_500, 17_500),
        ("2026-11-01", 75_000, 75_000),
    ]
    assert owed[0]["total_fen"] == 150_000 + 5_000_000 + 67_500  # interest, principal, 27 days × 25.00


@pytest.mark.behaviour("S013")
def test_a_reversed_receipt_stays_visible_and_fills_nothing(small_book: Door) -> None:
    data = statement(small_book, "BACK")
    first, second, third = data["receipts"]
    assert (first["reversed_on"], first["lines"], first["rest_fen"]) == ("2026-08-05", [], 0)
    assert [line["amount_fen"] for line in second["lines"]] == [1_000, 49_000]
    assert [line["amount_fen"] for line in third["lines"]] == [2_000]
    assert "已于 2026-08-05 冲正，不计" in statement_text(data, "zh")


@pytest.mark.behaviour("S113")
def test_what_the_cap_cuts_is_shown(small_book: Door) -> None:
    data = statement(small_book, "BACK")
    # 1,000.00 for 81 days to 2026-09-19, then 490.00 for 12 days = 86,880.00; × 0.24 / 360 = 57.92
    assert (data["cost"]["principal_days_fen"], data["cost"]["allowance_fen"]) == (8_688_000, 5_792)
    assert data["cost"]["cut_fen"] == 1_000 + 2_594 + 3_000 - 5_792
    assert "8.02" in statement_text(data, "en")


def test_a_paid_off_loan_says_so_and_what_goes_back(small_book: Door) -> None:
    data = statement(small_book, "PAID")
    assert (data["owed"], data["next"][:2], data["state"]["credit_fen"]) == ([], ["settled", "refund"], 500)
    assert "您多付了 ¥5.00" in statement_text(data, "zh")


def test_a_charged_off_loan_keeps_its_penalty_explained(small_book: Door) -> None:
    data = statement(small_book, "GONE")
    (row,) = data["penalty"]["rows"]
    assert formula(row, ZH) == "1,000.00 × 0.0005 × 194 天 = 97.00"  # 2026-03-05 to the day before the charge-off
    assert (data["penalty"]["owed_fen"], data["state"]["recovered_fen"], data["obligations"][0]["status"]) == (0, 10_000, "written_off")


def test_a_simple_interest_loan_in_dollars_has_totals_only(dollar_book: Door) -> None:
    data = statement(dollar_book, "S1")
    assert lines_of(data, "2026-08-01") == [("I01", "instalment", 10_550)]
    assert [row["status"] for row in data["obligations"][:3]] == ["paid", "overdue", "due_today"]
    text = statement_text(data, "en")
    assert "$212.19" in text  # two instalments of 105.50 and 27 days × 105.50 × 0.10 × 1.5 / 360
    assert "105.50 × 1/2400 × 27 days = 1.19" in text


def test_a_past_day_quotes_nothing_ahead(story_book: Door) -> None:
    assert statement(story_book, "B09", dt.date(2026, 12, 28))["owed"] == []


def test_a_loan_that_is_not_there_is_refused(small_book: Door) -> None:
    with pytest.raises(BookError, match="NONE"):
        statement(small_book, "NONE")


def test_data_is_json_and_html_says_its_language_without_scripts(told: dict[str, Any]) -> None:
    assert json.loads(json.dumps(told["B09"])) == told["B09"]
    page = statement_html(told["B09"], "zh")
    assert '<html lang="zh-Hans">' in page
    assert "¥11,996.16" in page
    assert "<script" not in page
    assert "http" not in page
    assert '<html lang="en">' in statement_html(told["B09"], "en")

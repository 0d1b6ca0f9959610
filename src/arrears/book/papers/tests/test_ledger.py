"""The journal in the forms a general ledger reads: every transaction sums to zero."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import defaultdict

import pytest

from arrears.book.door import Door
from arrears.book.papers.ledger import journal_csv, journal_hledger, journal_rows
from arrears.kernel.money import parse_amount

FIRST, LAST = dt.date(2026, 12, 28), dt.date(2026, 12, 29)


@pytest.mark.behaviour("S009")
def test_every_loan_and_day_sums_to_zero(story_book: Door) -> None:
    sums: dict[tuple[dt.date, str], int] = defaultdict(int)
    for row in journal_rows(story_book, FIRST, LAST):
        sums[row["date"], row["loan_id"]] += row["amount"]
    assert set(sums.values()) == {0}
    assert len(sums) == 11  # ten loans opened, then B09's penalty of the last day


def test_one_day_of_b09_is_its_penalty(story_book: Door) -> None:
    rows = [(row["loan_id"], row["account"], row["amount"], row["backdated"]) for row in journal_rows(story_book, LAST, LAST)]
    assert rows == [("B09", "assets:loans:penalty", 526, False), ("B09", "income:penalty", -526, False)]


def test_csv_has_the_same_rows(story_book: Door) -> None:
    read = list(csv.DictReader(journal_csv(story_book, LAST, LAST)))
    assert read[0] == {"date": "2026-12-29", "loan_id": "B09", "account": "assets:loans:penalty", "amount": "526", "backdated": "false"}


def test_hledger_text_balances(story_book: Door) -> None:
    text = "".join(journal_hledger(story_book, LAST, LAST))
    assert text.startswith("commodity CNY\n    format CNY 1,000.00\n")
    assert (
        "2026-12-29 loan B09 | close\n    assets:loans:penalty              CNY 5.26\n    income:penalty                    CNY -5.26\n"
        in text
    )
    assert sum(parse_amount(amount, "CNY") for amount in re.findall(r"^    [a-z]+:\S+ +CNY (\S+)$", text, re.MULTILINE)) == 0

"""A proposal's sentence lets a reader redo the arithmetic (S063), and every word stands in both languages."""

from __future__ import annotations

import datetime as dt
import re
import string
from typing import Any

import pytest

from arrears.book.papers.explain import explain_proposal
from arrears.book.papers.morning import ORDER
from arrears.book.papers.words import WORDS, say
from arrears.book.papers.words.charts import WORDS as CHARTS
from arrears.book.papers.words.lender import WORDS as LENDER
from arrears.book.papers.words.proposals import WORDS as PROPOSALS
from arrears.book.papers.words.statement import WORDS as STATEMENT
from arrears.kernel.events import KINDS

D = dt.date
NEEDS = {"lien_facts_missing": {"missing": "ours+claim_on"}}  # a kind's sentence that cannot be said without it


def row(kind: str, **given: Any) -> dict[str, Any]:
    plain = {
        "kind": kind, "close_on": D(2026, 10, 1), "do_on": D(2026, 10, 2), "subject": "-", "dpd": 30, "overdue_fen": 436_000,
        "amount_fen": 436_000, "no_progress_days": 30, "anchor_on": D(2026, 9, 1), "oldest_due_on": D(2026, 9, 1), "paused_days": 0,
        "attitude_points": 0, "threshold": 30, "before": "", "after": "", "missing": "",
    }  # fmt: skip
    return {**plain, **given}


@pytest.mark.behaviour("S063")
def test_t1_shows_days_pause_and_threshold() -> None:
    told = explain_proposal(row("visit_candidate", subject="T1"), "zh")
    assert told == "T1：2026-10-01 − 2026-09-01 = 30 天，减暂停 0 天 = 30 天 ≥ 30；逾期 30 天 ≥ 30"


@pytest.mark.behaviour("S063")
def test_t2_shows_both_amounts() -> None:
    given = {"subject": "T2", "overdue_fen": 5_000_001, "threshold": 5_000_000, "dpd": 4, "oldest_due_on": D(2026, 9, 27)}
    told = explain_proposal(row("visit_candidate", **given), "en")
    assert told == "T2: overdue 50,000.01 > 50,000.00; past due 2026-10-01 − 2026-09-27 = 4 days, grace is over"


@pytest.mark.behaviour("S063")
def test_t3_shows_points_and_paused_days() -> None:
    given = {"subject": "T3", "attitude_points": 2, "no_progress_days": 15, "paused_days": 15, "threshold": 15}
    told = explain_proposal(row("visit_candidate", **given), "en")
    assert told == "T3: 2 attitude points; 2026-10-01 − 2026-09-01 = 30 days, less 15 paused = 15 ≥ 15; past due 30"


def test_an_overdue_notice_names_the_last_day_of_grace() -> None:
    told = explain_proposal(row("overdue_notice", subject="I07", close_on=D(2026, 9, 5), amount_fen=282_441, threshold=3), "zh")
    assert told == "I07 于 2026-09-05 到期，未还 2,824.41；宽限期至 2026-09-05 + 3 天 = 2026-09-08"


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("kind", ORDER)
def test_every_kind_has_a_sentence(kind: str, locale: str) -> None:
    assert explain_proposal(row(kind, subject="T1", **NEEDS.get(kind, {})), locale)
    assert say(locale, f"kind.{kind}")
    assert say(locale, f"todo.{kind}")


def _figures(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_no_number_stands_in_a_sentence_and_both_languages_take_the_same_figures() -> None:
    assert len(WORDS) == len(CHARTS) + len(LENDER) + len(PROPOSALS) + len(STATEMENT)  # no key twice
    for key, (zh, en) in WORDS.items():
        assert _figures(zh) == _figures(en), key
        assert not re.search(r"[0-9]", re.sub(r"{[^}]*}", "", zh + en)), key


def test_every_event_a_borrower_may_see_has_words() -> None:
    elsewhere = {"payment_received", "payment_reversed", "recovered", "hold_ended", "expense_paid"}
    assert {kind for kind in KINDS if f"event.{kind}" not in WORDS} == elsewhere

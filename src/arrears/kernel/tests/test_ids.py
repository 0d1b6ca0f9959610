"""Ids are readable, the same every time, and no two facts share one."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from arrears.kernel.ids import event_id, proposal_id, split_event_id

CLOSE = dt.date(2026, 9, 8)


def test_ids_are_readable() -> None:
    assert event_id("bank", "T-2026-0001") == "bank/T-2026-0001"
    assert event_id("tape", "2017/05/19188263") == "tape/2017/05/19188263"
    assert proposal_id(CLOSE, "B01", "case_opens", "I07") == "2026-09-08/B01/case_opens/I07"
    assert proposal_id(CLOSE, "B01", "cured") == "2026-09-08/B01/cured/-"


@pytest.mark.parametrize("source", ["", " bank", "bank ", "a/b", "a\nb", "a\x00b"])
def test_a_part_that_could_be_misread_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"source .*allowed:"):
        event_id(source, "1")


@pytest.mark.parametrize("source_ref", ["", " 1", "1\t"])
def test_an_empty_or_ragged_reference_is_refused(source_ref: str) -> None:
    with pytest.raises(ValueError, match=r"source_ref .*allowed:"):
        event_id("bank", source_ref)


@pytest.mark.parametrize(("loan_id", "kind"), [("B/01", "cured"), ("B01", "cured/x"), ("", "cured"), ("B01", "")])
def test_a_proposals_loan_and_kind_hold_no_separator(loan_id: str, kind: str) -> None:
    with pytest.raises(ValueError, match=r"(loan_id|kind) .*allowed:"):
        proposal_id(CLOSE, loan_id, kind, "I07")


@pytest.mark.parametrize("text", ["bank", "/1", "bank/", ""])
def test_what_is_no_event_id_does_not_split(text: str) -> None:
    with pytest.raises(ValueError, match="not of the form source/source_ref"):
        split_event_id(text)


words = st.text("ab/-0", min_size=1, max_size=4)
Parts = tuple[str, str]


@given(st.tuples(words, words), st.tuples(words, words))
def test_different_parts_never_share_an_id(one: Parts, other: Parts) -> None:
    assume(one != other and "/" not in one[0] + other[0])
    assert event_id(*one) != event_id(*other)
    assert split_event_id(event_id(*one)) == one

"""The order of a night: take in, close what is missing, hand over."""

from __future__ import annotations

import datetime as dt

from arrears.book.door import Door
from arrears.night import ORDER, night


def test_a_night_takes_in_closes_the_missing_days_and_names_the_proposals(closed, tape):
    (tape / "events.csv").write_text("source_ref,loan_id,kind,value_on,amount\n7,L1,payment_received,2026-09-03,100.00\n")
    done = night(Door(closed), dt.date(2026, 9, 5), [tape / "events.csv"])
    assert [each.tape.events.num_rows for each in done.taken] == [1]
    assert [each.day.day for each in done.closed] == [3, 4, 5]
    assert sorted(done.handed_over) == [each.day for each in done.closed]


def test_the_same_night_again_does_nothing(closed):
    done = night(Door(closed), dt.date(2026, 9, 2))
    assert (done.closed, done.handed_over) == ([], {})


def test_trying_again_what_waits_leaves_the_settings_of_the_book(fresh):
    door = Door(fresh)
    before = (fresh / "book.json").read_text()
    night(door, dt.date(2026, 8, 31))
    assert (fresh / "book.json").read_text() == before


def test_the_order_is_one_list():
    assert [step.__name__ for step in ORDER] == ["take_events_in", "close_missing_days", "hand_over", "remove_old_closes"]

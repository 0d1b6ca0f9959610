"""From which kept close a corrected loan runs again: never from one that did not know a later correction."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from arrears.book.close.replay import Span, restart_day

TODAY = 100
# (day an event counts, first close that knew it); an event known on its own day makes no close stale
events = st.lists(
    st.tuples(st.integers(0, TODAY), st.integers(0, 40)).map(lambda pair: (pair[0], min(pair[0] + pair[1], TODAY))), max_size=6
)
closes = st.lists(st.integers(1, TODAY - 1), unique=True).map(sorted)


def spans(known: list[tuple[int, int]]) -> list[Span]:
    """Stale days of each late event, as `replay_backdated` gives them."""
    return [(effect, close - 1) for effect, close in known if effect < close]


def told(known: list[tuple[int, int]], day: int, at: int) -> set[tuple[int, int]]:
    """Events that have effect by the end of `day`, as known at the close of `at`."""
    return {event for event in known if event[0] <= day and event[1] <= at}


def right(known: list[tuple[int, int]], day: int) -> bool:
    """Did the close of `day` know every event that has effect by then and is known today."""
    return told(known, day, day) == told(known, day, TODAY)


@given(events, closes)
@example([(50, 60), (58, 70)], list(range(1, TODAY)))
def test_the_restart_is_the_newest_close_that_knew_everything(known: list[tuple[int, int]], kept: list[int]) -> None:
    good = [day for day in kept if right(known, day)]
    assert restart_day(spans(known), kept, TODAY) == (good[-1] if good else None)


@given(events, closes, st.integers(0, TODAY))
def test_one_more_late_event_never_brings_the_restart_forward(known: list[tuple[int, int]], kept: list[int], effect: int) -> None:
    before, after = (restart_day(spans(each), kept, TODAY) for each in (known, [*known, (effect, TODAY)]))
    assert (after or 0) <= (before or 0)
    assert after is None or after < max(effect, 1)


@given(events)
def test_a_kept_close_after_the_closing_day_is_not_used(known: list[tuple[int, int]]) -> None:
    start = restart_day(spans(known), [10, TODAY, TODAY + 5], TODAY)
    assert start in (10, None)


def test_touching_and_overlapping_spans_are_passed_as_one() -> None:
    kept = list(range(1, 30))
    assert restart_day([(10, 14), (15, 19)], kept, 20) == 9
    assert restart_day([(10, 16), (12, 19)], kept, 20) == 9
    assert restart_day([(10, 14), (17, 19)], kept, 20) == 16  # days 15 and 16 knew all there was to know


def test_the_opening_is_the_start_where_no_kept_close_is_good() -> None:
    assert restart_day([(3, 19)], [5, 10, 15], 20) is None
    assert restart_day([(3, 19)], [], 20) is None


def test_the_day_before_the_new_event_is_wrong_for_a_loan_corrected_twice() -> None:
    """The simple rule, kept as the mistake it is.

    A receipt of day 10 became known on day 15, another of day 13 on day 20. The close of day 12 knew nothing of the
    first, so starting from it loses that receipt for ever, though day 12 lies before the new event.
    """
    first, second = (10, 15), (13, 20)
    kept = list(range(1, 20))
    simple = second[0] - 1
    assert not {first} <= told([first, second], simple, simple)
    assert restart_day(spans([first, second]), kept, 20) == 9
